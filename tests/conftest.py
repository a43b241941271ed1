"""What every test stands on: both engines, a client that checks its pages, a clock that stands still."""

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal import jobs
from portal.config import Settings
from portal.enrolments import rules
from tests import engines, factories, postgres, sharing
from tests.engines import Engine
from tests.kept import Kept
from tests.page import Client, Mailbox

# A Monday in winter, eleven o'clock on a Dutch clock.
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
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
    """What says nothing about tables runs on one engine; what takes longest begins."""
    twice = [item for item in items if on_second_engine(item) and one_is_enough(item)]
    if twice:
        config.hook.pytest_deselected(items=twice)
    left = set(items) - set(twice)
    items[:] = sharing.longest_first([item for item in items if item in left])


def pytest_collection_finish() -> None:
    """What was collected stays until the end: nobody has to look again and again whether it is garbage."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.ByFile:
    config.option.loadscopereorder = False
    return sharing.ByFile(config, log)


def on_second_engine(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("engine") == "postgres"


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


@pytest.fixture(scope="session")
def engine_named(request: pytest.FixtureRequest, memory: Path) -> Iterator[Callable[[str], Engine]]:
    """Each is made when a test first asks for it, and there until the end, so that changing over costs nothing."""
    with ExitStack() as stack:

        @cache
        def named(name: str) -> Engine:
            url = f"sqlite:///{memory / 'template.db'}"
            if name == "postgres":
                url = request.getfixturevalue("postgres_url").format(name="postgres")
            return stack.enter_context(engines.made(settings_for(url)))

        yield named


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, engine_named: Callable[[str], Engine]) -> Engine:
    return engine_named(request.param)


@pytest.fixture(scope="session")
def migrated(engine: Engine) -> Settings:
    """Of a database that has its tables, but belongs to no test."""
    return engine.settings


@pytest.fixture
def app(engine: Engine) -> Iterator[Flask]:
    """The application on a fresh database, inside its context."""
    jobs.install(engine.app, engine.settings)
    with engine.fresh(), engine.app.app_context():
        yield engine.app


@pytest.fixture
def once(app: Flask, engine: Engine) -> Kept:
    """`once(name, make)`: a world that takes long to make, as it was when it was made."""
    return engine.once


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
