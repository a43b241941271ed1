"""The mail that asks how it was; it does not say what."""

from datetime import datetime

from portal import outbox
from portal.accounts.models import Account
from portal.evaluations.models import EvaluationInvitation
from portal.i18n import N_
from portal.questionnaires.rules import minutes_for


def post_invitation(
    invitation: EvaluationInvitation, *, to: Account, token: str, questions: int, now: datetime
) -> None:
    """`questions` is how many this person gets."""
    outbox.post(
        "evaluations/invitation",
        to=to.email,
        subject=N_("How was it?"),
        language=to.language,
        dedupe_key=f"evaluation:{invitation.public_id}",
        now=now,
        path=f"/evaluatie/{token}",
        until=invitation.expires_at,
        questions=questions,
        minutes=minutes_for(questions),
    )


def post_reminder(invitation: EvaluationInvitation, *, to: Account, token: str, questions: int, now: datetime) -> None:
    """Once, with a link of its own: of the first one we have only the hash."""
    outbox.post(
        "evaluations/reminder",
        to=to.email,
        subject=N_("How was it?"),
        language=to.language,
        dedupe_key=reminder_key(invitation),
        now=now,
        path=f"/evaluatie/{token}",
        until=invitation.expires_at,
        minutes=minutes_for(questions),
    )


def reminder_key(invitation: EvaluationInvitation) -> str:
    return f"evaluation-reminder:{invitation.public_id}"
