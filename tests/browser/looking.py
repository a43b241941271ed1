"""Looking at one page as it stands in the browser: accessibility, and whether it fits a phone and a desk."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browsing import DESK, PHONE

# Axe looks at Dutch pages on a phone and at English ones on a desk, the first of these sizes. Half of its time goes
# into colours, which are the same on both.
SIZES = {"nl": (PHONE, DESK), "en": (DESK, PHONE)}
RULES: dict[str, dict] = {"nl": {}, "en": {"color-contrast": {"enabled": False}}}
WIDTH = "document.documentElement.scrollWidth"
LOOK = f"""async rules => ({{
    width: {WIDTH},
    language: document.documentElement.lang,
    violations: (await axe.run(document, {{resultTypes: ["violations"], preload: false, rules}})).violations,
}})"""


def look_with(page: Page) -> Page:
    """This page, with axe on whatever it opens from now on: half a megabyte that is handed over once."""
    page.add_init_script(Axe().axe_script)
    return page


def problems_of(page: Page, language: str) -> list[str]:
    """What is wrong with this page, which should be in this language, on a phone and on a desk. It begins where the
    page stands, as each change of size draws everything anew, and ends on the other."""
    sizes = SIZES[language] if page.viewport_size == SIZES[language][0] else SIZES[language][::-1]
    found = [problem for size in sizes for problem in _problems_on(page, size, language)]
    return [f"{page.url}: {problem}" for problem in found]


def _problems_on(page: Page, size: Any, language: str) -> list[str]:
    if page.viewport_size != size:
        page.set_viewport_size(size)
    if size != SIZES[language][0]:
        return _too_wide(page.evaluate(WIDTH), size)
    seen = page.evaluate(LOOK, RULES[language])
    found = [f"axe {violation['id']}: {_where(violation)}" for violation in seen["violations"]]
    if seen["language"] != language:
        found.append(f"in another language than {language}")
    return found + _too_wide(seen["width"], size)


def _where(violation: dict) -> str:
    return "; ".join(node["html"][:150] for node in violation["nodes"][:3])


def _too_wide(wide: int, size: dict[str, int]) -> list[str]:
    return [f"{wide} px wide on a screen of {size['width']}"] if wide > size["width"] else []
