"""What a page of figures can be asked for: whole years, each judged on one day.

A month beside its quarter, a quarter beside its year, or one year judged on several days: from two such tables what
both round away can be worked out by subtraction. So pages that anyone may open as often as they like know one division
of time only. Other periods are for reports that are checked as a whole before they are locked.
"""

from dataclasses import dataclass
from datetime import date

from portal.counting.periods import Period, fixed_period
from portal.counting.rules import Scope
from portal.disclosure.rules import ENOUGH
from portal.i18n import N_
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES

# Ninety days after the year, so that everybody who signed up in it had as long to begin.
REFERENCE_MONTH, REFERENCE_DAY = 3, 31
# The one answer to every choice that leaves fewer than ten people, also when it leaves nobody.
REFUSAL = N_(
    "Fewer than 10 people belong to this choice. So we show nothing about them: nobody must be recognised. "
    "Choose another year."
)


@dataclass(frozen=True)
class Selection:
    """A programme and a year by its code: what a page of figures shows."""

    programme: ProgrammeCode
    code: str
    period: Period
    reference_date: date
    today: date

    @property
    def scope(self) -> Scope:
        return Scope(self.programme, self.period, self.reference_date)

    @property
    def years(self) -> list[str]:
        """Every year since the programme began, the newest first."""
        first = PROGRAMMES[self.programme].phases[0].valid_from.year
        return [str(year) for year in range(self.today.year, first - 1, -1)]

    @property
    def has_two_published_readings(self) -> bool:
        """Whether this is the year of which 41 and 23 people handed over were published (jaaroverzicht 2020)."""
        return self.programme == ProgrammeCode.ECZ and self.code == "2020"


def select(programme: str | None, code: str | None, *, today: date) -> Selection:
    """What was asked for; where that is nothing sensible this year, counted up to and including today."""
    chosen = ProgrammeCode(programme) if programme in set(ProgrammeCode) else ProgrammeCode.SIJW
    this_year = _of(chosen, str(today.year), today)
    return _of(chosen, code, today) if code in this_year.years else this_year


def _of(programme: ProgrammeCode, code: str, today: date) -> Selection:
    period = fixed_period(code).up_to(today)
    return Selection(programme, code, period, reference_date(period, today), today)


def reference_date(year: Period, today: date) -> date:
    """The one day on which this year is judged: the last of March after it, or today if that is still to come."""
    return min(today, date(year.first_day.year + 1, REFERENCE_MONTH, REFERENCE_DAY))


def refuses(people: int) -> bool:
    """Whether so few people belong to a choice that the answer is REFUSAL."""
    return people < ENOUGH
