"""Which region and employer organisation a postcode belongs to, and how they were called on a day.

All of it is public knowledge, so nobody has to say who asks.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache

import peewee

from portal.regions.models import EmployerOrg, Place, PostcodeRange, Region, RegionEmployer, RegionName
from portal.regions.rules import DIVISIONS, Point, bare_name, dots_of


@dataclass(frozen=True)
class NamedRegion:
    """A region as it was on one day."""

    code: str
    name: str
    employer_slug: str
    employer_name: str

    @property
    def bare_name(self) -> str:
        """For a sentence that says 'region' itself."""
        return bare_name(self.name)


def region_of_postcode(pc4: int) -> Region | None:
    """None for the postcodes that lie in no region: then people say it themselves."""
    return (
        Region.select()
        .join(PostcodeRange)
        .where(PostcodeRange.pc4_from <= pc4, PostcodeRange.pc4_to >= pc4)
        .order_by(PostcodeRange.pc4_from.desc())
        .first()
    )


def region_by_postcode() -> dict[int, str]:
    """The code of the region of every postcode that lies in one, as `region_of_postcode` says it. One query."""
    ranges = PostcodeRange.select(PostcodeRange.pc4_from, PostcodeRange.pc4_to, PostcodeRange.region).order_by(
        PostcodeRange.pc4_from
    )
    return {pc4: code for first, last, code in ranges.tuples().execute() for pc4 in range(first, last + 1)}


def place_of(pc4: int) -> Place | None:
    return Place.get_or_none(Place.pc4 == pc4)


@cache
def points() -> dict[int, Point]:
    """Where every postcode that has a place lies on the map. One query, once: what was published does not move."""
    places = Place.select(Place.pc4, Place.latitude, Place.longitude)
    return {pc4: Point(latitude, longitude) for pc4, latitude, longitude in places.tuples().execute()}


@cache
def dots() -> dict[str, list[tuple[int, int]]]:
    """The country as a map of dots, by the code of the region. Two queries, once."""
    ranges = sorted(PostcodeRange.select(PostcodeRange.pc4_from, PostcodeRange.region).tuples().execute())
    firsts = [first for first, _ in ranges]
    places = ((pc4, point) for pc4, point in points().items() if pc4 >= firsts[0])
    return dots_of({point: ranges[bisect_right(firsts, pc4) - 1][1] for pc4, point in places})


def all_regions(on: date) -> list[NamedRegion]:
    """Every region as it was on this day, by name. One query."""
    return sorted(_named_regions(on), key=lambda region: region.name)


def region_on(code: str, on: date) -> NamedRegion | None:
    """This region as it was on this day; None when there is no such region."""
    return next(iter(_named_regions(on, Region.code == code)), None)


def region_names(on: date) -> dict[str, str]:
    """What every region was called on this day, by code. One query."""
    names = RegionName.select(RegionName.region, RegionName.name).where(_valid(RegionName, on))
    return dict(names.tuples().execute())


def employer_of(region_code: str, on: date) -> EmployerOrg | None:
    """The employer organisation that served this region on this day."""
    return (
        EmployerOrg.select()
        .join(RegionEmployer)
        .where(RegionEmployer.region == region_code, _valid(RegionEmployer, on))
        .first()
    )


def division(number: int) -> dict[str, EmployerOrg]:
    """The employer organisation of every region in the division of 14, 13 or 12 of them, by region code. One query."""
    rows = (
        RegionEmployer.select(RegionEmployer, EmployerOrg)
        .join(EmployerOrg)
        .where(_valid(RegionEmployer, DIVISIONS[number]))
        .order_by(RegionEmployer.region)
    )
    return {row.region_id: row.employer_org for row in rows}


def regions_by_employer(number: int) -> dict[str, list[str]]:
    """The codes of the regions of every employer organisation in a division, by its slug, sorted. One query."""
    found: dict[str, list[str]] = {}
    for code, employer in division(number).items():
        found.setdefault(employer.slug, []).append(code)
    return found


def regions_of_employer(slug: str, on: date) -> list[str]:
    """The codes of the regions that this employer organisation served on this day, sorted."""
    rows = (
        RegionEmployer.select(RegionEmployer.region)
        .join(EmployerOrg)
        .where(EmployerOrg.slug == slug, _valid(RegionEmployer, on))
        .order_by(RegionEmployer.region)
    )
    return [code for (code,) in rows.tuples().execute()]


def _named_regions(on: date, *conditions: peewee.Expression) -> list[NamedRegion]:
    rows = (
        Region.select(Region.code, RegionName.name, EmployerOrg.slug, EmployerOrg.name)
        .join_from(Region, RegionName)
        .join_from(Region, RegionEmployer)
        .join_from(RegionEmployer, EmployerOrg)
        .where(_valid(RegionName, on), _valid(RegionEmployer, on), *conditions)
    )
    return [NamedRegion(*row) for row in rows.tuples().execute()]


def _valid(table: type[RegionName | RegionEmployer], on: date) -> peewee.Expression:
    return (table.valid_from.is_null() | (table.valid_from <= on)) & (
        table.valid_until.is_null() | (table.valid_until > on)
    )


def postcodes_in(region_code: str) -> list[int]:
    """Every four-digit postcode with a place in this region. One query."""
    rows = (
        Place.select(Place.pc4)
        .join(PostcodeRange, on=(Place.pc4.between(PostcodeRange.pc4_from, PostcodeRange.pc4_to)))
        .where(PostcodeRange.region == region_code)
        .order_by(Place.pc4)
    )
    return [pc4 for (pc4,) in rows.tuples().execute()]
