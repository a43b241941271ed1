"""Why a time is not free: every reason, and none exactly when the time is among the free ones."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.availability.hours import Away, Extra, Kept, Weeks, Window
from portal.availability.reasons import Offer, Taken, Why, hours_on, instants_of, why_not_free
from portal.availability.rules import BlockSource, Caps, Interval, free_starts, open_intervals, within_caps
from tests.availability.test_rules_by_the_minute import PLANS, TALKS

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)  # A Monday, eleven o'clock on a Dutch clock.
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ALWAYS = Interval(NOW, NOW + 60 * DAY)
TUESDAY = date(2026, 3, 3)
MORNING = Kept((Window(1, time(9), time(12)),))


def march(day: int, hour: int, minute: int = 0) -> datetime:
    """On a Dutch clock, in winter."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def taken(starts_at: datetime, source: BlockSource = BlockSource.TALK, before: int = 0, after: int = 0) -> Taken:
    talk = Interval(starts_at, starts_at + 60 * MINUTE)
    return Taken(source, talk, Interval(talk.starts_at - before * MINUTE, talk.ends_at + after * MINUTE))


def why(starts_at: datetime, kept: Kept = MORNING, *blocks: Taken, **terms: object) -> list[Why]:
    offer = Offer(**{"period": ALWAYS, "minutes": 60, **terms})
    return [reason.kind for reason in why_not_free(starts_at, kept=kept, taken=blocks, offer=offer, now=NOW)]


# -- the hours


def test_a_free_time_has_no_reason():
    assert why(march(3, 9)) == []
    assert why(march(3, 11)) == []


def test_hours_of_the_day_decide():
    assert why(march(4, 9)) == [Why.NO_HOURS]
    assert why(march(3, 8)) == [Why.OUTSIDE_HOURS]
    assert why(march(3, 12)) == [Why.OUTSIDE_HOURS]
    assert why(march(3, 11, 30)) == [Why.ENDS_TOO_LATE]
    assert why(march(3, 11, 30), minutes=30) == []


def test_extra_hours_count_as_hours():
    kept = Kept(MORNING.windows, (Extra(date(2026, 3, 4), time(19), time(21)),))
    assert why(march(4, 19), kept) == []
    assert why(march(4, 9), kept) == [Why.OUTSIDE_HOURS]
    assert hours_on(date(2026, 3, 4), kept) == [kept.extras[0].window]


def test_weeks_in_which_hours_do_not_hold_are_days_without_hours():
    kept = Kept((Window(1, time(9), time(12), weeks=Weeks.ODD),))
    assert why(march(3, 9), kept) == [Why.NO_HOURS]
    assert why(march(10, 9), kept) == []


def test_absence_and_holiday_are_told_beside_what_else_is_wrong():
    away = Kept(MORNING.windows, absences=(Away(TUESDAY, TUESDAY),))
    assert why(march(3, 9), away) == [Why.AWAY]
    assert why(march(3, 12), away) == [Why.OUTSIDE_HOURS, Why.AWAY]
    mondays = Kept((Window(0, time(9), time(12)),))
    easter = datetime(2026, 4, 6, 7, tzinfo=UTC)
    assert why(easter, mondays) == [Why.HOLIDAY]
    assert why(easter, Kept(mondays.windows, works_on_holidays=True)) == []
    assert why(easter, Kept((), (Extra(date(2026, 4, 6), time(9), time(10)),))) == []


def test_a_talk_over_midnight_counts_both_days():
    kept = Kept((Window(1, time(20), time(0)), Window(2, time(0), time(2))))
    late = march(3, 23, 30)
    assert why(late, kept) == []
    assert why(late, Kept(kept.windows, absences=(Away(date(2026, 3, 4), date(2026, 3, 4)),))) == [Why.AWAY]


# -- what is in the way


@pytest.mark.parametrize("source", BlockSource)
def test_time_that_is_taken_is_told_with_what_takes_it(source):
    block = taken(march(3, 9, 30), source)
    offer = Offer(ALWAYS, 60)
    [reason] = why_not_free(march(3, 9), kept=MORNING, taken=[block], offer=offer, now=NOW)
    assert (reason.kind, reason.taken) == (Why.TAKEN, block)


def test_buffers_of_both_talks_keep_them_apart():
    assert why(march(3, 10), MORNING, taken(march(3, 9), after=0)) == []
    assert why(march(3, 10), MORNING, taken(march(3, 9), after=15)) == [Why.SOON_AFTER]
    assert why(march(3, 10), MORNING, taken(march(3, 9)), buffer_before=5) == [Why.SOON_AFTER]
    assert why(march(3, 10), MORNING, taken(march(3, 11), before=5)) == [Why.SOON_BEFORE]
    assert why(march(3, 10), MORNING, taken(march(3, 11)), buffer_after=5) == [Why.SOON_BEFORE]
    between = (taken(march(3, 9), after=5), taken(march(3, 11), before=5))
    assert why(march(3, 10), MORNING, *between) == [Why.SOON_AFTER, Why.SOON_BEFORE]


