"""Reading handovers: those of a coach's people, a participant's own, the one behind a link, and what is due."""

from datetime import datetime

import peewee

from portal.access import Actor
from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.coaches.rules import PRESENT
from portal.crypto import digest
from portal.destinations.models import Destination
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.handovers.models import Handover, HandoverStep
from portal.handovers.rules import CODE_TRIES, UNDER_WAY, UNSENT, LinkOver
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from portal.trajectories.models import Trajectory

LINK = "handover"


def _with_people() -> peewee.ModelSelect:
    """Handovers with referral, place, trajectory, participant and the coach of now: one query."""
    coach_account = Account.alias()
    return (
        Handover.select(Handover, Referral, Enrolment, Destination, Trajectory, Account, Coach, coach_account)
        .join_from(Handover, Referral)
        .join_from(Handover, Destination, peewee.JOIN.LEFT_OUTER)
        .join_from(Referral, Enrolment)
        .join_from(Enrolment, Trajectory, on=(Trajectory.enrolment == Enrolment.id), attr="trajectory")
        .join_from(
            Trajectory, Account, peewee.JOIN.LEFT_OUTER, on=(Trajectory.participant == Account.id), attr="participant"
        )
        .join_from(Trajectory, Coach)
        .join_from(Coach, coach_account, on=(Coach.account == coach_account.id), attr="account")
        .order_by(Handover.id.desc())
    )


def _one(*conditions: peewee.Expression) -> Handover:
    found = _with_people().where(*conditions).first()
    if found is None:
        raise NotFound
    return found


# -- whose they are


def of_coach(actor: Actor, public_id: str) -> Handover:
    """A handover of somebody the actor coaches now; raises NotFound otherwise."""
    return _one(Handover.public_id == public_id, Coach.account == actor.account_id)


def own(actor: Actor, public_id: str) -> Handover:
    """The participant's own; raises NotFound otherwise."""
    return _one(Handover.public_id == public_id, Trajectory.participant == actor.account_id)


def of_participant(actor: Actor) -> list[Handover]:
    """What the participant has to answer, or to know of: under way, and what did not arrive. One query."""
    shown = [*UNDER_WAY, ReferralStatus.NOT_ARRIVED]
    return list(_with_people().where(Trajectory.participant == actor.account_id, Referral.status.in_(shown)))


def pages_of(actor: Actor) -> dict[int, str]:
    """The ids of all handovers of this participant, by referral. One query."""
    return {one.referral_id: one.public_id for one in _with_people().where(Trajectory.participant == actor.account_id)}


def under_way_of(coach: Coach) -> list[Handover]:
    """What this coach still has to see to, whether or not the trajectory is closed. One query."""
    return list(_with_people().where(Trajectory.coach == coach, Referral.status.in_(list(UNDER_WAY))))


def of_trajectory(trajectory: Trajectory) -> list[Handover]:
    """Newest first. One query."""
    return list(_with_people().where(Trajectory.id == trajectory.id))


def open_of(trajectory: Trajectory) -> list[Handover]:
    """What is under way for this participant."""
    return [one for one in of_trajectory(trajectory) if one.referral.status in UNDER_WAY]


def unsent_of(trajectory: Trajectory) -> list[Handover]:
    return [one for one in open_of(trajectory) if one.referral.status in UNSENT]


def readable(token: str, now: datetime) -> Handover:
    """The handover behind a mailed link; raises LinkOver when it was read, or cannot be read any more."""
    found = _with_people().where(Handover.token_hash == digest(token, purpose=LINK)).first()
    if found is None or not found.can_be_read(now):
        raise LinkOver
    return found


def as_it_is_now(handover: Handover) -> Handover:
    return _with_people().where(Handover.id == handover.id).get()


def steps_of(handover: Handover) -> list[HandoverStep]:
    """What happened, with who did it, the first step first. One query."""
    return list(
        HandoverStep.select(HandoverStep, Account)
        .join(Account, peewee.JOIN.LEFT_OUTER, attr="by")
        .where(HandoverStep.handover == handover)
        .order_by(HandoverStep.at, HandoverStep.id)
    )


# -- for the worker


def to_ask_about(now: datetime) -> list[Handover]:
    """Sent long enough ago to know whether it worked, of coaches who are still there."""
    return list(
        _with_people().where(
            Referral.status == ReferralStatus.SENT, Handover.ask_at <= now, Coach.status.in_(list(PRESENT))
        )
    )


def unread(now: datetime) -> list[Handover]:
    """Links that nobody read in time, or that were tried too often, and of which the coach does not know yet."""
    over = (Handover.link_expires_at <= now) | (Handover.tries >= CODE_TRIES)
    return list(_with_people().where(Handover.code_sealed.is_null(False), Handover.read_at.is_null(), over))
