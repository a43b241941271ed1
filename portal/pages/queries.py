"""Whether the parts that the portal stands on are there."""

from collections.abc import Callable
from datetime import datetime, timedelta

import peewee

from portal import migrating
from portal.db import database
from portal.jobs import Heartbeat
from portal.pages.rules import WORKER_SILENT_AFTER_MINUTES


def readiness(now: datetime) -> dict[str, bool]:
    """Per part whether it works, and no more than that: everybody may ask."""
    return {
        "database": _works(_database_answers),
        "migrations": _works(lambda: not migrating.pending()),
        "worker": _works(lambda: _worker_beats(now)),
    }


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except peewee.PeeweeException:
        return False


def _database_answers() -> bool:
    return bool(database.execute_sql("SELECT 1").fetchone())


def _worker_beats(now: datetime) -> bool:
    silent_since = now - timedelta(minutes=WORKER_SILENT_AFTER_MINUTES)
    return Heartbeat.select().where(Heartbeat.seen_at > silent_since).exists()
