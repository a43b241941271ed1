"""Every page of the portal in a real browser, as everyone who may see it, in both languages, on a phone and on a desk."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from portal.access import PERMISSIONS, PUBLIC, Role
from tests.browser.conftest import BrowserOf
from tests.browser.looking import problems_of
from tests.browsing import Watched
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
TWENTE = "RA0205"
# No pages to look at: files, signs of life, and what needs a link from a mail or an unfinished sign-in.
NOT_LOOKED_AT = re.compile(r"\.(ics|txt|csv)$|^/(healthz|readyz)$|<token>|^/inloggen/tweede-stap")
TALKS = "SELECT MIN(public_id) FROM session WHERE {whose} GROUP BY status"
OF_NOOR = "participant_id = (SELECT id FROM account WHERE email_key = 'noor@example.org')"
OF_BRAM = (
    "coach_id = (SELECT c.id FROM coach c JOIN account a ON a.id = c.account_id WHERE a.email_key = 'bram@example.org')"
)
COACHES = (
    f"SELECT MIN(c.public_id) FROM coach c JOIN coach_region r ON r.coach_id = c.id WHERE r.region_id = '{TWENTE}' "
    "{more} GROUP BY c.status"
)
ENROLMENTS = f"SELECT MIN(public_id) FROM enrolment WHERE region_id = '{TWENTE}' AND status <> 'submitted' GROUP BY status"
OPEN = f"SELECT MIN(public_id) FROM enrolment WHERE region_id = '{TWENTE}' AND status = 'confirmed'"
# Where the ids in an address come from: one of every state that a page can show. The longest beginning counts.
EXAMPLES = {
    "/afspraken/<public_id>": TALKS.format(whose=OF_NOOR),
    "/afspraken/<public_id>/afzeggen": TALKS.format(whose=f"{OF_NOOR} AND status = 'planned'"),
    "/afspraken/met/<public_id>": COACHES.format(more="AND c.status = 'available'"),
    "/coach/gesprek/<public_id>": TALKS.format(whose=OF_BRAM),
    "/coach/traject/<public_id>": f"SELECT MIN(public_id) FROM trajectory WHERE {OF_BRAM} GROUP BY status",
    "/coach/traject/<public_id>/": f"SELECT MIN(public_id) FROM trajectory WHERE {OF_BRAM} AND status = 'ongoing'",
    "/regio/coaches/<public_id>": COACHES.format(more=""),
    "/regio/coaches/<public_id>/": COACHES.format(more="AND c.status = 'available'"),
    "/regio/aanmelding/<public_id>": ENROLMENTS,
    "/regio/aanmelding/<public_id>/": OPEN,
}


def addresses_for(role: Role | None, demo: Portal) -> Iterator[str]:
    """Every address that this role may open; for nobody the public ones."""
    for page in demo.pages():
        path, permission = str(page["path"]), str(page["permission"])
        allowed = role is None if permission == PUBLIC else role in PERMISSIONS[permission]
        if allowed and "GET" in page["methods"] and not NOT_LOOKED_AT.search(path):
            yield from filled_in(path, demo)


def filled_in(path: str, demo: Portal) -> Iterator[str]:
    if "<" not in path:
        yield path
        return
    beginnings = [known for known in EXAMPLES if path == known or (known.endswith("/") and path.startswith(known))]
    assert beginnings, f"{path}: say in EXAMPLES where its id comes from"
    ids = [row[0] for row in demo.rows(EXAMPLES[max(beginnings, key=len)]) if row[0]]
    assert ids, f"{path}: the demo has no example"
    for found in ids:
        yield re.sub(r"<[^>]+>", found, path)


def looked_at(watched: Watched, address: str, language: str) -> list[str]:
    answer = watched.page.goto(address)
    assert answer is not None
    found = problems_of(watched.page)
    if answer.status != 200:
        found.append(f"{address}: {answer.status}")
    if watched.page.locator("html").get_attribute("lang") != language:
        found.append(f"{address}: in another language than {language}")
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", ["", *CAST])
def test_every_page_is_accessible_and_fits(demo: Portal, browser_of: BrowserOf, name: str, language: str) -> None:
    watched = browser_of(name, language=language)
    problems = [
        problem
        for address in addresses_for(CAST.get(name), demo)
        if address != "/uitgelogd"
        for problem in looked_at(watched, address, language)
    ]
    assert not problems, "\n".join(problems)


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()
