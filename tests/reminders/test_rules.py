"""When a reminder is due: by hand for nights and clock changes, and what holds for any minute of seventeen years."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.clock import AMSTERDAM
from portal.reminders.rules import LOOKED_AHEAD, ReminderKind, coming_due, is_quiet, outcome_due, quiet_until

TWO_DAYS, THREE_HOURS = ReminderKind.TWO_DAYS, ReminderKind.THREE_HOURS
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MINUTES = 17 * 366 * 24 * 60
MOMENTS = st.integers(0, MINUTES).map(lambda number: datetime(2024, 1, 1, tzinfo=UTC) + number * MINUTE)


def wall(text: str) -> datetime:
    """'2026-03-29 09.00' on a Dutch clock, in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=AMSTERDAM).astimezone(UTC)


def due(kind: ReminderKind, starts: str, told: datetime = LONG_AGO) -> str | None:
    found = coming_due(kind, wall(starts), told)
    return f"{found.astimezone(AMSTERDAM):%Y-%m-%d %H.%M}" if found else None


@pytest.mark.parametrize(
    ("starts", "two_days", "three_hours"),
    [
        ("2026-03-05 19.30", "2026-03-03 19.30", "2026-03-05 16.30"),
        ("2026-03-05 11.00", "2026-03-03 11.00", "2026-03-05 08.00"),
    ],
)
def test_two_days_and_three_hours_before(starts, two_days, three_hours):
    assert due(TWO_DAYS, starts) == two_days
    assert due(THREE_HOURS, starts) == three_hours


@pytest.mark.parametrize(
    ("starts", "two_days", "three_hours"),
    [
        ("2026-03-05 10.59", "2026-03-03 10.59", "2026-03-04 20.30"),
        ("2026-03-05 09.00", "2026-03-03 09.00", "2026-03-04 20.30"),
        ("2026-03-05 07.59", "2026-03-02 20.30", "2026-03-04 20.30"),
        ("2026-03-05 21.00", "2026-03-03 20.30", "2026-03-05 18.00"),
        ("2026-03-05 23.45", "2026-03-03 20.30", "2026-03-05 20.30"),
        ("2026-03-05 00.30", "2026-03-02 20.30", "2026-03-04 20.30"),
    ],
)
def test_never_at_night_but_the_evening_before(starts, two_days, three_hours):
    assert due(TWO_DAYS, starts) == two_days
    assert due(THREE_HOURS, starts) == three_hours


def test_between_half_past_eight_and_nine_there_is_room_for_a_worker_that_is_late():
    assert due(TWO_DAYS, "2026-03-05 20.45") == "2026-03-03 20.30"


def test_both_clock_changes_are_counted_in_elapsed_time():
    """48 hours before Monday is an hour earlier on the clock after the short night, and later after the long one."""
    assert due(TWO_DAYS, "2026-03-30 10.00") == "2026-03-28 09.00"
    assert due(TWO_DAYS, "2026-10-26 10.00") == "2026-10-24 11.00"
    assert due(TWO_DAYS, "2026-03-31 02.00") == "2026-03-28 20.30", "in the night itself, so the evening before it"
    assert due(THREE_HOURS, "2026-03-29 11.00") == "2026-03-29 08.00"
    assert due(THREE_HOURS, "2026-03-29 04.00") == "2026-03-28 20.30"
    assert due(THREE_HOURS, "2026-10-25 02.30") == "2026-10-24 20.30"


def test_a_clock_change_can_push_a_reminder_into_the_night():
    """Half past eight on Monday is 48 hours after half past seven on Saturday, when it is still night."""
    assert due(TWO_DAYS, "2026-03-30 08.30") == "2026-03-27 20.30"
    assert due(TWO_DAYS, "2026-10-26 07.30") == "2026-10-24 08.30"


def test_over_the_end_of_a_year_and_a_leap_day():
    assert due(TWO_DAYS, "2027-01-02 12.00") == "2026-12-31 12.00"
    assert due(THREE_HOURS, "2027-01-01 09.30") == "2026-12-31 20.30"
    assert due(TWO_DAYS, "2028-03-01 09.00") == "2028-02-28 09.00"
    assert due(THREE_HOURS, "2028-03-01 09.00") == "2028-02-29 20.30"


