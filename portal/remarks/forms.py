"""Shortening a text into a quote."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms import Form
from portal.i18n import lazy_gettext as _l
from portal.questionnaires.rules import LONGEST_ANSWER


class QuoteForm(Form):
    quote = TextAreaField(
        _l("The quote"), [DataRequired(_l("Leave some of the text, or put it aside.")), Length(max=2 * LONGEST_ANSWER)]
    )
