"""Figures that leave together, and what they say together.

Each number is protected by itself; but who has several knows how they add up. A `Publication` holds all numbers of a
page or a report with these relations. What would narrow a number of 1 to 4 down to less than a width of three is not
shown: first of all the breakdown of a whole, for without it the whole says nothing about its parts.

Whether a number is narrowed down is found out by `bounds` for a page, quickly, and by `linear` for a report.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from portal.counting.figures import AT_MOST, SUMS, SUMS_OF_PARTS, Count, Figure
from portal.disclosure.rules import ENOUGH, NOT_SHOWN, STEP, Protected, counts_behind, protect, published, rounded, told

# So far apart must the least and the most be that a number of 1 to 4 can have been.
WIDTH = 3
WHOLE = ""
# Counts that a share has in common with other figures.
ALIASES = {"I03.numerator": "I02", "I03.denominator": "I01"}
# What is known besides the identities that every count is checked by.
REST = "rest"
LAWS = {
    "T01b": ("I01",),
    "T16.denominator": ("T16.numerator", "A01", "A02", "A03", "A04"),
    # Who was handed over for trauma care is supported, or among T04a.
    "T01": ("T05", "T04b", "T04c", "T04d", "T04e", "T04f", REST),
}
MORE_AT_MOST = (
    ("T03", "T01"),
    ("T05", "T01"),
    ("T08b", "T01"),
    ("T03", "I02"),
    ("T06", "T04a"),
    ("T04e", "T02"),
    ("T11.paused", "T11"),
    ("I05.numerator", "I02"),
    ("I05.denominator", "I01"),
)
# What is told of somebody who signed up: in a group in which too few did, only that.
OF_PEOPLE = ("T", "I")
PEOPLE = "T01"

Bounds = tuple[float, float]
UNKNOWN: Bounds = 0.0, float("inf")
Cell = tuple[str, str]
"""The table, such as '' or 'region:RA0205', and the id of the number in it."""


@dataclass(frozen=True)
class Sum:
    """A number that is the sum of others. Later ones matter more: their parts are hidden last."""

    whole: Cell
    parts: tuple[Cell, ...]


@dataclass
class Publication:
    """All numbers that leave together: `values` as they are, `exact` and `hidden` say how they are told.

    `sums` are breakdowns, which can be hidden; `laws` are sums that are known besides.

    `figures` are the tables by name; '' is the whole. Add tables first, then `withhold`, then ask what is `shown`.
    """

    figures: dict[str, dict[str, Figure]] = field(default_factory=dict)
    values: dict[Cell, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    laws: list[Sum] = field(default_factory=list)
    at_most: list[tuple[Cell, Cell]] = field(default_factory=list)
    exact: set[Cell] = field(default_factory=set)
    hidden: set[Cell] = field(default_factory=set)

    # -- what there is

    def add(self, figures: Mapping[str, Figure], table: str = WHOLE) -> None:
        """A table of figures by their ids, with the identities between them."""
        self.figures[table] = dict(figures)
        counts = dict(_counts(figures))
        self.values |= {(table, id): value for id, value in counts.items()}
        if counts.keys() >= {PEOPLE, *LAWS[PEOPLE]} - {REST}:
            counts[REST] = counts[PEOPLE] - sum(counts[part] for part in LAWS[PEOPLE] if part != REST)
            self.values[table, REST] = counts[REST]
            self.hidden.add((table, REST))
        self.sums[:0] = self._true(table, _breakdowns(counts), counts)
        self.laws += self._true(table, LAWS.items(), counts)
        self._order(((table, less), (table, more)) for less, more in _pairs(counts))

    def split(self, groups: Mapping[str, Mapping[str, Figure]], table: str = WHOLE) -> None:
        """Tables whose counts add up to those of a table that was added: regions, or the months of a year."""
        for name, figures in groups.items():
            self.add(figures, name)
        self.tie(groups, table)

    def tie(self, names: Iterable[str], table: str) -> None:
        """Say that tables that were added add up to another: the regions of an employer organisation."""
        names = list(names)
        for id in reversed([id for of, id in self.values if of == table]):
            sum_ = Sum((table, id), tuple((name, id) for name in names))
            if names and self.values.keys() >= {*sum_.parts} and self._holds(sum_):
                self.sums.append(sum_)

    def overlap(self, groups: Mapping[str, Mapping[str, Figure]], table: str = WHOLE) -> None:
        """Tables of people of whom one may be in several, such as themes: each count is at most that of the table."""
        for name, figures in groups.items():
            self.add(figures, name)
            self._order(((name, id), (table, id)) for of, id in [*self.values] if of == name)

    def _true(
        self, table: str, sums: Iterable[tuple[str, tuple[str, ...]]], counts: Mapping[str, int]
    ) -> Iterator[Sum]:
        """Of these sums those that can be made of the counts of a table, and hold."""
        known = ((whole, parts) for whole, parts in sums if parts and {whole, *parts} <= counts.keys())
        made = (Sum((table, whole), tuple((table, part) for part in parts)) for whole, parts in known)
        return filter(self._holds, made)

    def _holds(self, sum_: Sum) -> bool:
        """Nobody can use a relation that is not true; that it should be is for the counting to check."""
        return self.values[sum_.whole] == sum(self.values[part] for part in sum_.parts)

    def _order(self, pairs: Iterable[tuple[Cell, Cell]]) -> None:
        known = ((less, more) for less, more in pairs if more in self.values)
        self.at_most += [(less, more) for less, more in known if self.values[less] <= self.values[more]]

    # -- what is told

    def shown(self, id: str, table: str = WHOLE) -> Protected:
        """The figure as it may be seen; one that is not there counts as nobody."""
        figure = self.figures[table].get(id, Count(0))
        if any((table, name) in self.hidden for name in _cells_of(id, figure)):
            return NOT_SHOWN
        return protect(figure)

    def published(self, id: str, table: str = WHOLE) -> dict[str, object]:
        """The same for an export, with the counts behind it; words where there is no number."""
        shown = self.shown(id, table)
        if shown == NOT_SHOWN:
            return dict.fromkeys(published(self.figures[table][id]), str(shown))
        return published(self.figures[table][id])

    def bounds(self) -> dict[Cell, Bounds]:
        """The least and the most that each number says by itself."""
        return {cell: self._told(cell, value) for cell, value in self.values.items()}

    def small(self) -> list[Cell]:
        """The numbers that nobody may learn: 1 to 4."""
        return [cell for cell, value in self.values.items() if 0 < value < STEP and cell[1] != REST]

    def withhold(self, narrowed: "Callable[[Publication], set[Cell]]") -> None:
        """Hide breakdowns until no number of 1 to 4 is narrowed down by the others. Groups of too few people first.

        `narrowed` says which are: `bounds.suspect` for a page, `linear.narrowed` for a report.
        """
        self._hide(self._about_too_few())
        while narrow := narrowed(self):
            self._hide(self._telling(narrow))

    def _hide(self, cells: Iterable[Cell]) -> None:
        """Hide these, and all that they are broken down into."""
        new = set(cells) - self.hidden
        while new:
            self.hidden |= new
            new = {part for sum_ in self.sums if sum_.whole in new for part in sum_.parts} - self.hidden

    def _telling(self, narrow: set[Cell]) -> set[Cell]:
        """What to hide next, from the least that says something about these numbers to all there is."""
        near = {cell for pair in self.at_most if not narrow.isdisjoint(pair) for cell in pair}
        touching = (sum_.parts for sum_ in self.sums if not narrow.isdisjoint((sum_.whole, *sum_.parts)))
        choices = chain(touching, (narrow, near), ([*self.values],))
        return next({*cells} for cells in choices if not self.hidden.issuperset(cells))

    def _told(self, cell: Cell, value: int) -> Bounds:
        if cell in self.hidden:
            return UNKNOWN
        if cell in self.exact:
            return value, value
        table, id = cell
        low, high = told(value)
        if any(_made_of(id, self.figures[table])):
            # A share or a mean is there from ten people: that it is, or is not, says on which side of ten they are.
            low, high = (max(low, ENOUGH), high) if value >= ENOUGH else (low, min(high, ENOUGH - 1))
        return low, high

    def _about_too_few(self) -> Iterator[Cell]:
        for table, id in self.values:
            people = self.values.get((table, PEOPLE), 0)
            if table != WHOLE and id != PEOPLE and id.startswith(OF_PEOPLE) and _are_few(people):
                yield table, id
        for sum_ in self.sums:
            if len(sum_.parts) > 1 and _are_few(self.values[sum_.whole]):
                yield from sum_.parts


def _are_few(people: int) -> bool:
    """Whether there are so few that no breakdown of them is shown; by what is told of them."""
    return 0 < rounded(people) < ENOUGH or 0 < people < STEP


def _counts(figures: Mapping[str, Figure]) -> Iterator[tuple[str, int]]:
    """Every number of people or events that is told, also those behind shares and means."""
    for id, figure in figures.items():
        if isinstance(figure, Count):
            yield id, figure.value
        for end, count in counts_behind(figure).items():
            yield _name(id, end), count.value


def _name(id: str, end: str) -> str:
    return ALIASES.get(f"{id}.{end}", f"{id}.{end}")


def _cells_of(id: str, figure: Figure) -> list[str]:
    return [id] if isinstance(figure, Count) else [_name(id, end) for end in counts_behind(figure)]


def _made_of(id: str, figures: Mapping[str, Figure]) -> Iterator[str]:
    """The figures that are shown only if this number, of all they are about, is ten or more."""
    whole, _, end = id.rpartition(".")
    if end in ("n", "denominator") and not isinstance(figures.get(whole, Count(0)), Count):
        yield whole
    yield from (name.rpartition(".")[0] for name, alias in ALIASES.items() if alias == id and "denominator" in name)


def _breakdowns(counts: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is a whole of what, the least important first."""
    for id in SUMS_OF_PARTS:
        yield id, tuple(part for part in counts if part.startswith(f"{id}."))
    yield from reversed([*SUMS.items()])


def _pairs(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """What is at most what: the identities, and of every share the part and the whole."""
    shares = ((id, f"{id.removesuffix('.numerator')}.denominator") for id in counts if id.endswith(".numerator"))
    return (pair for pair in chain(AT_MOST, MORE_AT_MOST, shares) if {*pair} <= counts.keys())
