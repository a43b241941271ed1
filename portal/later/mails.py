"""The mail with two questions; it does not say what about."""

from datetime import datetime

from portal import outbox
from portal.accounts.models import Account
from portal.i18n import N_
from portal.later.models import LaterInvitation


def post_invitation(invitation: LaterInvitation, *, to: Account, token: str, now: datetime) -> None:
    outbox.post(
        "later/invitation",
        to=to.email,
        subject=N_("How are things now?"),
        language=to.language,
        dedupe_key=f"later:{invitation.public_id}",
        now=now,
        path=f"/evaluatie/later/{token}",
        until=invitation.expires_at,
    )
