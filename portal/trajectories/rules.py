"""When contact is due, what a trajectory entitles to, and how it ends."""

from datetime import datetime

from portal.coaches.rules import CoachStatus, has_room
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.calendar import promised_by
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


class EnrolmentEnded(DomainError):
    status = 409
    message = N_("You are not signed up for this programme any more.")


class AllowanceUsed(DomainError):
    """Coach and participant both read this."""

    status = 409
    message = N_("The talk and the two further activities are all planned or used.")


def contact_due(code: ProgrammeCode, matched_at: datetime) -> datetime:
    """Until when the coach should be in touch: the promise of the programme, in working days."""
    return promised_by(matched_at, PROGRAMMES[code].contact_within_working_days)


def closing_status(reason: CloseReason) -> TrajectoryStatus:
    """Only a reached goal is a completed trajectory; anything else stopped."""
    return TrajectoryStatus.COMPLETED if reason == CloseReason.GOAL_REACHED else TrajectoryStatus.STOPPED


def check_has_room(*, running: int, capacity: int, status: CoachStatus) -> None:
    """Raise CoachFull unless somebody new can come to this coach; who is paused or left has room for nobody."""
    if status != CoachStatus.AVAILABLE or not has_room(running=running, capacity=capacity):
        raise CoachFull


def check_can_begin(status: EnrolmentStatus) -> None:
    if status not in OPEN:
        raise EnrolmentEnded


def check_open(status: TrajectoryStatus) -> None:
    if status not in RUNNING:
        raise AlreadyClosed
