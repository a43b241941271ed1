"""The shape of the choice of a language."""

from wtforms import SelectField, StringField

from portal.i18n import LANGUAGES
from portal.web import Form


class LanguageForm(Form):
    language = SelectField(choices=LANGUAGES)
    back = StringField()
