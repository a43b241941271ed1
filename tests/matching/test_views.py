"""Choosing a coach: three that fit, more, another region, and letting the portal choose."""

import pytest

from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.programmes.codes import ProgrammeCode
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG, Role
from tests.page import Client


def coach(name, region=TWENTE, **values):
    return factories.bookable_coach(factories.account(name, Role.COACH, region), region, **values)


@pytest.fixture
def enrolment(people):
    return factories.enrolment(people.noor, themes=("stress",))


@pytest.fixture
def noor(client, people, enrolment):
    return client.sign_in(people.noor)


def shown(page):
    return [" ".join("".join(h2.itertext()).split()) for h2 in page.tree.iter("h2") if h2.get("class") == "name"]


def test_coaches_that_fit_shows_three_with_reasons_and_first_time(noor):
    for name in ("Joost", "Els", "Ravi", "Kim"):
        coach(name, themes={"stress"})
    page = noor.get("/coaches")
    assert page.h1 == "Kies een coach"
    assert len(shown(page)) == 3
    assert "Deze 3 coaches passen bij wat je hebt ingevuld. Jij kiest." in page.text
    assert page.text.count("werkt met: stress herkennen en ermee omgaan") == 3
    assert page.text.count("werkt in jouw regio") == 3
    assert page.text.count("dinsdag 3 maart om 11.00 uur") == 3


def test_coaches_that_fit_shows_more_when_there_are_more(noor):
    for number in range(7):
        coach(f"Coach{number}")
    page = noor.get("/coaches")
    first_three = shown(page)
    page = noor.get(page.link("Laat meer coaches zien"))
    assert (len(shown(page)), shown(page)[:3]) == (6, first_three)
    page = noor.get(page.link("Laat meer coaches zien"))
    assert len(shown(page)) == 7
    assert "Laat meer coaches zien" not in page.text


def test_coaches_that_fit_offers_no_more_than_there_are(noor):
    for number in range(3):
        coach(f"Coach{number}")
    assert "Laat meer coaches zien" not in noor.get("/coaches").text


@pytest.mark.parametrize("number", ["", "-1", "0", "x", "1e9", "99999999999999999999"])
def test_coaches_that_fit_takes_any_number(noor, number):
    coach("Joost")
    assert shown(noor.get(f"/coaches?aantal={number}")) == ["Joost de Vries"]


def test_coaches_that_fit_htmx_gets_the_block_and_the_browser_the_page(noor):
    for number in range(4):
        coach(f"Coach{number}")
    page = noor.get("/coaches?aantal=6", htmx=True)
    assert page.by_id("proposals") is not None
    assert "<html" not in page.html
    assert len(shown(page)) == 4
    assert "<html" in noor.get("/coaches?aantal=6").html


def test_coaches_that_fit_without_anybody_leads_to_the_whole_country(noor):
    coach("Chris", ZUID_LIMBURG)
    page = noor.get("/coaches")
    assert "Er is nu geen coach vrij in jouw regio." in page.text
    assert "Kies voor mij" not in page.text
    page = noor.get(page.link("Bekijk coaches in heel Nederland"))
    assert shown(page) == ["Chris de Vries"]
    assert noor.get(page.link("Alleen coaches in mijn regio")).status == 200


def test_coaches_that_fit_without_anybody_anywhere_does_not_speak_of_the_region(noor):
    page = noor.get("/coaches?waar=nederland")
    assert "Er is nu geen coach vrij." in page.text
    assert "in jouw regio." not in page.text


def test_coaches_that_fit_leaves_out_the_coach_one_has(noor, people, enrolment):
    own = coach("Joost")
    coach("Els")
    noor.submit(noor.get(f"/afspraken/met/{own.public_id}"), f"/coaches/{own.public_id}/kies")
    page = noor.get("/coaches")
    assert "Je praat nu met Joost." in page.text
    assert shown(page) == ["Els de Vries"]
    assert "Kies voor mij" not in page.text


def test_coaches_that_fit_of_extra_coaching_has_the_crisis_notice(client, people):
    factories.enrolment(people.noor, programme=ProgrammeCode.ECZ)
    coach("Joost")
    assert client.sign_in(people.noor).get("/coaches").by_id("crisis") is not None


def test_coaches_that_fit_without_enrolment_leads_to_signing_up(client, people):
    page = client.sign_in(people.noor).get("/coaches")
    assert page.h1 == "Je bent nu niet aangemeld voor een programma"
    assert client.get(page.link("Meld je aan")).status == 200


def test_coaches_that_fit_is_for_participants(app, people, enrolment):
    assert Client(app).get("/coaches").location == "/inloggen"
    for account in (people.bram, people.wilma, people.rik, people.fay, people.oscar):
        assert Client(app).sign_in(account).get("/coaches").status == 403


def test_coaches_that_fit_costs_the_same_for_three_and_thirty(noor):
    for number in range(3):
        coach(f"Coach{number}")
    noor.get("/coaches?aantal=30")
    for_three = noor.queries
    for number in range(3, 30):
        coach(f"Coach{number}")
    assert len(shown(noor.get("/coaches?aantal=30"))) == 30
    assert noor.queries == for_three


# -- choose for me


