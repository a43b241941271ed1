"""What can be counted: the scope of a count, and the facts that rows are boiled down to.

Rows that are alike in everything that counts come as one fact with their number; `definitions` says what each is worth.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cached_property

from dateutil.relativedelta import relativedelta

from portal.counting.periods import Period, end_of
from portal.programmes.calendar import contact_deadline
from portal.programmes.codes import Continuation, Funding, ProgrammeCode, TalkKind
from portal.programmes.rules import PROGRAMMES
from portal.sessions.rules import SessionStatus

# An introductory talk is a talk.
TALKS = frozenset({TalkKind.INTRO, TalkKind.TALK})
FIRST_ACTIVITIES = TALKS | {TalkKind.WORKSHOP}
MATURE_AFTER = timedelta(days=90)
# The same wall time of the next day is at least this far away, also when the clock goes forward.
SURELY_A_DAY = timedelta(hours=23)
MINUTE = timedelta(minutes=1)
MINUTES_PER_HOUR = 60
A_MONTH = relativedelta(months=1)
# The programme that came after it. Sterk in je werk goes on, so nobody can have gone on to its successor.
SUCCESSOR = {ProgrammeCode.ECZ: Continuation.STA_STERKER}


class By(StrEnum):
    """What figures can be split by; never by two of them at once."""

    REGION = "region"
    EMPLOYER_ORG = "employer_org"
    BRANCH = "branch"
    MONTH = "month"
    DESTINATION = "destination"
    THEME = "theme"
    ORIGIN = "origin"


@dataclass(frozen=True)
class Scope:
    """What is counted: a programme, a period, the day at whose end things are judged, and which region if only one.

    `evaluated_before` leaves out that somebody answered whose coaching ended in this month or later.
    """

    programme: ProgrammeCode
    period: Period
    reference_date: date
    region: str | None = None
    evaluated_before: date | None = None

    @cached_property
    def seen_until(self) -> datetime:
        """The first instant that the reference date does not see any more."""
        return end_of(self.reference_date)

    @cached_property
    def events_until(self) -> datetime:
        """Up to where events of the period are counted: later ones are not yet seen."""
        return min(self.period.ends_at, self.seen_until)

    @cached_property
    def mature_before(self) -> datetime:
        """Who enrolled before this did so at least ninety days before the reference date."""
        return end_of(self.reference_date - MATURE_AFTER)

    @cached_property
    def answer_months(self) -> tuple[date, date]:
        """The first of the months whose answers count, and the first one after them, by their first days.

        Answers are kept by month, and every month that the period touches counts as a whole. But one in which a year of
        the programme ended and the next began counts in the year that ended, so that no answer is in two years.
        """
        programme, first = PROGRAMMES[self.programme], self.period.first_day
        is_next_year = programme.phases[0].valid_from < first == programme.year_begins(first.year)
        begins, end = first.replace(day=1), self.period.last_day.replace(day=1) + A_MONTH
        return begins + A_MONTH if is_next_year and begins < first else begins, end

    @property
    def answers_of(self) -> tuple[date, date]:
        """The first and the last of the months whose answers count, by their first days."""
        first, end = self.answer_months
        return first, end - A_MONTH

    @cached_property
    def coaches_until(self) -> date:
        """The last day on which a coach can become available: the reference date if it lies in the period."""
        within = self.period.first_day <= self.reference_date <= self.period.last_day
        return self.reference_date if within else self.period.last_day


# -- facts


class Ending(IntEnum):
    """How it went for somebody without a talk: the lowest one that fits (T04a up to and including T04f)."""

    HANDED_OVER = 1
    WITHDRAWN = 2
    UNREACHABLE = 3
    OUT_OF_SCOPE = 4
    CLOSED = 5
    OPEN = 6


@dataclass(frozen=True, slots=True)
class SignedUp:
    """An enrolment of the period; the first of a person stands for the person.

    `supported`, `handovers` (for trauma care), `referred`, `in_progress` and `ending` are true of the person, over all
    enrolments of the period; the rest of this enrolment.
    """

    is_first: bool
    supported: bool
    handovers: int
    referred: bool
    in_progress: bool
    ending: Ending
    entered: bool
    is_open: bool
    is_mature: bool
    dropout: str
    from_contact_point: bool

    @classmethod
    def referred_person(cls, *, supported: bool, handovers: int) -> "SignedUp":
        """Somebody of whom only this is known, for counts by destination."""
        return cls(True, supported, handovers, True, False, Ending.OPEN, False, False, False, "", False)


@dataclass(frozen=True, slots=True)
class Journey:
    """How far an enrolment of the period came by the reference date; each stage is one of those before it.

    How long that took since the sign-up: hours to contact, Dutch days to the first talk and to closing. `dropout` says
    why it ended before the first talk, '' when it did not.
    """

    contacted: bool
    talked: bool
    closed: bool
    evaluated: bool
    hours_to_contact: float | None = None
    days_to_talk: int | None = None
    days_to_closing: int | None = None
    dropout: str = ""


@dataclass(frozen=True, slots=True)
class Coupled:
    """A person who was coupled with a coach in the period; `hours` from sign-up to first contact, if there was any."""

    is_quick: bool
    hours: float | None


@dataclass(frozen=True, slots=True)
class Closed:
    """A trajectory that was closed in the period."""

    reason: str


@dataclass(frozen=True, slots=True)
class Activity:
    """A talk or other activity of the period that was held, or to which nobody came."""

    kind: TalkKind
    status: SessionStatus
    funding: Funding

    @property
    def is_held(self) -> bool:
        return self.status == SessionStatus.HELD


@dataclass(frozen=True, slots=True)
class Offered:
    """A coach who was available in the period."""

    withdrawn: bool
    blocked: bool
    paused: bool
    deployed: bool
    continued: bool

    @property
    def stayed(self) -> bool:
        return not self.withdrawn and not self.blocked


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was asked how it was."""

    answered: bool


