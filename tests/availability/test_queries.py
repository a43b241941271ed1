"""Free times out of the tables: notice, horizon, absence, buffers, both clock changes; and in three queries."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access import Role
from portal.availability import actions, queries
from portal.availability.hours import NO_HOURS, Kept, Window
from portal.availability.models import Absence, Block, WeeklyHours
from portal.availability.rules import AMSTERDAM, BlockSource, EmptyReason, SlotTaken
from portal.coaches.models import Coach
from portal.db import database, transaction
from tests.factories import TWENTE, account, bookable_coach

DAY, HOUR, MINUTE, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(weeks=1)
MONDAY, SUNDAY = 0, 6
# A Monday, eleven o'clock on a Dutch clock.
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=AMSTERDAM).astimezone(UTC)


def coach_with(people, *hours: tuple[int, int, int], **values) -> Coach:
    """A coach who keeps these hours: weekday, from and until as whole hours. No notice or buffer unless told."""
    settings = {"notice_hours": 0, "buffer_after": 0, **values}
    coach = bookable_coach(people.bram, TWENTE, weekdays=(), **settings)
    for weekday, opens, closes in hours:
        WeeklyHours.create(coach=coach, weekday=weekday, opens=time(opens), closes=time(closes % 24))
    return coach


def take(coach: Coach, starts_at: datetime, minutes: int = 60, participant: int | None = None) -> Block:
    return actions.take(
        coach=coach, participant=participant, starts_at=starts_at, minutes=minutes, source=BlockSource.TALK, now=NOW
    )


def free(coach: Coach, since: datetime, until: datetime, now: datetime = NOW, minutes: int | None = None) -> list[str]:
    found = queries.free_slots(coach, since=since, until=until, now=now, minutes=minutes)
    assert all(start.tzinfo is UTC for start in found)
    assert found == sorted(found)
    return [f"{start.astimezone(AMSTERDAM):%d %H:%M}" for start in found]


def counted(action) -> int:
    seen: list[object] = []
    database.query_hooks.append(seen.append)
    try:
        action()
    finally:
        database.query_hooks.remove(seen.append)
    return len(seen)


# -- one coach


def test_free_times_stand_on_the_grid_within_the_hours(people):
    coach = coach_with(people, (1, 9, 11), (3, 13, 14))
    assert free(coach, NOW, NOW + WEEK) == ["03 09:00", "03 09:30", "03 10:00", "05 13:00"]


def test_another_length_fits_elsewhere(people):
    coach = coach_with(people, (1, 9, 10))
    assert free(coach, NOW, NOW + WEEK, minutes=30) == ["03 09:00", "03 09:30"]
    assert free(coach, NOW, NOW + WEEK, minutes=90) == []


def test_the_period_asked_for_is_half_open(people):
    coach = coach_with(people, (1, 9, 11))
    nine, ten = wall(2026, 3, 3, 9), wall(2026, 3, 3, 10)
    assert free(coach, nine, ten) == ["03 09:00", "03 09:30"]
    assert free(coach, ten, ten) == []
    assert free(coach, ten, nine) == []


def test_notice_is_kept_to_the_minute(people):
    coach = coach_with(people, (1, 9, 12), notice_hours=24)
    assert free(coach, NOW, NOW + WEEK, now=wall(2026, 3, 2, 9, 30)) == ["03 09:30", "03 10:00", "03 10:30", "03 11:00"]
    assert free(coach, NOW, NOW + WEEK, now=wall(2026, 3, 2, 9, 31))[0] == "03 10:00"


def test_the_horizon_ends_with_a_day(people):
    coach = coach_with(people, (MONDAY, 9, 10), (1, 9, 10), horizon_weeks=2)
    assert free(coach, NOW, NOW + 10 * WEEK) == ["03 09:00", "09 09:00", "10 09:00", "16 09:00"]


def test_days_away_have_no_times(people):
    coach = coach_with(people, (1, 9, 10), (2, 9, 10), (3, 9, 10))
    Absence.create(coach=coach, from_on=date(2026, 3, 3), until_on=date(2026, 3, 4), created_at=NOW)
    assert free(coach, NOW, NOW + WEEK) == ["05 09:00"]


def test_a_talk_takes_its_time_and_both_buffers(people):
    coach = coach_with(people, (1, 9, 15), buffer_before=15, buffer_after=30)
    block = take(coach, wall(2026, 3, 3, 11))
    assert (block.block_starts_at, block.block_ends_at) == (wall(2026, 3, 3, 10, 45), wall(2026, 3, 3, 12, 30))
    # A talk at 9.30 would itself need 9.15 to 11.00; one at 13.00 begins with its buffer at 12.45.
    assert free(coach, NOW, NOW + WEEK) == ["03 09:00", "03 13:00", "03 13:30", "03 14:00"]
    actions.free(block)
    assert len(free(coach, NOW, NOW + WEEK)) == 11


def test_time_of_another_coach_or_given_back_takes_nothing(people):
    coach = coach_with(people, (1, 9, 10))
    other = bookable_coach(people.chris, TWENTE)
    take(other, wall(2026, 3, 3, 9))
    actions.free(take(coach, wall(2026, 3, 3, 9)))
    assert free(coach, NOW, NOW + WEEK) == ["03 09:00"]


def test_a_block_of_many_days_closes_them_all(people):
    coach = coach_with(people, (1, 9, 10), (2, 9, 10), (3, 9, 10), (4, 9, 10))
    take(coach, wall(2026, 2, 20, 9), minutes=int((wall(2026, 3, 4, 12) - wall(2026, 2, 20, 9)) / MINUTE))
    assert free(coach, NOW, NOW + WEEK) == ["05 09:00", "06 09:00"]


def test_a_talk_may_go_on_after_midnight_when_the_hours_do(people):
    coach = coach_with(people, (1, 23, 24), (2, 0, 1), horizon_weeks=8)
    until = wall(2026, 3, 3, 23, 45)
    assert free(coach, NOW, until) == ["03 23:00", "03 23:30"]


# -- the clock changes


@pytest.mark.nasty(5, "the hour that is missing")
def test_the_night_that_spring_shortens(people):
    coach = coach_with(people, (SUNDAY, 1, 5), horizon_weeks=8)
    night = wall(2026, 3, 29)
    starts = queries.free_slots(coach, since=night, until=night + DAY, now=NOW)
    assert [f"{start.astimezone(AMSTERDAM):%H:%M}" for start in starts] == ["01:00", "01:30", "03:00", "03:30", "04:00"]
    assert starts[1] + 30 * MINUTE == starts[2]


@pytest.mark.nasty(5, "the hour that comes twice")
def test_the_night_that_autumn_lengthens(people):
    now = datetime(2026, 10, 20, 10, tzinfo=UTC)
    coach = coach_with(people, (SUNDAY, 1, 4))
    night = wall(2026, 10, 25)
    starts = queries.free_slots(coach, since=night, until=night + DAY, now=now)
    assert [f"{start:%H:%M}" for start in starts] == ["23:00", "23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]
    taken = take(coach, starts[2])  # The first of two times that both read 02:00.
    left = queries.free_slots(coach, since=night, until=night + DAY, now=now)
    assert left == [starts[0], starts[4], starts[5], starts[6]]
    actions.free(taken)


@pytest.mark.nasty(5, "every week at nine over both changes")
@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)], ids=["spring", "autumn"])
def test_nine_o_clock_stays_nine_o_clock_around_both_changes(people, change):
    coach = coach_with(people, *((weekday, 9, 10) for weekday in range(7)), horizon_weeks=12)
    now = wall(change.year, change.month, change.day) - 5 * DAY
    starts = queries.free_slots(coach, since=now, until=now + 10 * DAY, now=now)
    assert {f"{start.astimezone(AMSTERDAM):%H:%M}" for start in starts} == {"09:00"}
    assert len({start.hour for start in starts}) == 2


@pytest.mark.nasty(5, "the notice on that day")
@pytest.mark.parametrize(("change", "first"), [(date(2026, 3, 29), "29 10:00"), (date(2026, 10, 25), "25 08:00")])
def test_notice_over_a_change_is_in_real_hours(people, change, first):
    """Twenty-four hours after Saturday nine o'clock it is ten in spring, when an hour was missing, and eight in
    autumn."""
    coach = coach_with(people, (SUNDAY, 7, 14), notice_hours=24, horizon_weeks=8)
    saturday_nine = wall(change.year, change.month, change.day, 9) - 24 * HOUR
    saturday_nine = saturday_nine.astimezone(AMSTERDAM).replace(hour=9, minute=0).astimezone(UTC)
    assert free(coach, saturday_nine, saturday_nine + 2 * DAY, now=saturday_nine)[0] == first


@pytest.mark.nasty(5, "the notice on that day")
@pytest.mark.parametrize("friday", [date(2026, 3, 27), date(2026, 10, 23)], ids=["spring", "autumn"])
def test_notice_in_working_days_over_a_change_is_the_same_wall_time(people, friday):
    """From Friday at half past ten: Monday at half past ten on the clock, whatever happened to it on Sunday."""
    coach = coach_with(people, (MONDAY, 9, 14), (SUNDAY, 9, 14), notice_working_days=1, horizon_weeks=8)
    now = wall(friday.year, friday.month, friday.day, 10, 30)
    assert free(coach, now, now + 5 * DAY, now=now)[0] == f"{friday + 3 * DAY:%d} 10:30"


@pytest.mark.nasty(5, "the horizon on that day")
@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)], ids=["spring", "autumn"])
def test_the_horizon_ends_with_the_day_of_a_change(people, change):
    """All of that Sunday can be booked, from its first to its last hour, and nothing of the Monday after it."""
    coach = coach_with(people, (SUNDAY, 0, 24), (MONDAY, 0, 24), horizon_weeks=4)
    now = wall(change.year, change.month, change.day, 12) - 4 * WEEK
    starts = free(coach, now + 26 * DAY, now + 30 * DAY, now=now)
    assert (starts[0], starts[-1]) == (f"{change:%d} 00:00", f"{change:%d} 23:30")
    assert len(starts) == {3: 46, 10: 50}[change.month]


@pytest.mark.nasty(5, "the horizon on that day")
@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)], ids=["spring", "autumn"])
def test_the_horizon_moves_at_midnight_on_the_day_of_a_change(people, change):
    """One more Sunday can be booked from the first instant of this one on, on a Dutch clock."""
    coach = coach_with(people, (SUNDAY, 9, 10), horizon_weeks=4)
    midnight = wall(change.year, change.month, change.day)
    found = [free(coach, midnight + 25 * DAY, midnight + 40 * DAY, now=now) for now in (midnight - MINUTE, midnight)]
    assert found == [[], [f"{change + 4 * WEEK:%d} 09:00"]]


# -- many coaches


def test_the_first_free_time_of_each(people):
    bram = coach_with(people, (1, 9, 10))
    chris = bookable_coach(people.chris, TWENTE, weekdays=(4,), notice_hours=0)
    hours_gone = bookable_coach(account("Anna", Role.COACH), TWENTE, weekdays=())
    full = bookable_coach(account("Bea", Role.COACH), TWENTE, weekdays=(), horizon_weeks=1)
    WeeklyHours.create(coach=full, weekday=2, opens=time(9), closes=time(10))
    take(full, wall(2026, 3, 4, 9))
    for week in range(3):
        take(bram, wall(2026, 3, 3 + 7 * week, 9))
    assert queries.first_free([bram, chris, hours_gone, full], now=NOW) == {
        bram.id: wall(2026, 3, 24, 9),
        chris.id: wall(2026, 3, 6, 9),
    }
    assert queries.first_free([], now=NOW) == {}


def test_the_first_free_time_is_the_first_of_the_free_times(people):
    coach = coach_with(people, (2, 9, 12), notice_hours=48, horizon_weeks=3)
    take(coach, wall(2026, 3, 4, 11))
    slots = queries.free_slots(coach, since=NOW, until=NOW + 10 * WEEK, now=NOW)
    assert queries.first_free([coach], now=NOW) == {coach.id: slots[0]}


def test_many_coaches_cost_as_many_queries_as_one(people):
    coaches = [bookable_coach(account(name, Role.COACH), TWENTE) for name in ("Anna", "Bea", "Cor")]
    assert counted(lambda: queries.first_free(coaches[:1], now=NOW)) == 4
    assert counted(lambda: queries.first_free(coaches, now=NOW)) == 4
    assert counted(lambda: queries.free_slots(coaches[0], since=NOW, until=NOW + WEEK, now=NOW)) == 4


# -- why there is nothing


def test_why_a_week_is_empty(people):
    coach = coach_with(people, (1, 9, 10), notice_hours=24, horizon_weeks=2)

    def why(first: date, last: date, now: datetime = NOW) -> EmptyReason:
        return queries.why_empty(coach, first, last, now, 60)

    assert why(date(2026, 3, 4), date(2026, 3, 8)) == EmptyReason.NO_HOURS
    assert why(date(2026, 3, 2), date(2026, 3, 8)) == EmptyReason.TOO_SOON
    assert why(date(2026, 3, 30), date(2026, 4, 5)) == EmptyReason.BEYOND_HORIZON
    take(coach, wall(2026, 3, 10, 9))
    assert why(date(2026, 3, 9), date(2026, 3, 15)) == EmptyReason.FULL
    Absence.create(coach=coach, from_on=date(2026, 3, 9), until_on=date(2026, 3, 11), created_at=NOW)
    assert why(date(2026, 3, 9), date(2026, 3, 15)) == EmptyReason.AWAY


# -- what the coach sees of it


def test_talks_outside_new_hours_and_in_an_absence_are_counted(people):
    coach = coach_with(people, (1, 9, 12))
    take(coach, wall(2026, 3, 3, 9))
    take(coach, wall(2026, 3, 10, 11))
    take(coach, wall(2026, 3, 1, 9))  # Over already.
    actions.free(take(coach, wall(2026, 3, 17, 9)))  # Cancelled.
    actions.take(
        coach=coach, participant=None, starts_at=wall(2026, 3, 4, 9), minutes=60, source=BlockSource.OUTSIDE, now=NOW
    )  # No talk.
    shorter = Kept((Window(1, time(9), time(11, 30)),))
    assert queries.talks_outside_hours(coach, queries.kept_by(coach), NOW) == []
    assert [talk.starts_at for talk in queries.talks_outside_hours(coach, shorter, NOW)] == [wall(2026, 3, 10, 11)]
    assert len(queries.talks_outside_hours(coach, NO_HOURS, NOW)) == 2
    away = [
        Absence(from_on=date(2026, 3, 3), until_on=date(2026, 3, 3)),
        Absence(from_on=date(2026, 3, 1), until_on=date(2026, 3, 31)),
        Absence(from_on=date(2026, 3, 4), until_on=date(2026, 3, 9)),
    ]
    assert queries.talks_during(away, queries.coming_talks(coach, NOW)) == [1, 2, 0]


# -- taken time never overlaps, whatever happens

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "free"]),
        st.integers(0, 1),
        st.integers(0, 1),
        st.integers(0, 60),
        st.sampled_from([15, 30, 45, 60, 90]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_random_taking_and_freeing_never_overlaps(people, steps):
    """Against a plain model: a time is refused when, and only when, coach or participant is taken then."""
    if not Coach.select().exists():
        bookable_coach(people.bram, weekdays=(), buffer_before=10, buffer_after=20)
        bookable_coach(people.chris, weekdays=(), buffer_before=0, buffer_after=5)
    coaches, participants = list(Coach.select().order_by(Coach.id)), [people.noor.id, people.wilma.id]
    Block.delete().execute()
    model: list[Block] = []
    for step, which, who, quarter, minutes in steps:
        if step == "free" and model:
            actions.free(model.pop(quarter % len(model)))
            continue
        coach, participant, starts_at = coaches[which], participants[who], NOW + quarter * 15 * MINUTE
        begins = starts_at - coach.buffer_before * MINUTE
        ends = starts_at + (minutes + coach.buffer_after) * MINUTE
        clash = any(
            taken.block_starts_at < ends
            and begins < taken.block_ends_at
            and (taken.coach_id == coach.id or taken.participant_id == participant)
            for taken in model
        )
        try:
            with transaction():
                model.append(take(coach, starts_at, minutes, participant))
            assert not clash
        except SlotTaken:
            assert clash
        except actions.AlreadyBusy:
            assert clash
    stored = list(Block.select().where(Block.active == True))  # noqa: E712
    assert {block.id for block in stored} == {block.id for block in model}
