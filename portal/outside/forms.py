"""The address of a calendar elsewhere."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.forms import Form
from portal.i18n import lazy_gettext as _l
from portal.outside.rules import LONGEST_ADDRESS


class CalendarForm(Form):
    address = StringField(
        _l("Secret address of your calendar"),
        [InputRequired(_l("Paste the address of your calendar.")), Length(max=LONGEST_ADDRESS)],
    )
