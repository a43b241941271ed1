"""What keepers fill in about a place and about who is on duty, and what coaches look for."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any, Self

from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.accounts.rules import check_address
from portal.destinations import rules
from portal.destinations.rules import MOST_DAYS, Duty, Facts
from portal.forms import DayField, Form, choices_of
from portal.i18n import gettext
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import DestinationClass, labels


class LookForm(Form):
    """Which kind of help the directory shows; it comes with the address and changes nothing."""

    class Meta(Form.Meta):
        csrf = False

    kind = SelectField(
        _l("Kind of help"),
        choices=[SelectChoice("", _l("All kinds of help")), *choices_of(labels(DestinationClass))],
        name="soort",
    )

    @property
    def chosen(self) -> DestinationClass | None:
        asked = self.kind.data or ""
        return DestinationClass(asked) if asked in set(DestinationClass) else None


class DestinationForm(Form):
    version = HiddenField(default="0")
    name = StringField(_l("Name"), [InputRequired(_l("Fill in the name.")), Length(max=120)])
    destination_class = SelectField(_l("Kind of help"), choices=choices_of(labels(DestinationClass)))
    region = SelectField(_l("For whom?"))
    for_what = TextAreaField(_l("What do they help with?"), [Optional(), Length(max=300)])
    how_in = TextAreaField(_l("How do people get there?"), [Optional(), Length(max=300)])
    phone = StringField(_l("Phone number"), [Optional(), Length(max=40)])
    website = StringField(_l("Website"), [Optional(), Length(max=200)])
    email = StringField(_l("E-mail address"), [Optional(), Length(max=254)])
    hours = StringField(_l("When can they be reached?"), [Optional(), Length(max=200)])
    usual_days = StringField(_l("Within how many days are they in touch?"), [Optional(), Length(max=3)])
    checked = BooleanField(_l("I checked today that all of this is right."))

    @classmethod
    def of(cls, facts: Facts | None, choices: Iterable[SelectChoice], *, version: int = 0) -> Self:
        """With what is stored, or empty; `choices` are the regions that this person keeps."""
        stored: dict[str, Any] = {"version": version}
        if facts is not None:
            stored |= {**facts.__dict__, "region": facts.region or ""}
        form = cls(data=stored)
        form.region.choices = list(choices)
        return form

    def validate_usual_days(self, field: StringField) -> None:
        text = field.data or ""
        if text and not field.errors and not (text.isascii() and text.isdigit() and int(text) <= MOST_DAYS):
            raise ValidationError(gettext("Fill in a number of days, for example 3."))

    def check_rules(self) -> None:
        with self.reporting_errors():
            rules.check_way_in(self.how_in.data, self.phone.data, self.website.data, self.email.data)
        self.obey(rules.check_phone, self.phone)
        self.obey(rules.check_website, self.website)
        self.obey(check_address, self.email)

    @property
    def seen_version(self) -> int:
        """The version that was looked at; -1 when somebody made something up."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def see_version(self, version: int) -> None:
        """From now on the form stands on this version, so that saving again is a choice."""
        self.version.data = version
        self.version.raw_data = None

    @property
    def facts(self) -> Facts:
        return Facts(
            name=self.name.data or "",
            destination_class=DestinationClass(self.destination_class.data),
            region=self.region.data or None,
            for_what=self.for_what.data or "",
            how_in=self.how_in.data or "",
            phone=self.phone.data or "",
            website=self.website.data or "",
            email=check_address(self.email.data) if self.email.data else "",
            hours=self.hours.data or "",
            usual_days=int(self.usual_days.data) if self.usual_days.data else None,
        )


class BackupForm(Form):
    today: date
    region = SelectField(_l("Region"))
    name = StringField(_l("Name"), [InputRequired(_l("Fill in the name.")), Length(max=100)])
    phone = StringField(_l("Phone number"), [InputRequired(_l("Fill in the phone number.")), Length(max=40)])
    first_day = DayField(_l("First day"), [InputRequired(_l("Fill in the first day."))])
    last_day = DayField(_l("Last day"), [InputRequired(_l("Fill in the last day."))])

    @classmethod
    def of(cls, choices: Iterable[SelectChoice], today: date) -> Self:
        """For one of the regions that this person keeps."""
        form = cls()
        form.region.choices, form.today = [choice for choice in choices if choice.value], today
        return form

    def check_rules(self) -> None:
        self.obey(rules.check_phone, self.phone)
        self.obey(partial(rules.check_days, today=self.today), self.first_day, self.last_day)

    @property
    def duty(self) -> Duty:
        return Duty(
            region=self.region.data or "",
            name=self.name.data or "",
            phone=self.phone.data or "",
            first_day=self.first_day.data,
            last_day=self.last_day.data,
        )
