"""A demo that is loaded once, on SQLite, with its own application."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from portal import create_app, jobs, migrating
from portal.db import connect_to, database
from portal.demo import actions
from tests.conftest import START, settings_for
from tests.page import Client


@contextmanager
def queue_kept() -> Iterator[None]:
    """Creating an application points the queue at it; the other tests have theirs."""
    before = getattr(jobs.queue, "flask_app", None), jobs.queue.storage
    try:
        yield
    finally:
        jobs.queue.flask_app, jobs.queue.storage = before


@pytest.fixture(scope="session")
def demo_url(memory: Path) -> str:
    return f"sqlite:///{memory / 'demo.db'}"


@pytest.fixture(scope="session")
def loaded(demo_url: str) -> Flask:
    """The whole demo as it is at START."""
    settings = settings_for(demo_url, env="demo")
    with queue_kept(), time_machine.travel(START, tick=False):
        app = create_app(settings)
        migrating.upgrade(settings)
        with app.app_context():
            actions.load(START)
        database.close()
    return app


@pytest.fixture
def demo(loaded: Flask, demo_url: str) -> Iterator[Flask]:
    """The loaded demo inside its context, while time stands still at START."""
    with time_machine.travel(START, tick=False), loaded.app_context(), queue_kept():
        database.initialize(connect_to(demo_url))
        jobs.queue.flask_app = loaded
        yield loaded
        database.close()


@pytest.fixture
def browser(demo: Flask) -> Client:
    return Client(demo)
