"""What others can work out from figures that leave together: by linear programming, over all of them at once.

This is the last word on a report before it is locked, and on which of its numbers may stand there exactly. It takes a
solver that takes memory, so it belongs in the worker: nothing of it is loaded before it is used.

For a report: make a `Publication` of all its tables, `settle` it, ask `exact_headlines`, and write down what it
shows. For example:

    publication = Publication()
    publication.add(counting.count(scope))
    publication.split({f"region:{code}": figures for code, figures in counting.count_by(scope, By.REGION).items()})
    linear.settle(publication)
    publication.exact = linear.exact_headlines(publication, ["T01", "T03"])
    publication.shown("T01"), publication.shown("T05", "region:RA0205")
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from portal.disclosure.bands import WIDTH
from portal.disclosure.rules import STEP
from portal.disclosure.tables import WHOLE, Cell, Publication

if TYPE_CHECKING:
    from highspy import ObjSense

# As close as the solver comes to a whole number.
NEARLY = 1e-6
Terms = Mapping[Cell, float]


def settle(publication: Publication) -> None:
    """Hide what lets a number of 1 to 4 be narrowed down to less than a width of three, whoever adds and subtracts."""
    publication.withhold(narrowed)


def narrowed(publication: Publication) -> set[Cell]:
    """The numbers of 1 to 4 of which all figures together say too much."""
    return {cell for (cell,), width in _widths(publication, ((cell,) for cell in publication.small())) if width < WIDTH}


def exact_headlines(publication: Publication, headlines: Iterable[str | Cell]) -> set[Cell]:
    """Which of these numbers may be told exactly, taken one after another in this order; the others are rounded.

    A headline is an id such as 'T01', or (table, id). It may be exact if all figures together then still leave every
    number of 1 to 4, and every difference of 1 to 4 between two numbers of which one is at most the other, a width of
    at least three. (A difference that was narrower before does not forbid anything, but may not become narrower.)
    Settle the publication first. It is not changed; whether the period allows exact numbers is for `may_be_exact`.
    """
    tried = Publication(**vars(publication))
    before = dict(_differences(tried))
    for headline in headlines:
        cell = (WHOLE, headline) if isinstance(headline, str) else headline
        if cell in publication.hidden:
            continue
        tried.exact = {*tried.exact, cell}
        narrower = any(width < min(WIDTH, before[pair]) - NEARLY for pair, width in _differences(tried))
        if narrower or narrowed(tried):
            tried.exact = tried.exact - {cell}
    return set(tried.exact)


def implied(publication: Publication, terms: Terms) -> tuple[float, float]:
    """The least and the most that this sum of numbers, each times its factor, can be for those who see the figures."""
    return _Program(publication).least_and_most(terms)


def _differences(publication: Publication) -> Iterator[tuple[tuple[Cell, ...], float]]:
    values = publication.values
    pairs = [(more, less) for less, more in publication.at_most if 0 < values[more] - values[less] < STEP]
    return _widths(publication, pairs)


def _widths(publication: Publication, wanted: Iterable[tuple[Cell, ...]]) -> Iterator[tuple[tuple[Cell, ...], float]]:
    """How far apart the least and the most are of a number, or of the difference of two."""
    program = _Program(publication)
    for cells in wanted:
        least, most = program.least_and_most(dict(zip(cells, (1.0, -1.0), strict=False)))
        yield cells, most - least + NEARLY


class _Program:
    """All numbers within what is told of each, tied by their relations."""

    def __init__(self, publication: Publication) -> None:
        # Only who asks pays for the solver and for numpy.
        import highspy

        self.places = {cell: place for place, cell in enumerate(publication.values)}
        self.highs = highspy.Highs()
        self.highs.silent()
        self.statuses = highspy.HighsModelStatus
        self.senses = highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize
        for low, high in publication.bounds().values():
            self.highs.addVar(low, high)
        for sum_ in [*publication.sums, *publication.laws]:
            self._add({sum_.whole: -1.0} | dict.fromkeys(sum_.parts, 1.0), 0.0)
        for less, more in publication.at_most:
            self._add({less: 1.0, more: -1.0}, float("-inf"))
        for one in publication.averages:
            for weights in one.scale.weights(one.span):
                self._add(dict(zip(one.bands, (-weight for weight in weights), strict=True)), float("-inf"))

    def least_and_most(self, terms: Terms) -> tuple[float, float]:
        """Of a sum of numbers, each times its factor. Raises ValueError when what is told contradicts itself."""
        for cell, factor in terms.items():
            self.highs.changeColCost(self.places[cell], factor)
        least, most = map(self._end, self.senses)
        for cell in terms:
            self.highs.changeColCost(self.places[cell], 0.0)
        return least, most

    def _add(self, terms: Terms, low: float) -> None:
        """A relation: this sum is at least `low` and at most nothing."""
        places = [self.places[cell] for cell in terms]
        self.highs.addRow(low, 0.0, len(places), places, list(terms.values()))

    def _end(self, sense: "ObjSense") -> float:
        self.highs.changeObjectiveSense(sense)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == self.statuses.kOptimal:
            return float(self.highs.getInfo().objective_function_value)
        if status in (self.statuses.kUnbounded, self.statuses.kUnboundedOrInfeasible):
            return float("inf")
        raise ValueError(f"These figures contradict each other: {self.highs.modelStatusToString(status)}")
