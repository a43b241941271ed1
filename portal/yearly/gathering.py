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

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from portal.counting import queries as counting
from portal.counting.catalogue import DEFINITIONS, DEFINITIONS_VERSION, SECTIONS
from portal.counting.definitions import by_id
from portal.counting.figures import Count, broken_identities, broken_totals
from portal.counting.queries import Figures
from portal.counting.rules import Activity, By, Scope, SignedUp
from portal.db import snapshot
from portal.disclosure.rules import ENOUGH, PROTECTION_VERSION
from portal.programmes.codes import BRANCH_GROUPINGS, BranchGrouping, Outcome
from portal.published import queries as published
from portal.regions import queries as regions
from portal.remarks import queries as remarks
from portal.reports import queries as reports
from portal.results import queries as results
from portal.yearly import queries, shown
from portal.yearly.models import Report
from portal.yearly.rules import CHOSEN, OpenTasks

# Told exactly where that gives nobody away; everything else is rounded.
HEADLINES = ("T01", "T03", "T05", "T09")
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
class Gathered:
    """What was counted, before anybody has seen it: exact."""

    scope: Scope
    code: str
    division: int
    whole: Figures
    tables: Mapping[str, Mapping[str, Figures]]
    tasks: OpenTasks

    @property
    def broken(self) -> list[str]:
        """The identities that do not hold, of the whole, of every group, and between them."""
        found = broken_identities(self.whole)
        for name, groups in self.tables.items():
            found += [f"{name}: {sum}" for group in groups.values() for sum in broken_identities(group)]
            if SPLITS[name].excludes:
                found += [f"{name}: {sum}" for sum in broken_totals(self.whole, groups.values())]
        return found


def gather(report: Report) -> Gathered:
    """Count everything that this report is about, as it was at one moment."""
    scope = report.scope
    with snapshot():
        return Gathered(
            scope=scope,
            code=report.period_code,
            division=report.division,
            whole={id: figure for id, figure in reports.counted(scope).items() if id.partition(".")[0] in TOLD},
            tables={name: _counted(scope, split, report.division) for name, split in SPLITS.items()},
            tasks=queries.open_tasks(scope),
        )


def exact_headlines(report: Report, gathered: Gathered) -> list[str]:
    """The headlines that can be told exactly without giving anybody away; none until something checks that."""
    return []


def _counted(scope: Scope, split: Split, division: int) -> dict[str, Figures]:
    if split.by is None:
        people = results.people_by_outcome(scope)
        return {code.value: {CHOSEN: Count(people[code])} for code in Outcome}
    of = {DEFINITIONS[id].of for id in split.ids} & {SignedUp, Activity}
    return counting.count_by(scope, split.by, division=division, grouping=split.grouping, of=of)


def content_of(gathered: Gathered, exact: Iterable[str]) -> dict[str, Any]:
    """What the report says: protected, but for the headlines that may be exact."""
    scope, told = gathered.scope, frozenset(exact)
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
        "exact": sorted(told),
        "figures": {id: shown.kept(figure, exact=id in told) for id, figure in gathered.whole.items()},
        "tables": {
            name: {"columns": list(SPLITS[name].ids), "rows": _rows(name, groups, gathered)}
            for name, groups in gathered.tables.items()
        },
        "published": _published(scope),
        "quotes": _quotes(scope),
        "tasks": {name: shown.kept(Count(number)) for name, number in asdict(gathered.tasks).items()},
    }


def _rows(table: str, groups: Mapping[str, Figures], gathered: Gathered) -> list[dict[str, Any]]:
    names = _names(table, gathered)
    return [
        {"key": key, "name": names.get(key, ""), "figures": _cells(SPLITS[table], figures)}
        for key, figures in groups.items()
    ]


def _cells(split: Split, figures: Figures) -> list[dict[str, Any]]:
    """The figures of one row; about a month with so few people that a page would refuse it, nothing is told."""
    people = figures["T01"] if split.by == By.MONTH else None
    if isinstance(people, Count) and people.value < ENOUGH:
        return [dict(shown.NOTHING_TOLD) for _ in split.ids]
    return [shown.kept(figures[id]) for id in split.ids]


def _names(table: str, gathered: Gathered) -> dict[str, str]:
    """What regions and organisations were called then; all else is a code with a label in every language."""
    if table == "region":
        return regions.region_names(gathered.scope.reference_date)
    if table == "employer_org":
        return {employer.slug: employer.name for employer in regions.division(gathered.division).values()}
    return {}


def _quotes(scope: Scope) -> list[str]:
    months = scope.period.months
    return remarks.approved_quotes(scope.programme, first_month=months[0], last_month=months[-1])


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
