"""The mail that says a quarter is over: a link, and no figure."""

from datetime import datetime

from portal import outbox
from portal.accounts.models import Account
from portal.i18n import N_


def post_quarter(account: Account, quarter: str, *, now: datetime) -> None:
    """`quarter` is its code, such as '2026-Q1'; once per person and quarter. The link shows its year."""
    outbox.post(
        "dashboard/quarter",
        to=account.email,
        subject=N_("The quarter is over"),
        language=account.language,
        dedupe_key=f"quarter:{quarter}:{account.public_id}",
        now=now,
        first_name=account.first_name,
        path=f"/regio/overzicht?period={quarter[:4]}",
    )
