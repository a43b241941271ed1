"""Postcodes in every notation, divisions by date, and distances that are known from elsewhere."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.regions.rules import (
    DIVISIONS,
    NotAPostcode,
    Point,
    bare_name,
    check_postcode,
    division_on,
    dots_of,
    kilometres_between,
)
from tests.factories import TWENTE, ZUID_LIMBURG

ENSCHEDE = Point(52.2200, 6.9001)
AMSTERDAM = Point(52.3710, 4.9042)
MAASTRICHT = Point(50.8491, 5.6889)
DUTCH_POINTS = st.builds(Point, st.floats(50.7, 53.6), st.floats(3.3, 7.3))


@pytest.mark.parametrize(
    "text",
    [
        "7511",
        " 7511 ",
        "7511AB",
        "7511ab",
        " 7511 AB",
        "7511\u00a0ab",
        "7511-AB",
        "75 11",
        "7.511",
        "NL-7511 AB",
        "nl 7511",
        "７５１１",
        "7511\u200b",
    ],
)
def test_every_sensible_notation_of_a_postcode(text: str) -> None:
    assert check_postcode(text) == 7511


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "-",
        "751",
        "75111",
        "0511",
        "07511",
        "7511,5",
        "7511 A",
        "7511 ABC",
        "75 11 AB 12",
        "7511\n7512",
        "AB 7511",
        "BE-7511",
        "Enschede",
        "٧٥١١",
    ],
)
def test_anything_else_is_not_a_postcode(text: str) -> None:
    with pytest.raises(NotAPostcode):
        check_postcode(text)


def test_the_error_stands_at_the_field_and_gives_an_example() -> None:
    assert NotAPostcode.field == "postcode"
    assert NotAPostcode.status == 422
    assert NotAPostcode.message == "Fill in 4 digits, for example 7511."


@given(st.text(max_size=12))
def test_what_is_accepted_has_four_digits(text: str) -> None:
    try:
        assert 1000 <= check_postcode(text) <= 9999
    except NotAPostcode:
        assert not (text.isascii() and text.isdigit() and len(text) == 4 and text[0] != "0")


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Regio Zwolle", "Zwolle"), ("Twente", "Twente"), ("Amersfoort en omgeving", "Amersfoort en omgeving")],
)
def test_a_name_in_a_sentence_does_not_say_region_twice(name: str, bare: str) -> None:
    assert bare_name(name) == bare


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2016, 1, 1), 14),
        (date(2020, 12, 31), 14),
        (date(2021, 1, 1), 13),
        (date(2022, 6, 30), 13),
        (date(2022, 7, 1), 12),
        (date(2026, 3, 2), 12),
    ],
)
def test_the_division_on_a_day(day: date, number: int) -> None:
    assert division_on(day) == number


@pytest.mark.parametrize("number", [14, 13, 12])
def test_a_division_begins_on_its_first_day(number: int) -> None:
    assert division_on(DIVISIONS[number]) == number


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [(ENSCHEDE, AMSTERDAM, 137), (AMSTERDAM, MAASTRICHT, 178), (ENSCHEDE, MAASTRICHT, 174), (ENSCHEDE, ENSCHEDE, 0)],
)
def test_distances(one: Point, other: Point, kilometres: int) -> None:
    assert kilometres_between(one, other) == pytest.approx(kilometres, abs=1)


def test_one_degree_of_latitude_is_111_kilometres() -> None:
    assert kilometres_between(Point(52.0, 5.0), Point(53.0, 5.0)) == pytest.approx(111.2, abs=0.1)


@given(DUTCH_POINTS, DUTCH_POINTS, DUTCH_POINTS)
def test_a_detour_is_never_shorter(one: Point, other: Point, third: Point) -> None:
    direct = kilometres_between(one, other)
    assert direct == pytest.approx(kilometres_between(other, one))
    assert direct <= kilometres_between(one, third) + kilometres_between(third, other) + 1e-6


def test_a_map_of_dots_has_land_where_places_are_and_water_elsewhere():
    found = dots_of({ENSCHEDE: TWENTE, MAASTRICHT: ZUID_LIMBURG})
    assert set(found) == {TWENTE, ZUID_LIMBURG}
    assert all(0 < len(own) < 6 for own in found.values())
    (east, _), (west, _) = found[TWENTE][0], found[ZUID_LIMBURG][0]
    assert east > west
    assert min(y for _, y in found[ZUID_LIMBURG]) > max(y for _, y in found[TWENTE])
