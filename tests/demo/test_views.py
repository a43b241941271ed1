"""Being one of the cast with one click and reading every mail, in the demo only."""

import pytest

from portal import clock
from portal.accounts.models import Account, BrowserSession
from portal.demo.queries import CAST
from portal.enrolments.models import Enrolment
from portal.outbox import Mail
from portal.yearly import actions as reports
from tests.page import BASE, Client

HOMES = {
    "Noor": "/mijn",
    "Bram": "/coach",
    "Chris": "/coach",
    "Wilma": "/regio",
    "Otto": "/regio",
    "Rik": "/landelijk",
    "Romy": "/landelijk",
}


def be(browser, name):
    return browser.submit(browser.get("/demo"), button=f"Word {name}")


@pytest.mark.parametrize("address", ["/demo", "/demo/post"])
def test_production_has_no_demo(client, address):
    assert client.get(address).status == 404
    token = {"csrf_token": client.get("/inloggen").form().fields["csrf_token"]}
    assert client.post(address, {**token, "name": "Noor"}).status == 404


def test_cast_shows_everybody_whom_one_can_be(browser):
    page = browser.get("/demo")
    for member in CAST:
        assert f"{member.name} {member.last_name}" in page.text
    assert len([form for form in page.forms if form.action == f"{BASE}/demo"]) == len(CAST)


@pytest.mark.parametrize("member", CAST, ids=lambda m: m.name)
def test_cast_signs_in_with_one_click_and_lands_on_a_page(demo, member):
    browser = Client(demo)
    page = be(browser, member.name)
    assert page.status == 200
    assert page.url.removeprefix(BASE) == HOMES.get(member.name, page.url.removeprefix(BASE))
    assert browser.get("/mijn-inlog").status == 200
    for address in [link for link in page.links if link.startswith("/") and not link.startswith("/static")]:
        assert browser.get(address).status in (200, 303), address


def test_cast_has_nobody_else(browser):
    page = browser.get("/demo")
    before = BrowserSession.select().count()
    token = page.forms[-1].fields["csrf_token"]
    for name in ("", "Fatima", "coach.1", "noor@example.org"):
        assert browser.post("/demo", {"csrf_token": token, "name": name}).status == 404
    assert browser.post("/demo", {"name": "Noor"}).status == 400
    assert BrowserSession.select().count() == before


def test_noor_has_a_coach_and_an_appointment(browser):
    page = be(browser, "Noor")
    assert "Jouw coach: Bram Verhagen" in page.text
    assert browser.get(page.link("Bekijk je afspraak")).h1 == "Je afspraak staat."


def test_bram_is_with_noor(browser):
    page = be(browser, "Bram")
    case = browser.get(page.link("Noor"))
    assert case.h1 == "Noor Bakker"
    assert "noor@example.org" in case.text
    assert "Gehouden" in case.text


def test_bram_sees_what_people_say_about_him(browser):
    be(browser, "Bram")
    assert "Gemiddeld cijfer" in browser.get("/coach/evaluaties").text


def test_romy_can_approve_what_rik_makes(browser):
    be(browser, "Rik")
    report = browser.get("/landelijk/rapporten").link("Sterk in je werk: 2024")
    browser.submit(browser.get(report), f"{report}/controleren")
    reports.check_asked(now=clock.now())
    assert "Iemand anders moet het goedkeuren" in browser.get(report).text
    be(browser, "Romy")
    assert "Keur goed (tweede persoon)" in browser.get(report).text


def test_bram_has_a_handover_in_every_state_that_waits_for_somebody(browser):
    page = be(browser, "Bram")
    assert "Wacht op antwoord" in page.text
    assert "Is het gelukt?" in page.text


def test_noor_decides_about_a_handover(browser):
    page = browser.get(be(browser, "Noor").link("Bekijk de vraag"))
    assert "Ik wil graag contact met jullie." in page.html
    assert "Bedrijfsmaatschappelijk werk Twente" in page.text


def test_wilma_has_work_and_sees_nobody_of_elsewhere(browser):
    page = be(browser, "Wilma")
    own = [link for link in page.links if link.startswith("/regio/aanmelding/")]
    assert own
    other = Enrolment.get(Enrolment.region == "RA1428", Enrolment.enrolled_at.is_null(False))
    assert browser.get(f"/regio/aanmelding/{other.public_id}").status == 404
    assert browser.get(own[0]).status == 200


# -- the mails


def letters(page):
    return [article for article in page.tree.iter("article")]


def test_mails_are_shown_newest_first_by_fifty(browser):
    page = browser.get("/demo/post")
    newest = [f"mail-{mail.public_id}" for mail in Mail.select().order_by(Mail.created_at.desc(), Mail.id.desc())]
    assert [article.get("id") for article in letters(page)] == newest[:50]
    older = browser.get(page.link("Ouder"))
    assert [article.get("id") for article in letters(older)] == newest[50:100]
    assert [a.get("id") for a in letters(browser.get(older.link("Nieuwer")))] == newest[:50]


@pytest.mark.parametrize("number", ["0", "-3", "x", "9999", "99999999999999999999999"])
def test_mails_of_any_page_can_be_asked_for(browser, number):
    assert browser.get(f"/demo/post?pagina={number}").status == 200


def test_last_page_of_mails_leads_no_further(browser):
    last = -(-Mail.select().count() // 50)
    page = browser.get(f"/demo/post?pagina={last}")
    assert letters(page)
    assert "Ouder" not in page.text


def test_links_in_mails_work_for_who_got_them(demo):
    """Of every kind of mail the newest one, opened by the person it is for."""
    newest = {mail.template: mail for mail in Mail.select().order_by(Mail.id)}
    assert {"enrolments/confirm", "sessions/booked", "sessions/cancelled", "sessions/missed"} <= set(newest)
    for mail in newest.values():
        page = Client(demo).get("/demo/post")
        browser = Client(demo)
        account = Account.get_or_none(Account.email == mail.recipient)
        if account is not None:
            browser.sign_in(account)
        text = letter_of(demo, mail)
        for address in text:
            # An evaluation that was given already says so.
            assert browser.get(address).status in ((200, 410) if "/evaluatie/" in address else (200,)), mail.template
        assert page.status == 200


def letter_of(demo, mail):
    """The addresses that stand in this mail at /demo/post."""
    browser = Client(demo)
    number = 1
    while True:
        page = browser.get(f"/demo/post?pagina={number}")
        for article in letters(page):
            if article.get("id") == f"mail-{mail.public_id}":
                found = [a.get("href").removeprefix(BASE) for a in article.iter("a")]
                assert found, mail.template
                return found
        number += 1


def test_mail_that_is_written_now_is_read_at_once(demo):
    browser = Client(demo)
    browser.submit(browser.get("/inloggen"), email="noor@example.org")
    page = browser.get("/demo/post")
    newest = letters(page)[0]
    link = next(a.get("href") for a in newest.iter("a") if "/inloggen/link/" in a.get("href")).removeprefix(BASE)
    done = browser.submit(browser.get(link))
    assert done.url.endswith("/mijn")
