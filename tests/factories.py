"""The cast, made through the portal's own actions where there is one."""

from datetime import datetime

from portal import clock
from portal.access import Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account

TWENTE = "RA0205"
ZUID_LIMBURG = "RA1428"


def account(first_name: str, role: Role, *regions: str, now: datetime | None = None, **values: str) -> Account:
    made = accounts.open_account(
        address=values.pop("address", f"{first_name.lower()}@example.org"),
        first_name=first_name,
        last_name=values.pop("last_name", "de Vries"),
        now=now or clock.now(),
        **values,
    )
    for region in regions or (None,):
        accounts.grant(made, role, region)
    return made


class People:
    """Everyone of the cast, made when first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Account] = {}

    def _person(self, first_name: str, role: Role, *regions: str) -> Account:
        if first_name not in self._made:
            self._made[first_name] = account(first_name, role, *regions)
        return self._made[first_name]

    @property
    def noor(self) -> Account:
        return self._person("Noor", Role.PARTICIPANT)

    @property
    def bram(self) -> Account:
        return self._person("Bram", Role.COACH, TWENTE)

    @property
    def chris(self) -> Account:
        return self._person("Chris", Role.COACH, ZUID_LIMBURG)

    @property
    def wilma(self) -> Account:
        return self._person("Wilma", Role.REGION_ADMIN, TWENTE)

    @property
    def otto(self) -> Account:
        return self._person("Otto", Role.REGION_ADMIN, ZUID_LIMBURG)

    @property
    def rik(self) -> Account:
        return self._person("Rik", Role.NATIONAL)

    @property
    def fay(self) -> Account:
        return self._person("Fay", Role.PRIVACY_OFFICER)

    @property
    def oscar(self) -> Account:
        return self._person("Oscar", Role.OPERATOR)
