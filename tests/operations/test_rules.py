"""The clock changes of fifteen years against the law, and what is wrong with a talk around them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.availability.hours import Away, Extra, Kept, Window
from portal.availability.rules import wall_start
from portal.clock import AMSTERDAM
from portal.operations.rules import PlannedTalk, Trouble, clock_changes, talks_between, troubles, year_from

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# Every day from nine to five.
NINE_TO_FIVE = tuple(Window(weekday, time(9), time(17)) for weekday in range(7))
# On some of these Sundays and Mondays it is Easter.
ALWAYS = Kept(NINE_TO_FIVE, works_on_holidays=True)
YEARS = range(2026, 2041)


def last_sunday(year: int, month: int) -> date:
    """By the law: both months have 31 days."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def wall(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=AMSTERDAM).astimezone(UTC)


def talk(text: str, *, minutes: int = 60, booked_as: str | None = "") -> PlannedTalk:
    starts_at = wall(text)
    return PlannedTalk("abc", 1, "RA0205", starts_at, minutes, wall_start(starts_at) if booked_as == "" else booked_as)


# -- clock changes


@pytest.mark.parametrize("year", YEARS)
def test_the_clock_goes_forward_in_march_and_back_in_october_at_one_o_clock_utc(year):
    spring, autumn = clock_changes(datetime(year, 1, 1, tzinfo=UTC), number=2)
    assert [spring.day, autumn.day] == [last_sunday(year, 3), last_sunday(year, 10)]
    assert [spring.at, autumn.at] == [
        datetime.combine(change.day, time(1), UTC) for change in (spring, autumn)
    ]  # fmt: skip
    assert (spring.before.time(), spring.after.time(), spring.is_forward) == (time(2), time(3), True)
    assert (autumn.before.time(), autumn.after.time(), autumn.is_forward) == (time(3), time(2), False)


@pytest.mark.parametrize("year", YEARS)
def test_a_change_is_coming_until_it_has_happened(year):
    [spring] = clock_changes(datetime(year, 1, 1, tzinfo=UTC), number=1)
    assert clock_changes(spring.at - SECOND, number=2)[0] == spring
    assert clock_changes(spring.at, number=2)[0] == spring
    assert clock_changes(spring.at + SECOND, number=2)[0].day == last_sunday(year, 10)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_two_changes_around_its_end(year):
    autumn, spring = clock_changes(datetime(year, 7, 1, tzinfo=UTC), number=2)
    assert (autumn.day, spring.day) == (last_sunday(year, 10), last_sunday(year + 1, 3))
    assert spring.days == (spring.day - DAY, spring.day + DAY)


def test_twelve_months_are_counted_from_today():
    assert year_from(date(2026, 3, 2)) == (date(2026, 3, 2), date(2027, 3, 2))


# -- talks around them


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26"])
def test_a_talk_in_the_hours_at_the_time_that_was_booked_is_right(day):
    for starts in ("09.00", "12.30", "16.00"):
        assert troubles(talk(f"{day} {starts}"), Kept(NINE_TO_FIVE)) == []


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("month", [3, 10])
def test_of_every_clock_change_the_hours_are_kept_by_the_clock_on_the_wall(year, month):
    for day in (last_sunday(year, month) + number * DAY for number in (-1, 0, 1)):
        assert troubles(talk(f"{day} 09.00"), ALWAYS) == []
        assert troubles(talk(f"{day} 08.30"), ALWAYS) == [Trouble.OUTSIDE]
        assert troubles(talk(f"{day} 16.30"), ALWAYS) == [Trouble.OUTSIDE]


def test_a_talk_whose_clock_time_is_not_the_one_that_was_booked():
    """As when summer time is done away with: the moment stays, the clock shows something else."""
    moved = talk("2026-03-30 10.00", booked_as="2026-03-30 11:00")
    assert troubles(moved, Kept(NINE_TO_FIVE)) == [Trouble.SHIFTED]
    moved = talk("2026-03-30 08.30", booked_as="2026-03-30 09:30")
    assert troubles(moved, Kept(NINE_TO_FIVE)) == [Trouble.SHIFTED, Trouble.OUTSIDE]


def test_what_nobody_noted_is_not_held_against_a_talk():
    assert troubles(talk("2026-03-30 10.00", booked_as=None), Kept(NINE_TO_FIVE)) == []


def test_a_talk_in_the_hour_that_comes_twice_is_within_night_hours():
    night = Kept((Window(6, time(1), time(4)),))
    both = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    for starts_at in both:
        found = PlannedTalk("abc", 1, None, starts_at, 60, "2026-10-25 02:30")
        assert troubles(found, night) == []


def test_a_talk_over_midnight_needs_hours_on_both_days():
    evening = (Window(6, time(20), time(0)),)
    late = talk("2026-03-29 23.30")
    assert troubles(late, Kept(evening)) == [Trouble.OUTSIDE]
    assert troubles(late, Kept((*evening, Window(0, time(0), time(2))))) == []


# -- days off


def test_a_talk_on_a_holiday_on_which_the_coach_does_not_work():
    easter_monday = talk("2026-04-06 10.00")
    assert troubles(easter_monday, Kept(NINE_TO_FIVE)) == [Trouble.HOLIDAY]
    assert troubles(easter_monday, Kept(NINE_TO_FIVE, works_on_holidays=True)) == []


def test_extra_hours_on_a_holiday_are_hours():
    extra = Kept(NINE_TO_FIVE, extras=(Extra(date(2026, 4, 6), time(9), time(12)),))
    assert troubles(talk("2026-04-06 10.00"), extra) == []
    assert troubles(talk("2026-04-06 13.00"), extra) == [Trouble.HOLIDAY]


def test_outside_the_hours_on_a_holiday_is_told_as_such():
    assert troubles(talk("2026-04-06 19.00"), Kept(NINE_TO_FIVE)) == [Trouble.OUTSIDE]


def test_away_is_told_before_the_holiday():
    away = Kept(NINE_TO_FIVE, absences=(Away(date(2026, 4, 4), date(2026, 4, 8)),))
    assert troubles(talk("2026-04-06 10.00"), away) == [Trouble.AWAY]


def test_talks_are_counted_by_the_dutch_day_on_which_they_begin():
    talks = [talk(text) for text in ("2026-03-27 23.30", "2026-03-28 00.00", "2026-03-30 23.59", "2026-03-31 00.00")]
    assert list(talks_between(talks, date(2026, 3, 28), date(2026, 3, 30))) == talks[1:3]
