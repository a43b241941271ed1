"""That somebody was referred: kind, class and date, never words."""

import peewee

from portal.coaches.models import Coach
from portal.db import CodeField, NumberField, ShortText, Table, UTCField
from portal.enrolments.models import Enrolment
from portal.programmes.codes import DestinationClass, ReferralKind
from portal.referrals.rules import ReferralStatus


class Referral(Table):
    """One referral of one enrolment."""

    id = NumberField()
    public_id = ShortText(40, unique=True)
    enrolment = peewee.ForeignKeyField(Enrolment, backref="referrals", on_delete="CASCADE")
    coach = peewee.ForeignKeyField(Coach, null=True, backref="+", on_delete="SET NULL")
    kind = CodeField(ReferralKind)
    destination_class = CodeField(DestinationClass)
    consent = peewee.BooleanField(default=False)
    status = CodeField(ReferralStatus)
    referred_on = peewee.DateField()
    recorded_at = UTCField()

    class Meta:
        constraints = (
            peewee.Check(
                "kind <> 'warm_handover' OR consent OR status NOT IN ('consented', 'sent', 'arrived', 'not_arrived')",
                name="referral_handover_needs_consent",
            ),
        )
        indexes = ((("kind", "referred_on"), False),)
