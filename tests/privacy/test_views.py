"""My data: everything that is held, correcting it, and taking a permission back."""

import pytest

from portal.accounts.models import Account
from portal.audit import AuditEntry
from portal.coaches.models import Coach
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Consent, Enrolment, EnrolmentTheme
from portal.enrolments.rules import Purpose
from portal.programmes.codes import DestinationClass
from portal.referrals import actions as referrals
from portal.trajectories import actions as trajectories
from portal.trajectories.rules import ChosenBy
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, Role, actor_of
from tests.page import Client

WORDS = "De diensten worden me soms te veel."


@pytest.fixture
def enrolment(db, clock):
    return factories.signed_up(
        "Fatima",
        branch="vvt",
        themes=("stress", "role"),
        words=WORDS,
        call_times=("morning", "evening"),
        shifts="yes",
        last_name="van den Berg",
    )


@pytest.fixture
def fatima(client, enrolment):
    return client.sign_in(enrolment.participant)


def trajectory_with(enrolment, name, chosen_by=ChosenBy.PARTICIPANT):
    coach = factories.bookable_coach(factories.account(name, Role.COACH, TWENTE, last_name="Coach"))
    return trajectories.couple(
        actor_of(enrolment.participant, Role.PARTICIPANT),
        enrolment=enrolment,
        coach=coach,
        chosen_by=chosen_by,
        now=START,
    )


# -- seeing


def test_my_data_shows_everything_that_was_told(fatima):
    page = fatima.get("/mijn/gegevens")
    for held in (
        "Fatima van den Berg",
        "fatima@example.org",
        "06 12 34 56 78",
        "Sterk in je werk",
        "Maandag 2 maart 2026",
        "Nieuw",
        "7511",
        "Twente",
        "Werkt in zorg of welzijn",
        "Verpleging, verzorging en thuiszorg",
        "Ja",
        "Ochtend, avond",
        "Stress herkennen en ermee omgaan, een andere taak of functie",
        WORDS,
    ):
        assert held in page.text, held


def test_my_data_shows_who_the_coaches_were_and_where_somebody_was_referred_to(fatima, enrolment):
    trajectory_with(enrolment, "Bram")
    trajectory = trajectory_with(enrolment, "Samira")
    referrals.record_advice(
        actor_of(Coach.get_by_id(trajectory.coach_id).account, Role.COACH),
        trajectory=trajectory,
        destination_class=DestinationClass.MEDICAL,
        referred_on=START.date(),
        now=START,
    )
    page = fatima.get("/mijn/gegevens")
    assert "Samira Coach, Bram Coach" in page.text
    assert "2 maart 2026: advies, medische hulp" in page.text


def test_my_data_leads_to_what_was_passed_on(fatima, enrolment):
    made = factories.sent_handover(trajectory_with(enrolment, "Bram"))
    page = fatima.get("/mijn/gegevens")
    assert "warme overdracht, traumaverwerking, Praktijk De Brug : verstuurd" in page.text
    assert f"/mijn/vraag/{made.public_id}" in page.links


def test_my_data_of_somebody_who_told_little(client):
    page = client.sign_in(factories.account("Noor", Role.PARTICIPANT, phone="")).get("/mijn/gegevens")
    assert page.status == 200
    assert "Niet ingevuld" in page.text
    assert "Trek mijn toestemming in" not in page.text


def test_my_data_leads_to_what_stands_elsewhere(fatima):
    page = fatima.get("/mijn/gegevens")
    for address in ("/afspraken", "/mijn-inlog", "/privacy"):
        assert address in page.links
        assert fatima.get(address).status == 200


def test_my_data_is_about_oneself_alone(app, fatima, people):
    """Also for somebody who is a participant and works at the desk of the region."""
    assert WORDS not in Client(app).sign_in(people.noor).get("/mijn/gegevens").text
    both = factories.account("Els", Role.PARTICIPANT)
    factories.accounts.grant(both, Role.REGION_ADMIN, TWENTE)
    page = Client(app).sign_in(both).get("/mijn/gegevens")
    assert (page.status, WORDS in page.text, "fatima@example.org" in page.text) == (200, False, False)


