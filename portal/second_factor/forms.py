"""The code of the second step."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.forms import Form
from portal.i18n import lazy_gettext as _l


class CodeForm(Form):
    code = StringField(_l("Code"), [DataRequired(_l("Type the code from your app.")), Length(max=30)])
