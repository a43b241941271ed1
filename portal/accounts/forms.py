"""The shape of what people type to sign in or to take an invitation."""

from functools import partial

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.accounts.rules import check_no_service_number
from portal.forms import Form
from portal.i18n import lazy_gettext as _l


class SignInForm(Form):
    email = StringField(
        _l("E-mail address"),
        [DataRequired(_l("Fill in your e-mail address. For example name@example.org.")), Length(max=254)],
    )


class CodeForm(Form):
    code = StringField(_l("Code"), [DataRequired(_l("Type the six digits from the mail.")), Length(max=20)])


class InvitationForm(Form):
    first_name = StringField(_l("First name"), [DataRequired(_l("Fill in your first name.")), Length(max=100)])
    last_name = StringField(_l("Last name"), [DataRequired(_l("Fill in your last name.")), Length(max=100)])

    def check_rules(self) -> None:
        for field in (self.first_name, self.last_name):
            self.obey(partial(check_no_service_number, field=field.name), field)
