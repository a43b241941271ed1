"""Reading what belongs to somebody who is to be erased, and who is due to be."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import peewee

from portal.access import Role
from portal.accounts.models import Account, Grant
from portal.accounts.rules import address_key
from portal.availability.models import Block
from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.erasure.rules import Borders
from portal.evaluations.models import EvaluationInvitation
from portal.handovers.models import Handover
from portal.holds.models import Hold
from portal.later.models import LaterInvitation
from portal.offers.models import Offer
from portal.referrals.models import Referral
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import RUNNING


@dataclass(frozen=True)
class Belongings:
    """What stands in the tables about these enrolments, under ids that were shown or mailed."""

    enrolments: list[Enrolment]
    public_ids: list[str]
    blocks: list[int]


def belongings_of(enrolments: Sequence[Enrolment]) -> Belongings:
    """Everything that was ever named in an address, a link or a calendar; and all time that was taken for it."""
    of_these = Trajectory.enrolment.in_([enrolment.id for enrolment in enrolments])
    talks = Session.select(Session.id).join(Trajectory).where(of_these)
    trajectories = Trajectory.select(Trajectory.id).where(of_these)
    holds = Hold.enrolment.in_([enrolment.id for enrolment in enrolments])
    named = (
        Trajectory.select(Trajectory.public_id).where(of_these),
        Session.select(Session.public_id).where(Session.id.in_(talks)),
        Offer.select(Offer.public_id).where(Offer.session.in_(talks)),
        Hold.select(Hold.public_id).where(holds),
        Handover.select(Handover.public_id).join(Referral).where(Referral.enrolment.in_([e.id for e in enrolments])),
        EvaluationInvitation.select(EvaluationInvitation.public_id).where(
            EvaluationInvitation.trajectory.in_(trajectories)
        ),
        LaterInvitation.select(LaterInvitation.public_id).where(LaterInvitation.trajectory.in_(trajectories)),
    )
    taken = (
        Session.select(Session.block).where(Session.id.in_(talks), Session.block.is_null(False)),
        Offer.select(Offer.block).where(Offer.session.in_(talks)),
        Hold.select(Hold.block).where(holds),
    )
    return Belongings(
        enrolments=list(enrolments),
        public_ids=[enrolment.public_id for enrolment in enrolments] + _column(*named),
        blocks=_column(*taken),
    )


def _column(*queries: peewee.ModelSelect) -> list:
    return [value for query in queries for (value,) in query.tuples()]


def blocks_of(account: Account) -> list[int]:
    return _column(Block.select(Block.id).where(Block.participant == account))


def enrolments_of(account: Account) -> list[Enrolment]:
    """In the order in which they were confirmed."""
    own = Enrolment.select().where(Enrolment.participant == account)
    return list(own.order_by(Enrolment.enrolled_at, Enrolment.id))


def couplings(enrolments: Sequence[Enrolment]) -> list[Trajectory]:
    """In the order in which they were coupled: of a period the first one counts."""
    of_these = Trajectory.enrolment.in_([enrolment.id for enrolment in enrolments])
    return list(Trajectory.select().where(of_these).order_by(Trajectory.matched_at, Trajectory.id))


def coaches_now(account: Account) -> list[Coach]:
    """With whom this participant is now, in the order in which everybody locks them."""
    running = Trajectory.select(Trajectory.coach).where(
        Trajectory.participant == account, Trajectory.status.in_(RUNNING)
    )
    return list(Coach.select().where(Coach.id.in_(running)).order_by(Coach.id))


def running_trajectories(enrolments: Sequence[Enrolment]) -> list[Trajectory]:
    """As they are stored now, with everybody in them."""
    found = map(trajectories.of_enrolment, enrolments)
    return [trajectory for trajectory in found if trajectory is not None and trajectory.is_running]


def has_other_work(account_id: int | None) -> bool:
    """Whether this person does more here than take part, for which the account has to stay."""
    other = Grant.select().where(Grant.account == account_id, Grant.role != Role.PARTICIPANT)
    return other.exists() or Coach.select().where(Coach.account == account_id).exists()


def unconfirmed_of(address: str) -> list[int]:
    """Sign-ups that wait for their confirmation under this address, by id. They lie sealed, so each is opened."""
    waiting = Enrolment.select().where(
        Enrolment.status == EnrolmentStatus.SUBMITTED, Enrolment.contact_sealed.is_null(False)
    )
    wanted = address_key(address)
    return [sent.id for sent in waiting if address_key(json.loads(sent.contact)["email"]) == wanted]


# -- whose time is over


def due_accounts(borders: Borders) -> list[Account]:
    """Participants of whom everything that they signed up for is over, and has been for long enough."""
    own = Enrolment.participant == Account.id
    signed_up = Enrolment.select(Enrolment.id).where(own)
    needed = Enrolment.select(Enrolment.id).where(own, ~_is_over(borders))
    due = Account.select().where(peewee.fn.EXISTS(signed_up), ~peewee.fn.EXISTS(needed))
    return list(due.order_by(Account.id))


def due_without_account(borders: Borders) -> list[Enrolment]:
    """Sign-ups of nobody whom we know, such as imported ones without an address."""
    nobody = Enrolment.participant.is_null(), Enrolment.id > 0, Enrolment.enrolled_at.is_null(False)
    return list(Enrolment.select().where(*nobody, _is_over(borders)).order_by(Enrolment.id))


def count_due(borders: Borders) -> int:
    """How many people that are."""
    return len(due_accounts(borders)) + len(due_without_account(borders))


def is_due(account: Account, borders: Borders) -> bool:
    """Whether it still is so: somebody may have signed up again."""
    own = Enrolment.select().where(Enrolment.participant == account)
    return own.exists() and not own.where(~_is_over(borders)).exists()


def _is_over(borders: Borders) -> peewee.Expression:
    talked = (
        Session.select(Session.id)
        .join(Trajectory)
        .where(Trajectory.enrolment == Enrolment.id, Session.status == SessionStatus.HELD)
    )
    return Enrolment.status.not_in(sorted({*OPEN, EnrolmentStatus.SUBMITTED})) & (
        (Enrolment.status_at < borders.with_talk)
        | ((Enrolment.status_at < borders.without_talk) & ~peewee.fn.EXISTS(talked))
    )
