"""A report as a file: the same protected figures as on its page.

The JSON file is the content itself, byte for byte, so that anybody can check its SHA-256 against the one on the page.
"""

from collections.abc import Iterable, Sequence

from portal.counting.catalogue import DEFINITIONS
from portal.errors import NotFound
from portal.exports.sheets import MEDIA_TYPES, WRITERS, Cell, Table
from portal.i18n import gettext, short_day
from portal.yearly.models import Report
from portal.yearly.overview import Line, Overview
from portal.yearly.words import table_title


def check_ending(ending: str) -> None:
    """Raises NotFound for an ending that we do not write."""
    if ending not in MEDIA_TYPES:
        raise NotFound


def written(report: Report, ending: str) -> bytes:
    """The file with this ending."""
    return report.content.encode() if ending == "json" else WRITERS[ending](list(tables(report)))


def tables(report: Report) -> Iterable[Table]:
    """Of what report this is, all figures of the whole, and every table."""
    overview = Overview(report.content)
    yield _about(report, overview)
    yield _figures(overview)
    for name in overview.content["tables"]:
        columns = [gettext("Group"), *(column for column, _ in overview.columns(name))]
        rows = [[row.name, *(figure.cell for figure in row.cells)] for row in overview.rows(name)]
        yield Table(table_title(name), columns, rows)


def _about(report: Report, overview: Overview) -> Table:
    facts: list[Sequence[Cell]] = [
        [gettext("Report"), report.number],
        [gettext("Version"), report.version],
        [gettext("Programme"), overview.programme.label],
        [gettext("First day"), overview.period.first_day],
        [gettext("Last day"), overview.period.last_day],
        [gettext("Reference date"), overview.reference_date],
        [gettext("Definitions version"), overview.definitions_version],
        [gettext("Employer organisations"), overview.division],
        [gettext("Locked on"), short_day(report.locked_at)],
        ["SHA-256", report.content_hash],
    ]
    return Table(gettext("About this report"), [gettext("What"), gettext("Value")], facts)


def _figures(overview: Overview) -> Table:
    lines = [line for _, found in overview.sections for line in found]
    columns = [
        "id",
        gettext("Name"),
        gettext("Figure"),
        gettext("How precise"),
        gettext("Of how many"),
        gettext("Definition version"),
    ]
    return Table(gettext("Figures"), columns, [_row(overview, line) for line in lines])


def _row(overview: Overview, line: Line) -> Sequence[Cell]:
    version = overview.version_of(DEFINITIONS[line.id.partition(".")[0]])
    whole = line.basis.number.cell if line.basis else None
    return [line.id, gettext(line.name), line.figure.cell, line.figure.precision, whole, version]
