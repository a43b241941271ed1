"""Files as lines of cells: UTF-8 with commas, one header, every mistake with its line."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.errors import DomainError
from portal.imports import mistakes, rules
from portal.imports.rules import COLUMNS, FileName, Problem

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
csv.field_size_limit(64 * 1024)


@dataclass
class Source:
    """A file as it was read: `lines` are (line number, cells), in the order of the contract's columns."""

    file: FileName
    lines: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, column: str, error: DomainError) -> None:
        self.problems.append(Problem(self.file, line, column, error))


def read(file: FileName, content: bytes) -> Source:
    """The lines of this file; those that cannot be read are problems, and nothing is raised."""
    source = Source(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source.refuse(content.count(b"\n", 0, error.start) + 1, "", mistakes.NotUtf8())
        return source
    for found in UNSEEN.finditer(text):
        source.refuse(text.count("\n", 0, found.start()) + 1, "", mistakes.UnreadableCharacter())
        if len(source.problems) >= rules.MOST_PROBLEMS:
            break
    if not source.problems:
        _read_lines(source, unicodedata.normalize("NFC", text))
    return source


def _read_lines(source: Source, text: str) -> None:
    lines = _numbered(source, text)
    header = next(lines, None)
    order = _order(source, header)
    if order is None:
        return
    width = len(order)
    for line, cells in lines:
        if len(cells) == width:
            source.lines.append((line, [cells[place].strip() for place in order]))
        elif any(map(str.strip, cells)):
            source.refuse(line, "", mistakes.WrongNumberOfCells(found=len(cells), columns=width))


def _numbered(source: Source, text: str) -> Iterator[tuple[int, list[str]]]:
    """Every line that is not empty, with the number at which it begins: a cell may have several lines itself."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            source.refuse(begins, "", mistakes.NotCsv())
            return
        if cells is None:
            return
        if cells:
            yield begins, cells


def _order(source: Source, header: tuple[int, list[str]] | None) -> list[int] | None:
    """Where in a line the columns of the contract stand, or None when the header is not right."""
    columns = COLUMNS[source.file]
    if header is None:
        source.refuse(1, "", mistakes.NoHeader(columns=",".join(columns)))
        return None
    line, names = header[0], [name.strip() for name in header[1]]
    if len(names) == 1 and ";" in names[0]:
        source.refuse(line, "", mistakes.SemicolonsBetween())
        return None
    for name in dict.fromkeys(names):
        if name not in columns:
            source.refuse(line, name[:40], mistakes.ColumnUnknown())
        elif names.count(name) > 1:
            source.refuse(line, name, mistakes.ColumnTwice())
    for name in columns:
        if name not in names:
            source.refuse(line, name, mistakes.ColumnMissing())
    return None if source.problems else [names.index(name) for name in columns]
