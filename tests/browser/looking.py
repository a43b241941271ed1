"""Looking at one page as it stands in the browser: accessibility, and whether it fits a phone and a desk."""

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browsing import DESK, PHONE

WIDTH = "document.documentElement.scrollWidth"
SCRIPT = Axe().axe_script
# Axe looks at Dutch pages on a phone and at English ones on a desk. Half of its time goes into colours, which are the
# same on both.
RULES: dict[str, dict] = {"nl": {}, "en": {"color-contrast": {"enabled": False}}}


def problems_of(page: Page, language: str) -> list[str]:
    """What is wrong with this page, which should be in this language."""
    found = []
    for looked_at, size in (("nl", PHONE), ("en", DESK)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += _too_wide(page, size["width"])
        if language == looked_at:
            found += [f"axe {violation['id']}: {_where(violation)}" for violation in _violations(page, RULES[language])]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    if page.locator("html").get_attribute("lang") != language:
        found.append(f"in another language than {language}")
    return [f"{page.url}: {problem}" for problem in found]


def _violations(page: Page, rules: dict) -> list[dict]:
    options = json.dumps({"resultTypes": ["violations"], "preload": False, "rules": rules})
    page.evaluate(SCRIPT)
    found: list[dict] = page.evaluate(f"axe.run(document, {options}).then(results => results.violations)")
    return found


def _where(violation: dict) -> str:
    return "; ".join(node["html"][:150] for node in violation["nodes"][:3])


def _too_wide(page: Page, width: int) -> list[str]:
    wide = page.evaluate(WIDTH)
    return [f"{wide} px wide on a screen of {width}"] if wide > width else []
