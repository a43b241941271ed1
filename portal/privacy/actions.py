"""Correcting one's own data and taking back a permission."""

from datetime import datetime

from portal import audit
from portal.access import Actor
from portal.accounts.models import Account
from portal.db import transaction
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Consent, Enrolment, EnrolmentTheme
from portal.enrolments.rules import Purpose, phone_number


def correct_contact(actor: Actor, *, first_name: str, last_name: str, phone: str) -> None:
    """One's own name and phone number."""
    number = phone_number(phone)
    with transaction():
        Account.update(first_name=first_name, last_name=last_name, phone=number).where(
            Account.id == actor.account_id
        ).execute()
        audit.record(actor, "my_data.corrected")


def withdraw_consent(actor: Actor, public_id: str, purpose: Purpose, *, now: datetime) -> None:
    """Taking back is as easy as giving: what was stored with it is erased at once."""
    enrolment = enrolments.by_public_id(actor, public_id)
    with transaction():
        Consent.update(withdrawn_at=now).where(
            Consent.enrolment == enrolment, Consent.purpose == purpose, Consent.withdrawn_at.is_null()
        ).execute()
        if purpose == Purpose.THEMES:
            EnrolmentTheme.delete().where(EnrolmentTheme.enrolment == enrolment).execute()
        if purpose == Purpose.WORDS:
            Enrolment.update(words_sealed=None).where(Enrolment.id == enrolment.id).execute()
        audit.record(actor, "my_data.consent_withdrawn", enrolment, detail=purpose)
