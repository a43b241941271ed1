"""Accounts for everybody who is loaded: one per confirmed address, and nothing of anybody known is changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.access import Role
from portal.accounts.models import Account, Grant
from portal.crypto import new_public_id
from portal.imports import queries
from portal.imports.bulk import Row, Store, new_ids

# In place of the key of an address, for who has none: no address has a key like this.
NO_ADDRESS = "imported:"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a file; without an address nobody can tell that two of them are one."""

    first_name: str
    last_name: str
    email: str = ""
    email_key: str = ""
    phone: str = ""

    @property
    def is_named(self) -> bool:
        return bool(self.first_name or self.last_name or self.email or self.phone)


def accounts_for(
    people: Iterable[Person], role: Role | None, store: Store, now: datetime
) -> tuple[list[int], set[int]]:
    """The account of each of these, in their order, and which of them are new. `role` is given to who has an address:
    they can sign in with it, which proves it."""
    people = list(people)
    known = queries.accounts({person.email_key for person in people if person.email_key})
    news: dict[str | int, Person] = {}
    for index, person in enumerate(people):
        if person.email_key not in known:
            news.setdefault(person.email_key or index, person)
    ids = dict(zip(news, new_ids(Account, len(news)), strict=True))
    store.insert(Account, [_account(ids[key], person, now) for key, person in news.items()])
    found = [known.get(person.email_key) or ids[person.email_key or index] for index, person in enumerate(people)]
    if role is not None:
        addressed = {account for account, person in zip(found, people, strict=True) if person.email_key}
        missing = addressed - queries.granted(addressed & set(known.values()), role)
        store.insert(Grant, [{"account": account, "role": role, "region": None} for account in sorted(missing)])
    return found, set(ids.values())


def _account(id: int, person: Person, now: datetime) -> Row:
    return {
        "id": id,
        "public_id": new_public_id(),
        "email": person.email,
        "email_key": person.email_key or f"{NO_ADDRESS}{new_public_id()}",
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone": person.phone,
        "created_at": now,
    }
