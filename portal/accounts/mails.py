"""Mails about getting in: the sign-in link with its code, and invitations."""

from datetime import datetime

from portal import outbox
from portal.accounts.models import Invitation, SignInRequest
from portal.i18n import N_


def post_sign_in(
    request: SignInRequest, *, address: str, language: str, token: str, code: str, now: datetime, addressed: bool = True
) -> None:
    outbox.post(
        "accounts/sign_in",
        to=address,
        subject=N_("Your link to sign in"),
        language=language,
        dedupe_key=f"sign-in:{request.public_id}",
        now=now,
        addressed=addressed,
        path=f"/inloggen/link/{token}",
        code=code,
    )


def post_invitation(invitation: Invitation, *, token: str, now: datetime) -> None:
    outbox.post(
        "accounts/invitation",
        to=invitation.email,
        subject=N_("You are invited"),
        language=invitation.language,
        dedupe_key=f"invitation:{invitation.public_id}",
        now=now,
        path=f"/uitnodiging/{token}",
        until=invitation.expires_at,
    )
