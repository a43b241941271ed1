"""What operators type: `flask --app wsgi report counts …`."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import click
from flask.cli import AppGroup

from portal.counting import queries as counting
from portal.counting.figures import broken_identities, broken_totals
from portal.counting.periods import Period, check_day
from portal.counting.queries import Figures
from portal.counting.rules import By, Scope
from portal.disclosure import linear
from portal.disclosure.cells import WHOLE
from portal.disclosure.rules import exact
from portal.disclosure.tables import Publication
from portal.errors import DomainError
from portal.i18n import DEFAULT, speaking
from portal.programmes.codes import BRANCH_GROUPINGS, ProgrammeCode
from portal.regions.rules import DIVISIONS, division_on
from portal.reports import queries
from portal.years import queries as years

commands = AppGroup("report", help="Figures: counts.")
DAY = click.DateTime(formats=["%Y-%m-%d"])
COLUMNS = ("group", "counter", "part", "value", "numerator", "denominator", "n", "definition_version")
TOTAL = "total"


@commands.command("counts")
@click.option("--programme", type=click.Choice([code.value for code in ProgrammeCode]), required=True)
@click.option("--from", "first_day", type=DAY, required=True, help="First day of the period.")
@click.option("--to", "last_day", type=DAY, required=True, help="Last day of the period, included.")
@click.option("--reference-date", type=DAY, required=True, help="Judge everything at the end of this day.")
@click.option("--by", type=click.Choice([by.value for by in By]), help="Split by this too.")
@click.option("--division", type=click.Choice([str(number) for number in DIVISIONS]), help="Of employer organisations.")
@click.option("--grouping", type=click.Choice(list(BRANCH_GROUPINGS)), help="Published list of branches to use.")
@click.option("--published", is_flag=True, help="Protect small numbers, as in everything that leaves.")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json")
def counts(
    programme: str,
    first_day: datetime,
    last_day: datetime,
    reference_date: datetime,
    by: str | None,
    division: str | None,
    grouping: str | None,
    published: bool,
    form: str,
) -> None:
    """Figures by the id of their counter: exact, for staff only, unless --published."""
    scope = _scope(programme, first_day, last_day, reference_date)
    chosen = int(division or division_on(scope.reference_date))
    adds_up = by not in (By.THEME, By.DESTINATION)
    figures = years.counted(scope)
    rows = BRANCH_GROUPINGS[grouping] if grouping else None
    groups = counting.count_by(scope, By(by), division=chosen, grouping=rows) if by else {}
    shown = _published(figures, groups, adds_up=adds_up) if published else _exact(figures, groups)
    with speaking(DEFAULT):
        result = {
            "programme": programme,
            "from": scope.period.first_day.isoformat(),
            "to": scope.period.last_day.isoformat(),
            "reference_date": scope.reference_date.isoformat(),
            "division": chosen,
            "published": published,
            "counters": queries.counters(figures, partial(shown, table=WHOLE)),
        }
        if by:
            result["groups"] = [
                {"key": key, "counters": queries.counters(found, partial(shown, table=_table(key)))}
                for key, found in groups.items()
            ]
    _print_csv(result) if form == "csv" else click.echo(json.dumps(result, indent=1, ensure_ascii=False))
    broken = broken_identities(figures) + (broken_totals(figures, groups.values()) if by and adds_up else [])
    if broken:
        click.echo(f"These figures contradict each other: {'; '.join(broken)}", err=True)
        sys.exit(1)


def _exact(figures: Figures, groups: Mapping[str, Figures]) -> Callable[..., dict[str, object]]:
    tables = {WHOLE: figures, **{_table(key): found for key, found in groups.items()}}
    return lambda id, table: exact(tables[table][id])


def _published(figures: Figures, groups: Mapping[str, Figures], *, adds_up: bool) -> Callable[..., dict[str, object]]:
    publication = Publication()
    publication.add(figures)
    tables = {_table(key): found for key, found in groups.items()}
    publication.split(tables) if adds_up else publication.overlap(tables)
    linear.settle(publication)
    return publication.published


def _table(key: str) -> str:
    """The name of a group's table; that of those who belong to no group is not the whole's."""
    return f"group:{key}"


def _scope(programme: str, first_day: datetime, last_day: datetime, reference_date: datetime) -> Scope:
    try:
        period = Period(first_day.date(), last_day.date())
        return Scope(ProgrammeCode(programme), period, check_day(reference_date.date()))
    except DomainError as error:
        raise click.UsageError(error.message) from error


def _print_csv(result: dict[str, Any]) -> None:
    table = csv.DictWriter(sys.stdout, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    groups = [{"key": TOTAL, "counters": result["counters"]}, *result.get("groups", [])]
    table.writerows(row for group in groups for row in _csv_rows(group["key"], group["counters"]))


def _csv_rows(group: str, counters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for counter, entry in counters.items():
        parts = entry.get("parts", {})
        own = {name: value for name, value in entry.items() if name != "parts"}
        if own["value"] is not None or not parts:
            yield {"group": group, "counter": counter, "part": "", **own}
        for part, figure in parts.items():
            version = entry["definition_version"]
            yield {"group": group, "counter": counter, "part": part, "definition_version": version, **figure}
