"""Asking for a file, making it, fetching it, and wiping it after a day."""

import base64
from datetime import datetime
from typing import Any

import structlog

from portal import audit, clock, jobs
from portal.access import Actor
from portal.clock import local_day
from portal.crypto import new_public_id
from portal.db import transaction
from portal.downloads import queries, rules
from portal.downloads.models import Download
from portal.downloads.rules import Form, State, Subject
from portal.exports.sheets import WRITERS
from portal.i18n import speaking
from portal.programmes.codes import ProgrammeCode
from portal.yearly import files
from portal.yearly.models import Report
from portal.years.rules import select

logger = structlog.get_logger()


def ask(
    actor: Actor,
    *,
    subject: Subject,
    form: Form,
    programme: ProgrammeCode,
    year: str,
    region: str | None,
    reason: str,
    now: datetime,
) -> Download:
    """Ask for a file; the worker makes it. Raises NotOffered for what is not for this role or region, NoSuchYear for a
    year before the programme."""
    rules.check_reason(reason)
    own = None if subject == Subject.NATIONAL_FIGURES else region
    if subject not in rules.to_choose_from(actor.roles) or (own is None) != (subject == Subject.NATIONAL_FIGURES):
        raise rules.NotOffered
    if own is not None and own not in actor.regions:
        raise rules.NotOffered
    if select(programme, year, today=local_day(now)).code != year:
        raise rules.NoSuchYear
    told = f"{subject} {form} {programme} {year} {own or ''}".strip()
    about = {"subject": subject, "form": form, "programme": programme, "year": year, "region": own}
    return _asked(actor, about, reason=reason, told=told, now=now)


def ask_for_report(actor: Actor, *, report: Report, form: Form, reason: str, now: datetime) -> Download:
    """Ask for a report as a file. Raises NotOffered for one that is not locked, and for one that is public anyway."""
    rules.check_reason(reason)
    if Subject.REPORT not in rules.subjects_for(actor.roles) or not report.is_locked or report.is_public:
        raise rules.NotOffered
    told = f"{Subject.REPORT} {form} {report.number} {report.version}"
    about = {"subject": Subject.REPORT, "form": form, "programme": report.programme, "year": "", "report": report}
    return _asked(actor, about, reason=reason, told=told, now=now)


def _asked(actor: Actor, about: dict[str, Any], *, reason: str, told: str, now: datetime) -> Download:
    """`told` is what the log says of it."""
    with transaction():
        made = Download(
            public_id=new_public_id(),
            account=actor.account_id,
            **about,
            language=actor.language,
            asked_at=now,
            expires_at=now + rules.KEPT,
        )
        made.reason = reason
        made.save(force_insert=True)
        audit.record(actor, "download.asked", made, detail=told)
        jobs.wake(make_soon)
    return made


@jobs.job
def make_soon() -> None:
    make_asked(now=clock.now())


def make_asked(*, now: datetime) -> int:
    """Make every file that was asked for; returns how many. One that cannot be made does not hold up the others."""
    asked = list(Download.select().where(Download.state == State.ASKED).order_by(Download.asked_at, Download.id))
    for download in asked:
        try:
            with speaking(download.language):
                content = _content(download, now)
        except Exception:
            logger.exception("download failed", download=download.id)
            _finish(download, State.FAILED)
        else:
            download.content = base64.b64encode(content).decode()
            _finish(download, State.READY)
    return len(asked)


def _content(download: Download, now: datetime) -> bytes:
    if download.report:
        return files.written(download.report, download.form)
    return WRITERS[download.form](queries.tables_of(download, now))


def _finish(download: Download, state: State) -> None:
    done = Download.update(state=state, content_sealed=download.content_sealed)
    done.where(Download.id == download.id, Download.state == State.ASKED).execute()


def fetch(actor: Actor, public_id: str, *, now: datetime) -> tuple[Download, bytes]:
    """The file and what is in it, for who asked for it; every time is written down. Raises NotFound."""
    found = queries.ready_download(actor, public_id, now)
    audit.record_read(actor, queries.FETCHED, found)
    return found, base64.b64decode(found.content)


def wipe_old(*, now: datetime) -> int:
    """Wipe what was in files that are a day old; that they were asked for stays. Returns how many."""
    old = Download.update(state=State.WIPED, content_sealed=None)
    return int(old.where(Download.expires_at <= now, Download.state != State.WIPED).execute())
