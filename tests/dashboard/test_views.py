"""The pages: what is on the overview, where its numbers lead, whose it is, and the switch of the mail."""

from datetime import date, timedelta

import pytest

from portal.counting.catalogue import OVERVIEW
from portal.counting.work import WORK
from portal.enrolments.rules import EnrolmentStatus
from tests import factories
from tests.conftest import START
from tests.counting.rows import SIJW, Rows, at
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.page import Client

PAGE, MAIL, DEFINED = "/regio/overzicht", "/regio/overzicht/mail", "/landelijk/telregels"


@pytest.fixture
def wilma(client, people):
    return client.sign_in(people.wilma)


def test_region_shows_how_it_goes(wilma, year):
    page = wilma.get(f"{PAGE}?programme=sijw&period=2025")
    assert page.h1 == "Overzicht van regio Twente, week 10"
    assert "Eerste gesprek 30 · ongeveer 60%" in page.text
    for shown in ("20 uur 36 uur", "Afgemeld 5", "1. Een andere taak of functie 25"):
        assert shown in page.text


def test_region_links_every_number_to_its_definition(wilma, year):
    page, defined = wilma.get(f"{PAGE}?programme=sijw&period=2025"), wilma.get(DEFINED)
    linked = {link.partition("#")[2] for link in page.links if link.startswith(f"{DEFINED}#")}
    assert {definition.id for section in OVERVIEW for definition in section.definitions} <= linked
    assert {"W01", "W02", "W03", "W04", "K01", "K02", "T09", "T12", "T16", "F01"} <= linked
    assert all(defined.by_id(anchor) is not None for anchor in {*linked, *(number.id for number in WORK)})


@pytest.mark.both_engines
def test_region_leads_to_the_lists_of_the_desk(wilma, people):
    factories.signed_up("Lotte", now=START - timedelta(days=9))
    factories.coupled(people.noor, factories.bookable_coach(people.bram))
    page = wilma.get(PAGE)
    names = {link: wilma.get(link).text_of("worklist") for link in page.links if link.startswith("/regio?")}
    states = [(state, "Lotte") for state in ("new", "overdue", "without_coach", "up_to_10")]
    for state, name in [*states, ("no_talk", "Noor")]:
        [shown] = {text for link, text in names.items() if f"stand={state}" in link}
        assert f"{name} de V." in shown


def test_region_is_in_the_menu(wilma):
    assert wilma.get("/regio").link("Overzicht") == PAGE


def test_region_tells_nothing_of_few_people(wilma, year):
    page = wilma.get(f"{PAGE}?programme=sijw&period=2025-06")
    assert "Bij deze keuze horen minder dan 10 mensen" in page.text
    assert "Eerste gesprek" not in page.text


def test_region_says_that_reasons_are_not_shown(wilma, year):
    rows = Rows(first_number=5_000_000)
    for number in range(12):
        moment = at(date(2024, 3, 3 + number))
        became = [(EnrolmentStatus.WITHDRAWN, moment)] if number < 2 else [(EnrolmentStatus.UNREACHABLE, moment)]
        rows.enrol(moment, programme=SIJW, person=rows.person(), became=became if number < 5 else [])
    rows.store()
    page = wilma.get(f"{PAGE}?programme=sijw&period=2024")
    assert "We laten niet zien waarom mensen afhaakten voor het eerste gesprek." in page.text


def test_region_of_another_is_not_there(app, people, year):
    otto = Client(app).sign_in(people.otto)
    assert otto.get(f"{PAGE}?region={TWENTE}").status == 404
    assert "Eerste gesprek 30" not in otto.get(f"{PAGE}?programme=sijw&period=2025").text


def test_region_with_htmx_gives_the_block(wilma):
    page = wilma.get(PAGE, htmx=True)
    assert page.by_id("overview") is not None
    assert "<html" not in page.html


def test_region_is_for_its_staff_only(app, client, people):
    factories.enrolment(people.noor)
    for account in (people.noor, people.bram, people.rik):
        assert Client(app).sign_in(account).get(PAGE).status == 403
    assert Client(app).get(PAGE).location == "/inloggen"


def test_region_costs_the_same_for_one_and_for_many(wilma, year):
    wilma.get(f"{PAGE}?programme=sijw&period=2025")
    many = wilma.queries
    wilma.get(f"{PAGE}?programme=ecz&period=2025")
    rows = Rows(first_number=5_000_000)
    rows.enrol(at("2026-01-05"), programme=SIJW, region=ZUID_LIMBURG)
    rows.store()
    wilma.get(f"{PAGE}?programme=sijw&period=2026")
    assert wilma.queries <= many <= 12


# -- the mail


def test_switch_mail_on_after_it_was_off(wilma):
    page = wilma.get(MAIL)
    assert "Je krijgt deze mail." in page.text
    page = wilma.submit(page, button="Stop deze mail")
    assert "Je krijgt deze mail niet meer." in page.text
    page = wilma.submit(page, button="Stuur me deze mail weer")
    assert "Je krijgt deze mail weer." in page.text


def test_switch_mail_off_takes_a_button(wilma):
    for path in (f"{MAIL}/uit", f"{MAIL}/aan"):
        assert wilma.get(path).status == 405


def test_mail_is_for_region_admins_only(app, people):
    staff = factories.account("Anna", factories.Role.REGION_STAFF, TWENTE)
    for account in (staff, people.bram, people.rik):
        browser = Client(app).sign_in(account)
        assert browser.get(MAIL).status == 403
        assert browser.post(f"{MAIL}/uit").status in (400, 403)
    assert "De mail over elk kwartaal" not in Client(app).sign_in(staff).get(PAGE).text
    assert Client(app).get(MAIL).location == "/inloggen"