@pytest.mark.parametrize("address", ["/mijn/gegevens", "/mijn/gegevens/wijzig"])
def test_my_data_is_for_participants(app, people, address):
    assert Client(app).get(address).location == "/inloggen"
    for account in (people.bram, people.wilma, people.rik, people.fay, people.oscar):
        assert Client(app).sign_in(account).get(address).status == 403


@pytest.mark.both_engines
def test_my_data_costs_the_same_for_one_and_three(fatima, enrolment):
    fatima.get("/mijn/gegevens")
    for_one = fatima.queries
    Enrolment.update(status="completed").execute()
    for _ in range(2):
        factories.signed_up("Fatima", themes=("stress",), words=WORDS)
        Enrolment.update(status="completed").execute()
    assert fatima.get("/mijn/gegevens").text.count(WORDS) == 3
    assert fatima.queries == for_one


# -- correcting


def test_correct_changes_name_and_phone(fatima, enrolment):
    page = fatima.get("/mijn/gegevens/wijzig")
    assert page.form().fields["phone"] == ["06 12 34 56 78"]
    page = fatima.submit(page, first_name="  Fatimá ", last_name="Bakker", phone="0031 6 87 65 43 21")
    assert page.url.endswith("/mijn/gegevens")
    assert "Je gegevens zijn gewijzigd." in page.text
    account = Account.get_by_id(enrolment.participant_id)
    assert (account.first_name, account.last_name, account.phone) == ("Fatimá", "Bakker", "+31687654321")
    assert AuditEntry.select().order_by(AuditEntry.id.desc()).get().event == "my_data.corrected"


def test_correct_may_leave_last_name_and_phone_empty(fatima, enrolment):
    fatima.submit(fatima.get("/mijn/gegevens/wijzig"), last_name="", phone="")
    account = Account.get_by_id(enrolment.participant_id)
    assert (account.last_name, account.phone) == ("", "")
    assert fatima.get("/mijn/gegevens").status == 200


def test_correct_tells_all_that_is_wrong_at_once(fatima, enrolment):
    wrong = {"first_name": "", "last_name": "111222333", "phone": "0612"}
    page = fatima.submit(fatima.get("/mijn/gegevens/wijzig"), **wrong)
    assert page.status == 422
    for field in wrong:
        assert page.text_of(f"{field}-error"), field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"first_name": "   "}, "first_name"),
        ({"first_name": "x" * 101}, "first_name"),
        ({"first_name": "Fatima 111222333"}, "first_name"),
        ({"last_name": "111222333"}, "last_name"),
        ({"last_name": "x" * 101}, "last_name"),
        ({"phone": "0612"}, "phone"),
        ({"phone": "geen"}, "phone"),
    ],
)
def test_correct_refuses_what_is_wrong_at_its_field(fatima, enrolment, fields, field):
    page = fatima.submit(fatima.get("/mijn/gegevens/wijzig"), **fields)
    assert page.status == 422
    assert f"#{field}" in page.links
    account = Account.get_by_id(enrolment.participant_id)
    assert (account.first_name, account.last_name, account.phone) == ("Fatima", "van den Berg", "+31612345678")
    assert fatima.submit(page, htmx=True, **fields).by_id("contact_form") is not None


def test_correct_changes_oneself_alone(app, fatima, people):
    before = Account.get_by_id(people.noor.id).first_name
    fatima.submit(fatima.get("/mijn/gegevens/wijzig"), first_name="Anders", public_id=people.noor.public_id)
    assert Account.get_by_id(people.noor.id).first_name == before


# -- taking back


def withdraw(browser, enrolment, purpose, **options):
    return browser.submit(
        browser.get("/mijn/gegevens"), f"/mijn/gegevens/{enrolment.public_id}/intrekken/{purpose}", **options
    )


