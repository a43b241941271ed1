"""Limits: exact under parallel tries, over when the window ends, and each for one person only."""

from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.errors import TooManyRequests
from portal.throttle import RateCounter, check_limit, forget_finished_windows, within_limit
from tests.racing import at_once


def hits(times: int, who: str = "noor", limit: str = "5/hour", purpose: str = "test") -> list[bool]:
    return [within_limit(limit, purpose, who) for _ in range(times)]


def test_so_many_and_no_more(db, clock):
    assert hits(7) == [True] * 5 + [False] * 2


def test_exactly_so_many_get_through_when_processes_try_together(db, clock):
    tried = at_once(lambda number: sum(hits(5, limit="17/hour")), times=8)
    assert sum(tried) == 17, tried


def test_the_window_ends_by_itself(db, clock):
    hits(5)
    clock.shift(timedelta(hours=1, seconds=-1))
    assert hits(1) == [False]
    clock.shift(timedelta(seconds=1))
    assert hits(6) == [True] * 5 + [False]


def test_tries_after_the_limit_do_not_make_it_last_longer(db, clock):
    hits(5)
    clock.shift(timedelta(minutes=59))
    hits(50)
    clock.shift(timedelta(minutes=1))
    assert hits(1) == [True]


@pytest.mark.parametrize("other", [{"who": "rik"}, {"purpose": "other"}, {"limit": "5/minute"}])
def test_somebody_else_and_something_else_are_not_counted_along(db, clock, other):
    hits(6)
    assert hits(1, **other) == [True]


def test_who_is_over_the_limit_hears_how_long_it_lasts(db, clock):
    check_limit("1/hour", "test", "noor")
    clock.shift(timedelta(minutes=20))
    with pytest.raises(TooManyRequests) as caught:
        check_limit("1/hour", "test", "noor")
    assert caught.value.retry_after == 40 * 60


def test_a_try_counts_though_the_rest_fails(db, clock):
    with pytest.raises(TooManyRequests):
        [check_limit("2/hour", "test", "noor") for _ in range(3)]
    assert RateCounter.get().count == 3


def test_who_was_counted_cannot_be_read(db, clock):
    hits(1, who="noor@example.org")
    assert "noor" not in RateCounter.get().key


def test_finished_windows_are_forgotten(db, clock):
    hits(1)
    hits(1, limit="5/minute")
    clock.shift(timedelta(minutes=1))
    assert forget_finished_windows() == 1
    assert RateCounter.get().expires_at == int((portal_clock.now() + timedelta(minutes=59)).timestamp())
