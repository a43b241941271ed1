"""To whom a time is offered first, and at which hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import AMSTERDAM
from portal.offers.rules import FromIsOver, Wish, answer_before, check_from, is_quiet, next_offers

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=AMSTERDAM).astimezone(UTC)


NOON = wall(2026, 3, 3, 12)


def wish(number: int, **values: object) -> Wish:
    told: dict = {"planned_at": NOON + 14 * DAY, "from_on": date(2026, 3, 3), "evenings_only": False}
    return Wish(id=number, **{**told, "asked_at": NOON - 10 * DAY + number * HOUR, **values})


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (wall(2026, 3, 3, 20, 59), False),
        (wall(2026, 3, 3, 21), True),
        (wall(2026, 3, 4, 7, 59), True),
        (wall(2026, 3, 4, 8), False),
        (wall(2026, 3, 29, 8), False),
        (wall(2026, 10, 25, 7, 59), True),
    ],
)
def test_people_are_left_alone_in_the_night(moment, quiet):
    assert is_quiet(moment) is quiet


@pytest.mark.parametrize(
    ("made_at", "until"),
    [
        (wall(2026, 3, 3, 12), wall(2026, 3, 3, 14)),
        (wall(2026, 3, 3, 18, 59), wall(2026, 3, 3, 20, 59)),
        (wall(2026, 3, 3, 19), wall(2026, 3, 4, 10)),
        (wall(2026, 12, 31, 20, 30), wall(2027, 1, 1, 10)),
        (wall(2026, 3, 28, 20), wall(2026, 3, 29, 10)),
    ],
)
def test_there_are_two_hours_to_answer_and_a_night_more_in_the_evening(made_at, until):
    assert answer_before(made_at) == until


@given(st.integers(0, 3 * 365 * 24 * 60))
def test_no_offer_made_in_daytime_runs_out_at_night_or_in_less_than_two_hours(minutes):
    made_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    if not is_quiet(made_at):
        assert answer_before(made_at) - made_at >= 2 * HOUR
        assert not is_quiet(answer_before(made_at))


def test_who_asked_first_comes_first_and_each_time_goes_to_one_person():
    first, second = wish(1), wish(2)
    assert next_offers([NOON + DAY], [second, first]) == [(NOON + DAY, first)]
    both = next_offers([NOON + 2 * DAY, NOON + DAY], [second, first])
    assert both == [(NOON + DAY, first), (NOON + 2 * DAY, second)]


def test_who_was_offered_something_comes_after_who_was_not():
    lucky, patient = wish(1, last_offered_at=NOON - HOUR), wish(2)
    assert next_offers([NOON + DAY], [lucky, patient]) == [(NOON + DAY, patient)]


@pytest.mark.parametrize(
    "values",
    [
        {"planned_at": NOON + DAY + 23 * HOUR},
        {"from_on": date(2026, 3, 5)},
        {"evenings_only": True},
        {"offered_before": frozenset({NOON + DAY})},
    ],
    ids=["hardly earlier", "too early", "not in the evening", "known already"],
)
def test_a_time_that_does_not_fit_is_not_offered(values):
    assert next_offers([NOON + DAY], [wish(1, **values)]) == []


def test_an_evening_begins_at_six_on_a_dutch_clock():
    evening = wish(1, evenings_only=True)
    assert evening.fits(wall(2026, 3, 4, 18))
    assert not evening.fits(wall(2026, 3, 4, 17, 30))


def test_a_first_day_lies_ahead():
    check_from(date(2026, 3, 3), date(2026, 3, 3))
    with pytest.raises(FromIsOver):
        check_from(date(2026, 3, 2), date(2026, 3, 3))
