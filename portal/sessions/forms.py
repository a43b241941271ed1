"""Choosing how and when to talk."""

from datetime import UTC, datetime

from wtforms import RadioField, StringField
from wtforms.validators import InputRequired

from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import Mode, labels
from portal.web import Form, choices_of


class BookingForm(Form):
    mode = RadioField(_l("How do you want to talk?"), [InputRequired(_l("Choose how you want to talk."))])
    starts_at = StringField(_l("Day and time"), [InputRequired(_l("Choose a day and a time."))])

    def offer(self, modes: list[Mode]) -> None:
        self.mode.choices = choices_of(labels(modes))
        if self.mode.data not in {mode.value for mode in modes} and not self.is_submitted():
            self.mode.data = modes[0].value if modes else None

    @property
    def moment(self) -> datetime:
        """The chosen instant; one that cannot be read is long past, and so not offered."""
        try:
            chosen = datetime.fromisoformat(self.starts_at.data or "")
        except ValueError:
            return datetime(1970, 1, 1, tzinfo=UTC)
        return chosen.astimezone(UTC) if chosen.tzinfo else datetime(1970, 1, 1, tzinfo=UTC)