class Question(StrEnum):
    """What is asked besides the statements; the codes are the columns of the answers."""

    TRAJECTORY_GRADE = "trajectory_grade"
    COACH_GRADE = "coach_grade"
    RECOMMENDATION = "recommend"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to a question, or from 1 to 5 to a statement."""

    question: str
    value: int


def agrees(value: int) -> bool:
    return value >= 4


def recommends(value: int) -> int:
    """A 9 or 10 adds one to the recommendation score, a 0 up to and including 6 takes one off."""
    return 1 if value >= 9 else -1 if value <= 6 else 0


@dataclass(frozen=True, slots=True)
class Contact:
    """The first time that a coach was in touch; `minutes` since the sign-up, whole ones."""

    at: datetime
    is_quick: bool
    minutes: int

    @property
    def hours(self) -> float:
        return self.minutes / MINUTES_PER_HOUR


def contact(enrolled_at: datetime, matched_at: datetime, contact_at: datetime) -> Contact:
    """Quick is within one working day of coupling, whatever the programme promises (T14)."""
    is_quick = contact_at - matched_at <= SURELY_A_DAY or contact_at <= contact_deadline(matched_at, 1)
    return Contact(contact_at, is_quick, (contact_at - enrolled_at) // MINUTE)


def known_contact(
    quick: bool | None, minutes: int | None, enrolled_at: datetime, matched_at: datetime, contact_at: datetime | None
) -> Contact | None:
    """The first contact, if there was any. Of who was erased only days are known: then `quick` and `minutes` are."""
    if contact_at is None:
        return None
    if minutes is None:
        return contact(enrolled_at, matched_at, contact_at)
    return Contact(contact_at, bool(quick), minutes)


def coupled(contact: Contact | None, scope: Scope) -> Coupled:
    """What is known of the contact at the end of the reference date."""
    if contact is None or contact.at >= scope.seen_until:
        return Coupled(is_quick=False, hours=None)
    return Coupled(contact.is_quick, contact.hours)
