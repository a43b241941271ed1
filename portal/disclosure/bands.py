"""Answers on a scale, taken together in bands, and how much the mean of them may say about a band.

Grades are not shown one by one: a mean beside a count of every grade would tell who gave the lowest. They are shown in
bands, rounded like every count. And a mean or score near the end of its scale is told as "at least" or "at most", so
far from the end that three people more or less can be in each band (our choice, after the rule on small cells).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.i18n import N_

# So far apart must the least and the most be that a number of 1 to 4 can have been.
WIDTH = 3
# From so far on it is at least not known.
NOT_DETERMINED = 1
# As near as fractions come to what they stand for.
NEARLY = 1e-9


@dataclass(frozen=True)
class Band:
    """Answers from `low` up to and including `high`, taken together."""

    label: str
    low: int
    high: int

    @property
    def name(self) -> str:
        """'6-7', whatever the language."""
        return f"{self.low}-{self.high}"


@dataclass(frozen=True)
class Scale:
    """The bands of a question, the lowest first. `worth` is what an answer in each band adds to a mean or score."""

    bands: tuple[Band, ...]
    worth: tuple[tuple[int, int], ...] = ()

    @property
    def names(self) -> list[str]:
        return [band.name for band in self.bands]

    def counts(self, answers: Mapping[int, int]) -> list[int]:
        """How many people answered within each band; `answers` says how often every value was given."""
        return [sum(times for value, times in answers.items() if b.low <= value <= b.high) for b in self.bands]

    def borders(self, people: int) -> tuple[float, float]:
        """The highest that a mean of so many people may be known to be at least, and the lowest it may be at most."""
        (lowest, most_below), (least_above, highest) = self.worth[0], self.worth[-1]
        return highest - WIDTH * (highest - most_below) / people, lowest + WIDTH * (least_above - lowest) / people

    def fits(self, counts: Sequence[float], span: tuple[float, float]) -> bool:
        """Whether people so spread can have a mean within this span."""
        return all(
            sum(weight * count for weight, count in zip(weights, counts, strict=True)) >= -NEARLY
            for weights in self.weights(span)
        )

    def weights(self, span: tuple[float, float]) -> tuple[list[float], list[float]]:
        """The same as two sums over the bands, of people times these weights, that are both zero or more."""
        low, high = span
        return [most - low for _, most in self.worth], [high - least for least, _ in self.worth]


GRADE = Scale(
    (Band(N_("1 to 5"), 1, 5), Band(N_("6 and 7"), 6, 7), Band(N_("8 to 10"), 8, 10)), ((1, 5), (6, 7), (8, 10))
)
RECOMMENDATION = Scale(
    (Band(N_("0 to 6"), 0, 6), Band(N_("7 and 8"), 7, 8), Band(N_("9 and 10"), 9, 10)),
    ((-100, -100), (0, 0), (100, 100)),
)
AGREEMENT = Scale((Band(N_("Disagree"), 1, 2), Band(N_("In between"), 3, 3), Band(N_("Agree"), 4, 5)))
