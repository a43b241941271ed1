"""The only module that asks the time."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same instant on a clock in the Netherlands."""
    return moment.astimezone(AMSTERDAM)


def local_day(moment: datetime) -> date:
    """The calendar day in the Netherlands on which this instant falls."""
    return local(moment).date()


def start_of(day: date) -> datetime:
    """The instant, in UTC, at which this day begins in the Netherlands."""
    return datetime.combine(day, time(0), AMSTERDAM).astimezone(UTC)
