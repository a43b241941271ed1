"""A few questions after sending the sign-up, which everybody may skip."""

import pytest

from portal.measures.models import StartAnswer
from tests.contract.world import having_sent
from tests.page import Client

PAGE, SENT = "/aanmelden/hoe-gaat-het", "/aanmelden/verstuurd"


@pytest.fixture
def sent(client):
    """A browser that has just sent a sign-up."""
    browser = having_sent(client)
    browser.flask.set_cookie("taal", "en", domain="portal.example.org")
    return browser


def test_start_is_offered_after_sending_and_can_be_skipped(sent):
    page = sent.get(SENT)
    assert page.link("Answer the questions") == PAGE
    questions = sent.get(PAGE)
    assert questions.h1 == "How is your work going now?"
    assert questions.link("I would rather skip this") == SENT
    assert StartAnswer.select().count() == 0


def test_start_keeps_what_was_answered_and_asks_once(sent):
    page = sent.get(PAGE)
    done = sent.submit(page, work_joy=6, other_work="4")
    assert "Thank you. Your answers are stored." in done.text
    assert done.h1 == "You are almost there."
    assert "While you wait" not in done.text
    assert [row.answers for row in StartAnswer] == ["work_joy:6;other_work:4"]
    assert sent.get(PAGE).location == SENT
    assert sent.submit(page, work_joy=1, follow=False).location == SENT
    assert StartAnswer.select().count() == 1


def test_start_without_an_answer_is_skipping(sent):
    assert sent.submit(sent.get(PAGE)).h1 == "You are almost there."
    assert StartAnswer.select().count() == 0
    assert "While you wait" in sent.get(SENT).text


@pytest.mark.parametrize("htmx", [False, True])
def test_start_refuses_what_the_page_did_not_offer(sent, htmx):
    refused = sent.submit(sent.get(PAGE), work_joy="99", htmx=htmx)
    assert refused.status == 422
    assert ("<main" in refused.html) is not htmx
    assert StartAnswer.select().count() == 0


def test_start_is_for_the_browser_that_sent_the_sign_up(sent):
    other = Client(sent.app)
    assert other.get(PAGE).location == SENT
    assert "Terwijl je wacht" not in other.get(SENT).text
