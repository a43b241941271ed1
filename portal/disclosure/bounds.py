"""Bounds passed along: how a page finds out, quickly, whether its figures narrow a small number down.

What is told of each number is narrowed by every relation in turn until none narrows any more. Along chains of sums that
is all there is to find. Where relations go round in circles a solver may find more, so a page is stricter than need be:
it also hides the parts of a sum with a number of 1 to 4 in it when another number in that sum is narrowed as far.
What a mean or score says about bands that are shown is found by trying all of their numbers, which are few.
That is for one table, split by one of its numbers at most: more tables have circles everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product

from portal.counting.figures import SUMS_OF_PARTS
from portal.disclosure.bands import WIDTH
from portal.disclosure.cells import UNKNOWN, Average, Bounds, Cell, Sum
from portal.disclosure.tables import Publication

UNBOUNDED = float("inf")


def suspect(publication: Publication) -> set[Cell]:
    """The numbers of 1 to 4 that the others say something about."""
    told = publication.bounds()
    shown = [one for one in publication.averages if publication.hidden.isdisjoint(one.bands)]
    sums = [sum_ for sum_ in publication.sums if not (_is_open(sum_) and _parts_are_hidden(sum_, publication))]
    bounds = passed_on(told, [*sums, *publication.laws], publication.at_most, shown)
    small, anyway = set(publication.small()), _known_anyway(publication)
    narrow = {c for c in told if _width(bounds[c]) < min(WIDTH, _width(told[c]), _width(anyway.get(c, UNKNOWN)))}
    found = narrow & small
    for sum_ in publication.sums:
        cells = {sum_.whole, *sum_.parts}
        if len(sum_.parts) > 1 and not publication.hidden.issuperset(sum_.parts) and cells & narrow:
            found |= cells & small
    return found


def _known_anyway(publication: Publication) -> Mapping[Cell, Bounds]:
    """What follows of each number from those that the reader knows by name, before the page tells anything."""
    if not publication.known:
        return {}
    sums = [sum_ for sum_ in [*publication.sums, *publication.laws] if not _is_open(sum_)]
    return passed_on(publication.bounds_anyway(), sums, publication.at_most)


def _is_open(sum_: Sum) -> bool:
    """Whether only parts in which somebody is are there at all: of one that is not told nobody knows that it is."""
    return sum_.whole[1] in SUMS_OF_PARTS


def _parts_are_hidden(sum_: Sum, publication: Publication) -> bool:
    return publication.hidden.union(publication.known).issuperset(sum_.parts)


def _width(bounds: Bounds) -> float:
    return bounds[1] - bounds[0]


def passed_on(
    bounds: Mapping[Cell, Bounds],
    sums: Sequence[Sum],
    at_most: Sequence[tuple[Cell, Cell]],
    averages: Sequence[Average] = (),
) -> dict[Cell, Bounds]:
    """These bounds, narrowed by every relation until none narrows any more. All numbers are whole, so that ends."""
    narrowed = dict(bounds)
    changed = True
    while changed:
        changed = False
        for cell, low, high in chain(
            _by_sums(narrowed, sums), _by_order(narrowed, at_most), _by_averages(narrowed, averages)
        ):
            known = narrowed[cell]
            better = max(known[0], low), min(known[1], high)
            if better != known:
                narrowed[cell], changed = better, True
    return narrowed


def _by_sums(bounds: Mapping[Cell, Bounds], sums: Sequence[Sum]) -> Iterator[tuple[Cell, float, float]]:
    for sum_ in sums:
        lows = sum(bounds[part][0] for part in sum_.parts)
        highs = [bounds[part][1] for part in sum_.parts]
        unknown = highs.count(UNBOUNDED)
        most = sum(high for high in highs if high != UNBOUNDED)
        yield sum_.whole, lows, UNBOUNDED if unknown else most
        low, high = bounds[sum_.whole]
        for part, own in zip(sum_.parts, highs, strict=True):
            is_unknown = own == UNBOUNDED
            others = most - (0 if is_unknown else own)
            yield part, 0 if unknown - is_unknown else low - others, high - (lows - bounds[part][0])


def _by_order(
    bounds: Mapping[Cell, Bounds], at_most: Sequence[tuple[Cell, Cell]]
) -> Iterator[tuple[Cell, float, float]]:
    for less, more in at_most:
        yield less, 0, bounds[more][1]
        yield more, bounds[less][0], UNBOUNDED


def _by_averages(bounds: Mapping[Cell, Bounds], averages: Sequence[Average]) -> Iterator[tuple[Cell, float, float]]:
    for one in averages:
        fewest, most = bounds[one.whole]
        possible = (range(int(low), int(high) + 1) for low, high in map(bounds.__getitem__, one.bands))
        fits = [
            counts
            for counts in product(*possible)
            if fewest <= sum(counts) <= most and one.scale.fits(counts, one.span)
        ]
        for band, counts in zip(one.bands, zip(*fits, strict=True), strict=True):
            yield band, min(counts), max(counts)
