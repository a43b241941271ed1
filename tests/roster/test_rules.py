"""What was asked for, in words of the address."""

from datetime import date

import pytest

from portal.programmes.codes import ProgrammeCode
from portal.roster.rules import EXPLAINED, Number, choice_of
from portal.years.rules import select

SELECTION = select("ecz", "2025", today=date(2026, 3, 2))


@pytest.mark.parametrize(
    ("number", "programme", "expected"),
    [
        ("K02", "ecz", (Number.WITH_NOBODY, ProgrammeCode.ECZ)),
        ("K01", "", (Number.WITH_ROOM, None)),
        ("K01", "anything", (Number.WITH_ROOM, None)),
        ("T09", None, (Number.OFFERED, ProgrammeCode.ECZ)),
        ("T01", "ecz", (Number.WITH_ROOM, ProgrammeCode.ECZ)),
        (None, None, (Number.WITH_ROOM, None)),
    ],
)
def test_what_makes_no_sense_has_a_default(number, programme, expected):
    choice = choice_of(number, programme, ["RA0205"], SELECTION)
    assert (choice.number, choice.programme) == expected


def test_every_number_is_explained_where_figures_are():
    assert all(EXPLAINED[number].name and EXPLAINED[number].text for number in Number)
