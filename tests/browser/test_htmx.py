"""What htmx adds to the pages, and what it must not take away: Back, errors, sessions that end, impatient fingers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.live import Portal

pytestmark = pytest.mark.browser

OF_NOOR = "participant_id = (SELECT id FROM account WHERE email_key = 'noor@example.org')"


def is_whole(page: Page, title: str | re.Pattern[str]) -> None:
    """A page with everything around it, once; not a fragment alone, and not a page inside a page."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("banner")).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("contentinfo")).to_have_count(1)


def has_fragment(page: Page, url: str) -> None:
    """Only the list was fetched: the page around it is the one that was there."""
    page.wait_for_url(url)
    expect(page.locator("html[data-kept]")).to_have_count(1)


def test_back_after_a_pushed_fragment_shows_the_whole_page(browser_of: BrowserOf) -> None:
    page = browser_of("Wilma").page
    page.goto("/regio")
    page.locator("html").evaluate("html => html.dataset.kept = 'yes'")
    page.get_by_label("Programma").select_option("ecz")
    has_fragment(page, "**/regio?*programma=ecz*")
    page.locator("#worklist tbody a").first.click()
    page.wait_for_url("**/regio/aanmelding/*")
    page.go_back()
    page.wait_for_url("**/regio?*programma=ecz*")
    is_whole(page, re.compile("Regio Twente"))
    expect(page.get_by_label("Programma")).to_have_value("ecz")
    page.go_back()
    page.wait_for_url("**/regio")
    is_whole(page, re.compile("Regio Twente"))


def test_back_from_one_fragment_to_another_shows_the_whole_page(browser_of: BrowserOf) -> None:
    page = browser_of("Wilma").page
    page.goto("/regio")
    page.get_by_label("Programma").select_option("ecz")
    page.wait_for_url("**/regio?*programma=ecz*")
    page.get_by_label("Programma").select_option("sijw")
    page.wait_for_url("**/regio?*programma=sijw*")
    page.go_back()
    page.wait_for_url("**/regio?*programma=ecz*")
    is_whole(page, re.compile("Regio Twente"))
    expect(page.get_by_label("Programma")).to_have_value("ecz")


def test_an_invalid_form_shows_its_errors_and_puts_the_reader_there(browser_of: BrowserOf) -> None:
    page = browser_of().page
    page.goto("/inloggen")
    page.locator("html").evaluate("html => html.dataset.kept = 'yes'")
    page.get_by_label("E-mailadres").fill("geen adres")
    page.get_by_role("button", name="Stuur mij een link").click()
    summary = page.locator(".notice.wrong")
    expect(summary).to_be_focused()
    has_fragment(page, "**/inloggen")
    expect(page.get_by_label("E-mailadres")).to_have_value("geen adres")
    summary.get_by_role("link").click()
    expect(page.get_by_label("E-mailadres")).to_be_focused()


def end_sessions(demo: Portal, first_name: str) -> None:
    demo.rows(
        "DELETE FROM browser_session WHERE account_id IN (SELECT id FROM account WHERE first_name = ?)", first_name
    )


def test_a_session_that_ended_leads_to_the_whole_sign_in_page(browser_of: BrowserOf, demo: Portal) -> None:
    page = browser_of("Wilma").page
    page.goto("/regio")
    end_sessions(demo, "Wilma")
    page.get_by_label("Programma").select_option("ecz")
    page.wait_for_url("**/inloggen")
    is_whole(page, "Log in")


def test_a_session_that_ended_while_filling_in_leaves_the_form_with_a_way_to_sign_in(
    browser_of: BrowserOf, demo: Portal
) -> None:
    page = browser_of("Bram").page
    page.goto("/coach/profiel")
    page.locator("textarea").first.fill("Dit was veel werk.")
    end_sessions(demo, "Bram")
    page.get_by_role("button", name="Bewaar").first.click()
    notice = page.locator("#problem .notice")
    expect(notice).to_be_focused()
    expect(notice.get_by_role("link", name="Log in")).to_have_attribute("target", "_blank")
    expect(page.locator("textarea").first).to_have_value("Dit was veel werk.")


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_on_a_time_and_on_what_confirms_it_books_once(
    browser_of: BrowserOf, demo: Portal, script: bool
) -> None:
    count = f"SELECT COUNT(*) FROM session WHERE {OF_NOOR} AND status = 'planned'"
    page = browser_of("Noor", java_script_enabled=script).page
    page.goto("/mijn")
    before = demo.rows(count)[0][0]
    page.get_by_role("link", name="Kies een tijd").click()
    page.locator("button.time").first.dblclick()
    is_whole(page, "Klopt dit?")
    assert demo.rows(count)[0][0] == before
    page.get_by_role("button", name="Bevestig afspraak").dblclick()
    is_whole(page, "Je afspraak staat.")
    assert demo.rows(count)[0][0] == before + 1
    page.get_by_role("link", name="Zeg af").click()
    page.get_by_role("button", name="Zeg de afspraak af").click()
    expect(page.locator("#flash")).to_contain_text("Je afspraak is afgezegd.")


@pytest.mark.parametrize(("script", "which"), [(True, 1), (False, 4)])
def test_a_double_click_moves_once(browser_of: BrowserOf, demo: Portal, script: bool, which: int) -> None:
    moves = "SELECT COUNT(*) FROM session_move"
    page = browser_of("Noor", java_script_enabled=script).page
    page.goto("/afspraken")
    before = demo.rows(moves)[0][0]
    page.get_by_role("main").get_by_role("link").first.click()
    page.get_by_role("link", name="Verzet", exact=True).click()
    page.locator("button.time").nth(which).dblclick()
    is_whole(page, "Klopt dit?")
    page.get_by_role("button", name="Verzet mijn afspraak").dblclick()
    is_whole(page, "Je afspraak staat.")
    assert demo.rows(moves)[0][0] == before + 1


def test_back_after_signing_out_shows_nothing_of_the_person(browser_of: BrowserOf) -> None:
    page = browser_of("Noor").page
    for address in ("/mijn/gegevens", "/mijn"):
        page.goto(address)
    expect(page.get_by_role("main")).to_contain_text("Noor")
    page.get_by_role("banner").get_by_role("button", name="Log uit").click()
    page.wait_for_url("**/uitgelogd")
    for _ in range(2):
        page.go_back()
        page.wait_for_url("**/inloggen")
        expect(page.locator("body")).not_to_contain_text("Noor")


def test_staff_is_warned_before_the_session_ends_and_can_stay(browser_of: BrowserOf) -> None:
    page = browser_of("Bram").page
    page.clock.install()
    page.goto("/coach/profiel")
    page.clock.fast_forward("23:00")
    expect(page.locator("#idle .notice")).to_have_count(0)
    page.clock.fast_forward("02:00")
    expect(page.locator("#idle")).to_contain_text("Je bent 24 minuten niet actief geweest.")
    page.get_by_role("button", name="Blijf ingelogd").click()
    expect(page.locator("#idle .notice")).to_have_count(0)
