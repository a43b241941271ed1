"""Making a report, having it checked, approving it as a second person, locking it, and correcting a locked one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

import peewee
import structlog

from portal import audit, clock, jobs
from portal.access import PORTAL, Actor
from portal.clock import local_day
from portal.counting.catalogue import DEFINITIONS_VERSION
from portal.crypto import new_public_id
from portal.db import broken_constraint, transaction
from portal.db import lock as hold
from portal.disclosure.rules import PROTECTION_VERSION
from portal.disclosure.tables import Publication
from portal.yearly import checking, gathering, queries, rules
from portal.yearly.gathering import Gathered
from portal.yearly.models import Report
from portal.yearly.rules import Reference, ReportPeriod, ReportState

logger = structlog.get_logger()
CLASHES = (
    *("report_number_version", "report.number, report.version"),
    *("report_programme_period_code_version", "report.programme, report.period_code, report.version"),
)


def make_report(actor: Actor, chosen: ReportPeriod, *, reference: Reference, division: int, now: datetime) -> Report:
    """A draft over this period; raises DayStillToCome, or PeriodTold or PeriodUnderWay when there is one already."""
    day = rules.reference_date(chosen.period, reference, local_day(now))
    with transaction(), naming_conflicts(rules.PeriodUnderWay):
        rules.check_free(chosen.period, queries.periods_of_reports(chosen.programme))
        made: Report = Report.create(
            public_id=new_public_id(),
            programme=chosen.programme,
            period_code=chosen.code,
            first_day=chosen.period.first_day,
            last_day=chosen.period.last_day,
            reference_date=day,
            division=division,
            made_by=actor.account_id,
            made_at=now,
        )
        audit.record(actor, "report.made", made, detail=chosen.choice, at=now)
    return made


def correct_report(actor: Actor, public_id: str, *, reason: str, now: datetime) -> Report:
    """A draft of the next version of a locked report, with the reason for it; the locked one stays as it is.

    Raises ReasonMissing, NotInThisState, or CorrectionUnderWay when there is a newer version already.
    """
    why = rules.check_reason(reason)
    with transaction(), naming_conflicts(rules.CorrectionUnderWay):
        locked = _held(actor, public_id, ReportState.LOCKED)
        if queries.is_being_corrected(locked):
            raise rules.CorrectionUnderWay
        same = ("programme", "period_code", "first_day", "last_day", "reference_date", "division", "number")
        made: Report = Report.create(
            public_id=new_public_id(),
            **{name: getattr(locked, name) for name in same},
            version=locked.version + 1,
            replaces=locked,
            reason=why,
            made_by=actor.account_id,
            made_at=now,
        )
        audit.record(actor, "report.correction_made", made, detail=_title(made), at=now)
    return made


def discard(actor: Actor, public_id: str, *, now: datetime) -> None:
    """Throw away a report that is not locked."""
    with transaction():
        report = _held(actor, public_id, ReportState.DRAFT, ReportState.CHECKED, ReportState.APPROVED)
        audit.record(actor, "report.discarded", report, detail=_title(report), at=now)
        report.delete_instance()


# -- checking


def ask_for_check(actor: Actor, public_id: str, *, now: datetime) -> None:
    """Have the worker count and check it; what was checked or approved before is void."""
    with transaction():
        report = _held(actor, public_id, ReportState.DRAFT, ReportState.CHECKED, ReportState.APPROVED)
        if report.is_being_checked:
            raise rules.BeingChecked
        report.state, report.check_asked_at = ReportState.DRAFT, now
        report.content = report.content_hash = report.findings = ""
        report.checked_at = report.approved_by = report.approved_at = None
        report.save()
        audit.record(actor, "report.check_asked", report, detail=_title(report), at=now)
        jobs.wake(check_soon)


@jobs.job
def check_soon() -> None:
    """Woken when somebody asks for a check, and every minute."""
    check_asked(now=clock.now())


def check_asked(*, now: datetime) -> int:
    """By the worker: check every report that waits for it; returns how many that were."""
    return sum(_check_or_say(report, now) for report in queries.to_check())


def _check_or_say(report: Report, now: datetime) -> bool:
    """One that cannot be checked, whatever the cause, keeps no other waiting; it is tried again in a minute."""
    try:
        _check(report, now=now)
    except Exception:
        logger.exception("report_not_checked", report=report.id)
        return False
    return True


def _check(report: Report, *, now: datetime) -> None:
    """Counting takes time, so nothing is held meanwhile; who asked for another check since then gets that one."""
    gathered = gathering.gather(report, clock.local_day(now))
    broken = gathered.broken
    content = "" if broken else rules.canonical(gathering.content_of(gathered, _protected(report, gathered)))
    with transaction():
        hold(report)
        found = Report.get_or_none(Report.id == report.id, Report.check_asked_at == report.check_asked_at)
        if found is not None:
            _keep(found, gathered, broken, content, now)


def _protected(report: Report, gathered: Gathered) -> Publication:
    """A correction tells no headline exactly: beside the version before it, that would tell who came or went."""
    if report.replaces:
        return checking.publication_of(gathered, [], before=queries.contents_before(report))
    return checking.publication_of(gathered, checking.HEADLINES)


def _keep(report: Report, gathered: Gathered, broken: list[str], content: str, now: datetime) -> None:
    report.state = rules.state_after_check(broken, gathered.tasks)
    report.findings = rules.canonical({"broken": broken, "tasks": asdict(gathered.tasks)})
    report.content, report.content_hash = content, rules.content_hash(content) if content else ""
    report.definitions_version, report.protection_version = DEFINITIONS_VERSION, PROTECTION_VERSION
    report.check_asked_at, report.checked_at = None, now
    report.save()
    audit.record(PORTAL, "report.counted", report, detail=f"{_title(report)}: {report.state}", at=now)


def accept_open_tasks(actor: Actor, public_id: str, *, now: datetime) -> None:
    """Go on although something is left to do; the report says what. Nothing helps against a broken identity."""
    with transaction():
        report = _held(actor, public_id, ReportState.DRAFT)
        if report.is_being_checked or not report.findings:
            raise rules.NotInThisState
        if json.loads(report.findings)["broken"]:
            raise rules.FiguresContradict
        report.state = ReportState.CHECKED
        report.save()
        audit.record(actor, "report.tasks_accepted", report, detail=_title(report), at=now)


# -- approving and locking


def approve(actor: Actor, public_id: str, *, check: str, now: datetime) -> None:
    """As a second person: what was read, by its check, is what is approved. Raises NoSecondPerson.

    Not by its hash: who has that can try which exact numbers it belongs to.
    """
    with transaction():
        report = _held(actor, public_id, ReportState.CHECKED)
        rules.check_second_person(report.made_by, actor.account_id)
        if report.check != check:
            raise rules.NotInThisState
        report.state, report.approved_by, report.approved_at = ReportState.APPROVED, actor.account_id, now
        report.save()
        audit.record(actor, "report.approved", report, detail=_title(report), at=now)


def lock_report(actor: Actor, public_id: str, *, is_public: bool, now: datetime) -> Report:
    """From now on it is what it is: with a number, and open to everybody if it is to be public."""
    with transaction(), naming_conflicts(rules.NumberTaken):
        report = _held(actor, public_id, ReportState.APPROVED)
        if rules.content_hash(report.content) != report.content_hash:
            raise rules.FiguresContradict
        report.number = report.number or rules.next_number(local_day(now).year, queries.numbers())
        report.state, report.locked_at, report.is_public = ReportState.LOCKED, now, is_public
        report.save()
        audit.record(actor, "report.locked", report, detail=f"{_title(report)} {report.content_hash}", at=now)
    return report


@contextmanager
def naming_conflicts(error: type[Exception]) -> Iterator[None]:
    """Two at the same moment with the same number or year: the table decides, and the other one hears it."""
    try:
        yield
    except peewee.IntegrityError as conflict:
        if broken_constraint(conflict) in CLASHES:
            raise error from conflict
        raise


def _held(actor: Actor, public_id: str, *states: ReportState) -> Report:
    """The report, held until the transaction ends, in one of these states; raises NotInThisState."""
    hold(queries.report(actor, public_id))
    report = queries.report(actor, public_id)
    if report.state not in states:
        raise rules.NotInThisState
    return report


def _title(report: Report) -> str:
    """For the audit log: '2026-1 version 2', or what it is about while it has no number."""
    about = f"{report.programme}:{report.period_code}"
    return f"{report.number} version {report.version}" if report.number else about
