"""Figures that leave together, and what they say together.

Each number is protected by itself; but who has several knows how they add up. A `Publication` holds all numbers of a
page or a report with these relations. What would narrow a number of 1 to 4 down to less than a width of three is not
shown: first of all the breakdown of a whole, for without it the whole says nothing about its parts.

Whether a number is narrowed down is found out by `bounds` for a page, quickly, and by `linear` for a report.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from portal.counting.figures import Count, Figure, Mean, Score, Share
from portal.disclosure.bands import NOT_DETERMINED, WIDTH, Scale
from portal.disclosure.cells import EVERYBODY, FEW, UNKNOWN, WHOLE, Average, Bounds, Cell, Reader, Sum
from portal.disclosure.relations import (
    GROWING,
    OF_PEOPLE,
    PEOPLE,
    REFUSED_BELOW_TEN,
    breakdowns,
    cells_of,
    counts_of,
    is_rest,
    laws,
    made_of,
    pairs,
    rests,
)
from portal.disclosure.rules import ENOUGH, NOT_SHOWN, STEP, Protected, protect, published, rounded, span, told


@dataclass
class Publication:
    """All numbers that leave together: `values` as they are, `exact` and `hidden` say how they are told.

    `known` are the numbers that who reads this knows exactly, by the names on their own lists; `from_ten` those that
    are there because they are ten or more. `sums` are breakdowns, which can be hidden; `laws` are sums that are known
    besides; `averages` say something about the bands of answers. `readers` are who sees or knows more than this.
    `at_desks` are numbers of which only a desk that knows the rest by name sees something: these it must not determine.
    `earlier` is what a report before this one told, of numbers that are not known here.

    `figures` are the tables by name; '' is the whole. Add tables first, then `withhold`, then ask what is `shown`.
    """

    figures: dict[str, dict[str, Figure]] = field(default_factory=dict)
    values: dict[Cell, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    laws: list[Sum] = field(default_factory=list)
    at_most: list[tuple[Cell, Cell]] = field(default_factory=list)
    averages: list[Average] = field(default_factory=list)
    exact: set[Cell] = field(default_factory=set)
    hidden: set[Cell] = field(default_factory=set)
    known: set[Cell] = field(default_factory=set)
    from_ten: set[Cell] = field(default_factory=set)
    readers: list[Reader] = field(default_factory=list)
    at_desks: set[Cell] = field(default_factory=set)
    earlier: dict[Cell, Bounds] = field(default_factory=dict)

    # -- what there is

    def add(self, figures: Mapping[str, Figure], table: str = WHOLE) -> None:
        """Figures of a table by their ids, with the identities between them."""
        self.figures.setdefault(table, {}).update(figures)
        counts = dict(counts_of(figures))
        unknown = dict(rests(counts))
        counts |= unknown
        self.values |= {(table, id): value for id, value in counts.items()}
        self.hidden |= {(table, id) for id in unknown}
        self.sums[:0] = self._true(table, breakdowns(counts), counts)
        self.laws += self._true(table, laws(), counts)
        self._order(((table, less), (table, more)) for less, more in pairs(counts))

    def break_down(self, id: str, parts: Mapping[str, int], table: str = WHOLE) -> tuple[Cell, ...]:
        """Say how those behind a figure that was added are divided; nobody is in two parts. Gives their cells.

        The figures of the parts are called 'E02.1-5' and so on.
        """
        counts = {f"{id}.{part}": Count(value) for part, value in parts.items()}
        self.add(counts, table)
        *_, whole = cells_of(id, self.figures[table][id])
        sum_ = Sum((table, whole), tuple((table, part) for part in counts))
        if self._holds(sum_):
            self.sums.append(sum_)
        return sum_.parts

    def spread(self, id: str, answers: Mapping[int, int], scale: Scale, table: str = WHOLE) -> None:
        """Say how the answers behind a figure that was added are spread over the bands of a scale, from ten answers.

        Of a share the highest band is the part.
        """
        counts = scale.counts(answers)
        if sum(counts) < ENOUGH:
            return
        bands = self.break_down(id, dict(zip(scale.names, counts, strict=True)), table)
        match self.figures[table][id]:
            case Mean() | Score() as figure:
                whole = (table, cells_of(id, figure)[-1])
                self.averages.append(Average(whole, bands, scale, span(figure)))
            case Share():
                law = Sum((table, f"{id}.numerator"), bands[-1:])
                self.laws += filter(self._holds, [law])

    def split(self, groups: Mapping[str, Mapping[str, Figure]], table: str = WHOLE) -> None:
        """Tables whose counts add up to those of a table that was added: regions, or the months of a year."""
        for name, figures in groups.items():
            self.add(figures, name)
        self.tie(groups, table)

    def tie(self, names: Iterable[str], table: str, but: Collection[str] = ()) -> None:
        """Say that tables that were added add up to another, `but` for these ids: the regions of an organisation."""
        names = list(names)
        for id in reversed([id for of, id in self.values if of == table and id not in but]):
            sum_ = Sum((table, id), tuple((name, id) for name in names))
            if names and self.values.keys() >= {*sum_.parts} and self._holds(sum_):
                self.sums.append(sum_)

    def overlap(self, groups: Mapping[str, Mapping[str, Figure]], table: str = WHOLE) -> None:
        """Tables of people of whom one may be in several, such as themes: each count is at most that of the table."""
        for name, figures in groups.items():
            self.add(figures, name)
            self.within(name, table)

    def within(self, name: str, table: str) -> None:
        """Say that everybody in a table is in another one too: a region and the country."""
        self._order(((name, id), (table, id)) for of, id in [*self.values] if of == name)

    def equal(self, pairs: Iterable[tuple[Cell, Cell]]) -> None:
        """Say of which numbers in two tables it is known that they are the same: those that are."""
        self.laws += [
            Sum(one, (other,)) for one, other in pairs if other in self.values and self._holds(Sum(one, (other,)))
        ]

    def after(self, earlier: Mapping[Cell, Bounds], name: str) -> "Publication":
        """This beside an earlier report, by its name, that told so much of the numbers that are here too.

        They hung together then as they do now, and of what only grows there were at most as many.
        """
        cells = {cell: (f"{name} {cell[0]}", cell[1]) for cell in earlier if cell in self.values}
        sums = [sum_ for sum_ in (*self.sums, *self.laws) if cells.keys() >= {sum_.whole, *sum_.parts}]
        grown = [(cells[now], now) for now in cells if now[1] in GROWING and earlier[now][0] <= self.values[now]]
        return replace(
            self,
            values=self.values | {then: int(earlier[cell][0]) for cell, then in cells.items()},
            laws=[*self.laws, *(Sum(cells[one.whole], tuple(cells[part] for part in one.parts)) for one in sums)],
            at_most=[*self.at_most, *((cells[a], cells[b]) for a, b in self.at_most if {a, b} <= cells.keys()), *grown],
            earlier=self.earlier | {then: earlier[cell] for cell, then in cells.items()},
        )

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
        known = ((less, more) for less, more in pairs if more in self.values and not is_rest(less[1]))
        self.at_most += [(less, more) for less, more in known if self.values[less] <= self.values[more]]

    # -- what is told

    def has(self, id: str, table: str = WHOLE) -> bool:
        """Whether there is a figure with this id at all."""
        return id in self.figures[table]

    def shown(self, id: str, table: str = WHOLE) -> Protected:
        """The figure as it may be seen; one that is not there counts as nobody."""
        figure = self.figures[table].get(id, Count(0))
        if any((table, name) in self.hidden for name in cells_of(id, figure)):
            return NOT_SHOWN
        return protect(figure)

    def published(self, id: str, table: str = WHOLE) -> dict[str, object]:
        """The same for an export, with the counts behind it; words where there is no number."""
        shown = self.shown(id, table)
        if shown == NOT_SHOWN:
            return dict.fromkeys(published(self.figures[table][id]), str(shown))
        return published(self.figures[table][id])

    def bounds(self, reader: Reader = EVERYBODY) -> dict[Cell, Bounds]:
        """The least and the most that each number says by itself to this reader."""
        hidden = self.hidden.difference(reader.sees)
        told = {cell: value for cell, value in self.values.items() if cell not in self.earlier}
        bounds = {c: UNKNOWN if c in hidden else self._told(c, value) for c, value in told.items()}
        return bounds | self._by_name(reader) | self.earlier

    def bounds_anyway(self, reader: Reader = EVERYBODY) -> dict[Cell, Bounds]:
        """The same before anything is told here: what this reader knows by name, and what was told earlier."""
        return dict.fromkeys(self.values, UNKNOWN) | self._by_name(reader) | self.earlier

    def _by_name(self, reader: Reader) -> dict[Cell, Bounds]:
        known = self.known.union(reader.knows).intersection(self.values)
        return {cell: (self.values[cell], self.values[cell]) for cell in known}

    def small(self) -> list[Cell]:
        """The numbers that nobody may learn: 1 to 4; of earlier ones those of which only that was told."""
        small = {cell for cell, value in self.values.items() if 0 < value < STEP and not is_rest(cell[1])} - self.known
        return [c for c in self.values if c in small and self.earlier.get(c, FEW) == FEW]

    def wide_enough(self, cell: Cell) -> float:
        """How far apart the least and the most of a number must be. Beside earlier versions, and of what only a desk
        sees: so far that it is not determined."""
        return NOT_DETERMINED if self.earlier or cell in self.at_desks else WIDTH

    def no_secret_to(self, reader: Reader) -> set[Cell]:
        """What this reader knows by name, and what that is a part of: of such a whole the other parts are secret."""
        return {sum_.whole for sum_ in self.sums if not reader.knows.isdisjoint(sum_.parts)} | reader.knows

    def withhold(self, narrowed: "Callable[[Publication], set[Cell]]") -> None:
        """Hide breakdowns until no number of 1 to 4 is narrowed down by the others. Groups of too few people first.

        `narrowed` says which are: `bounds.suspect` for a page, for a report `linear`: what one reader finds.
        """
        self._hide(self._about_too_few())
        while (narrow := narrowed(self)) and (telling := self._telling(narrow)):
            self._hide(telling)

    def _hide(self, cells: Iterable[Cell]) -> None:
        """Hide these, and all that they are broken down into."""
        new = set(cells) - self.hidden
        while new:
            self.hidden |= new
            new = {part for sum_ in self.sums if sum_.whole in new for part in sum_.parts} - self.hidden

    def _telling(self, narrow: set[Cell]) -> set[Cell]:
        """What to hide next, from the least that says something about these numbers to all there is."""
        near = {cell for pair in self.at_most if not narrow.isdisjoint(pair) for cell in pair}
        touching = [sum_ for sum_ in self.sums if not narrow.isdisjoint((sum_.whole, *sum_.parts))]
        # Who knows a part of it by name finds the other one: then it is in vain to hide the parts.
        known = frozenset().union(*(reader.knows for reader in self.readers))
        apart = [
            sum_.whole for sum_ in touching if sum_.whole[0] != WHOLE and not known.isdisjoint({*sum_.parts} - narrow)
        ]
        # What cannot be broken down here says too much to who sees most of it elsewhere: of a group it is not told, of
        # all not what stands beside it.
        wholes = {sum_.whole for sum_ in touching}
        above = [sum_.parts for sum_ in self.sums if not wholes.isdisjoint(sum_.parts)]
        groups = (parts for parts in above if parts[0][0] != WHOLE)
        beside = (wholes.symmetric_difference(parts).intersection(parts) for parts in above)
        # Laws say something whatever is hidden: then nothing is told of the groups themselves.
        tables = {table for table, _ in narrow} - {WHOLE}
        alone = [cell for cell in self.values if cell[0] in tables]
        choices = chain(
            ([whole] for whole in apart),
            (sum_.parts for sum_ in touching),
            groups,
            beside,
            above,
            (narrow, near, alone),
            ([*self.values],),
        )
        return next(({*cells} for cells in choices if not self.hidden.issuperset(cells)), set())

    def _told(self, cell: Cell, value: int) -> Bounds:
        if cell in self.exact:
            return value, value
        table, id = cell
        low, high = told(value)
        if id in REFUSED_BELOW_TEN or cell in self.from_ten or any(made_of(id, self.figures[table])):
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
