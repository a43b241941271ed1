"""Which day and time somebody wonders about; it comes with the address and changes nothing."""

from typing import Any

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.forms import DayField, Form
from portal.i18n import gettext, read_time
from portal.i18n import lazy_gettext as _l


class WhyForm(Form):
    class Meta(Form.Meta):
        csrf = False

    day = DayField(_l("Which day?"), [InputRequired(_l("Fill in the day."))], name="dag")
    wall_time = StringField(_l("What time?"), [Length(max=20)], name="tijd")

    @property
    def is_asked(self) -> bool:
        return bool(self.day.raw_data or self.wall_time.raw_data)

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.wall_time.errors:
            try:
                read_time(self.wall_time.data or "")
            except ValueError:
                self.wall_time.errors = [gettext("Fill in a time, for example 9.00 or 19.30.")]
        return not self.summary
