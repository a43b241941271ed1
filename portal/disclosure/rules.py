"""How a figure leaves the portal: the one function that protects small numbers.

The rule, version 2: a count is rounded to the nearest multiple of five, totals too, so parts need not add up; 1 to 4 is
"fewer than 5" and 0 stays 0. A share, score, mean or median takes at least ten people. A share is worked out from its
two counts as they are shown, so that it says no more than they do; a mean or a score is so coarse that it fits every
number of people that the shown one stands for. What figures say together is checked in `tables`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.counting.figures import Count, Figure, Mean, Median, Score, Share
from portal.counting.periods import Period
from portal.i18n import N_, gettext, grade, number

PROTECTION_VERSION = 2
STEP = 5
ENOUGH = 10
# How long something of 1 to 4 is drawn, whatever it is.
SMALL_SIZE = 2.5
# From so many people a share is as good as exact, and a score is told by the point.
MANY = 100


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
        return self not in (TOO_FEW_ANSWERS, TOO_FEW_PEOPLE, NOT_SHOWN)


TOO_FEW_ANSWERS = Protected(N_("too few answers"))
TOO_FEW_PEOPLE = Protected(N_("too few people"))
NOT_SHOWN = Protected(N_("not shown"))
FEWER = Protected(N_("fewer than 5"), size=SMALL_SIZE)
LESS, ABOUT, LEAST = N_("less than %(share)s"), N_("about %(share)s"), N_("at least %(share)s")


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
            return _score(balance, n)
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
    return Protected("%(number)s", value, float(value), (("number", text),))


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
        return Protected("%(number)s", percents / 100, percents, (("number", f"{percents}%"),))
    if rounded(numerator) == whole:
        least = 100 * told(numerator)[0] // told(denominator)[1]
        return Protected(LEAST, size=(least + 100) / 2, numbers=(("share", f"{least}%"),))
    return Protected(ABOUT, percents / 100, percents, (("share", f"{percents}%"),))


def _score(balance: int, n: int) -> Protected:
    """In tens, or from a hundred answers by the point: then some balance gives it, whatever the number of answers."""
    coarse = 1 if rounded(n) > MANY else 10
    points = coarse * round(100 * balance / n / coarse)
    return _number(points, f"{points:+d}")


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


def may_be_exact(period: Period, earlier: Iterable[Period]) -> bool:
    """Whether headlines of a report may be exact: no earlier report of the programme told any about overlapping days.

    `earlier` are the periods of the reports, of whatever scope, in which a headline was exact. A corrected version of
    a report overlaps the one that it replaces, so its headlines are rounded.
    """
    return all(period.last_day < other.first_day or other.last_day < period.first_day for other in earlier)


NOBODY = protect(Count(0))


def by_size(rows: Sequence[tuple[str, Protected]]) -> list[tuple[str, float, str]]:
    """Rows for a picture, the longest first: what it is, how long it is drawn, what it says."""
    ordered = sorted(rows, key=lambda row: (-row[1].size, row[0]))
    return [(name, figure.size, str(figure)) for name, figure in ordered]
