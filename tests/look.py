"""Pictures of the portal. `python -m tests.look` makes the one in the README; with a folder behind it, those of every
page for everybody of the cast, on a phone and on a desk, to be looked at."""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from tests.browser.addresses import CAST, addresses_for
from tests.browsing import DESK, PHONE, Watched, chromium
from tests.live import ROOT, Portal

README_PICTURE = ROOT / ".readme" / "start.png"


def main() -> None:
    with TemporaryDirectory() as folder, chromium() as browser:
        demo = Portal(Path(folder))
        demo.flask("demo", "load")
        with demo.serving():
            if len(sys.argv) > 1:
                of_every_page(browser, demo, Path(sys.argv[1]))
            else:
                of_the_start(browser, demo)


def of_the_start(browser: Browser, demo: Portal) -> None:
    page = Watched(browser, demo.url, viewport=DESK).page
    page.goto("/")
    page.screenshot(path=README_PICTURE)


def of_every_page(browser: Browser, demo: Portal, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ["", *CAST]:
        page = Watched(browser, demo.url).page
        if name:
            page.goto("/demo")
            page.locator("form", has=page.locator(f"input[value={name}]")).get_by_role("button").click()
        for number, address in enumerate(addresses_for(CAST.get(name), demo)):
            page.goto(address)
            take(page, folder / f"{name or 'nobody'}-{number:02}-{re.sub(r'[^a-z]+', '-', address.lower())[:40]}")
        page.context.close()


def take(page: Page, path: Path) -> None:
    for size, end in ((PHONE, "phone"), (DESK, "desk")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.screenshot(path=path.with_name(f"{path.name}-{end}.png"), full_page=True)


if __name__ == "__main__":
    main()
