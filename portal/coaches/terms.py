"""On which terms people book with a coach: how long, how soon, how far ahead, how many. And the words for them."""

from dataclasses import asdict, dataclass
from hashlib import sha256

from portal.errors import DomainError
from portal.i18n import N_, gettext, ngettext

SHORTEST_TALK, LONGEST_TALK = 15, 180
LONGEST_BUFFER = 120
HOURS_IN_A_DAY = 24
HOURS_IN_A_WEEK = 168
WORKING_DAYS_IN_A_WEEK = 5
# What people are shown reaches less than a year ahead.
LONGEST_HORIZON = 52


@dataclass(frozen=True)
class Terms:
    """Lengths and buffers in minutes. A notice in working days counts instead of the one in hours; None is no limit."""

    talk_minutes: int = 60
    intro_minutes: int = 30
    offers_intro: bool = True
    buffer_before: int = 0
    buffer_after: int = 15
    notice_hours: int = 24
    notice_working_days: int | None = None
    horizon_weeks: int = 6
    move_notice_hours: int = 4
    cancel_notice_hours: int = 0
    most_per_day: int | None = None
    most_per_week: int | None = None
    works_on_holidays: bool = False


class OutOfRange(DomainError):
    message = N_("Choose one of the values in the list.")

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class NothingToBook(DomainError):
    field = "horizon_weeks"
    message = N_("People must book earlier than they can look ahead: then there is nothing to book. Choose more weeks.")


class WeekBelowDay(DomainError):
    field = "most_per_week"
    message = N_("This is less than what you take on one day. Choose as many or more.")


def check_terms(terms: Terms) -> None:
    """Raise what keeps people from booking on these terms."""
    for field, lowest, highest in _bounds():
        value = getattr(terms, field)
        if value is not None and not lowest <= value <= highest:
            raise OutOfRange(field)
    if terms.notice_working_days is not None:
        too_soon = terms.notice_working_days >= terms.horizon_weeks * WORKING_DAYS_IN_A_WEEK
    else:
        too_soon = terms.notice_hours >= terms.horizon_weeks * HOURS_IN_A_WEEK
    if too_soon:
        raise NothingToBook
    if terms.most_per_day and terms.most_per_week and terms.most_per_week < terms.most_per_day:
        raise WeekBelowDay


def _bounds() -> list[tuple[str, int, int]]:
    longest_notice = LONGEST_HORIZON * HOURS_IN_A_WEEK
    return [
        ("talk_minutes", SHORTEST_TALK, LONGEST_TALK),
        ("intro_minutes", SHORTEST_TALK, LONGEST_TALK),
        ("buffer_before", 0, LONGEST_BUFFER),
        ("buffer_after", 0, LONGEST_BUFFER),
        ("notice_hours", 0, longest_notice),
        ("notice_working_days", 1, LONGEST_HORIZON * WORKING_DAYS_IN_A_WEEK),
        ("horizon_weeks", 1, LONGEST_HORIZON),
        ("move_notice_hours", 0, longest_notice),
        ("cancel_notice_hours", 0, longest_notice),
        ("most_per_day", 1, 24),
        ("most_per_week", 1, 100),
    ]


def stamp(terms: Terms) -> str:
    """Short text that tells these terms apart from any others, so that a form can say which ones it stands on."""
    return sha256(repr(asdict(terms)).encode()).hexdigest()[:16]


# -- in words


def minutes(number: int) -> str:
    return ngettext("%(num)s minute", "%(num)s minutes", number) if number else gettext("No time")


def hours(number: int) -> str:
    if number % HOURS_IN_A_DAY:
        return ngettext("%(num)s hour", "%(num)s hours", number)
    return ngettext("%(num)s day", "%(num)s days", number // HOURS_IN_A_DAY)


def notice(number: int, working_days: int | None) -> str:
    """'24 uur' or '2 werkdagen'."""
    if working_days is not None:
        return ngettext("%(num)s working day", "%(num)s working days", working_days)
    return hours(number) if number else gettext("Until it begins")


def weeks(number: int) -> str:
    return ngettext("%(num)s week", "%(num)s weeks", number)


def most(number: int | None) -> str:
    return ngettext("%(num)s talk", "%(num)s talks", number) if number else gettext("No limit")


def in_words(terms: Terms) -> list[tuple[str, str]]:
    """The terms as people read them."""
    return [
        (gettext("Length of a talk"), minutes(terms.talk_minutes)),
        (gettext("Introductory talk first"), gettext("Yes") if terms.offers_intro else gettext("No")),
        (gettext("Length of an introductory talk"), minutes(terms.intro_minutes)),
        (gettext("Time before a talk"), minutes(terms.buffer_before)),
        (gettext("Time after a talk"), minutes(terms.buffer_after)),
        (gettext("To be booked before"), notice(terms.notice_hours, terms.notice_working_days)),
        (gettext("To be booked ahead"), weeks(terms.horizon_weeks)),
        (gettext("To be moved before"), notice(terms.move_notice_hours, None)),
        (gettext("To be cancelled before"), notice(terms.cancel_notice_hours, None)),
        (gettext("At most on a day"), most(terms.most_per_day)),
        (gettext("At most in a week"), most(terms.most_per_week)),
        (gettext("On public holidays"), gettext("Yes") if terms.works_on_holidays else gettext("No")),
    ]
