"""Links to sign in, in real browsers: looking uses nothing up, and they work only where they were asked for."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.live import Portal

pytestmark = pytest.mark.browser

NOOR = "noor@example.org"
OPEN = "SELECT COUNT(*) FROM sign_in_request WHERE ended_at IS NULL"
LOOKING = 3_000


@pytest.fixture
def noor(browser_of: BrowserOf) -> Page:
    """The browser in which Noor has just asked for a link."""
    page = browser_of().page
    page.goto("/inloggen")
    page.get_by_label("E-mailadres").fill(NOOR)
    page.get_by_role("button", name="Stuur mij een link").click()
    page.wait_for_url("**/inloggen/code")
    return page


@pytest.fixture
def link(noor: Page, newest_mail: Callable[[str], str]) -> str:
    found = re.search(r"https?://\S+", newest_mail(NOOR))
    assert found
    return found.group()


def test_a_link_that_stands_open_is_not_used_up(noor: Page, link: str, demo: Portal) -> None:
    waiting = demo.rows(OPEN)
    noor.goto(link)
    noor.wait_for_timeout(LOOKING)  # What this is about: nothing happens by itself, however long it stands there.
    expect(noor.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    assert demo.rows(OPEN) == waiting
    noor.goto("/mijn")
    noor.wait_for_url("**/inloggen")


def test_another_browser_is_refused_and_the_own_one_still_signs_in(
    noor: Page, link: str, browser_of: BrowserOf
) -> None:
    other = browser_of().page
    other.goto(link)
    other.get_by_role("button", name="Log in", exact=True).click()
    expect(other.get_by_role("main")).to_contain_text("Deze link hoort bij een andere browser.")
    other.goto("/mijn")
    other.wait_for_url("**/inloggen")
    noor.goto(link)
    noor.get_by_role("button", name="Log in", exact=True).click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Welkom, Noor")
    noor.goto(link)
    noor.get_by_role("button", name="Log in", exact=True).click()
    expect(noor.get_by_role("main")).to_contain_text("Deze link werkt niet meer.")
