"""Asking for an earlier time, offering one to one person at a time, offering a stand-in, and what people answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from portal import audit
from portal.access import PORTAL, Actor
from portal.availability import actions as availability
from portal.clock import local_day
from portal.coaches.models import Coach
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.offers import mails, queries, rules
from portal.offers.models import EarlierWish, Offer
from portal.offers.rules import Answer, Why
from portal.sessions import actions as sessions
from portal.sessions import queries as session_queries
from portal.sessions.models import Session
from portal.trajectories.models import Trajectory

# -- wanting an earlier time


def ask_for_earlier(
    actor: Actor, trajectory: Trajectory, *, from_on: date, evenings_only: bool, now: datetime
) -> EarlierWish:
    """Tell this participant when something comes free before the talk they have. Asking again changes the wish."""
    rules.check_from(from_on, local_day(now))
    with transaction():
        lock(trajectory.enrolment)
        coming = session_queries.coming_of(trajectory, now)
        if not coming:
            raise rules.NothingPlanned
        free = queries.free_before(trajectory.coach, coming[0].starts_at, coming[0].minutes, now)
        wish, _ = EarlierWish.get_or_create(trajectory=trajectory, defaults={"from_on": from_on, "asked_at": now})
        EarlierWish.update(
            from_on=from_on,
            evenings_only=evenings_only,
            known=" ".join(str(int(start.timestamp()) // 60) for start in free),
            asked_at=now if wish.ended_at else wish.asked_at,
            ended_at=None,
        ).where(EarlierWish.id == wish.id).execute()
        audit.record(actor, "offer.earlier_asked", trajectory)
    return EarlierWish.get_by_id(wish.id)


def stop_asking(actor: Actor, trajectory: Trajectory, *, now: datetime) -> None:
    """The talk stays as it is; saying it twice changes nothing."""
    with transaction():
        EarlierWish.update(ended_at=now).where(
            EarlierWish.trajectory == trajectory, EarlierWish.ended_at.is_null()
        ).execute()
        audit.record(actor, "offer.earlier_stopped", trajectory)


# -- offering


def offer_freed_times(*, now: datetime) -> int:
    """What came free is offered to one person at a time, in daytime only; returns how many offers were made."""
    if rules.is_quiet(now):
        return 0
    return sum(_offer_times_of(coach, now) for coach in queries.coaches_with_wishes(now))


def _offer_times_of(coach: Coach, now: datetime) -> int:
    with transaction():
        lock(coach)
        waiting = {wish: session for wish, session in queries.wishes_for(coach, now)}
        if not waiting:
            return 0
        until = max(wish.planned_at for wish in waiting)
        longest = max(session.minutes for session in waiting.values())
        offers = rules.next_offers(queries.free_before(coach, until, longest, now), waiting)
        for starts_at, wish in offers:
            session = session_queries.as_it_is_now(waiting[wish])
            _make(session, coach, starts_at, Why.EARLIER, now=now)
    return len(offers)


def offer_stand_in(actor: Actor, session: Session, coach: Coach, *, now: datetime) -> Offer:
    """Ask the participant whether this coach may take over, at the same time. Raises SlotTaken when the coach is not
    free any more."""
    with transaction():
        lock(coach)
        lock(session.trajectory.enrolment)
        offer = _make(session_queries.as_it_is_now(session), coach, session.starts_at, Why.STAND_IN, now=now)
        audit.record(actor, "offer.stand_in", session)
    return offer


def _make(session: Session, coach: Coach, starts_at: datetime, why: Why, *, now: datetime) -> Offer:
    """The time is kept for this participant until the offer runs out, at the latest until the talk would begin."""
    expires_at = min(rules.answer_before(now), starts_at)
    block = availability.hold(
        coach=coach,
        participant=None,
        starts_at=starts_at,
        minutes=session.minutes,
        now=now,
        expires_at=expires_at,
        moving=session.block if coach.id == session.coach_id else None,
    )
    offer: Offer = Offer.create(
        public_id=new_public_id(),
        session=session,
        coach=coach,
        starts_at=starts_at,
        block=block,
        why=why,
        made_at=now,
        expires_at=expires_at,
    )
    mails.post_offer(offer, now=now)
    return offer


# -- what people answer


def accept(offer: Offer, *, now: datetime) -> Session:
    """The talk moves to the time that was offered, with a stand-in to the coach who was; once."""
    with _answering(offer, Answer.ACCEPTED, now) as (held, actor):
        if held.answer == Answer.ACCEPTED:
            return session_queries.as_it_is_now(held.session)
        availability.free(held.block)
        moved = sessions.move_session(
            actor,
            held.session,
            starts_at=held.starts_at,
            mode=held.session.mode,
            seen=held.session.sequence,
            coach=held.coach,
            asked_at=held.made_at,
            now=now,
        )
        _answer(held, Answer.ACCEPTED, now)
        EarlierWish.update(ended_at=now).where(EarlierWish.trajectory == moved.trajectory).execute()
    return moved


def decline(offer: Offer, *, now: datetime) -> None:
    """An earlier time goes to the next one. Without the stand-in the talk cannot go on: a new time is chosen. Saying it
    twice changes nothing."""
    with _answering(offer, Answer.DECLINED, now) as (held, _actor):
        if held.answer == Answer.OPEN:
            _let_go(held, Answer.DECLINED, now)


def end_old_offers(*, now: datetime) -> int:
    """Who did not answer keeps the talk as it is; where the coach is away it is cancelled. Returns how many.

    An offer of a coach who left, or is away by now, ends too.
    """
    over = queries.run_out(now)
    for offer in over:
        with transaction():
            lock(offer.coach)
            lock(offer.session.trajectory.enrolment)
            held = queries.as_it_is_now(offer)
            if held.answer == Answer.OPEN:
                _let_go(held, Answer.EXPIRED, now)
    return len(over)


def _let_go(offer: Offer, answer: Answer, now: datetime) -> None:
    availability.free(offer.block)
    _answer(offer, answer, now)
    if offer.why == Why.STAND_IN and offer.session.is_coming(now):
        sessions.cancel_session(PORTAL, offer.session, now=now)


def _answer(offer: Offer, answer: Answer, now: datetime) -> None:
    Offer.update(answer=answer, answered_at=now).where(Offer.id == offer.id).execute()
    audit.record(PORTAL, f"offer.{answer}", offer)


@contextmanager
def _answering(offer: Offer, answer: Answer, now: datetime) -> Iterator[tuple[Offer, Actor]]:
    """The offer as it is now, with both coaches and the enrolment held: still open, or answered in this way already.

    Raises OfferOver for any other.
    """
    with transaction():
        for coach in sorted({offer.coach, offer.session.coach}, key=lambda coach: int(coach.id)):
            lock(coach)
        lock(offer.session.trajectory.enrolment)
        held = queries.as_it_is_now(offer)
        if held.answer != answer and not (held.is_open(now) and queries.is_kept(held)):
            raise rules.OfferOver
        yield held, session_queries.actor_of_link(held.session)
