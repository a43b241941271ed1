"""Looking changes nothing: a GET or HEAD of any page, by anybody who may see it, leaves every table as it was."""

from datetime import timedelta

import pytest

from portal import access, jobs
from portal.audit import Deed
from portal.jobs import Heartbeat
from tests.conftest import START
from tests.contract.asking import Visitor
from tests.contract.world import Corner, changes, may, signing_up, stored
from tests.factories import TWENTE

# What shows no page of its own, even to who may see it.
ONWARD = {
    "accounts.home": "leads to the start page of one's role",
    "yearly.download": "leads to the file of a public report, and to where one asks for that of another",
}


@pytest.fixture
def twente(app, clock, mailbox) -> Corner:
    return Corner(TWENTE, "Jansen", mailbox)


@pytest.mark.nasty(7, "looking changes nothing")
def test_looking_at_every_page_changes_nothing(app, clock, twente):
    Heartbeat.create(seen_at=START)
    visitors = {
        who: [*signing_up(first), *map(Visitor.of, others)] for who, [first, *others] in twente.browsers(app).items()
    }
    pages = twente.pages(app)
    permissions = {rule["endpoint"]: rule["permission"] for rule in access.policy(app)}
    clock.shift(timedelta(minutes=3))
    before, waiting = stored([Deed.READ, Deed.REFUSED]), len(jobs.queue.pending())
    for who, browsers in visitors.items():
        allowed = {endpoint for endpoint in pages if may(who, permissions[endpoint])}
        shown = set()
        for endpoint in allowed:
            for path in pages[endpoint]:
                for browser in (b for b in browsers if path.startswith(b.looks_at)):
                    browser.ask("HEAD", path, headers={"HX-Request": "true"})
                    if browser.ask("GET", path).status_code == 200:
                        shown.add(endpoint)
        assert changes(before, stored([Deed.READ, Deed.REFUSED])) == {}, who
        assert allowed - shown == set(ONWARD) & allowed, f"not shown to {who}"
    assert len(jobs.queue.pending()) == waiting
