"""The map of a report: every region in dots, the darker the more people. It says no more than the bars beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.yearly.overview import Row

SHADES = 4


@dataclass(frozen=True)
class Shaded:
    """A region on the map: 0 is nobody, 4 the most; `path` draws its dots."""

    name: str
    says: str
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
            shade=_shade(row.cells[0].size, most),
            path="".join(f"M{x} {y}h0" for x, y in dots[row.key]),
        )
        for row in told
    ]


def _shade(size: float, most: float) -> int:
    return min(SHADES, 1 + int(SHADES * size / most)) if size else 0
