"""A portal from nothing, with its worker and a real mail server, and people who each have a browser of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import browsing, live
from tests.browsing import Watched
from tests.journeys.person import Person
from tests.live import Portal, Post


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Portal, Post]]:
    with live.running(tmp_path) as portal_and_post:
        yield portal_and_post


@pytest.fixture
def portal(running: tuple[Portal, Post]) -> Portal:
    return running[0]


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def somebody(
    request: pytest.FixtureRequest, chromium: Browser, running: tuple[Portal, Post]
) -> Iterator[Callable[[str], Person]]:
    """Somebody new, by first name."""
    portal, post = running
    opened: list[Watched] = []

    def arrive(first_name: str) -> Person:
        opened.append(Watched(chromium, portal.url, java_script_enabled=request.param == "with JavaScript"))
        return Person(first_name, opened[-1].page, post)

    yield arrive
    for watched in opened:
        watched.close()
