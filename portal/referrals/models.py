"""That somebody was referred: kind, class, place and date, never words about the person."""

import peewee

from portal.coaches.models import Coach
from portal.db import CodeField, NumberField, ShortText, Table, UTCField
from portal.enrolments.models import Enrolment
from portal.programmes.codes import DestinationClass, ReferralKind
from portal.referrals.rules import ReferralStatus, UrgentChannel


class Referral(Table):
    """One referral of one enrolment, from `referred_on`: the day of the advice, the call, or the proposal to hand over.

    A handover counts from `sent_on`; on `settled_on` it turned out whether it had arrived. What was brought along from
    elsewhere has `referred_on` only, and counts from there.
    """

    id = NumberField()
    public_id = ShortText(40, unique=True)
    enrolment = peewee.ForeignKeyField(Enrolment, backref="referrals", on_delete="CASCADE")
    coach = peewee.ForeignKeyField(Coach, null=True, backref="+", on_delete="SET NULL")
    kind = CodeField(ReferralKind)
    destination_class = CodeField(DestinationClass)
    destination_name = ShortText(120, default="")
    channel = CodeField(UrgentChannel, null=True)
    consent = peewee.BooleanField(default=False)
    status = CodeField(ReferralStatus)
    referred_on = peewee.DateField()
    sent_on = peewee.DateField(null=True)
    settled_on = peewee.DateField(null=True)
    recorded_at = UTCField()

    class Meta:
        constraints = (
            peewee.Check(
                "kind <> 'warm_handover' OR consent OR status NOT IN ('consented', 'sent', 'arrived', 'not_arrived')",
                name="referral_handover_needs_consent",
            ),
        )
        indexes = ((("kind", "referred_on"), False),)
