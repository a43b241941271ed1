"""The job queue: only triggers live in it. The truth is in our tables, so losing the queue loses nothing."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from huey import Huey, crontab
from huey.consumer import Consumer
from huey.storage import MemoryStorage, PostgresStorage, SqliteStorage

from portal import clock
from portal.config import Settings
from portal.db import Table, UTCField, after_commit, database, gather_statistics

logger = logging.getLogger(__name__)


class Heartbeat(Table):
    """The worker's sign of life, one row."""

    seen_at = UTCField()


queue = Huey("portal", storage_class=MemoryStorage, results=False)


def install(app: Flask, settings: Settings) -> None:
    """Point the queue at its store, beside the database that holds the truth."""
    queue.flask_app = app
    queue.storage = _storage(settings)


def _storage(settings: Settings) -> Any:
    if settings.testing:
        return MemoryStorage("portal")
    if settings.database_url.startswith("postgres"):
        return PostgresStorage("portal", dsn=settings.database_url)
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    return SqliteStorage("portal", filename=str(settings.instance / "jobs.db"))


def consumer() -> Consumer:
    """The worker. It looks at the queue at least once a second: somebody waits for the mail that signs them in.

    Two threads, so that such a mail does not wait for what takes long, such as fetching calendars.
    """
    return queue.create_consumer(workers=2, worker_type="thread", max_delay=1.0)


def job(work: Callable[[], object]) -> Any:
    """Something the worker does when it is woken; see `wake`."""
    return queue.task()(_in_app(work))


def every(minutes: str = "*", hours: str = "*") -> Callable[[Callable[[], object]], Any]:
    """Something the worker does by the clock, in crontab notation (`*/10` is every ten minutes)."""

    def declare(work: Callable[[], object]) -> Any:
        return queue.periodic_task(crontab(minute=minutes, hour=hours))(_in_app(work))

    return declare


def wake(task: Callable[[], object]) -> None:
    """After the transaction is stored, have the worker do this soon, once however often it is asked meanwhile.

    A lost trigger is swept up later.
    """
    after_commit(_trigger(task))


@functools.cache
def _trigger(task: Callable[[], object]) -> Callable[[], None]:
    def trigger() -> None:
        try:
            task()
        except Exception:
            logger.warning("The job queue did not take a trigger; the next sweep does the work.")

    return trigger


def _in_app(work: Callable[[], object]) -> Callable[[], object]:
    @functools.wraps(work)
    def run() -> object:
        app: Flask = queue.flask_app
        with app.app_context():
            try:
                return work()
            finally:
                if not database.is_closed() and not database.in_transaction():
                    database.close()

    return run


@every(minutes="*")
def beat() -> None:
    """Say that the worker is alive; /readyz reads it."""
    now = clock.now()
    Heartbeat.insert(id=1, seen_at=now).on_conflict(
        conflict_target=[Heartbeat.id], update={Heartbeat.seen_at: now}
    ).execute()


@every(minutes="23", hours="3")
def look_at_tables() -> None:
    """Every night, so that what grows is still found by the right index."""
    gather_statistics()
