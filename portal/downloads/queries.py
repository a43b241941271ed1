"""Whose files these are, and what is in them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import peewee
from peewee import JOIN

from portal.access import Actor
from portal.accounts.models import Account
from portal.audit import AuditEntry
from portal.clock import local_day
from portal.counting.periods import year_of
from portal.desk import rules as desk
from portal.downloads import rules
from portal.downloads.models import Download
from portal.downloads.rules import State, Subject
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.errors import NotFound
from portal.exports.sheets import Cell, Table
from portal.i18n import gettext
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.regions import queries as regions
from portal.reports import queries as reports
from portal.reports.queries import Report as Figures
from portal.yearly.models import Report
from portal.yearly.overview import Line
from portal.years.rules import Selection, select

FETCHED = "download.fetched"


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """One's own files: of what one may still ask for, and of regions only those that one still works for."""
    own = Download.region.is_null() | Download.region.in_(sorted(actor.regions))
    subjects = Download.subject.in_(rules.subjects_for(actor.roles))
    return Download.select().where(Download.account == actor.account_id, subjects, own)


def own_downloads(actor: Actor) -> list[tuple[Download, int]]:
    """The newest first, each with how often it was fetched. One query."""
    fetched = AuditEntry.select(peewee.fn.COUNT(AuditEntry.id)).where(
        AuditEntry.event == FETCHED,
        AuditEntry.subject_table == Download._meta.table_name,
        AuditEntry.subject_id == Download.id,
    )
    found = (
        visible_to(actor)
        .select(Download, Report.number, Report.version, fetched.alias("fetched"))
        .join_from(Download, Report, JOIN.LEFT_OUTER)
    )
    rows = found.order_by(Download.asked_at.desc(), Download.id.desc()).limit(50)
    return [(row, row.fetched) for row in rows]


def ready_download(actor: Actor, public_id: str, now: datetime) -> Download:
    """The file, to be fetched; raises NotFound for one of others, one that is not there yet, and one that is wiped."""
    found = visible_to(actor).where(
        Download.public_id == public_id, Download.state == State.READY, Download.expires_at > now
    )
    row = found.first()
    if row is None:
        raise NotFound
    return row


def tables_of(download: Download, now: datetime) -> list[Table]:
    """What is in the file, in the language of now."""
    if download.subject == Subject.ENROLMENTS:
        return [_enrolments(download.region_id, download.programme, download.year)]
    selection = select(download.programme, download.year, today=local_day(now))
    if download.subject == Subject.NATIONAL_FIGURES:
        return list(_figures(reports.national(selection), selection))
    region = next(known for known in regions.all_regions(selection.reference_date) if known.code == download.region_id)
    return list(_figures(reports.regional(selection, region), selection))


def _enrolments(region: str, programme: ProgrammeCode, year: str) -> Table:
    """Everybody who signed up in this region and year, as the desk sees them: no word of why, and no handover."""
    period = year_of(programme, int(year))
    rows = (
        Enrolment.select(
            Enrolment.enrolled_at,
            Account.first_name,
            Account.last_name,
            Enrolment.pc4,
            Enrolment.status,
            Enrolment.status_at,
        )
        .join(Account, JOIN.LEFT_OUTER, on=(Enrolment.participant == Account.id))
        .where(
            Enrolment.region == region,
            Enrolment.programme == programme,
            Enrolment.status != EnrolmentStatus.SUBMITTED,
            Enrolment.id > 0,
            Enrolment.enrolled_at >= period.starts_at,
            Enrolment.enrolled_at < period.ends_at,
        )
        .order_by(Enrolment.enrolled_at, Enrolment.id)
        .tuples()
    )
    columns = [_("Signed up at"), _("First name"), _("Last name"), _("Postcode"), _("State"), _("Since")]
    return Table(_("Sign-ups"), columns, [_line(row) for row in rows])


def _line(row: Sequence[Cell]) -> list[Cell]:
    *known, status, since = row
    return [*known, gettext(desk.status_label(EnrolmentStatus(str(status)))), since]


def _figures(report: Figures, selection: Selection) -> Iterator[Table]:
    facts: list[Sequence[Cell]] = [
        [_("Programme"), selection.programme.label],
        [_("First day"), selection.period.first_day],
        [_("Last day"), selection.period.last_day],
        [_("Reference date"), report.reference_date],
        *([[_("Remark"), gettext(report.refusal)]] if report.refusal else []),
    ]
    yield Table(_("About these figures"), [_("What"), _("Value")], facts)
    for section, lines in report.sections:
        columns = ["id", _("Name"), _("Figure"), _("How precise"), _("Of how many")]
        yield Table(gettext(section.title), columns, [_figure(line) for line in lines])
    if report.by_region:
        rows = [[name, shown.cell] for name, shown in report.by_region]
        yield Table(_("By region"), [_("Region"), _("People who signed up")], rows)


def _figure(line: Line) -> list[Cell]:
    whole = line.basis.number.cell if line.basis else None
    return [line.id, gettext(line.name), line.figure.cell, line.figure.precision, whole]


def file_name(found: Download) -> str:
    """Figures say which ones they are, whoever sees the name: 'cijfers-ecz-twente-2025.csv', 'cijfers-2026-1.csv'.

    A list of people says nothing: 'bestand-2026-11-29.xlsx'.
    """
    if found.report:
        return str(found.report.file_name(found.form))
    if found.subject not in rules.FIGURES:
        return f"bestand-{found.asked_at:%Y-%m-%d}.{found.form}"
    region = regions.region_on(found.region_id, local_day(found.asked_at)) if found.region_id else None
    place = rules.plain(region.bare_name) if region else "nederland"
    return f"cijfers-{found.programme}-{place}-{found.year}.{found.form}"
