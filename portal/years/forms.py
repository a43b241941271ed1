"""What a page of figures can be asked for. It is asked by GET, and every choice that makes no sense has a default."""

from typing import Self

from wtforms import SelectField

from portal.counting.periods import fixed_period
from portal.forms import Form, choices_of
from portal.i18n import gettext, month_name
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import ProgrammeCode, labels
from portal.regions.queries import NamedRegion
from portal.years.rules import Selection


class SelectionForm(Form):
    """The programme and the year; and for who works for several regions, which of them."""

    programme = SelectField(_l("Programme"), choices=choices_of(labels(ProgrammeCode)))
    region = SelectField(_l("Region"), choices=[])
    period = SelectField(_l("Year"), choices=[])

    @classmethod
    def of(cls, selection: Selection, regions: list[NamedRegion] | None = None, region: str = "") -> Self:
        form = cls(formdata=None, programme=selection.programme.value, region=region, period=selection.code)
        form.period.choices = [(code, code) for code in selection.years]
        form.region.choices = [(known.code, known.name) for known in regions or []]
        return form


def period_name(code: str) -> str:
    """'2026', 'Quarter 3 of 2026', 'oktober 2026'."""
    if "-" not in code:
        return code
    if "Q" in code:
        return gettext("Quarter %(number)s of %(year)s", number=code[-1], year=code[:4])
    return month_name(fixed_period(code).first_day)
