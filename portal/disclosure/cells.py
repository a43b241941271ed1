"""The numbers of a publication, what ties them, what is known of them, and who has more than it tells."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.disclosure.bands import Scale
from portal.disclosure.rules import STEP

WHOLE = ""
Bounds = tuple[float, float]
UNKNOWN: Bounds = 0.0, float("inf")
FEW: Bounds = 1, STEP - 1
Cell = tuple[str, str]
"""The table, such as '' or 'region:RA0205', and the id of the number in it."""


@dataclass(frozen=True)
class Sum:
    """A number that is the sum of others. Later ones matter more: their parts are hidden last."""

    whole: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True)
class Average:
    """A mean or score that is told, with the people in the bands of its scale and between what it then lies."""

    whole: Cell
    bands: tuple[Cell, ...]
    scale: Scale
    span: Bounds


@dataclass(frozen=True)
class Reader:
    """Somebody who has more than this: `sees` are the numbers that other pages tell them, rounded as here; `knows`
    those that they know exactly, by the names on their own lists."""

    sees: frozenset[Cell] = frozenset()
    knows: frozenset[Cell] = frozenset()

    @classmethod
    def together(cls, readers: "Iterable[Reader]") -> "Reader":
        """All of them, putting everything side by side."""
        readers = list(readers)
        return cls(
            frozenset().union(*(one.sees for one in readers)), frozenset().union(*(one.knows for one in readers))
        )


EVERYBODY = Reader()


def table_of(name: str, key: str) -> str:
    """What the table of a group is called: 'region:RA0205'; of those who belong to none the key is empty."""
    return f"{name}:{key}"
