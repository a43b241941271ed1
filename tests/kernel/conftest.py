"""What only the kernel's tests need: a mail server, and the portal set up another way."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal import create_app, jobs
from portal.config import Settings
from tests.mail_server import MailServer, listening


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that the portal hands its mail to."""
    with listening() as running:
        monkeypatch.setitem(app.extensions, "portal", replace(app.extensions["portal"], smtp=running.smtp))
        yield running


@pytest.fixture
def set_up(app: Flask, migrated: Settings, database_url: str) -> Iterator[Callable[..., Flask]]:
    """The portal with other settings, on the database of this test."""
    yield lambda **changes: create_app(replace(migrated, database_url=database_url, **changes))
    jobs.install(app, migrated)


@pytest.fixture
def database_url(app: Flask, migrated: Settings, memory) -> str:
    return f"sqlite:///{memory / 'test.db'}" if migrated.database_url.startswith("sqlite") else migrated.database_url
