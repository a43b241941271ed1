"""Every page in a real browser, as everyone who may see it, in both languages, on a phone and on a desk."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Request

from portal.access import PERMISSIONS, PUBLIC, Role
from tests.browser.conftest import BrowserOf
from tests.browser.looking import problems_of
from tests.live import Portal

pytestmark = pytest.mark.browser

CAST = {
    "Noor": Role.PARTICIPANT,
    "Bram": Role.COACH,
    "Wilma": Role.REGION_ADMIN,
    "Rik": Role.NATIONAL,
    "Fay": Role.PRIVACY_OFFICER,
    "Oscar": Role.OPERATOR,
}
# Files and signs of life are no pages; test_ways_in looks at what needs a mailed link or an unfinished sign-in.
NOT_LOOKED_AT = re.compile(r"\.(ics|txt|csv)$|^/(healthz|readyz)$|<token>|^/inloggen/tweede-stap")

OF_NOOR = "participant_id = (SELECT id FROM account WHERE email_key = 'noor@example.org')"
OF_BRAM = "coach_id IN (SELECT c.id FROM coach c JOIN account a ON a.id = c.account_id WHERE a.first_name = 'Bram')"
IN_TWENTE = "region_id = 'RA0205'"
COACHES = f"SELECT public_id FROM coach WHERE id IN (SELECT coach_id FROM coach_region WHERE {IN_TWENTE})"
# Where the ids in an address come from: one of every state that a page can show. The longest beginning counts.
EXAMPLES = {
    "/afspraken/<public_id>": f"SELECT MIN(public_id) FROM session WHERE {OF_NOOR} GROUP BY status",
    "/afspraken/<public_id>/": f"SELECT public_id FROM session WHERE {OF_NOOR} AND status = 'planned' LIMIT 1",
    "/afspraken/met/<public_id>": f"{COACHES} AND status = 'available' LIMIT 2",
    "/coach/gesprek/<public_id>": f"SELECT MIN(public_id) FROM session WHERE {OF_BRAM} GROUP BY status",
    "/coach/traject/<public_id>": f"SELECT MIN(public_id) FROM trajectory WHERE {OF_BRAM} GROUP BY status",
    "/coach/traject/<public_id>/": f"SELECT public_id FROM trajectory WHERE {OF_BRAM} AND status = 'ongoing' LIMIT 1",
    "/regio/coaches/<public_id>": f"{COACHES} GROUP BY status",
    "/regio/coaches/<public_id>/": f"{COACHES} AND status = 'available' LIMIT 1",
    "/regio/aanmelding/<public_id>": (
        f"SELECT MIN(public_id) FROM enrolment WHERE {IN_TWENTE} AND status <> 'submitted' GROUP BY status"
    ),
    "/regio/aanmelding/<public_id>/": (
        f"SELECT public_id FROM enrolment WHERE {IN_TWENTE} AND status = 'confirmed' LIMIT 1"
    ),
}


def addresses_for(role: Role | None, demo: Portal) -> Iterator[str]:
    """Every address that this role may open; for nobody the public ones."""
    for page in demo.pages:
        path, permission = page["path"], page["permission"]
        allowed = role is None if permission == PUBLIC else role in PERMISSIONS[permission]
        if allowed and "GET" in page["methods"] and not NOT_LOOKED_AT.search(path):
            yield from filled_in(path, demo)


def filled_in(path: str, demo: Portal) -> Iterator[str]:
    if "<" not in path:
        yield path
        return
    beginnings = [known for known in EXAMPLES if path == known or (known.endswith("/") and path.startswith(known))]
    assert beginnings, f"{path}: say in EXAMPLES where its id comes from"
    ids = [row[0] for row in demo.rows(EXAMPLES[max(beginnings, key=len)])]
    assert ids, f"{path}: the demo has no example"
    for found in ids:
        yield re.sub(r"<[^>]+>", found, path)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["", *CAST])
def test_every_page_is_accessible_and_fits(demo: Portal, browser_of: BrowserOf, name: str, language: str) -> None:
    page = browser_of(name, language=language).page
    problems = []
    for address in addresses_for(CAST.get(name), demo):
        answer = page.goto(address)
        assert answer is not None
        problems += [f"{address}: {answer.status}"] if answer.status != 200 else []
        problems += problems_of(page, language)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_that_say_what_is_wrong_are_accessible_and_fit(browser_of: BrowserOf, language: str) -> None:
    page = browser_of("Noor", language=language).page
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
