"""What the desk shows of whom, how long somebody waits, and which steps an enrolment can take at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from portal.clock import local, local_day, start_of
from portal.enrolments.rules import OPEN, WITHOUT_COACH, EnrolmentStatus, EventKind
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.calendar import overdue_since, promised_by, working_days_between
from portal.programmes.codes import Branch, LabelledCode, ProgrammeCode
from portal.programmes.rules import PROGRAMMES

PER_PAGE = 50
# Nobody leafs further than this: a filter finds it sooner.
MOST_COUNTED = 20 * PER_PAGE
# Who waits longer than this is shown apart (our choice).
# After so many working days somebody waits long, and after so many very long.
PATIENCE = (5, 10)
# Longer ago than this, a date says more than a number of days.
COUNTED_DAYS = 60
DAY = timedelta(days=1)


class Shown(LabelledCode):
    """Which enrolments of a region somebody wants to see."""

    WAITING = "", N_("Everyone who waits")
    NEW = "new", N_("New")
    OVERDUE = "overdue", N_("Waits longer than 5 working days")
    AT_MOST_5 = "at_most_5", N_("Waits at most 5 working days")
    UP_TO_10 = "up_to_10", N_("Waits 6 up to and including 10 working days")
    OVER_10 = "over_10", N_("Waits longer than 10 working days")
    WITHOUT_COACH = "without_coach", N_("Without a coach")
    WITH_COACH = "with_coach", N_("With a coach")
    NO_TALK = "no_talk", N_("With a coach, no talk yet")
    CLOSED = "closed", N_("Closed")
    ALL = "all", N_("Everyone")


# The lists of who waits, the longest waiting first; in the other two comes first what changed last.
OPEN_STATUSES = {
    Shown.WAITING: WITHOUT_COACH | {EnrolmentStatus.MATCHED},
    Shown.NEW: frozenset({EnrolmentStatus.CONFIRMED}),
    **dict.fromkeys([Shown.OVERDUE, Shown.AT_MOST_5, Shown.UP_TO_10, Shown.OVER_10], WITHOUT_COACH),
    Shown.WITHOUT_COACH: WITHOUT_COACH,
    Shown.WITH_COACH: OPEN - WITHOUT_COACH,
    Shown.NO_TALK: frozenset({EnrolmentStatus.MATCHED}),
}
# Longer than so many working days, and not longer than so many.
WAITED: Mapping[Shown, tuple[int | None, int | None]] = {
    Shown.OVERDUE: (PATIENCE[0], None),
    Shown.AT_MOST_5: (None, PATIENCE[0]),
    Shown.UP_TO_10: PATIENCE,
    Shown.OVER_10: (PATIENCE[1], None),
}
# How it ended is not for the desk: handed over, stopped and completed all read the same (see Decisions in the README).
ENDED = frozenset({EnrolmentStatus.COMPLETED, EnrolmentStatus.STOPPED, EnrolmentStatus.HANDED_OVER})
CLOSED_LABEL = N_("Closed")

# The reasons of a proposal are written to the participant; these two read otherwise at the desk.
REASONS_AT_THE_DESK = {
    "works in your region": N_("works in this region"),
    "at %(number)s km from you": N_("at %(number)s km"),
}


@dataclass(frozen=True)
class Choice:
    """Which enrolments somebody wants to see; None is any."""

    shown: Shown = Shown.WAITING
    programme: ProgrammeCode | None = None
    branch: Branch | None = None
    region: str | None = None


# -- steps


class Outcome(LabelledCode):
    """How the desk can end an enrolment that never had a coach."""

    WITHDRAWN = "withdrawn", N_("The participant does not want to go on")
    UNREACHABLE = "unreachable", N_("We could not reach the participant")
    OUT_OF_SCOPE = "out_of_scope", N_("This programme is not meant for this person")
    DUPLICATE = "duplicate", N_("This person had signed up already")

    @property
    def status(self) -> EnrolmentStatus:
        return EnrolmentStatus(self.value)


class Tries(StrEnum):
    """Whether the desk says that it tried three times, in two ways, within ten working days (our choice)."""

    MADE = "made"
    NOT_MADE = "not_made"


CLOSINGS = frozenset(outcome.status for outcome in Outcome)
# Nobody is unreachable before somebody took it on and tried.
STEPS: dict[EnrolmentStatus, frozenset[EnrolmentStatus]] = {
    EnrolmentStatus.CONFIRMED: CLOSINGS - {EnrolmentStatus.UNREACHABLE}
    | {EnrolmentStatus.IN_PROGRESS, EnrolmentStatus.WAITING},
    EnrolmentStatus.IN_PROGRESS: CLOSINGS | {EnrolmentStatus.WAITING},
    EnrolmentStatus.WAITING: CLOSINGS | {EnrolmentStatus.IN_PROGRESS},
}


class MovedOn(DomainError):
    """Somebody did something after this page was opened, or the button was pressed twice."""

    status = 409
    message = N_(
        "Something has changed since you opened this page. Look at how it stands now. Is it still needed? "
        "Then do it again."
    )


class StepNotPossible(DomainError):
    status = 409
    message = N_("This is not possible (any more) for this enrolment. Load the page again.")


class FirstTakeItOn(DomainError):
    field = "outcome"
    message = N_("First take it on and try to reach this person. After that you can choose this.")


class TriesMissing(DomainError):
    field = "tried"
    message = N_("Try three times, in two ways: by phone and by mail. Then tick this box.")


class SameRegion(DomainError):
    field = "region"
    message = N_("This is the region where the enrolment is now. Choose another one.")


class CoachNotFree(DomainError):
    status = 409
    message = N_("This coach cannot be chosen any more. Choose another coach.")


def may_become(status: EnrolmentStatus, wanted: EnrolmentStatus) -> bool:
    """Whether the desk can bring an enrolment from the one status to the other."""
    return wanted in STEPS.get(status, frozenset())


def check_step(status: EnrolmentStatus, wanted: EnrolmentStatus) -> None:
    if not may_become(status, wanted):
        raise StepNotPossible


def check_closing(status: EnrolmentStatus, outcome: Outcome, tries: Tries) -> None:
    """Only without a coach; and 'could not be reached' takes three tries in two ways."""
    check_without_coach(status)
    if not may_become(status, outcome.status):
        raise FirstTakeItOn
    if outcome == Outcome.UNREACHABLE and tries != Tries.MADE:
        raise TriesMissing


def check_without_coach(status: EnrolmentStatus) -> None:
    if status not in WITHOUT_COACH:
        raise StepNotPossible


def check_move(status: EnrolmentStatus, region: str | None, wanted: str) -> None:
    """Whatever is open can go to the desk of another region."""
    if status not in OPEN:
        raise StepNotPossible
    if region == wanted:
        raise SameRegion


def check_unchanged(seen: int, version: int) -> None:
    """Versions are numbers of entries on the timeline: every step at a desk or by anybody else makes one more."""
    if seen != version:
        raise MovedOn


# -- how it stands


class Standing(NamedTuple):
    """Everything that decides what the desk reads of an enrolment in one glance; `planned_at` is the first talk whose
    outcome is not known."""

    status: EnrolmentStatus
    programme: ProgrammeCode
    enrolled_at: datetime
    contact_due_at: datetime | None = None
    first_contact_at: datetime | None = None
    planned_at: datetime | None = None


class Tag(NamedTuple):
    """A marked sentence, which `day` and `clock` (in the Netherlands) complete, and the kind of tag it is shown in."""

    message: str
    kind: str = ""
    day: date | None = None
    clock: time | None = None


# Who stands there when the account was erased.
NOBODY = Tag(N_("Somebody"))


def tag_of(standing: Standing, now: datetime) -> Tag:
    """What somebody waits for, the most pressing first; nothing about how a trajectory ended."""
    if standing.status not in OPEN:
        return Tag(status_label(standing.status), "quiet")
    if standing.planned_at is not None:
        return _planned(standing.planned_at, now)
    if standing.status in WITHOUT_COACH:
        return _without_coach(standing, now)
    return _with_coach(standing, now)


def _planned(planned_at: datetime, now: datetime) -> Tag:
    day = local_day(planned_at)
    return Tag(N_("No outcome yet of %(day)s") if day < local_day(now) else N_("Appointment %(day)s"), day=day)


def _without_coach(standing: Standing, now: datetime) -> Tag:
    if standing.enrolled_at < overdue_before(local_day(now)):
        return Tag(N_("Without a coach"), "late")
    if standing.status == EnrolmentStatus.WAITING:
        return Tag(N_("Without a coach"))
    if standing.status == EnrolmentStatus.IN_PROGRESS:
        return Tag(N_("Choosing a coach"))
    promised = PROGRAMMES[standing.programme].contact_within_working_days
    if promised > 1:
        return Tag(N_("New"), "good")
    return _contact(promised_by(standing.enrolled_at, promised), now, "late")


def _with_coach(standing: Standing, now: datetime) -> Tag:
    if standing.status == EnrolmentStatus.STARTED:
        return Tag(EnrolmentStatus.STARTED.label)
    if standing.first_contact_at is not None or standing.contact_due_at is None:
        return Tag(EnrolmentStatus.MATCHED.label)
    promised = PROGRAMMES[standing.programme].contact_within_working_days
    return _contact(standing.contact_due_at, now, "" if promised > 1 else "late")


def _contact(due: datetime, now: datetime, kind: str) -> Tag:
    """Until when contact was promised."""
    if now >= due:
        return Tag(N_("Contact is late"), "late")
    moment = local(due)
    if moment.date() == local_day(now):
        return Tag(N_("Contact before %(time)s"), kind, moment.date(), moment.time())
    return Tag(N_("Contact before %(day)s, %(time)s"), kind, moment.date(), moment.time())


@lru_cache(maxsize=16)
def overdue_before(today: date, working_days: int = PATIENCE[0]) -> datetime:
    """Who signed up before this instant, in UTC, has waited longer than so many working days."""
    return start_of(overdue_since(today, working_days) + DAY)


@lru_cache(maxsize=1024)
def working_days_waited(since: date, today: date) -> int | None:
    """How many working days somebody waits; None when that is so long ago that a date says more."""
    return working_days_between(since, today) if (today - since).days <= COUNTED_DAYS else None


def shows_contact(status: EnrolmentStatus) -> bool:
    """Name and contact data while it runs, afterwards the name only."""
    return status in OPEN


# -- words


def status_label(status: EnrolmentStatus) -> str:
    """A marked word for how it stands; of what ended no more than that."""
    return CLOSED_LABEL if status in ENDED else status.label


# A referral is between participant and coach: with a name beside it, the desk does not see that there was one.
NOT_FOR_THE_DESK = frozenset({EventKind.REFERRED})


def event_label(kind: EventKind, status: EnrolmentStatus | None) -> str:
    """A marked sentence for the timeline; of an end only that it is closed."""
    if status in ENDED:
        return CLOSED_LABEL
    if status is not None and kind in (EventKind.STATUS_SET, EventKind.CLOSED):
        return status_label(status)
    return kind.label
