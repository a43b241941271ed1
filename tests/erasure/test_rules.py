"""Days instead of moments, and on which reference dates a talk counts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.clock import local_day
from portal.enrolments.rules import EnrolmentStatus
from portal.erasure import rules

TALK, NEXT, LATER = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 20)
CONFIRMED, DUPLICATE, STARTED = EnrolmentStatus.CONFIRMED, EnrolmentStatus.DUPLICATE, EnrolmentStatus.STARTED


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 29, 21, 59, 59, 999999, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (date(2026, 3, 29), date(2026, 3, 29)),
    ],
)
def test_a_moment_becomes_its_dutch_day(moment, day):
    made = rules.day_of(moment, 3)
    assert local_day(made) == day
    assert local_day(made - timedelta(microseconds=4)) == day - rules.DAY


def test_what_came_later_on_a_day_stays_later():
    assert rules.day_of(TALK, 0) < rules.day_of(TALK, 1) < rules.day_of(NEXT, 0)


def test_what_did_not_happen_has_no_day():
    assert rules.day_of(None, 0) is None


@pytest.mark.parametrize(
    ("changes", "now_since", "days"),
    [
        ([], (TALK, CONFIRMED), [(TALK, rules.FOR_EVER)]),
        ([(TALK, CONFIRMED), (NEXT, STARTED)], (NEXT, STARTED), [(TALK, rules.FOR_EVER)]),
        ([(TALK, CONFIRMED), (NEXT, DUPLICATE)], (NEXT, DUPLICATE), [(TALK, TALK)]),
        ([(TALK, DUPLICATE)], (TALK, DUPLICATE), []),
        ([(TALK, DUPLICATE), (NEXT, STARTED)], (NEXT, STARTED), [(NEXT, rules.FOR_EVER)]),
        (
            [(NEXT, DUPLICATE), (LATER, STARTED)],
            (LATER, STARTED),
            [(TALK, TALK), (LATER, rules.FOR_EVER)],
        ),
    ],
)
def test_a_talk_counts_while_its_enrolment_is_no_duplicate(changes, now_since, days):
    assert list(rules.days_counted(TALK, changes, now_since)) == days


def test_numbers_of_copies_lie_far_below_zero():
    assert all(rules.LOWEST <= rules.random_number() < rules.HIGHEST for _ in range(100))


def test_somebody_is_fresh_for_ten_minutes():
    signed_in_at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    rules.check_fresh(signed_in_at, signed_in_at + timedelta(minutes=10))
    with pytest.raises(rules.SignInAgain):
        rules.check_fresh(signed_in_at, signed_in_at + timedelta(minutes=10, seconds=1))
