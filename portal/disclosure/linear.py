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

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import accumulate
from math import ceil, floor
from typing import TYPE_CHECKING

from portal.disclosure.bands import NOT_DETERMINED, WIDTH
from portal.disclosure.cells import EVERYBODY, WHOLE, Bounds, Cell, Reader
from portal.disclosure.rules import STEP
from portal.disclosure.tables import Publication

if TYPE_CHECKING:
    from highspy import ObjSense

STANDARD_OUTPUT, STANDARD_ERROR = 1, 2
# As close as the solver comes to a whole number.
NEARLY = 1e-6
# No number of people or talks is as large, so that every question has an answer.
NO_END = 1e6
Terms = Mapping[Cell, float]


def settle(publication: Publication) -> None:
    """Hide what lets a number of 1 to 4 be narrowed down to less than a width of three, whoever adds and subtracts."""
    publication.withhold(lambda settling: next(_narrowed(_Program(settling), settling), set()))


def narrowed(publication: Publication) -> set[Cell]:
    """The numbers of 1 to 4 of which all figures together say too much, to everybody or to one of the readers."""
    return set().union(*_narrowed(_Program(publication), publication))


def exact_headlines(publication: Publication, headlines: Iterable[str | Cell]) -> set[Cell]:
    """Which of these numbers may be told exactly, taken one after another in this order; the others are rounded.

    A headline is an id such as 'T01', or (table, id). It may be exact if all figures together then still leave every
    number of 1 to 4, and every difference of 1 to 4 between two numbers of which one is at most the other, a width of
    at least three. (A difference that was narrower before does not forbid anything, but may not become narrower.)
    Settle the publication first. It is not changed; that periods never overlap is for who makes reports.
    """
    program, cells = _Program(publication), [(WHOLE, one) if isinstance(one, str) else one for one in headlines]
    wanted = [cell for cell in cells if cell not in publication.hidden]
    # Of most headlines who knows people by name learns nothing more: then it is enough to ask them about all at once.
    without_names = [reader for reader in publication.readers if not reader.knows]
    tried = replace(publication, exact=_exact_for(program, replace(publication, readers=without_names), wanted))
    if not next(_narrowed(program, tried), None):
        return tried.exact
    return _exact_for(program, publication, wanted)


def _exact_for(program: "_Program", publication: Publication, headlines: Iterable[Cell]) -> set[Cell]:
    """Which of these may be exact for the readers of this publication."""
    tried = replace(publication)
    before = dict(_differences(program, tried))
    for cell in headlines:
        tried.exact = {*tried.exact, cell}
        narrower = any(width < min(WIDTH, before[pair]) - NEARLY for pair, width in _differences(program, tried))
        if narrower or next(_narrowed(program, tried), None):
            tried.exact = tried.exact - {cell}
    return tried.exact


def beside(publication: Publication, earlier: Iterable[Mapping[Cell, Bounds]]) -> Publication:
    """This beside all earlier versions that can still be true, whoever reads them: what one told need not be."""
    for number, told in enumerate(earlier):
        both = publication.after(told, f"version {number}")
        publication = both if _agrees(both) else publication
    return publication


def _agrees(publication: Publication) -> bool:
    program = _Program(publication)
    program.tell(publication.bounds(Reader.together(publication.readers)))
    try:
        program.least_and_most({})
    except ValueError:
        return False
    return True


def implied(publication: Publication, terms: Terms) -> tuple[float, float]:
    """The least and the most that this sum of numbers, each times its factor, can be for those who see the figures."""
    return _Program(publication).least_and_most(terms)


def _narrowed(program: "_Program", publication: Publication) -> Iterator[set[Cell]]:
    """What each of the readers finds, which includes what everybody does; of those who find anything."""
    readers = {
        (reader.sees & publication.hidden, reader.knows): reader for reader in publication.readers or [EVERYBODY]
    }
    return _found(program, publication, publication.small(), [*readers.values()])


def _found(
    program: "_Program", publication: Publication, cells: Sequence[Cell], readers: Sequence[Reader]
) -> Iterator[set[Cell]]:
    """Who has more finds no less: what readers do not find together needs not be asked for each of them. Only of what
    is no secret to one of them that says nothing about the others."""
    together = Reader.together(readers)
    own = publication.no_secret_to(together)
    asked = [cell for cell in cells if cell not in own]
    narrow = _narrow(program, publication, publication.bounds(together), asked)
    if len(readers) == 1:
        if news := _news(program, publication, narrow, together):
            yield news
    elif found := [cell for cell in cells if cell in narrow or cell in own]:
        half = len(readers) // 2
        yield from _found(program, publication, found, readers[:half])
        yield from _found(program, publication, found, readers[half:])


def _news(program: "_Program", publication: Publication, narrow: Mapping[Cell, float], reader: Reader) -> set[Cell]:
    """Of these, with how far they are narrowed down, the ones of which the reader knew less before."""
    knew = reader.knows or publication.known or publication.earlier
    before = _narrow(program, publication, publication.bounds_anyway(reader), [*narrow]) if knew else {}
    return {cell for cell, width in narrow.items() if cell not in before or width < before[cell] - NEARLY}


def _narrow(
    program: "_Program", publication: Publication, bounds: Mapping[Cell, Bounds], cells: Sequence[Cell]
) -> dict[Cell, float]:
    """Which of these are narrowed down by who knows this much of all numbers, and how far."""
    program.tell(bounds)
    enough = [publication.wide_enough(cell) for cell in cells]
    told = zip(cells, program.widths([{cell: 1.0} for cell in cells], enough), enough, strict=True)
    return {cell: width for cell, width, wide in told if width < wide}


