"""Forms that clean what is typed and show a broken rule at its field; the fields and choices that they share."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from flask_wtf.form import _Auto as FROM_THE_REQUEST
from htmx_flask import request
from wtforms import DateField, Field, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TextInput

from portal.csrf import PageTooOld, came_too_late
from portal.errors import DomainError, Forbidden, NotFound, TooManyRequests
from portal.i18n import N_, gettext, lazy_gettext, read_day

# Direction overrides and other characters that are not seen but change what is.
UNSEEN = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x2060, 0xFEFF])


class OwnWords:
    """What WTForms says by itself, in the words of the portal."""

    said: ClassVar = {
        "This field is required.": N_("Fill this in."),
        "Not a valid choice.": N_("Choose one of the answers on this page."),
        "Invalid Choice: could not coerce.": N_("Choose one of the answers on this page."),
        "Invalid choice(s): one or more data inputs could not be coerced.": N_("Choose from the answers on this page."),
        "'%(value)s' is not a valid choice for this field.": N_("Choose from the answers on this page."),
        "Field cannot be longer than %(max)d character.": N_("This is too long. Use at most %(max)d characters."),
    }

    def gettext(self, message: str) -> str:
        return gettext(self.said.get(message, N_("This is not filled in right. Look at it again.")))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular)


class Form(FlaskForm):
    """A form that cleans what is typed and reports broken rules at the field they belong to."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = [*unbound_field.kwargs.get("filters", ()), clean]
            return unbound_field.bind(form=form, **{**options, "filters": filters})

        def get_translations(self, form: Any) -> OwnWords:
            return OwnWords()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if came_too_late() and formdata is FROM_THE_REQUEST:
                return request.form
            return super().wrap_formdata(form, formdata)

    status = 422
    form_errors: list[str]

    def is_submitted(self) -> bool:
        return came_too_late() or super().is_submitted()

    def validate(self, extra_validators: Any = None) -> bool:
        if came_too_late():
            if not self.form_errors:
                self.report(PageTooOld())
            return False
        super().validate(extra_validators)
        self.check_rules()
        return not self.summary

    def check_rules(self) -> None:
        """Report what the typed values break by themselves, so that it is told at once with what cannot be read.

        For rules that need no other rows. The action checks them again, because not every caller is a form.
        """

    def obey(self, check: Callable[..., object], *fields: Field) -> None:
        """Report the rule that these fields break; one that is empty or cannot be read was reported already."""
        if all(field.data and not field.errors for field in fields):
            with self.reporting_errors():
                check(*(field.data for field in fields))

    @contextmanager
    def reporting_errors(self) -> Iterator[None]:
        """Show a broken rule at its field (or above the form) and go on to the form; other errors pass."""
        try:
            yield
        except (NotFound, Forbidden, TooManyRequests):
            raise
        except DomainError as error:
            self.report(error)

    def report(self, error: DomainError) -> None:
        """Show this broken rule at its field, or above the form."""
        self.status = error.status
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors = [*self.form_errors, str(error)]
        else:
            field.errors = [*field.errors, str(error)]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every problem with the id of the field it belongs to ('' for the form as a whole)."""
        problems = [("", message) for message in self.form_errors]
        for field in self:
            problems += [(first_id(field), message) for message in field.errors]
        return problems


class Boxes(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TypedDayField(DateField):
    """A day, typed in any notation that leaves no doubt."""

    data: Any
    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.day}-{self.data.month}-{self.data.year}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if typed:
            try:
                self.data = read_day(typed)
            except ValueError as error:
                raise ValidationError(gettext("Fill in a day, for example 6-3-2026.")) from error


class DayField(TypedDayField):
    """A day picked from the calendar of the phone, or typed; what a calendar cannot show is shown as text."""

    widget = DateInput()

    def _value(self) -> str:
        return self.data.isoformat() if self.data else super()._value()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.widget = TextInput()
        super().process_formdata(valuelist)
        self.widget = DateInput()


def choices_of(labels: Mapping[Any, str]) -> list[SelectChoice]:
    """Choices for a form field from codes and their marked labels."""
    return [SelectChoice(value, lazy_gettext(label)) for value, label in labels.items()]


def first_id(field: Any) -> str:
    """Where a link to this field leads: the first box of a group, else the field itself."""
    return f"{field.id}-0" if isinstance(field.widget, ListWidget) else str(field.id)


def clean(value: Any) -> Any:
    """Typed text in one normal form, without characters that nobody sees."""
    if isinstance(value, list):
        return [clean(one) for one in value]
    if not isinstance(value, str):
        return value
    seen = unicodedata.normalize("NFC", value).translate(UNSEEN)
    return "".join(c for c in seen if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
