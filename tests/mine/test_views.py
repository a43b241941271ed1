"""The participant's own page, in every state in which somebody can be."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, WITHOUT_COACH, EnrolmentStatus
from portal.programmes.codes import CloseReason, ProgrammeCode
from portal.sessions import actions as sessions
from portal.trajectories import actions as trajectories
from tests import factories
from tests.factories import Role, actor_of, planned_talk
from tests.page import Client

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def trajectory(people, coach):
    return factories.coupled(people.noor, coach)


@pytest.fixture
def noor(client, people):
    return client.sign_in(people.noor)


def leads_to(browser, page, text):
    return browser.get(page.link(text)).h1


def test_show_without_an_enrolment_leads_to_signing_up(noor):
    page = noor.get("/mijn")
    assert page.h1 == "Welkom, Noor"
    assert "Je bent nu niet aangemeld voor een programma." in page.text
    assert leads_to(noor, page, "Meld je aan")


@pytest.mark.parametrize("status", [status for status in EnrolmentStatus if status not in OPEN])
def test_show_what_ended_is_not_what_somebody_is_in_now(noor, people, status):
    factories.enrolment(people.noor)
    Enrolment.update(status=status).execute()
    assert "Je bent nu niet aangemeld voor een programma." in noor.get("/mijn").text


@pytest.mark.parametrize("status", sorted(WITHOUT_COACH))
def test_show_without_a_coach_leads_to_the_coaches_and_promises_to_be_heard(noor, people, status):
    factories.enrolment(people.noor)
    Enrolment.update(status=status).execute()
    page = noor.get("/mijn")
    assert "Doe je niets? Dan hoor je binnen 5 werkdagen van de regio." in page.text
    assert leads_to(noor, page, "Kies een coach") == "Kies een coach"


def test_show_the_promise_of_extra_coaching_is_one_day_with_the_crisis_notice(noor, people):
    factories.enrolment(people.noor, programme=ProgrammeCode.ECZ)
    page = noor.get("/mijn")
    assert "Doe je niets? Dan hoor je binnen 1 werkdag van de regio." in page.text
    assert page.by_id("crisis") is not None


def test_show_until_when_the_coach_will_be_in_touch(noor, trajectory):
    page = noor.get("/mijn")
    assert "Bram neemt contact met je op vóór maandag 9 maart om 11.00 uur." in page.text
    assert "Jouw coach: Bram de Vries" in page.text
    assert "Je kunt nog 3 gesprekken of activiteiten plannen." in page.text
    assert leads_to(noor, page, "Kies een tijd") == "Maak een afspraak met Bram"
    assert leads_to(noor, page, "Ik wil liever een andere coach") == "Kies een coach"
    assert page.by_id("crisis") is None


def test_show_when_the_coach_is_late_promises_nothing_any_more(noor, people, trajectory, clock):
    clock.move_to(trajectory.contact_due_at + timedelta(minutes=1))
    page = noor.sign_in(people.noor).get("/mijn")
    assert "neemt contact met je op" not in page.text
    assert "Heb je niets gehoord?" in page.text
    assert leads_to(noor, page, "Kies een tijd") == "Maak een afspraak met Bram"


def test_show_after_contact_and_without_an_appointment(noor, people, trajectory):
    trajectories.note_contact(actor_of(people.bram, Role.COACH), trajectory, now=portal_clock.now())
    assert "Je hebt nu geen afspraak met Bram." in noor.get("/mijn").text


def test_show_the_next_appointments_first_one_first(noor, trajectory):
    planned_talk(trajectory, TUESDAY + DAY)
    planned_talk(trajectory, TUESDAY)
    page = noor.get("/mijn")
    first, second = "Dinsdag 3 maart 2026 om 14.00 uur", "Woensdag 4 maart 2026 om 14.00 uur"
    assert page.text.index(first) < page.text.index(second)
    assert "Je kunt nog 1 gesprek of activiteit plannen." in page.text
    assert leads_to(noor, page, "Bekijk je afspraak") == "Je afspraak staat."


def test_show_a_cancelled_appointment_is_gone(noor, people, trajectory):
    session = planned_talk(trajectory, TUESDAY)
    sessions.cancel_session(actor_of(people.bram, Role.COACH), session, now=portal_clock.now())
    page = noor.get("/mijn")
    assert "3 maart" not in page.text
    assert "Je kunt nog 3 gesprekken of activiteiten plannen." in page.text


def test_show_when_everything_is_planned(noor, trajectory):
    for day in range(3):
        planned_talk(trajectory, TUESDAY + day * DAY)
    page = noor.get("/mijn")
    assert "Je hebt alles gepland wat kan." in page.text
    assert "Kies een tijd" not in page.text
    assert leads_to(noor, page, "Ik wil liever een andere coach") == "Kies een coach"


@pytest.mark.parametrize("status", ["withdrawn", "blocked"])
def test_show_when_the_coach_has_stopped_leads_to_another(noor, trajectory, status):
    Coach.update(status=status).execute()
    page = noor.get("/mijn")
    assert "Bram is gestopt als coach. Kies een andere coach." in page.text
    assert not any(link.startswith("/afspraken/met/") for link in page.links)
    assert leads_to(noor, page, "Kies een andere coach") == "Kies een coach"


def test_show_after_closing_has_the_appointments_of_before(noor, people, trajectory):
    planned_talk(trajectory, TUESDAY)
    trajectories.close(actor_of(people.bram, Role.COACH), trajectory, reason=CloseReason.ILL, now=portal_clock.now())
    page = noor.get("/mijn")
    assert "Je bent nu niet aangemeld voor een programma." in page.text
    assert leads_to(noor, page, "Mijn afspraken") == "Mijn afspraken"


def test_show_is_about_oneself_alone(app, noor, people, trajectory):
    wim = factories.account("Wim", Role.PARTICIPANT)
    planned_talk(trajectory, TUESDAY)
    page = Client(app).sign_in(wim).get("/mijn")
    assert "Bram" not in page.text
    assert "3 maart" not in page.text


def test_show_is_for_participants(app, people):
    assert Client(app).get("/mijn").location == "/inloggen"
    for account in (people.bram, people.wilma, people.rik, people.fay, people.oscar):
        assert Client(app).sign_in(account).get("/mijn").status == 403


def test_show_costs_the_same_for_one_and_three(noor, trajectory):
    planned_talk(trajectory, TUESDAY)
    noor.get("/mijn")
    for_one = noor.queries
    for day in (1, 2):
        planned_talk(trajectory, TUESDAY + day * DAY)
    assert noor.get("/mijn").text.count("om 14.00 uur") == 3
    assert noor.queries == for_one
