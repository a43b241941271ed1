"""A coach falls ill: on a phone, with and without scripts, every talk of the day is settled and people see it."""

import re

import pytest
from playwright.sync_api import expect

from portal.clock import local_day
from portal.db import UTCField
from tests.browser.addresses import OF_NOOR
from tests.browser.conftest import BrowserOf
from tests.live import Portal

pytestmark = pytest.mark.browser

HERS = f"SELECT starts_at, sequence FROM session WHERE {OF_NOOR} AND status = 'planned' ORDER BY starts_at LIMIT 1"


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_talk_on_a_day_away_moves_and_its_participant_sees_it(
    browser_of: BrowserOf, demo: Portal, scripts: bool
) -> None:
    ((starts_at, sequence),) = demo.rows(HERS)
    bram = browser_of("Bram", java_script_enabled=scripts).page
    bram.goto("/coach/afwezig")
    bram.fill("#absence_form [name=from_on]", local_day(UTCField().python_value(starts_at)).isoformat())
    bram.get_by_role("button", name="Bewaar deze dagen").last.click()
    hers = bram.locator("fieldset", has_text="met Noor")
    later = hers.get_by_label(re.compile("^Verzet naar"))
    day, _, time = (hers.locator("label", has_text="Verzet naar").inner_text().removeprefix("Verzet naar ")).partition(
        " om "
    )
    later.check()
    bram.get_by_role("button", name="Ja, doe dit").click()
    expect(bram.locator("#flash")).to_contain_text("Je afwezigheid is bewaard.")
    noor = browser_of("Noor", java_script_enabled=scripts).page
    noor.goto("/afspraken")
    expect(noor.locator("main")).to_contain_text(re.compile(f"{day} \\d+ om {time}", re.IGNORECASE))
    ((_, after),) = demo.rows(HERS)
    assert after == sequence + 1
