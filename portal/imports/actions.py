"""Loading files: all of it or nothing; and uploads on the page, which the worker checks and loads."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

import peewee

from portal import audit, clock, jobs
from portal.access import Actor, Role
from portal.crypto import new_public_id
from portal.db import broken_constraint, database, gather_statistics, on_postgres, transaction
from portal.i18n import speaking
from portal.imports import loads, queries, rules, writes
from portal.imports.loads import Load
from portal.imports.mistakes import NotToBeLoaded, OtherLoad
from portal.imports.models import ImportedRef, Upload, UploadedFile
from portal.imports.rules import FileName, LoadStatus, Progress

# Roughly how many rows are written for a line that was read.
ROWS_PER_LINE = 5
TAKEN_MEANWHILE = (
    "block_coach_never_overlaps",
    "block_participant_never_overlaps",
    "account.email_key",
    "account_email_key",
)


def unheard(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


def load(
    actor: Actor,
    files: Mapping[FileName, bytes],
    *,
    now: datetime,
    dry_run: bool,
    told: Progress = unheard,
) -> Load:
    """Check these files and, if nothing at all is wrong with them, store them in one transaction.

    What is wrong is among the problems of the answer. Raises OtherLoad when others stored something meanwhile that
    this rests on; then nothing is stored either.
    """
    checked = loads.check(files, now=now, told=told)
    if not checked.problems and not dry_run:
        store(actor, checked, told=told)
    return checked


def store(actor: Actor, checked: Load, *, told: Progress = unheard) -> None:
    """Write a load without problems; see `load`."""
    with _naming_conflicts(), transaction():
        _write(actor, checked, told)
    gather_statistics()
    told(2 * checked.lines, 2 * checked.lines)


def _write(actor: Actor, checked: Load, told: Progress) -> None:
    lines, written = checked.lines, 0

    def tell(rows: int) -> None:
        nonlocal written
        written += rows
        told(lines + min(lines, written // ROWS_PER_LINE), 2 * lines)

    _hold_refs()
    if queries.stamp() != checked.stamp:
        raise OtherLoad
    writes.write(actor, checked, told=tell)
    new, changed = (sum(getattr(c, kind) for c in checked.counts.values()) for kind in ("new", "changed"))
    audit.record(actor, "import.loaded", detail=f"{new} new, {changed} changed", at=checked.now)


def _hold_refs() -> None:
    """One load at a time. SQLite lets nobody else write anyway."""
    if on_postgres():
        database.execute_sql(f'LOCK TABLE "{ImportedRef._meta.table_name}" IN SHARE ROW EXCLUSIVE MODE')


@contextmanager
def _naming_conflicts() -> Iterator[None]:
    """Somebody booked a time or signed up between the check and the writing; any other refusal is a fault of ours."""
    try:
        yield
    except peewee.IntegrityError as error:
        if broken_constraint(error) in TAKEN_MEANWHILE:
            raise OtherLoad from error
        raise


# -- uploads on the page


def send_in(actor: Actor, files: Mapping[FileName, bytes], *, now: datetime) -> Upload:
    """Keep these files, sealed, for the worker to check; nothing is loaded yet."""
    with transaction():
        upload = Upload.create(
            public_id=new_public_id(), sent_by=actor.account_id, language=actor.language, sent_at=now
        )
        for name, content in files.items():
            file = UploadedFile(public_id=new_public_id(), upload=upload, name=name)
            file.content = content.decode("latin-1")
            file.save(force_insert=True)
        audit.record(actor, "import.sent", upload, detail=", ".join(files))
        jobs.wake(carry_out_soon)
    return upload


def ask_to_load(actor: Actor, upload: Upload, *, now: datetime) -> None:
    """Have the worker load what it found nothing wrong with; raises NotToBeLoaded for anything else."""
    with transaction():
        asked = Upload.update(status=LoadStatus.TO_LOAD, claim=None, seen_at=None, tries=0, done=0)
        if not asked.where(Upload.id == upload.id, Upload.status == LoadStatus.CHECKED).execute():
            raise NotToBeLoaded
        audit.record(actor, "import.asked_for", upload, at=now)
        jobs.wake(carry_out_soon)


def drop(actor: Actor, upload: Upload, *, now: datetime) -> None:
    """Remove what was sent in without loading it; raises NotToBeLoaded when it is not waiting for that."""
    with transaction():
        dropped = Upload.update(status=LoadStatus.DROPPED, done_at=now)
        if not dropped.where(Upload.id == upload.id, Upload.status == LoadStatus.CHECKED).execute():
            raise NotToBeLoaded
        UploadedFile.delete().where(UploadedFile.upload == upload).execute()
        audit.record(actor, "import.dropped", upload, at=now)


@jobs.job
def carry_out_soon() -> None:
    carry_out(at=clock.now)


def carry_out(*, at: Callable[[], datetime]) -> int:
    """Check or load whatever waits for it, one after the other; returns how many. `at` tells the time, as it passes.

    One worker has an upload at a time. Who said nothing for a while has crashed, and another begins again: until all
    of it is stored, nothing is.
    """
    done = 0
    while (upload := _claim(at())) is not None:
        with speaking(upload.language):
            _carry_out(upload, at)
        done += 1
    return done


def _claim(now: datetime) -> Upload | None:
    for id in queries.claimable(now):
        claim = new_public_id()
        mine = Upload.update(claim=claim, seen_at=now, tries=Upload.tries + 1)
        if mine.where(Upload.id == id, *queries.is_claimable(now)).execute():
            found: Upload = Upload.get_by_id(id)
            return found
    return None


def _carry_out(upload: Upload, at: Callable[[], datetime]) -> None:
    files = {FileName(file.name): file.content.encode("latin-1") for file in upload.files}
    told = _noting_progress(upload, at)
    checked = loads.check(files, now=at(), told=told)
    if checked.problems or upload.status == LoadStatus.TO_CHECK:
        with transaction():
            _finish(upload, checked, LoadStatus.REFUSED if checked.problems else LoadStatus.CHECKED, at())
        return
    try:
        with _naming_conflicts(), transaction():
            _write(Actor(account_id=upload.sent_by_id, roles=frozenset({Role.NATIONAL})), checked, told)
            _finish(upload, checked, LoadStatus.LOADED, at())
    except OtherLoad:
        Upload.update(seen_at=None).where(Upload.id == upload.id, Upload.claim == upload.claim).execute()
    else:
        gather_statistics()


def _noting_progress(upload: Upload, at: Callable[[], datetime]) -> Progress:
    """Say how far it is, at most once a second; not while it is written, for nobody could see that yet."""
    said_at = at()

    def told(done: int, total: int) -> None:
        nonlocal said_at
        if database.in_transaction() or at() - said_at < rules.SAID_EVERY:
            return
        said_at = at()
        progress = Upload.update(done=done, total=total, seen_at=said_at)
        progress.where(Upload.id == upload.id, Upload.claim == upload.claim).execute()

    return told


def _finish(upload: Upload, checked: Load, status: LoadStatus, now: datetime) -> None:
    """What came of it; raises OtherLoad when another worker took over meanwhile."""
    problems = [[p.file, p.line, p.column, str(p.error)] for p in checked.problems[: rules.MOST_PROBLEMS]]
    finished = Upload.update(
        status=status,
        done_at=now,
        seen_at=None,
        counts=json.dumps({name: asdict(counts) for name, counts in checked.counts.items()}),
        problems=json.dumps(problems),
        problem_count=len(checked.problems),
    )
    if not finished.where(Upload.id == upload.id, Upload.claim == upload.claim).execute():
        raise OtherLoad
    if status != LoadStatus.CHECKED:
        UploadedFile.delete().where(UploadedFile.upload == upload).execute()


def clear_away(*, now: datetime) -> None:
    """Remove content that nobody loaded within a day, give up what crashed too often, and forget old uploads."""
    with transaction():
        gone = queries.tried_too_often(now)
        Upload.update(status=LoadStatus.FAILED, done_at=now).where(Upload.id.in_(gone)).execute()
        forgotten = Upload.update(status=LoadStatus.DROPPED, done_at=now)
        forgotten.where(Upload.status == LoadStatus.CHECKED, Upload.sent_at <= now - rules.KEPT).execute()
        over = Upload.select(Upload.id).where(Upload.status.not_in([*rules.WAITING, LoadStatus.CHECKED]))
        UploadedFile.delete().where(UploadedFile.upload.in_(over)).execute()
        Upload.delete().where(Upload.sent_at <= now - rules.LISTED, Upload.id.in_(over)).execute()
