"""What a coach fills in about a referral."""

from datetime import date
from typing import cast

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired, Optional

from portal.forms import DayField, Form, choices_of
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import DestinationClass, ReferralKind, labels
from portal.referrals.rules import DESTINATIONS, ConsentGiven


class ReferralForm(Form):
    kind = RadioField(
        _l("What did you do?"), [InputRequired(_l("Choose what you did."))], choices=choices_of(labels(ReferralKind))
    )
    destination_class = RadioField(
        _l("What kind of help is it?"), [Optional()], choices=choices_of(labels(DESTINATIONS))
    )
    consent = BooleanField(_l("Yes, the participant agrees: to whom, which facts, and how."))
    referred_on = DayField(_l("On which day?"), [InputRequired(_l("Fill in the day on which it happened."))])

    @property
    def destination(self) -> DestinationClass | None:
        return DestinationClass(self.destination_class.data) if self.destination_class.data else None

    @property
    def day(self) -> date:
        return cast(date, self.referred_on.data)

    @property
    def consent_given(self) -> ConsentGiven:
        return ConsentGiven.YES if self.consent.data else ConsentGiven.NO
