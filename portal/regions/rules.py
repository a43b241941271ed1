"""Postcodes as people write them, distances, and the divisions of the country among employer organisations."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import product
from math import asin, cos, hypot, radians, sin, sqrt
from typing import NamedTuple

from portal.errors import DomainError
from portal.i18n import N_

EARTH_RADIUS = 6371.0088
POSTCODE = re.compile(r"(?:NL)?([1-9][0-9]{3})(?:[A-Z]{2})?")


class NotAPostcode(DomainError):
    field = "postcode"
    message = N_("Fill in 4 digits, for example 7511.")


class BeginsWithZero(NotAPostcode):
    message = N_("A Dutch postcode does not begin with 0. Look at it again.")


class Point(NamedTuple):
    """A place on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float


# The number of employer organisations and the first day of that division (monitor and nulmeting, see Sources in the
# README), newest first. Of the 13 only the year is known, and of the 14 that they were there in 2018: the first of
# January is our choice.
DIVISIONS = {12: date(2022, 7, 1), 13: date(2021, 1, 1), 14: date(2018, 1, 1)}


# A map of dots: how far they lie apart, and how a degree becomes a length on it. North is up, and the middle of the
# country has its true proportions.
DOT = 6
NORTH_WEST = Point(53.6, 3.3)
LENGTH_OF_DEGREE = 84
MAP_SIZE = (206, 242)


def check_postcode(text: str) -> int:
    """The four digits of a Dutch postcode in any notation: '7511', ' 7511 AB', '7511ab', '75 11', 'NL-7511'.

    Letters are dropped: four digits are enough to know the region. Raises NotAPostcode, or BeginsWithZero.
    """
    bare = "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())
    found = POSTCODE.fullmatch(bare.upper())
    if found is None:
        raise BeginsWithZero if re.fullmatch(r"0[0-9]{3}(?:[A-Z]{2})?", bare.upper()) else NotAPostcode
    return int(found[1])


def bare_name(region: str) -> str:
    """A region's name for a sentence that says 'region' itself: 'Zwolle' for 'Regio Zwolle'."""
    return region.removeprefix("Regio ")


def division_on(day: date) -> int:
    """The number of the division that held on this day; before all that we know, the oldest."""
    return next((number for number, first_day in DIVISIONS.items() if first_day <= day), max(DIVISIONS))


def dots_of(places: Mapping[Point, str]) -> dict[str, list[tuple[int, int]]]:
    """A map of the country as dots, (x, y) by the code of the region: each belongs to the nearest place.

    Where no place is near there is water, or another country. Every other row is half a dot to the right.
    """
    near: dict[tuple[int, int], list[tuple[float, float, str]]] = defaultdict(list)
    for point, region in places.items():
        x, y = on_map(point)
        near[int(x // DOT), int(y // DOT)].append((x, y, region))
    found = defaultdict(list)
    for row, column in product(range(MAP_SIZE[1] // DOT + 1), range(MAP_SIZE[0] // DOT + 1)):
        dot = column * DOT + row % 2 * DOT // 2, row * DOT
        if (nearest := _nearest(dot, near)) is not None:
            found[nearest].append(dot)
    return dict(found)


def _nearest(dot: tuple[int, int], near: Mapping[tuple[int, int], list[tuple[float, float, str]]]) -> str | None:
    """The region of the nearest place, if there is one less than a dot away."""
    column, row = dot[0] // DOT, dot[1] // DOT
    around = (
        place
        for cell in product((column - 1, column, column + 1), (row - 1, row, row + 1))
        for place in near.get(cell, [])
    )
    distances = ((hypot(x - dot[0], y - dot[1]), region) for x, y, region in around)
    distance, region = min(distances, default=(DOT, ""))
    return region if distance < DOT else None


def on_map(point: Point) -> tuple[float, float]:
    """How far to the right and down a place lies on the map."""
    east, south = point.longitude - NORTH_WEST.longitude, NORTH_WEST.latitude - point.latitude
    return east * cos(radians(52.2)) * LENGTH_OF_DEGREE, south * LENGTH_OF_DEGREE


def kilometres_between(one: Point, other: Point) -> float:
    """As the crow flies, by the haversine formula."""
    north, south = radians(one.latitude), radians(other.latitude)
    half_chord = (
        sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(sqrt(half_chord))
