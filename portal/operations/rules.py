"""What the operator may do with a mail that failed, and what the clock and the holidays do to talks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from portal.availability.hours import Kept
from portal.availability.rules import Interval, open_intervals, subtract, wall_start
from portal.clock import local, local_day, start_of
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

# More than this is not read one by one: then something larger is wrong.
MOST_SHOWN = 100


class NotFailed(DomainError):
    status = 409
    message = N_("This mail is not on the list any more: it is being tried again, or it has gone.")


# -- the clock


@dataclass(frozen=True)
class ClockChange:
    """The instant, in UTC, at which the clock jumps: from `before` to `after` on the wall."""

    at: datetime
    before: datetime
    after: datetime

    @property
    def day(self) -> date:
        return self.after.date()

    @property
    def is_forward(self) -> bool:
        return self.after > self.before

    @property
    def days(self) -> tuple[date, date]:
        """The day before, and the day after."""
        return self.day - DAY, self.day + DAY


def clock_changes(since: datetime, *, number: int) -> list[ClockChange]:
    """The next changes of the Dutch clock; fewer when the law knows no more of them within two years."""
    first = local_day(since)
    days = (first + count * DAY for count in range(2 * 366))
    changes = (_change_on(day) for day in days if start_of(day + DAY) - start_of(day) != DAY)
    return [change for change in changes if change.at >= since][:number]


def _change_on(day: date) -> ClockChange:
    low, high = start_of(day), start_of(day + DAY)
    offset = local(low).utcoffset()
    while high - low > MINUTE:
        middle = low + (high - low) // 2
        low, high = (middle, high) if local(middle).utcoffset() == offset else (low, middle)
    at = high.replace(second=0, microsecond=0)
    before = local(at - MINUTE).replace(tzinfo=None) + MINUTE
    return ClockChange(at, before, local(at).replace(tzinfo=None))


def year_from(today: date) -> tuple[date, date]:
    """Twelve months, the first and the last day both included."""
    return today, today + 365 * DAY


# -- the talks that they touch


class Trouble(LabelledCode):
    """Why somebody has to look at a talk."""

    SHIFTED = "shifted", N_("The clock shows another time than the one that was booked")
    AWAY = "away", N_("The coach is away on that day")
    HOLIDAY = "holiday", N_("A public holiday on which the coach does not work")
    OUTSIDE = "outside", N_("Outside the hours of the coach on that day")


@dataclass(frozen=True)
class PlannedTalk:
    """What a check needs of a talk, without people. `wall_start` is what the clock said when it was booked."""

    public_id: str
    coach_id: int
    region: str | None
    starts_at: datetime
    minutes: int
    wall_start: str | None

    @property
    def interval(self) -> Interval:
        return Interval(self.starts_at, self.starts_at + timedelta(minutes=self.minutes))

    @property
    def day(self) -> date:
        return local_day(self.starts_at)


def troubles(talk: PlannedTalk, kept: Kept) -> list[Trouble]:
    """What is wrong with this talk: the time that was booked, and the hours that its coach keeps on that day."""
    found = []
    if talk.wall_start is not None and talk.wall_start != wall_start(talk.starts_at):
        found.append(Trouble.SHIFTED)
    if not _lies_within(talk, kept):
        found.append(_why_outside(talk, kept))
    return found


def _why_outside(talk: PlannedTalk, kept: Kept) -> Trouble:
    if kept.is_away_on(talk.day):
        return Trouble.AWAY
    if _lies_within(talk, replace(kept, works_on_holidays=True)):
        return Trouble.HOLIDAY
    return Trouble.OUTSIDE


def _lies_within(talk: PlannedTalk, kept: Kept) -> bool:
    open_then = open_intervals(kept, first_day=talk.day, last_day=local_day(talk.interval.ends_at))
    return not subtract([talk.interval], open_then)


def talks_between(talks: Iterable[PlannedTalk], first: date, last: date) -> Iterator[PlannedTalk]:
    """Those that begin from the first day to the last, both included."""
    return (talk for talk in talks if first <= talk.day <= last)