def test_choose_for_me_couples_and_tells_both_without_saying_what(noor, people, mailbox):
    bram = factories.bookable_coach(people.bram, themes={"stress"})
    page = noor.submit(noor.get("/coaches"), "/coaches/kies-voor-mij")
    assert page.url.endswith("/mijn")
    trajectory = Trajectory.get()
    assert (trajectory.coach_id, trajectory.chosen_by) == (bram.id, ChosenBy.PORTAL)
    assert Enrolment.get().status == EnrolmentStatus.MATCHED
    for account, path in ((people.bram, "/coach"), (people.noor, "/mijn")):
        letter = mailbox.last(account.email)
        assert "coach" not in letter.subject.lower()
        assert "maandag 9 maart om 11.00 uur" in letter.text
        assert letter.link(path) == path
        other = people.noor if account is people.bram else people.bram
        assert other.email not in letter.text
        assert other.first_name not in letter.text


@pytest.mark.both_engines
def test_choose_for_me_goes_on_to_the_country(noor):
    coach("Chris", ZUID_LIMBURG)
    noor.submit(noor.get("/coaches?waar=nederland"), "/coaches/kies-voor-mij")
    assert Trajectory.get().coach.first_name == "Chris"


def test_choose_for_me_twice_chooses_once(noor, mailbox):
    for name in ("Joost", "Els", "Ravi"):
        coach(name)
    page = noor.get("/coaches")
    assert noor.submit(page, "/coaches/kies-voor-mij").status == 200
    assert noor.submit(page, "/coaches/kies-voor-mij").status == 200
    assert Trajectory.select().count() == 1
    assert len([letter for letter in mailbox if letter.template.startswith("matching/")]) == 2


def test_choose_for_me_when_nobody_is_free_says_so(noor):
    last = coach("Joost")
    page = noor.get("/coaches")
    Coach.update(capacity=0).where(Coach.id == last.id).execute()
    page = noor.submit(page, "/coaches/kies-voor-mij")
    assert page.status == 409
    assert "Bekijk coaches in heel Nederland." in page.text
    assert Trajectory.select().count() == 0


def test_choose_for_me_without_enrolment_goes_to_the_coaches(noor):
    coach("Joost")
    page = noor.get("/coaches")
    Enrolment.update(status=EnrolmentStatus.WITHDRAWN).execute()
    assert noor.submit(page, "/coaches/kies-voor-mij", follow=False).location == "/coaches"


# -- this one, without a time


def choose(browser, chosen, **options):
    return browser.submit(
        browser.get(f"/afspraken/met/{chosen.public_id}"), f"/coaches/{chosen.public_id}/kies", **options
    )


def test_choose_couples_and_says_who_will_be_in_touch(noor, mailbox):
    joost = coach("Joost")
    page = choose(noor, joost)
    assert page.url.endswith("/mijn")
    assert "Joost neemt contact met je op." in page.text
    assert Trajectory.get().chosen_by == ChosenBy.PARTICIPANT
    assert mailbox.last("joost@example.org").template == "matching/for_coach"


def test_choose_twice_is_the_same(noor, mailbox):
    joost = coach("Joost")
    page = noor.get(f"/afspraken/met/{joost.public_id}")
    for _ in range(2):
        assert noor.submit(page, f"/coaches/{joost.public_id}/kies").status == 200
    assert Trajectory.select().count() == 1
    assert len(mailbox.to("joost@example.org")) == 1


def test_choose_who_has_just_become_full_says_so(noor):
    joost = coach("Joost", capacity=1)
    page = noor.get(f"/afspraken/met/{joost.public_id}")
    factories.coupled(factories.account("Wim", Role.PARTICIPANT), joost)
    page = noor.submit(page, f"/coaches/{joost.public_id}/kies")
    assert page.status == 409
    assert "Deze coach heeft nu geen plek voor nieuwe mensen. Kies een andere coach." in page.text
    assert Trajectory.select().count() == 1


def test_choose_another_one_goes_by_choosing_a_time(noor):
    joost, els = coach("Joost"), coach("Els")
    page = noor.get(f"/afspraken/met/{els.public_id}")
    choose(noor, joost)
    page = noor.submit(page, f"/coaches/{els.public_id}/kies")
    assert page.status == 409
    assert "Je hebt al een coach." in page.text
    assert Trajectory.get().coach_id == joost.id


def test_choose_who_cannot_be_chosen_is_404(noor):
    joost = coach("Joost")
    page = noor.get(f"/afspraken/met/{joost.public_id}")
    Coach.update(status="paused").execute()
    assert noor.submit(page, f"/coaches/{joost.public_id}/kies").status == 404


def test_choosing_is_for_participants_and_not_by_a_link(app, noor, people):
    joost = coach("Joost")
    bram, anybody = Client(app).sign_in(people.bram), Client(app)
    for address in ("/coaches/kies-voor-mij", f"/coaches/{joost.public_id}/kies"):
        assert noor.get(address).status == 405
        assert bram.post(address, token_of(bram, "/coach/profiel")).status == 403
        assert anybody.post(address, token_of(anybody, "/inloggen")).location == "/inloggen"
    assert Trajectory.select().count() == 0


def token_of(browser, address):
    return {"csrf_token": browser.get(address).form().fields["csrf_token"]}
