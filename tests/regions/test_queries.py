"""From a postcode to its region, its place and the employer organisation of that day, in one query each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import peewee
import pytest

from portal.db import database, transaction
from portal.regions import queries
from portal.regions.models import EmployerOrg, Place, PostcodeRange, RegionEmployer, RegionName

pytestmark = pytest.mark.usefixtures("db")

TODAY = date(2026, 3, 2)


@contextmanager
def undone() -> Iterator[None]:
    """The regions are the same for every test, so what happens in here does not stay."""
    with database.atomic() as changes:
        yield
        changes.rollback()


@pytest.mark.parametrize(
    ("pc4", "code", "name"),
    [
        (7511, "RA0205", "Twente"),
        (1011, "RA0616", "Amsterdam"),
        (6211, "RA1428", "Zuid-Limburg"),
        (2311, "RA0818", "Rijn Gouwe"),
        (1000, "RA0616", "Amsterdam"),
        (1113, "RA0616", "Amsterdam"),
        (1115, "RA0717", "Amstelland, Kennemerland en Meerlanden"),
        (9999, "RA0101", "Groningen"),
        (1382, "RA0511", "Gooi- en Vechtstreek"),
    ],
)
def test_region_of_a_postcode(pc4: int, code: str, name: str) -> None:
    region = queries.region_of_postcode(pc4)
    assert region is not None
    assert region.code == code
    assert queries.region_names(TODAY)[code] == name


@pytest.mark.parametrize("pc4", [1114, 8323, 999, 10000])
def test_a_postcode_without_a_region(pc4: int) -> None:
    assert queries.region_of_postcode(pc4) is None


def test_weesp_goes_to_amsterdam_by_a_correction_of_its_range() -> None:
    with undone():
        PostcodeRange.update(region="RA0616").where(PostcodeRange.pc4_from == 1380).execute()
        moved = queries.region_of_postcode(1382)
        assert moved is not None
        assert moved.code == "RA0616"


def test_the_region_round_leiden_was_renamed() -> None:
    assert queries.region_names(date(2020, 5, 1))["RA0818"] == "Rijnstreek"
    assert queries.region_names(date(2022, 8, 31))["RA0818"] == "Rijnstreek"
    assert queries.region_names(date(2022, 9, 1))["RA0818"] == "Rijn Gouwe"


def test_place_of_a_postcode() -> None:
    place = queries.place_of(7511)
    assert place is not None
    assert (place.name, place.province) == ("Enschede", "Overijssel")
    assert place.point == pytest.approx((52.22, 6.90), abs=0.01)


def test_a_postcode_without_a_place() -> None:
    assert queries.place_of(1000) is None


def test_points_of_postcodes_leave_out_those_without_a_place() -> None:
    points = queries.points()
    assert 7511 in points
    assert 1000 not in points
    assert points[1011] == pytest.approx((52.37, 4.90), abs=0.01)


def test_all_regions_are_sorted_by_name() -> None:
    regions = queries.all_regions(TODAY)
    assert [region.name for region in regions] == sorted(region.name for region in regions)
    assert regions[0] == queries.NamedRegion("RA0207", "Achterhoek", "wgv-zorg-en-welzijn", "WGV Zorg en Welzijn")


def test_one_region_as_it_was_on_a_day() -> None:
    then = queries.region_on("RA0818", date(2020, 5, 1))
    now = queries.region_on("RA0818", TODAY)
    assert then == queries.NamedRegion("RA0818", "Rijnstreek", "care2care", "Care2Care")
    assert now == queries.NamedRegion("RA0818", "Rijn Gouwe", "zwconnect", "ZWconnect")
    assert queries.region_on("RA9999", TODAY) is None


@pytest.mark.parametrize(
    ("region", "day", "slug"),
    [
        ("RA0205", TODAY, "wgv-zorg-en-welzijn"),
        ("RA0717", date(2022, 6, 30), "samen-voor-betere-zorg"),
        ("RA0717", date(2022, 7, 1), "sigra"),
        ("RA1020", date(2020, 12, 31), "zorgzijn-werkt"),
        ("RA1020", date(2021, 1, 1), "zwconnect"),
    ],
)
def test_employer_organisation_of_a_region_on_a_day(region: str, day: date, slug: str) -> None:
    employer = queries.employer_of(region, day)
    assert employer is not None
    assert employer.slug == slug


def test_there_is_no_employer_organisation_of_an_unknown_region() -> None:
    assert queries.employer_of("RA9999", TODAY) is None


def test_regions_of_an_employer_organisation_on_a_day() -> None:
    assert queries.regions_of_employer("sigra", date(2022, 6, 30)) == ["RA0614", "RA0615", "RA0616"]
    assert queries.regions_of_employer("sigra", date(2022, 7, 1)) == ["RA0614", "RA0615", "RA0616", "RA0717"]
    assert queries.regions_of_employer("zwconnect", date(2020, 12, 31)) == []


def test_an_unknown_division_is_refused() -> None:
    with pytest.raises(KeyError):
        queries.division(15)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: queries.region_of_postcode(7511),
        lambda: queries.place_of(7511),
        queries.points.__wrapped__,
        lambda: queries.all_regions(TODAY),
        lambda: queries.region_on("RA0205", TODAY),
        lambda: queries.region_names(TODAY),
        lambda: queries.employer_of("RA0205", TODAY),
        lambda: {code: employer.name for code, employer in queries.division(14).items()},
        lambda: queries.regions_of_employer("sigra", TODAY),
    ],
)
def test_every_question_costs_one_query(ask: Callable[[], object]) -> None:
    asked: list[object] = []
    database.query_hooks.append(asked.append)
    try:
        assert ask()
    finally:
        database.query_hooks.remove(asked.append)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (PostcodeRange, {"pc4_from": 1364, "pc4_to": 1363, "region": "RA0410"}),
        (PostcodeRange, {"pc4_from": 999, "pc4_to": 999, "region": "RA0410"}),
        (PostcodeRange, {"pc4_from": 10000, "pc4_to": 10001, "region": "RA0410"}),
        (PostcodeRange, {"pc4_from": 7500, "pc4_to": 7499, "region": "RA0205"}),
        (PostcodeRange, {"pc4_from": 1364, "pc4_to": 1364, "region": "RA9999"}),
        (PostcodeRange, {"pc4_from": 1000, "pc4_to": 1001, "region": "RA0616"}),
        (Place, {"pc4": 7511, "name": "Twee", "province": "Overijssel", "latitude": 52.2, "longitude": 6.9}),
        (Place, {"pc4": 7500, "name": "Omgedraaid", "province": "Overijssel", "latitude": 6.9, "longitude": 52.2}),
        (Place, {"pc4": 750, "name": "Kort", "province": "Overijssel", "latitude": 52.2, "longitude": 6.9}),
        (EmployerOrg, {"slug": "sigra", "name": "Sigra"}),
        (EmployerOrg, {"slug": "x", "name": "X", "valid_from": date(2022, 1, 1), "valid_until": date(2022, 1, 1)}),
        (EmployerOrg, {"slug": "x", "name": "X", "successor": 1}),
        (RegionEmployer, {"region": "RA0205", "employer_org": 1, "valid_from": date(2023, 1, 1)}),
        (RegionName, {"region": "RA0205", "name": "Tukkerland", "valid_from": date(2023, 1, 1)}),
        (RegionName, {"region": "RA0818", "name": "Leiden", "valid_from": date(2022, 9, 1), "valid_until": TODAY}),
        (RegionName, {"region": "RA0205", "name": "T" * 81, "valid_until": date(2016, 1, 1)}),
    ],
)
def test_the_database_refuses_what_cannot_be(table: type[peewee.Model], row: dict[str, object]) -> None:
    with pytest.raises(peewee.IntegrityError), transaction():
        table.create(**row)


def test_every_region_is_on_the_map_and_no_dot_belongs_to_two(db):
    found = queries.dots()
    assert set(found) == set(queries.region_names(date(2026, 1, 1)))
    every = [dot for dots in found.values() for dot in dots]
    assert len(every) == len(set(every))
    assert 600 < len(every) < 900
    assert len(found["RA0513"]) < len(found["RA0103"])
