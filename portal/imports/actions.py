"""Loading files: all of it or nothing; and uploads on the page, which the worker checks and loads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import peewee

from portal import audit
from portal.access import Actor
from portal.db import broken_constraint, database, gather_statistics, on_postgres, transaction
from portal.imports import loads, queries, writes
from portal.imports.loads import Load
from portal.imports.mistakes import OtherLoad
from portal.imports.models import ImportedRef
from portal.imports.rules import FileName, Progress

# Roughly how many rows are written for a line that was read.
ROWS_PER_LINE = 5
TAKEN_MEANWHILE = (
    "block_coach_never_overlaps",
    "block_participant_never_overlaps",
    "account.email_key",
    "account_email_key",
)


def load(
    actor: Actor, files: Mapping[FileName, bytes], *, now: datetime, dry_run: bool, told: Progress = lambda d, t: None
) -> Load:
    """Check these files and, if nothing at all is wrong with them, store them in one transaction.

    What is wrong is among the problems of the answer. Raises OtherLoad when others stored something meanwhile that
    this rests on; then nothing is stored either.
    """
    checked = loads.check(files, now=now, told=told)
    if not checked.problems and not dry_run:
        store(actor, checked, told=told)
    return checked


def store(actor: Actor, checked: Load, *, told: Progress = lambda d, t: None) -> None:
    """Write a load without problems; see `load`."""
    lines, written = checked.lines, 0

    def tell(rows: int) -> None:
        nonlocal written
        written += rows
        told(lines + min(lines, written // ROWS_PER_LINE), 2 * lines)

    with _naming_conflicts(), transaction():
        _hold_refs()
        if queries.stamp() != checked.stamp:
            raise OtherLoad
        writes.write(actor, checked, told=tell)
        new, changed = (sum(getattr(c, kind) for c in checked.counts.values()) for kind in ("new", "changed"))
        audit.record(actor, "import.loaded", detail=f"{new} new, {changed} changed", at=checked.now)
    gather_statistics()
    told(2 * lines, 2 * lines)


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
