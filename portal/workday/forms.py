"""What a coach chooses: the outcome of a talk, and how a trajectory ended."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from portal.forms import Form, choices_of
from portal.handovers.rules import Closing, check_closing
from portal.i18n import N_
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import CloseReason, labels

OUTCOMES = {
    "held": N_("It took place"),
    "no_show": N_("The participant did not come"),
    "cancelled": N_("It was cancelled"),
}


class OutcomeForm(Form):
    outcome = RadioField(_l("How did it go?"), [InputRequired(_l("Choose how it went."))], choices=choices_of(OUTCOMES))


class CloseForm(Form):
    # The handovers of which nobody knows yet how they end.
    under_way: Sequence[object]
    reason = RadioField(
        _l("How did it end?"), [InputRequired(_l("Choose how it ended."))], choices=choices_of(labels(CloseReason))
    )
    stays = BooleanField(_l("I know this. I stay in touch about what was sent, until there was contact."))

    @classmethod
    def of(cls, under_way: Sequence[object]) -> "CloseForm":
        form = cls()
        form.under_way = under_way
        return form

    def check_rules(self) -> None:
        with self.reporting_errors():
            check_closing(self.under_way, self.closing)

    @property
    def closing(self) -> Closing:
        return Closing.STAYS if self.stays.data else Closing.SAID_NOTHING
