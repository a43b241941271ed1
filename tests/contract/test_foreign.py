"""What belongs to somebody else is not there: the same answer as for an id that nothing has, and no name of them."""

import pytest

from portal import access
from portal.audit import Deed
from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.jobs import Heartbeat
from tests.conftest import START
from tests.contract.asking import Visitor
from tests.contract.world import ANONYMOUS, Corner, changes, filled_in, may, stored, without_tokens
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.page import Client

CANARY = "Kanarie"
UNKNOWN = "bestaat-niet"
NOBODYS = {
    **{
        f"yearly.{name}": "national staff make the reports of the whole country"
        for name in ("report", "check", "accept_tasks", "approve", "lock", "correct", "discard", "preview")
    },
    "downloads.of_report": "national staff ask for reports of the whole country",
    "imports.show": "national staff load registrations of the whole country",
    "imports.problems": "national staff load registrations of the whole country",
    "operations.try_again": "an operator keeps the mail of everybody going",
    **{
        f"questionnaires.{name}": "national staff keep the questions of the whole country"
        for name in (
            *("show", "preview", "copy", "discard", "use", "introduce", "add"),
            *("reword", "move_up", "move_down", "remove"),
        )
    },
}
# What somebody may do with other things than those of the region, each with where that is tested.
OF_THE_COUNTRY = {
    ("national", "destinations.change"): "keeps the places of the country: tests/destinations",
    ("national", "downloads.fetch"): "fetches what it asked for itself: tests/downloads",
    ("national", "destinations.retire"): "keeps the places of the country: tests/destinations",
}
# What is asked for in the address, of the other region and of a region that nobody has.
ASKED = [
    "/regio?regio={}&stand=all",
    "/regio/coaches?toon=all&regio={}",
    "/regio/cijfers?region={}",
    "/regio/overzicht/coaches?regio={}",
]


@pytest.fixture
def corners(app, once, clock, mailbox) -> tuple[Corner, Corner]:
    """Twente, and people whom nobody there may see; their coach cannot be chosen any more."""

    def make() -> tuple[Corner, Corner]:
        twente, elsewhere = Corner(TWENTE, "Jansen", mailbox), Corner(ZUID_LIMBURG, CANARY, mailbox)
        Client(app).sign_in(elsewhere.noor)
        Coach.update(status=CoachStatus.PAUSED).where(Coach.id == elsewhere.coach.id).execute()
        return twente, elsewhere

    return once(__name__, make)


@pytest.fixture
def twente(corners) -> Corner:
    return corners[0]


@pytest.fixture
def elsewhere(corners) -> Corner:
    return corners[1]


@pytest.fixture
def visitors(app, twente) -> dict[str, Visitor]:
    return {who: Visitor.of(browsers[0]) for who, browsers in twente.browsers(app).items()}


def answer(visitor: Visitor, method: str, path: str, known: str, *, htmx: bool) -> tuple[int, str, dict]:
    """Status, page and where it leads, without what differs each time: tokens, and the id that was asked for."""
    headers = {"HX-Request": "true"} if htmx else {}
    response = visitor.ask(method, path, headers=headers)
    page = without_tokens(response.get_data(as_text=True)).replace(known, "ID")
    assert CANARY not in page, path
    leads_to = {n: response.headers.get(n, "").replace(known, "ID") for n in ("Location", "HX-Redirect")}
    return response.status_code, page, leads_to


@pytest.mark.parametrize("htmx", [False, pytest.param(True, marks=pytest.mark.one_engine)], ids=["browser", "htmx"])
def test_what_belongs_to_others_answers_like_what_does_not_exist(app, twente, visitors, elsewhere, htmx):
    """Also to who has a link to a talk of their own."""
    before = stored([Deed.READ, Deed.REFUSED])
    asked = 0
    for rule in access.policy(app):
        if "<public_id>" not in rule["path"] or rule["endpoint"] in NOBODYS:
            continue
        for who in (who for who in visitors if who != ANONYMOUS and may(who, rule["permission"])):
            for method in rule["methods"]:
                [unknown] = filled_in(rule["path"], lambda _: [UNKNOWN], twente.token)
                expected = answer(visitors[who], method, unknown, UNKNOWN, htmx=htmx)
                assert expected[0] == 404, (who, method, unknown)
                for known in elsewhere.ids_for(rule["path"]):
                    [path] = filled_in(rule["path"], lambda _, known=known: [known], twente.token)
                    assert answer(visitors[who], method, path, known, htmx=htmx) == expected, (who, method, path)
                    asked += 1
    assert asked > 60
    assert changes(before, stored([Deed.READ, Deed.REFUSED])) == {}


def test_the_ids_are_right_because_their_owners_get_in(app, twente, visitors):
    """Else the test above would compare nothing with nothing."""
    for rule in access.policy(app):
        if "<public_id>" not in rule["path"] or "GET" not in rule["methods"]:
            continue
        owners = (who for who in visitors if who != ANONYMOUS and may(who, rule["permission"]))
        for who in (who for who in owners if (who, rule["endpoint"]) not in OF_THE_COUNTRY):
            for path in filled_in(rule["path"], twente.ids_for, twente.token):
                response = visitors[who].ask("GET", path)
                if response.status_code == 303:  # What was is only to be looked at.
                    assert path.startswith(f"{response.location}/"), (who, path)
                    response = visitors[who].ask("GET", response.location)
                assert response.status_code == 200, (who, path)


def test_no_page_without_an_id_names_people_of_elsewhere(app, visitors, twente, elsewhere):
    Heartbeat.create(seen_at=START)
    own = 0
    for rule in access.policy(app):
        if "<" in rule["path"] or "GET" not in rule["methods"]:
            continue
        for who, visitor in visitors.items():
            if may(who, rule["permission"]):
                page = visitor.ask("GET", rule["path"]).get_data(as_text=True)
                assert CANARY not in page, (who, rule["path"])
                own += twente.surname in page
    assert own > 5, "people of one's own are named"


def test_another_region_answers_like_one_that_does_not_exist(visitors, elsewhere):
    for who in ("region_staff", "region_admin"):
        for address in ASKED:
            theirs, nobodys = (
                answer(visitors[who], "GET", address.format(region), region, htmx=False)
                for region in (ZUID_LIMBURG, "RA9999")
            )
            assert theirs == nobodys, (who, address)
