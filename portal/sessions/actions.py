"""Booking and cancelling talks, and saying what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from portal import audit
from portal.access import Actor, Role
from portal.availability import actions as availability
from portal.availability.rules import BlockSource
from portal.coaches.models import Coach
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EventKind
from portal.errors import NotFound
from portal.programmes.codes import Mode, ProgrammeCode, TalkKind
from portal.programmes.rules import counts_as_activity
from portal.sessions import mails, queries, rules
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import actions as trajectories
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy, check_open

DAY = timedelta(days=1)


def book_with_coach(
    actor: Actor, *, enrolment: Enrolment, coach: Coach, starts_at: datetime, mode: str, seen: int, now: datetime
) -> Session:
    """A participant books a time; that also chooses the coach. Coming talks with a former coach are cancelled.

    `seen` is the version of the trajectory on the page (0: none yet); raises ChangedMeanwhile when this would replace
    a coach whom the page did not name.
    """
    with transaction():
        _hold_offered(coach, starts_at, now)
        known = trajectories.held(enrolment)
        if known is not None and known.coach_id != coach.id:
            rules.check_seen(seen, known.version)
            for session in queries.coming_of(known, now):
                _end(actor, session, SessionStatus.CANCELLED_PARTICIPANT, now=now)
        trajectory = trajectories.couple(
            actor, enrolment=enrolment, coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=now
        )
        return _book(actor, trajectory, TalkKind.TALK, starts_at=starts_at, mode=mode, now=now)


def book_session(
    actor: Actor,
    *,
    trajectory: Trajectory,
    starts_at: datetime,
    mode: str,
    now: datetime,
    kind: TalkKind = TalkKind.TALK,
) -> Session:
    """Book a talk and tell both people, or raise the rule that forbids it; NotFound when the coach is another now."""
    with transaction():
        _hold_offered(trajectory.coach, starts_at, now)
        known = trajectories.held(trajectory.enrolment)
        if known is None or known.coach_id != trajectory.coach_id:
            raise NotFound
        return _book(actor, known, kind, starts_at=starts_at, mode=mode, now=now)


def _hold_offered(coach: Coach, starts_at: datetime, now: datetime) -> None:
    """Hold the coach and look first whether the time is still there: who lost a race keeps nobody else waiting."""
    lock(coach)
    rules.check_offered(starts_at, queries.offered_at(coach, starts_at, now))


def _book(
    actor: Actor, trajectory: Trajectory, kind: TalkKind, *, starts_at: datetime, mode: str, now: datetime
) -> Session:
    """Coach and trajectory are held and as they are stored now."""
    coach = trajectory.coach
    check_open(trajectory.status)
    rules.check_coach_present(coach.status)
    rules.check_mode(mode, queries.modes_offered(coach, ProgrammeCode(trajectory.programme)))
    rules.check_churn(queries.bookings_since(trajectory, now - DAY))
    session = _write(actor, trajectory, kind, Mode(mode), starts_at, now)
    enrolments.note(trajectory.enrolment, EventKind.TALK_BOOKED, actor=actor, now=now)
    audit.record(actor, "session.booked", session)
    mails.post_booked(session, now=now)
    return session


def _write(
    actor: Actor, trajectory: Trajectory, kind: TalkKind, mode: Mode, starts_at: datetime, now: datetime
) -> Session:
    """The time, the activity and the talk itself; the table refuses what another talk has taken."""
    coach = trajectory.coach
    block = availability.take(
        coach=coach,
        participant=trajectory.participant_id,
        starts_at=starts_at,
        minutes=coach.talk_minutes,
        source=BlockSource.TALK,
    )
    session: Session = Session.create(
        public_id=new_public_id(),
        trajectory=trajectory,
        coach=coach,
        participant=trajectory.participant,
        kind=kind,
        mode=mode,
        place=_place(coach, mode),
        starts_at=starts_at,
        minutes=coach.talk_minutes,
        block=block,
        allowance=trajectories.use_allowance(trajectory) if counts_as_activity(kind) else None,
        booked_at=now,
        booked_by=actor.account_id,
    )
    return session


def _place(coach: Coach, mode: Mode) -> str:
    return {Mode.LOCATION: coach.place, Mode.VIDEO: coach.video_link}.get(mode, "")


# -- what became of it


def mark_held(actor: Actor, session: Session, *, now: datetime) -> None:
    """The talk took place. Only this counts."""
    rules.check_begun(session.starts_at, now)
    with _moving_on(session, SessionStatus.HELD, now=now):
        trajectories.begin_talking(actor, session.trajectory, coach=session.coach, talked_at=session.starts_at, now=now)
        audit.record(actor, "session.held", session)


def mark_no_show(actor: Actor, session: Session, *, now: datetime) -> None:
    """The participant was not there; the activity can be used again."""
    rules.check_begun(session.starts_at, now)
    with _moving_on(session, SessionStatus.NO_SHOW, now=now):
        _give_back(session)
        enrolments.note(session.trajectory.enrolment, EventKind.TALK_NO_SHOW, actor=actor, now=now)
        audit.record(actor, "session.no_show", session)
        mails.post_missed(session, now=now)


def cancel_session(actor: Actor, session: Session, *, now: datetime) -> None:
    """It does not go on: time and activity are free again, both are told.

    A participant says so before it begins; coach and desk also afterwards, when they note what happened.
    """
    status = _cancelled_by(actor, session)
    if status == SessionStatus.CANCELLED_PARTICIPANT:
        rules.check_not_begun(session.starts_at, now)
    _end(actor, session, status, now=now)


def _cancelled_by(actor: Actor, session: Session) -> SessionStatus:
    if actor.account_id == session.participant_id:
        return SessionStatus.CANCELLED_PARTICIPANT
    own_coach = actor.has_role(Role.COACH) and actor.account_id == session.coach.account_id
    return SessionStatus.CANCELLED_COACH if own_coach else SessionStatus.CANCELLED_DESK


def _end(actor: Actor, session: Session, status: SessionStatus, *, now: datetime) -> None:
    with _moving_on(session, status, now=now):
        availability.free(session.block)
        _give_back(session)
        enrolments.note(session.trajectory.enrolment, EventKind.TALK_CANCELLED, actor=actor, now=now)
        audit.record(actor, "session.cancelled", session, detail=status)
        mails.post_cancelled(session, now=now)


def _give_back(session: Session) -> None:
    Session.update(allowance=None).where(Session.id == session.id).execute()
    trajectories.give_back(session.allowance_id)


@contextmanager
def _moving_on(session: Session, status: SessionStatus, *, now: datetime) -> Iterator[None]:
    """From planned to what became of it, once; the calendar's sequence rises."""
    with transaction():
        lock(session.trajectory.enrolment)
        moved = Session.update(status=status, outcome_at=now, sequence=Session.sequence + 1).where(
            Session.id == session.id, Session.status == SessionStatus.PLANNED
        )
        if not moved.execute():
            raise rules.NotPlanned
        session.status, session.sequence = status, session.sequence + 1
        yield
