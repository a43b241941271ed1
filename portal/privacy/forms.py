"""Correcting one's own data."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length, Optional

from portal.forms import Form
from portal.i18n import lazy_gettext as _l


class ContactForm(Form):
    first_name = StringField(_l("First name"), [DataRequired(_l("Fill in your first name.")), Length(max=100)])
    last_name = StringField(_l("Last name"), [Optional(), Length(max=100)])
    phone = StringField(_l("Phone number"), [Optional(), Length(max=30)])
