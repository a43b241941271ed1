"""Files as lines: encodings, headers, quotes; every mistake with its line."""

import pytest

from portal.imports import mistakes, sources
from portal.imports.rules import COLUMNS, FileName
from tests.imports import files

HEADER = ",".join(COLUMNS[FileName.SESSIONS]) + "\n"
LINE = "s1,e1,c1,talk,2020-05-04 10:00,60,held,plus\n"


def read(content: str | bytes):
    raw = content if isinstance(content, bytes) else content.encode()
    return sources.read(FileName.SESSIONS, raw)


def problems(content: str | bytes) -> list[tuple[int, str, type]]:
    return [(problem.line, problem.column, type(problem.error)) for problem in read(content).problems]


@pytest.mark.parametrize("content", [HEADER + LINE, "\ufeff" + HEADER + LINE, (HEADER + LINE).replace("\n", "\r\n")])
def test_a_mark_at_the_beginning_and_ends_of_lines_do_not_matter(content):
    assert problems(content) == []
    assert read(content).lines == [(2, ["s1", "e1", "c1", "talk", "2020-05-04 10:00", "60", "held", "plus"])]


def test_columns_may_stand_in_another_order_and_empty_lines_say_nothing():
    names = COLUMNS[FileName.SESSIONS][::-1]
    source = read(",".join(names) + "\n\n" + "plus,held,60,2020-05-04 10:00,talk,c1,e1,s1\n" + ",,,,,,,\n,,\n")
    assert source.problems == []
    assert source.lines[0] == (3, ["s1", "e1", "c1", "talk", "2020-05-04 10:00", "60", "held", "plus"])


def test_a_cell_of_several_lines_does_not_shift_the_numbers():
    columns = COLUMNS[FileName.EVALUATIONS]
    content = files.content(FileName.EVALUATIONS, [{"comment": 'Fijn,\n"echt"'}, {"comment": "Goed"}])
    source = sources.read(FileName.EVALUATIONS, content)
    assert [(line, cells[columns.index("comment")]) for line, cells in source.lines] == [
        (2, 'Fijn,\n"echt"'),
        (4, "Goed"),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ((HEADER + LINE).encode("utf-16"), (1, "", mistakes.NotUtf8)),
        (HEADER.encode() + "s1,é,c1\n".encode("latin-1"), (2, "", mistakes.NotUtf8)),
        (HEADER + LINE + "s2,\0,c1\n", (3, "", mistakes.UnreadableCharacter)),
        (HEADER + LINE + "s2,\u202ee1,c1\n", (3, "", mistakes.UnreadableCharacter)),
        ("", (1, "", mistakes.NoHeader)),
        (HEADER.replace(",", ";") + LINE.replace(",", ";"), (1, "", mistakes.SemicolonsBetween)),
        (HEADER.replace("funding", "geld") + LINE, (1, "geld", mistakes.ColumnUnknown)),
        (HEADER.replace(",funding", "") + LINE, (1, "funding", mistakes.ColumnMissing)),
        (HEADER.replace("coach", "ref") + LINE, (1, "ref", mistakes.ColumnTwice)),
        (HEADER + LINE + "s2,e1\n", (3, "", mistakes.WrongNumberOfCells)),
        (HEADER + LINE + 's2,"e1"x,c1\n', (3, "", mistakes.NotCsv)),
        (HEADER + LINE + 's2,"e1', (3, "", mistakes.NotCsv)),
        (HEADER + '"' + "x" * 70_000 + '"', (2, "", mistakes.NotCsv)),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(content, problem):
    assert problem in problems(content)


def test_all_wrong_lines_are_named():
    assert [line for line, *_ in problems(HEADER + "a\n" * 1500)] == list(range(2, 1502))
