"""Tables as files: what people type stays text, and numbers stay numbers."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.exports.sheets import Percentage, Table, as_csv, as_json, as_xlsx, harmless, sheet_titles

TYPED = ["=1+1", "+31612345678", "-5", "@sum", "\t=1", "\r=1", "\n=1"]
FORMULAS = [*TYPED, "＝1", "＋1", "－1", "＠a", ' "=1', "'=1", "\ufeff=1"]
PLAIN = ["Noor", "1-2", "a=b", "noor@example.org", "’s-Hertogenbosch", "", "'t Gooi", "12%"]
MOMENT = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
EVERYTHING = Table(
    "Alles",
    ("tekst", "aantal", "cijfer", "dag", "moment", "leeg"),
    [
        ('Zoë; "x"\nen verder', -1234, 7.25, date(2026, 11, 29), MOMENT, None),
        ("=1", 0, Decimal("0.1"), None, None, None),
    ],
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


# -- formulas


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_becomes_text(text):
    assert harmless(text) == f"'{text}"
    assert read_csv(as_csv([Table("t", ("a", "b"), [("x", text)])]))[1] == ["x", f"'{text}"]
    cell = read_xlsx(as_xlsx([Table("t", ("a",), [(text,)])])).active["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.strip("\r\n") == text.strip("\r\n")


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text
    assert not read_xlsx(as_xlsx([Table("t", ("a",), [(text,)])])).active["A2"].quotePrefix


def test_titles_and_columns_cannot_be_formulas_either():
    content = read_csv(as_csv([Table("=t", ("=a",), []), Table("u", ("b",), [])]))
    assert content[:2] == [["'=t"], ["'=a"]]
    assert read_xlsx(as_xlsx([Table("=t", ("=a",), [])])).active["A1"].data_type == "s"


@given(st.lists(st.tuples(texts, texts), max_size=5))
@settings(deadline=None)
def test_any_text_keeps_its_row_and_its_column(rows):
    read = read_csv(as_csv([Table("t", ("a", "b"), rows)]))
    assert read[1:] == [[harmless(cell) for cell in row] for row in rows]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in read for cell in row)
    sheet = read_xlsx(as_xlsx([Table("t", ("a", "b"), rows)])).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert json.loads(as_json([Table("t", ("a", "b"), rows)]))["tables"][0]["rows"] == [list(row) for row in rows]


# -- CSV


def test_csv_is_what_a_dutch_spreadsheet_expects():
    content = as_csv([EVERYTHING])
    assert content.startswith(b"\xef\xbb\xbftekst;aantal;cijfer;dag;moment;leeg\r\n")
    assert content.endswith(b"\r\n")
    assert read_csv(content)[1:] == [
        ['Zoë; "x"\nen verder', "-1234", "7,25", "2026-11-29", "2026-07-01 14:30", ""],
        ["'=1", "0", "0,1", "", "", ""],
    ]


def test_numbers_are_never_written_with_an_exponent():
    assert read_csv(as_csv([Table("t", ("a", "b"), [(1e-7, 1e21)])]))[1] == ["0,0000001", "1" + 21 * "0"]


@pytest.mark.parametrize(("share", "written"), [(0.9, "90%"), (0.0, "0%"), (1.0, "100%"), (0.07, "7%"), (0.29, "29%")])
def test_a_share_is_a_number_that_people_read_as_a_percentage(share, written):
    table = Table("t", ("a",), [(Percentage(share),)])
    assert read_csv(as_csv([table]))[1] == [written]
    cell = read_xlsx(as_xlsx([table])).active["A2"]
    assert (cell.data_type, cell.value, cell.number_format) == ("n", share, "0%")
    assert json.loads(as_json([table]))["tables"][0]["rows"] == [[share]]


def test_several_tables_in_one_csv_have_titles_and_lines_of_one_width():
    read = read_csv(as_csv([Table("Een", ("a",), [("x",)]), Table("Twee", ("a", "b"), [("x", 1)])]))
    assert read == [["Een", ""], ["a", ""], ["x", ""], ["", ""], ["Twee", ""], ["a", "b"], ["x", "1"]]


def test_no_tables_are_an_empty_file():
    assert as_csv([]) == b"\xef\xbb\xbf"
    assert read_xlsx(as_xlsx([])).sheetnames == ["-"]
    assert json.loads(as_json([])) == {"tables": []}


# -- workbook


def test_a_workbook_holds_real_numbers_days_and_dutch_moments():
    sheet = read_xlsx(as_xlsx([EVERYTHING]))["Alles"]
    assert [str(cell.value) for cell in sheet[2]] == [
        'Zoë; "x"\nen verder',
        "-1234",
        "7.25",
        "2026-11-29 00:00:00",
        "2026-07-01 14:30:00",
        "None",
    ]
    assert [cell.is_date for cell in sheet[2]] == [False, False, False, True, True, False]
    assert [type(cell.value) for cell in sheet[2]][1:3] == [int, float]
    assert [cell.number_format for cell in sheet[2]][3:5] == ["dd-mm-yyyy", "dd-mm-yyyy hh:mm"]
    assert [cell.font.bold for cell in sheet[1]] == [True] * 6
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width == 8


def test_a_sheet_prints_as_wide_as_the_paper_with_its_header_on_every_page():
    sheet = read_xlsx(as_xlsx([EVERYTHING])).active
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert not sheet.page_setup.fitToHeight
    assert sheet.print_title_rows == "$1:$1"


def test_a_workbook_takes_text_that_its_format_cannot_hold():
    assert read_xlsx(as_xlsx([Table("t", ("a",), [("a\x00b\x0b",)])])).active["A2"].value == "ab"


def test_sheets_get_names_that_are_allowed_and_differ():
    long = "Doorverwijzingen naar soort bestemming"
    assert sheet_titles(["A/B: [c]?", long, long.upper(), "'", "\\", "x" * 40]) == [
        "A B c",
        "Doorverwijzingen naar soort bes",
        "DOORVERWIJZINGEN NAAR SOORT B 2",
        "-",
        "- 2",
        "x" * 31,
    ]
    assert read_xlsx(as_xlsx([Table(long, ("a",), []), Table(long, ("a",), [])])).sheetnames[0] == long[:31]


# -- JSON


def test_json_keeps_what_every_value_is():
    table = json.loads(as_json([EVERYTHING]))["tables"][0]
    assert (table["title"], table["columns"][0]) == ("Alles", "tekst")
    assert table["rows"][1] == ["=1", 0, 0.1, None, None, None]
    assert table["rows"][0][3:5] == ["2026-11-29", "2026-07-01T14:30:00+02:00"]


def test_a_row_of_another_width_is_refused():
    with pytest.raises(ValueError, match="every row needs 2 cells"):
        Table("t", ("a", "b"), [("x",)])
