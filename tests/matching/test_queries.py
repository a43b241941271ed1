"""Which coaches are proposed, why, and from when on they have time, in a fixed number of queries."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.availability.models import Absence, WeeklyHours
from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.matching import queries
from portal.programmes.codes import Branch, Mode, ProgrammeCode, Theme
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG, planned_talk
from tests.statements import counted

# The first time on Tuesday after a day of notice: ten o'clock UTC is the end of it, on the grid.
FIRST = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


@pytest.fixture
def enrolment(people):
    return factories.enrolment(people.noor, themes=("stress", "role"))


def coach(name, *regions, **values):
    return factories.bookable_coach(factories.account(name, Role.COACH, *(regions or (TWENTE,))), *regions, **values)


def proposed(enrolment, region=TWENTE, **options):
    return queries.proposals(enrolment, now=portal_clock.now(), region=region, **options)


def names(found):
    return [proposal.coach.first_name for proposal in found]


def messages(proposal):
    return [reason.message for reason in proposal.reasons]


def test_only_who_can_be_offered_is_proposed(enrolment, people):
    coach("Goed")
    for status in set(CoachStatus) - {CoachStatus.AVAILABLE}:
        coach(f"Niet-{status.value}", status=status)
    coach("Niet-akkoord", agreed_at=None)
    coach("Later", available_from=date(2026, 4, 1))
    coach("Alleen-ecz", programmes={ProgrammeCode.ECZ})
    coach("Vol", capacity=0)
    assert names(proposed(enrolment, count=30)) == ["Goed"]


def test_who_has_as_many_as_fit_is_left_out(enrolment):
    full = coach("Bram", capacity=1)
    factories.coupled(factories.account("Wim", Role.PARTICIPANT), full)
    assert proposed(enrolment) == []


def test_region_or_the_whole_country(enrolment):
    coach("Tukker", TWENTE)
    coach("Limburger", ZUID_LIMBURG)
    assert names(proposed(enrolment)) == ["Tukker"]
    assert names(proposed(enrolment, ZUID_LIMBURG)) == ["Limburger"]
    assert names(proposed(enrolment, None)) == ["Tukker", "Limburger"]


def test_best_fit_first_with_at_most_three_reasons(enrolment):
    coach("Weinig")
    coach("Veel", themes={Theme.STRESS, Theme.ROLE}, branches={Branch.VVT})
    best, other = proposed(enrolment)
    assert best.coach.first_name == "Veel"
    assert [reason.term for reason in best.reasons] == [Theme.STRESS.label, Theme.ROLE.label, ""]
    assert messages(other) == ["works in your region"]


def test_first_free_time_is_the_first_that_can_be_booked(enrolment, people):
    bram = factories.bookable_coach(people.bram)
    assert proposed(enrolment)[0].first_free == FIRST
    planned_talk(factories.coupled(factories.account("Wim", Role.PARTICIPANT), bram), FIRST)
    assert proposed(enrolment)[0].first_free == FIRST + timedelta(minutes=90)


def test_who_has_no_free_time_is_not_proposed(enrolment):
    coach("Zonder-uren", weekdays=())
    away = coach("Weg")
    Absence.create(coach=away, from_on=date(2026, 3, 1), until_on=date(2026, 12, 31), created_at=portal_clock.now())
    coach("Hier")
    assert names(proposed(enrolment)) == ["Hier"]


def test_no_more_than_asked_for(enrolment):
    for number in range(5):
        coach(f"Coach{number}")
    assert len(proposed(enrolment, count=2)) == 2
    assert len(proposed(enrolment, count=30)) == 5
    assert names(proposed(enrolment, count=2)) == names(proposed(enrolment, count=30))[:2]


def test_besides_ones_own_coach(enrolment):
    own, other = coach("Bram"), coach("Samira")
    assert names(proposed(enrolment, besides=own)) == [other.first_name]


@pytest.mark.parametrize(
    ("closes", "valid_until", "evening"),
    [
        (time(18, 0), None, False),
        (time(18, 30), None, True),
        (time(0, 0), None, True),
        (time(21, 0), date(2026, 3, 2), True),
        (time(21, 0), date(2026, 3, 1), False),
    ],
    ids=["until six", "until half past six", "until midnight", "until today", "no longer"],
)
def test_room_in_the_evening_is_what_the_hours_say(enrolment, closes, valid_until, evening):
    bram = coach("Bram", weekdays=(0,))
    WeeklyHours.create(coach=bram, weekday=2, opens=time(13), closes=closes, valid_until=valid_until)
    assert ("has room in the evening" in messages(proposed(enrolment)[0])) == evening


def test_distance_counts_where_people_can_come_along(enrolment, people):
    """The postcode of the sign-up is 7511 in Enschede; 7521 is near, and by phone it does not matter."""
    coach("Dichtbij", pc4=7521, modes={Mode.LOCATION, Mode.PHONE})
    coach("Aan-de-telefoon", pc4=7521)
    coach("Ver", pc4=6211, modes={Mode.LOCATION, Mode.PHONE})
    near = [p.coach.first_name for p in proposed(enrolment) if "at %(number)s km from you" in messages(p)]
    assert near == ["Dichtbij"]
    remote_only = factories.enrolment(factories.account("Els", Role.PARTICIPANT), programme=ProgrammeCode.ECZ)
    assert not any("at %(number)s km from you" in messages(p) for p in proposed(remote_only))


def test_who_only_receives_people_is_not_for_a_programme_by_phone(enrolment, people):
    coach("Alleen-hier", modes={Mode.LOCATION})
    remote_only = factories.enrolment(factories.account("Els", Role.PARTICIPANT), programme=ProgrammeCode.ECZ)
    assert names(proposed(enrolment)) == ["Alleen-hier"]
    assert proposed(remote_only) == []


def test_region_unknown_finds_the_country(people):
    coach("Tukker", TWENTE)
    nowhere = factories.enrolment(people.noor, region=None)
    assert names(proposed(nowhere, nowhere.region_id)) == ["Tukker"]


@pytest.mark.parametrize("region", [TWENTE, None])
def test_thirty_coaches_cost_as_many_queries_as_three(enrolment, region):
    for number in range(3):
        coach(f"Coach{number}")
    for_three = counted(lambda: proposed(enrolment, region))
    for number in range(3, 30):
        coach(f"Coach{number}")
    assert counted(lambda: proposed(enrolment, region)) == for_three
    assert counted(lambda: proposed(enrolment, region, count=30)) == for_three
    assert Coach.select().count() == 30
