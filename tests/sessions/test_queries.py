"""Whose talks these are, and the free times of a month."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import NOBODY, PORTAL, Role
from portal.availability.rules import EmptyReason
from portal.coaches.models import Coach
from portal.errors import NotFound
from portal.sessions import queries
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import actions as trajectories
from portal.trajectories.rules import ChosenBy
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of, planned_talk
from tests.statements import counted

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def session(people, coach):
    return planned_talk(factories.coupled(people.noor, coach), TUESDAY)


def seen_by(actor):
    return set(queries.visible_to(actor))


def test_visible_to_each_role(people, session):
    chris = factories.bookable_coach(people.chris, ZUID_LIMBURG)
    wim = factories.account("Wim", Role.PARTICIPANT)
    elsewhere = planned_talk(factories.coupled(wim, chris, region=ZUID_LIMBURG), TUESDAY)
    assert seen_by(actor_of(people.noor, Role.PARTICIPANT)) == {session}
    assert seen_by(actor_of(people.bram, Role.COACH)) == {session}
    assert seen_by(actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)) == {session}
    assert seen_by(actor_of(people.otto, Role.REGION_STAFF, ZUID_LIMBURG)) == {elsewhere}
    for account, role in (
        (people.rik, Role.NATIONAL),
        (people.fay, Role.PRIVACY_OFFICER),
        (people.oscar, Role.OPERATOR),
    ):
        assert seen_by(actor_of(account, role, TWENTE)) == set()


def test_nobody_sees_those_of_erased_people(session):
    Session.update(participant=None).execute()
    assert seen_by(NOBODY) == seen_by(PORTAL) == set()


def test_a_talk_stays_with_the_coach_who_held_it(people, session):
    """Another coach goes on with the participant; what became of this talk is still for the first to say."""
    samira = factories.account("Samira", Role.COACH, TWENTE)
    trajectories.couple(
        actor_of(people.noor, Role.PARTICIPANT),
        enrolment=session.trajectory.enrolment,
        coach=factories.bookable_coach(samira),
        chosen_by=ChosenBy.PARTICIPANT,
        now=portal_clock.now(),
    )
    assert queries.held_by(actor_of(people.bram, Role.COACH), session.public_id) == session
    assert not queries.held_by(actor_of(people.bram, Role.COACH), session.public_id).is_with_current_coach
    with pytest.raises(NotFound):
        queries.held_by(actor_of(samira, Role.COACH), session.public_id)


def test_own_is_for_the_participant_and_held_by_for_the_coach(people, session):
    noor, bram = actor_of(people.noor, Role.PARTICIPANT), actor_of(people.bram, Role.COACH)
    assert queries.own(noor, session.public_id) == queries.held_by(bram, session.public_id) == session
    for find, actor in ((queries.own, bram), (queries.held_by, noor), (queries.own, NOBODY), (queries.held_by, NOBODY)):
        with pytest.raises(NotFound):
            find(actor, session.public_id)


def test_own_talks_are_coming_or_past(people, coach, clock):
    trajectory = factories.coupled(people.noor, coach)
    first, second, third = (planned_talk(trajectory, TUESDAY + day * DAY) for day in (1, 0, 2))
    noor = actor_of(people.noor, Role.PARTICIPANT)

    def lists():
        now = portal_clock.now()
        return queries.upcoming(noor, now), queries.past(noor, now)

    assert lists() == ([second, first, third], [])
    clock.move_to(TUESDAY + timedelta(hours=3))
    assert lists() == ([first, third], [second])
    Session.update(status=SessionStatus.CANCELLED_COACH).where(Session.id == third.id).execute()
    assert lists() == ([first], [third, second])


# -- a month of free times


def month(coach, asked=None):
    return queries.free_month(coach, asked, now=portal_clock.now(), minutes=coach.talk_minutes)


def test_month_is_the_one_in_which_the_coach_is_free_first(coach):
    found = month(coach)
    assert (found.first, found.days[0][0], found.days[0][1][0]) == (
        date(2026, 3, 1),
        date(2026, 3, 3),
        datetime(2026, 3, 3, 10, tzinfo=UTC),
    )
    assert (found.previous, found.following) == (None, date(2026, 4, 1))
    factories.Coach.update(notice_hours=24 * 31).execute()
    assert month(Coach.get()).first == date(2026, 4, 1)


def test_month_holds_its_own_days_and_no_others(coach):
    march, april = month(coach, "2026-03"), month(coach, "2026-04")
    assert {day.month for day, _ in march.days} == {3}
    assert (april.days[0][0], april.days[-1][0]) == (date(2026, 4, 1), date(2026, 4, 13))
    assert (april.previous, april.following) == (date(2026, 3, 1), None)


def test_month_shows_wall_time_on_both_sides_of_the_clock_change(coach):
    starts = dict(month(coach).days)
    assert starts[date(2026, 3, 27)][0] == datetime(2026, 3, 27, 8, tzinfo=UTC)
    assert starts[date(2026, 3, 30)][0] == datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "asked", "why"),
    [
        ({"weekdays": ()}, None, EmptyReason.NO_HOURS),
        ({"horizon_weeks": 1}, "2026-05", EmptyReason.BEYOND_HORIZON),
        ({"notice_hours": 24 * 40}, "2026-03", EmptyReason.TOO_SOON),
    ],
)
def test_month_without_times_says_why(people, values, asked, why):
    found = month(factories.bookable_coach(people.bram, **values), asked)
    assert (found.days, found.empty) == ([], why)
    assert found.why


def test_month_costs_four_queries_and_three_more_to_say_why_it_is_empty(coach):
    assert counted(lambda: month(coach)) == 4
    assert counted(lambda: month(coach, "2026-12")) == 7


def test_times_stand_under_the_dutch_day_they_fall_on():
    """Half past eleven in the evening in UTC is the next day in the Netherlands."""
    early, late, later = (datetime(2026, 3, 3, hour, 30, tzinfo=UTC) for hour in (9, 22, 23))
    assert queries.by_day([later, early, late]) == [
        (date(2026, 3, 3), [early, late]),
        (date(2026, 3, 4), [later]),
    ]
