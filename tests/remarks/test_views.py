"""/regio/reacties for who manages the region; /landelijk/citaten for the country."""

import pytest

from portal.remarks import rules
from portal.remarks.models import Remark
from portal.remarks.rules import RemarkState
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.page import Client

LIST = "/regio/reacties"


@pytest.fixture
def wilma(client, people):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client.sign_in(people.wilma)


@pytest.fixture
def remark(db, clock):
    return factories.remark(TWENTE, "Ik durf weer.\nDank aan Bram.")


def test_to_read_shows_texts_of_ones_own_region(wilma, remark):
    factories.remark(TWENTE, "Geen citaat.", quote_consent=False)
    factories.remark(ZUID_LIMBURG, "Elders.")
    page = wilma.get(LIST)
    assert page.h1 == "Reactions"
    assert "2 texts to read" in page.text
    assert "Elders" not in page.text
    assert "Perhaps names: Bram" in page.text
    assert page.text.count("Make a quote of it") == 1


def test_to_read_shows_no_more_than_fit_a_page(wilma, monkeypatch):
    monkeypatch.setattr(rules, "MOST_SHOWN", 2)
    for number in range(3):
        factories.remark(TWENTE, f"Tekst {number}.")
    page = wilma.get(LIST)
    assert "3 texts to read" in page.text
    assert "You see 2 of them." in page.text
    assert page.text.count("Put aside") == 2


def test_to_read_says_why_it_is_empty(wilma):
    assert "at least 5 people in your region" in wilma.get(LIST).text


def test_to_read_costs_the_same_for_one_and_three(wilma, remark):
    wilma.get(LIST)
    once = wilma.queries
    for _ in range(2):
        factories.remark(TWENTE, "Nog een.")
    wilma.get(LIST)
    assert wilma.queries == once


def test_quote_is_made_by_leaving_out(wilma, remark):
    page = wilma.get(f"{LIST}/{remark.public_id}")
    refused = wilma.submit(page, quote="Ik durf alles.")
    assert refused.status == 422
    assert refused.errors == ["You can only leave words out. Do not add, change or move anything."] * 2
    assert refused.form().fields["quote"] == ["Ik durf alles."]
    done = wilma.submit(refused, quote="Ik durf weer.")
    assert "The quote is approved." in done.text
    assert Remark.get().quote == "Ik durf weer. (…)"
    again = wilma.get(f"{LIST}/{remark.public_id}")
    assert again.form().fields["quote"] == ["Ik durf weer. (…)"]


@pytest.mark.parametrize("htmx", [False, True])
def test_quote_comes_back_as_page_or_block(wilma, remark, htmx):
    refused = wilma.submit(wilma.get(f"{LIST}/{remark.public_id}"), htmx=htmx, quote="")
    assert refused.status == 422
    assert ("<main" in refused.html) is not htmx


def test_quote_offers_nothing_without_consent(wilma):
    remark = factories.remark(TWENTE, "Liever niet.", quote_consent=False)
    page = wilma.get(f"{LIST}/{remark.public_id}")
    assert "did not allow this to be quoted" in page.text
    token = page.form("/taal").fields["csrf_token"]
    assert wilma.post(page.url, {"csrf_token": token, "quote": "Liever niet."}).status == 409
    assert Remark.get().state == RemarkState.NEW


def test_put_aside_is_one_button(wilma, remark):
    page = wilma.submit(wilma.get(LIST), button="Put aside")
    assert "The text is put aside." in page.text
    assert Remark.get().state == RemarkState.PUT_ASIDE
    assert wilma.get(f"{LIST}/{remark.public_id}/weg").status == 405


def test_other_regions_are_not_there(app, people, remark):
    otto = Client(app).sign_in(people.otto)
    assert otto.get(f"{LIST}/{remark.public_id}").status == 404
    token = otto.get(LIST).form("/taal").fields["csrf_token"]
    assert otto.post(f"{LIST}/{remark.public_id}/weg", {"csrf_token": token}).status == 404


@pytest.mark.parametrize("name", ["noor", "bram", "rik", "fay", "oscar"])
def test_other_roles_are_refused(app, people, remark, name):
    client = Client(app).sign_in(getattr(people, name))
    assert client.get(LIST).status == client.get(f"{LIST}/{remark.public_id}").status == 403


def test_nobody_signs_in_first(client):
    assert client.get(LIST).location == client.get("/landelijk/citaten").location == "/inloggen"


def test_quotes_shows_the_country_what_was_approved_and_nothing_else(app, wilma, people, remark):
    factories.remark(TWENTE, "Nog niet gelezen.")
    rik = Client(app).sign_in(people.rik)
    assert rik.get("/landelijk/citaten").text.count("Nog geen citaten.") == 2
    wilma.submit(wilma.get(f"{LIST}/{remark.public_id}"), quote="Ik durf weer.")
    page = rik.get("/landelijk/citaten")
    assert "Ik durf weer. (…)" in page.text
    assert "Bram" not in page.text
    assert "Nog niet gelezen" not in page.text
    assert wilma.get("/landelijk/citaten").status == 403