def test_days_and_weeks_can_be_full():
    block = taken(march(3, 9))
    assert why(march(3, 11), MORNING, block, caps=Caps(per_day=1)) == [Why.DAY_FULL]
    assert why(march(3, 11), MORNING, block, caps=Caps(1, 1)) == [Why.DAY_FULL, Why.WEEK_FULL]
    assert why(march(3, 11), MORNING, taken(march(4, 9)), caps=Caps(1, 1)) == [Why.WEEK_FULL]
    assert why(march(3, 11), MORNING, taken(march(3, 9), BlockSource.OUTSIDE), caps=Caps(1, 1)) == []


# -- when


def test_times_lie_on_the_grid_and_in_the_bookable_period():
    assert why(march(3, 9, 15)) == [Why.OFF_GRID]
    soon = Interval(march(3, 10), march(10, 0))
    assert why(march(3, 9, 30), period=soon) == [Why.TOO_SOON]
    assert why(march(3, 10), period=soon) == []
    assert why(march(10, 9), period=soon) == [Why.BEYOND_HORIZON]
    assert why(march(2, 11), Kept((Window(0, time(9), time(12)),)), period=soon) == [Why.OVER]


def test_every_reason_is_told():
    block = taken(march(3, 12))
    terms = {"period": Interval(march(4, 0), march(9, 0)), "caps": Caps(1, 1)}
    assert why(march(3, 12, 10), Kept(MORNING.windows, absences=(Away(TUESDAY, TUESDAY),)), block, **terms) == [
        Why.OUTSIDE_HOURS,
        Why.AWAY,
        Why.OFF_GRID,
        Why.TAKEN,
        Why.TOO_SOON,
        Why.DAY_FULL,
        Why.WEEK_FULL,
    ]


@pytest.mark.parametrize(
    ("day", "wall_time", "hours"),
    [
        (TUESDAY, time(9), [8]),
        (date(2026, 3, 29), time(2, 30), []),
        (date(2026, 3, 29), time(3), [1]),
        (date(2026, 10, 25), time(2, 30), [0, 1]),
        (date(2026, 10, 25), time(3), [2]),
        (date(2026, 7, 1), time(0), [22]),
    ],
)
def test_a_time_comes_once_or_never_or_twice(day, wall_time, hours):
    found = instants_of(day, wall_time)
    assert [instant.hour for instant in found] == hours
    assert all(instant.tzinfo is UTC for instant in found)


# -- against the rules that offer


def block_of(begin: datetime, drawn: tuple) -> Taken:
    source, offset, minutes, before, after = drawn
    talk = Interval(begin + offset * MINUTE, begin + (offset + minutes) * MINUTE)
    return Taken(source, talk, Interval(talk.starts_at - before * MINUTE, talk.ends_at + after * MINUTE))


BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(BlockSource),
        st.integers(-300, 6000),
        st.sampled_from([15, 30, 60, 240]),
        st.sampled_from([0, 10, 45]),
        st.sampled_from([0, 15, 30]),
    ),
    max_size=6,
)
CAPS = st.builds(Caps, st.none() | st.integers(1, 2), st.none() | st.integers(1, 3))


@settings(max_examples=60, deadline=None)
@given(PLANS, BLOCKS, TALKS, CAPS, st.integers(-200, 1000), st.integers(500, 6000), st.integers(0, 19))
def test_no_reason_exactly_when_the_time_is_offered(plan, drawn, talk, caps, notice, horizon, aside):
    kept, first_day, last_day = plan["kept"], plan["first_day"], plan["last_day"]
    [begin] = instants_of(first_day, time(0))
    blocks = [block_of(begin, one) for one in drawn]
    period = Interval(begin + notice * MINUTE, begin + horizon * MINUTE)
    terms = {name: value for name, value in talk.items() if name != "step"}
    starts = free_starts(
        open_intervals(kept, first_day=first_day - DAY, last_day=last_day + 2 * DAY),
        [one.block for one in blocks],
        **terms,
        earliest=period.starts_at,
        latest=period.ends_at,
        step=talk["step"],
    )
    talks = [one.talk.starts_at for one in blocks if one.source != BlockSource.OUTSIDE]
    offered = set(within_caps(starts, talks, caps))
    offer = Offer(period, **terms, caps=caps)
    asked = [begin + number * 10 * MINUTE for number in range((last_day - first_day + DAY) // (10 * MINUTE))]
    # Beside the grid too, and every time that is offered in these days.
    asked += [moment + aside * MINUTE for moment in asked[::7]]
    asked += [start for start in offered if begin <= start < asked[0] + (last_day - first_day + DAY)]
    for moment in asked:
        reasons = why_not_free(moment, kept=kept, taken=blocks, offer=offer, now=begin, step=talk["step"])
        assert (reasons == []) == (moment in offered), (moment, reasons)
