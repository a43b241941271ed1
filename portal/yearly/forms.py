"""The shape of what is asked when a report is made, locked or corrected."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Self

from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.counting.periods import Period
from portal.forms import Form, choices_of
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import ProgrammeCode, labels
from portal.regions.rules import DIVISIONS, division_on
from portal.yearly.rules import LONGEST_REASON, Reference, ReportState, is_free, periods_of
from portal.yearly.words import period_words


class MakeForm(Form):
    """What a report is about."""

    # What was taken meanwhile is refused in words, not as something that was made up.
    period = SelectField(_l("Programme and period"), choices=[], validate_choice=False)
    reference = RadioField(
        _l("Reference date"), choices=choices_of(labels(Reference)), default=Reference.LAST_DAY.value
    )
    division = RadioField(
        _l("Division of employer organisations"),
        choices=[SelectChoice(str(number), str(number)) for number in DIVISIONS],
    )

    @classmethod
    def of(cls, today: date, reports: Mapping[ProgrammeCode, Sequence[tuple[Period, ReportState]]]) -> Self:
        """With the periods that are over and over which there is no report yet; `reports` are those there are."""
        form = cls(division=str(division_on(today)))
        # The programme in every line: closed, a list shows one line and not the group it is in.
        form.period.choices = [
            (one.choice, f"{programme.label}: {period_words(one.period)}")
            for programme in ProgrammeCode
            for one in periods_of(programme, today)
            if is_free(one.period, reports[programme])
        ]
        return form


class StepForm(Form):
    """One button, about what was read: what came out of this check."""

    check = HiddenField(default="")


class LockForm(Form):
    is_public = BooleanField(_l("Everybody may see it, also without signing in"))


class CorrectForm(Form):
    reason = TextAreaField(
        _l("Why do the figures have to be counted again?"),
        [InputRequired(_l("Write down why the figures have to be counted again.")), Length(max=LONGEST_REASON)],
    )
