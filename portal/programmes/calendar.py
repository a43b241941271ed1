"""Dutch working days, and the deadlines that are counted in them."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays

from portal.clock import AMSTERDAM, local

SATURDAY = 5
# Working hours (our choice): what is promised is promised within them.
BEGINS, ENDS = time(9), time(17)
DAY = timedelta(days=1)
LANGUAGES = {"nl": "nl", "en": "en_US"}
WORKED_THROUGH = {"Goede vrijdag", "Bevrijdingsdag"}


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def public_holidays(first: date, last: date) -> frozenset[date]:
    """The days off of the years in which these days lie."""
    return frozenset().union(*(_holidays(year) for year in range(first.year, last.year + 1)))


def holidays_by_name(first: date, last: date, language: str = "nl") -> dict[date, str]:
    """The days off from the first day to the last, both included, in order, with what they are called."""
    named = holidays.country_holidays("NL", years=range(first.year, last.year + 1), language=LANGUAGES[language])
    off = public_holidays(first, last)
    return {day: ", ".join(named.get_list(day)) for day in sorted(off) if first <= day <= last}


@lru_cache(maxsize=4096)
def add_working_days(day: date, working_days: int) -> date:
    """The last of the next so many working days after `day`, which need not be one itself; 0 gives `day` back."""
    for _ in range(working_days):
        day = _next_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """The number of working days after `first` up to and including `last`; 0 when `last` is not later."""
    return sum(is_working_day(first + number * DAY) for number in range(1, (last - first).days + 1))


def overdue_since(today: date, working_days: int) -> date:
    """Who waits since this day or an earlier one waits longer than so many working days (`working_days_between`)."""
    day = today
    passed = 0
    while passed <= working_days:
        passed += is_working_day(day)
        day -= DAY
    return day


def contact_deadline(matched_at: datetime, working_days: int) -> datetime:
    """Until when, in UTC, a coach can make contact "within so many working days" (at least one) of being matched.

    Matched on a working day: that many working days later, same wall time, "voor morgen 15.00 uur".
    Matched on any other day: the end of the last of that many working days after it. So nobody has to work in a
    weekend, everybody gets whole working days, and a later match never has an earlier deadline (our choice).
    """
    matched = local(matched_at)
    last_day = add_working_days(matched.date(), working_days)
    if is_working_day(matched.date()):
        deadline = datetime.combine(last_day, matched.time(), AMSTERDAM)
    else:
        deadline = datetime.combine(last_day + DAY, time(0), AMSTERDAM)
    return deadline.astimezone(UTC)


def promised_by(matched_at: datetime, working_days: int) -> datetime:
    """Until when, in UTC, we say that somebody will be in touch: the `contact_deadline`, or the last working hour
    before it.

    Nobody is promised a call at 5.31 in the morning, a working day is eight working hours for everybody, and who keeps
    the promise is in time as it is counted too (our choice).
    """
    due = local(contact_deadline(matched_at, working_days))
    day = due.date()
    if BEGINS <= due.time() <= ENDS:
        return due.astimezone(UTC)
    if due.time() < BEGINS:
        day = _working_day_before(day)
    return datetime.combine(day, ENDS, AMSTERDAM).astimezone(UTC)


def _working_day_before(day: date) -> date:
    day -= DAY
    while not is_working_day(day):
        day -= DAY
    return day


def _next_working_day(day: date) -> date:
    day += DAY
    while not is_working_day(day):
        day += DAY
    return day


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """Taken by name and not by date: on 5 May 2005 Bevrijdingsdag was also Hemelvaart."""
    dutch = holidays.country_holidays("NL", years=year, language="nl")
    return frozenset(day for day in dutch if set(dutch.get_list(day)) - WORKED_THROUGH)
