"""What stays of somebody who is erased: tallies, whole days, and nothing that anybody could recognise.

Every row that is about a person goes. Of the rows that are counted a copy stays behind, under a random number below
zero and without a way to the person, the coach or the page of before. This is the list of what a copy holds; a test
compares it with the tables, so that a new column cannot be forgotten.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from dateutil.relativedelta import relativedelta

from portal.clock import local_day, start_of
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import Mode
from portal.trajectories.rules import ChosenBy

# Who asks to be erased signed in less than this ago.
FRESH = timedelta(minutes=10)
MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
FOR_EVER = date.max
# How long somebody is known after everything is over, in months (our choice): with a talk, and without one.
MONTHS_AFTER_A_TALK, MONTHS_WITHOUT_A_TALK = 12, 3
# Numbers of copies: far below those that stand for an enrolment without a person in counting.
HIGHEST, LOWEST = -(2**30), -(2**31)


class SignInAgain(DomainError):
    """The browser may have been left open: who erases shows once more that the mailbox is theirs."""

    message = N_("Sign in once more before you erase your data.")


class In(Enum):
    """What a copy has in a column."""

    KEPT = "the same"
    NUMBER = "a random number below zero"
    RANDOM = "new random text"
    COPY = "the copy of the row that it referred to"
    RESULT = "what was worked out of it beforehand"


@dataclass(frozen=True)
class DayOf:
    """Instead of a moment the beginning of the Dutch day of this column: nothing that is counted needs more."""

    column: str


# By table: In, DayOf, or the one value that all copies have: None or plain where it would say something of somebody.
Copied = Mapping[str, object]
TALLIES: Mapping[str, Copied] = {
    "enrolment": {
        "id": In.NUMBER,
        "public_id": In.RANDOM,
        "programme": In.KEPT,
        "participant": None,
        "region": In.KEPT,
        "region_derived": None,
        "pc4": None,
        "work_situation": In.KEPT,
        "branch": In.KEPT,
        "origin": In.KEPT,
        "shifts": None,
        "call_times": frozenset(),
        "language": "nl",
        "words_sealed": None,
        "contact_sealed": None,
        "token_hash": None,
        "browser_hash": None,
        "status": In.KEPT,
        "status_at": DayOf("status_at"),
        "close_reason": In.KEPT,
        "submitted_at": DayOf("enrolled_at"),
        "enrolled_at": DayOf("enrolled_at"),
        "tally_person": In.RESULT,
    },
    "enrolment_theme": {"id": In.NUMBER, "enrolment": In.COPY, "theme": In.KEPT},
    "enrolment_event": {
        "id": In.NUMBER,
        "enrolment": In.COPY,
        "at": DayOf("at"),
        "kind": EventKind.STATUS_SET,
        "status": In.KEPT,
        "actor": None,
        "imported": False,
    },
    "trajectory": {
        "id": In.NUMBER,
        "public_id": In.RANDOM,
        "enrolment": In.COPY,
        "participant": None,
        "coach": None,
        "programme": In.KEPT,
        "status": In.KEPT,
        "chosen_by": ChosenBy.PARTICIPANT,
        "matched_at": DayOf("matched_at"),
        "contact_due_at": DayOf("matched_at"),
        "first_contact_at": DayOf("first_contact_at"),
        "closed_at": DayOf("closed_at"),
        "close_reason": In.KEPT,
        "version": 1,
        "imported_at": None,
        "tally_quick": In.RESULT,
        "tally_minutes": In.RESULT,
    },
    "session": {
        "id": In.NUMBER,
        "public_id": In.RANDOM,
        "trajectory": In.COPY,
        "coach": None,
        "participant": None,
        "kind": In.KEPT,
        "mode": Mode.PHONE,
        "place": "",
        "room_sealed": None,
        "starts_at": DayOf("starts_at"),
        "minutes": 60,
        "status": In.KEPT,
        "funding": In.KEPT,
        "block": None,
        "allowance": None,
        "sequence": 0,
        "booked_at": DayOf("starts_at"),
        "booked_by": None,
        "outcome_at": None,
        "reason": None,
        "told_at": None,
    },
    "referral": {
        "id": In.NUMBER,
        "public_id": In.RANDOM,
        "enrolment": In.COPY,
        "coach": None,
        "kind": In.KEPT,
        "destination_class": In.KEPT,
        "destination_name": "",
        "channel": None,
        "consent": In.KEPT,
        "status": In.KEPT,
        "referred_on": In.KEPT,
        "sent_on": In.KEPT,
        "settled_on": In.KEPT,
        "recorded_at": DayOf("referred_on"),
    },
    "evaluation_invitation": {
        "id": In.NUMBER,
        "public_id": In.RANDOM,
        "token_hash": In.RANDOM,
        "trajectory": In.COPY,
        "programme": In.KEPT,
        "region": In.KEPT,
        "coach": None,
        "closed_month": In.KEPT,
        "invited_at": DayOf("invited_at"),
        "expires_at": DayOf("invited_at"),
        "answered": In.KEPT,
        "questionnaire": In.KEPT,
        "reminded_at": None,
        "reminder_token_hash": None,
    },
}


def day_of(moment: date | datetime | None, nth: int) -> datetime | None:
    """The beginning of this Dutch day, in UTC; a few millionths later for what came later, so that the order stays."""
    if moment is None:
        return None
    day = local_day(moment) if isinstance(moment, datetime) else moment
    return start_of(day) + nth * MICROSECOND


def random_number() -> int:
    """A number for a copy."""
    return LOWEST + secrets.randbelow(HIGHEST - LOWEST)


def days_counted(
    talked_on: date, changes: Sequence[tuple[date, EnrolmentStatus]], now_since: tuple[date, EnrolmentStatus]
) -> Iterator[tuple[date, date]]:
    """The reference dates, from the first up to and including the last, on which a talk of this day counts: from that
    day on, as long as its enrolment is not a duplicate. `changes` are in order; `now_since` is how it stands."""
    borders = sorted({talked_on, *(day for day, _ in [*changes, now_since] if day > talked_on)})
    began: date | None = None
    for border in borders:
        counts = _status_on(border, changes, now_since) != EnrolmentStatus.DUPLICATE
        if counts and began is None:
            began = border
        if not counts and began is not None:
            yield began, border - DAY
            began = None
    if began is not None:
        yield began, FOR_EVER


def _status_on(
    day: date, changes: Iterable[tuple[date, EnrolmentStatus]], now_since: tuple[date, EnrolmentStatus]
) -> EnrolmentStatus:
    if now_since[0] <= day:
        return now_since[1]
    known = [status for since, status in changes if since <= day]
    return known[-1] if known else EnrolmentStatus.CONFIRMED


def is_fresh(signed_in_at: datetime, now: datetime) -> bool:
    """Whether somebody signed in so short ago that it is surely still them."""
    return now - signed_in_at <= FRESH


def check_fresh(signed_in_at: datetime, now: datetime) -> None:
    if not is_fresh(signed_in_at, now):
        raise SignInAgain


@dataclass(frozen=True)
class Borders:
    """What was over before these instants is erased: with a talk that was held, and without."""

    with_talk: datetime
    without_talk: datetime


def borders(today: date) -> Borders:
    """By whole Dutch days: what was over on the same day so many months ago has had its time."""
    with_talk, without_talk = (
        start_of(today - relativedelta(months=months) + DAY) for months in (MONTHS_AFTER_A_TALK, MONTHS_WITHOUT_A_TALK)
    )
    return Borders(with_talk, without_talk)
