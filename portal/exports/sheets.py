"""Tables as files: a CSV and a workbook for people with Dutch settings, and JSON for programs.

Nothing that was typed can become a formula in somebody's spreadsheet. What is written is not protected here: figures
come as texts and numbers that have been through small-number protection.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from portal.clock import local

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

Cell = str | int | float | Decimal | date | datetime | None

# What begins a formula in some spreadsheet, also in its full width, and also behind quotes, spaces and what is unseen.
FORMULA = re.compile(r"[\s\"'\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]|[\t\r\n]")
BYTE_ORDER_MARK = "\ufeff"
LONGEST_TITLE = 31
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
NOT_IN_A_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
NARROWEST, WIDEST = 8, 60
DAY_FORMAT, MOMENT_FORMAT, SHARE_FORMAT = "dd-mm-yyyy", "dd-mm-yyyy hh:mm", "0%"
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


class Percentage(float):
    """A part of a whole, told in whole percents: 0.9, which people read as 90% and programs as a number."""


@dataclass(frozen=True)
class Table:
    """Rows under named columns. Numbers, shares, days and moments (aware) stay what they are; None is an empty cell."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.title}: every row needs {len(self.columns)} cells.")


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


# -- CSV


def as_csv(tables: Sequence[Table]) -> bytes:
    """For people: UTF-8 with a byte order mark, semicolons and decimal commas, as a Dutch spreadsheet expects it.

    Otherwise RFC 4180. A share is written as 90%, which a Dutch spreadsheet takes for a number. Days are written as
    2026-11-29 and moments by the Dutch clock. Of several tables each begins with its title on a line of its own, behind
    an empty one; every line of the file has the same number of cells.
    """
    width = max((len(table.columns) for table in tables), default=0)
    written = io.StringIO(BYTE_ORDER_MARK, newline="")
    written.seek(0, io.SEEK_END)
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for line in _lines(tables):
        writer.writerow([_as_text(cell) for cell in line] + [""] * (width - len(line)))
    return written.getvalue().encode()


def _lines(tables: Sequence[Table]) -> Iterator[Sequence[Cell]]:
    for number, table in enumerate(tables):
        if number:
            yield ()
        if len(tables) > 1:
            yield (table.title,)
        yield table.columns
        yield from table.rows


def _as_text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case datetime():
            return f"{local(cell):%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case Percentage():
            return f"{cell:.0%}"
    return format(Decimal(str(cell)), "f").replace(".", ",")


# -- workbook


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """A sheet per table: real numbers, days and Dutch moments, columns as wide as what is in them and as the paper, the
    header kept."""
    # Where numpy is there, openpyxl loads it: only who makes a workbook pays for that, not every web process.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, table in zip(sheet_titles(table.title for table in tables), tables, strict=True):
        _add_sheet(book, title, table)
    if not tables:
        book.create_sheet("-")
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def sheet_titles(titles: Iterable[str]) -> list[str]:
    """These titles as names of sheets: allowed in Excel, at most 31 characters, and each another one."""
    taken: dict[str, str] = {}
    for title in titles:
        plain = " ".join(NOT_IN_A_TITLE.sub(" ", title).split()).strip("'") or "-"
        name, number = plain[:LONGEST_TITLE].rstrip(" '"), 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain[: LONGEST_TITLE - len(str(number)) - 1].rstrip()} {number}"
        taken[name.casefold()] = name
    return list(taken.values())


def _add_sheet(book: "Workbook", title: str, table: Table) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = False
    for number, column in enumerate(zip(table.columns, *table.rows, strict=True), start=1):
        longest = max(len(_as_text(cell)) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, NARROWEST), WIDEST)
    heading = [_cell(sheet, name) for name in table.columns]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: object, value: Cell) -> "WriteOnlyCell":
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, str):
        made = WriteOnlyCell(sheet)
        made.value = NOT_IN_A_CELL.sub("", value)
        # A text, whatever it begins with; and it stays one when somebody edits the cell.
        made.data_type = "s"
        made.quotePrefix = bool(FORMULA.match(value))
        return made
    if isinstance(value, datetime):
        made = WriteOnlyCell(sheet, local(value).replace(tzinfo=None))
        made.number_format = MOMENT_FORMAT
        return made
    made = WriteOnlyCell(sheet, value)
    if isinstance(value, date):
        made.number_format = DAY_FORMAT
    if isinstance(value, Percentage):
        made.number_format = SHARE_FORMAT
    return made


# -- JSON


def as_json(tables: Sequence[Table]) -> bytes:
    """For programs: {"tables": [{"title": …, "columns": […], "rows": [[…], …]}]}, days and moments by ISO 8601."""
    content = [
        {
            "title": table.title,
            "columns": list(table.columns),
            "rows": [list(map(_as_value, row)) for row in table.rows],
        }
        for table in tables
    ]
    return json.dumps({"tables": content}, ensure_ascii=False, allow_nan=False, indent=1).encode()


def _as_value(cell: Cell) -> str | int | float | None:
    if isinstance(cell, datetime):
        return local(cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return float(cell) if isinstance(cell, Decimal) else cell


WRITERS: Mapping[str, Callable[[Sequence[Table]], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}
