"""Who may be asked and when, and what a mailed link stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.access import Actor
from portal.accounts.models import Account
from portal.clock import local_day, start_of
from portal.crypto import digest
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.evaluations import rules as evaluation_rules
from portal.later import rules
from portal.later.models import LaterConsent, LaterInvitation
from portal.questionnaires.models import Questionnaire
from portal.trajectories.models import Trajectory


@dataclass(frozen=True)
class Permission:
    """Whether we may ask somebody again about one enrolment."""

    public_id: str
    programme: str
    consent: LaterConsent | None

    @property
    def is_given(self) -> bool:
        return self.consent is not None and self.consent.withdrawn_on is None


def is_given(trajectory: Trajectory) -> bool:
    return (
        LaterConsent.select()
        .where(LaterConsent.trajectory == trajectory.id, LaterConsent.withdrawn_on.is_null())
        .exists()
    )


def permissions_of(actor: Actor) -> list[Permission]:
    """Of everything this participant had a coach for, newest first. Two queries."""
    own = list(
        Trajectory.select(Trajectory, Enrolment)
        .join(Enrolment)
        .where(Trajectory.participant == actor.account_id, Trajectory.participant.is_null(False))
        .order_by(Trajectory.id.desc())
    )
    given = {
        consent.trajectory_id: consent
        for consent in LaterConsent.select().where(LaterConsent.trajectory.in_([trajectory.id for trajectory in own]))
    }
    return [
        Permission(trajectory.enrolment.public_id, trajectory.programme.label, given.get(trajectory.id))
        for trajectory in own
    ]


def own_trajectory(actor: Actor, public_id: str) -> Trajectory:
    """Of the participant who asks, by the id of the enrolment; raises NotFound otherwise."""
    found = (
        Trajectory.select(Trajectory)
        .join(Enrolment)
        .where(
            Enrolment.public_id == public_id,
            Trajectory.participant == actor.account_id,
            Trajectory.participant.is_null(False),
        )
        .first()
    )
    if found is None:
        raise NotFound
    return found


def to_invite(now: datetime) -> list[Trajectory]:
    """Who said that we may, was ready six months ago, and was not asked yet; with somebody to mail to."""
    before = start_of(rules.closed_by(local_day(now)) + timedelta(days=1))
    invited = LaterInvitation.select(LaterInvitation.trajectory)
    return list(
        Trajectory.select(Trajectory, Enrolment, Account)
        .join_from(Trajectory, Enrolment)
        .join_from(Trajectory, Account, on=(Trajectory.participant == Account.id), attr="participant")
        .join_from(Trajectory, LaterConsent, on=(LaterConsent.trajectory == Trajectory.id))
        .where(
            LaterConsent.withdrawn_on.is_null(),
            Trajectory.closed_at < before,
            Trajectory.closed_at >= before - rules.INVITE_WITHIN,
            Account.email != "",
            Trajectory.id.not_in(invited),
        )
        .order_by(Trajectory.closed_at, Trajectory.id)
    )


def open_invitation(token: str, now: datetime) -> LaterInvitation:
    """With its questionnaire; raises NotFound, AlreadyAnswered or TooLate."""
    invitation = (
        LaterInvitation.select(LaterInvitation, Questionnaire)
        .join(Questionnaire)
        .where(LaterInvitation.token_hash == digest(token, purpose="later"))
        .first()
    )
    if invitation is None:
        raise NotFound
    evaluation_rules.check_usable(answered=invitation.answered, expires_at=invitation.expires_at, now=now)
    return invitation
