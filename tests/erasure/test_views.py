"""The page before erasing, the one button, and what is left in the browser."""

import re
from datetime import timedelta

import pytest

from portal.access import Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.enrolments.models import Draft, Enrolment
from tests import factories
from tests.conftest import START
from tests.page import Client

PATH = "/mijn/gegevens/wissen"


@pytest.fixture
def trajectory(people):
    return factories.coupled(people.noor, factories.bookable_coach(people.bram))


@pytest.fixture
def noor(client, people, trajectory):
    return client.sign_in(people.noor)


def code_for(mailbox, address):
    return re.search(r"\b\d{6}\b", mailbox.last(address).text).group()


def is_there(account):
    return Account.select().where(Account.id == account.id).exists()


def test_erase_leads_there_from_my_data(noor):
    assert noor.get("/mijn/gegevens").link("Wis mijn gegevens") == PATH


def test_erase_says_what_happens_and_which_talks_are_cancelled(noor, trajectory):
    factories.planned_talk(trajectory, START + timedelta(days=7, hours=3))
    page = noor.get(PATH)
    assert page.h1 == "Weet je het zeker?"
    assert "Je afspraken worden afgezegd. Wissen kan niet ongedaan worden gemaakt." in page.text
    assert "We bewaren alleen tellingen zonder naam." in page.text
    assert "Maandag 9 maart 2026 om 14.00 uur met Bram" in page.text
    assert page.link("Nee, ga terug") == "/mijn/gegevens"


def test_erase_erases_everything_and_signs_out(noor, people):
    done = noor.submit(noor.get(PATH), button="Ja, wis alles", follow=False)
    assert (done.status, done.location) == (303, "/gegevens-gewist")
    assert "storage" in done.response.headers["Clear-Site-Data"]
    assert not is_there(people.noor)
    assert noor.get("/gegevens-gewist").h1 == "Je gegevens zijn gewist"
    assert noor.get("/mijn", follow=False).location == "/inloggen"


def test_erase_with_htmx_leads_on_too(noor, people):
    done = noor.submit(noor.get(PATH), button="Ja, wis alles", htmx=True)
    assert done.response.headers["HX-Redirect"] == "/gegevens-gewist"
    assert not is_there(people.noor)


def test_erase_takes_what_was_filled_in_on_this_browser_along(noor):
    noor.submit(noor.get("/aanmelden"), postcode="7511")
    assert Draft.select().exists()
    noor.submit(noor.get(PATH), button="Ja, wis alles")
    assert not Draft.select().exists()


def test_erase_asks_to_sign_in_once_more_after_ten_minutes(noor, people, clock, mailbox):
    sent = noor.get(PATH)
    clock.shift(timedelta(minutes=11))
    refused = noor.submit(sent, button="Ja, wis alles")
    assert refused.status == 422
    assert refused.errors == ["Log nog een keer in voordat je je gegevens wist."]
    assert is_there(people.noor)
    page = noor.get(PATH)
    assert "Log eerst nog een keer in" in page.text
    code = noor.submit(noor.get(page.link("Log in")), email=people.noor.email)
    back = noor.submit(code, code=code_for(mailbox, people.noor.email), follow=False)
    assert back.location == PATH
    noor.submit(noor.get(PATH), button="Ja, wis alles")
    assert not is_there(people.noor)


def test_erase_tells_who_works_here_too_what_stays(client, people):
    factories.enrolment(people.bram)
    accounts.grant(people.bram, Role.PARTICIPANT)
    assert "Daarvoor blijft je account" in client.sign_in(people.bram).get(PATH).text


def test_erase_is_for_participants_only(app, people, trajectory):
    for account in (people.bram, people.wilma, people.rik):
        assert Client(app).sign_in(account).get(PATH).status == 403
    assert Client(app).get(PATH, follow=False).location == "/inloggen"


def test_erase_with_get_changes_nothing(noor):
    noor.get(PATH)
    assert Enrolment.select().where(Enrolment.id > 0).count() == 1


def test_done_is_for_everybody(client):
    assert client.get("/gegevens-gewist").h1 == "Je gegevens zijn gewist"
