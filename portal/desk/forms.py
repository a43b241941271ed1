"""What the inbox shows, and what is filled in at the desk about one enrolment."""

from collections.abc import Mapping

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.desk.rules import Choice, Outcome, Shown, Tries
from portal.forms import Form, choices_of
from portal.i18n import N_
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import Branch, ProgrammeCode, labels


class FilterForm(Form):
    """What the list shows; it comes with the address and changes nothing. Anything unknown is everything."""

    class Meta(Form.Meta):
        csrf = False

    shown = SelectField(_l("Who"), choices=choices_of(labels(Shown)), name="stand")
    programme = SelectField(
        _l("Programme"), choices=choices_of({"": N_("All programmes"), **labels(ProgrammeCode)}), name="programma"
    )
    branch = SelectField(_l("Branch"), choices=choices_of({"": N_("All branches"), **labels(Branch)}), name="branche")
    region = SelectField(_l("Region"), name="regio")

    def offer(self, regions: Mapping[str, str]) -> None:
        """The regions of this desk, by code; with one there is nothing to choose."""
        own = [SelectChoice(code, name) for code, name in regions.items()]
        self.region.choices = [SelectChoice("", _l("All your regions")), *own]
        if len(own) < 2:
            del self.region

    @property
    def choice(self) -> Choice:
        return Choice(
            shown=Shown(self._known("shown")),
            programme=ProgrammeCode(self._known("programme")) if self._known("programme") else None,
            branch=Branch(self._known("branch")) if self._known("branch") else None,
            region=self._known("region") or None,
        )

    def _known(self, name: str) -> str:
        """What was chosen when it is one of the choices, else nothing."""
        field = self._fields.get(name)
        if field is None:
            return ""
        return field.data if field.data in {choice.value for choice in field.choices} else ""

    @property
    def address(self) -> dict[str, str]:
        """The choices that differ from the usual, for the address of another page of the same list."""
        return {field.name: self._known(key) for key, field in self._fields.items() if self._known(key)}


class StepForm(Form):
    """A button on the page of an enrolment, with the version that the page showed."""

    seen = HiddenField()

    @property
    def seen_version(self) -> int:
        """-1, which no page shows, when somebody made something up."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else -1


class CloseForm(StepForm):
    outcome = RadioField(_l("Why do you close this enrolment?"), [InputRequired(_l("Choose why you close it."))])
    tried = BooleanField(_l("We tried three times, in two ways, within ten working days."))

    @property
    def tries(self) -> Tries:
        return Tries.MADE if self.tried.data else Tries.NOT_MADE

    @classmethod
    def offering(cls, outcomes: list[Outcome]) -> "CloseForm":
        form = cls()
        form.outcome.choices = choices_of(labels(outcomes))
        return form


class RegionForm(StepForm):
    region = SelectField(_l("Which region takes over?"), [InputRequired(_l("Choose a region."))])

    @classmethod
    def offering(cls, regions: Mapping[str, str]) -> "RegionForm":
        form = cls()
        form.region.choices = [SelectChoice("", _l("Choose a region"))]
        form.region.choices += [SelectChoice(code, name) for code, name in sorted(regions.items(), key=lambda r: r[1])]
        return form
