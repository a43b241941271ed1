"""Correcting one's own data and taking back a permission."""

from datetime import datetime

from portal import audit
from portal.access import Actor
from portal.accounts.models import Account
from portal.accounts.rules import check_no_service_number
from portal.db import lock, transaction
from portal.enrolments.models import Consent, Enrolment, EnrolmentTheme
from portal.enrolments.reach import phone_number
from portal.enrolments.rules import Purpose
from portal.privacy import queries


def correct_contact(actor: Actor, *, first_name: str, last_name: str, phone: str) -> None:
    """One's own name and phone number; raises what is wrong with them."""
    check_no_service_number(first_name, "first_name")
    check_no_service_number(last_name, "last_name")
    number = phone_number(phone)
    with transaction():
        Account.update(first_name=first_name, last_name=last_name, phone=number).where(
            Account.id == actor.account_id
        ).execute()
        audit.record(actor, "my_data.corrected")


def withdraw_consent(actor: Actor, public_id: str, purpose: Purpose, *, now: datetime) -> None:
    """Taking back is as easy as giving: what was stored with it is erased at once."""
    enrolment = queries.own_enrolment(actor, public_id)
    with transaction():
        lock(enrolment)
        Consent.update(withdrawn_at=now).where(
            Consent.enrolment == enrolment, Consent.purpose == purpose, Consent.withdrawn_at.is_null()
        ).execute()
        if purpose == Purpose.THEMES:
            EnrolmentTheme.delete().where(EnrolmentTheme.enrolment == enrolment).execute()
        if purpose == Purpose.WORDS:
            Enrolment.update(words_sealed=None).where(Enrolment.id == enrolment.id).execute()
        audit.record(actor, "my_data.consent_withdrawn", enrolment, detail=purpose)
