"""Weekly hours, free times and why there are none, counted by hand; most of it where the clock or the year changes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.availability import rules
from portal.availability.hours import (
    AbsenceEndsBeforeStart,
    Away,
    ClosesBeforeOpening,
    Extra,
    ExtraIsOver,
    ExtraWhileAway,
    HoursEndBeforeStart,
    HoursOverlap,
    Kept,
    RhythmNeedsFirstDay,
    Weeks,
    Window,
    check_absence,
    check_extra,
    check_hours,
)
from portal.availability.rules import (
    AMSTERDAM,
    Caps,
    EmptyReason,
    Interval,
    block_range,
    bookable_period,
    free_starts,
    merged,
    subtract,
    wall_start,
    within_caps,
)

MONDAY, TUESDAY, THURSDAY, SATURDAY, SUNDAY = 0, 1, 3, 5, 6
MINUTE = timedelta(minutes=1)
ANY_TIME = {"earliest": datetime(2000, 1, 1, tzinfo=UTC), "latest": datetime(2100, 1, 1, tzinfo=UTC)}
WITHOUT_BUFFERS = {"buffer_before": 0, "buffer_after": 0}

SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=AMSTERDAM).astimezone(UTC)


def hours(weekday: int, opens: str, closes: str, **validity: date) -> Window:
    return Window(weekday, time.fromisoformat(opens), time.fromisoformat(closes), **validity)


def open_intervals(windows: Iterable[Window], absences: Iterable[Away], **days: date) -> list[Interval]:
    return rules.open_intervals(Kept(tuple(windows), (), tuple(absences), works_on_holidays=True), **days)


def opened(window: Window, day: date) -> list[Interval]:
    return open_intervals([window], [], first_day=day, last_day=day)


def march(opens: int, closes: int) -> Interval:
    """Hours on Monday 2 March 2026, in UTC."""
    return Interval(utc(2026, 3, 2, opens), utc(2026, 3, 2, closes))


# Weekly hours


def test_hours_are_wall_time_in_winter_and_in_summer() -> None:
    window = hours(MONDAY, "09:00", "17:00")
    assert opened(window, date(2026, 1, 5)) == [Interval(utc(2026, 1, 5, 8), utc(2026, 1, 5, 16))]
    assert opened(window, date(2026, 7, 6)) == [Interval(utc(2026, 7, 6, 7), utc(2026, 7, 6, 15))]


def test_intervals_are_in_utc() -> None:
    (interval,) = opened(hours(MONDAY, "09:00", "17:00"), date(2026, 1, 5))
    assert interval.starts_at.tzinfo is UTC
    assert interval.ends_at.tzinfo is UTC


@pytest.mark.nasty(5, "every week at nine over both changes")
@pytest.mark.parametrize(
    ("first_day", "hours_in_utc"),
    [(date(2026, 3, 22), [8, 7, 7]), (date(2026, 10, 18), [7, 8, 8])],
    ids=["spring", "autumn"],
)
def test_nine_o_clock_stays_nine_o_clock_over_a_clock_change(first_day: date, hours_in_utc: list[int]) -> None:
    found = open_intervals(
        [hours(SUNDAY, "09:00", "12:00")], [], first_day=first_day, last_day=first_day + timedelta(days=20)
    )
    assert [interval.starts_at.hour for interval in found] == hours_in_utc
    assert {interval.starts_at.astimezone(AMSTERDAM).time() for interval in found} == {time(9)}
    assert [interval.starts_at.astimezone(AMSTERDAM).date() for interval in found] == [
        first_day + timedelta(weeks=number) for number in range(3)
    ]


@pytest.mark.nasty(5, "the hour that is missing")
@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        ("01:00", "04:00", [(0, 0, 2, 0)]),
        ("02:00", "04:00", [(1, 0, 2, 0)]),
        ("02:30", "04:00", [(1, 0, 2, 0)]),
        ("01:00", "02:00", [(0, 0, 1, 0)]),
        ("01:00", "02:30", [(0, 0, 1, 0)]),
        ("01:30", "03:15", [(0, 30, 1, 15)]),
        ("02:00", "03:00", []),
        ("02:15", "02:45", []),
    ],
)
def test_the_hour_that_spring_skips(opens: str, closes: str, expected: list[tuple[int, ...]]) -> None:
    assert opened(hours(SUNDAY, opens, closes), SPRING) == [
        Interval(utc(2026, 3, 29, *clock[:2]), utc(2026, 3, 29, *clock[2:])) for clock in expected
    ]


@pytest.mark.nasty(5, "the hour that comes twice")
@pytest.mark.parametrize(
    ("opens", "closes", "begin", "minutes"),
    [
        ("02:00", "03:00", utc(2026, 10, 25, 0, 0), 120),
        ("02:30", "03:00", utc(2026, 10, 25, 0, 30), 90),
        ("02:00", "02:30", utc(2026, 10, 25, 0, 0), 90),
        ("01:00", "02:00", utc(2026, 10, 24, 23, 0), 120),
        ("03:00", "04:00", utc(2026, 10, 25, 2, 0), 60),
        ("00:00", "00:00", utc(2026, 10, 24, 22, 0), 25 * 60),
    ],
)
def test_the_hour_that_comes_twice_in_autumn(opens: str, closes: str, begin: datetime, minutes: int) -> None:
    assert opened(hours(SUNDAY, opens, closes), AUTUMN) == [Interval(begin, begin + minutes * MINUTE)]


def test_a_whole_day_in_spring_has_23_hours() -> None:
    (interval,) = opened(hours(SUNDAY, "00:00", "00:00"), SPRING)
    assert interval.ends_at - interval.starts_at == timedelta(hours=23)


def test_closing_at_midnight_joins_the_next_day() -> None:
    windows = [hours(MONDAY, "22:00", "00:00"), hours(TUESDAY, "00:00", "01:30")]
    found = open_intervals(windows, [], first_day=date(2026, 3, 2), last_day=date(2026, 3, 3))
    assert found == [Interval(wall(2026, 3, 2, 22), wall(2026, 3, 3, 1, 30))]


def test_hours_that_touch_or_overlap_become_one_and_others_stay_apart() -> None:
    windows = [
        hours(MONDAY, "19:00", "20:00"),
        hours(MONDAY, "09:00", "10:00"),
        hours(MONDAY, "10:00", "11:30"),
        hours(MONDAY, "11:00", "12:00"),
        hours(MONDAY, "09:15", "09:30"),
    ]
    found = open_intervals(windows, [], first_day=date(2026, 3, 2), last_day=date(2026, 3, 2))
    assert found == [
        Interval(wall(2026, 3, 2, 9), wall(2026, 3, 2, 12)),
        Interval(wall(2026, 3, 2, 19), wall(2026, 3, 2, 20)),
    ]


def test_validity_includes_its_first_and_last_day() -> None:
    window = hours(MONDAY, "09:00", "10:00", valid_from=date(2026, 3, 9), valid_until=date(2026, 3, 23))
    found = open_intervals([window], [], first_day=date(2026, 3, 1), last_day=date(2026, 4, 1))
    assert [interval.starts_at.date() for interval in found] == [
        date(2026, 3, 9),
        date(2026, 3, 16),
        date(2026, 3, 23),
    ]


def test_an_absence_includes_its_first_and_last_day() -> None:
    windows = [hours(weekday, "09:00", "10:00") for weekday in range(7)]
    found = open_intervals(
        windows, [Away(date(2026, 3, 3), date(2026, 3, 5))], first_day=date(2026, 3, 2), last_day=date(2026, 3, 7)
    )
    assert [interval.starts_at.day for interval in found] == [2, 6, 7]


def test_the_period_includes_its_first_and_last_day() -> None:
    windows = [hours(weekday, "09:00", "10:00") for weekday in range(7)]
    found = open_intervals(windows, [], first_day=date(2026, 3, 2), last_day=date(2026, 3, 4))
    assert [interval.starts_at.day for interval in found] == [2, 3, 4]
    assert open_intervals(windows, [], first_day=date(2026, 3, 4), last_day=date(2026, 3, 3)) == []


def test_a_week_over_the_end_of_a_year_with_week_53() -> None:
    windows = [hours(THURSDAY, "19:00", "21:00"), hours(SATURDAY, "10:00", "11:00")]
    found = open_intervals(windows, [], first_day=date(2026, 12, 28), last_day=date(2027, 1, 10))
    assert [interval.starts_at for interval in found] == [
        wall(2026, 12, 31, 19),
        wall(2027, 1, 2, 10),
        wall(2027, 1, 7, 19),
        wall(2027, 1, 9, 10),
    ]


def test_a_leap_day_has_its_hours() -> None:
    found = open_intervals(
        [hours(TUESDAY, "09:00", "10:00")], [], first_day=date(2028, 2, 28), last_day=date(2028, 3, 1)
    )
    assert found == [Interval(utc(2028, 2, 29, 8), utc(2028, 2, 29, 9))]


# Rhythm, extra hours and public holidays

EVERY_DAY = tuple(hours(weekday, "09:00", "10:00") for weekday in range(7))


def days_with_hours(kept: Kept, first_day: date, last_day: date) -> list[date]:
    found = rules.open_intervals(kept, first_day=first_day, last_day=last_day)
    return [interval.starts_at.astimezone(AMSTERDAM).date() for interval in found]


def test_odd_and_even_weeks_change_places_after_a_year_with_week_53() -> None:
    odd, even = (hours(MONDAY, "09:00", "10:00", weeks=weeks) for weeks in (Weeks.ODD, Weeks.EVEN))
    first, last = date(2026, 12, 14), date(2027, 1, 18)
    assert days_with_hours(Kept((odd,)), first, last) == [
        date(2026, 12, 14),
        date(2026, 12, 28),
        date(2027, 1, 4),
        last,
    ]
    assert days_with_hours(Kept((even,)), first, last) == [date(2026, 12, 21), date(2027, 1, 11)]


def test_every_other_week_goes_on_over_the_end_of_the_year() -> None:
    window = hours(THURSDAY, "09:00", "10:00", valid_from=date(2026, 12, 16), every=2)
    found = days_with_hours(Kept((window,)), date(2026, 12, 1), date(2027, 1, 31))
    assert found == [date(2026, 12, 17), date(2026, 12, 31), date(2027, 1, 14), date(2027, 1, 28)]


def test_a_public_holiday_is_a_day_off_unless_the_coach_says_otherwise() -> None:
    king, may_five, good_friday = date(2026, 4, 27), date(2026, 5, 5), date(2026, 4, 3)
    for day, off in ((king, True), (may_five, False), (good_friday, False)):
        assert days_with_hours(Kept(EVERY_DAY), day, day) == ([] if off else [day])
    assert days_with_hours(Kept(EVERY_DAY, works_on_holidays=True), king, king) == [king]


def test_extra_hours_hold_on_their_day_also_on_a_holiday_but_never_on_a_day_away() -> None:
    king = date(2026, 4, 27)
    extra = Extra(king, time(19), time(21))
    assert days_with_hours(Kept((), (extra,)), king - timedelta(days=7), king + timedelta(days=7)) == [king]
    assert days_with_hours(Kept((), (extra,), (Away(king, king),)), king, king) == []


def test_extra_hours_join_the_weekly_ones() -> None:
    day = date(2026, 3, 2)
    kept = Kept((hours(MONDAY, "09:00", "12:00"),), (Extra(day, time(12), time(13)),))
    assert rules.open_intervals(kept, first_day=day, last_day=day) == [
        Interval(wall(2026, 3, 2, 9), wall(2026, 3, 2, 13))
    ]


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        (Extra(date(2026, 3, 1), time(9), time(10)), ExtraIsOver),
        (Extra(date(2026, 3, 3), time(10), time(9)), ClosesBeforeOpening),
        (Extra(date(2026, 3, 5), time(9), time(10)), ExtraWhileAway),
        (Extra(date(2026, 3, 4), time(9, 30), time(11)), HoursOverlap),
    ],
)
def test_extra_hours_that_cannot_be(extra: Extra, problem: type[Exception]) -> None:
    others, away = [Extra(date(2026, 3, 4), time(9), time(10))], [Away(date(2026, 3, 5), date(2026, 3, 6))]
    with pytest.raises(problem):
        check_extra(extra, others, away, date(2026, 3, 2))


def test_extra_hours_up_to_midnight_are_fine() -> None:
    check_extra(Extra(date(2026, 3, 2), time(22), time(0)), [], [], date(2026, 3, 2))


def test_hours_of_other_weeks_may_stand_over_each_other_until_they_meet() -> None:
    odd, even = (hours(MONDAY, "09:00", "12:00", weeks=weeks) for weeks in (Weeks.ODD, Weeks.EVEN))
    check_hours([odd, even])
    monday = date(2026, 3, 2)
    one, other = (
        hours(MONDAY, "09:00", "12:00", valid_from=day, every=2) for day in (monday, monday + timedelta(weeks=1))
    )
    check_hours([one, other])
    with pytest.raises(HoursOverlap):  # In week 10 of 2026 both; in a year with 53 weeks they would part.
        check_hours([odd, other])
    with pytest.raises(HoursOverlap):
        check_hours([odd, hours(MONDAY, "11:00", "13:00")])


def test_weeks_are_counted_from_a_first_day() -> None:
    with pytest.raises(RhythmNeedsFirstDay):
        check_hours([hours(MONDAY, "09:00", "12:00", every=3)])


# How many


def test_a_full_day_and_a_full_week_take_no_more() -> None:
    monday, tuesday, next_monday = wall(2026, 3, 2, 9), wall(2026, 3, 3, 9), wall(2026, 3, 9, 9)
    starts = [monday, tuesday, next_monday]
    assert within_caps(starts, [], Caps(per_day=1, per_week=1)) == starts
    assert within_caps(starts, [wall(2026, 3, 2, 14)], Caps(per_day=1)) == [tuesday, next_monday]
    assert within_caps(starts, [wall(2026, 3, 8, 14)], Caps(per_week=1)) == [next_monday]
    assert within_caps(starts, [wall(2026, 3, 8, 14)], Caps(per_week=2)) == starts


def test_a_day_is_a_dutch_day() -> None:
    """Half past eleven in the evening in UTC is the next day in the Netherlands."""
    assert within_caps([wall(2026, 3, 3, 9)], [utc(2026, 3, 2, 23, 30)], Caps(per_day=1)) == []
    assert within_caps([wall(2026, 3, 3, 9)], [utc(2026, 3, 2, 22, 30)], Caps(per_day=1)) == [wall(2026, 3, 3, 9)]


def test_notice_in_working_days_skips_the_weekend() -> None:
    friday, saturday = wall(2026, 3, 6, 15), wall(2026, 3, 7, 15)
    for now, earliest in ((friday, wall(2026, 3, 9, 15)), (saturday, wall(2026, 3, 10))):
        found = bookable_period(now, notice_hours=4, notice_working_days=1, horizon_weeks=6)
        assert found.starts_at == earliest


# Taking out what is busy


@pytest.mark.parametrize(
    ("busy", "left"),
    [
        ([], [march(8, 16)]),
        ([march(16, 17), march(7, 8)], [march(8, 16)]),
        ([march(10, 11)], [march(8, 10), march(11, 16)]),
        ([march(7, 9)], [march(9, 16)]),
        ([march(15, 18)], [march(8, 15)]),
        ([march(7, 18)], []),
        ([march(8, 16)], []),
        ([march(12, 13), march(9, 10), march(10, 11)], [march(8, 9), march(11, 12), march(13, 16)]),
        ([march(9, 14), march(10, 11)], [march(8, 9), march(14, 16)]),
    ],
)
def test_subtract(busy: list[Interval], left: list[Interval]) -> None:
    assert subtract([march(8, 16)], busy) == left


def test_one_busy_time_can_reach_over_several_intervals() -> None:
    assert subtract([march(8, 10), march(11, 12), march(13, 16)], [march(9, 14)]) == [march(8, 9), march(14, 16)]


def test_merged_sorts_joins_and_drops_what_is_empty() -> None:
    assert merged([march(12, 13), march(8, 11), march(9, 10), march(11, 12), march(15, 15)]) == [march(8, 13)]


def test_a_block_is_the_talk_with_its_buffers() -> None:
    assert block_range(utc(2026, 3, 2, 10), 60, 15, 10) == Interval(utc(2026, 3, 2, 9, 45), utc(2026, 3, 2, 11, 10))


# Starts of talks


def test_starts_stand_on_the_grid_of_the_full_hour() -> None:
    opening = Interval(utc(2026, 3, 2, 8, 15), utc(2026, 3, 2, 10, 40))
    found = free_starts([opening], [], minutes=60, **WITHOUT_BUFFERS, **ANY_TIME)
    assert found == [utc(2026, 3, 2, 8, 30), utc(2026, 3, 2, 9), utc(2026, 3, 2, 9, 30)]


def test_a_finer_grid() -> None:
    opening = Interval(utc(2026, 3, 2, 8, 5), utc(2026, 3, 2, 9))
    found = free_starts([opening], [], minutes=30, **WITHOUT_BUFFERS, **ANY_TIME, step=15)
    assert found == [utc(2026, 3, 2, 8, 15), utc(2026, 3, 2, 8, 30)]


def test_odd_seconds_go_up_to_the_next_start() -> None:
    opening = Interval(utc(2026, 3, 2, 8, 0, 1), utc(2026, 3, 2, 9, 30))
    assert free_starts([opening], [], minutes=60, **WITHOUT_BUFFERS, **ANY_TIME) == [utc(2026, 3, 2, 8, 30)]


def test_a_step_that_does_not_fit_the_hour_is_refused() -> None:
    with pytest.raises(ValueError, match="divide 60"):
        free_starts([march(8, 16)], [], minutes=60, **WITHOUT_BUFFERS, **ANY_TIME, step=45)


def test_buffers_may_lie_outside_the_hours() -> None:
    found = free_starts([march(8, 9)], [], minutes=60, buffer_before=15, buffer_after=15, **ANY_TIME)
    assert found == [utc(2026, 3, 2, 8)]


def test_a_talk_and_its_buffers_touch_but_never_overlap_what_is_busy() -> None:
    busy = [block_range(utc(2026, 3, 2, 11), 60, 15, 15)]
    found = free_starts([march(8, 16)], busy, minutes=60, buffer_before=15, buffer_after=15, **ANY_TIME)
    assert found == [
        utc(2026, 3, 2, 8),
        utc(2026, 3, 2, 8, 30),
        utc(2026, 3, 2, 9),
        utc(2026, 3, 2, 9, 30),
        utc(2026, 3, 2, 12, 30),
        utc(2026, 3, 2, 13),
        utc(2026, 3, 2, 13, 30),
        utc(2026, 3, 2, 14),
        utc(2026, 3, 2, 14, 30),
        utc(2026, 3, 2, 15),
    ]


def test_the_buffers_before_and_after_are_not_mixed_up() -> None:
    busy = [march(11, 12)]
    early = free_starts([march(10, 14)], busy, minutes=30, buffer_before=60, buffer_after=0, **ANY_TIME)
    late = free_starts([march(10, 14)], busy, minutes=30, buffer_before=0, buffer_after=60, **ANY_TIME)
    assert early[:3] == [utc(2026, 3, 2, 10), utc(2026, 3, 2, 10, 30), utc(2026, 3, 2, 13)]
    assert late[:2] == [utc(2026, 3, 2, 12), utc(2026, 3, 2, 12, 30)]


def test_earliest_is_included_and_latest_is_not() -> None:
    found = free_starts(
        [march(8, 16)],
        [],
        minutes=60,
        **WITHOUT_BUFFERS,
        earliest=utc(2026, 3, 2, 9),
        latest=utc(2026, 3, 2, 10),
    )
    assert found == [utc(2026, 3, 2, 9), utc(2026, 3, 2, 9, 30)]


@pytest.mark.nasty(5, "the hour that comes twice")
def test_the_doubled_hour_offers_both_of_its_times() -> None:
    intervals = opened(hours(SUNDAY, "02:00", "03:00"), AUTUMN)
    found = free_starts(intervals, [], minutes=30, **WITHOUT_BUFFERS, **ANY_TIME)
    assert found == [utc(2026, 10, 25, hour, minute) for hour in (0, 1) for minute in (0, 30)]


@pytest.mark.nasty(5, "the hour that is missing")
def test_the_skipped_hour_offers_no_time_that_is_not_on_the_clock() -> None:
    intervals = opened(hours(SUNDAY, "01:00", "04:00"), SPRING)
    found = free_starts(intervals, [], minutes=30, **WITHOUT_BUFFERS, **ANY_TIME)
    assert [f"{start.astimezone(AMSTERDAM):%H:%M}" for start in found] == ["01:00", "01:30", "03:00", "03:30"]


# Why there is nothing


def reason(windows: list[Window], *absences: Away, **limits: datetime) -> EmptyReason:
    """For the week of Monday 2 to Sunday 8 March 2026 and talks of an hour."""
    return rules.why_empty(
        Kept(tuple(windows), (), absences),
        first_day=date(2026, 3, 2),
        last_day=date(2026, 3, 8),
        minutes=60,
        **{"earliest": utc(2026, 3, 1), "latest": utc(2026, 4, 1), **limits},
    )


TWO_DAYS = [hours(MONDAY, "09:00", "12:00"), hours(THURSDAY, "19:00", "21:00")]


@pytest.mark.parametrize(
    "windows",
    [
        [],
        [hours(MONDAY, "09:00", "12:00", valid_from=date(2026, 3, 3))],
        [hours(MONDAY, "09:00", "12:00", valid_until=date(2026, 3, 1))],
        [hours(MONDAY, "09:00", "09:45")],
        [hours(MONDAY, "09:15", "10:20")],
    ],
    ids=["none", "not yet", "no longer", "too short", "no start on the grid"],
)
def test_no_hours_in_this_period(windows: list[Window]) -> None:
    assert reason(windows) is EmptyReason.NO_HOURS


def test_a_holiday_on_the_only_day_with_hours() -> None:
    kept, week = (
        Kept((hours(MONDAY, "09:00", "12:00"),)),
        {"first_day": date(2026, 4, 27), "last_day": date(2026, 5, 3)},
    )
    limits = {"minutes": 60, "earliest": utc(2026, 4, 1), "latest": utc(2026, 6, 1)}
    assert rules.why_empty(kept, **week, **limits) is EmptyReason.HOLIDAY


def test_away_on_every_day_with_hours() -> None:
    monday, thursday = date(2026, 3, 2), date(2026, 3, 5)
    assert reason(TWO_DAYS, Away(monday, thursday)) is EmptyReason.AWAY
    assert reason(TWO_DAYS, Away(monday, monday), Away(thursday, thursday)) is EmptyReason.AWAY
    assert reason(TWO_DAYS, Away(monday, monday)) is EmptyReason.FULL


def test_too_soon_when_the_last_start_lies_before_the_earliest() -> None:
    assert reason(TWO_DAYS, earliest=wall(2026, 3, 5, 20)) is EmptyReason.FULL
    assert reason(TWO_DAYS, earliest=wall(2026, 3, 5, 20, 1)) is EmptyReason.TOO_SOON


def test_beyond_the_horizon_when_nothing_starts_before_the_latest() -> None:
    assert reason(TWO_DAYS, latest=wall(2026, 3, 2, 9, 1)) is EmptyReason.FULL
    assert reason(TWO_DAYS, latest=wall(2026, 3, 2, 9)) is EmptyReason.BEYOND_HORIZON


def test_what_is_left_after_notice_can_lie_beyond_the_horizon() -> None:
    limits = {"earliest": wall(2026, 3, 3, 0), "latest": wall(2026, 3, 5, 19)}
    assert reason(TWO_DAYS, **limits) is EmptyReason.BEYOND_HORIZON


def test_no_hours_and_absence_are_named_before_the_limits() -> None:
    assert reason([], latest=utc(2026, 2, 1)) is EmptyReason.NO_HOURS
    assert reason(TWO_DAYS, Away(date(2026, 3, 1), date(2026, 3, 31)), latest=utc(2026, 2, 1)) is EmptyReason.AWAY


# Rules for what a coach fills in


def test_hours_that_can_stand_together() -> None:
    windows = [
        hours(MONDAY, "09:00", "12:00"),
        hours(MONDAY, "12:00", "13:00"),
        hours(MONDAY, "22:00", "00:00"),
        hours(TUESDAY, "09:00", "12:00"),
        hours(THURSDAY, "09:00", "12:00", valid_until=date(2026, 3, 31)),
        hours(THURSDAY, "10:00", "14:00", valid_from=date(2026, 4, 1)),
        hours(SUNDAY, "00:00", "00:00"),
    ]
    check_hours(windows)
    check_hours(reversed(windows))


@pytest.mark.parametrize(("opens", "closes"), [("12:00", "09:00"), ("09:00", "09:00"), ("23:00", "01:00")])
def test_hours_close_after_they_open(opens: str, closes: str) -> None:
    with pytest.raises(ClosesBeforeOpening):
        check_hours([hours(MONDAY, opens, closes)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (hours(MONDAY, "09:00", "12:00"), hours(MONDAY, "11:59", "13:00")),
        (hours(MONDAY, "09:00", "12:00"), hours(MONDAY, "10:00", "11:00")),
        (hours(MONDAY, "09:00", "12:00"), hours(MONDAY, "09:00", "12:00")),
        (hours(MONDAY, "22:00", "00:00"), hours(MONDAY, "23:00", "23:30")),
        (hours(MONDAY, "22:00", "00:00"), hours(MONDAY, "23:00", "00:00")),
        (
            hours(MONDAY, "09:00", "12:00", valid_until=date(2026, 3, 30)),
            hours(MONDAY, "10:00", "14:00", valid_from=date(2026, 3, 30)),
        ),
        (
            hours(MONDAY, "09:00", "12:00", valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 30)),
            hours(MONDAY, "10:00", "14:00"),
        ),
    ],
)
def test_hours_of_one_weekday_do_not_overlap(one: Window, other: Window) -> None:
    for pair in ([one, other], [other, one]):
        with pytest.raises(HoursOverlap):
            check_hours(iter(pair))


def test_validity_ends_on_or_after_its_first_day() -> None:
    check_hours([hours(MONDAY, "09:00", "12:00", valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 2))])
    with pytest.raises(HoursEndBeforeStart):
        check_hours([hours(MONDAY, "09:00", "12:00", valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 1))])


def test_an_absence_ends_on_or_after_its_first_day() -> None:
    check_absence(Away(date(2026, 3, 2), date(2026, 3, 2)))
    with pytest.raises(AbsenceEndsBeforeStart):
        check_absence(Away(date(2026, 3, 2), date(2026, 3, 1)))


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (ClosesBeforeOpening, "closes"),
        (HoursOverlap, "opens"),
        (HoursEndBeforeStart, "valid_until"),
        (AbsenceEndsBeforeStart, "until_on"),
    ],
)
def test_errors_name_their_field(error: type[HoursOverlap], field: str) -> None:
    assert (error.field, error.status) == (field, 422)


# -- the clock on the wall


def test_what_the_clock_says_is_kept_as_text_and_the_hour_that_comes_twice_reads_the_same():
    assert wall_start(datetime(2026, 3, 30, 7, 30, tzinfo=UTC)) == "2026-03-30 09:30"
    assert wall_start(datetime(2026, 3, 28, 8, 30, tzinfo=UTC)) == "2026-03-28 09:30"
    assert {wall_start(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)} == {"2026-10-25 02:30"}
