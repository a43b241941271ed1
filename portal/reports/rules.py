"""How figures leave the portal: the one function that protects small numbers, and what pages can be asked for.

The rule, version 1: a count is rounded to the nearest multiple of five, totals too, so parts need not add up; 1 to 4 is
"fewer than 5" and 0 stays 0. A share, score, mean or median takes at least ten people. A share says no more than its
two counts do: with 1 to 4 on either side it only says on which side of a border it lies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from portal.counting.figures import Count, Figure, Mean, Median, Score, Share
from portal.counting.periods import (
    Period,
    fixed_period,
    last_of_month,
    month_code,
    quarter_code,
)
from portal.counting.rules import Scope
from portal.errors import DomainError
from portal.i18n import N_, gettext, grade, number
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES

PROTECTION_VERSION = 1
STEP = 5
ENOUGH = 10
# How long something of 1 to 4 is drawn, whatever it is.
SMALL_SIZE = 2.5
MONTHS_OF_REFERENCE = 12


# The one answer to every narrower choice that leaves fewer than ten people, also when it leaves nobody.
REFUSAL = N_(
    "Fewer than 10 people belong to this choice. So we show nothing about them: nobody must be recognised. "
    "Choose a longer period."
)


@dataclass(frozen=True)
class Protected:
    """A figure as it may be seen; `value` is the number in its words, if they hold one, `size` how long it is drawn."""

    words: str
    value: float | int | None = None
    size: float = 0.0
    numbers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return gettext(self.words, **dict(self.numbers))

    @property
    def is_told(self) -> bool:
        """Whether it says anything at all: enough people are behind it."""
        return self not in (TOO_FEW_ANSWERS, TOO_FEW_PEOPLE)


TOO_FEW_ANSWERS = Protected(N_("too few answers"))
TOO_FEW_PEOPLE = Protected(N_("too few people"))
FEWER = Protected(N_("fewer than 5"), size=SMALL_SIZE)
LESS, MORE = N_("less than %(share)s"), N_("more than %(share)s")


def protect(figure: Figure, *, enough: int = ENOUGH) -> Protected:
    """The only way for a figure onto a page or into an export; `enough` people must be behind a mean or a share."""
    match figure:
        case Count(value):
            return _count(value)
        case Mean(_, n) | Score(_, n) if n < enough:
            return TOO_FEW_ANSWERS
        case Median(n=n) | Share(_, n) if n < enough:
            return TOO_FEW_PEOPLE
        case Mean(total, n):
            mean = round(total / n, 1)
            return _number(mean, grade(mean))
        case Median():
            hours = round(figure.value or 0)
            return _number(hours, number(hours))
        case Score(balance, n):
            points = round(100 * balance / n)
            return _number(points, f"{points:+d}")
        case Share(numerator, denominator):
            return _share(numerator, denominator)


def rounded(value: int) -> int:
    """To the nearest multiple of five: 7 is 5, 8 is 10."""
    return (value + STEP // 2) // STEP * STEP


def _number(value: float | int, text: str) -> Protected:
    return Protected("%(number)s", value, float(value), (("number", text),))


def _count(value: int) -> Protected:
    if 0 < value < STEP:
        return FEWER
    return _number(rounded(value), number(rounded(value)))


def _share(numerator: int, denominator: int) -> Protected:
    whole = rounded(denominator)
    small = -(-100 * STEP // whole)
    if 0 < numerator < STEP:
        return Protected(LESS, size=small / 2, numbers=(("share", f"{small}%"),))
    if 0 < denominator - numerator < STEP:
        return Protected(MORE, size=100 - small / 2, numbers=(("share", f"{100 - small}%"),))
    percents = round(100 * numerator / denominator)
    return Protected("%(number)s", percents / 100, percents, (("number", f"{percents}%"),))


def counts_behind(figure: Figure) -> Mapping[str, Count]:
    """The counts that a figure is made of and that are shown with it, to be protected like any other."""
    match figure:
        case Score(_, n) | Mean(_, n):
            return {"n": Count(n)}
        case Median():
            return {"n": Count(figure.n)}
        case Share(numerator, denominator):
            return {"numerator": Count(numerator), "denominator": Count(denominator)}
    return {}


def exact(figure: Figure) -> dict[str, object]:
    """A figure as it is, for staff only."""
    return {"value": figure.value, **{name: count.value for name, count in counts_behind(figure).items()}}


def published(figure: Figure) -> dict[str, object]:
    """A figure as it may leave: a number, or the words that stand for it."""
    shown = {"value": protect(figure), **{name: protect(count) for name, count in counts_behind(figure).items()}}
    return {name: str(one) if one.value is None else one.value for name, one in shown.items()}


# -- what a page can be asked for


@dataclass(frozen=True)
class Selection:
    """A programme, a period by its code, and a reference date: what a page of figures shows."""

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
    def quarters(self) -> list[str]:
        """The quarters of the chosen year that have begun, the newest first."""
        return sorted({quarter_code(month) for month in self._months}, reverse=True)

    @property
    def months(self) -> list[str]:
        return [month_code(month) for month in reversed(self._months)]

    @property
    def _months(self) -> list[date]:
        return fixed_period(self.code[:4]).up_to(self.today).months

    @property
    def reference_dates(self) -> list[date]:
        return reference_dates(self.period, self.today)

    @property
    def has_two_published_readings(self) -> bool:
        """Whether this is the year of which 41 and 23 people handed over were published (jaaroverzicht 2020)."""
        return self.programme == ProgrammeCode.ECZ and self.code.startswith("2020")

    def refuses(self, people: int) -> bool:
        """Whether so few people are left by choosing less than a year that the answer is REFUSAL."""
        return self.code not in self.years and people < ENOUGH


def select(programme: str | None, code: str | None, reference_date: str | None, *, today: date) -> Selection:
    """What was asked for; where that is nothing sensible this year, and the last day of the period.

    Only months, quarters and years can be chosen, so that nobody can slide a border over somebody. A
    period that is not over is counted up to and including today.
    """
    chosen = ProgrammeCode(programme) if programme in set(ProgrammeCode) else ProgrammeCode.SIJW
    usable = code if code and _is_offered(code, chosen, today) else str(today.year)
    period = fixed_period(usable).up_to(today)
    dates = {day.isoformat(): day for day in reference_dates(period, today)}
    return Selection(chosen, usable, period, dates.get(reference_date or "", period.last_day), today)


def reference_dates(period: Period, today: date) -> list[date]:
    """The last day of the period, the ends of the months in the year after it, and today."""
    ends = [last_of_month(period.last_day + relativedelta(months=later)) for later in range(1, MONTHS_OF_REFERENCE + 1)]
    return sorted({period.last_day, *(end for end in ends if end < today), today})


def _is_offered(code: str, programme: ProgrammeCode, today: date) -> bool:
    try:
        period = fixed_period(code)
    except DomainError:
        return False
    return PROGRAMMES[programme].phases[0].valid_from <= period.last_day and period.first_day <= today


def by_size(rows: Sequence[tuple[str, Protected]]) -> list[tuple[str, float, str]]:
    """Rows for a picture, the longest first: what it is, how long it is drawn, what it says."""
    ordered = sorted(rows, key=lambda row: (-row[1].size, row[0]))
    return [(name, figure.size, str(figure)) for name, figure in ordered]