def _differences(program: "_Program", publication: Publication) -> Iterator[tuple[tuple[Cell, Cell], float]]:
    """How far apart the least and the most are of every difference of 1 to 4: as far as it is asked."""
    values = publication.values
    told = [pair for pair in publication.at_most if publication.at_desks.isdisjoint(pair)]
    pairs = [(more, less) for less, more in told if 0 < values[more] - values[less] < STEP]
    program.tell(publication.bounds())
    widths = program.widths([{more: 1.0, less: -1.0} for more, less in pairs], [WIDTH] * len(pairs))
    return zip(pairs, widths, strict=True)


@contextmanager
def _standard_output_left_alone() -> Iterator[None]:
    """The solver greets before it can be told to be silent. What programs read from a command must not hold that."""
    sys.stdout.flush()
    own = os.dup(STANDARD_OUTPUT)
    os.dup2(STANDARD_ERROR, STANDARD_OUTPUT)
    try:
        yield
    finally:
        os.dup2(own, STANDARD_OUTPUT)
        os.close(own)


class _Program:
    """All numbers, tied by their relations, each within what is told of it: what `tell` said last."""

    def __init__(self, publication: Publication) -> None:
        # Only who asks pays for the solver and for numpy.
        import highspy

        self.places = {cell: place for place, cell in enumerate(publication.values)}
        with _standard_output_left_alone():
            self.highs = highspy.Highs()
        self.highs.silent()
        self.statuses = highspy.HighsModelStatus
        self.senses = highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize
        self.highs.addVars(len(self.places), [0.0] * len(self.places), [NO_END] * len(self.places))
        self._tie(list(_relations(publication)))
        self.tell(publication.bounds())

    def _tie(self, relations: Sequence[tuple[Terms, float]]) -> None:
        """Each sum is at least the number beside it, and at most nothing."""
        starts = [0, *accumulate(len(terms) for terms, _ in relations)]
        places = [self.places[cell] for terms, _ in relations for cell in terms]
        factors = [factor for terms, _ in relations for factor in terms.values()]
        lows, highs = [low for _, low in relations], [0.0] * len(relations)
        self.highs.addRows(len(relations), lows, highs, len(places), starts[:-1], places, factors)

    def tell(self, bounds: Mapping[Cell, Bounds]) -> None:
        """From now on each number is within these; the solver goes on from where it was."""
        places = [self.places[cell] for cell in bounds]
        lows, highs = [low for low, _ in bounds.values()], [min(high, NO_END) for _, high in bounds.values()]
        self.highs.changeColsBounds(len(places), places, lows, highs)

    def widths(self, wanted: Sequence[Terms], enough: Sequence[float]) -> list[float]:
        """How far apart the least and the most are of each of these; from what is enough on, that it is so much.

        Most of it shows in a few solutions, in which as many as possible are large, or small. When these show no more,
        the next one is asked alone.
        """
        least, most = [float("inf")] * len(wanted), [float("-inf")] * len(wanted)
        still_open, alone = [*range(len(wanted))], False
        while still_open:
            asked = still_open[:1] if alone else still_open
            for solution in self._ends(wanted[place] for place in asked):
                values = [self._worth(terms, solution) for terms in wanted]
                least, most = list(map(min, least, values)), list(map(max, most, values))
            apart = list(map(_apart, least, most, enough))
            known = {place for place in still_open if apart[place] >= enough[place]}
            still_open = [place for place in still_open if place not in known.union(asked if alone else ())]
            alone = len(known) <= 1
        return list(map(_apart, least, most, enough))

    def least_and_most(self, terms: Terms) -> tuple[float, float]:
        """Of a sum of numbers, each times its factor. Raises ValueError when what is told contradicts itself."""
        least, most = (self._worth(terms, solution) for solution in self._ends([terms]))
        return least, most

    def _worth(self, terms: Terms, solution: Sequence[float]) -> float:
        return sum(factor * solution[self.places[cell]] for cell, factor in terms.items())

    def _ends(self, wanted: Iterable[Terms]) -> list[Sequence[float]]:
        """All numbers in their places, where these together are least and where they are most."""
        together: dict[Cell, float] = {}
        for terms in wanted:
            together |= {cell: together.get(cell, 0.0) + factor for cell, factor in terms.items()}
        for cell, factor in together.items():
            self.highs.changeColCost(self.places[cell], factor)
        solutions = [self._solution(sense) for sense in self.senses]
        for cell in together:
            self.highs.changeColCost(self.places[cell], 0.0)
        return solutions

    def _solution(self, sense: "ObjSense") -> Sequence[float]:
        self.highs.changeObjectiveSense(sense)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status != self.statuses.kOptimal:
            raise ValueError(f"These figures contradict each other: {self.highs.modelStatusToString(status)}")
        return list(self.highs.getSolution().col_value)


def _apart(least: float, most: float, enough: float) -> float:
    """How far apart these are. Where it is enough that a number is not determined, how far the whole numbers between
    them: people come whole."""
    return floor(most + NEARLY) - ceil(least - NEARLY) if enough == NOT_DETERMINED else most - least + NEARLY


def _relations(publication: Publication) -> Iterator[tuple[Terms, float]]:
    """Sums of numbers, each times its factor, that are at most nothing, and at least the number beside them."""
    for sum_ in [*publication.sums, *publication.laws]:
        yield {sum_.whole: -1.0} | dict.fromkeys(sum_.parts, 1.0), 0.0
    for less, more in publication.at_most:
        yield {less: 1.0, more: -1.0}, float("-inf")
    for one in publication.averages:
        for weights in one.scale.weights(one.span):
            yield dict(zip(one.bands, (-weight for weight in weights), strict=True)), float("-inf")
