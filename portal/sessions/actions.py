"""Booking and cancelling talks, and saying what became of them."""

from datetime import datetime, timedelta

from portal import audit
from portal.access import Actor, Role
from portal.availability import actions as availability
from portal.availability import queries as free_times
from portal.availability.rules import BlockSource, SlotTaken
from portal.coaches.models import Coach
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EventKind
from portal.programmes.codes import Mode, ProgrammeCode, TalkKind
from portal.programmes.rules import counts_as_activity
from portal.sessions import mails, queries, rules
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import actions as trajectories
from portal.trajectories import queries as trajectory_queries
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy, check_open

DAY = timedelta(days=1)


def book_with_coach(
    actor: Actor, *, enrolment: Enrolment, coach: Coach, starts_at: datetime, mode: str, now: datetime
) -> Session:
    """A participant books a time; that also chooses the coach. Talks planned with a former coach are cancelled."""
    with transaction():
        lock(coach)
        known = trajectory_queries.of_enrolment(enrolment)
        if known is not None and known.coach_id != coach.id:
            for planned in queries.planned_of(known):
                _end(actor, planned, SessionStatus.CANCELLED_PARTICIPANT, now=now)
        trajectory = trajectories.couple(
            actor, enrolment=enrolment, coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=now
        )
        return book_session(actor, trajectory=trajectory, starts_at=starts_at, mode=mode, now=now)


def book_session(
    actor: Actor,
    *,
    trajectory: Trajectory,
    starts_at: datetime,
    mode: str,
    now: datetime,
    kind: TalkKind = TalkKind.TALK,
) -> Session:
    """Book a talk and tell both people, or raise the rule that forbids it."""
    coach = trajectory.coach
    with transaction():
        lock(coach)
        lock(trajectory)
        check_open(Trajectory.get_by_id(trajectory.id).status)
        rules.check_mode(mode, set(queries.modes_offered(coach, ProgrammeCode(trajectory.programme))))
        rules.check_churn(queries.bookings_since(actor.account_id or 0, now - DAY))
        check_offered(coach, starts_at, now)
        block = availability.take(
            coach=coach,
            participant=trajectory.participant_id,
            starts_at=starts_at,
            minutes=coach.talk_minutes,
            source=BlockSource.TALK,
        )
        session = Session.create(
            public_id=new_public_id(),
            trajectory=trajectory,
            coach=coach,
            participant=trajectory.participant,
            kind=kind,
            mode=mode,
            place=_place(coach, Mode(mode)),
            starts_at=starts_at,
            minutes=coach.talk_minutes,
            block=block,
            allowance=trajectories.use_allowance(trajectory) if counts_as_activity(kind) else None,
            booked_at=now,
            booked_by=actor.account_id,
        )
        enrolments.note(trajectory.enrolment, EventKind.TALK_BOOKED, actor=actor, now=now)
        audit.record(actor, "session.booked", session)
        mails.post_booked(session, now=now)
    return session


def check_offered(coach: Coach, starts_at: datetime, now: datetime) -> None:
    """Only times that the coach's hours, notice and horizon offer; the table decides the race for them."""
    offered = free_times.free_slots(coach, since=starts_at, until=starts_at + timedelta(minutes=1), now=now)
    if starts_at not in offered:
        raise SlotTaken


def _place(coach: Coach, mode: Mode) -> str:
    return {Mode.LOCATION: coach.place, Mode.VIDEO: coach.video_link}.get(mode, "")


# -- what became of it


def mark_held(actor: Actor, session: Session, *, now: datetime) -> None:
    """The talk took place. Only this counts."""
    with transaction():
        rules.check_begun(session.starts_at, now)
        _move_on(session, SessionStatus.HELD, now=now)
        trajectories.note_contact(actor, session.trajectory, now=session.starts_at)
        trajectories.begin_talking(actor, session.trajectory, now=now)
        audit.record(actor, "session.held", session)


def mark_no_show(actor: Actor, session: Session, *, now: datetime) -> None:
    """The participant was not there; the activity can be used again."""
    with transaction():
        rules.check_begun(session.starts_at, now)
        _move_on(session, SessionStatus.NO_SHOW, now=now)
        _give_back(session)
        enrolments.note(session.trajectory.enrolment, EventKind.TALK_NO_SHOW, actor=actor, now=now)
        audit.record(actor, "session.no_show", session)
        mails.post_missed(session, now=now)


def cancel_session(actor: Actor, session: Session, *, now: datetime) -> None:
    """It does not go on: time and activity are free again, both are told."""
    rules.check_not_begun(session.starts_at, now)
    status = _cancelled_by(actor, session)
    with transaction():
        _end(actor, session, status, now=now)


def _cancelled_by(actor: Actor, session: Session) -> SessionStatus:
    if actor.account_id == session.participant_id:
        return SessionStatus.CANCELLED_PARTICIPANT
    own_coach = actor.has_role(Role.COACH) and actor.account_id == session.coach.account_id
    return SessionStatus.CANCELLED_COACH if own_coach else SessionStatus.CANCELLED_DESK


def _end(actor: Actor, session: Session, status: SessionStatus, *, now: datetime) -> None:
    _move_on(session, status, now=now)
    availability.free(session.block)
    _give_back(session)
    enrolments.note(session.trajectory.enrolment, EventKind.TALK_CANCELLED, actor=actor, now=now)
    audit.record(actor, "session.cancelled", session, detail=status)
    mails.post_cancelled(session, now=now)


def _give_back(session: Session) -> None:
    Session.update(allowance=None).where(Session.id == session.id).execute()
    trajectories.give_back(session.allowance_id)


def _move_on(session: Session, status: SessionStatus, *, now: datetime) -> None:
    """From planned to what became of it, once; the calendar's sequence rises."""
    rules.check_planned(session.status)
    moved = Session.update(status=status, outcome_at=now, sequence=Session.sequence + 1).where(
        Session.id == session.id, Session.status == SessionStatus.PLANNED
    )
    if not moved.execute():
        raise rules.NotPlanned
    session.status, session.sequence = status, session.sequence + 1
