"""Keeping a time while somebody looks once more, and making a talk of it."""

from datetime import datetime

from portal.access import Actor
from portal.accounts.models import Account
from portal.availability import actions as availability
from portal.coaches.models import Coach
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.enrolments.models import Enrolment
from portal.enrolments.reach import phone_number
from portal.holds import queries, rules
from portal.holds.models import Hold
from portal.programmes.codes import Mode, ProgrammeCode, TalkKind
from portal.sessions import actions as booking
from portal.sessions import checks
from portal.sessions import queries as sessions
from portal.sessions import rules as session_rules
from portal.sessions.models import Session
from portal.sessions.rules import ChangeReason
from portal.trajectories import actions as trajectories


def hold_time(
    actor: Actor,
    *,
    enrolment: Enrolment,
    coach: Coach,
    starts_at: datetime,
    mode: str,
    seen: int,
    now: datetime,
    phone: str = "",
    kind: TalkKind = TalkKind.TALK,
    moving: Session | None = None,
) -> Hold:
    """Keep this time for ten minutes while its participant looks once more; another one under the same hand is let go.

    `seen` is the version on the page: of the trajectory (0: none yet), or of the talk that is `moving`; its kind stays.
    """
    with transaction():
        lock(coach)
        known = trajectories.held(enrolment)
        let_go(enrolment)
        if moving is None:
            minutes = coach.minutes_of(kind)
            checks.check_kind_and_mode(coach, ProgrammeCode(enrolment.programme), known, kind, mode)
            checks.check_offered(coach, starts_at, now, minutes=minutes)
            checks.check_named(known, coach, seen)
        else:
            moving = sessions.as_it_is_now(moving)
            kind, minutes = moving.kind, moving.minutes
            checks.check_may_move(
                moving, coach, booking.party_of(actor, moving), starts_at, mode, seen=seen, asked_at=now, now=now
            )
        _check_reachable(actor, mode, phone)
        block = availability.hold(
            coach=coach,
            participant=None if moving else enrolment.participant_id,
            starts_at=starts_at,
            minutes=minutes,
            now=now,
            expires_at=now + rules.HOLD,
            moving=moving.block if moving else None,
        )
        hold: Hold = Hold.create(
            public_id=new_public_id(),
            block=block,
            enrolment=enrolment,
            coach=coach,
            moving=moving,
            kind=kind,
            starts_at=starts_at,
            mode=Mode(mode),
            seen=seen,
            made_at=now,
        )
    return hold


def let_go(enrolment: Enrolment) -> None:
    """Nothing is under the hand of this participant any more."""
    availability.free_all(queries.held_blocks(enrolment))


def _check_reachable(actor: Actor, mode: str, phone: str) -> None:
    """A coach who is to call needs a number; it is kept with the account."""
    if mode != Mode.PHONE or Account.get_by_id(actor.account_id).phone:
        return
    if not phone:
        raise session_rules.PhoneMissing
    Account.update(phone=phone_number(phone)).where(Account.id == actor.account_id).execute()


def confirm_hold(actor: Actor, hold: Hold, *, reason: ChangeReason | None, now: datetime) -> Session:
    """What was under the hand is booked, or the talk moves to it. Pressing the button again changes nothing.

    What was promised is kept, also when the coach's notice began meanwhile. When the hold is over, the time still
    counts if nobody took it and it can still be booked.
    """
    with transaction():
        lock(hold.coach)
        lock(hold.enrolment)
        hold = queries.own_hold(actor, hold.public_id)
        if hold.became_id is not None:
            return sessions.own(actor, hold.became.public_id)
        asked_at = hold.made_at if hold.is_kept(now) else now
        let_go(hold.enrolment)
        if hold.moving_id is not None:
            session = booking.move_session(
                actor,
                sessions.own(actor, hold.moving.public_id),
                starts_at=hold.starts_at,
                mode=hold.mode,
                seen=hold.seen,
                reason=reason,
                asked_at=asked_at,
                now=now,
            )
        else:
            session = booking.book_with_coach(
                actor,
                enrolment=hold.enrolment,
                coach=hold.coach,
                kind=hold.kind,
                starts_at=hold.starts_at,
                mode=hold.mode,
                seen=hold.seen,
                asked_at=asked_at,
                now=now,
            )
        Hold.update(became=session).where(Hold.id == hold.id).execute()
    return session
