"""Coupling a participant and a coach, noting the first contact, using the entitlement, closing."""

from datetime import datetime

from portal import audit
from portal.access import Actor
from portal.coaches.models import Coach
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.errors import NotFound
from portal.programmes.codes import CloseReason, ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.trajectories import queries, rules
from portal.trajectories.models import Allowance, FormerCoach, Trajectory
from portal.trajectories.rules import ChosenBy, TrajectoryStatus


def held(enrolment: Enrolment) -> Trajectory | None:
    """The trajectory of this enrolment as stored now; nobody else moves either of them until the transaction ends.

    Who needs a coach too locks the coach first: everybody locks in the same order. Raises NotFound when the enrolment
    was erased meanwhile.
    """
    lock(enrolment)
    known = queries.of_enrolment(enrolment)
    if known is None and not Enrolment.select().where(Enrolment.id == enrolment.id).exists():
        raise NotFound
    return known


def couple(actor: Actor, *, enrolment: Enrolment, coach: Coach, chosen_by: ChosenBy, now: datetime) -> Trajectory:
    """Bring a participant and a coach together, or go on with another coach; never over the coach's capacity."""
    with transaction():
        lock(coach)
        known = held(enrolment)
        if known is not None:
            rules.check_open(known.status)
            if known.coach_id == coach.id:
                return known
        _check_room(coach)
        if known is not None:
            return _change_coach(actor, known, coach, chosen_by, now)
        rules.check_can_begin(Enrolment.get_by_id(enrolment.id).status)
        return _begin(actor, enrolment, coach, chosen_by, now)


def _check_room(coach: Coach) -> None:
    """As it is now: between reading the page and this moment a coach may have got people, or stopped."""
    running = queries.running_counts([coach]).get(coach.id, 0)
    fresh = Coach.get_by_id(coach.id)
    rules.check_has_room(running=running, capacity=fresh.capacity, status=fresh.status)


def _begin(actor: Actor, enrolment: Enrolment, coach: Coach, chosen_by: ChosenBy, now: datetime) -> Trajectory:
    trajectory = Trajectory.create(
        public_id=new_public_id(),
        enrolment=enrolment,
        participant=enrolment.participant_id,
        coach=coach,
        programme=enrolment.programme,
        chosen_by=chosen_by,
        matched_at=now,
        contact_due_at=rules.contact_due(ProgrammeCode(enrolment.programme), now),
    )
    enrolments.note(enrolment, EventKind.COACH_CHOSEN, actor=actor, now=now, status=EnrolmentStatus.MATCHED)
    audit.record(actor, "trajectory.coupled", trajectory, detail=chosen_by)
    return trajectory


def _change_coach(actor: Actor, trajectory: Trajectory, coach: Coach, chosen_by: ChosenBy, now: datetime) -> Trajectory:
    """No reason is asked; the history keeps who it was."""
    FormerCoach.create(trajectory=trajectory, coach=trajectory.coach_id, matched_at=trajectory.matched_at, ended_at=now)
    Trajectory.update(
        coach=coach,
        chosen_by=chosen_by,
        matched_at=now,
        contact_due_at=rules.contact_due(ProgrammeCode(trajectory.programme), now),
        first_contact_at=None,
        version=Trajectory.version + 1,
    ).where(Trajectory.id == trajectory.id).execute()
    enrolments.note(trajectory.enrolment, EventKind.COACH_CHANGED, actor=actor, now=now)
    audit.record(actor, "trajectory.coach_changed", trajectory)
    return queries.as_it_is_now(trajectory)


def note_contact(actor: Actor, trajectory: Trajectory, *, now: datetime) -> None:
    """The coach was in touch for the first time; saying it again changes nothing."""
    with transaction():
        lock(trajectory.enrolment)
        rules.check_open(Trajectory.get_by_id(trajectory.id).status)
        _keep_contact(actor, trajectory, trajectory.coach, at=now)


def _keep_contact(actor: Actor, trajectory: Trajectory, coach: Coach, *, at: datetime) -> None:
    """The first contact with this coach; not when it was known, nor when the participant has another coach by now."""
    noted = Trajectory.update(first_contact_at=at).where(
        Trajectory.id == trajectory.id, Trajectory.coach == coach, Trajectory.first_contact_at.is_null()
    )
    if noted.execute():
        enrolments.note(trajectory.enrolment, EventKind.CONTACTED, actor=actor, now=at)
        audit.record(actor, "trajectory.contacted", trajectory)


def begin_talking(actor: Actor, trajectory: Trajectory, *, coach: Coach, talked_at: datetime, now: datetime) -> None:
    """A talk was held, which is contact too; with the first one it is under way. The caller holds the trajectory."""
    _keep_contact(actor, trajectory, coach, at=talked_at)
    started = Trajectory.update(status=TrajectoryStatus.ONGOING).where(
        Trajectory.id == trajectory.id, Trajectory.status == TrajectoryStatus.OPEN
    )
    status = EnrolmentStatus.STARTED if started.execute() else None
    enrolments.note(trajectory.enrolment, EventKind.TALK_HELD, actor=actor, now=now, status=status)


def use_allowance(trajectory: Trajectory) -> Allowance:
    """Take the lowest activity that is left. The caller holds the trajectory, so nobody takes the same one."""
    most = PROGRAMMES[ProgrammeCode(trajectory.programme)].max_activities
    left = sorted(set(range(most)) - queries.used_ordinals(trajectory))
    if not left:
        raise rules.AllowanceUsed
    return Allowance.create(trajectory=trajectory, ordinal=left[0])


def give_back(allowance_id: int | None) -> None:
    """An activity that did not take place can be used again."""
    if allowance_id is not None:
        Allowance.delete().where(Allowance.id == allowance_id).execute()


def close(actor: Actor, trajectory: Trajectory, *, reason: CloseReason, now: datetime) -> None:
    """End it, with how it ended. Once."""
    status = rules.closing_status(reason)
    with transaction():
        lock(trajectory.enrolment)
        closed = Trajectory.update(status=status, closed_at=now, close_reason=reason).where(
            Trajectory.id == trajectory.id, Trajectory.status.in_(rules.RUNNING)
        )
        if not closed.execute():
            raise rules.AlreadyClosed
        Enrolment.update(close_reason=reason).where(Enrolment.id == trajectory.enrolment_id).execute()
        became = EnrolmentStatus.COMPLETED if status == TrajectoryStatus.COMPLETED else EnrolmentStatus.STOPPED
        enrolments.note(trajectory.enrolment, EventKind.CLOSED, actor=actor, now=now, status=became)
        audit.record(actor, "trajectory.closed", trajectory, detail=reason)
