"""What a page of figures can be asked for: whole years of a programme, each judged on one day.

A month beside its quarter, a quarter beside its year, or one year judged on several days: from two such tables what
both round away can be worked out by subtraction. So pages that anyone may open as often as they like know one division
of time only, and so do reports.
"""

from dataclasses import dataclass
from datetime import date

from portal.counting.periods import Period, year_of
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
    def is_over(self) -> bool:
        """Only then there can be a report about this year."""
        return year_of(self.programme, int(self.code)).last_day < self.today

    @property
    def years(self) -> list[str]:
        """Every year since the programme began, the newest first."""
        programme = PROGRAMMES[self.programme]
        first, last = (programme.year_on(day) for day in (programme.phases[0].valid_from, self.today))
        return [str(year) for year in range(last, first - 1, -1)]

    @property
    def has_two_published_readings(self) -> bool:
        """Whether this is the year of which 41 and 23 people handed over were published (jaaroverzicht 2020)."""
        return self.programme == ProgrammeCode.ECZ and self.code == "2020"


def select(programme: str | None, code: str | None, *, today: date) -> Selection:
    """What was asked for; where that is nothing sensible this year, counted up to and including today."""
    chosen = ProgrammeCode(programme) if programme in set(ProgrammeCode) else ProgrammeCode.SIJW
    this_year = _of(chosen, PROGRAMMES[chosen].year_on(today), today)
    return _of(chosen, int(code), today) if code in this_year.years else this_year


def _of(programme: ProgrammeCode, year: int, today: date) -> Selection:
    period = year_of(programme, year).up_to(today)
    return Selection(programme, str(year), period, reference_date(period, today), today)


def reference_date(year: Period, today: date) -> date:
    """The one day on which this year is judged: the last of March after it, or today if that is still to come."""
    return min(today, date(year.first_day.year + 1, REFERENCE_MONTH, REFERENCE_DAY))


def refuses(people: int) -> bool:
    """Whether so few people belong to a choice that the answer is REFUSAL."""
    return people < ENOUGH
