"""What a report says, gathered from what was counted: protected figures as plain values, and nothing else.

The content is a dict of plain values:
- `programme`, `period` ({code, first_day, last_day}), `reference_date`, `division`;
- `definitions` (the version of all, and of each counter) and `protection` (its version);
- `figures`: every figure of the whole by its id, as `shown.kept` gives it; `exact`: the ids that are told exactly;
- `tables`: by name {columns, rows}: the ids of the figures, and rows of {key, name, figures} with the figures in that
  order; the name is empty but for regions and organisations;
- `quotes`: what people wrote and somebody approved for print;
- `published`: what others published over the same period;
- `tasks`: what was still to be done on the day of the check, rounded like any other count.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from portal.counting import queries as counting
from portal.counting.catalogue import DEFINITIONS, DEFINITIONS_VERSION, SECTIONS
from portal.counting.definitions import by_id
from portal.counting.figures import Count, Share, broken_identities, broken_totals
from portal.counting.queries import Figures
from portal.counting.rules import Activity, By, Scope, SignedUp
from portal.db import snapshot
from portal.disclosure import linear
from portal.disclosure.relations import cells_of
from portal.disclosure.rules import ENOUGH, PROTECTION_VERSION, counts_behind, protect
from portal.disclosure.selection import select
from portal.disclosure.tables import WHOLE, Bounds, Cell, Publication
from portal.programmes.codes import BRANCH_GROUPINGS, BranchGrouping, Outcome
from portal.published import queries as published
from portal.regions import queries as regions
from portal.regions.rules import division_on
from portal.remarks import queries as remarks
from portal.reports import queries as reports
from portal.reports.queries import NO_REGION
from portal.results import queries as results
from portal.yearly import queries, shown
from portal.yearly.models import Report
from portal.yearly.rules import CHOSEN, OpenTasks

# Told exactly where that gives nobody away; everything else is rounded. What is a whole or a part of another comes
# after it, so that 41 need not stand above 25 and 20.
HEADLINES = (
    *("T01", "T03", "T05", "T09", "T12"),
    *("T06", "T07", "T04", "T04a", "T01b", "I01", "I02", "I04", "T10", "T11", "T13", "T08"),
)
# The overview of a region has counters besides, which no report tells.
TOLD = by_id(SECTIONS)
PEOPLE = ("T01", "T03", "T08b")
# What the report does not tell of a region, and pages of that region do, or could be worked out from them.
ON_PAGES = ("A02", "A03", "A04", "T16")
NO_SHOWS = ("T16.numerator", "T16.denominator")
# The table of /landelijk, where that is judged on another day.
PAGE = "page"


@dataclass(frozen=True)
class Split:
    """One table of a report: what it is split by (None: by what people are going to do), and which figures it has."""

    by: By | None
    ids: tuple[str, ...]
    grouping: BranchGrouping | None = None

    @property
    def excludes(self) -> bool:
        """Whether nobody is in two groups, so that counts add up."""
        return self.by not in (By.THEME, By.DESTINATION, None)


SPLITS: Mapping[str, Split] = {
    "region": Split(By.REGION, (*PEOPLE, "A01")),
    "employer_org": Split(By.EMPLOYER_ORG, (*PEOPLE, "A01")),
    **{name: Split(By.BRANCH, PEOPLE, grouping) for name, grouping in BRANCH_GROUPINGS.items()},
    "month": Split(By.MONTH, ("T01", "A01")),
    "theme": Split(By.THEME, ("T01",)),
    "origin": Split(By.ORIGIN, ("T01", "T01b")),
    "destination": Split(By.DESTINATION, ("T08b", "T05")),
    "outcome": Split(None, (CHOSEN,)),
}


@dataclass(frozen=True)
class Pages:
    """What /landelijk tells of the same year, and whether it is judged on the same day."""

    national: Publication
    is_same: bool


@dataclass(frozen=True)
class Gathered:
    """What was counted, before anybody has seen it: exact. `regions_of` are the regions of the organisations in the
    report, `workplaces` those of the organisations of today, whose people read it."""

    scope: Scope
    code: str
    division: int
    whole: Figures
    tables: Mapping[str, Mapping[str, Figures]]
    regions_of: Mapping[str, list[str]]
    workplaces: list[list[str]]
    tasks: OpenTasks
    pages: Pages | None

    @property
    def broken(self) -> list[str]:
        """The identities that do not hold, of the whole, of every group, and between them."""
        found = broken_identities(self.whole)
        for name, groups in self.tables.items():
            found += [f"{name}: {sum}" for group in groups.values() for sum in broken_identities(group)]
            if SPLITS[name].excludes:
                found += [f"{name}: {sum}" for sum in broken_totals(self.whole, groups.values())]
        return found


def gather(report: Report, today: date) -> Gathered:
    """Count everything that this report is about, and what pages tell today of the same year, at one moment."""
    scope = report.scope
    with snapshot():
        return Gathered(
            scope=scope,
            code=report.period_code,
            division=report.division,
            whole={id: figure for id, figure in reports.counted(scope).items() if id.partition(".")[0] in TOLD},
            tables={name: _counted(scope, split, report.division) for name, split in SPLITS.items()},
            regions_of=regions.regions_by_employer(report.division),
            workplaces=list(regions.regions_by_employer(division_on(today)).values()),
            tasks=queries.open_tasks(scope),
            pages=_pages(scope, report.period_code, today),
        )


def _pages(scope: Scope, code: str, today: date) -> Pages | None:
    """None of a report that was locked over a phase, before there were years of a programme."""
    selection = select(scope.programme, code, today=today)
    if selection.period != scope.period:
        return None
    names = regions.region_names(selection.reference_date)
    publication = reports.national_publication(selection, names, reports.evaluated(selection))
    return Pages(publication, selection.scope == scope)


def publication_of(gathered: Gathered, headlines: Iterable[str], before: Iterable[str] = ()) -> Publication:
    """Everything that the report tells, with how it hangs together, and which of these headlines may be exact.

    `before` are the contents of all versions before it: who has them must not learn more than from each.
    """
    publication = Publication()
    publication.add(gathered.whole)
    for name, groups in gathered.tables.items():
        ids = (*SPLITS[name].ids, *(ON_PAGES if name == "region" else ()))
        told = {_table(name, key): {id: row[id] for id in ids} for key, row in groups.items()}
        (publication.split if SPLITS[name].excludes else publication.overlap)(told)
    publication.hidden |= {cell for cell in publication.values if cell[1].startswith(ON_PAGES) and cell[0] != WHOLE}
    for slug, codes in gathered.regions_of.items():
        publication.tie([_table("region", code) for code in codes], _table("employer_org", slug))
    if gathered.pages:
        nation = _nation_reader(publication, gathered.pages)
        publication.readers = [nation, *_organisation_readers(publication, gathered.workplaces)]
    for number, content in enumerate(before):
        both = publication.after(dict(_told_before(publication, json.loads(content))), f"version {number}")
        publication = both if linear.agrees(both) else publication
    linear.settle(publication)
    publication.exact = linear.exact_headlines(publication, headlines)
    return publication


def _told_before(publication: Publication, content: Mapping[str, Any]) -> Iterator[tuple[Cell, Bounds]]:
    """What a version told of the numbers that are in this one too."""
    figures = [(WHOLE, id, entry) for id, entry in content["figures"].items()]
    for name, table in content["tables"].items():
        for row in table["rows"]:
            for id, entry in zip(table["columns"], row["figures"], strict=True):
                figures.append((_table(name, row["key"]), id, entry))
    for table, id, entry in figures:
        if (figure := publication.figures.get(table, {}).get(id)) is not None:
            behind = [entry] if isinstance(figure, Count) else [entry.get(end, {}) for end in counts_behind(figure)]
            for cell, kept in zip(cells_of(id, figure), behind, strict=True):
                yield (table, cell), shown.bounds(kept)


def _nation_reader(publication: Publication, pages: Pages) -> frozenset[Cell]:
    """What who works for the nation sees besides: /landelijk. Judged on another day it is a table of its own, in which
    what does not depend on the day is the same."""
    told = {cell for cell in pages.national.values if cell not in pages.national.hidden}
    regions = {(_table("region", "" if table == NO_REGION else table), id) for table, id in told if table != WHOLE}
    if pages.is_same:
        return frozenset({(table, id) for table, id in told if table == WHOLE} | regions)
    publication.add(pages.national.figures[WHOLE], PAGE)
    cells = {(table, id) for table, id in publication.values if table == PAGE}
    publication.hidden |= cells
    publication.equal((((PAGE, id), (WHOLE, id)) for _, id in cells))
    return frozenset({(PAGE, id) for table, id in told if table == WHOLE} | regions)


def _organisation_readers(publication: Publication, regions_of: Iterable[list[str]]) -> Iterator[frozenset[Cell]]:
    """What who works for an employer organisation sees besides: of each of its regions the people from ten on, and the
    appointments to which nobody came.

    Judged on another day that may differ a little; for safety it is taken as the same.
    """
    told = publication.values
    for codes in regions_of:
        seen = [(_table("region", code), ids) for code in codes for ids in (PEOPLE, NO_SHOWS)]
        enough = [(table, ids) for table, ids in seen if max(told[table, id] for id in ids) >= ENOUGH]
        yield frozenset((table, id) for table, ids in enough for id in ids)


def _table(name: str, key: str) -> str:
    return f"{name}:{key}"


def _counted(scope: Scope, split: Split, division: int) -> dict[str, Figures]:
    if split.by is None:
        people = results.people_by_outcome(scope)
        return {code.value: {CHOSEN: Count(people[code])} for code in Outcome}
    of = {DEFINITIONS[id].of for id in split.ids} & {SignedUp, Activity}
    return counting.count_by(scope, split.by, division=division, grouping=split.grouping, of=of)


def content_of(gathered: Gathered, publication: Publication) -> dict[str, Any]:
    """What the report says: protected, but for the headlines that may be exact."""
    scope = gathered.scope
    return {
        "programme": scope.programme.value,
        "period": {
            "code": gathered.code,
            "first_day": scope.period.first_day.isoformat(),
            "last_day": scope.period.last_day.isoformat(),
        },
        "reference_date": scope.reference_date.isoformat(),
        "division": gathered.division,
        "definitions": {
            "version": DEFINITIONS_VERSION,
            "counters": {id: definition.version for id, definition in DEFINITIONS.items()},
        },
        "protection": PROTECTION_VERSION,
        "exact": sorted(id for id in gathered.whole if _is_exact(publication, id)),
        "figures": {id: _kept(publication, id) for id in gathered.whole},
        "tables": {
            name: {"columns": list(SPLITS[name].ids), "rows": list(_rows(name, gathered, publication))}
            for name in gathered.tables
        },
        "published": _published(scope),
        "quotes": _quotes(scope),
        "tasks": {
            name: shown.kept(Count(number), protect(Count(number))) for name, number in asdict(gathered.tasks).items()
        },
    }


def _rows(table: str, gathered: Gathered, publication: Publication) -> Iterator[dict[str, Any]]:
    names = _names(table, gathered)
    for key in gathered.tables[table]:
        figures = [_kept(publication, id, _table(table, key)) for id in SPLITS[table].ids]
        yield {"key": key, "name": names.get(key, ""), "figures": figures}


def _kept(publication: Publication, id: str, table: str = WHOLE) -> dict[str, Any]:
    figure, told = publication.figures[table][id], publication.shown(id, table)
    return shown.kept(figure, told, exact=_is_exact(publication, id, table))


def _is_exact(publication: Publication, id: str, table: str = WHOLE) -> bool:
    """Whether a count is told exactly, or a share of which both counts are: then it says no more than they do."""
    figure = publication.figures[table][id]
    are_exact = publication.exact.issuperset((table, cell) for cell in cells_of(id, figure))
    return are_exact and (type(figure) is Count or (type(figure) is Share and publication.shown(id, table).is_told))


def _names(table: str, gathered: Gathered) -> dict[str, str]:
    """What regions and organisations were called then; all else is a code with a label in every language."""
    if table == "region":
        return regions.region_names(gathered.scope.reference_date)
    if table == "employer_org":
        return {employer.slug: employer.name for employer in regions.division(gathered.division).values()}
    return {}


def _quotes(scope: Scope) -> list[str]:
    first, end = scope.answer_months
    return remarks.approved_quotes(scope.programme, first_month=first, until=end)


def _published(scope: Scope) -> list[dict[str, Any]]:
    return [
        {
            "counter": figure.counter,
            "value": figure.value,
            "qualifier": figure.qualifier.value,
            "source": figure.source,
            "reference_date": figure.reference_date.isoformat() if figure.reference_date else None,
        }
        for figures in published.of_period(scope.programme, scope.period).values()
        for figure in figures
    ]
