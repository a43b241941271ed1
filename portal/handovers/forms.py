"""What a coach proposes, what a participant answers, the code that a place types, and how it ended."""

from collections.abc import Iterable

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from portal.destinations.models import Destination
from portal.forms import Form, choices_of
from portal.handovers.rules import LONGEST_WORDS, Answer, Way, check_words
from portal.i18n import N_, gettext
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import labels
from portal.referrals.forms import place_groups
from portal.referrals.rules import ReferralStatus

OUTCOMES = {
    ReferralStatus.ARRIVED.value: N_("Yes, there was contact"),
    ReferralStatus.NOT_ARRIVED.value: N_("No, there was no contact"),
}


class PlaceForm(Form):
    """To whom; it comes with the address and changes nothing."""

    class Meta(Form.Meta):
        csrf = False

    place = SelectField(_l("To which place?"), [InputRequired(_l("Choose a place."))], name="plek")

    def offer(self, places: Iterable[Destination]) -> None:
        self.place.choices = {"": [("", gettext("Choose a place"))], **place_groups(places)}


class ProposalForm(Form):
    way = RadioField(_l("How do you pass it on?"), [InputRequired(_l("Choose how you pass it on."))])
    words = TextAreaField(
        _l("What is passed on"), [InputRequired(_l("Fill in what is passed on.")), Length(max=LONGEST_WORDS)]
    )

    def check_rules(self) -> None:
        self.obey(check_words, self.words)

    def offer(self, place: Destination) -> None:
        """By mail only where a handover can be received by mail; what is the only way is chosen already."""
        ways = [way for way in Way if way != Way.MAIL or place.email]
        self.way.choices = choices_of(labels(ways))
        if len(ways) == 1 and not self.is_submitted():
            self.way.data = ways[0].value


class AnswerForm(Form):
    words = TextAreaField(
        _l("This is what we send"), [InputRequired(_l("Fill in what is passed on.")), Length(max=LONGEST_WORDS)]
    )
    answer = HiddenField(validators=[AnyOf([answer.value for answer in Answer])])


class CodeForm(Form):
    code = StringField(_l("The code"), [InputRequired(_l("Type the six digits that you were told by phone."))])


class OutcomeForm(Form):
    outcome = RadioField(
        _l("Did it work?"), [InputRequired(_l("Choose whether there was contact."))], choices=choices_of(OUTCOMES)
    )
