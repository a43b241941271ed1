"""An evaluation that is half filled in survives a closed browser, with and without a script, and can be wiped."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.crypto import digest
from tests.browser.conftest import BrowserOf
from tests.live import Portal

pytestmark = pytest.mark.browser

LINK = "/evaluatie/half-filled"
KEPT = "Bewaard. Met de link in je mail kun je later verder."


@pytest.fixture(autouse=True)
def known_link(demo: Portal) -> None:
    """The newest invitation, as if nobody had used it."""
    demo.rows(
        "UPDATE evaluation_invitation SET answered = 0, token_hash = ?"
        " WHERE id = (SELECT id FROM evaluation_invitation ORDER BY expires_at DESC LIMIT 1)",
        digest("half-filled", purpose="evaluation"),
    )
    demo.rows("DELETE FROM evaluation_draft")


def comment(page: Page) -> str:
    return page.locator("[name=comment]").input_value()


def test_it_is_kept_by_itself_and_wiped_by_a_button(browser_of: BrowserOf, demo: Portal) -> None:
    page = browser_of().page
    page.goto(LINK)
    page.locator("[name=coach_grade][value='9']").check()
    page.locator("[name=comment]").fill("Half af")
    expect(page.locator("#kept")).to_contain_text(KEPT)
    assert demo.rows("SELECT COUNT(*) FROM evaluation_draft") == [(1,)]
    page.context.close()
    again = browser_of().page
    again.goto(LINK)
    assert comment(again) == "Half af"
    expect(again.locator("[name=coach_grade][value='9']")).to_be_checked()
    again.get_by_role("button", name="Wis wat ik invulde").click()
    expect(again.locator("#flash")).to_contain_text("Wat je invulde is gewist.")
    assert comment(again) == ""
    assert demo.rows("SELECT COUNT(*) FROM evaluation_draft") == [(0,)]


def test_the_button_keeps_it_beside_the_form(browser_of: BrowserOf) -> None:
    page = browser_of().page
    page.goto(LINK)
    page.locator("[name=coach_grade][value='7']").check()
    page.get_by_role("button", name="Bewaar en ga later verder").click()
    expect(page.locator("#kept")).to_contain_text(KEPT)
    expect(page).to_have_url(re.compile(f"{LINK}$"))
    expect(page.locator("[name=coach_grade][value='7']")).to_be_checked()


def test_without_a_script_the_button_leads_to_a_page_that_says_so(browser_of: BrowserOf) -> None:
    page = browser_of(java_script_enabled=False).page
    page.goto(LINK)
    page.locator("[name=comment]").fill("Zonder script")
    page.get_by_role("button", name="Bewaar en ga later verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat je invulde is bewaard.")
    page.get_by_role("link", name="Ga nu verder").click()
    assert comment(page) == "Zonder script"
