"""When contact is due, what a trajectory entitles to, and how it ends."""

from datetime import datetime

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.calendar import contact_deadline
from portal.programmes.codes import CloseReason, LabelledCode, ProgrammeCode
from portal.programmes.rules import PROGRAMMES


class TrajectoryStatus(LabelledCode):
    OPEN = "open", N_("Not started yet")
    ONGOING = "ongoing", N_("Ongoing")
    COMPLETED = "completed", N_("Completed")
    STOPPED = "stopped", N_("Stopped")


class ChosenBy(LabelledCode):
    PARTICIPANT = "participant", N_("Chosen by the participant")
    PORTAL = "portal", N_("Chosen by the portal")
    DESK = "desk", N_("Chosen by the region")


RUNNING = frozenset({TrajectoryStatus.OPEN, TrajectoryStatus.ONGOING})


class CoachFull(DomainError):
    status = 409
    message = N_("This coach has no room for new people just now. Choose another coach.")


class AlreadyClosed(DomainError):
    status = 409
    message = N_("This trajectory is closed already.")


class AllowanceUsed(DomainError):
    status = 409
    message = N_("You have used the talk and the two further activities. Ask your coach what else is possible.")


class ReasonMissing(DomainError):
    field = "reason"
    message = N_("Choose how it ended.")


def contact_due(code: ProgrammeCode, matched_at: datetime) -> datetime:
    """Until when the coach should be in touch: the promise of the programme, in working days."""
    return contact_deadline(matched_at, PROGRAMMES[code].contact_within_working_days)


def closing_status(reason: CloseReason) -> TrajectoryStatus:
    """Only a reached goal is a completed trajectory; anything else stopped."""
    return TrajectoryStatus.COMPLETED if reason == CloseReason.GOAL_REACHED else TrajectoryStatus.STOPPED


def check_has_room(*, running: int, capacity: int) -> None:
    if running >= capacity:
        raise CoachFull


def check_open(status: TrajectoryStatus) -> None:
    if status not in RUNNING:
        raise AlreadyClosed
