"""What file, of what, and what for."""

from datetime import date
from typing import Self

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.access import Actor
from portal.downloads.rules import LONGEST_REASON, to_choose_from
from portal.downloads.rules import Form as FileForm
from portal.forms import Form, choices_of
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import ProgrammeCode, labels
from portal.years.rules import select


class AskingForm(Form):
    """As which kind of file, and what for."""

    form = RadioField(_l("Kind of file"), choices=choices_of(labels(FileForm)), default=FileForm.XLSX)
    reason = TextAreaField(
        _l("What do you need it for?"),
        [DataRequired(_l("Say in a sentence what you need this file for.")), Length(max=LONGEST_REASON)],
    )


class ReportForm(AskingForm):
    """A report as a file."""

    @classmethod
    def offering(cls, kind: str) -> Self:
        """With this kind of file chosen, if it is one."""
        return cls(data={"form": kind if kind in set(FileForm) else FileForm.XLSX})


class DownloadForm(AskingForm):
    """What this person may ask for; a region only for who works for one."""

    subject = RadioField(_l("What do you need?"), choices=[])
    programme = SelectField(_l("Programme"), choices=choices_of(labels(ProgrammeCode)))
    year = SelectField(_l("Year"), choices=[])
    region = SelectField(_l("Region"), choices=[], validate_choice=True)

    @classmethod
    def of(cls, actor: Actor, regions: dict[str, str], today: date) -> Self:
        form = cls()
        subjects = to_choose_from(actor.roles)
        form.subject.choices = choices_of({subject.value: subject.label for subject in subjects})
        form.subject.data = form.subject.data or subjects[0].value
        form.year.choices = [(year, year) for year in select("sijw", None, today=today).years]
        form.region.choices = list(regions.items())
        if not regions:
            del form.region
        return form
