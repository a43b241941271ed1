"""The map of a report: every region in dots, the darker the more people. It says no more than the bars beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from portal.yearly.overview import Row

SHADES = 4


@dataclass(frozen=True)
class Shaded:
    """A region on the map: 0 is nobody, 4 the most; `path` draws its dots."""

    name: str
    says: str
    size: float
    shade: int
    path: str


def shaded(rows: Iterable[Row], dots: Mapping[str, list[tuple[int, int]]]) -> list[Shaded]:
    """The regions of a table by the size of their first figure, as it is told."""
    told = [row for row in rows if row.key in dots]
    most = max((row.cells[0].size for row in told), default=0)
    return [
        Shaded(
            name=row.name,
            says=str(row.cells[0]),
            size=row.cells[0].size,
            shade=_shade(row.cells[0].size, most),
            path="".join(f"M{x} {y}h0" for x, y in dots[row.key]),
        )
        for row in told
    ]


def legend(regions: Iterable[Shaded]) -> Iterator[tuple[int, str, str]]:
    """Every shade on the map but that of nobody, with the least and the most that is told of a region that has it."""
    by_size = sorted((region for region in regions if region.shade), key=attrgetter("size"))
    for shade, alike in groupby(by_size, key=attrgetter("shade")):
        says = [region.says for region in alike]
        yield shade, says[0], says[-1]


def _shade(size: float, most: float) -> int:
    return min(SHADES, 1 + int(SHADES * size / most)) if size else 0