@pytest.mark.both_engines
def test_withdraw_consent_for_themes_erases_them_at_once(fatima, enrolment):
    page = withdraw(fatima, enrolment, "themes")
    assert "Je toestemming is ingetrokken." in page.text
    assert "Stress herkennen" not in page.text
    assert EnrolmentTheme.select().count() == 0
    assert Enrolment.get().words == WORDS
    consent = Consent.get(Consent.purpose == Purpose.THEMES)
    assert consent.withdrawn_at == START
    assert "Je trok deze toestemming in op maandag 2 maart 2026." in page.text
    assert not any(form.action.endswith("/intrekken/themes") for form in page.forms)
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert (entry.event, entry.detail, entry.subject_id) == ("my_data.consent_withdrawn", "themes", enrolment.id)


@pytest.mark.both_engines
def test_withdraw_consent_for_words_erases_them_at_once(fatima, enrolment):
    page = withdraw(fatima, enrolment, "words")
    assert WORDS not in page.text
    assert Enrolment.get().words_sealed is None
    assert EnrolmentTheme.select().count() == 2
    assert Consent.get(Consent.purpose == Purpose.WORDS).withdrawn_at == START
    assert Consent.get(Consent.purpose == Purpose.THEMES).withdrawn_at is None


def test_withdrawn_words_are_gone_for_the_coach_too(app, fatima, enrolment):
    trajectory = trajectory_with(enrolment, "Bram")
    bram = Client(app).sign_in(Account.get(Account.first_name == "Bram"))
    assert WORDS in bram.get(f"/coach/traject/{trajectory.public_id}").text
    withdraw(fatima, enrolment, "words")
    assert WORDS not in bram.get(f"/coach/traject/{trajectory.public_id}").text


def test_withdraw_consent_twice_keeps_the_first_moment(fatima, enrolment, clock):
    page = fatima.get("/mijn/gegevens")
    address = f"/mijn/gegevens/{enrolment.public_id}/intrekken/themes"
    fatima.submit(page, address)
    clock.shift(60)
    assert fatima.submit(page, address).status == 200
    assert Consent.get(Consent.purpose == Purpose.THEMES).withdrawn_at == START


@pytest.mark.parametrize("purpose", ["read_privacy", "everything", "THEMES"])
def test_withdraw_consent_for_what_is_no_permission_is_404(fatima, enrolment, purpose):
    token = {"csrf_token": fatima.get("/mijn/gegevens/wijzig").form().fields["csrf_token"]}
    assert fatima.post(f"/mijn/gegevens/{enrolment.public_id}/intrekken/{purpose}", token).status == 404


def test_withdraw_consent_of_somebody_else_is_404(app, enrolment, people):
    """Also for somebody of the desk of the region, who may see the enrolment there."""
    both = factories.account("Els", Role.PARTICIPANT)
    factories.accounts.grant(both, Role.REGION_ADMIN, TWENTE)
    address = f"/mijn/gegevens/{enrolment.public_id}/intrekken/themes"
    for account in (people.noor, both):
        other = Client(app).sign_in(account)
        token = {"csrf_token": other.get("/mijn/gegevens/wijzig").form().fields["csrf_token"]}
        assert other.post(address, token).status == 404
    assert EnrolmentTheme.select().count() == 2
    assert Enrolment.get().words == WORDS


def test_withdraw_consent_is_not_by_a_link(fatima, enrolment):
    assert fatima.get(f"/mijn/gegevens/{enrolment.public_id}/intrekken/themes").status == 405
    assert EnrolmentTheme.select().count() == 2


def test_second_enrolment_keeps_its_own(fatima, enrolment):
    """The same person in two programmes: what is taken back in one stands in the other."""
    other = factories.signed_up("Fatima", programme="ecz", themes=("balance",), words="Nog iets.")
    assert other.participant_id == enrolment.participant_id
    withdraw(fatima, enrolment, "themes")
    assert [row.enrolment_id for row in EnrolmentTheme.select()] == [other.id]
    assert enrolments.queries.themes_of(other) == ["balance"]
