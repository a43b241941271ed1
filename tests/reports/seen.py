"""What somebody knows who reads figures: what pages say of them, in their words, and how they hang together."""

import re
from collections.abc import Mapping
from math import ceil, floor

from portal.counting.figures import Count, Mean, Median, Score
from portal.disclosure import linear
from portal.disclosure.bands import Scale
from portal.disclosure.cells import EVERYBODY, UNKNOWN, Average, Bounds, Cell, Reader
from portal.disclosure.relations import cells_of
from portal.disclosure.rules import ENOUGH, MANY, rounded, told
from portal.disclosure.tables import Publication

# As close as the solver comes to a whole number.
NEARLY = 1e-4
FEWER, TOO_FEW = "fewer than 5", "too few"
UNTOLD = ("not shown", "not yet")


class Seen(Publication):
    """Figures of which only this is known: what pages say of them, and what they are sums of.

    Numbers of coaches whom the reader knows by name (`by_name`) are nothing to find out; `own_people` are numbers that
    follow from the lists of a desk.
    """

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[Cell, Bounds] = {}
        self.scales: dict[Cell, tuple[tuple[Cell, ...], Scale]] = {}
        self.by_name: set[Cell] = set()
        self.own_people: set[Cell] = set()

    def bounds(self, reader: Reader = EVERYBODY) -> dict[Cell, Bounds]:
        return dict.fromkeys(self.values, UNKNOWN) | self.said | self._by_name(reader)

    def small(self) -> list[Cell]:
        return [cell for cell in super().small() if cell not in self.by_name]

    def narrowed(self) -> set[Cell]:
        """The small numbers of which the pages say too much, and a list of the reader's own does not say all."""
        return linear.narrowed(self) - self.own_people

    def determined(self) -> set[Cell]:
        """The small numbers of which who knows exactly how many of their own people there are learns everything."""
        self.known = self.own_people
        ends = {cell: linear.implied(self, {cell: 1.0}) for cell in linear.narrowed(self)}
        self.known = set()
        return {cell for cell, (low, high) in ends.items() if floor(high + NEARLY) <= ceil(low - NEARLY)}

    def spread(self, id: str, answers: Mapping[int, int], scale: Scale, table: str = "") -> None:
        """That these answers fall into bands is known; the mean is not, before a page says it."""
        super().spread(id, answers, scale, table)
        if self.averages:
            self.scales[table, id] = self.averages.pop().bands, scale

    # -- told

    def hear(self, id: str, table: str, words: str) -> None:
        """A page says this of a figure: '45', 'about 60%', 'at least 8.8'."""
        figure, words = self.figures[table][id], words.strip()
        cells = [(table, name) for name in cells_of(id, figure)]
        if words.startswith(UNTOLD):
            return
        if isinstance(figure, Count):
            self.say(cells[0], meant_by(words))
        elif words.startswith(TOO_FEW):
            self.say(cells[-1], (0, ENOUGH - 1))
        else:
            self.say(cells[-1], (ENOUGH, float("inf")))
            self._hear_number(id, table, words, cells)

    def hear_exactly(self, id: str, table: str) -> None:
        """A report tells this share exactly, and so both counts it is made of."""
        for name in cells_of(id, self.figures[table][id]):
            self.say((table, name), (self.values[table, name],) * 2)

    def _hear_number(self, id: str, table: str, words: str, cells: list[Cell]) -> None:
        """Of how many people a figure is, is taken as known, as far as it is told anywhere."""
        figure, people = self.figures[table][id], self.values[cells[-1]]
        self.say(cells[-1], told(people))
        if isinstance(figure, Mean | Score):
            if (table, id) in self.scales:
                bands, scale = self.scales[table, id]
                self.averages.append(Average(cells[-1], bands, scale, average(words, figure, people)))
        elif not isinstance(figure, Median):
            self.say(cells[0], numerator(words, rounded(people)))

    def hear_refusal(self, cell: Cell, page_text: str, refusal: str) -> None:
        """A page about fewer than ten people says so; and one that does not is about ten or more."""
        self.say(cell, (0, ENOUGH - 1) if refusal in page_text else (ENOUGH, float("inf")))

    def say(self, cell: Cell, bounds: Bounds) -> None:
        low, high = self.said.get(cell, UNKNOWN)
        self.said[cell] = max(low, bounds[0]), min(high, bounds[1])
        assert self.said[cell][0] <= self.values[cell] <= self.said[cell][1], f"{cell} is told wrongly: {bounds}"


def meant_by(words: str) -> Bounds:
    """The least and the most that a count is, by the words for it; what is no multiple of five is exact."""
    if words == FEWER:
        return 1, 4
    number = int(words.replace(",", ""))
    if number % 5:
        return number, number
    return (0, 0) if number == 0 else (max(number - 2, 5), number + 2)


def numerator(words: str, whole: int) -> Bounds:
    """What a share of so many people, rounded, says of its part."""
    percents = int(re.search(r"(\d+)%", words).group(1))
    if words.startswith("less than"):
        return 1, 4
    if percents == 0:
        return 0, 0
    if words.startswith("at least"):
        return told(whole)
    fits = [part for part in range(5, whole + 1, 5) if round(100 * part / whole) == percents]
    return told(min(fits))[0], told(max(fits))[1]


def average(words: str, figure: Mean | Score, people: int) -> Bounds:
    """Between what a mean or score lies, by the words for it."""
    number = float(re.search(r"[+-]?\d+(\.\d)?", words).group())
    lowest, highest, half = (1, 10, 0.05) if isinstance(figure, Mean) else (-100, 100, 0.5)
    if isinstance(figure, Score) and rounded(people) <= MANY:
        half = 5
    low = lowest if words.startswith("at most") else number - half
    high = highest if words.startswith("at least") else number + half
    return low, high
