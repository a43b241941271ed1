"""What the page of a report shows, out of its content. Nothing is read or counted here: it says the same for ever."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from portal.counting.catalogue import DEFINITIONS, SECTIONS
from portal.counting.definitions import Definition, Section
from portal.counting.figures import AT_MOST, SUMS
from portal.counting.periods import Period
from portal.disclosure.rules import Basis, Protected, rough
from portal.i18n import gettext
from portal.programmes.codes import BRANCH_GROUPINGS, ProgrammeCode
from portal.yearly import shown
from portal.yearly.rules import TASKS, Difference, differences, without_exact
from portal.yearly.shown import Kept
from portal.yearly.words import name_of, period_words, row_name, table_title

HEADLINES: Mapping[ProgrammeCode, tuple[str, ...]] = {
    ProgrammeCode.SIJW: ("T01", "T03", "I03", "T12"),
    ProgrammeCode.ECZ: ("T01", "T03", "T05", "T09"),
}
GRADES = ("E02", "E02b", "E04", "E01")
TOP = 5
# Numbers of which one is a part of another, or at most another.
TOGETHER = (*AT_MOST, *((whole, *parts) for whole, parts in SUMS.items()))


@dataclass(frozen=True)
class Line:
    """A figure with its name, what it is about (of a share or a mean), and where it is explained (a part is not)."""

    id: str
    name: str
    figure: Protected
    basis: Basis | None
    anchor: str


@dataclass(frozen=True)
class Row:
    """One row of a table: what it is, and its figures in the order of the columns."""

    key: str
    name: str
    cells: list[Protected]


@dataclass(frozen=True)
class Ranked:
    """A topic with its place; `is_tied` when another one is told the same."""

    place: int
    is_tied: bool
    name: str
    figure: Protected


@dataclass(frozen=True)
class Change:
    """A figure that is told differently than in the version before."""

    where: str
    name: str
    before: str
    after: str


class Overview:
    """The parts of the page, in the language of whoever asks. As long as a report is not locked it is made, counted
    anew and thrown away as often as anybody likes: then nothing in it `is_final`, and nothing is told exactly."""

    def __init__(self, content: str, *, is_final: bool = True) -> None:
        told: Mapping[str, Any] = json.loads(content)
        self.to_be_exact: list[str] = [] if is_final else told["exact"]
        figures = {id: without_exact(entry) for id, entry in told["figures"].items()}
        self.content = told if is_final else {**told, "exact": [], "figures": figures}

    # -- what it is about

    @cached_property
    def programme(self) -> ProgrammeCode:
        return ProgrammeCode(self.content["programme"])

    @cached_property
    def period(self) -> Period:
        told = self.content["period"]
        return Period(date.fromisoformat(told["first_day"]), date.fromisoformat(told["last_day"]))

    @property
    def period_words(self) -> str:
        return period_words(self.period)

    @property
    def reference_date(self) -> date:
        return date.fromisoformat(self.content["reference_date"])

    @property
    def division(self) -> int:
        return int(self.content["division"])

    @property
    def definitions_version(self) -> int:
        return int(self.content["definitions"]["version"])

    # -- figures of the whole

    def figure(self, id: str) -> Protected:
        """As it is told; a rounded number that hangs together with an exact one is 'about' so many."""
        entry = self.content["figures"][id]
        figure = shown.read(entry)
        is_share_beside = self.has_exact and entry["kind"] == "share" and "exact" not in entry
        return rough(figure) if is_share_beside or id in self._beside_exact else figure

    def said(self, id: str) -> Protected:
        """The same in a sentence, where no note explains that it is rounded: 'about' so many."""
        entry = self.content["figures"][id]
        return shown.read(entry) if "exact" in entry else rough(shown.read(entry))

    @cached_property
    def _beside_exact(self) -> set[str]:
        exact = {*self.content["exact"]}
        return {id for ids in TOGETHER if not exact.isdisjoint(ids) for id in ids} - exact

    @property
    def exact_later(self) -> list[str]:
        """The names of what will stand there exactly, once the report is locked."""
        return [gettext(name_of(id)) for id in self.to_be_exact]

    @property
    def has_exact(self) -> bool:
        return bool(self.content["exact"])

    def is_exact(self, *ids: str) -> bool:
        return {*ids} <= {*self.content["exact"]}

    def line(self, id: str) -> Line:
        counter, _, part = id.partition(".")
        own = not part or not DEFINITIONS[counter].has_whole
        basis = shown.basis(self.content["figures"][id])
        return Line(id, name_of(id), self.figure(id), basis, counter if own else "")

    def version_of(self, definition: Definition) -> int:
        """By which version of its definition this was counted."""
        return int(self.content["definitions"]["counters"].get(definition.id, definition.version))

    @property
    def has_people(self) -> bool:
        return self.figure("T01").value != 0

    @property
    def headlines(self) -> list[Line]:
        return [line for line in map(self.line, HEADLINES[self.programme]) if line.figure.is_told]

    @property
    def grades(self) -> list[Line]:
        """Grades, recommendation and response, as far as enough people answered."""
        return [line for line in map(self.line, GRADES) if line.figure.is_told]

    @property
    def statements(self) -> list[tuple[str, float, str]]:
        """Who agrees with which statement, to draw."""
        lines = [self.line(id) for id in self.content["figures"] if id.startswith("E03.")]
        told = sorted((line for line in lines if line.figure.is_told), key=lambda line: -line.figure.size)
        return [(gettext(line.name), line.figure.size, str(line.figure)) for line in told]

    @property
    def sections(self) -> list[tuple[Section, list[Line]]]:
        """Every figure; parts that are nobody are left out."""
        return [(section, list(self._lines(section))) for section in SECTIONS]

    def _lines(self, section: Section) -> Iterator[Line]:
        for definition in section.definitions:
            for id, entry in self.content["figures"].items():
                if id.partition(".")[0] == definition.id and not _is_empty(definition, id, entry):
                    yield self.line(id)

    # -- tables

    groupings = tuple(BRANCH_GROUPINGS)

    def columns(self, table: str) -> list[tuple[str, str]]:
        """What the figures of this table are, each as a column of numbers."""
        return [(gettext(name_of(id)), "num") for id in self.content["tables"][table]["columns"]]

    def rows(self, table: str) -> list[Row]:
        """In the order in which they were counted; regions and organisations by name, what has none at the end."""
        rows = [
            Row(
                key=row["key"],
                name=row_name(table, row["key"], row["name"]),
                cells=[shown.read(figure) for figure in row["figures"]],
            )
            for row in self.content["tables"][table]["rows"]
        ]
        by_name = table in ("region", "employer_org")
        return sorted(rows, key=lambda row: (not row.key, row.name.casefold())) if by_name else rows

    def bars(self, table: str) -> list[tuple[str, float, str]]:
        """The first column, to draw, the longest first: what it is, how long, what it says. Nobody is left out."""
        rows = [(row.name, row.cells[0].size, str(row.cells[0])) for row in self.rows(table) if row.cells[0].size]
        return sorted(rows, key=lambda row: (-row[1], row[0]))

    @property
    def months(self) -> list[tuple[str, float, str]]:
        """The first column of the months, to draw, in the order of time."""
        return [(row.name, row.cells[0].size, str(row.cells[0])) for row in self.rows("month")]

    def top(self, table: str) -> list[Ranked]:
        """The first five; those that are told the same share their place, and all of them are there."""
        rows = [row for row in self.rows(table) if row.key and row.cells[0].size]
        sizes = [row.cells[0].size for row in rows]
        ranked = [
            Ranked(
                place=1 + sum(other > row.cells[0].size for other in sizes),
                is_tied=sizes.count(row.cells[0].size) > 1,
                name=row.name,
                figure=row.cells[0],
            )
            for row in rows
        ]
        return sorted((one for one in ranked if one.place <= TOP), key=lambda one: (one.place, one.name))

    def remark(self, grouping: str) -> str:
        return gettext(BRANCH_GROUPINGS[grouping].remark)

    # -- how it was made

    def changes_since(self, before: str) -> list[Change]:
        """What is told differently than in that content, each figure as it was told and as it is."""
        earlier = Overview(before)
        return [
            Change(
                where=f"{table_title(one.table)}: {self._row_name(one, earlier)}" if one.table else gettext("In all"),
                name=gettext(name_of(one.id)),
                before=_told(one.before),
                after=_told(one.after),
            )
            for one in differences(earlier.content, self.content)
        ]

    def _row_name(self, one: Difference, earlier: "Overview") -> str:
        rows = [*self.rows(one.table), *earlier.rows(one.table)]
        return next(row.name for row in rows if row.key == one.row)

    @property
    def open_tasks(self) -> list[tuple[str, Protected]]:
        """What was still to be done when it was checked."""
        tasks = [(gettext(TASKS[name]), shown.read(entry)) for name, entry in self.content["tasks"].items()]
        return [(name, figure) for name, figure in tasks if figure.value != 0]

    @property
    def untold(self) -> int:
        """How many figures are not told because too few people are behind them."""
        return sum(not shown.read(entry).is_told for entry in self._all_figures())

    def _all_figures(self) -> Iterable[Kept]:
        yield from self.content["figures"].values()
        for table in self.content["tables"].values():
            for row in table["rows"]:
                yield from row["figures"]


def _told(entry: Kept | None) -> str:
    """A figure with the number of people behind it, for that may be all that changed."""
    if entry is None:
        return gettext("Not there")
    basis = shown.basis(entry)
    return f"{shown.read(entry)} ({basis})" if basis else str(shown.read(entry))


def _is_empty(definition: Definition, id: str, entry: Kept) -> bool:
    if definition.whole_is_reported:
        return not shown.read(entry).is_told
    return "." in id and definition.has_whole and entry["kind"] == "count" and entry.get("value") == 0
