"""Looking at one page as it stands in the browser: accessibility, and whether it fits a phone and a desk."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browsing import DESK, PHONE

axe = Axe()
WIDTH = "document.documentElement.scrollWidth"


def problems_of(page: Page) -> list[str]:
    """What is wrong with this page on a phone; on a desk it need only fit."""
    page.set_viewport_size(PHONE)
    found = [f"axe {v['id']}: {_where(v)}" for v in axe.run(page).response["violations"]]
    found += _too_wide(page, PHONE["width"])
    page.set_viewport_size(DESK)
    found += _too_wide(page, DESK["width"])
    page.set_viewport_size(PHONE)
    return [f"{page.url}: {problem}" for problem in found]


def _where(violation: dict) -> str:
    return "; ".join(node["html"][:150] for node in violation["nodes"][:3])


def _too_wide(page: Page, width: int) -> list[str]:
    wide = page.evaluate(WIDTH)
    return [f"{wide} px wide on a screen of {width}"] if wide > width else []
