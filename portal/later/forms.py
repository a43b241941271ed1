"""Whether we may mail two questions in six months."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from portal.forms import Form, choices_of
from portal.i18n import N_
from portal.i18n import lazy_gettext as _l


class AllowForm(Form):
    allowed = RadioField(
        _l("May we send you a mail with 2 questions in 6 months?"),
        [InputRequired(_l("Choose yes or no."))],
        choices=choices_of({"yes": N_("Yes"), "no": N_("No")}),
    )
