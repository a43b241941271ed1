"""The arithmetic of free times: weekly hours are wall time in the Netherlands, what is booked is an instant in UTC."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.availability.hours import MIDNIGHT, Kept, Window, monday_of
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.calendar import contact_deadline, public_holidays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
STEP = 30
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class BlockSource(StrEnum):
    TALK = "talk"
    HOLD = "hold"
    WORKSHOP = "workshop"
    OUTSIDE = "outside"


class Interval(NamedTuple):
    """From an instant up to, not including, another; both aware and in UTC."""

    starts_at: datetime
    ends_at: datetime


NEVER = Interval(datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True)
class Caps:
    """How many talks a coach wants at the most, in a Dutch day and in an ISO week; None is any number."""

    per_day: int | None = None
    per_week: int | None = None


class EmptyReason(StrEnum):
    """Why a page of free times is empty."""

    NO_HOURS = "no_hours"
    AWAY = "away"
    HOLIDAY = "holiday"
    TOO_SOON = "too_soon"
    BEYOND_HORIZON = "beyond_horizon"
    FULL = "full"


class SlotTaken(DomainError):
    status = 409
    field = "starts_at"
    message = N_("Someone else has just booked this time. Choose another.")


class AlreadyBusy(DomainError):
    status = 409
    field = "starts_at"
    message = N_("You already have a talk at this time. Choose another.")


def bookable_period(
    now: datetime, *, notice_hours: int, horizon_weeks: int, notice_working_days: int | None = None
) -> Interval:
    """From the end of the notice to the end of the day that lies so many weeks ahead, on a Dutch clock.

    A notice in working days counts instead of the one in hours.
    """
    last_day = now.astimezone(AMSTERDAM).date() + timedelta(weeks=horizon_weeks)
    earliest = (
        contact_deadline(now, notice_working_days) if notice_working_days else now + timedelta(hours=notice_hours)
    )
    return Interval(earliest, _instant(last_day + DAY, MIDNIGHT, fold=0))


def open_intervals(kept: Kept, *, first_day: date, last_day: date) -> list[Interval]:
    """The hours kept from the first day to the last, both included, in UTC: sorted, joined where they touch or overlap.

    A wall time that spring skips is the first instant after the gap. Of a wall time that comes twice in autumn, hours
    open at the first and close at the second: 02:00 to 03:00 lasts two hours that night.
    """
    holidays = public_holidays(first_day, last_day)
    return merged(
        _interval_on(day, window)
        for day in _days(first_day, last_day)
        for window in kept.windows_on(day, is_holiday=day in holidays)
    )


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time in as few intervals as possible, sorted; empty ones vanish."""
    joined: list[Interval] = []
    for interval in sorted(interval for interval in intervals if interval.starts_at < interval.ends_at):
        if joined and interval.starts_at <= joined[-1].ends_at:
            joined[-1] = Interval(joined[-1].starts_at, max(joined[-1].ends_at, interval.ends_at))
        else:
            joined.append(interval)
    return joined


def subtract(intervals: Iterable[Interval], busy: Iterable[Interval]) -> list[Interval]:
    """What is left of the intervals when the busy ones are taken out, sorted and joined."""
    taken = merged(busy)
    left: list[Interval] = []
    position = 0
    for starts_at, ends_at in merged(intervals):
        while position < len(taken) and taken[position].starts_at < ends_at:
            left.append(Interval(starts_at, taken[position].starts_at))
            starts_at = max(starts_at, taken[position].ends_at)
            if starts_at >= ends_at:
                break  # this one may reach into the next interval too
            position += 1
        left.append(Interval(starts_at, ends_at))
    return [interval for interval in left if interval.starts_at < interval.ends_at]


def block_range(starts_at: datetime, minutes: int, buffer_before: int, buffer_after: int) -> Interval:
    """What a talk takes of somebody's time: itself and the buffers around it, all in minutes."""
    return Interval(starts_at - timedelta(minutes=buffer_before), starts_at + timedelta(minutes=minutes + buffer_after))


def wall_start(moment: datetime) -> str:
    """'2026-03-30 09:30' on a Dutch clock, to be kept with the instant: the law on summer time may change."""
    return f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"


def free_starts(
    intervals: Iterable[Interval],
    busy: Iterable[Interval],
    *,
    minutes: int,
    buffer_before: int,
    buffer_after: int,
    earliest: datetime,
    latest: datetime,
    step: int = STEP,
) -> list[datetime]:
    """When a talk of so many minutes can start: from `earliest` up to, not including, `latest`, in UTC, sorted.

    The talk lies inside one of the open intervals, its buffers may lie outside. Busy intervals hold their own buffers
    already, as a Block does, so the new talk with its buffers (`block_range`) must not overlap them; touching is fine.
    Starts stand every `step` minutes from the full hour, so `step` divides 60, else ValueError.
    """
    talk_and_after = timedelta(minutes=minutes + buffer_after)
    before = timedelta(minutes=buffer_before)
    refused = iter([Interval(taken.starts_at - talk_and_after, taken.ends_at + before) for taken in merged(busy)])
    last_before, first_after = next(refused, NEVER)
    free = []
    for start in _starts_within(intervals, minutes, step):
        while first_after <= start:
            last_before, first_after = next(refused, NEVER)
        if start <= last_before and earliest <= start < latest:
            free.append(start)
    return free


