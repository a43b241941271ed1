"""Fields that a form does not have change nothing: what is stored is the same with and without them."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from portal.access import Role
from portal.accounts.models import BrowserSession
from portal.db import Table, database
from portal.migrating import all_tables
from tests.contract.world import Corner
from tests.engines import REFERENCE_TABLES
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.page import Client, Page

PLANTED_ID, PLANTED = "987654", "geplant"
EXTRA = {
    "id": PLANTED_ID,
    "public_id": PLANTED,
    "role": "operator",
    "roles": "operator",
    "region_id": ZUID_LIMBURG,
    "account": "1",
    "account_id": "1",
    "coach": "1",
    "coach_id": "1",
    "participant": "1",
    "participant_id": "1",
    "trajectory_id": "1",
    "status": "blocked",
    "version": "41",
    "created_at": "2001-01-01T00:00:00.000000Z",
    "enrolled_at": "2001-01-01T00:00:00.000000Z",
    "checked_at": "2001-01-01T00:00:00.000000Z",
    "closed_at": "2001-01-01T00:00:00.000000Z",
    "agreed_at": "2001-01-01T00:00:00.000000Z",
    "answered": "1",
    "funding": "plus",
    "email_key": f"{PLANTED}@example.org",
}
# Keys, tokens, and what is sealed with a fresh number differ by chance each time.
BY_CHANCE = {"id", "public_id", "dedupe_key", "actor_id", "subject_id", "token"}
SIGN_UP = {"first_name": "Kees", "last_name": "Bos", "email": "kees@example.org", "phone": "0612345678"}
GRADES = {"coach_grade": "9", "trajectory_grade": "8", "comment": "Fijn."}


class Filling:
    """Somebody with a browser who fills in forms, and whatever extra is sent with each."""

    def __init__(self, twente: Corner, client: Client, extra: dict[str, str]) -> None:
        self.twente, self.client, self.extra = twente, client, extra

    def at(self, address: str) -> Page:
        page = self.client.get(address)
        assert page.status == 200, address
        return page

    def sends(self, page: Page, **values: object) -> Page:
        """The form that posts to the address of the page, and not the first of others beside it."""
        button, own = values.pop("button", None), urlsplit(page.url).path
        extra = {name: value for name, value in self.extra.items() if name not in page.form(own, button).fields}
        done = self.client.submit(page, own, button=button, follow=False, **{**extra, **values})
        assert done.status == 303, (page.url, done.errors)
        return self.client.follow(done)


def signs_up(person: Filling) -> None:
    page = person.sends(person.at("/aanmelden?programma=ecz"), postcode="7511")
    page = person.sends(page, work_situation="in_care", branch="vvt")
    page = person.sends(page, button="Ga verder", themes=["stress"], themes_consent="y")
    page = person.sends(page, button="Ga verder", **SIGN_UP)
    person.sends(page, read_privacy="y")
    confirm = person.twente.mailbox.last(SIGN_UP["email"]).link("/bevestig/")
    person.sends(person.at(confirm))


def keeps_a_profile(person: Filling) -> None:
    person.sends(person.at("/coach/profiel"), intro="Luistert nog beter.", themes=["stress"], modes=["phone"])


def says_how_to_book(person: Filling) -> None:
    person.sends(person.at("/coach/boeken"), button="Bewaar", talk_minutes="45", most_per_week="8")


def corrects_data(person: Filling) -> None:
    person.extra = {**person.extra, "email": "ander@example.org", "email_kept": "ander@example.org"}
    person.sends(person.at("/mijn/gegevens/wijzig"), first_name="Nora", phone="0687654321")


def books_a_talk(person: Filling) -> None:
    page = takes_the_first_time(person, f"/afspraken/met/{person.twente.coach.public_id}")
    person.sends(page)


def moves_a_talk(person: Filling) -> None:
    page = takes_the_first_time(person, f"/afspraken/{person.twente.talk.public_id}/verzetten")
    person.sends(page, reason="shift_changed")


def moves_a_talk_by_its_link(person: Filling) -> None:
    page = takes_the_first_time(person, f"/afspraak/{person.twente.token}/verzetten")
    person.sends(page, reason="shift_changed")


def cancels_a_talk(person: Filling) -> None:
    person.sends(person.at(f"/afspraken/{person.twente.talk.public_id}/afzeggen"), reason="ill")


def plans_a_talk(person: Filling) -> None:
    takes_the_first_time(person, f"/coach/traject/{person.twente.trajectory.public_id}/gesprek")


def takes_the_first_time(person: Filling, address: str) -> Page:
    page = person.at(address)
    first = next(text for name, _, text in page.form(urlsplit(page.url).path).buttons if name == "starts_at")
    return person.sends(page, button=first)


def closes_a_trajectory(person: Filling) -> None:
    person.sends(
        person.at(f"/coach/traject/{person.twente.trajectory.public_id}/afsluiten"), reason="goal_reached", stays="y"
    )


def records_a_referral(person: Filling) -> None:
    page = person.at(f"/coach/traject/{person.twente.trajectory.public_id}/doorverwijzing/advies")
    person.sends(page, place="medical")


def proposes_a_handover(person: Filling) -> None:
    path = f"/coach/traject/{person.twente.trajectory.public_id}/overdracht"
    person.sends(person.at(f"{path}?plek={person.twente.place_for_all.public_id}"), way="phone")


def approves_a_handover(person: Filling) -> None:
    person.sends(person.at(f"/mijn/vraag/{person.twente.proposal.public_id}"), button="Ja, stuur dit door")


def adds_a_place(person: Filling) -> None:
    person.sends(person.at("/wegwijzer/nieuw"), name="Praktijk Noord", phone="053 123 4567")


def answers_the_questions(person: Filling) -> None:
    person.sends(person.at(person.twente.mailed("Greet", "/evaluatie/")), **GRADES)


def closes_at_the_desk(person: Filling) -> None:
    page = person.at(f"/regio/aanmelding/{person.twente.at_desk.public_id}/afsluiten")
    person.sends(page, outcome="withdrawn")


FORMS: list[tuple[str | None, Callable[[Filling], None]]] = [
    (None, signs_up),
    (None, answers_the_questions),
    ("noor", corrects_data),
    ("noor", books_a_talk),
    ("noor", moves_a_talk),
    (None, moves_a_talk_by_its_link),
    ("noor", cancels_a_talk),
    ("bram", keeps_a_profile),
    ("bram", says_how_to_book),
    ("bram", plans_a_talk),
    ("bram", closes_a_trajectory),
    ("bram", records_a_referral),
    ("bram", proposes_a_handover),
    ("noor", approves_a_handover),
    ("wilma", adds_a_place),
    ("wilma", closes_at_the_desk),
]


@pytest.fixture
def twente(once, clock, mailbox) -> Corner:
    def make() -> Corner:
        made = Corner(TWENTE, "Jansen", mailbox)
        made.wilma = made.account("Wilma", Role.REGION_ADMIN)
        return made

    return once(__name__, make)


def known_rows() -> dict[type[Table], set]:
    return {table: {key for (key,) in table.select(table._meta.primary_key).tuples()} for table in all_tables()}


def facts(known: dict[type[Table], set]) -> Counter[str]:
    """What every row says, but for what is there by chance; a reference to a row of now only says that it is new."""
    watched = [
        table for table in known if table._meta.table_name not in REFERENCE_TABLES and table is not BrowserSession
    ]
    return Counter(f"{table.__name__} {said_by(row, known)}" for table in watched for row in table.select())


def said_by(row: Table, known: dict[type[Table], set]) -> dict[str, object]:
    said = {n: v for n, v in row.__data__.items() if n not in BY_CHANCE and not n.endswith(("_hash", "_sealed"))}
    new = [reference.name for reference in row._meta.refs if said[reference.name] not in known[reference.rel_model]]
    return {**said, **{name: "new" for name in new if said[name] is not None}}


def outcome(app, twente, who, fills_in, extra) -> tuple[Counter[str], dict[type[Table], set]]:
    """What is stored when somebody fills this in; it is taken back."""
    known = known_rows()
    with database.atomic() as filled_in:
        client = Client(app)
        fills_in(Filling(twente, client.sign_in(getattr(twente, who)) if who else client, extra))
        found, rows = facts(known), known_rows()
        filled_in.rollback()
    return found, rows


@pytest.mark.parametrize(("who", "fills_in"), FORMS, ids=[fills_in.__name__ for _, fills_in in FORMS])
def test_what_a_form_does_not_have_is_not_stored(app, twente, who, fills_in):
    before = facts(known_rows())
    expected, _ = outcome(app, twente, who, fills_in, {})
    assert expected != before, "the form did something"
    found, rows = outcome(app, twente, who, fills_in, EXTRA)
    assert found - expected == Counter()
    assert expected - found == Counter()
    assert PLANTED not in str(found)
    assert not [table for table, keys in rows.items() if int(PLANTED_ID) in keys or PLANTED in keys]
