"""Periods of whole Dutch days, and the moment up to which things are seen."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2000, 2199
FIXED = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


class PeriodReversed(DomainError):
    message = N_("The last day of the period is before its first day.")


class DayOutOfReach(DomainError):
    message = N_("Choose days in the years 2000 up to and including 2199.")


class NotAPeriod(DomainError):
    message = N_("Choose a month, a quarter or a year.")


def midnight(day: date) -> datetime:
    """The instant, in UTC, at which this day begins in the Netherlands."""
    return datetime.combine(day, time(0), AMSTERDAM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The instant, in UTC, at which this day is over in the Netherlands: the first that does not belong to it."""
    return midnight(day + DAY)


def check_day(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DayOutOfReach
    return day


@dataclass(frozen=True, order=True)
class Period:
    """From the first day to the last, both included, in the Netherlands. Raises PeriodReversed or DayOutOfReach."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if check_day(self.last_day) < check_day(self.first_day):
            raise PeriodReversed

    @property
    def starts_at(self) -> datetime:
        return midnight(self.first_day)

    @property
    def ends_at(self) -> datetime:
        """The first instant, in UTC, after the period."""
        return end_of(self.last_day)

    @property
    def months(self) -> list[date]:
        """The first day of every month that the period touches."""
        first = self.first_day.replace(day=1)
        count = (self.last_day.year - first.year) * 12 + self.last_day.month - first.month + 1
        return [first + relativedelta(months=number) for number in range(count)]

    def overlaps(self, other: "Period") -> bool:
        """Whether any day lies in both."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def up_to(self, day: date) -> "Period":
        """The part of this period that lies on or before this day, which is not before the period."""
        return Period(self.first_day, min(self.last_day, day))


def fixed_period(code: str) -> Period:
    """'2026' is the year, '2026-Q3' the third quarter, '2026-10' the month; raises NotAPeriod or DayOutOfReach."""
    found = FIXED.fullmatch(code)
    if found is None:
        raise NotAPeriod
    year, quarter, month = (int(part) if part else None for part in found.groups())
    if not FIRST_YEAR <= (year or 0) <= LAST_YEAR:
        raise DayOutOfReach
    first_month = month or 3 * (quarter or 1) - 2
    length = 1 if month else 3 if quarter else 12
    first = date(year or 0, first_month, 1)
    return Period(first, first + relativedelta(months=length) - DAY)


def year_of(programme: ProgrammeCode, year: int) -> Period:
    """A year as this programme accounts for it: 15 April 2020 up to and including 5 January 2021 is a year of Extra
    coaching."""
    offered = PROGRAMMES[programme]
    return Period(offered.year_begins(year), offered.year_begins(year + 1) - DAY)


def month_code(day: date) -> str:
    """The code of the month in which this day lies: '2026-10'."""
    return f"{day:%Y-%m}"


def quarter_code(day: date) -> str:
    """The code of the quarter in which this day lies: '2026-Q4'."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def last_of_month(day: date) -> date:
    return day + relativedelta(day=31)
