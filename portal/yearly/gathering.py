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

from collections.abc import Iterator, Mapping
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
from portal.disclosure.cells import WHOLE, table_of
from portal.disclosure.relations import cells_of
from portal.disclosure.rules import PROTECTION_VERSION, protect
from portal.disclosure.tables import Publication
from portal.programmes.codes import BRANCH_GROUPINGS, BranchGrouping, Outcome
from portal.published import queries as published
from portal.regions import queries as regions
from portal.regions.rules import DIVISIONS, division_on
from portal.remarks import queries as remarks
from portal.results import queries as results
from portal.yearly import queries, shown
from portal.yearly.models import Report
from portal.yearly.rules import CHOSEN, OpenTasks
from portal.years import queries as years
from portal.years.rules import select

# The overview of a region has counters besides, which no report tells.
TOLD = by_id(SECTIONS)
PEOPLE = ("T01", "T03", "T08b")


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
    """What /landelijk tells of the same year before a report is locked, and whether it is judged on the same day."""

    national: Publication
    is_same: bool


@dataclass(frozen=True)
class Gathered:
    """What was counted, before anybody has seen it: exact. `organisations` are those of every division, `divisions` the
    regions of each of them, `workplaces` the regions of who reads the report."""

    scope: Scope
    code: str
    division: int
    whole: Figures
    tables: Mapping[str, Mapping[str, Figures]]
    organisations: Mapping[int, Mapping[str, Figures]]
    divisions: Mapping[int, Mapping[str, list[str]]]
    workplaces: list[list[str]]
    tasks: OpenTasks
    pages: Pages | None

    def table(self, name: str, key: str) -> str:
        """What the publication calls the table of a group: an organisation by its regions, for in another division
        one may have the same regions or others."""
        return self.organisation(key, self.division) if name == "employer_org" else table_of(name, key)

    def organisation(self, slug: str, division: int) -> str:
        return table_of("employer_org", "+".join(self.divisions[division].get(slug, [slug])))

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
        organisations = {number: _counted(scope, SPLITS["employer_org"], number) for number in DIVISIONS}
        return Gathered(
            scope=scope,
            code=report.period_code,
            division=report.division,
            whole={id: figure for id, figure in years.counted(scope).items() if id.partition(".")[0] in TOLD},
            tables={name: _counted(scope, split, report.division) for name, split in SPLITS.items()},
            organisations=organisations,
            divisions={number: regions.regions_by_employer(number) for number in DIVISIONS},
            workplaces=_workplaces(today),
            tasks=queries.open_tasks(scope),
            pages=None if report.replaces else _pages(scope, report.period_code, today),
        )


def _workplaces(today: date) -> list[list[str]]:
    """Who works at a desk does so for one region, or for all of their employer organisation."""
    organisations = regions.regions_by_employer(division_on(today)).values()
    return [
        regions for codes in organisations for regions in ([codes] if len(codes) > 1 else []) + [[c] for c in codes]
    ]


def _pages(scope: Scope, code: str, today: date) -> Pages | None:
    """None of a report that was locked over a phase, before there were years of a programme."""
    selection = select(scope.programme, code, today=today)
    if selection.period != scope.period:
        return None
    names = regions.region_names(selection.reference_date)
    publication = years.national_publication(selection, names, years.evaluated(selection))
    return Pages(publication, selection.scope == scope)


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
        figures = [_kept(publication, id, gathered.table(table, key)) for id in SPLITS[table].ids]
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
