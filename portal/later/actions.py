"""Allowing it and taking that back, asking six months later, and keeping the answer without a way back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from portal import audit
from portal.access import PORTAL, Actor
from portal.clock import local_day
from portal.crypto import digest, new_public_id, new_token
from portal.db import mix_in, transaction
from portal.evaluations.rules import AlreadyAnswered, month_of
from portal.later import mails, queries, rules
from portal.later.models import LaterAnswer, LaterConsent, LaterInvitation
from portal.questionnaires.queries import in_use
from portal.questionnaires.rules import Occasion, values_text
from portal.reminders.rules import is_quiet
from portal.trajectories.models import Trajectory


def allow(actor: Actor, trajectory: Trajectory, *, now: datetime) -> None:
    """We may mail two questions six months after closing. Saying it again after taking it back counts from now."""
    with transaction():
        _allow(trajectory, now)
        audit.record(actor, "later.allowed", trajectory)


def allow_by_link(trajectory: Trajectory, *, now: datetime) -> None:
    """The same just after answering. An entry in the log would hold the moment, so only the day is kept."""
    with transaction():
        _allow(trajectory, now)


def _allow(trajectory: Trajectory, now: datetime) -> None:
    said = {"text_version": rules.CONSENT_TEXT, "given_on": local_day(now), "withdrawn_on": None}
    LaterConsent.insert(trajectory=trajectory.id, **said).on_conflict(
        conflict_target=[LaterConsent.trajectory], update=said
    ).execute()


def withdraw(actor: Actor, trajectory: Trajectory, *, now: datetime) -> None:
    with transaction():
        LaterConsent.update(withdrawn_on=local_day(now)).where(
            LaterConsent.trajectory == trajectory.id, LaterConsent.withdrawn_on.is_null()
        ).execute()
        audit.record(actor, "later.withdrawn", trajectory)


def invite(*, now: datetime) -> int:
    """Ask everybody who is due and allowed it, each once and in daytime only; returns how many are asked now."""
    if is_quiet(now):
        return 0
    return sum(_invite(trajectory, now) for trajectory in queries.to_invite(now))


def _invite(trajectory: Trajectory, now: datetime) -> bool:
    """The table takes one invitation per trajectory: of two workers one writes it, and that one mails."""
    token = new_token()
    invitation = LaterInvitation(
        public_id=new_public_id(),
        token_hash=digest(token, purpose="later"),
        trajectory=trajectory.id,
        programme=trajectory.programme,
        region=trajectory.enrolment.region_id,
        closed_month=month_of(local_day(trajectory.closed_at)),
        questionnaire=in_use(trajectory.programme, Occasion.SIX_MONTHS),
        invited_at=now,
        expires_at=now + rules.INVITATION_LIFETIME,
    )
    with transaction():
        insert = LaterInvitation.insert(invitation.__data__).on_conflict_ignore()
        if not insert.as_rowcount().execute():
            return False
        audit.record(PORTAL, "later.invited", trajectory)
        mails.post_invitation(invitation, to=trajectory.participant, token=token, now=now)
    return True


def give_answer(invitation: LaterInvitation, values: Mapping[str, Sequence[str]], *, now: datetime) -> None:
    """Keep what somebody answered among the answers like it.

    Raises NothingFilledIn when there is nothing to keep, and AlreadyAnswered for all but the first.
    """
    if not values:
        raise rules.NothingFilledIn
    with transaction():
        used = LaterInvitation.update(answered=True).where(
            LaterInvitation.id == invitation.id,
            LaterInvitation.answered == False,  # noqa: E712
            LaterInvitation.expires_at > now,
        )
        if not used.execute():
            raise AlreadyAnswered
        _keep(invitation, values)


def _keep(invitation: LaterInvitation, values: Mapping[str, Sequence[str]]) -> None:
    region = LaterAnswer.region
    mix_in(
        LaterAnswer(
            public_id=new_public_id(),
            programme=invitation.programme,
            region=invitation.region_id,
            closed_month=invitation.closed_month,
            questionnaire=invitation.questionnaire_id,
            answers=values_text(values),
        ),
        LaterAnswer.programme == invitation.programme,
        region.is_null() if invitation.region_id is None else region == invitation.region_id,
        LaterAnswer.closed_month == invitation.closed_month,
    )
