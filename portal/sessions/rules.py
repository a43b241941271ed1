"""When a talk may be booked, and what may become of it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from portal.availability.rules import EmptyReason, SlotTaken
from portal.coaches.rules import PRESENT, CoachStatus
from portal.errors import ChangedMeanwhile, DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode, Mode


class SessionStatus(LabelledCode):
    PLANNED = "planned", N_("Planned")
    HELD = "held", N_("Held")
    NO_SHOW = "no_show", N_("Did not come")
    CANCELLED_PARTICIPANT = "cancelled_participant", N_("Cancelled by the participant")
    CANCELLED_COACH = "cancelled_coach", N_("Cancelled by the coach")
    CANCELLED_DESK = "cancelled_desk", N_("Cancelled by the region")
    MOVED = "moved", N_("Moved")


# These keep the time of coach and participant taken; every other status frees it.
BLOCKING = frozenset({SessionStatus.PLANNED, SessionStatus.HELD, SessionStatus.NO_SHOW})

# How a participant reads these of their own talks.
TO_PARTICIPANT = {
    SessionStatus.NO_SHOW: N_("We missed you"),
    SessionStatus.CANCELLED_PARTICIPANT: N_("Cancelled by you"),
}
WHY_EMPTY = {
    EmptyReason.NO_HOURS: N_("The coach keeps no hours in this month."),
    EmptyReason.AWAY: N_("The coach is away in this month."),
    EmptyReason.HOLIDAY: N_("The only days of this coach in this month are public holidays."),
    EmptyReason.FULL: N_("Every time in this month is taken."),
    EmptyReason.BEYOND_HORIZON: N_("You cannot book this far ahead yet."),
    EmptyReason.TOO_SOON: N_("It is too short before the talk to book now."),
}
# More bookings than this in a day for one person is no longer choosing a time (our choice).
BOOKINGS_A_DAY = 8
# How far ahead a month of free times can be looked at, in days; no coach's horizon reaches that far.
LOOKED_AHEAD = timedelta(days=366)


class ModeNotOffered(DomainError):
    field = "mode"
    message = N_("Choose how you want to talk.")


class CoachStopped(DomainError):
    status = 409
    message = N_("This coach has stopped. Choose another coach.")


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
    message = N_("This talk has begun already. Call or mail your coach.")


def check_mode(mode: str, offered: Iterable[Mode]) -> None:
    if mode not in set(offered):
        raise ModeNotOffered


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


def check_offered(starts_at: datetime, offered: Iterable[datetime]) -> None:
    """Only times that the coach's hours, notice and horizon offer; the table decides the race for them."""
    if starts_at not in offered:
        raise SlotTaken


def check_begun(starts_at: datetime, now: datetime) -> None:
    if now < starts_at:
        raise NotYetHeld


def check_not_begun(starts_at: datetime, now: datetime) -> None:
    if now >= starts_at:
        raise TooLateToCancel


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