def within_caps(starts: Iterable[datetime], taken: Iterable[datetime], caps: Caps) -> list[datetime]:
    """The starts that lie in a Dutch day and an ISO week in which this coach takes another talk; `taken` are starts."""
    starts = list(starts)
    if caps == Caps():
        return starts
    days = Counter(start.astimezone(AMSTERDAM).date() for start in taken)
    weeks: Counter[date] = Counter()
    for day, talks in days.items():
        weeks[monday_of(day)] += talks
    full_days = {day for day, talks in days.items() if caps.per_day is not None and talks >= caps.per_day}
    full_weeks = {week for week, talks in weeks.items() if caps.per_week is not None and talks >= caps.per_week}
    by_day = ((start, start.astimezone(AMSTERDAM).date()) for start in starts)
    return [start for start, day in by_day if day not in full_days and monday_of(day) not in full_weeks]


def outside_hours(kept: Kept, talks: Iterable[Interval]) -> list[Interval]:
    """Those of the talks that do not lie within these hours; days away are told apart."""
    talks = list(talks)
    if not talks:
        return []
    open_then = open_intervals(
        replace(kept, absences=()),
        first_day=min(talk.starts_at for talk in talks).astimezone(AMSTERDAM).date(),
        last_day=max(talk.ends_at for talk in talks).astimezone(AMSTERDAM).date(),
    )
    return [talk for talk in talks if subtract([talk], open_then)]


def why_empty(
    kept: Kept,
    *,
    first_day: date,
    last_day: date,
    minutes: int,
    earliest: datetime,
    latest: datetime,
    step: int = STEP,
) -> EmptyReason:
    """Why `free_starts` found nothing in these days: the first limit, in the order of EmptyReason, that leaves nothing.

    FULL is what remains: there are hours that could be booked, so something else has taken them.
    """

    def starts(said: Kept) -> list[datetime]:
        return list(_starts_within(open_intervals(said, first_day=first_day, last_day=last_day), minutes, step))

    if not starts(replace(kept, absences=(), works_on_holidays=True)):
        return EmptyReason.NO_HOURS
    if not starts(replace(kept, works_on_holidays=True)):
        return EmptyReason.AWAY
    left = starts(kept)
    if not left:
        return EmptyReason.HOLIDAY
    if left[-1] < earliest:
        return EmptyReason.TOO_SOON
    if not any(earliest <= start < latest for start in left):
        return EmptyReason.BEYOND_HORIZON
    return EmptyReason.FULL


def _days(first_day: date, last_day: date) -> Iterator[date]:
    for number in range((last_day - first_day).days + 1):
        yield first_day + timedelta(days=number)


def _interval_on(day: date, window: Window) -> Interval:
    closing_day = day + DAY if window.closes_at_midnight else day
    return Interval(_instant(day, window.opens, fold=0), _instant(closing_day, window.closes, fold=1))


def _instant(day: date, wall_time: time, *, fold: int) -> datetime:
    local = datetime.combine(day, wall_time, AMSTERDAM)
    return _resolved(local, fold) if _changes_clock(day) else local.astimezone(UTC)


@lru_cache(maxsize=4096)
def _changes_clock(day: date) -> bool:
    begin, end = (datetime.combine(midnight, MIDNIGHT, AMSTERDAM) for midnight in (day, day + DAY))
    return begin.utcoffset() != end.utcoffset()


def _resolved(local: datetime, fold: int) -> datetime:
    first, second = (local.replace(fold=occurrence).astimezone(UTC) for occurrence in (0, 1))
    if first > second:
        # Skipped: the hour in which the gap begins, read with the offset of before, is the instant at which it ends.
        return first.replace(minute=0, second=0, microsecond=0)
    return second if fold else first


def _starts_within(intervals: Iterable[Interval], minutes: int, step: int) -> Iterator[datetime]:
    """Every start on the grid with the whole talk inside one interval; UTC is whole hours away and shares it."""
    if 60 % step:
        raise ValueError("step must divide 60")
    talk, stride = timedelta(minutes=minutes), timedelta(minutes=step)
    for starts_at, ends_at in merged(intervals):
        start = _on_grid(starts_at, stride)
        last = ends_at - talk
        while start <= last:
            yield start
            start += stride


def _on_grid(moment: datetime, stride: timedelta) -> datetime:
    past_the_hour = moment - moment.replace(minute=0, second=0, microsecond=0)
    return moment + -past_the_hour % stride
