"""Dutch working days against lists made by hand and an independent count, and the promise of contact within them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.easter import easter
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from portal.clock import AMSTERDAM
from portal.programmes.calendar import (
    add_working_days,
    contact_deadline,
    holidays_by_name,
    is_working_day,
    overdue_since,
    promised_by,
    public_holidays,
    working_days_between,
)

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SEVENTEEN_YEARS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
COUNTS = st.integers(1, 12)

DAYS_OFF_2026 = {
    "Nieuwjaarsdag": date(2026, 1, 1),
    "Tweede Paasdag": date(2026, 4, 6),
    "Koningsdag": date(2026, 4, 27),
    "Hemelvaart": date(2026, 5, 14),
    "Tweede Pinksterdag": date(2026, 5, 25),
    "Eerste Kerstdag": date(2026, 12, 25),
}


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=AMSTERDAM).astimezone(UTC)


def by_the_book(day: date) -> bool:
    """The list of holidays written out once more, from Easter."""
    paasdag = easter(day.year)
    kings_day = date(day.year, 4, 27)
    off = {
        date(day.year, 1, 1),
        paasdag + 1 * DAY,
        paasdag + 39 * DAY,
        paasdag + 50 * DAY,
        kings_day if kings_day.weekday() != 6 else date(day.year, 4, 26),
        date(day.year, 12, 25),
        date(day.year, 12, 26),
    }
    return day.weekday() not in (5, 6) and day not in off


def test_the_weekdays_off_in_2026_are_exactly_these() -> None:
    year = [date(2026, 1, 1) + number * DAY for number in range(365)]
    off = {day for day in year if day.weekday() < 5 and not is_working_day(day)}
    assert off == set(DAYS_OFF_2026.values())


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        (date(2026, 4, 3), True, "Goede Vrijdag"),
        (date(2025, 5, 5), True, "Bevrijdingsdag, in a fifth year"),
        (date(2026, 5, 5), True, "Bevrijdingsdag"),
        (date(2030, 5, 5), False, "Bevrijdingsdag on a Sunday"),
        (date(2005, 5, 5), False, "Bevrijdingsdag that is also Hemelvaart"),
        (date(2025, 4, 25), True, "the Friday before Koningsdag on Saturday the 26th"),
        (date(2025, 4, 26), False, "Koningsdag moved to Saturday"),
        (date(2025, 4, 28), True, "the Monday after Koningsdag on a Sunday"),
        (date(2026, 4, 27), False, "Koningsdag on a Monday"),
        (date(2027, 12, 27), True, "Monday after Christmas in a weekend: no day instead"),
        (date(2028, 2, 29), True, "leap day on a Tuesday"),
        (date(2032, 2, 29), False, "leap day on a Sunday"),
        (date(2026, 12, 31), True, "Thursday in week 53"),
        (date(2027, 1, 1), False, "Nieuwjaarsdag, still in week 53 of 2026"),
    ],
)
def test_a_day_is_worked_or_not(day: date, works: bool, why: str) -> None:
    assert is_working_day(day) is works, why


@settings(max_examples=300, deadline=None)
@given(SEVENTEEN_YEARS)
def test_working_days_follow_the_list_of_holidays(day: date) -> None:
    assert is_working_day(day) is by_the_book(day)


@pytest.mark.parametrize(
    ("day", "working_days", "then"),
    [
        (date(2026, 3, 5), 0, date(2026, 3, 5)),
        (date(2026, 3, 5), 1, date(2026, 3, 6)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 5, date(2026, 3, 13)),
        (date(2026, 4, 2), 2, date(2026, 4, 7)),
        (date(2026, 5, 13), 1, date(2026, 5, 15)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2028, 2, 28), 2, date(2028, 3, 1)),
        (date(2027, 2, 26), 1, date(2027, 3, 1)),
    ],
)
def test_adding_working_days(day: date, working_days: int, then: date) -> None:
    assert add_working_days(day, working_days) == then


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 3, 5), date(2026, 3, 5), 0),
        (date(2026, 3, 5), date(2026, 3, 4), 0),
        (date(2026, 3, 5), date(2026, 3, 6), 1),
        (date(2026, 3, 6), date(2026, 3, 9), 1),
        (date(2026, 3, 6), date(2026, 3, 8), 0),
        (date(2026, 3, 7), date(2026, 3, 9), 1),
        (date(2026, 12, 23), date(2027, 1, 4), 6),
        (date(2025, 12, 31), date(2026, 12, 31), 261 - 6),
    ],
)
def test_counting_working_days(first: date, last: date, count: int) -> None:
    assert working_days_between(first, last) == count


@settings(max_examples=150, deadline=None)
@given(SEVENTEEN_YEARS, COUNTS)
def test_adding_and_counting_agree(day: date, working_days: int) -> None:
    then = add_working_days(day, working_days)
    assert is_working_day(then)
    assert working_days_between(day, then) == working_days
    assert sum(by_the_book(day + number * DAY) for number in range(1, (then - day).days + 1)) == working_days


@settings(max_examples=150, deadline=None)
@given(SEVENTEEN_YEARS, st.integers(0, 12))
def test_overdue_since_is_the_last_day_that_is_too_long_ago(today: date, working_days: int) -> None:
    since = overdue_since(today, working_days)
    assert working_days_between(since, today) == working_days + 1
    assert working_days_between(since + DAY, today) == working_days


def test_waiting_longer_than_five_working_days_over_easter() -> None:
    assert overdue_since(date(2026, 4, 9), 5) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("matched_at", "working_days", "deadline", "why"),
    [
        (wall(2026, 3, 4, 15, 0), 1, wall(2026, 3, 5, 15, 0), "tomorrow, same time"),
        (wall(2026, 3, 6, 15, 0), 1, wall(2026, 3, 9, 15, 0), "over a weekend"),
        (wall(2026, 3, 6, 15, 0), 5, wall(2026, 3, 13, 15, 0), "a week of working days"),
        (wall(2026, 3, 7, 15, 0), 1, wall(2026, 3, 10, 0, 0), "on Saturday: until the end of Monday"),
        (wall(2026, 3, 8, 23, 59), 1, wall(2026, 3, 10, 0, 0), "on Sunday: until the end of Monday"),
        (wall(2026, 3, 9, 0, 0), 1, wall(2026, 3, 10, 0, 0), "as Monday begins"),
        (wall(2026, 3, 7, 15, 0), 2, wall(2026, 3, 11, 0, 0), "on Saturday, two days"),
        (wall(2026, 5, 14, 11, 0), 1, wall(2026, 5, 16, 0, 0), "on Hemelvaart: until the end of Friday"),
        (wall(2026, 5, 13, 11, 0), 1, wall(2026, 5, 15, 11, 0), "the day before Hemelvaart"),
        (wall(2026, 4, 2, 9, 0), 1, wall(2026, 4, 3, 9, 0), "Goede Vrijdag is worked"),
        (wall(2026, 12, 31, 16, 0), 1, wall(2027, 1, 4, 16, 0), "over the year's end"),
        (wall(2026, 3, 27, 9, 0), 1, wall(2026, 3, 30, 9, 0), "over the night that loses an hour"),
        (wall(2026, 10, 23, 9, 0), 1, wall(2026, 10, 26, 9, 0), "over the night that gains an hour"),
        (datetime(2026, 3, 6, 23, 30, tzinfo=UTC), 1, wall(2026, 3, 10, 0, 0), "already Saturday on a Dutch clock"),
        (datetime(2026, 7, 5, 22, 30, tzinfo=UTC), 1, wall(2026, 7, 7, 0, 30), "already Monday on a Dutch clock"),
    ],
)
def test_contact_deadline(matched_at: datetime, working_days: int, deadline: datetime, why: str) -> None:
    found = contact_deadline(matched_at, working_days)
    assert found == deadline, why
    assert found.tzinfo is UTC


def test_the_hours_until_the_deadline_change_with_the_clock() -> None:
    spring, autumn = wall(2026, 3, 27, 9, 0), wall(2026, 10, 23, 9, 0)
    assert contact_deadline(spring, 1) - spring == timedelta(hours=71)
    assert contact_deadline(autumn, 1) - autumn == timedelta(hours=73)


INSTANTS = st.integers(0, 17 * 365 * 24 * 60).map(lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + minutes * MINUTE)


@settings(max_examples=200, deadline=None)
@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=5)), COUNTS)
@example(wall(2026, 3, 8, 12, 0), timedelta(hours=12), 1)
@example(wall(2026, 5, 14, 12, 0), timedelta(hours=13), 1)
def test_a_later_match_never_has_an_earlier_deadline(matched_at: datetime, later: timedelta, working_days: int) -> None:
    assert contact_deadline(matched_at, working_days) <= contact_deadline(matched_at + later, working_days)


@settings(max_examples=200, deadline=None)
@given(INSTANTS, COUNTS)
def test_contact_in_time_is_contact_within_that_many_working_days(matched_at: datetime, working_days: int) -> None:
    matched_on = matched_at.astimezone(AMSTERDAM)
    assume(matched_on.time() != time(0))
    last_moment = contact_deadline(matched_at, working_days) - timedelta(microseconds=1)
    assert working_days_between(matched_on.date(), last_moment.astimezone(AMSTERDAM).date()) == working_days


@pytest.mark.parametrize(
    ("matched_at", "working_days", "promised", "why"),
    [
        (wall(2026, 3, 2, 15, 0), 1, wall(2026, 3, 3, 15, 0), "for tomorrow at three"),
        (wall(2026, 3, 2, 5, 31), 1, wall(2026, 3, 2, 17, 0), "nobody is called at half past five"),
        (wall(2026, 3, 2, 9, 0), 1, wall(2026, 3, 3, 9, 0), "the first moment of a working day"),
        (wall(2026, 3, 2, 17, 0), 1, wall(2026, 3, 3, 17, 0), "the last one"),
        (wall(2026, 3, 2, 19, 30), 1, wall(2026, 3, 3, 17, 0), "in the evening"),
        (wall(2026, 3, 7, 12, 0), 1, wall(2026, 3, 9, 17, 0), "at the weekend: the whole of Monday"),
        (wall(2026, 3, 9, 5, 31), 1, wall(2026, 3, 9, 17, 0), "Monday morning, as at the weekend"),
        (wall(2026, 3, 6, 7, 0), 1, wall(2026, 3, 6, 17, 0), "Friday morning, and not on Sunday"),
        (wall(2026, 3, 2, 5, 31), 5, wall(2026, 3, 6, 17, 0), "five days"),
    ],
)
def test_promised_by(matched_at: datetime, working_days: int, promised: datetime, why: str) -> None:
    assert promised_by(matched_at, working_days) == promised, why


@settings(max_examples=200, deadline=None)
@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=5)), COUNTS)
@example(wall(2026, 3, 8, 12, 0), timedelta(hours=18), 1)
def test_a_promise_is_kept_in_working_hours_and_in_time(
    matched_at: datetime, later: timedelta, working_days: int
) -> None:
    promised = promised_by(matched_at, working_days)
    moment = promised.astimezone(AMSTERDAM)
    assert is_working_day(moment.date())
    assert time(9) <= moment.time() <= time(17)
    assert matched_at < promised <= contact_deadline(matched_at, working_days)
    assert promised <= promised_by(matched_at + later, working_days)


# -- what they are called


def test_holidays_have_names_in_both_languages():
    dutch = holidays_by_name(date(2026, 3, 2), date(2027, 3, 2))
    assert list(dutch.items()) == [
        (date(2026, 4, 5), "Eerste paasdag"),
        (date(2026, 4, 6), "Tweede paasdag"),
        (date(2026, 4, 27), "Koningsdag"),
        (date(2026, 5, 14), "Hemelvaartsdag"),
        (date(2026, 5, 24), "Eerste pinksterdag"),
        (date(2026, 5, 25), "Tweede pinksterdag"),
        (date(2026, 12, 25), "Eerste kerstdag"),
        (date(2026, 12, 26), "Tweede kerstdag"),
        (date(2027, 1, 1), "Nieuwjaarsdag"),
    ]
    english = holidays_by_name(date(2026, 3, 2), date(2027, 3, 2), "en")
    assert list(english) == list(dutch)
    assert english[date(2026, 4, 27)] == "King's Day"


@pytest.mark.parametrize("year", range(2026, 2041))
def test_the_named_holidays_of_a_year_are_its_days_off(year):
    assert set(holidays_by_name(date(year, 1, 1), date(year, 12, 31))) == public_holidays(
        date(year, 1, 1), date(year, 12, 31)
    )
