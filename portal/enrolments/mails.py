"""The mail that asks to confirm a sign-up."""

from datetime import datetime

from portal import outbox
from portal.enrolments.models import Enrolment
from portal.i18n import N_


def post_confirmation(
    enrolment: Enrolment, *, address: str, first_name: str, token: str, now: datetime, addressed: bool = True
) -> None:
    outbox.post(
        "enrolments/confirm",
        to=address,
        subject=N_("Confirm your registration"),
        language=enrolment.language,
        dedupe_key=f"confirm:{token[:20]}",
        now=now,
        addressed=addressed,
        first_name=first_name,
        path=f"/aanmelden/bevestig/{token}",
    )
