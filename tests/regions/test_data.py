"""What the migration filled in, against the published facts about regions, divisions, postcodes and places."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import groupby

import pytest

from portal.regions import queries
from portal.regions.models import EmployerOrg, Place, PostcodeRange, Region, RegionEmployer, RegionName

pytestmark = pytest.mark.usefixtures("db")

DAY = timedelta(days=1)
CHANGES = [date(2021, 1, 1), date(2022, 7, 1), date(2022, 9, 1)]
DAYS = [date(2016, 1, 1), *(day - DAY for day in CHANGES), *CHANGES, date(2026, 3, 2)]
WITHOUT_REGION = {
    1114: "Amsterdam-Duivendrecht",
    1364: "Almere",
    1384: "Weesp",
    2236: "Valkenburg",
    2872: "Schoonhoven",
    5257: "Hedikhuizen",
    8323: "Urk",
}
# Main towns and the organisation that served them in 2020.
TOWNS_IN_2020 = {
    "ZorgpleinNoord": [9711, 9401, 7811, 7901, 7941, 8911, 8441, 9201, 8601],
    "WGV Zorg en Welzijn": [8011, 7511, 7551, 7601, 7411, 7311, 7201, 3841, 7001, 7101],
    "WZW": [6511, 4001, 4101, 5301, 6811, 6711, 6701, 3771, 6901],
    "Flever": [1315, 8224, 8251, 8302, 3891],
    "Utrechtzorg": [3511, 3811, 3701, 3431, 3901, 3441, 1211, 3861, 4131, 4141],
    "Sigra": [1011, 1501, 1441, 1811, 1621, 1781],
    "samen Voor Betere Zorg": [2011, 2131, 1181, 1971, 1941, 1431],
    "Care2Care": [2311, 2401, 2801, 2221, 2201],
    "deRotterdamseZorg": [3011, 2901, 3201, 2981, 2991, 2651],
    "ZorgZijn Werkt": [2511, 2611, 2711, 2671, 3111, 3131],
    "WGV Zorg en Welzijn Zuid-Holland Zuid": [3311, 4201, 3331, 3351, 3361],
    "Viazorg": [4331, 4381, 4461, 4531, 4301, 4691],
    "Transvorm": [4811, 5011, 5211, 5341, 5611, 5701, 4701],
    "Zorg aan Zet": [5911, 6041, 6001, 5801, 6211, 6411, 6131],
}


@pytest.fixture
def ranges() -> list[PostcodeRange]:
    return list(PostcodeRange.select().order_by(PostcodeRange.pc4_from))


@pytest.fixture
def region_by_pc4(ranges: list[PostcodeRange]) -> dict[int, str]:
    return {pc4: found.region_id for found in ranges for pc4 in range(found.pc4_from, found.pc4_to + 1)}


def test_everything_is_there(ranges: list[PostcodeRange]) -> None:
    assert Region.select().count() == 28
    assert len(ranges) == 189
    assert Place.select().count() == 4070


def test_ranges_never_overlap(ranges: list[PostcodeRange], region_by_pc4: dict[int, str]) -> None:
    assert sum(found.pc4_to - found.pc4_from + 1 for found in ranges) == len(region_by_pc4) == 8159


def test_every_place_lies_in_a_region_or_is_known_not_to(region_by_pc4: dict[int, str]) -> None:
    assert {place.pc4: place.name for place in Place if place.pc4 not in region_by_pc4} == WITHOUT_REGION


def test_every_region_has_places(region_by_pc4: dict[int, str]) -> None:
    assert {region_by_pc4.get(place.pc4) for place in Place} - {None} == {region.code for region in Region}


@pytest.mark.parametrize("day", DAYS)
def test_every_region_has_one_name_and_one_employer_organisation(day: date) -> None:
    regions = queries.all_regions(day)
    assert len(regions) == len({region.code for region in regions}) == 28
    assert len({region.name for region in regions}) == 28


@pytest.mark.parametrize("number", [14, 13, 12])
def test_a_division_has_as_many_organisations_as_its_name_says(number: int) -> None:
    division = queries.division(number)
    assert len(division) == 28
    assert len(set(division.values())) == number


def test_the_oldest_division_is_written_in_the_codes_of_the_regions() -> None:
    by_number = defaultdict(set)
    for code, employer in queries.division(14).items():
        by_number[code[2:4]].add(employer.slug)
    assert sorted(by_number) == [f"{number:02}" for number in range(1, 15)]
    assert all(len(slugs) == 1 for slugs in by_number.values())


@pytest.mark.parametrize(
    ("before", "after", "merged", "into"),
    [
        (14, 13, {"care2care", "zorgzijn-werkt"}, "zwconnect"),
        (13, 12, {"samen-voor-betere-zorg", "sigra"}, "sigra"),
    ],
)
def test_a_merger_brings_exactly_the_regions_of_both_together(
    before: int, after: int, merged: set[str], into: str
) -> None:
    then = {code: employer.slug for code, employer in queries.division(before).items()}
    now = {code: employer.slug for code, employer in queries.division(after).items()}
    assert {code for code, slug in now.items() if slug == into} == {c for c, slug in then.items() if slug in merged}
    assert {code for code in now if now[code] != then[code]} == {c for c in then if then[c] in merged - {into}}


def test_who_ended_has_a_successor_from_that_day_on() -> None:
    ended = {e.slug: (e.valid_until, e.successor.slug) for e in EmployerOrg if e.valid_until}
    assert ended == {
        "care2care": (date(2021, 1, 1), "zwconnect"),
        "zorgzijn-werkt": (date(2021, 1, 1), "zwconnect"),
        "samen-voor-betere-zorg": (date(2022, 7, 1), "sigra"),
    }
    began = {e.slug: e.valid_from for e in EmployerOrg if e.valid_from}
    assert began == {"zwconnect": date(2021, 1, 1)}


def test_only_one_region_was_renamed() -> None:
    names = [(row.region_id, row.name, row.valid_from, row.valid_until) for row in RegionName.select()]
    assert sorted(name for name in names if name[2] or name[3]) == [
        ("RA0818", "Rijn Gouwe", date(2022, 9, 1), None),
        ("RA0818", "Rijnstreek", None, date(2022, 9, 1)),
    ]
    assert len(names) == 29


@pytest.mark.parametrize("employer", TOWNS_IN_2020)
def test_towns_lie_with_the_organisation_that_served_them(employer: str, region_by_pc4: dict[int, str]) -> None:
    division = queries.division(14)
    found = {pc4: division[region_by_pc4[pc4]].name for pc4 in TOWNS_IN_2020[employer]}
    assert found == dict.fromkeys(TOWNS_IN_2020[employer], employer)


@pytest.mark.parametrize(("number", "certain"), [(14, 61), (12, 66)])
def test_two_digits_are_not_enough(number: int, certain: int, region_by_pc4: dict[int, str]) -> None:
    """Of the 90 areas of two digits only so many lie with one organisation."""
    division = queries.division(number)
    served = defaultdict(set)
    for place in Place:
        if place.pc4 in region_by_pc4:
            served[place.pc4 // 100].add(division[region_by_pc4[place.pc4]].slug)
    assert len(served) == 90
    assert sum(len(slugs) == 1 for slugs in served.values()) == certain


def test_joined_by_organisation_the_ranges_are_111(ranges: list[PostcodeRange]) -> None:
    division = queries.division(14)
    assert len(list(groupby(ranges, key=lambda found: division[found.region_id].slug))) == 111


def test_a_region_never_changed_its_organisation_twice() -> None:
    served = RegionEmployer.select().order_by(RegionEmployer.region, RegionEmployer.valid_from)
    periods = [list(rows) for _, rows in groupby(served, key=lambda row: row.region_id)]
    changed = {rows[0].region_id: len(rows) for rows in periods if len(rows) > 1}
    assert changed == {"RA0717": 2, "RA0818": 2, "RA1020": 2}
