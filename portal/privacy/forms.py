"""Correcting one's own data."""

from functools import partial

from wtforms import StringField
from wtforms.validators import DataRequired, Length, Optional

from portal.accounts.rules import check_no_service_number
from portal.enrolments.reach import phone_number
from portal.forms import Form
from portal.i18n import lazy_gettext as _l


class ContactForm(Form):
    first_name = StringField(_l("First name"), [DataRequired(_l("Fill in your first name.")), Length(max=100)])
    last_name = StringField(_l("Last name"), [Optional(), Length(max=100)])
    phone = StringField(_l("Phone number"), [Optional(), Length(max=30)])

    def check_rules(self) -> None:
        for field in (self.first_name, self.last_name):
            self.obey(partial(check_no_service_number, field=field.name), field)
        self.obey(phone_number, self.phone)
