"""What coaches say about when they can be met: hours that come back, extra hours, days away. All in Dutch wall time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from hashlib import sha256

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode

MIDNIGHT = time(0)
# Hours that come back less often than this are extra hours.
MOST_WEEKS = 12
# Long enough to meet a year of 53 weeks, after which odd and even weeks change places.
WEEKS_LOOKED_AT = 53 * 6
A_MONDAY = date(2024, 1, 1)


class Weeks(LabelledCode):
    """In which weeks of the year hours hold, by their ISO number."""

    ALL = "all", N_("Every week")
    ODD = "odd", N_("Odd weeks")
    EVEN = "even", N_("Even weeks")


@dataclass(frozen=True, slots=True)
class Window:
    """Hours that come back every week (0 = Monday), in Dutch wall time; closing at 00:00 is the end of that day.

    The first and the last day on which they hold are both included; None leaves that side open. `every` 2 is every
    other week, counted from the week of the first day.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None
    weeks: Weeks = Weeks.ALL
    every: int = 1

    @property
    def closes_at_midnight(self) -> bool:
        return self.closes == MIDNIGHT

    def is_kept_on(self, day: date) -> bool:
        return self.weekday == day.weekday() and self.first_day <= day <= self.last_day and self._has_its_turn(day)

    def _has_its_turn(self, day: date) -> bool:
        if self.weeks != Weeks.ALL and (day.isocalendar().week % 2 == 1) != (self.weeks == Weeks.ODD):
            return False
        return self.every == 1 or weeks_between(self.first_day, day) % self.every == 0

    @property
    def first_day(self) -> date:
        return self.valid_from or date.min

    @property
    def last_day(self) -> date:
        return self.valid_until or date.max


@dataclass(frozen=True, slots=True)
class Extra:
    """Hours on one day, on top of the weekly ones: also on a public holiday, never on a day away."""

    on_day: date
    opens: time
    closes: time

    @property
    def window(self) -> Window:
        return Window(self.on_day.weekday(), self.opens, self.closes, self.on_day, self.on_day)


@dataclass(frozen=True, slots=True)
class Away:
    """Whole days without hours, the first and the last included."""

    from_on: date
    until_on: date

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True)
class Kept:
    """Everything a coach has said about when to be met."""

    windows: tuple[Window, ...] = ()
    extras: tuple[Extra, ...] = ()
    absences: tuple[Away, ...] = ()
    works_on_holidays: bool = False

    @property
    def keeps_hours(self) -> bool:
        return bool(self.windows or self.extras)

    def is_away_on(self, day: date) -> bool:
        return any(absence.covers(day) for absence in self.absences)

    def windows_on(self, day: date, *, is_holiday: bool) -> list[Window]:
        """The hours of this day: none when away, only extra ones on a public holiday on which this coach is off."""
        if self.is_away_on(day):
            return []
        usual = () if is_holiday and not self.works_on_holidays else self.windows
        return [w for w in usual if w.is_kept_on(day)] + [e.window for e in self.extras if e.on_day == day]


NO_HOURS = Kept()


class ClosesBeforeOpening(DomainError):
    field = "closes"
    message = N_("The closing time must be later than the opening time.")


class HoursOverlap(DomainError):
    field = "opens"
    message = N_("These hours overlap with other hours on the same day.")


class HoursEndBeforeStart(DomainError):
    field = "valid_until"
    message = N_("The last day of these hours is before the first day.")


class RhythmNeedsFirstDay(DomainError):
    field = "valid_from"
    message = N_("Fill in the first day: from that week on the weeks are counted.")


class ExtraIsOver(DomainError):
    field = "on_day"
    message = N_("This day is over. Fill in a day that is still to come.")


class ExtraWhileAway(DomainError):
    field = "on_day"
    message = N_("You are away on this day. Remove your absence first.")


class AbsenceEndsBeforeStart(DomainError):
    field = "until_on"
    message = N_("The last day of your absence is before the first day.")


class AbsenceIsOver(DomainError):
    field = "until_on"
    message = N_("These days are over. Fill in days that are still to come.")


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
        elif window.every > 1 and window.valid_from is None:
            found[place] = RhythmNeedsFirstDay()
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


def check_extra(extra: Extra, others: Iterable[Extra], absences: Iterable[Away], today: date) -> None:
    """Extra hours lie ahead, on a day that the coach is not away, and not over each other."""
    check_extra_day(extra.on_day, today=today)
    check_order(extra.opens, extra.closes)
    if any(absence.covers(extra.on_day) for absence in absences):
        raise ExtraWhileAway
    if any(other.on_day == extra.on_day and _overlap(extra.window, other.window) for other in others):
        raise HoursOverlap


def check_extra_day(on_day: date, *, today: date) -> None:
    if on_day < today:
        raise ExtraIsOver


def check_order(opens: time, closes: time) -> None:
    """Hours end after they begin, or at midnight."""
    if closes != MIDNIGHT and closes <= opens:
        raise ClosesBeforeOpening


def stamp(windows: Iterable[Window]) -> str:
    """Short text that tells these hours apart from any others, so that a form can say which ones it stands on."""
    return sha256("".join(sorted(map(repr, windows))).encode()).hexdigest()[:16]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weeks_between(first: date, last: date) -> int:
    """From the week of the one day to the week of the other."""
    return (monday_of(last) - monday_of(first)).days // 7


def _overlap(one: Window, other: Window) -> bool:
    return (
        one.weekday == other.weekday
        and (other.closes_at_midnight or one.opens < other.closes)
        and (one.closes_at_midnight or other.opens < one.closes)
        and _meet(one, other)
    )


def _meet(one: Window, other: Window) -> bool:
    """Whether there is a day, from A_MONDAY on, on which both hold."""
    first = max(one.first_day, other.first_day, A_MONDAY)
    last = min(one.last_day, other.last_day)
    first += timedelta(days=(one.weekday - first.weekday()) % 7)
    days = (first + timedelta(weeks=number) for number in range(WEEKS_LOOKED_AT))
    return any(one.is_kept_on(day) and other.is_kept_on(day) for day in days if day <= last)
