"""The first free time of a coach, worked out before, is always what working it out now would give."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access import Role
from portal.availability import actions, jobs, queries
from portal.availability.hours import Away, Window, stamp
from portal.availability.models import Block, Opening, WeeklyHours
from portal.availability.rules import BlockSource
from portal.coaches.models import Coach
from portal.db import transaction
from portal.errors import DomainError
from tests.factories import TWENTE, actor_of, bookable_coach
from tests.statements import counted

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.fixture
def coach(people):
    return bookable_coach(people.bram, TWENTE)


def work_out(now=NOW):
    return actions.work_out_openings([coach.id for coach in Coach.select()], now=now)


def known(coach, now=NOW):
    return queries.first_free_known([coach.id], now=now).get(coach.id)


def live(coach, now=NOW):
    fresh = Coach.get_by_id(coach.id)
    return queries.first_free([fresh], now=now).get(coach.id)


def take(coach, starts_at, now=NOW):
    with transaction():
        return actions.take(
            coach=coach, participant=None, starts_at=starts_at, minutes=60, source=BlockSource.TALK, now=now
        )


def hold(coach, starts_at, now=NOW):
    with transaction():
        return actions.hold(
            coach=coach, participant=None, starts_at=starts_at, minutes=60, now=now, expires_at=now + HOUR / 6
        )


def test_what_is_known_costs_one_query_and_is_right(coach):
    assert work_out() == 1
    assert work_out() == 0
    assert known(coach) == live(coach) == FIRST
    assert counted(lambda: known(coach)) == 1


def test_the_worker_knows_everybody_who_can_be_chosen(people, coach):
    paused = bookable_coach(people.chris, TWENTE, status="paused")
    jobs.know_first_free_times.call_local()
    assert [opening.coach for opening in Opening.select()] == [coach]
    assert known(paused) is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda coach, actor: take(coach, FIRST),
        lambda coach, actor: actions.add_absence(actor, Away(date(2026, 3, 3), date(2026, 3, 3)), now=NOW),
        lambda coach, actor: actions.set_weekly_hours(
            actor, [Window(4, time(9), time(12))], seen=stamp(queries.windows_of(coach)), now=NOW
        ),
        lambda coach, actor: Coach.update(notice_hours=72, version=Coach.version + 1).execute(),
    ],
    ids=["a talk", "an absence", "other hours", "other settings"],
)
def test_a_change_counts_at_once(people, coach, change):
    work_out()
    change(coach, actor_of(people.bram, Role.COACH))
    assert known(coach) == live(coach) != FIRST
    work_out()
    assert known(coach) == live(coach)


def test_a_time_that_comes_free_counts_at_once(coach):
    block = take(coach, FIRST)
    work_out()
    assert known(coach) != FIRST
    actions.free(block)
    assert known(coach) == live(coach) == FIRST


def test_a_change_that_is_not_stored_changes_nothing(coach):
    def take_and_fail() -> None:
        with transaction():
            take(coach, FIRST)
            raise LookupError

    work_out()
    with pytest.raises(LookupError):
        take_and_fail()
    assert Opening.select().count() == 1
    assert known(coach) == live(coach) == FIRST


def test_time_passing_takes_the_first_time_into_the_notice(coach):
    work_out()
    for minutes in (0, 1, 30, 31, 60 * 5, 60 * 30):
        later = NOW + timedelta(minutes=minutes)
        assert known(coach, later) == live(coach, later), minutes


def test_a_hold_that_expires_gives_its_time_back(coach):
    hold(coach, FIRST)
    work_out()
    assert known(coach) == live(coach) != FIRST
    later = NOW + HOUR / 6
    assert known(coach, later) == live(coach, later)


def test_the_horizon_comes_nearer_every_day(people):
    coach = bookable_coach(people.bram, TWENTE, weekdays=(), horizon_weeks=1)
    WeeklyHours.create(coach=coach, weekday=1, opens=time(9), closes=time(12), valid_from=date(2026, 3, 10))
    work_out()
    for days in range(4):
        assert known(coach, NOW + days * DAY) == live(coach, NOW + days * DAY)


STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "hold", "free", "work out", "wait"]), st.integers(0, 40)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_what_is_known_is_what_is_true(people, steps):
    coach = Coach.get_or_none() or bookable_coach(people.bram, TWENTE, most_per_day=2)
    Block.delete().execute()
    Opening.delete().execute()
    now = NOW
    for step, number in steps:
        if step == "wait":
            now += timedelta(minutes=number)
        with suppress(DomainError):
            do(step, coach, FIRST + number * HOUR / 2, now)
        assert known(coach, now) == live(coach, now)


def do(step, coach, starts_at, now):
    if step == "take":
        take(coach, starts_at, now)
    elif step == "hold":
        hold(coach, starts_at, now)
    elif step == "free":
        actions.free(Block.select().where(Block.active == True).order_by(Block.id).first())  # noqa: E712
    elif step == "work out":
        work_out(now)
