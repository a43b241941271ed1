"""Weekly hours and free times against a model that goes by every minute on a Dutch clock, from 2024 to 2040."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.availability.hours import Away, Extra, Kept, Weeks, Window
from portal.availability.rules import (
    AMSTERDAM,
    EmptyReason,
    Interval,
    block_range,
    free_starts,
    open_intervals,
    subtract,
    why_empty,
)
from portal.programmes.calendar import public_holidays

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - (day.weekday() + 1) % 7 * DAY


CLOCK_CHANGES = [last_sunday(year, month) for year in range(2024, 2041) for month in (3, 10)]
KINGS_DAYS = [date(year, 4, 26 if date(year, 4, 27).weekday() == 6 else 27) for year in range(2024, 2041)]
NEW_YEARS = [date(year, 1, 1) for year in range(2024, 2041)]
OFF = {*KINGS_DAYS, *NEW_YEARS}
SPECIAL_DAYS = [*CLOCK_CHANGES, *KINGS_DAYS, *NEW_YEARS]
DAYS = st.sampled_from(SPECIAL_DAYS) | st.dates(date(2024, 1, 1), date(2040, 12, 31))
OFFSETS = st.integers(-1, 4)
WALL_MINUTES = st.sampled_from(range(0, 24 * 60, 15)) | st.integers(0, 5 * 60)
RHYTHMS = st.tuples(st.sampled_from(Weeks), st.sampled_from([1, 1, 2, 3]))
HOURS = st.tuples(OFFSETS, WALL_MINUTES, WALL_MINUTES | st.just(0), st.none() | OFFSETS, st.none() | OFFSETS, RHYTHMS)
EXTRAS = st.tuples(OFFSETS, WALL_MINUTES, WALL_MINUTES | st.just(0))


def plan_of(drawn: tuple) -> dict:
    """The arguments of `open_intervals`: what a coach said and a few days, many around a clock change or a holiday."""
    day, days_before, length, all_hours, all_absences, all_extras, works_on_holidays = drawn
    first_day = day - days_before * DAY

    def near(offset: int | None) -> date | None:
        return None if offset is None else first_day + offset * DAY

    def wall_time(minutes: int) -> time:
        return time(minutes // 60, minutes % 60)

    windows = tuple(
        Window(near(offset).weekday(), wall_time(opens), wall_time(closes), near(since), near(until), weeks, every)
        for offset, opens, closes, since, until, (weeks, every) in all_hours
        if (opens < closes or closes == 0) and (every == 1 or since is not None)
    )
    extras = tuple(
        Extra(near(offset), wall_time(opens), wall_time(closes))
        for offset, opens, closes in all_extras
        if opens < closes or closes == 0
    )
    absences = tuple(Away(near(from_on), near(until_on)) for from_on, until_on in all_absences)
    return {
        "kept": Kept(windows, extras, absences, works_on_holidays),
        "first_day": first_day,
        "last_day": first_day + length * DAY,
    }


PLANS = st.tuples(
    DAYS,
    st.integers(0, 2),
    st.integers(0, 3),
    st.lists(HOURS, min_size=1, max_size=5),
    st.lists(st.tuples(OFFSETS, OFFSETS), max_size=1),
    st.lists(EXTRAS, max_size=2),
    st.booleans(),
).map(plan_of)
BUSY = st.lists(st.tuples(st.integers(-120, 3 * 1440), st.integers(1, 400)), max_size=6)


def busy_after(first_day: date, pairs: list[tuple[int, int]]) -> list[Interval]:
    """Unsorted, overlapping and nested."""
    begin = midnight(first_day)
    return [Interval(begin + start * MINUTE, begin + (start + length) * MINUTE) for start, length in pairs]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def number_of(instant: datetime) -> int:
    """Minutes are numbered from 1970 in UTC."""
    return int(instant.timestamp()) // 60


@lru_cache
def clock_of(day: date) -> dict[int, int]:
    """What a Dutch clock reads in every minute of a day, in minutes since 00:00: asked once every hour in UTC."""
    noon = number_of(midnight(day)) + 12 * 60
    hours = range(noon - 15 * 60, noon + 15 * 60, 60)
    readings = {hour: datetime.fromtimestamp(hour * 60, AMSTERDAM) for hour in hours}
    return {
        hour + minute: reading.hour * 60 + reading.minute + minute
        for hour, reading in readings.items()
        if reading.date() == day
        for minute in range(60)
    }


def kept_minutes(day: date, window: Window) -> range:
    """From the first minute at or past the opening time up to the last minute before the closing time."""
    clock = clock_of(day)
    opens = window.opens.hour * 60 + window.opens.minute
    closes = window.closes.hour * 60 + window.closes.minute or 24 * 60
    first = next(minute for minute, reading in clock.items() if reading >= opens)
    last = next((minute for minute, reading in reversed(clock.items()) if reading < closes), first - 1)
    return range(first, last + 1)


def is_kept(day: date, window: Window) -> bool:
    from_then = window.valid_from is None or day >= window.valid_from
    until_then = window.valid_until is None or day <= window.valid_until
    return day.weekday() == window.weekday and from_then and until_then and has_its_turn(day, window)


def has_its_turn(day: date, window: Window) -> bool:
    number = int(day.strftime("%V"))
    if window.weeks != Weeks.ALL and ("even", "odd")[number % 2] != window.weeks.value:
        return False
    turn, since = day, window.valid_from or day
    while turn - DAY * turn.weekday() > since:  # Back, so many weeks at a time, to the week of the first day.
        turn -= 7 * window.every * DAY
    return turn.isocalendar()[:2] == since.isocalendar()[:2] or window.every == 1


def is_off(day: date) -> bool:
    """King's day and New Year by hand; the other holidays move with Easter."""
    return day in OFF or day in public_holidays(day, day)


