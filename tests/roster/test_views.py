"""The page behind a number: who is on it, what it says of them, and whose it is."""

from datetime import date

import pytest

from portal.access import Role
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.page import Client

PAGE, OVERVIEW = "/regio/overzicht/coaches", "/regio/overzicht"


@pytest.fixture
def wilma(client, people):
    return client.sign_in(people.wilma)


@pytest.fixture
def bram(people):
    return factories.bookable_coach(people.bram, available_from=date(2025, 1, 1))


def test_coaches_are_behind_each_number_of_the_overview(wilma, people, bram):
    factories.coupled(people.noor, bram)
    factories.bookable_coach(factories.account("Omar", Role.COACH), available_from=date(2025, 2, 1))
    factories.bookable_coach(factories.account("Samira", Role.COACH), available_from=date(2025, 2, 1), capacity=0)
    overview = wilma.get(f"{OVERVIEW}?programme=sijw&period=2025")
    shown = {}
    for words in ("coaches met plek", "nu zonder deelnemers", "beschikbaar in de periode"):
        page = wilma.get(overview.link(words))
        shown[page.h1] = [name for name in ("Bram", "Omar", "Samira") if f"{name} de Vries" in page.text]
    assert shown == {
        "Coaches met plek 2": ["Bram", "Omar"],
        "Coaches zonder deelnemers 2": ["Omar", "Samira"],
        "Coaches die zich beschikbaar stelden 3": ["Bram", "Omar", "Samira"],
    }


def test_coaches_say_how_they_are_counted_and_for_how_many_there_is_room(wilma, people, bram):
    factories.coupled(people.noor, bram)
    page = wilma.get(f"{PAGE}?getal=K01&programma=sijw&regio={TWENTE}")
    assert "Coaches die voor jouw regio werken, vandaag te kiezen zijn" in page.text
    assert "Twente · Sterk in je werk" in page.text
    assert page.link("Hoe is dit geteld?") == "/landelijk/telregels#K01"
    assert "Twente 1 van 4 3 deelnemers" in page.text
    assert wilma.get(page.link("Bram de Vries")).h1 == "Bram de Vries"


def test_coaches_of_a_year_say_since_when_and_until_when(wilma, bram):
    page = wilma.get(f"{PAGE}?getal=T09&programma=sijw&regio={TWENTE}&periode=2025")
    assert "1 januari 2025" in page.text
    assert "peildatum" in page.text
    assert "geen einddatum" in page.text


def test_coaches_with_room_are_behind_the_number_of_the_desk(wilma, bram):
    page = wilma.get(wilma.get("/regio").link("coach met plek"))
    assert page.h1 == "Coaches met plek 1"
    assert "Alle programma's" in page.text


def test_coaches_says_when_nobody_counts(wilma):
    page = wilma.get(f"{PAGE}?getal=K02")
    assert page.h1 == "Coaches zonder deelnemers 0"
    assert "komt die vanzelf op deze lijst" in page.text


def test_coaches_leads_back_to_the_overview_it_came_from(wilma):
    page = wilma.get(f"{PAGE}?getal=T09&programma=ecz&regio={TWENTE}&periode=2024")
    assert page.link("Overzicht van je regio") == f"{OVERVIEW}?programme=ecz&region={TWENTE}&period=2024"


def test_coaches_have_pages(wilma, people, bram, monkeypatch):
    monkeypatch.setattr("portal.coaches.queries.PER_PAGE", 1)
    factories.bookable_coach(factories.account("Omar", Role.COACH))
    page = wilma.get(f"{PAGE}?getal=K01")
    assert ("Bram" in page.text, "Omar" in page.text) == (True, False)
    page = wilma.get(page.link("Volgende pagina"))
    assert ("Bram" in page.text, "Omar" in page.text) == (False, True)


def test_coaches_of_another_region_are_not_there(app, people, bram):
    otto = Client(app).sign_in(people.otto)
    assert otto.get(f"{PAGE}?regio={TWENTE}").status == 404
    for number in ("K01", "K02", "T09"):
        assert "Bram" not in otto.get(f"{PAGE}?getal={number}").text
    assert otto.get(f"{PAGE}?regio={ZUID_LIMBURG}").status == 200


def test_coaches_with_htmx_gives_the_block(wilma):
    page = wilma.get(PAGE, htmx=True)
    assert page.by_id("coach_list") is not None
    assert "<html" not in page.html


def test_coaches_are_for_the_staff_of_a_region_only(app, people):
    for account in (people.noor, people.bram, people.rik, people.fay):
        assert Client(app).sign_in(account).get(PAGE).status == 403
    assert Client(app).sign_in(factories.account("Anna", Role.REGION_STAFF, TWENTE)).get(PAGE).status == 200
    assert Client(app).get(PAGE).location == "/inloggen"
    assert Client(app).sign_in(people.wilma).post(PAGE).status in (400, 405)


@pytest.mark.parametrize("number", ["K01", "T09"])
def test_coaches_cost_the_same_for_one_and_for_three(wilma, bram, number):
    address = f"{PAGE}?getal={number}&regio={TWENTE}&periode=2026"
    wilma.get(address)
    one = wilma.queries
    for name in ("Omar", "Samira"):
        factories.bookable_coach(factories.account(name, Role.COACH), available_from=date(2025, 2, 1))
    wilma.get(address)
    assert wilma.queries == one <= 9
