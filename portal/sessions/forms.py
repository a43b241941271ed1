"""Choosing how and when to talk."""

from datetime import UTC, datetime

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired

from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import Mode, labels
from portal.web import Form, choices_of

LONG_PAST = datetime(1970, 1, 1, tzinfo=UTC)


class BookingForm(Form):
    mode = RadioField(_l("How do you want to talk?"), [InputRequired(_l("Choose how you want to talk."))])
    starts_at = StringField(_l("Day and time"), [DataRequired(_l("Choose a day and a time."))])
    # The version of the trajectory that the page showed.
    seen = HiddenField()

    def offer(self, modes: list[Mode]) -> None:
        self.mode.choices = choices_of(labels(modes))
        if self.mode.data not in {mode.value for mode in modes} and not self.is_submitted():
            self.mode.data = modes[0].value if modes else None

    @property
    def seen_version(self) -> int:
        """-1, which no page shows, when somebody made something up."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else -1

    @property
    def moment(self) -> datetime:
        """The chosen instant; one that cannot be read, or that no coach's calendar reaches, is long past."""
        try:
            chosen = datetime.fromisoformat(self.starts_at.data or "")
        except ValueError:
            return LONG_PAST
        return chosen.astimezone(UTC) if chosen.tzinfo and 2000 < chosen.year < 3000 else LONG_PAST
