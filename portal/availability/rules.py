"""The arithmetic of free times: weekly hours are wall time in the Netherlands, what is booked is an instant in UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.errors import DomainError
from portal.i18n import N_

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MIDNIGHT = time(0)
DAY = timedelta(days=1)
STEP = 30


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


@dataclass(frozen=True, slots=True)
class Window:
    """Hours that come back every week (0 = Monday), in Dutch wall time; closing at 00:00 is the end of that day.

    The first and the last day on which they hold are both included; None leaves that side open.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def closes_at_midnight(self) -> bool:
        return self.closes == MIDNIGHT

    def is_kept_on(self, day: date) -> bool:
        return self.weekday == day.weekday() and self.first_day <= day <= self.last_day

    @property
    def first_day(self) -> date:
        return self.valid_from or date.min

    @property
    def last_day(self) -> date:
        return self.valid_until or date.max


@dataclass(frozen=True, slots=True)
class Away:
    """Whole days without hours, the first and the last included."""

    from_on: date
    until_on: date

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on


class EmptyReason(StrEnum):
    """Why a page of free times is empty."""

    NO_HOURS = "no_hours"
    AWAY = "away"
    TOO_SOON = "too_soon"
    BEYOND_HORIZON = "beyond_horizon"
    FULL = "full"


class ClosesBeforeOpening(DomainError):
    field = "closes"
    message = N_("The closing time must be later than the opening time.")


class HoursOverlap(DomainError):
    field = "opens"
    message = N_("These hours overlap with other hours on the same day.")


class HoursEndBeforeStart(DomainError):
    field = "valid_until"
    message = N_("The last day of these hours is before the first day.")


class AbsenceEndsBeforeStart(DomainError):
    field = "until_on"
    message = N_("The last day of your absence is before the first day.")


class AbsenceIsOver(DomainError):
    field = "until_on"
    message = N_("These days are over. Fill in days that are still to come.")


class SlotTaken(DomainError):
    status = 409
    field = "starts_at"
    message = N_("Someone else has just booked this time. Choose another.")


class AlreadyBusy(DomainError):
    status = 409
    field = "starts_at"
    message = N_("You already have a talk at this time. Choose another.")


def check_hours(windows: Iterable[Window]) -> None:
    """Raise ClosesBeforeOpening, HoursEndBeforeStart or HoursOverlap unless these weekly hours can stand together."""
    for problem in problems_of_hours(windows).values():
        raise problem


def problems_of_hours(windows: Iterable[Window]) -> dict[int, DomainError]:
    """What is wrong with each of these, by its place in the list; an overlap is told at the later of the two."""
    found: dict[int, DomainError] = {}
    sound: list[Window] = []
    for place, window in enumerate(windows):
        if window.last_day < window.first_day:
            found[place] = HoursEndBeforeStart()
        elif not window.closes_at_midnight and window.closes <= window.opens:
            found[place] = ClosesBeforeOpening()
        elif any(_overlap(window, other) for other in sound):
            found[place] = HoursOverlap()
        else:
            sound.append(window)
    return found


def check_absence(absence: Away) -> None:
    if absence.until_on < absence.from_on:
        raise AbsenceEndsBeforeStart


def check_absence_is_coming(absence: Away, today: date) -> None:
    if absence.until_on < today:
        raise AbsenceIsOver


def stamp(windows: Iterable[Window]) -> str:
    """Short text that tells these hours apart from any others, so that a form can say which ones it stands on."""
    return sha256("".join(sorted(map(repr, windows))).encode()).hexdigest()[:16]


def bookable_period(now: datetime, *, notice_hours: int, horizon_weeks: int) -> Interval:
    """From the end of the notice to the end of the day that lies so many weeks ahead, on a Dutch clock."""
    last_day = now.astimezone(AMSTERDAM).date() + timedelta(weeks=horizon_weeks)
    return Interval(now + timedelta(hours=notice_hours), _instant(last_day + DAY, MIDNIGHT, fold=0))


def open_intervals(
    windows: Iterable[Window], absences: Iterable[Away], *, first_day: date, last_day: date
) -> list[Interval]:
    """The hours kept from the first day to the last, both included, in UTC: sorted, joined where they touch or overlap.

    A wall time that spring skips is the first instant after the gap. Of a wall time that comes twice in autumn, hours
    open at the first and close at the second: 02:00 to 03:00 lasts two hours that night.
    """
    windows, absences = list(windows), list(absences)
    return merged(
        _interval_on(day, window)
        for day in _days(first_day, last_day)
        if not any(absence.covers(day) for absence in absences)
        for window in windows
        if window.is_kept_on(day)
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


def why_empty(
    windows: Iterable[Window],
    absences: Iterable[Away],
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
    windows = list(windows)
    kept = open_intervals(windows, (), first_day=first_day, last_day=last_day)
    present = open_intervals(windows, absences, first_day=first_day, last_day=last_day)
    if not any(_starts_within(kept, minutes, step)):
        return EmptyReason.NO_HOURS
    starts = list(_starts_within(present, minutes, step))
    if not starts:
        return EmptyReason.AWAY
    if starts[-1] < earliest:
        return EmptyReason.TOO_SOON
    if not any(earliest <= start < latest for start in starts):
        return EmptyReason.BEYOND_HORIZON
    return EmptyReason.FULL


def _overlap(one: Window, other: Window) -> bool:
    return (
        one.weekday == other.weekday
        and max(one.first_day, other.first_day) <= min(one.last_day, other.last_day)
        and (other.closes_at_midnight or one.opens < other.closes)
        and (one.closes_at_midnight or other.opens < one.closes)
    )


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
