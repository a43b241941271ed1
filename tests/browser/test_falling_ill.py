"""A coach sets hours, somebody books in them, the coach falls ill, and the talk is seen moved: on a phone, with and
without scripts."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from portal.clock import local_day
from portal.db import UTCField
from tests.browser.addresses import OF_NOOR
from tests.browser.conftest import BrowserOf
from tests.live import Portal

pytestmark = pytest.mark.browser

BRAM = "SELECT c.public_id FROM coach c JOIN account a ON a.id = c.account_id WHERE a.first_name = 'Bram'"
NEWEST = f"SELECT starts_at, sequence, public_id FROM session WHERE {OF_NOOR} ORDER BY id DESC LIMIT 1"


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_coach_sets_hours_is_booked_falls_ill_and_the_talk_is_seen_moved(
    browser_of: BrowserOf, demo: Portal, scripts: bool
) -> None:
    bram = browser_of("Bram", java_script_enabled=scripts).page
    noor = browser_of("Noor", java_script_enabled=scripts).page
    day = keep_a_morning(bram)
    ((coach,),) = demo.rows(BRAM)
    book_on(noor, f"/afspraken/met/{coach}", day)
    ((starts_at, sequence, public_id),) = demo.rows(NEWEST)
    bram.goto("/coach")
    expect(bram.get_by_role("row").filter(has_text=day.capitalize()).filter(has_text="Noor").first).to_be_visible()
    moved_to = fall_ill(bram, local_day(UTCField().python_value(starts_at)))
    noor.goto(f"/afspraken/{public_id}")
    expect(noor.locator("main")).to_contain_text(re.compile(moved_to, re.IGNORECASE))
    assert demo.rows(NEWEST)[0][1:] == (sequence + 1, public_id)
    noor.get_by_role("link", name="Zeg af").click()
    noor.get_by_role("button", name="Zeg de afspraak af").click()
    expect(noor.locator("#flash")).to_contain_text("Je afspraak is afgezegd.")


def keep_a_morning(bram: Page) -> str:
    """Every week from nine to twelve on a day without hours too; the name of the day."""
    bram.goto("/coach/uren")
    free = bram.locator("fieldset.weekday:not(:has(.window))").last
    place, day = free.get_attribute("id"), free.locator("legend").inner_text()
    free.locator("button[name=add][value$='-morning']").click()
    expect(bram.locator(f"#{place} .window")).to_be_visible()
    bram.get_by_role("button", name="Bewaar mijn tijden").click()
    expect(bram.locator("#flash")).to_contain_text("bewaard")
    return day


def book_on(noor: Page, address: str, day: str) -> None:
    noor.goto(address)
    shown = noor.locator("details.day", has_text=re.compile(f"^\\s*{day}", re.IGNORECASE)).first
    if shown.get_attribute("open") is None:
        shown.locator("summary").click()
    shown.locator("button.time").first.click()
    noor.get_by_role("button", name="Bevestig afspraak").click()
    expect(noor.locator("h1")).to_have_text("Je afspraak staat.")


def fall_ill(bram: Page, on_day: date) -> str:
    """Away on this day, with Noor's talk moved; what the page said to when, as it can be found on other pages."""
    bram.goto("/coach/afwezig")
    bram.fill("#absence_form [name=from_on]", on_day.isoformat())
    bram.get_by_role("button", name="Bewaar deze dagen").last.click()
    hers = bram.locator("fieldset", has_text="met Noor")
    offered = hers.locator("label", has_text="Verzet naar").inner_text().removeprefix("Verzet naar ")
    hers.get_by_label(re.compile("^Verzet naar")).check()
    bram.get_by_role("button", name="Ja, doe dit").click()
    expect(bram.locator("#flash")).to_contain_text("Je afwezigheid is bewaard.")
    day, _, time = offered.partition(" om ")
    return f"{day} (\\d+ )?om {time}"
