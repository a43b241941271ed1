"""Periods of whole Dutch days: which instants lie in them, also where the clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.clock import local_day
from portal.counting.periods import (
    DayOutOfReach,
    NotAPeriod,
    Period,
    PeriodReversed,
    end_of,
    fixed_period,
    last_of_month,
    midnight,
    month_code,
    quarter_code,
    year_of,
)
from portal.programmes.codes import ProgrammeCode

patiently = settings(deadline=None)
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2199, 12, 31))


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        (date(2025, 1, 15), datetime(2025, 1, 14, 23, tzinfo=UTC), datetime(2025, 1, 15, 23, tzinfo=UTC)),
        (date(2025, 7, 15), datetime(2025, 7, 14, 22, tzinfo=UTC), datetime(2025, 7, 15, 22, tzinfo=UTC)),
        (date(2025, 3, 30), datetime(2025, 3, 29, 23, tzinfo=UTC), datetime(2025, 3, 30, 22, tzinfo=UTC)),
        (date(2025, 10, 26), datetime(2025, 10, 25, 22, tzinfo=UTC), datetime(2025, 10, 26, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_and_ends_at_dutch_midnight(day, begins, ends):
    assert (midnight(day), end_of(day)) == (begins, ends)


@patiently
@given(days, days, days, st.integers(min_value=-90_000_000, max_value=90_000_000))
def test_a_period_holds_exactly_the_instants_of_its_days(one, other, near, microseconds):
    period = Period(min(one, other), max(one, other))
    moment = midnight(near) + timedelta(microseconds=microseconds * 1000)
    inside = period.starts_at <= moment < period.ends_at
    assert inside == (period.first_day <= local_day(moment) <= period.last_day)


def test_a_period_does_not_end_before_it_begins():
    with pytest.raises(PeriodReversed):
        Period(date(2025, 1, 2), date(2025, 1, 1))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 12, 31), date(2200, 1, 1), date.max])
def test_days_that_are_out_of_reach(day):
    with pytest.raises(DayOutOfReach):
        Period(day, day)


@pytest.mark.parametrize(
    ("code", "first_day", "last_day"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31)),
        ("2025-Q4", date(2025, 10, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2199-12", date(2199, 12, 1), date(2199, 12, 31)),
    ],
)
def test_fixed_periods(code, first_day, last_day):
    assert fixed_period(code) == Period(first_day, last_day)


@pytest.mark.parametrize("code", ["", "25", "2025-", "2025-Q0", "2025-Q5", "2025-00", "2025-13", "2025-1", " 2025"])
def test_what_is_not_a_fixed_period(code):
    with pytest.raises(NotAPeriod):
        fixed_period(code)


@pytest.mark.parametrize("code", ["0000", "1999-12", "2200", "9999-Q4"])
def test_fixed_periods_out_of_reach(code):
    with pytest.raises(DayOutOfReach):
        fixed_period(code)


@patiently
@given(days)
def test_every_day_lies_in_its_month_and_quarter(day):
    for code in (month_code(day), quarter_code(day)):
        period = fixed_period(code)
        assert period.first_day <= day <= period.last_day
    assert fixed_period(month_code(day)).last_day == last_of_month(day)


def test_the_months_that_a_period_touches():
    assert Period(date(2024, 12, 31), date(2025, 2, 1)).months == [
        date(2024, 12, 1),
        date(2025, 1, 1),
        date(2025, 2, 1),
    ]
    assert Period(date(2025, 2, 3), date(2025, 2, 3)).months == [date(2025, 2, 1)]


@pytest.mark.parametrize("programme", ProgrammeCode)
@pytest.mark.parametrize("year", [2016, 2019, 2020, 2021, 2026])
def test_years_of_a_programme_follow_each_other_without_a_gap(programme, year):
    assert year_of(programme, year).last_day + timedelta(days=1) == year_of(programme, year + 1).first_day


def test_the_first_year_of_extra_coaching_lasted_into_january():
    assert year_of(ProgrammeCode.ECZ, 2020) == Period(date(2020, 4, 15), date(2021, 1, 5))
    assert year_of(ProgrammeCode.SIJW, 2020) == fixed_period("2020")


def test_a_period_up_to_a_day():
    year = fixed_period("2025")
    assert year.up_to(date(2025, 10, 31)) == Period(date(2025, 1, 1), date(2025, 10, 31))
    assert year.up_to(date(2026, 5, 1)) == year
