"""The demo in a real browser: its made-up people are made once, and every test process serves a copy of its own."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests import browsing
from tests.browsing import Watched
from tests.live import Portal

BrowserOf = Callable[..., Watched]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Portal]:
    """The running demo. Several test processes wait for the one that makes the people."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = _people_made(shared / "demo")
    portal = Portal(own / "served")
    shutil.copytree(made, portal.folder)
    with portal.serving():
        yield portal


def _people_made(folder: Path) -> Path:
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        Portal(folder).flask("demo", "load")
        (folder / "ready").touch()
    return folder


@pytest.fixture
def browser_of(chromium: Browser, demo: Portal) -> Iterator[BrowserOf]:
    """A browser of one's own: of one of the cast, signed in, or of nobody; in the end nothing went wrong in it."""
    opened: list[Watched] = []

    def open_one(name: str = "", *, language: str = "nl", **options: Any) -> Watched:
        watched = Watched(chromium, demo.url, **options)
        opened.append(watched)
        watched.context.add_cookies([{"name": "taal", "value": language, "url": demo.url}])
        if name:
            watched.page.goto("/demo")
            watched.page.locator("form", has=watched.page.locator(f"input[value={name}]")).get_by_role("button").click()
            watched.page.wait_for_url("**/*")
        return watched

    yield open_one
    for watched in opened:
        watched.close()


@pytest.fixture
def newest_mail(browser_of: BrowserOf) -> Callable[[str], str]:
    """The text of the newest mail to this address, read in a browser of somebody else."""
    reader = browser_of()

    def read(address: str) -> str:
        reader.page.goto("/demo/post")
        return reader.page.locator("article", has_text=address).first.inner_text()

    return read
