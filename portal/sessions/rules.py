"""When a talk may be booked, and what may become of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.availability.rules import EmptyReason, SlotTaken
from portal.coaches.rules import PRESENT, CoachStatus
from portal.errors import ChangedMeanwhile, DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode, Mode, TalkKind


class SessionStatus(LabelledCode):
    PLANNED = "planned", N_("Planned")
    HELD = "held", N_("Held")
    NO_SHOW = "no_show", N_("Did not come")
    CANCELLED_PARTICIPANT = "cancelled_participant", N_("Cancelled by the participant")
    CANCELLED_COACH = "cancelled_coach", N_("Cancelled by the coach")
    CANCELLED_DESK = "cancelled_desk", N_("Cancelled by the region")
    MOVED = "moved", N_("Moved")


class Party(StrEnum):
    """Who did something to a talk."""

    PARTICIPANT = "participant"
    COACH = "coach"
    DESK = "desk"
    PORTAL = "portal"


class ChangeReason(LabelledCode):
    """Why a talk is moved or cancelled: a short list, never obligatory."""

    ILL = "ill", N_("Ill")
    SHIFT_CHANGED = "shift_changed", N_("My shift changed")
    NO_NEED = "no_need", N_("No longer needed")
    OTHER_COACH = "other_coach", N_("I would rather have another coach")
    TOGETHER = "together", N_("We agreed on it together")
    OTHER = "other", N_("Something else")


REASONS = {
    Party.PARTICIPANT: (
        ChangeReason.ILL,
        ChangeReason.SHIFT_CHANGED,
        ChangeReason.NO_NEED,
        ChangeReason.OTHER_COACH,
        ChangeReason.OTHER,
    ),
    Party.COACH: (ChangeReason.ILL, ChangeReason.TOGETHER, ChangeReason.OTHER),
    Party.DESK: (ChangeReason.ILL, ChangeReason.TOGETHER, ChangeReason.OTHER),
}
CANCELLED_BY = {
    Party.PARTICIPANT: SessionStatus.CANCELLED_PARTICIPANT,
    Party.COACH: SessionStatus.CANCELLED_COACH,
    Party.DESK: SessionStatus.CANCELLED_DESK,
    Party.PORTAL: SessionStatus.CANCELLED_DESK,
}
# What the signature of a link in a mail is good for.
LINK = "appointment"
# How an address asks for the times of an introductory talk.
INTRODUCTION = "kennismaking"
# How the keys of reminders begin in the outbox.
REMINDERS = "reminder:"
# Who cancels less than this before the talk is noted as late; nothing comes of it.
LATE = timedelta(hours=24)

# These keep the time of coach and participant taken; every other status frees it.
BLOCKING = frozenset({SessionStatus.PLANNED, SessionStatus.HELD, SessionStatus.NO_SHOW})

# How a participant reads these of their own talks.
TO_PARTICIPANT = {
    SessionStatus.NO_SHOW: N_("We missed you"),
    SessionStatus.CANCELLED_PARTICIPANT: N_("Cancelled by you"),
}
WHY_EMPTY = {
    EmptyReason.NO_HOURS: N_("The coach keeps no hours in this month. Look in another month."),
    EmptyReason.AWAY: N_("The coach is away in this month. Look in another month."),
    EmptyReason.HOLIDAY: N_("In this month the coach only keeps hours on public holidays. Look in another month."),
    EmptyReason.FULL: N_("Every time in this month is taken. Look in another month."),
    EmptyReason.BEYOND_HORIZON: N_("You cannot book this far ahead yet. Look in an earlier month."),
    EmptyReason.TOO_SOON: N_("It is too late to book in this month. Look in the next month."),
}
# More bookings than this in a day for one person is no longer choosing a time (our choice).
BOOKINGS_A_DAY = 8
MOVES_A_DAY = 5
# How far ahead a month of free times can be looked at, in days; no coach's horizon reaches that far.
LOOKED_AHEAD = timedelta(days=366)


class ModeNotOffered(DomainError):
    field = "mode"
    message = N_("Choose how you want to talk.")


class CoachStopped(DomainError):
    status = 409
    message = N_("This coach has stopped. Choose another coach.")


class IntroductionOver(DomainError):
    """A form that was open for too long: they know each other by now, or the coach begins with a talk."""

    status = 409
    message = N_("An introductory talk is not possible any more. Choose a time for a talk.")


class TooManyBookings(DomainError):
    status = 409
    message = N_("You booked and cancelled many times today. Try again tomorrow, or mail us.")


class NotYetHeld(DomainError):
    status = 409
    message = N_("You can only say this when the talk has begun.")


class NotPlanned(DomainError):
    status = 409
    message = N_("This talk is not planned any more.")


class TooLateToCancel(DomainError):
    status = 409
    message = N_("It is too short before the talk to cancel it here. Mail us, then we pass it on.")


class TooLateToMove(DomainError):
    status = 409
    message = N_("It is too short before the talk to move it here. Cancel it, or mail us.")


class TooManyMoves(DomainError):
    status = 409
    message = N_("You moved this talk many times today. Try again tomorrow, or mail us.")


class NotOffered(DomainError):
    """Not a time of this coach: made up, or no longer kept."""

    field = "starts_at"
    message = N_("You cannot choose this time. Choose one of the times below.")


class LinkDead(DomainError):
    """The talk was moved or cancelled since, or it is over."""

    status = 410
    message = N_(
        "This link does not work any more. Your appointment was changed or is over. Look in your newest mail, "
        "or sign in."
    )


class PhoneMissing(DomainError):
    field = "phone"
    message = N_("Fill in the phone number at which your coach can call you.")


class NoPhoneKnown(DomainError):
    field = "mode"
    message = N_("This participant gave no phone number. Choose another way to talk.")


def check_mode(mode: str, offered: Iterable[Mode]) -> None:
    if mode not in set(offered):
        raise ModeNotOffered


def check_kind(kind: TalkKind, offered: Iterable[TalkKind]) -> None:
    if kind not in set(offered):
        raise IntroductionOver


@dataclass(frozen=True)
class Known:
    """A talk of a trajectory, as far as it matters for getting to know a coach."""

    kind: TalkKind
    status: SessionStatus
    coach_id: int


def may_introduce(talks: Collection[Known], coach_id: int) -> bool:
    """One introductory talk in a trajectory, and none with a coach whom one talks with already (our choice).

    One that is off, or to which nobody came, does not count; nor what is planned with a coach of before, which is
    cancelled when another one is chosen.
    """
    held_before = any(talk.status == SessionStatus.HELD and talk.kind == TalkKind.INTRO for talk in talks)
    with_this_one = {talk.status for talk in talks if talk.coach_id == coach_id}
    return not held_before and with_this_one.isdisjoint({SessionStatus.PLANNED, SessionStatus.HELD})


def is_to_decide(talks: Collection[Known], coach_id: int) -> bool:
    """They got acquainted, and nothing says yet whether this participant goes on with this coach."""
    ours = [talk for talk in talks if talk.coach_id == coach_id]
    met = any(talk.kind == TalkKind.INTRO and talk.status == SessionStatus.HELD for talk in ours)
    went_on = any(talk.kind == TalkKind.TALK and talk.status in BLOCKING for talk in ours)
    return met and not went_on


def check_seen(seen: int, version: int) -> None:
    """Another coach takes over only from the one that the page named (`Trajectory.version`; 0: it named none)."""
    if seen != version:
        raise ChangedMeanwhile


def check_coach_present(status: CoachStatus) -> None:
    """Who is paused still talks with the people they have; who withdrew or was blocked does not."""
    if status not in PRESENT:
        raise CoachStopped


def check_churn(bookings_today: int) -> None:
    if bookings_today >= BOOKINGS_A_DAY:
        raise TooManyBookings


def check_offered(starts_at: datetime, *, free: Iterable[datetime], kept: Iterable[datetime]) -> None:
    """Only times that the coach keeps and that nobody has taken; the table decides the race for them."""
    if starts_at not in kept:
        raise NotOffered
    if starts_at not in free:
        raise SlotTaken


def check_change(
    starts_at: datetime, now: datetime, *, party: Party, notice_hours: int, late: type[DomainError]
) -> None:
    """A participant changes a talk before it begins and before the coach's notice; others can still set it right."""
    if party == Party.PARTICIPANT and not may_still(starts_at, now, notice_hours):
        raise late


def check_moves(moves_today: int, party: Party) -> None:
    if party == Party.PARTICIPANT and moves_today >= MOVES_A_DAY:
        raise TooManyMoves


def may_still(starts_at: datetime, now: datetime, notice_hours: int) -> bool:
    """Whether a participant can still move (or cancel) this talk alone."""
    return starts_at - now >= max(timedelta(hours=notice_hours), timedelta(minutes=1))


def reminders_about(public_id: str) -> str:
    """How the keys of the reminders of this talk begin in the outbox."""
    return f"{REMINDERS}{public_id}:"


def kind_asked(text: str | None) -> TalkKind:
    """Which kind of talk an address asks for; a talk when it says nothing that we know."""
    return TalkKind.INTRO if text == INTRODUCTION else TalkKind.TALK


def check_begun(starts_at: datetime, now: datetime) -> None:
    if now < starts_at:
        raise NotYetHeld


def month_of(text: str | None, default: date) -> date:
    """The first day of the month in '2026-03'; the default's month for anything else, never before it or far ahead."""
    first = default.replace(day=1)
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return first
    return min(max(asked, first), (first + LOOKED_AHEAD).replace(day=1))


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
