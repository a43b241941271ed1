"""How a figure leaves the portal: the one function that protects small numbers.

The rule, version 3: a count is rounded to the nearest multiple of five, totals too, so parts need not add up; 1 to 4 is
"fewer than 5" and 0 stays 0. A share, score, mean or median takes at least ten people. A share is worked out from its
two counts as they are shown, so that it says no more than they do; a mean or a score is so coarse that it fits every
number of people that the shown one stands for, and near the end of its scale it is told as "at least" or "at most",
so that it leaves open how many gave the lowest or the highest. What figures say together is checked in `tables`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from portal.counting.figures import Count, Figure, Mean, Median, Score, Share
from portal.disclosure.bands import GRADE, NEARLY, RECOMMENDATION, Scale
from portal.exports.sheets import Cell, Percentage
from portal.i18n import N_, balance, gettext, grade, number

PROTECTION_VERSION = 3
STEP = 5
ENOUGH = 10
# How long something of 1 to 4 is drawn, whatever it is.
SMALL_SIZE = 2.5
# From so many people a share is as good as exact, and a score is told by the point.
MANY = 100
NUMBER = "%(number)s"


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
    def is_plain(self) -> bool:
        """Whether it is a number and nothing but one: no 'about' before it."""
        return self.value is not None and self.words != ABOUT

    @property
    def is_told(self) -> bool:
        """Whether it says anything at all: enough people are behind it, and it gives nobody away."""
        return self not in (TOO_FEW_ANSWERS, TOO_FEW_PEOPLE, NOT_SHOWN, NOT_YET)

    @property
    def cell(self) -> Cell:
        """What a spreadsheet may hold of it: the number in its words, else the words."""
        return str(self) if self.value is None else self.value

    @property
    def precision(self) -> str:
        """What the words say beside the number, where a cell holds only that."""
        return gettext(ROUGHLY) if self.value is not None and self.words == ABOUT else ""


@dataclass(frozen=True)
class Basis:
    """How many people or answers a share or a mean is about, as it may be seen: 'of 115', 'N = 35'."""

    words: str
    number: Protected

    def __str__(self) -> str:
        return gettext(self.words, number=self.number)

    @classmethod
    def behind(cls, shown: Mapping[str, Protected]) -> "Basis | None":
        """Of the counts behind a figure, by name, as they are shown; None where there is none to tell."""
        return next((cls(words, shown[name]) for name, words in BASES.items() if name in shown), None)


TOO_FEW_ANSWERS = Protected(N_("too few answers"))
TOO_FEW_PEOPLE = Protected(N_("too few people"))
NOT_SHOWN = Protected(N_("not shown"))
NOT_YET = Protected(N_("not yet"))
FEWER = Protected(N_("fewer than 5"), size=SMALL_SIZE)
LESS, ABOUT, LEAST = N_("less than %(share)s"), N_("about %(share)s"), N_("at least %(share)s")
MOST = N_("at most %(share)s")
ROUGHLY = N_("roughly")
BASES = {"denominator": N_("of %(number)s"), "n": N_("N = %(number)s")}


def protect(figure: Figure, *, enough: int = ENOUGH) -> Protected:
    """The only way for a figure onto a page or into an export; `enough` people must be behind a mean or a share.

    Where fewer than ten are enough, a mean is for the one whom it is about, and told as it is.
    """
    match figure:
        case Count(value):
            return _count(value)
        case Mean(_, n) | Score(_, n) if n < enough:
            return TOO_FEW_ANSWERS
        case Median(n=n) | Share(_, n) if n < enough:
            return TOO_FEW_PEOPLE
        case Mean(total, n) if enough < ENOUGH:
            return _number(round(total / n, 1), grade(total / n))
        case Median():
            hours = round(figure.value or 0)
            return _number(hours, number(hours))
        case Mean() | Score():
            return _average(figure)
        case Share(numerator, denominator):
            return _share(numerator, denominator)


def told(value: int) -> tuple[int, int]:
    """The least and the most that a count may be, for those who see it protected: (8, 12) of a 10, (1, 4), (0, 0)."""
    if value < STEP:
        return (0, 0) if value == 0 else (1, STEP - 1)
    return max(rounded(value) - STEP // 2, STEP), rounded(value) + STEP // 2


def rounded(value: int) -> int:
    """To the nearest multiple of five: 7 is 5, 8 is 10."""
    return (value + STEP // 2) // STEP * STEP


def _number(value: float | int, text: str) -> Protected:
    return Protected(NUMBER, value, float(value), (("number", text),))


def rough(figure: Protected) -> Protected:
    """A rounded number as 'about' so many, to stand beside an exact one; words and nobody stay as they are."""
    if not (figure.is_plain and figure.value):
        return figure
    return replace(figure, words=ABOUT, numbers=(("share", str(figure)),))


def _count(value: int) -> Protected:
    if 0 < value < STEP:
        return FEWER
    return _number(rounded(value), number(rounded(value)))


def _share(numerator: int, denominator: int) -> Protected:
    whole = rounded(denominator)
    if 0 < numerator < STEP:
        small = -(-100 * STEP // whole)
        return Protected(LESS, size=small / 2, numbers=(("share", f"{small}%"),))
    percents = round(100 * rounded(numerator) / whole)
    if whole >= MANY or numerator == 0:
        return Protected(NUMBER, Percentage(percents / 100), percents, (("number", f"{percents}%"),))
    if rounded(numerator) == whole:
        least = 100 * told(numerator)[0] // told(denominator)[1]
        return Protected(LEAST, size=(least + 100) / 2, numbers=(("share", f"{least}%"),))
    return Protected(ABOUT, Percentage(percents / 100), percents, (("share", f"{percents}%"),))


def _average(figure: Mean | Score) -> Protected:
    words, told_as, _, _ = _told_average(figure)
    text = grade(told_as) if isinstance(figure, Mean) else balance(told_as)
    if words == NUMBER:
        return _number(told_as if isinstance(figure, Mean) else round(told_as), text)
    return Protected(words, size=told_as, numbers=(("share", text),))


def span(figure: Mean | Score) -> tuple[float, float]:
    """Between what a mean or score of ten or more people lies, for those who see it; a score in hundredths."""
    _, _, low, high = _told_average(figure)
    return low, high


def _told_average(figure: Mean | Score) -> tuple[str, float, float, float]:
    """The words, the number in them, and what they stand for.

    A mean is told in tenths; a score in tens, or from a hundred answers by the point: then some balance gives it,
    whatever the number of answers.
    """
    if isinstance(figure, Mean):
        return _at_steps(figure.total / figure.n, figure.n, 10, GRADE)
    per_point = 1.0 if rounded(figure.denominator) > MANY else 0.1
    return _at_steps(100 * figure.numerator / figure.denominator, figure.denominator, per_point, RECOMMENDATION)


def _at_steps(mean: float, n: int, steps: float, scale: Scale) -> tuple[str, float, float, float]:
    """A mean to the nearest of so many steps per unit, within what may be told of so many people."""
    at, half = round(mean * steps), 0.5
    above, below = (border * steps for border in scale.borders(told(n)[1]))
    most, least = floor(above + half + NEARLY), ceil(below - half - NEARLY)
    lowest, highest = scale.worth[0][0], scale.worth[-1][-1]
    if at > most:
        return LEAST, most / steps, (most - half) / steps, highest
    if at < least:
        return MOST, least / steps, lowest, (least + half) / steps
    return NUMBER, at / steps, (at - half) / steps, (at + half) / steps


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


NOBODY = protect(Count(0))


def by_size(rows: Sequence[tuple[str, Protected]]) -> list[tuple[str, float, str]]:
    """Rows for a picture, the longest first: what it is, how long it is drawn, what it says."""
    ordered = sorted(rows, key=lambda row: (-row[1].size, row[0]))
    return [(name, figure.size, str(figure)) for name, figure in ordered]
