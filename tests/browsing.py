"""Chromium for the tests: every browser context is watched for what must never happen in one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.postgres import missing

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    # A script lives as long as its page: compiling it for speed takes longer than what that saves.
    "--js-flags=--no-opt,--no-maglev",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1200, "height": 900}
MILLISECONDS = 20_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window; skips the test where there is none."""
    path = shutil.which("chromium")
    if path is None:
        missing("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A browser of somebody's own, with what went wrong in it: errors in scripts, refused content, other hosts."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        self.problems: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=url, **{"viewport": PHONE, "locale": "nl-NL", **options}
        )
        self.context.set_default_timeout(MILLISECONDS)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        self.context.on("request", self._see_request)
        self.context.on("response", self._see_response)
        self.page: Page = self.context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource")  # The answer itself is judged below.
        if message.type in ("error", "warning") and not refused:
            self.problems.append(f"console at {message.location.get('url')}: {message.text}")

    def _see_request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "about:", "blob:")):
            self.problems.append(f"another host: {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} from {response.url}")

    def close(self) -> None:
        self.context.close()
        assert not self.problems, "\n".join(self.problems)
