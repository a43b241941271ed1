"""The menu as each person sees it, on the real portal."""

import pytest

from portal.pages.menu import FOR_SIGNED_IN, FOR_VISITORS


@pytest.fixture
def english(client):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client


def labels(page):
    menu = next(nav for nav in page.tree.iter("nav") if nav.get("aria-label") == "Main menu")
    return [next(text for text in (line.strip() for line in item.itertext()) if text) for item in menu.iter("li")]


def current(page):
    return [(a.get("href"), a.get("aria-current")) for a in page.tree.iter("a") if a.get("aria-current")]


def test_every_place_in_the_menu_is_a_page_of_its_feature(app):
    known = [item.endpoint for item in FOR_VISITORS + FOR_SIGNED_IN if item.endpoint.split(".")[0] in app.blueprints]
    assert set(known) <= set(app.view_functions)
    assert "pages.help_now" in known


def test_a_visitor_can_read_and_sign_in(english):
    assert labels(english.get("/vragen")) == ["How it works", "Help now", "Sign in"]


def test_a_participant_can_sign_out_and_not_sign_in(english, people):
    english.sign_in(people.noor)
    seen = labels(english.get("/vragen"))
    assert seen[-1] == "Sign out"
    assert "Sign in" not in seen
    assert "My account" not in seen


def test_a_coach_reaches_the_second_step_from_the_menu(english, people):
    english.sign_in(people.bram)
    assert "My account" in labels(english.get("/vragen"))


def test_signing_out_from_the_menu_is_one_button(english, people):
    english.sign_in(people.noor)
    page = english.submit(english.get("/vragen"), "/uitloggen")
    assert page.status == 200
    assert labels(english.get("/vragen"))[-1] == "Sign in"


def test_the_menu_says_where_you_are(english, people):
    assert current(english.get("/vragen")) == []
    english.sign_in(people.bram)
    assert current(english.get("/mijn-inlog")) == [("/mijn-inlog", "page")]
    assert current(english.get("/mijn-inlog/herstelcodes")) == [("/mijn-inlog", "true")]
