"""Whether we may ask again, and the two questions."""

from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.evaluations import actions as evaluations
from portal.later import actions
from portal.later.models import LaterAnswer, LaterConsent
from tests import factories
from tests.page import Client

QUESTION = "May we send you a mail with 2 questions in 6 months?"


@pytest.fixture
def browser(client):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client


@pytest.fixture
def trajectory(people):
    return factories.closed_trajectory(people.noor, people.bram)


@pytest.fixture
def link(people, mailbox, trajectory):
    evaluations.invite_closed(now=portal_clock.now())
    return mailbox.last(people.noor.email).link("/evaluatie/")


@pytest.fixture
def asked(browser, link):
    """The page after the answers of the evaluation."""
    return browser.submit(browser.get(link), coach_grade=8, trajectory_grade=8)


def test_ask_follows_the_answers_and_yes_is_kept(browser, asked, trajectory):
    assert (asked.h1, QUESTION in asked.text) == ("Thank you.", True)
    page = browser.submit(asked, allowed="yes")
    assert page.url.endswith("/evaluatie/bedankt")
    assert [consent.trajectory_id for consent in LaterConsent] == [trajectory.id]
    assert browser.get(asked.url).location == "/evaluatie/bedankt"


def test_ask_keeps_nothing_of_a_no(browser, asked):
    assert browser.submit(asked, allowed="no").url.endswith("/evaluatie/bedankt")
    assert LaterConsent.select().count() == 0


@pytest.mark.parametrize("htmx", [False, True])
def test_ask_wants_yes_or_no(browser, asked, htmx):
    refused = browser.submit(asked, htmx=htmx)
    assert refused.status == 422
    assert ("<main" in refused.html) is not htmx
    assert refused.errors == ["Choose yes or no."] * 2


def test_ask_comes_after_the_answers_and_ends_with_the_link(browser, link, clock):
    assert browser.get(f"{link}/later").location == link
    browser.submit(browser.get(link), coach_grade=8, trajectory_grade=8)
    clock.shift(timedelta(days=30))
    assert browser.get(f"{link}/later").status == 410
    assert browser.get("/evaluatie/onbekend/later").status == 404


# -- my data


def test_allow_and_withdraw_stand_at_my_data(browser, people, trajectory):
    browser.sign_in(people.noor)
    page = browser.get("/mijn/gegevens")
    assert QUESTION in page.text
    page = browser.submit(page, button="Yes, you may")
    assert "You said so on" in page.text
    page = browser.submit(page, f"/mijn/gegevens/{trajectory.enrolment.public_id}/over-6-maanden/nee")
    assert "We do not mail you these questions." in page.text
    assert LaterConsent.get().withdrawn_on is not None


@pytest.mark.parametrize("part", ["ja", "nee"])
def test_withdraw_and_allow_are_for_ones_own(browser, people, trajectory, part):
    path = f"/mijn/gegevens/{trajectory.enrolment.public_id}/over-6-maanden/{part}"
    other = factories.account("Sanne", factories.Role.PARTICIPANT)
    browser.sign_in(other)
    token = browser.get("/hulp").form("/taal").fields["csrf_token"]
    assert browser.get(path).status == 405
    assert browser.post(path, {"csrf_token": token}).status == 404
    coach = Client(browser.app).sign_in(people.bram)
    token = coach.get("/hulp").form("/taal").fields["csrf_token"]
    assert coach.post(path, {"csrf_token": token}).status == 403


# -- six months later


@pytest.fixture
def later_link(people, mailbox, trajectory, clock):
    actions.allow_by_link(trajectory, now=portal_clock.now())
    clock.shift(timedelta(days=185))
    actions.invite(now=portal_clock.now())
    return mailbox.last(people.noor.email).link("/evaluatie/later/")


def test_answer_asks_two_questions_and_thanks(browser, later_link):
    page = browser.get(later_link)
    assert page.h1 == "How are things now?"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    situations = [e for e in page.tree.iter("input") if e.get("name") == "work_situation"]
    assert len(situations) == 7
    done = browser.submit(page, work_situation="seeking", work_joy=3)
    assert done.url.endswith("/evaluatie/bedankt")
    assert [row.answers for row in LaterAnswer] == ["work_situation:seeking;work_joy:3"]
    for again in (browser.get(later_link), browser.submit(page, work_joy=9)):
        assert (again.status, again.h1) == (410, "You have answered already. Thank you.")


@pytest.mark.parametrize("htmx", [False, True])
def test_answer_refuses_what_the_page_did_not_offer(browser, later_link, htmx):
    refused = browser.submit(browser.get(later_link), work_situation="astronaut", htmx=htmx)
    assert refused.status == 422
    assert ("<main" in refused.html) is not htmx
    assert LaterAnswer.select().count() == 0


@pytest.mark.parametrize("htmx", [False, True])
def test_answer_without_anything_leaves_the_link_as_it_is(browser, later_link, htmx):
    refused = browser.submit(browser.get(later_link), htmx=htmx)
    assert (refused.status, "<main" in refused.html) == (422, not htmx)
    assert refused.errors == [
        "Answer at least one of these questions. Do you not want to? Then you need not do anything."
    ]
    assert LaterAnswer.select().count() == 0
    done = browser.submit(browser.get(later_link), work_joy=3)
    assert done.url.endswith("/evaluatie/bedankt")
    assert [row.answers for row in LaterAnswer] == ["work_joy:3"]


def test_answer_links_are_for_nothing_else(browser, link, later_link):
    token = later_link.rpartition("/")[2]
    assert browser.get(f"/evaluatie/{token}").status == 404
    assert browser.get(f"/evaluatie/later/{link.rpartition('/')[2]}").status == 404
