"""Postcodes as people write them, distances, and the divisions of the country among employer organisations."""

import re
import unicodedata
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from portal.errors import DomainError
from portal.i18n import N_

EARTH_RADIUS = 6371.0088
POSTCODE = re.compile(r"(?:NL)?([1-9][0-9]{3})(?:[A-Z]{2})?")


class NotAPostcode(DomainError):
    field = "postcode"
    message = N_("Fill in 4 digits, for example 7511.")


class Point(NamedTuple):
    """A place on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float


# The number of employer organisations and the first day of that division (monitor and nulmeting, see Sources in the
# README), newest first. Of the 13 only the year is known, and of the 14 that they were there in 2018: the first of
# January is our choice.
DIVISIONS = {12: date(2022, 7, 1), 13: date(2021, 1, 1), 14: date(2018, 1, 1)}


def check_postcode(text: str) -> int:
    """The four digits of a Dutch postcode in any notation: '7511', ' 7511 AB', '7511ab', '75 11', 'NL-7511'.

    Letters are dropped: four digits are enough to know the region. Raises NotAPostcode.
    """
    bare = "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())
    found = POSTCODE.fullmatch(bare.upper())
    if found is None:
        raise NotAPostcode
    return int(found[1])


def bare_name(region: str) -> str:
    """A region's name for a sentence that says 'region' itself: 'Zwolle' for 'Regio Zwolle'."""
    return region.removeprefix("Regio ")


def division_on(day: date) -> int:
    """The number of the division that held on this day; before all that we know, the oldest."""
    return next((number for number, first_day in DIVISIONS.items() if first_day <= day), max(DIVISIONS))


def kilometres_between(one: Point, other: Point) -> float:
    """As the crow flies, by the haversine formula."""
    north, south = radians(one.latitude), radians(other.latitude)
    half_chord = (
        sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(sqrt(half_chord))
