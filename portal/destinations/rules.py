"""What a place to go to must tell, how long that can be trusted, and for how long a backup is on duty."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import DestinationClass

# So many months after somebody checked it, a place has to be checked again (our choice).
GOOD_FOR_MONTHS = 6
PHONE = re.compile(r"[0-9+][0-9 ()+/-]{1,38}[0-9]")
LONGEST_DUTY_DAYS = 366
# More than this until they are in touch is not "usually".
MOST_DAYS = 365


class Freshness(StrEnum):
    """Whether what we tell of a place can be trusted: somebody checked it never, too long ago, or lately."""

    NEVER = "never"
    STALE = "stale"
    FRESH = "fresh"


class NoWayIn(DomainError):
    field = "how_in"
    message = N_("Tell how to get there: in words, or with a phone number, a website or an e-mail address.")


class NotAPhoneNumber(DomainError):
    field = "phone"
    message = N_("Fill in one phone number, for example 088 123 4567 or 113.")


class NotAWebsite(DomainError):
    field = "website"
    message = N_("Fill in the whole address of the website. It begins with https://.")


class EndsBeforeItBegins(DomainError):
    field = "last_day"
    message = N_("The last day is before the first day.")


class DutyIsOver(DomainError):
    field = "last_day"
    message = N_("This day is over. Fill in today or a later day.")


class DutyTooLong(DomainError):
    field = "last_day"
    message = N_("Fill in at most one year. Then somebody looks at it again.")


@dataclass(frozen=True)
class Facts:
    """What is told of a place; `region` empty is the whole country, `usual_days` until they are in touch, as a rule."""

    name: str
    destination_class: DestinationClass
    region: str | None = None
    for_what: str = ""
    how_in: str = ""
    phone: str = ""
    website: str = ""
    email: str = ""
    hours: str = ""
    usual_days: int | None = None


@dataclass(frozen=True)
class Duty:
    """Who can be called for advice in a region, from the first day up to and including the last."""

    region: str
    name: str
    phone: str
    first_day: date
    last_day: date


def freshness(checked_on: date | None, today: date) -> Freshness:
    """Six months after it was checked it is to be checked again."""
    if checked_on is None:
        return Freshness.NEVER
    return Freshness.FRESH if today < _good_until(checked_on) else Freshness.STALE


def _good_until(checked_on: date) -> date:
    return _months_later(checked_on, GOOD_FOR_MONTHS)


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_facts(facts: Facts) -> None:
    """Raise what is missing or cannot be right."""
    check_way_in(facts.how_in, facts.phone, facts.website, facts.email)
    if facts.phone:
        check_phone(facts.phone)
    if facts.website:
        check_website(facts.website)


def check_way_in(*ways: str | None) -> None:
    """In words, by phone, by a website or by mail: there must be one."""
    if not any(ways):
        raise NoWayIn


def check_phone(text: str) -> None:
    """Numbers of services too, such as 113 and 0800 numbers: a coach or a participant calls it."""
    if not PHONE.fullmatch(text):
        raise NotAPhoneNumber


def check_website(text: str) -> None:
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", text):
        raise NotAWebsite


def check_duty(duty: Duty, today: date) -> None:
    check_phone(duty.phone)
    check_days(duty.first_day, duty.last_day, today=today)


def check_days(first_day: date, last_day: date, *, today: date) -> None:
    """In the right order, not over yet, and for a year at most."""
    if last_day < first_day:
        raise EndsBeforeItBegins
    if last_day < today:
        raise DutyIsOver
    if (last_day - first_day).days > LONGEST_DUTY_DAYS:
        raise DutyTooLong
