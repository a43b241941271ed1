"""What every test stands on: both engines, a client that checks its pages, a clock that stands still."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import peewee
import pytest
import time_machine
from flask import Flask

from portal import create_app, jobs, migrating
from portal.config import Settings
from portal.db import connect_to, database
from portal.enrolments import rules
from tests import factories, postgres
from tests.kept import Kept, tables_but, without_looking_after_keys
from tests.page import Client, Mailbox

# A Monday in winter, eleven o'clock on a Dutch clock.
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
REFERENCE_TABLES = {"region", "region_name", "employer_org", "region_employer", "postcode_range", "place"}
# What a migration brought in and tests may add to: how it becomes again what it was.
AS_SHIPPED = {
    "question": "DELETE FROM question WHERE questionnaire_id IN (SELECT id FROM questionnaire WHERE version > 1)",
    "questionnaire": "DELETE FROM questionnaire WHERE version > 1; UPDATE questionnaire SET state = 'in_use'",
}
MEMORY = Path("/dev/shm")


def settings_for(database_url: str, **changes: object) -> Settings:
    values: dict = {
        "env": "production",
        "secret_key": "a-secret-for-tests-0123456789-abcdef",
        "sealing_keys": {1: bytes(range(32))},
        "database_url": database_url,
        "public_url": "https://portal.example.org",
        "smtp": None,
        "mail_from": "Afspraken <afspraken@portal.example.org>",
        "trusted_proxies": 0,
        "instance": Path(tempfile.gettempdir()),
        "testing": True,
    }
    return Settings(**{**values, **changes})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What says nothing about tables runs on one engine."""
    twice = [item for item in items if on_second_engine(item) and one_is_enough(item)]
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in set(twice)]


def on_second_engine(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("migrated") == "postgres"


def one_is_enough(item: pytest.Item) -> bool:
    """Pages too: each is opened on both engines in tests/contract, and what stands behind it has tests of its own."""
    is_page = item.path.name == "test_views.py"
    return bool(item.get_closest_marker("one_engine") or (is_page and not item.get_closest_marker("both_engines")))


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    """A folder for database files, in memory where that is possible."""
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def migrated(request: pytest.FixtureRequest, memory: Path) -> Settings:
    """One migrated database per engine, from which every test gets its own fresh state."""
    if request.param == "sqlite":
        settings = settings_for(f"sqlite:///{memory / 'template.db'}")
    else:
        settings = settings_for(request.getfixturevalue("postgres_url").format(name="postgres"))
    database.initialize(connect_to(settings.database_url))
    migrating.upgrade(settings)
    database.close()
    return settings


@pytest.fixture(scope="session")
def migrated_app(migrated: Settings) -> Flask:
    return create_app(migrated)


@pytest.fixture(scope="session")
def fresh_database(migrated: Settings, memory: Path) -> Callable[[], AbstractContextManager[None]]:
    """A context in which the portal is connected to a database in which nothing happened yet."""
    if migrated.database_url.startswith("sqlite"):
        return partial(_copied, memory / "template.db", memory / "test.db")
    return partial(_emptied, connect_to(migrated.database_url), _emptying())


@contextmanager
def _copied(template: Path, fresh: Path) -> Iterator[None]:
    """SQLite: a file per test."""
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


def _emptying() -> str:
    """Deletes what a test stored, from the tables that hold something, without looking after foreign keys."""
    deletes = (AS_SHIPPED.get(name, f'DELETE FROM "{name}"') for name in reversed(tables_but(REFERENCE_TABLES)))
    return without_looking_after_keys("; ".join(deletes))


@pytest.fixture
def app(migrated_app: Flask, fresh_database: Callable[[], AbstractContextManager[None]]) -> Iterator[Flask]:
    """The application on a fresh database, inside its context."""
    jobs.queue.storage.flush_all()
    with fresh_database(), migrated_app.app_context():
        yield migrated_app


@pytest.fixture(scope="session")
def kept_worlds(migrated: Settings) -> Kept:
    return Kept(tables_but(REFERENCE_TABLES), on_sqlite=migrated.database_url.startswith("sqlite"))


@pytest.fixture
def once(app: Flask, kept_worlds: Kept) -> Kept:
    """`once(name, make)`: a world that takes long to make, as it was when it was made."""
    return kept_worlds


@pytest.fixture
def db(app: Flask) -> Flask:
    """For tests that need tables and no pages."""
    return app


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still at START and moves when told: `clock.shift(timedelta(days=1))`."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def everybody_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where time stands still people sign up in no time; what that means for robots has tests of its own."""
    monkeypatch.setattr(rules, "SHORTEST_SIGN_UP", timedelta(0))


@pytest.fixture
def client(app: Flask, clock: time_machine.Traveller) -> Client:
    return Client(app)


@pytest.fixture
def mailbox(app: Flask) -> Mailbox:
    return Mailbox()


@pytest.fixture
def people(db: Flask, clock: time_machine.Traveller) -> "factories.People":
    return factories.People()
