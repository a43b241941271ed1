"""Booking, moving and cancelling talks, and saying what became of them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from portal import audit, config
from portal.access import PORTAL, REGION, Actor, Role
from portal.availability import actions as availability
from portal.availability.rules import DAY, BlockSource
from portal.coaches.models import Coach
from portal.coaches.rules import VideoBy
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EventKind
from portal.errors import NotFound
from portal.outside import actions as outside
from portal.programmes.codes import Mode, ProgrammeCode, TalkKind
from portal.programmes.rules import counts_as_activity
from portal.sessions import checks, mails, queries, rules
from portal.sessions.models import Session, SessionMove
from portal.sessions.rules import CANCELLED_BY, ChangeReason, Party, SessionStatus
from portal.trajectories import actions as trajectories
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy, check_open

# -- booking


def book_with_coach(
    actor: Actor,
    *,
    enrolment: Enrolment,
    coach: Coach,
    starts_at: datetime,
    mode: str,
    seen: int,
    now: datetime,
    kind: TalkKind = TalkKind.TALK,
    asked_at: datetime | None = None,
) -> Session:
    """A participant books a time; that also chooses the coach. Coming talks with a former coach are cancelled.

    `seen` is the version of the trajectory on the page (0: none yet); raises ChangedMeanwhile when this would replace
    a coach whom the page did not name. The coach's notice counts from `asked_at`, when the time was promised earlier.
    """
    with transaction():
        lock(coach)
        checks.check_offered(coach, starts_at, asked_at or now, minutes=coach.minutes_of(kind))
        known = trajectories.held(enrolment)
        checks.check_named(known, coach, seen)
        if known is not None and known.coach_id != coach.id:
            leave_coach(actor, known, now=now)
        trajectory = trajectories.couple(
            actor, enrolment=enrolment, coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=now
        )
        return _book(actor, trajectory, kind, starts_at=starts_at, mode=mode, now=now)


def leave_coach(actor: Actor, trajectory: Trajectory, *, now: datetime) -> None:
    """The participant goes on without this coach, who hears so, whether a talk was planned or not.

    Inside the transaction of the caller, who holds coach and trajectory.
    """
    coming = queries.coming_of(trajectory, now)
    for session in coming:
        _call_off(actor, session, Party.PARTICIPANT, ChangeReason.OTHER_COACH, now=now)
    if not coming:
        mails.post_left(trajectory, now=now)


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
        lock(trajectory.coach)
        checks.check_offered(trajectory.coach, starts_at, now, minutes=trajectory.coach.minutes_of(kind))
        known = trajectories.held(trajectory.enrolment)
        if known is None or known.coach_id != trajectory.coach_id:
            raise NotFound
        checks.check_phone_known(known.participant, mode)
        return _book(actor, known, kind, starts_at=starts_at, mode=mode, now=now)


def _book(
    actor: Actor, trajectory: Trajectory, kind: TalkKind, *, starts_at: datetime, mode: str, now: datetime
) -> Session:
    """Coach and trajectory are held and as they are stored now."""
    coach = trajectory.coach
    check_open(trajectory.status)
    rules.check_coach_present(coach.status)
    checks.check_kind_and_mode(coach, ProgrammeCode(trajectory.programme), trajectory, kind, mode)
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
    coach, minutes = trajectory.coach, trajectory.coach.minutes_of(kind)
    block = availability.take(
        coach=coach,
        participant=trajectory.participant_id,
        starts_at=starts_at,
        minutes=minutes,
        source=BlockSource.TALK,
        now=now,
    )
    session: Session = Session.create(
        public_id=new_public_id(),
        trajectory=trajectory,
        coach=coach,
        participant=trajectory.participant,
        kind=kind,
        mode=mode,
        place=_place(coach, mode),
        room=_room(coach, mode),
        starts_at=starts_at,
        minutes=minutes,
        block=block,
        allowance=trajectories.use_allowance(trajectory) if counts_as_activity(kind) else None,
        booked_at=now,
        told_at=now,
        booked_by=actor.account_id,
    )
    return session


def _place(coach: Coach, mode: Mode) -> str:
    return {Mode.LOCATION: coach.place, Mode.VIDEO: coach.video_link}.get(mode, "")


def _room(coach: Coach, mode: Mode, *, before: str | None = None) -> str | None:
    """The address of a room that nobody can guess, for who talks in rooms of the portal; the one of before is kept."""
    host = config.current().video_host
    if not host or coach.video_by != VideoBy.PORTAL_ROOM:
        return None
    return f"https://{host}/{secrets.token_hex(16)}" if mode == Mode.VIDEO and not before else before


# -- what became of it


def mark_held(actor: Actor, session: Session, *, now: datetime) -> None:
    """The talk took place. Only this counts."""
    with _ending(session) as session:
        rules.check_begun(session.starts_at, now)
        _end(session, SessionStatus.HELD, now=now)
        trajectories.begin_talking(actor, session.trajectory, coach=session.coach, talked_at=session.starts_at, now=now)
        audit.record(actor, "session.held", session)


def mark_no_show(actor: Actor, session: Session, *, now: datetime) -> None:
    """The participant was not there; the activity can be used again."""
    with _ending(session) as session:
        rules.check_begun(session.starts_at, now)
        _end(session, SessionStatus.NO_SHOW, now=now)
        _give_back(session)
        enrolments.note(session.trajectory.enrolment, EventKind.TALK_NO_SHOW, actor=actor, now=now)
        audit.record(actor, "session.no_show", session)
        mails.post_missed(session, now=now)


def cancel_session(actor: Actor, session: Session, *, now: datetime, reason: ChangeReason | None = None) -> None:
    """It does not go on: time and activity are free again, both are told. Late is noted, and nothing comes of it.

    A participant says so before it begins, and before the coach's notice; coach and desk also afterwards, when they
    note what happened.
    """
    party = party_of(actor, session)
    with _ending(session) as session:
        notice = session.coach.cancel_notice_hours
        rules.check_change(session.starts_at, now, party=party, notice_hours=notice, late=rules.TooLateToCancel)
        _call_off(actor, session, party, reason, now=now)


def call_off_with_who_left(*, now: datetime) -> int:
    """A coach who withdrew or was blocked holds no talk: what was to come is off, and people choose another coach.

    Returns how many talks that were. By the worker, so that no way to leave can forget it.
    """
    left = queries.coming_with_who_left(now)
    for session in left:
        with suppress(rules.NotPlanned):  # Somebody was first.
            cancel_session(PORTAL, session, now=now)
    return len(left)


def party_of(actor: Actor, session: Session) -> Party:
    if actor.account_id is not None and actor.account_id == session.participant_id:
        return Party.PARTICIPANT
    if actor.has_role(Role.COACH) and actor.account_id == session.coach.account_id:
        return Party.COACH
    return Party.DESK if actor.has_role(*REGION) else Party.PORTAL


def _call_off(actor: Actor, session: Session, party: Party, reason: ChangeReason | None, *, now: datetime) -> None:
    _end(session, CANCELLED_BY[party], now=now, reason=reason)
    availability.free(session.block)
    outside.count_again(session.block)
    _give_back(session)
    enrolments.note(session.trajectory.enrolment, EventKind.TALK_CANCELLED, actor=actor, now=now)
    audit.record(actor, "session.cancelled", session, detail=session.status)
    mails.post_cancelled(session, now=now)


def move_session(
    actor: Actor,
    session: Session,
    *,
    starts_at: datetime,
    mode: str,
    seen: int,
    now: datetime,
    reason: ChangeReason | None = None,
    coach: Coach | None = None,
    asked_at: datetime | None = None,
) -> Session:
    """The same talk at another time: one thread, one calendar entry, and the old links are dead. With another coach
    it takes the participant along, who goes on with that one.

    `seen` is the talk's sequence on the page; raises ChangedMeanwhile when it was changed since, unless to this very
    time: pressing the button twice moves once. Notices count from `asked_at`, when the time was promised earlier.
    """
    party = party_of(actor, session)
    coach = coach or session.coach
    with transaction():
        for one in sorted({session.coach, coach}, key=lambda one: int(one.id)):
            lock(one)
        lock(session.trajectory.enrolment)
        held = queries.as_it_is_now(session)
        if (held.coach_id, held.starts_at, held.mode) == (coach.id, starts_at, mode) and held.is_planned:
            return held
        checks.check_may_move(held, coach, party, starts_at, mode, seen=seen, asked_at=asked_at or now, now=now)
        checks.check_phone_known(held.participant, mode)
        availability.free(held.block)
        block = availability.take(
            coach=coach,
            participant=held.participant_id,
            starts_at=starts_at,
            minutes=held.minutes,
            source=BlockSource.TALK,
            now=now,
        )
        outside.count_again(held.block)
        _note_move(actor, held, coach, party, starts_at, reason, now)
        sequence = held.sequence + 1
        if coach.id != held.coach_id:
            mails.post_given_away(held, sequence, now=now)
            trajectories.couple(
                actor, enrolment=held.trajectory.enrolment, coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=now
            )
        held.room = _room(coach, Mode(mode), before=held.room if coach.id == held.coach_id else None)
        Session.update(
            coach=coach,
            starts_at=starts_at,
            mode=mode,
            place=_place(coach, Mode(mode)),
            room_sealed=held.room_sealed,
            block=block,
            sequence=sequence,
            told_at=now,
        ).where(Session.id == held.id).execute()
        mails.take_back_reminders(held)
        moved = queries.as_it_is_now(held)
        audit.record(actor, "session.moved", moved)
        mails.post_moved(moved, now=now)
    return moved


def _note_move(
    actor: Actor,
    session: Session,
    coach: Coach,
    party: Party,
    starts_at: datetime,
    reason: ChangeReason | None,
    now: datetime,
) -> None:
    SessionMove.create(
        session=session,
        from_starts_at=session.starts_at,
        to_starts_at=starts_at,
        from_coach=session.coach_id,
        to_coach=coach,
        moved_by=party,
        account=actor.account_id,
        reason=reason,
        moved_at=now,
    )


def _give_back(session: Session) -> None:
    Session.update(allowance=None).where(Session.id == session.id).execute()
    trajectories.give_back(session.allowance_id)


@contextmanager
def _ending(session: Session) -> Iterator[Session]:
    """The talk as it is stored now, held, as long as it is planned: it may have moved since it was read."""
    with transaction():
        lock(session.trajectory.enrolment)
        held = queries.as_it_is_now(session)
        if not held.is_planned:
            raise rules.NotPlanned
        yield held


def _end(session: Session, status: SessionStatus, *, now: datetime, reason: ChangeReason | None = None) -> None:
    """From planned to what became of it; the calendar's sequence rises. The caller holds it, as it is stored now."""
    session.status, session.sequence, session.reason = status, session.sequence + 1, reason
    Session.update(status=status, outcome_at=now, sequence=session.sequence, reason=reason, room_sealed=None).where(
        Session.id == session.id
    ).execute()
    mails.take_back_reminders(session)
