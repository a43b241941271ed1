"""Signing up in five steps, coming back later, sending, confirming."""

import pytest

from portal.accounts.models import Account, BrowserSession
from portal.enrolments.models import Draft, Enrolment, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus
from tests.page import Client

FATIMA = {"first_name": "Fatima", "email": "fatima@example.org", "phone": "06 12 34 56 78"}


def fill_in(client, programme="sijw", *, postcode="7511", contact=None, skip=False):
    """Walk the five steps up to the overview."""
    page = client.submit(client.get(f"/aanmelden?programma={programme}"), postcode=postcode)
    assert page.h1.startswith("Wat past bij"), page.text
    page = client.submit(page, work_situation="in_care", branch="vvt")
    if skip:
        page = client.submit(page, button="Liever niet")
    else:
        page = client.submit(page, button="Verder", themes=["stress", "role"], themes_consent="y")
    return client.submit(page, button="Verder", **(contact or FATIMA))


def send(client, **options):
    return client.submit(fill_in(client, **options), read_privacy="y")


def test_place_shows_the_region_and_goes_on(client):
    page = client.submit(client.get("/aanmelden"), postcode=" 7511 ab ")
    assert page.url.endswith("/aanmelden/situatie")
    assert "Jouw regio is Twente. WGV Zorg en Welzijn helpt je." in page.text


@pytest.mark.parametrize("typed", ["", "75", "abcd", "0123", "75111"])
def test_place_refuses_what_is_no_postcode(client, typed):
    page = client.submit(client.get("/aanmelden"), postcode=typed)
    assert page.status == 422
    assert "Vul 4 cijfers in, bijvoorbeeld 7511." in page.errors[0]
    assert page.form().fields["postcode"] == [typed]


def test_place_without_region_asks_for_it(client):
    page = client.submit(client.get("/aanmelden"), postcode="9999")
    if page.url.endswith("/regio"):
        page = client.submit(page, region="RA0205")
    assert "Jouw regio is" in page.text


def test_whole_sign_up_is_stored_sealed_and_mailed(client, mailbox):
    page = send(client)
    assert page.h1 == "Je bent er bijna."
    enrolment = Enrolment.get()
    assert (enrolment.status, enrolment.region_id, enrolment.branch) == (EnrolmentStatus.SUBMITTED, "RA0205", "vvt")
    assert {row.theme for row in EnrolmentTheme.select()} == {"stress", "role"}
    assert Draft.select().count() == 0
    letter = mailbox.last("fatima@example.org")
    assert letter.subject == "Bevestig je aanmelding"
    assert "/aanmelden/bevestig/" in letter.link("bevestig")


def test_confirm_signs_in_the_browser_that_sent_it(client, mailbox):
    send(client)
    link = mailbox.last("fatima@example.org").link("bevestig")
    page = client.submit(client.get(link), follow=False)
    assert page.location == "/coaches"
    assert BrowserSession.select().count() == 1
    enrolment = Enrolment.get()
    assert enrolment.status == EnrolmentStatus.CONFIRMED
    assert enrolment.participant.first_name == "Fatima"
    assert enrolment.contact is None


def test_confirm_in_another_browser_only_confirms(app, client, mailbox):
    send(client)
    other = Client(app)
    link = mailbox.last("fatima@example.org").link("bevestig")
    page = other.submit(other.get(link))
    assert page.h1 == "Je aanmelding is binnen."
    assert BrowserSession.select().count() == 0
    assert Enrolment.get().status == EnrolmentStatus.CONFIRMED


def test_confirm_twice_says_it_is_done(client, mailbox):
    send(client)
    link = mailbox.last("fatima@example.org").link("bevestig")
    client.submit(client.get(link), follow=False)
    assert client.get(link).h1 == "Je aanmelding is binnen."
    assert Account.select().count() == 1