@pytest.mark.parametrize(
    ("kind", "hours", "reminded"),
    [(TWO_DAYS, 12, True), (TWO_DAYS, 11, False), (THREE_HOURS, 6, True), (THREE_HOURS, 5, False)],
)
def test_who_was_told_shortly_before_needs_no_reminder(kind, hours, reminded):
    told = wall(due(kind, "2026-03-05 14.00")) - hours * HOUR
    assert (due(kind, "2026-03-05 14.00", told) is not None) is reminded
    assert (due(kind, "2026-03-05 14.00", told + MINUTE) is not None) is (reminded and hours not in (6, 12))


def test_what_is_past_when_people_are_told_is_not_sent_afterwards():
    told = wall("2026-03-04 09.00")
    assert due(TWO_DAYS, "2026-03-05 14.00", told) is None
    assert due(THREE_HOURS, "2026-03-05 14.00", told) == "2026-03-05 11.00"


def test_told_shortly_before_counts_from_when_the_reminder_goes_and_not_from_three_hours_before():
    """The reminder of a talk at nine goes at half past eight the evening before."""
    assert due(THREE_HOURS, "2026-03-05 09.00", wall("2026-03-04 14.30")) == "2026-03-04 20.30"
    assert due(THREE_HOURS, "2026-03-05 09.00", wall("2026-03-04 14.31")) is None


@settings(max_examples=500, deadline=None)
@given(MOMENTS, st.sampled_from([TWO_DAYS, THREE_HOURS]))
def test_every_reminder_goes_by_day_in_time_and_as_late_as_it_may(starts_at, kind):
    found = coming_due(kind, starts_at, LONG_AGO)
    usual = starts_at - {TWO_DAYS: 48, THREE_HOURS: 3}[kind] * HOUR
    here = found.astimezone(AMSTERDAM)
    assert time(8) <= here.time() <= time(20, 30)
    assert found <= usual < starts_at
    assert starts_at - found < LOOKED_AHEAD
    between = (found + number * MINUTE for number in range(1, int((usual - found) / MINUTE) + 1))
    assert all(is_quiet(moment) or moment.astimezone(AMSTERDAM).time() > time(20, 30) for moment in between)


# -- the night


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [("20.59", False), ("21.00", True), ("23.59", True), ("00.00", True), ("07.59", True), ("08.00", False)],
)
def test_the_night_is_from_nine_to_eight(moment, quiet):
    assert is_quiet(wall(f"2026-03-05 {moment}")) is quiet


def test_the_night_ends_at_eight_whatever_the_clock_does():
    assert quiet_until(wall("2026-03-28 21.00")) == wall("2026-03-29 08.00")
    assert quiet_until(wall("2026-03-29 07.59")) == wall("2026-03-29 08.00")
    assert quiet_until(wall("2026-10-24 22.00")) == wall("2026-10-25 08.00")
    assert quiet_until(wall("2026-10-24 22.00")) - wall("2026-10-24 22.00") == 11 * HOUR
    assert quiet_until(wall("2026-12-31 23.00")) == wall("2027-01-01 08.00")


# -- afterwards


@pytest.mark.parametrize(
    ("ends", "asked"),
    [
        ("2026-03-05 15.00", "2026-03-06 15.00"),
        ("2026-03-05 20.59", "2026-03-06 20.59"),
        ("2026-03-05 21.30", "2026-03-07 08.00"),
        ("2026-03-05 07.30", "2026-03-06 08.00"),
        ("2026-03-28 12.00", "2026-03-29 13.00"),
        ("2026-12-31 22.00", "2027-01-02 08.00"),
    ],
)
def test_how_it_went_is_asked_a_day_later_by_day(ends, asked):
    assert outcome_due(wall(ends)) == wall(asked)


@settings(max_examples=200, deadline=None)
@given(MOMENTS)
def test_how_it_went_is_never_asked_sooner_than_after_a_day_nor_at_night(ends_at):
    found = outcome_due(ends_at)
    assert timedelta(hours=24) <= found - ends_at <= timedelta(hours=36)
    assert not is_quiet(found)


def test_these_dates_are_the_clock_changes_they_are_taken_for():
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        begin, end = (datetime.combine(d, time(0), AMSTERDAM).astimezone(UTC) for d in (day, day + timedelta(days=1)))
        assert end - begin == hours * HOUR