def open_minutes(kept: Kept, first_day: date, last_day: date) -> set[int]:
    days = [first_day + number * DAY for number in range((last_day - first_day).days + 1)]
    found: set[int] = set()
    for day in days:
        if any(absence.from_on <= day <= absence.until_on for absence in kept.absences):
            continue
        on_this_day = [window for window in kept.windows if is_kept(day, window)]
        if is_off(day) and not kept.works_on_holidays:
            on_this_day = []
        on_this_day += [Window(day.weekday(), e.opens, e.closes) for e in kept.extras if e.on_day == day]
        found |= {minute for window in on_this_day for minute in kept_minutes(day, window)}
    return found


def minutes_within(intervals: list[Interval]) -> set[int]:
    return {minute for begin, end in intervals for minute in range(number_of(begin), number_of(end))}


def assert_sorted_and_apart(intervals: list[Interval]) -> None:
    assert all(interval.starts_at < interval.ends_at for interval in intervals)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(intervals))


@settings(max_examples=100, deadline=None)
@given(PLANS)
def test_open_intervals_are_the_open_minutes(plan: dict) -> None:
    found = open_intervals(**plan)
    assert_sorted_and_apart(found)
    assert minutes_within(found) == open_minutes(**plan)


@settings(max_examples=60, deadline=None)
@given(PLANS, BUSY)
def test_subtract_leaves_the_minutes_that_are_not_busy(plan: dict, pairs: list[tuple[int, int]]) -> None:
    intervals = open_intervals(**plan)
    busy = busy_after(plan["first_day"], pairs)
    left = subtract(intervals, busy)
    assert_sorted_and_apart(left)
    assert minutes_within(left) == minutes_within(intervals) - minutes_within(busy)


TALKS = st.fixed_dictionaries(
    {
        "minutes": st.sampled_from([15, 30, 50, 60, 90]),
        "buffer_before": st.sampled_from([0, 5, 15, 40]),
        "buffer_after": st.sampled_from([0, 10, 15, 35]),
        "step": st.sampled_from([10, 15, 20, 30, 60]),
    }
)


def allowed_starts(talk: dict[str, int], is_open: set[int], is_busy: set[int]) -> list[int]:
    whole = range(talk["minutes"])
    buffered = range(-talk["buffer_before"], talk["minutes"] + talk["buffer_after"])
    return [
        start
        for start in sorted(is_open)
        if datetime.fromtimestamp(start * 60, AMSTERDAM).minute % talk["step"] == 0
        and all(start + number in is_open for number in whole)
        and not any(start + number in is_busy for number in buffered)
    ]


@settings(max_examples=120, deadline=None)
@given(PLANS, BUSY, TALKS, st.integers(-200, 1000), st.integers(500, 6000))
def test_free_starts_are_the_starts_that_every_minute_allows(
    plan: dict, pairs: list[tuple[int, int]], talk: dict[str, int], notice: int, horizon: int
) -> None:
    begin = midnight(plan["first_day"])
    busy = busy_after(plan["first_day"], pairs)
    earliest, latest = begin + notice * MINUTE, begin + horizon * MINUTE

    found = free_starts(open_intervals(**plan), busy, **talk, earliest=earliest, latest=latest)

    allowed = allowed_starts(talk, open_minutes(**plan), minutes_within(busy))
    in_time = range(number_of(earliest), number_of(latest))
    assert [number_of(start) for start in found] == [start for start in allowed if start in in_time]
    for start in found:
        block = block_range(start, talk["minutes"], talk["buffer_before"], talk["buffer_after"])
        assert subtract([block], busy) == [block]


@settings(max_examples=60, deadline=None)
@given(PLANS, st.integers(-500, 4000), st.integers(-500, 6000))
def test_the_reason_is_the_first_limit_that_leaves_nothing(plan: dict, notice: int, horizon: int) -> None:
    begin = midnight(plan["first_day"])
    earliest, latest = begin + notice * MINUTE, begin + horizon * MINUTE
    talk = {"minutes": 60, "buffer_before": 0, "buffer_after": 0, "step": 30}

    def starts(**said: object) -> list[int]:
        return allowed_starts(talk, open_minutes(**{**plan, "kept": replace(plan["kept"], **said)}), set())

    kept = starts(absences=(), works_on_holidays=True)
    at_hand = starts(works_on_holidays=True)
    present = starts()
    with_notice = [start for start in present if start >= number_of(earliest)]
    bookable = [start for start in with_notice if start < number_of(latest)]
    left = zip(EmptyReason, [kept, at_hand, present, with_notice, bookable], strict=False)
    expected = next((limit for limit, starts in left if not starts), EmptyReason.FULL)

    assert why_empty(**plan, minutes=60, earliest=earliest, latest=latest) is expected
