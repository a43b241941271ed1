"""One cell at a time: text in, a value out, or the rule that it breaks."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from portal.accounts.rules import check_no_service_number
from portal.clock import AMSTERDAM
from portal.counting.periods import FIRST_YEAR, LAST_YEAR
from portal.errors import DomainError
from portal.imports import mistakes, rules
from portal.imports.sources import Source

Value = TypeVar("Value")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"([0-9]{4}-[0-9]{2})(?:-[0-9]{2})?")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?P<time>[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
PC4 = re.compile(r"[1-9][0-9]{3}")
YES_OR_NO = {"yes": True, "no": False}


class Cells:
    """The cells of one line by column; whatever is wrong with them is noted at the file."""

    def __init__(self, source: Source, line: int, cells: Sequence[str], places: Mapping[str, int]) -> None:
        self._source, self._cells, self._places = source, cells, places
        self.line = line
        self.is_right = True

    def __getitem__(self, column: str) -> str:
        return self._cells[self._places[column]]

    def read(self, column: str, reader: Callable[[str], Value], unknown: Any = None) -> Value | Any:
        """The value of a cell; `unknown` when it is empty, or wrong."""
        text = self[column]
        if not text:
            return unknown
        try:
            return reader(text)
        except DomainError as error:
            self.refuse(column, error)
            return unknown

    def need(self, column: str, reader: Callable[[str], Value]) -> Value | Any:
        """The same, where a value must be."""
        if not self[column]:
            self.refuse(column, mistakes.Missing())
            return None
        return self.read(column, reader)

    def refuse(self, column: str, error: DomainError) -> None:
        self.is_right = False
        self._source.refuse(self.line, column, error)


def text(most: int) -> Callable[[str], str]:
    """Text of people, in which no citizen service number may stand (UAVG art. 46)."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise mistakes.TooLong(most=most)
        check_no_service_number(cell, "")
        return cell

    return read


def ref(cell: str) -> str:
    if len(cell) > rules.LONGEST_REF:
        raise mistakes.TooLong(most=rules.LONGEST_REF)
    return cell


def code(codes: Iterable[StrEnum]) -> Callable[[str], Any]:
    known = {str(one): one for one in codes}

    def read(cell: str) -> StrEnum:
        try:
            return known[cell]
        except KeyError:
            raise mistakes.UnknownCode(codes=", ".join(known)) from None

    return read


def several(one: Callable[[str], Value]) -> Callable[[str], frozenset[Value]]:
    """Values with semicolons between them."""

    def read(cell: str) -> frozenset[Value]:
        values = [one(part.strip()) for part in cell.split(";") if part.strip()]
        if len(set(values)) < len(values):
            raise mistakes.CodeTwice
        return frozenset(values)

    return read


def day(cell: str) -> date:
    try:
        return _of_our_time(date.fromisoformat(cell)) if DAY.fullmatch(cell) else _raise(mistakes.NotADay())
    except ValueError:
        raise mistakes.NotADay from None


def month(cell: str) -> date:
    """The first day of the month."""
    found = MONTH.fullmatch(cell)
    try:
        return _of_our_time(date.fromisoformat(f"{found[1]}-01")) if found else _raise(mistakes.NotAMonth())
    except ValueError:
        raise mistakes.NotAMonth from None


def instant(cell: str) -> datetime:
    """In UTC. Without a zone it is what a Dutch clock said: of an hour that came twice the first one, and an hour that
    was skipped is refused. A day alone is its midnight."""
    try:
        moment = datetime.fromisoformat(cell) if INSTANT.fullmatch(cell) else _raise(mistakes.NotAnInstant())
        _of_our_time(moment.date())
    except ValueError:
        raise mistakes.NotAnInstant from None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    found = moment.replace(tzinfo=AMSTERDAM).astimezone(UTC)
    if found.astimezone(AMSTERDAM).replace(tzinfo=None) != moment:
        raise mistakes.NoSuchHour
    return found


def start(cell: str) -> datetime:
    """An instant that says what time it is: nobody has a talk at midnight for want of a time."""
    found = INSTANT.fullmatch(cell)
    if found and not found["time"]:
        raise mistakes.TimeMissing
    return instant(cell)


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not WHOLE_NUMBER.fullmatch(cell) or not least <= int(cell) <= most:
            raise mistakes.NotAWholeNumber(least=least, most=most)
        return int(cell)

    return read


def yes_or_no(cell: str) -> bool:
    try:
        return YES_OR_NO[cell]
    except KeyError:
        raise mistakes.NotYesOrNo from None


def pc4(cell: str) -> int:
    if not PC4.fullmatch(cell):
        raise mistakes.Pc4BeginsWithZero if re.fullmatch(r"0[0-9]{3}", cell) else mistakes.NotAPc4
    return int(cell)


def region(known: Iterable[str]) -> Callable[[str], str]:
    codes = frozenset(known)

    def read(cell: str) -> str:
        if cell not in codes:
            raise mistakes.UnknownRegion
        return cell

    return read


def _of_our_time(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day.year)
    return day


def _raise(error: DomainError) -> Any:
    raise error
