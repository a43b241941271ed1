"""What one cell may say, and what not."""

from datetime import UTC, date, datetime

import pytest

from portal.accounts.rules import LooksLikeServiceNumber
from portal.errors import DomainError
from portal.imports import cells, mistakes
from portal.programmes.codes import Mode


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2020-01-15 09:30", datetime(2020, 1, 15, 8, 30, tzinfo=UTC)),
        ("2020-07-15T09:30", datetime(2020, 7, 15, 7, 30, tzinfo=UTC)),
        ("2020-07-15T09:30:15.5", datetime(2020, 7, 15, 7, 30, 15, 500_000, tzinfo=UTC)),
        ("2020-07-15T09:30:00Z", datetime(2020, 7, 15, 9, 30, tzinfo=UTC)),
        ("2020-07-15T09:30+01:00", datetime(2020, 7, 15, 8, 30, tzinfo=UTC)),
        ("2020-07-15", datetime(2020, 7, 14, 22, tzinfo=UTC)),
        # The clock goes back: of the hour that comes twice it is the first, which is summer time.
        ("2020-10-25 02:30", datetime(2020, 10, 25, 0, 30, tzinfo=UTC)),
        ("2020-10-25T02:30+01:00", datetime(2020, 10, 25, 1, 30, tzinfo=UTC)),
        ("2020-03-29 01:59", datetime(2020, 3, 29, 0, 59, tzinfo=UTC)),
        ("2020-03-29 03:00", datetime(2020, 3, 29, 1, 0, tzinfo=UTC)),
    ],
)
def test_an_instant_without_a_zone_is_what_a_dutch_clock_says(cell, moment):
    assert cells.instant(cell) == moment


@pytest.mark.parametrize("cell", ["2020-03-29 02:00", "2020-03-29T02:59:59"])
def test_an_hour_that_was_skipped_is_refused(cell):
    with pytest.raises(mistakes.NoSuchHour):
        cells.instant(cell)


@pytest.mark.parametrize(
    "cell", ["15-4-2020", "2020-4-15", "20200415", "2020-W16-3", "2020-13-01", "2020-02-30 10:00", "1899-01-01", "x"]
)
def test_another_notation_is_no_instant(cell):
    with pytest.raises(mistakes.NotAnInstant):
        cells.instant(cell)


def test_a_talk_has_a_time():
    with pytest.raises(mistakes.TimeMissing):
        cells.start("2020-05-04")


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.day, "2020-04-15", date(2020, 4, 15)),
        (cells.month, "2020-04", date(2020, 4, 1)),
        (cells.month, "2020-04-15", date(2020, 4, 1)),
        (cells.yes_or_no, "yes", True),
        (cells.yes_or_no, "no", False),
        (cells.whole(5, 480), "060", 60),
        (cells.pc4, "7511", 7511),
        (cells.region({"RA0205"}), "RA0205", "RA0205"),
        (cells.code(Mode), "video", Mode.VIDEO),
        (cells.several(cells.code(Mode)), "video; phone;", {Mode.VIDEO, Mode.PHONE}),
        (cells.text(10), "Fijn", "Fijn"),
    ],
)
def test_a_cell_becomes_a_value(read, cell, value):
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell", "error"),
    [
        (cells.day, "15-04-2020", mistakes.NotADay),
        (cells.day, "2021-02-29", mistakes.NotADay),
        (cells.month, "april 2020", mistakes.NotAMonth),
        (cells.month, "2020-13", mistakes.NotAMonth),
        (cells.yes_or_no, "ja", mistakes.NotYesOrNo),
        (cells.yes_or_no, "Yes", mistakes.NotYesOrNo),
        (cells.whole(5, 480), "4", mistakes.NotAWholeNumber),
        (cells.whole(5, 480), "60.0", mistakes.NotAWholeNumber),
        (cells.whole(0, 9), "٣", mistakes.NotAWholeNumber),
        (cells.pc4, "7511 AB", mistakes.NotAPc4),
        (cells.pc4, "0123", mistakes.Pc4BeginsWithZero),
        (cells.pc4, "123", mistakes.NotAPc4),
        (cells.region({"RA0205"}), "RA9999", mistakes.UnknownRegion),
        (cells.code(Mode), "Video", mistakes.UnknownCode),
        (cells.several(cells.code(Mode)), "video,phone", mistakes.UnknownCode),
        (cells.several(cells.code(Mode)), "video;video", mistakes.CodeTwice),
        (cells.text(3), "Fijn", mistakes.TooLong),
        (cells.text(100), "BSN 111222333", LooksLikeServiceNumber),
        (cells.ref, "x" * 101, mistakes.TooLong),
    ],
)
def test_anything_else_is_refused(read, cell, error):
    with pytest.raises(error):
        read(cell)


def test_what_is_wrong_with_a_cell_never_says_what_stood_there(db):
    for read in (cells.code(Mode), cells.day, cells.whole(1, 9), cells.pc4, cells.instant, cells.yes_or_no):
        with pytest.raises(DomainError) as refused:
            read("geheim")
        assert "geheim" not in str(refused.value)
