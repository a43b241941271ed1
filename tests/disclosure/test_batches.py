"""Answers come with ten at once, whatever comes in and whenever one looks."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from portal.disclosure.batches import told_through
from portal.disclosure.rules import ENOUGH

MONTHS = [date(2025, month, 1) for month in range(1, 13)]
WITHIN = timedelta(days=44)
LONG_AFTER = date(2027, 1, 1)


def through(numbers, today, within=WITHIN):
    return told_through(dict(zip(MONTHS, numbers, strict=False)), today, answered_within=within)


def told(numbers, today) -> int:
    """How many answers are told on this day."""
    last = through(numbers, today)
    return sum(number for month, number in zip(MONTHS, numbers, strict=True) if last and month <= last)


@given(
    st.lists(st.one_of(st.integers(0, 3), st.integers(0, 30)), min_size=12, max_size=12),
    st.lists(st.integers(0, 500), min_size=2, max_size=40),
)
def test_a_page_changes_by_nobody_or_by_ten(numbers, days):
    """Unless it is the first that is told at all: that stands by itself, and a mean of it needs ten too."""
    shown = [told(numbers, date(2025, 1, 1) + timedelta(days=day)) for day in sorted(days)]
    for before, after in pairwise(shown):
        assert after >= before
        assert after == before or after - before >= ENOUGH or before == 0


@given(st.lists(st.integers(0, 30), min_size=12, max_size=12))
def test_in_the_end_everything_is_told(numbers):
    assert told(numbers, LONG_AFTER) == sum(numbers)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2025, 3, 16), None),  # January is settled on March 17, February on April 14.
        (date(2025, 4, 13), None),
        (date(2025, 4, 14), MONTHS[0]),
        (date(2025, 5, 15), MONTHS[1]),
    ],
)
def test_a_month_waits_until_it_is_settled_and_ten_wait_behind_it(day, last):
    assert through([10, 12, 11, 0, 0, 0], day) == last


def test_few_answers_wait_for_more():
    assert through([4, 5, 3, 0, 4, 6, 9, 0, 0, 0, 0], date(2025, 12, 1)) == date(2025, 3, 1)


def test_months_can_be_settled_half_a_year_later():
    assert through([50] * 12, date(2025, 8, 1), within=relativedelta(months=6)) is None
    assert through([50] * 12, date(2025, 9, 1), within=relativedelta(months=6)) == date(2025, 1, 1)
