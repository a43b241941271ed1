"""Reading wishes and offers, and who could stand in for a coach."""

from collections import defaultdict
from datetime import datetime

import peewee

from portal.accounts.models import Account
from portal.availability import queries as availability
from portal.coaches.models import Coach
from portal.coaches.rules import PRESENT
from portal.crypto import read_signed, signed
from portal.enrolments.models import Enrolment
from portal.matching import queries as matching
from portal.offers.models import EarlierWish, Offer
from portal.offers.rules import Answer, OfferOver, Wish
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory

LINK = "offer"
# So many of the coaches who fit best are asked whether they are free at that time.
LOOKED_AT = 12


def link_to(offer: Offer) -> str:
    return f"/aanbod/{signed(offer.public_id, purpose=LINK)}"


def _with_people() -> peewee.ModelSelect:
    """Offers with the talk, its people and the coach of the offer: one query."""
    offering, offering_account, coach_account = Coach.alias(), Account.alias(), Account.alias()
    return (
        Offer.select(Offer, offering, offering_account, Session, Trajectory, Enrolment, Coach, coach_account, Account)
        .join_from(Offer, offering, on=(Offer.coach == offering.id), attr="coach")
        .join_from(offering, offering_account, on=(offering.account == offering_account.id), attr="account")
        .join_from(Offer, Session)
        .join_from(Session, Trajectory)
        .join_from(Trajectory, Enrolment)
        .join_from(Session, Coach)
        .join_from(Coach, coach_account, on=(Coach.account == coach_account.id), attr="account")
        .join_from(Session, Account, on=(Session.participant == Account.id), attr="participant")
    )


def of_link(token: str) -> Offer:
    """The offer behind a mailed link, whatever became of it; raises OfferOver for anything else."""
    public_id = read_signed(token, purpose=LINK)
    found = _with_people().where(Offer.public_id == (public_id or "")).first()
    if found is None:
        raise OfferOver
    return found


def as_it_is_now(offer: Offer) -> Offer:
    return _with_people().where(Offer.id == offer.id).get()


def run_out(now: datetime) -> list[Offer]:
    """Open offers that nobody answered in time, or whose talk was changed meanwhile, or whose coach is not there."""
    opened = _with_people().where(Offer.answer == Answer.OPEN).order_by(Offer.id)
    return [offer for offer in opened if not offer.is_open(now) or not is_kept(offer)]


def is_kept(offer: Offer) -> bool:
    """Whether its coach still keeps the time that is offered: who left or is away by now does not."""
    if offer.coach.status not in PRESENT:
        return False
    minutes = offer.session.minutes
    return bool(availability.offered_at(offer.coach, offer.starts_at, now=offer.made_at, minutes=minutes).kept)


def open_offer_of(session: Session) -> Offer | None:
    return _with_people().where(Offer.session == session, Offer.answer == Answer.OPEN).first()


def wish_of(trajectory: Trajectory) -> EarlierWish | None:
    return EarlierWish.get_or_none(EarlierWish.trajectory == trajectory, EarlierWish.ended_at.is_null())


def coaches_with_wishes(now: datetime) -> list[Coach]:
    """Everybody who is with us and for whom somebody waits to come free earlier."""
    waiting = _waiting(now).select(Session.coach)
    present = Coach.status.in_(list(PRESENT))
    return list(Coach.select(Coach, Account).join(Account).where(Coach.id.in_(waiting), present).order_by(Coach.id))


def wishes_for(coach: Coach, now: datetime) -> list[tuple[Wish, Session]]:
    """Who waits for an earlier time with this coach and has no open offer, with the talk they have now. Two queries."""
    rows = list(_waiting(now).where(Session.coach == coach))
    offers = defaultdict(list)
    for offer in Offer.select().where(Offer.session.in_([row.session.id for row in rows])):
        offers[offer.session_id].append(offer)
    found = []
    for row in rows:
        made = offers[row.session.id]
        if any(offer.answer == Answer.OPEN for offer in made):
            continue
        wish = Wish(
            id=row.id,
            planned_at=row.session.starts_at,
            from_on=row.from_on,
            evenings_only=row.evenings_only,
            asked_at=row.asked_at,
            last_offered_at=max((offer.made_at for offer in made), default=None),
            offered_before=row.known_times | {offer.starts_at for offer in made},
        )
        found.append((wish, row.session))
    return found


def _waiting(now: datetime) -> peewee.ModelSelect:
    """Open wishes with the first planned talk of their trajectory."""
    first = (
        Session.select(Session.trajectory, peewee.fn.MIN(Session.starts_at).alias("starts_at"))
        .where(Session.status == SessionStatus.PLANNED, Session.starts_at > now)
        .group_by(Session.trajectory)
        .alias("first")
    )
    return (
        EarlierWish.select(EarlierWish, Session)
        .join_from(EarlierWish, first, on=(first.c.trajectory_id == EarlierWish.trajectory))
        .join_from(
            EarlierWish,
            Session,
            on=(
                (Session.trajectory == EarlierWish.trajectory)
                & (Session.starts_at == first.c.starts_at)
                & (Session.status == SessionStatus.PLANNED)
            ),
            attr="session",
        )
        .where(EarlierWish.ended_at.is_null())
        .order_by(EarlierWish.id)
    )


def free_before(coach: Coach, until: datetime, minutes: int, now: datetime) -> list[datetime]:
    return availability.free_slots(coach, since=now, until=until, now=now, minutes=minutes)


def stand_ins(session: Session, now: datetime, *, count: int = 1) -> list[Coach]:
    """The coaches who fit this participant best and are free at this very time, by the criteria of choosing a coach."""
    enrolment = session.trajectory.enrolment
    found = matching.proposals(
        enrolment, now=now, region=enrolment.region_id, count=LOOKED_AT, besides=session.coach
    ) or matching.proposals(enrolment, now=now, region=None, count=LOOKED_AT, besides=session.coach)
    able = (proposal.coach for proposal in found if session.mode in proposal.coach.modes)
    free = (
        coach
        for coach in able
        if availability.offered_at(coach, session.starts_at, now=now, minutes=session.minutes).free
    )
    return [coach for coach, _ in zip(free, range(count), strict=False)]
