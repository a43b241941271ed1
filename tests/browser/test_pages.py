"""Every page in a real browser, as everyone who may see it, in both languages, on a phone and on a desk."""

import pytest
from playwright.sync_api import Request

from tests.browser.addresses import CAST, addresses_for
from tests.browser.conftest import BrowserOf
from tests.browser.looking import look_with, problems_of
from tests.live import Portal

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["", *CAST])
def test_every_page_is_accessible_and_fits(demo: Portal, browser_of: BrowserOf, name: str, language: str) -> None:
    page = look_with(browser_of(name, language=language).page)
    problems = []
    for address in addresses_for(CAST.get(name), demo):
        answer = page.goto(address)
        assert answer is not None
        problems += [f"{address}: {answer.status}"] if answer.status != 200 else []
        problems += problems_of(page, language)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_that_say_what_is_wrong_are_accessible_and_fit(browser_of: BrowserOf, language: str) -> None:
    page = look_with(browser_of("Noor", language=language).page)
    expected = {"/dit-bestaat-niet": 404, "/regio": 403, "/uitnodiging/verlopen": 410, "/coaches/kies-voor-mij": 405}
    problems = []
    for address, status in expected.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status, address
        problems += problems_of(page, language)
    assert not problems, "\n".join(problems)


def test_a_first_visit_is_light(browser_of: BrowserOf) -> None:
    """At most 5 requests and 70 kB on the line, everything included."""
    page = browser_of().page
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto("/", wait_until="networkidle")
    sizes = {request.url: sum(request.sizes().values()) for request in requests}
    assert len(sizes) <= 5, sizes
    assert sum(sizes.values()) <= 70_000, sizes
