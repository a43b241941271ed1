"""The two engines, each with a migrated database from which every test gets its own fresh state."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import peewee
from flask import Flask

from portal import create_app, migrating
from portal.config import Settings
from portal.db import connect_to, database
from tests.kept import Kept, without_looking_after_keys

REFERENCE_TABLES = {"region", "region_name", "employer_org", "region_employer", "postcode_range", "place"}
# What a migration brought in and tests may add to: how it becomes again what it was.
AS_SHIPPED = {
    "question": "DELETE FROM question WHERE questionnaire_id IN (SELECT id FROM questionnaire WHERE version > 1)",
    "questionnaire": "DELETE FROM questionnaire WHERE version > 1; UPDATE questionnaire SET state = 'in_use'",
}


@dataclass(frozen=True)
class Engine:
    """A migrated database, the application on it, and worlds that are put back instead of made anew.

    `fresh()` is a context in which the portal is connected to a database in which nothing happened yet.
    """

    settings: Settings
    app: Flask
    fresh: Callable[[], AbstractContextManager[None]]
    once: Kept


@contextmanager
def made(settings: Settings) -> Iterator[Engine]:
    """Empties or copies a database for each test until the end."""
    database.initialize(connect_to(settings.database_url))
    migrating.upgrade(settings)
    database.close()
    names = [table._meta.table_name for table in migrating.all_tables()]
    tables = [name for name in names if name not in REFERENCE_TABLES]
    connected = connect_to(settings.database_url)
    fresh = partial(_emptied, connected, _emptying(tables))
    if settings.database_url.startswith("sqlite"):
        fresh = partial(_copied, Path(settings.database_url.removeprefix("sqlite:///")))
    yield Engine(settings, create_app(settings), fresh, Kept(tables))
    connected.close()


@contextmanager
def _copied(template: Path) -> Iterator[None]:
    """SQLite: a file per test."""
    fresh = template.with_name("test.db")
    for leftover in fresh.parent.glob(f"{fresh.name}*"):
        leftover.unlink()
    shutil.copy(template, fresh)
    database.initialize(connect_to(f"sqlite:///{fresh}"))
    yield
    if not database.is_closed() and not database.in_transaction():
        database.close()


@contextmanager
def _emptied(kept: peewee.Database, emptying: str) -> Iterator[None]:
    """PostgreSQL: one connection for all tests, as a thread of the server has one for all requests; emptied behind
    each test in one round trip, which is far quicker than TRUNCATE, as that makes new files."""
    database.initialize(kept)
    yield
    if database.obj is not kept and not database.is_closed():
        database.close()  # A test went elsewhere.
    database.initialize(kept)
    if kept.in_transaction() or not (kept.is_closed() or kept.is_connection_usable()):
        kept.dispose()
    kept.execute_sql(emptying)


def _emptying(tables: list[str]) -> str:
    deletes = (AS_SHIPPED.get(name, f'DELETE FROM "{name}"') for name in reversed(tables))
    return without_looking_after_keys("; ".join(deletes))
