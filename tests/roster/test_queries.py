"""Behind a number stand exactly as many coaches as it says, whoever asks, and no others."""

from datetime import date, timedelta

import pytest

from portal.access import PORTAL, Role
from portal.coaches.models import Coach, Qualification
from portal.coaches.rules import CoachStatus
from portal.counting import queries as counting
from portal.counting.rules import Offered
from portal.dashboard import queries as dashboard
from portal.desk import queries as desk
from portal.programmes.codes import ProgrammeCode
from portal.regions.queries import NamedRegion
from portal.roster import queries
from portal.roster.rules import Choice, Number
from portal.trajectories import actions as trajectories
from portal.years.rules import select
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of

TODAY = date(2026, 3, 2)
LAST_YEAR, LONG_AGO = date(2025, 6, 1), date(2020, 1, 1)
CHOICES = [(programme, year) for programme in ProgrammeCode for year in ("2024", "2025", "2026")]


@pytest.fixture
def wilma(people):
    return actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


@pytest.fixture
def of_both(people):
    return actor_of(people.wilma, Role.REGION_ADMIN, TWENTE, ZUID_LIMBURG)


@pytest.fixture
def everybody(clock, people) -> None:
    """Coaches in every state: with room, full, overfull, not to be chosen for each reason there is, and elsewhere."""

    def coach(name, *regions, **values):
        account = factories.account(name, Role.COACH)
        return factories.bookable_coach(account, *regions, **{"available_from": LONG_AGO, **values})

    roomy, full = coach("Roomy", TWENTE, ZUID_LIMBURG), coach("Full", TWENTE, capacity=1)
    for number, chosen in enumerate((roomy, roomy, full)):
        made = factories.signed_up(f"Anna{number}", region=TWENTE)
        trajectories.couple(PORTAL, enrolment=made, coach=chosen, chosen_by="desk", now=START)
    coach("Idle", TWENTE)
    coach("Shut", TWENTE, capacity=0)
    coach("Sijw", TWENTE, programmes={ProgrammeCode.SIJW})
    coach("Elsewhere", ZUID_LIMBURG)
    coach("Paused", TWENTE, status=CoachStatus.PAUSED)
    coach("Blocked", TWENTE, status=CoachStatus.BLOCKED, blocked_on=LAST_YEAR)
    coach("Gone", TWENTE, status=CoachStatus.WITHDRAWN, withdrawn_on=LAST_YEAR)
    coach("Later", TWENTE, available_from=TODAY + timedelta(days=1))
    coach("Unknown", TWENTE, available_from=None)
    ended = coach("Ended", TWENTE)
    Qualification.update(valid_until=TODAY - timedelta(days=1)).where(Qualification.coach == ended).execute()


def names(actor, number, *regions, programme=ProgrammeCode.SIJW, year="2026"):
    choice = Choice(number, regions, programme, select(programme, year, today=TODAY))
    found = queries.listing(actor, choice, page="")
    assert found.total == len(found.rows)
    return [row.coach.first_name for row in found.rows]


def test_who_has_room_and_who_has_nobody(everybody, wilma):
    assert names(wilma, Number.WITH_ROOM, TWENTE) == ["Idle", "Roomy", "Sijw", "Unknown"]
    assert names(wilma, Number.WITH_NOBODY, TWENTE) == ["Idle", "Shut", "Sijw", "Unknown"]
    assert names(wilma, Number.WITH_ROOM, TWENTE, programme=ProgrammeCode.ECZ) == ["Idle", "Roomy", "Unknown"]


def test_who_offered_themselves_in_a_year(everybody, wilma):
    both_years = ["Blocked", "Ended", "Full", "Idle", "Paused", "Roomy", "Shut", "Sijw"]
    assert names(wilma, Number.OFFERED, TWENTE) == both_years
    assert names(wilma, Number.OFFERED, TWENTE, year="2025") == sorted([*both_years, "Gone"])


@pytest.mark.parametrize(("programme", "year"), CHOICES)
@pytest.mark.parametrize("region", [TWENTE, ZUID_LIMBURG])
def test_the_list_has_as_many_rows_as_the_number_on_the_overview(everybody, of_both, region, programme, year):
    selection = select(programme, year, today=TODAY)
    found = dashboard.overview(of_both, NamedRegion(region, "", "", ""), selection, START).coaches
    numbers = {
        Number.WITH_ROOM: found.now.with_room,
        Number.WITH_NOBODY: found.now.with_nobody,
        Number.OFFERED: found.offered,
    }
    for number, value in numbers.items():
        assert len(names(of_both, number, region, programme=programme, year=year)) == value, number


def test_the_number_of_a_year_is_the_counter_itself(everybody, wilma):
    scope = select("sijw", "2025", today=TODAY).scope
    whole = counting.count(scope, [Offered])["T09"].value
    of_twente = len(names(wilma, Number.OFFERED, TWENTE, year="2025"))
    assert whole == of_twente + 1, "the coach elsewhere"


def test_the_list_has_as_many_rows_as_the_number_of_the_desk(everybody, wilma, of_both):
    assert len(names(wilma, Number.WITH_ROOM, TWENTE, programme=None)) == desk.counts(wilma, TODAY).coaches_with_room
    both = names(of_both, Number.WITH_ROOM, TWENTE, ZUID_LIMBURG, programme=None)
    assert len(both) == desk.counts(of_both, TODAY).coaches_with_room
    assert both == ["Elsewhere", "Idle", "Roomy", "Sijw", "Unknown"], "who works for both counts once"


def test_a_row_says_for_how_many_there_is_room(everybody, wilma):
    choice = Choice(Number.WITH_ROOM, [TWENTE], None, select("sijw", "2026", today=TODAY))
    rows = {row.coach.first_name: row for row in queries.listing(wilma, choice, page="").rows}
    assert (rows["Roomy"].running, rows["Roomy"].room) == (2, 2)
    assert rows["Roomy"].regions == "Twente, Zuid-Limburg"
    Coach.update(capacity=1).where(Coach.id == rows["Roomy"].coach.id).execute()
    rows = queries.listing(wilma, Choice(Number.OFFERED, [TWENTE], None, choice.selection), page="").rows
    assert next(row for row in rows if row.coach.first_name == "Roomy").room == 0


@pytest.mark.parametrize("number", list(Number))
def test_nobody_sees_coaches_of_another_region(everybody, people, number):
    otto = actor_of(people.otto, Role.REGION_ADMIN, ZUID_LIMBURG)
    assert set(names(otto, number, TWENTE)) <= {"Roomy"}, "who works here too"
    assert names(actor_of(people.rik, Role.NATIONAL), number, TWENTE) == []


def test_a_long_list_has_pages(clock, wilma, monkeypatch):
    for number in range(3):
        factories.bookable_coach(factories.account(f"Coach{number}", Role.COACH), TWENTE)
    monkeypatch.setattr("portal.coaches.queries.PER_PAGE", 2)
    choice = Choice(Number.WITH_ROOM, [TWENTE], None, select("sijw", "2026", today=TODAY))
    first, second = (queries.listing(wilma, choice, page=page) for page in ("1", "2"))
    assert (first.total, first.pages, second.page) == (3, 2, 2)
    assert [row.coach.first_name for row in [*first.rows, *second.rows]] == ["Coach0", "Coach1", "Coach2"]
