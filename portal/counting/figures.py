"""Figures: counts, shares, means and the like, how they are added up, and what must always hold between them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people or events."""

    value: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, as a fraction; None of nothing."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Score(Share):
    """Who recommends less who does not, as a fraction of all who answered: from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of so many grades."""

    total: int
    n: int

    @property
    def value(self) -> float | None:
        return self.total / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of so many waiting times, in hours or days; they come in their order."""

    times: tuple[float, ...]

    @property
    def n(self) -> int:
        return len(self.times)

    @property
    def value(self) -> float | None:
        """They are in their order already, so nothing has to be sorted for it."""
        if not self.times:
            return None
        middle = self.n // 2
        return self.times[middle] if self.n % 2 else (self.times[middle - 1] + self.times[middle]) / 2


@dataclass(frozen=True, slots=True)
class NineInTen(Median):
    """The shortest of these times within which it was done for at least nine in ten people."""

    @property
    def value(self) -> float | None:
        return self.times[-(-9 * len(self.times) // 10) - 1] if self.times else None


Figure = Count | Share | Mean | Median


def number_of(figure: Figure | None) -> int:
    """The number of a count; nothing of what is none, or not there."""
    return figure.value if isinstance(figure, Count) else 0


@dataclass
class Tally:
    """Sums over facts, by counter id; of groups that exclude each other they can be added up."""

    numerators: Counter[str] = field(default_factory=Counter)
    denominators: Counter[str] = field(default_factory=Counter)
    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, other: "Tally") -> None:
        self.numerators.update(other.numerators)
        self.denominators.update(other.denominators)
        for id, times in other.times.items():
            self.times[id] += times

    def put_in_order(self) -> None:
        """Sort the times now, so that whoever needs them in their order later is quick."""
        for times in self.times.values():
            times.sort()


# -- what always holds

SUMS: Mapping[str, tuple[str, ...]] = {
    "T01": ("T03", "T04"),
    "T04": ("T04a", "T04b", "T04c", "T04d", "T04e", "T04f"),
    "T05": ("T06", "T07"),
    "T09": ("T10", "T09.blocked", "T11"),
    "I01": ("I02", "I04", "I06"),
}
AT_MOST = (
    ("T01", "T01b"),
    ("T02", "T01"),
    ("T06", "T04"),
    ("T07", "T03"),
    ("T05", "T08"),
    ("T05", "T08b"),
    ("T12", "T09"),
    ("T13", "T11"),
    ("F02", "F01"),
    ("F03", "F02"),
    ("F04", "F03"),
    ("F05", "F04"),
)
SUMS_OF_PARTS = ("T15", "I06", "A01", "A02", "A03", "A04", "F06")


def broken_identities(figures: Mapping[str, Figure]) -> list[str]:
    """Which of the identities do not hold, such as 'T01 = T03 + T04'; those about figures that are not there do."""
    values = {id: figure.value for id, figure in figures.items() if isinstance(figure, Count)}
    sums = {**SUMS, **{id: tuple(i for i in values if i.startswith(f"{id}.")) for id in SUMS_OF_PARTS}}
    broken = [
        f"{whole} = {' + '.join(parts)}"
        for whole, parts in sums.items()
        if whole in values and {*parts} <= {*values} and values[whole] != sum(values[part] for part in parts)
    ]
    at_most = [pair for pair in AT_MOST if {*pair} <= {*values}]
    return broken + [f"{less} <= {more}" for less, more in at_most if values[less] > values[more]]


def broken_totals(whole: Mapping[str, Figure], groups: Iterable[Mapping[str, Figure]]) -> list[str]:
    """Which counts do not add up over groups that exclude each other, with both numbers as they are: for staff."""
    return [f"{id}: {value} = {sum_}" for id, (value, sum_) in unequal_totals(whole, groups).items()]


def unequal_totals(
    whole: Mapping[str, Figure], groups: Iterable[Mapping[str, Figure]]
) -> Mapping[str, tuple[int, int]]:
    """The counts that do not add up over groups that exclude each other: the number of the whole, and their sum."""
    sums: Counter[str] = Counter()
    for group in groups:
        sums.update({id: figure.value for id, figure in group.items() if isinstance(figure, Count)})
    return {
        id: (figure.value, sums[id])
        for id, figure in whole.items()
        if isinstance(figure, Count) and id in sums and figure.value != sums[id]
    }
