"""When somebody wants to hear of an earlier time."""

from wtforms import BooleanField
from wtforms.validators import InputRequired

from portal.forms import DayField, Form
from portal.i18n import lazy_gettext as _l


class EarlierForm(Form):
    from_on = DayField(_l("From which day?"), [InputRequired(_l("Fill in the first day on which you can come."))])
    evenings_only = BooleanField(_l("Only in the evening, from 18.00 on"))
