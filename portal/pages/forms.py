"""The shape of the choice of a language."""

from wtforms import SelectField, StringField

from portal.forms import Form
from portal.i18n import LANGUAGES


class LanguageForm(Form):
    language = SelectField(choices=LANGUAGES)
    back = StringField()
