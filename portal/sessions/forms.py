"""Choosing how and when to talk, and saying why something changes."""

from datetime import UTC, datetime
from typing import Any

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.enrolments.reach import phone_number
from portal.forms import Form, choices_of
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import Mode, labels
from portal.sessions.rules import REASONS, ChangeReason, Party

LONG_PAST = datetime(1970, 1, 1, tzinfo=UTC)


class BookingForm(Form):
    mode = RadioField(_l("How do you want to talk?"), [InputRequired(_l("Choose how you want to talk."))])
    # Asked only of who gave no number at sign-up, and needed only for a talk by phone.
    phone = StringField(_l("Your phone number, for a talk by phone"), [Optional(), Length(max=30)])
    starts_at = StringField(_l("Day and time"), [DataRequired(_l("Choose a day and a time."))])
    # The version of what the page showed: of the trajectory, or of the talk that moves.
    seen = HiddenField()

    def check_rules(self) -> None:
        if self.mode.data == Mode.PHONE:
            self.obey(phone_number, self.phone)

    def offer(self, modes: list[Mode], *, now: str | None = None) -> None:
        """These ways to talk, of which one is chosen already: the one that stands now, or the first."""
        self.mode.choices = choices_of(labels(modes))
        if self.mode.data not in {mode.value for mode in modes} and not self.is_submitted():
            self.mode.data = now or (modes[0].value if modes else None)

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


class ReasonForm(Form):
    """Why a talk is moved or cancelled; nobody has to say."""

    reason = RadioField(_l("Why? (optional)"), [Optional()])

    @classmethod
    def of(cls, party: Party, **values: Any) -> "ReasonForm":
        form = cls(**values)
        form.reason.choices = choices_of({reason.value: reason.label for reason in REASONS[party]})
        return form

    @property
    def chosen(self) -> ChangeReason | None:
        return ChangeReason(self.reason.data) if self.reason.data else None
