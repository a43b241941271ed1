"""The coach's pages of a handover, the participant's page with the exact words, and the one that a place reads once."""

from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.audit import AuditEntry, Deed
from portal.handovers import actions, queries, rules
from portal.handovers.models import Handover, HandoverConsent
from portal.handovers.rules import Way
from portal.programmes.codes import DestinationClass, ReferralKind
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from tests import factories
from tests.factories import actor_of
from tests.page import Client

PLACE = "aanmelden@brug.example.org"
TOLD = "Naam: Noor\nBereikbaar: 06 12 34 56 78"


@pytest.fixture
def trajectory(people):
    return factories.coupled(people.noor, factories.bookable_coach(people.bram))


@pytest.fixture
def bram(client, people):
    return client.sign_in(people.bram)


@pytest.fixture
def noor(client, people):
    return client.sign_in(people.noor)


@pytest.fixture
def place(db, clock):
    return factories.destination()


def proposing(trajectory, place=None):
    path = f"/coach/traject/{trajectory.public_id}/overdracht"
    return f"{path}?plek={place.public_id}" if place else path


def coach_page(handover, part=""):
    return f"/coach/overdracht/{handover.public_id}{part}"


def question(handover, part=""):
    return f"/mijn/vraag/{handover.public_id}{part}"


def pressed(browser, page, action):
    return browser.submit(page, action, follow=False)


# -- propose


def test_propose_asks_for_the_place_first(bram, trajectory, place):
    factories.destination("Ver weg", region=factories.ZUID_LIMBURG)
    factories.destination("Bel 112", region=None, destination_class=DestinationClass.URGENT)
    factories.backup()
    page = bram.get(proposing(trajectory))
    assert place.name in page.text
    assert "Anja Achterwacht" in page.text
    assert "Ver weg" not in page.text
    assert "Bel 112" not in page.text


def test_propose_without_a_place_asks_for_it_at_the_field(bram, trajectory, place):
    page = bram.get(f"{proposing(trajectory)}?plek=")
    assert page.status == 422
    assert page.errors == ["Kies een plek."] * 2
    assert page.text_of("plek-error") == "Kies een plek."
    assert page.by_id("plek").get("aria-invalid") == "true"


def test_propose_tells_all_that_is_wrong_at_once(bram, trajectory, place):
    page = bram.submit(bram.get(proposing(trajectory, place)), words="Nummer 111222333")
    assert page.status == 422
    assert page.text_of("way-error")
    assert "burgerservicenummer" in page.text_of("words-error")


def test_propose_begins_with_the_least_that_is_needed(bram, trajectory, place):
    page = bram.get(proposing(trajectory, place))
    assert "Praktijk De Brug" in page.text
    [words] = page.form().fields["words"]
    assert words.splitlines() == [
        "Naam: Noor de Vries",
        "Telefoon: 06 12 34 56 78",
        "E-mailadres: noor@example.org",
        "Ik wil graag contact over een ingrijpende gebeurtenis op het werk.",
    ]


def test_propose_words_are_dutch_for_a_coach_who_reads_english(bram, trajectory):
    bram.flask.set_cookie("taal", "en", domain="portal.example.org")
    work = factories.destination("Arbo", destination_class=DestinationClass.WORK)
    assert "Ik wil graag contact met jullie." in bram.get(proposing(trajectory, work)).html


def test_propose_stores_it_and_shows_it(bram, trajectory, place):
    page = bram.submit(bram.get(proposing(trajectory, place)), way="mail", words=TOLD)
    handover = Handover.get()
    assert page.url.endswith(coach_page(handover))
    assert "Noor krijgt een mail en beslist" in page.text
    assert handover.words == TOLD


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"way": None}, "way", "Kies hoe"),
        ({"words": ""}, "words", "Vul in"),
        ({"words": "Nummer 111222333"}, "words", "burgerservicenummer"),
        ({"words": "a" * 501}, "words", "500"),
    ],
)
def test_propose_shows_a_broken_rule_at_its_field(bram, trajectory, place, changes, field, words):
    filled = {name: value for name, value in {"way": "mail", **changes}.items() if value is not None}
    page = bram.submit(bram.get(proposing(trajectory, place)), **filled)
    assert page.status == 422
    assert words in page.text_of(f"{field}-error")
    assert Referral.select().count() == 0


def test_propose_offers_no_mail_without_an_address(bram, trajectory):
    place = factories.destination(email="", checked_on=None)
    page = bram.get(proposing(trajectory, place))
    assert "Met een mail" not in page.text
    assert "lang niet gecontroleerd" in page.text
    assert bram.submit(page, way="mail").status == 422
    assert page.form().fields["way"] == ["phone"]
    assert bram.submit(page, follow=False).status == 303


def test_propose_twice_to_one_place_is_a_friendly_refusal(bram, trajectory, place):
    page = bram.get(proposing(trajectory, place))
    bram.submit(page, way="mail")
    again = bram.submit(page, way="mail")
    assert again.status == 409
    assert "Er loopt al een overdracht" in again.errors[0]


def test_propose_with_htmx_gets_the_block(bram, trajectory, place):
    block = bram.submit(bram.get(proposing(trajectory, place)), htmx=True)
    assert block.status == 422
    assert block.html.strip().startswith('<form id="proposal_form"')


def test_propose_to_a_place_elsewhere_is_not_there(bram, trajectory):
    far = factories.destination(region=factories.ZUID_LIMBURG)
    assert bram.get(proposing(trajectory, far)).status == 404


# -- show, send, told, take back, send again


def test_show_of_a_proposal_can_be_taken_back(bram, trajectory):
    made = factories.handover(trajectory)
    page = bram.get(coach_page(made))
    assert "06 12 34 56 78" in page.text
    assert pressed(bram, page, coach_page(made, "/terug")).location == coach_page(made)
    page = bram.get(coach_page(made))
    assert "ingetrokken" in page.text
    assert "06 12 34 56 78" not in page.text


def test_show_is_in_the_log_of_who_looked(bram, trajectory):
    made = factories.handover(trajectory)
    bram.get(coach_page(made))
    assert AuditEntry.select().where(AuditEntry.deed == Deed.READ, AuditEntry.event == "handover.read").count() == 1


def test_send_shows_the_code_to_tell_by_phone(bram, trajectory, mailbox):
    made = factories.approved_handover(trajectory)
    page = bram.get(coach_page(made))
    assert "tel:0531234567" in page.links
    page = bram.submit(page, coach_page(made, "/verstuur"))
    code = Handover.get().code
    assert f"{code[:3]} {code[3:]}" in page.text
    assert mailbox.last(PLACE)
    assert Referral.get().status == ReferralStatus.SENT


def test_send_of_what_was_withdrawn_meanwhile_is_refused(bram, trajectory, people, mailbox):
    made = factories.approved_handover(trajectory)
    page = bram.get(coach_page(made))
    actions.withdraw(actor_of(people.noor, Role.PARTICIPANT), made, now=portal_clock.now())
    assert bram.submit(page, coach_page(made, "/verstuur"), follow=False).status == 409
    assert mailbox.to(PLACE) == []


def test_told_notes_that_the_coach_called(bram, trajectory):
    made = factories.approved_handover(trajectory, way=Way.PHONE)
    page = bram.get(coach_page(made))
    assert not [form for form in page.forms if form.action.endswith("/verstuur")]
    page = bram.submit(page, coach_page(made, "/gebeld"))
    assert "Is het gelukt?" in page.text
    assert Referral.get().status == ReferralStatus.SENT


def test_take_back_after_it_was_sent_is_refused(bram, trajectory):
    made = factories.approved_handover(trajectory)
    page = bram.get(coach_page(made))
    actions.send_by_mail(actor_of(made.referral.coach.account, Role.COACH), made, now=portal_clock.now())
    assert bram.submit(page, coach_page(made, "/terug"), follow=False).status == 409


def test_send_again_when_nobody_read_it(bram, trajectory, clock, mailbox):
    made = factories.sent_handover(trajectory)
    first = Handover.get().token_hash
    clock.shift(rules.LINK_LIFETIME + timedelta(hours=1))
    actions.tell_unread(now=portal_clock.now())
    bram.sign_in(made.referral.coach.account)
    page = bram.get(coach_page(made))
    assert "De tekst is niet gelezen" in page.text
    page = bram.submit(page, coach_page(made, "/opnieuw"))
    assert "Geef deze code telefonisch door" in page.text
    assert Handover.get().token_hash != first


def test_show_of_what_did_not_arrive_says_what_to_do_next(bram, trajectory):
    made = factories.sent_handover(trajectory)
    factories.backup()
    page = bram.submit(bram.get(coach_page(made, "/gelukt")), outcome="not_arrived")
    assert "Wat nu?" in page.text
    assert "Anja Achterwacht" in page.text
    assert f"/coach/traject/{trajectory.public_id}/doorverwijzing" in page.links


def test_show_of_who_goes_alone(bram, trajectory, people):
    made = factories.handover(trajectory)
    actions.go_alone(actor_of(people.noor, Role.PARTICIPANT), made, now=portal_clock.now())
    page = bram.get(coach_page(made))
    assert "Noor neemt zelf contact op" in page.text
    assert "Advies" in page.text


# -- outcome


def test_outcome_is_yes_or_no(bram, trajectory):
    made = factories.sent_handover(trajectory)
    page = bram.get(coach_page(made, "/gelukt"))
    assert bram.submit(page).status == 422
    assert bram.submit(page, follow=False, outcome="arrived").location == coach_page(made)
    assert Referral.get().status == ReferralStatus.ARRIVED
    again = bram.submit(page, outcome="not_arrived")
    assert again.status == 409
    assert Referral.get().status == ReferralStatus.ARRIVED


# -- answer, withdraw


def test_answer_shows_exactly_what_is_sent_and_three_buttons(noor, trajectory):
    made = factories.handover(trajectory)
    page = noor.get(question(made))
    assert page.h1 == "Je coach stelt voor om extra hulp te zoeken."
    form = page.form(question(made))
    assert [text for _, _, text in form.buttons] == ["Ja, stuur dit door", "Ik neem zelf contact op", "Nu niet"]
    assert form.fields["words"] == [TOLD]
    assert "Dit sturen we niet: wat je met je coach hebt besproken." in page.text
    assert "Praktijk De Brug" in page.text


def test_answer_yes_approves_what_stands_there(noor, trajectory):
    made = factories.handover(trajectory)
    page = noor.submit(noor.get(question(made)), question(made), button="Ja, stuur dit door", words="Naam: Noortje")
    assert "Je hebt ja gezegd." in page.h1
    assert "Naam: Noortje" in page.text
    consent = HandoverConsent.get()
    assert consent.words_hash == actions.words_hash(made, "Naam: Noortje")


def test_answer_yes_to_untouched_words_leaves_them_untouched(noor, trajectory):
    """A browser sends lines with other ends than we stored."""
    made = factories.handover(trajectory)
    page = noor.get(question(made))
    noor.submit(page, question(made), button="Ja, stuur dit door", words=TOLD.replace("\n", "\r\n"))
    assert HandoverConsent.get().words_hash == actions.words_hash(made, TOLD)


@pytest.mark.parametrize(
    ("button", "status", "kind", "words"),
    [
        ("Ik neem zelf contact op", ReferralStatus.GIVEN, ReferralKind.ADVICE, "Je neemt zelf contact op."),
        ("Nu niet", ReferralStatus.WITHDRAWN, ReferralKind.WARM_HANDOVER, "Er wordt niets doorgegeven."),
    ],
)
def test_answer_otherwise_passes_nothing_on(noor, trajectory, mailbox, button, status, kind, words):
    made = factories.handover(trajectory)
    page = noor.submit(noor.get(question(made)), question(made), button=button)
    assert page.h1 == words
    assert (Referral.get().status, Referral.get().kind) == (status, kind)
    assert mailbox.to(PLACE) == []


def test_answer_shows_a_broken_rule_at_the_words(noor, trajectory):
    made = factories.handover(trajectory)
    page = noor.submit(noor.get(question(made)), question(made), button="Ja, stuur dit door", words="111222333")
    assert page.status == 422
    assert "burgerservicenummer" in page.text_of("words-error")


def test_answer_twice_shows_how_it_stands(noor, trajectory):
    made = factories.handover(trajectory)
    page = noor.get(question(made))
    noor.submit(page, question(made), button="Ja, stuur dit door")
    again = noor.submit(page, question(made), button="Nu niet")
    assert again.status == 409
    assert again.h1 == "Je hebt ja gezegd."
    assert Referral.get().status == ReferralStatus.CONSENTED


def test_answer_made_up_changes_nothing(noor, trajectory):
    made = factories.handover(trajectory)
    page = noor.get(question(made))
    token = page.form(question(made)).fields["csrf_token"]
    assert noor.post(question(made), {"csrf_token": token, "words": TOLD, "answer": "misschien"}).status == 422
    assert Referral.get().status == ReferralStatus.PROPOSED


def test_answer_with_htmx_gets_the_block_and_then_the_page(noor, trajectory):
    made = factories.handover(trajectory)
    page = noor.get(question(made))
    block = noor.submit(page, question(made), htmx=True, button="Ja, stuur dit door", words="")
    assert block.html.strip().startswith('<form id="answer_form"')
    done = noor.submit(page, question(made), htmx=True, button="Ja, stuur dit door")
    assert (done.status, done.response.headers["HX-Redirect"]) == (204, question(made))


def test_withdraw_until_it_was_sent(noor, trajectory):
    made = factories.approved_handover(trajectory)
    page = noor.get(question(made))
    done = noor.submit(page, question(made, "/intrekken"))
    assert "Er wordt niets doorgegeven." in done.h1
    assert HandoverConsent.get().withdrawn_at is not None
    assert noor.submit(page, question(made, "/intrekken"), follow=False).status == 409


def test_answer_says_when_the_place_will_be_in_touch(noor, trajectory):
    made = factories.sent_handover(trajectory)
    page = noor.get(question(made))
    assert page.h1 == "Gedaan."
    assert "Praktijk De Brug neemt contact met je op, meestal binnen 3 dagen." in page.text
    assert not [form for form in page.forms if form.action.endswith("/intrekken")]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (ReferralStatus.ARRIVED, "Er is contact geweest."),
        (ReferralStatus.NOT_ARRIVED, "Er is nog geen contact geweest."),
    ],
)
def test_answer_says_how_it_ended(noor, trajectory, people, outcome, words):
    made = factories.sent_handover(trajectory)
    actions.settle(actor_of(people.bram, Role.COACH), made, outcome, now=portal_clock.now())
    page = noor.get(question(made))
    assert words in page.h1
    assert "06 12 34 56 78" not in page.text


@pytest.mark.parametrize(
    ("button", "status"), [("Ja, er is contact geweest", "arrived"), ("Nee, ik hoor niets", "not_arrived")]
)
def test_tell_whether_there_was_contact(noor, trajectory, mailbox, button, status):
    made = factories.sent_handover(trajectory)
    page = noor.submit(noor.get(question(made)), question(made, "/contact"), button=button)
    assert Referral.get().status == status
    assert "Je coach weet het." in page.text
    assert mailbox.last("bram@example.org").link("/coach/overdracht/")


def test_tell_of_what_was_not_sent_or_made_up_changes_nothing(noor, trajectory):
    made = factories.approved_handover(trajectory)
    token = noor.get(question(made)).form(question(made, "/intrekken")).fields["csrf_token"]
    for outcome, answered in (("arrived", 409), ("proposed", 303), ("", 303)):
        assert noor.post(question(made, "/contact"), {"csrf_token": token, "outcome": outcome}).status == answered
    assert Referral.get().status == ReferralStatus.CONSENTED


# -- read


@pytest.fixture
def link(trajectory, mailbox):
    factories.sent_handover(trajectory)
    return mailbox.last(PLACE).link("/bericht/")


@pytest.fixture
def reader(app, clock):
    """Somebody at the place, whom nobody knows here."""
    return Client(app)


def test_read_shows_the_words_once_to_who_has_the_code(reader, link):
    page = reader.get(link)
    assert (page.status, page.h1) == (200, "Er staat een bericht voor je klaar")
    shown = reader.submit(page, code=Handover.get().code, follow=False)
    assert shown.status == 200
    assert "Bereikbaar: 06 12 34 56 78" in shown.text
    assert reader.get(link).status == 410
    assert reader.submit(page, code="123456", follow=False).status == 410


def test_read_tells_nothing_without_the_code(reader, link, people):
    page = reader.get(link)
    for hidden in ("Noor", "Bram", "Brug", "06 12"):
        assert hidden not in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"


def test_read_is_not_used_up_by_looking(reader, link):
    for _ in range(20):
        assert reader.get(link).status == 200
    assert Handover.get().read_at is None


def test_read_with_a_wrong_code_says_so_and_five_end_it(reader, link):
    page = reader.get(link)
    wrong = "000000" if Handover.get().code != "000000" else "111111"
    for _ in range(rules.CODE_TRIES):
        again = reader.submit(page, code=wrong)
        assert again.status == 422
        assert "klopt niet" in again.text_of("code-error")
    assert reader.submit(page, code=Handover.get().code).status == 410


def test_read_without_a_code_asks_for_it(reader, link):
    assert reader.submit(reader.get(link), code="").status == 422
    assert Handover.get().tries == 0


def test_read_with_htmx_gets_the_block(reader, link):
    page = reader.get(link)
    assert reader.submit(page, htmx=True, code="").html.strip().startswith('<form id="message"')
    shown = reader.submit(page, htmx=True, code=Handover.get().code)
    assert shown.html.strip().startswith('<div id="message"')


def test_read_of_a_made_up_link_is_over(reader):
    assert reader.get("/bericht/verzonnen").status == 410


# -- what stands elsewhere


def test_the_coach_sees_on_the_day_page_what_has_to_be_done(bram, trajectory, people, clock):
    made = factories.handover(trajectory)
    assert "Wacht op antwoord" in bram.get("/coach").text
    actions.approve(actor_of(people.noor, Role.PARTICIPANT), made, words=TOLD, now=portal_clock.now())
    assert "Goedgekeurd: geef het nu door" in bram.get("/coach").text
    actions.send_by_mail(actor_of(people.bram, Role.COACH), queries.as_it_is_now(made), now=portal_clock.now())
    assert "Is het gelukt?" not in bram.get("/coach").text
    clock.shift(timedelta(days=3))
    bram.sign_in(people.bram)
    assert "Is het gelukt?" in bram.get("/coach").text
    actions.settle(actor_of(people.bram, Role.COACH), made, ReferralStatus.ARRIVED, now=portal_clock.now())
    assert "Overdrachten" not in bram.get("/coach").text


def test_the_participant_sees_the_question_on_the_own_page(noor, trajectory):
    made = factories.handover(trajectory)
    page = noor.get("/mijn")
    assert "Er is een vraag voor je" in page.text
    assert question(made) in page.links


def test_closing_asks_the_coach_to_know_of_the_handover(bram, trajectory):
    factories.sent_handover(trajectory)
    path = f"/coach/traject/{trajectory.public_id}/afsluiten"
    page = bram.get(path)
    assert "Er loopt nog een overdracht" in page.text
    refused = bram.submit(page, path, reason="goal_reached")
    assert refused.status == 422
    assert refused.text_of("stays-error")
    assert bram.submit(page, path, follow=False, reason="goal_reached", stays="y").status == 303


# -- who may


@pytest.mark.parametrize("part", ["", "/gelukt"])
def test_show_and_outcome_are_not_there_for_another_coach(client, people, trajectory, part):
    made = factories.sent_handover(trajectory)
    factories.bookable_coach(people.chris)
    client.sign_in(people.chris)
    assert client.get(coach_page(made, part)).status == client.get(f"/coach/overdracht/unknown{part}").status == 404


@pytest.mark.parametrize("part", ["/verstuur", "/opnieuw", "/gebeld", "/terug", "/gelukt"])
def test_send_and_the_other_steps_are_not_there_for_another_coach(client, people, trajectory, part):
    made = factories.approved_handover(trajectory)
    client.sign_in(people.chris)
    token = client.get("/mijn-inlog").form().fields["csrf_token"]
    assert client.post(coach_page(made, part), {"csrf_token": token, "outcome": "arrived"}).status == 404
    assert Referral.get().status == ReferralStatus.CONSENTED


@pytest.mark.parametrize("part", ["/verstuur", "/opnieuw", "/gebeld", "/terug"])
def test_send_and_the_other_steps_take_no_get(bram, trajectory, part):
    assert bram.get(coach_page(factories.approved_handover(trajectory), part)).status == 405


def test_answer_and_withdraw_are_not_there_for_another_participant(client, trajectory):
    made = factories.handover(trajectory)
    client.sign_in(factories.account("Fatima", Role.PARTICIPANT))
    token = client.get("/mijn-inlog").form().fields["csrf_token"]
    assert client.get(question(made)).status == 404
    for part, sent in (("", {"answer": "yes", "words": TOLD}), ("/intrekken", {})):
        assert client.post(question(made, part), {"csrf_token": token, **sent}).status == 404
    assert Referral.get().status == ReferralStatus.PROPOSED


@pytest.mark.parametrize("who", ["wilma", "rik", "fay", "oscar"])
def test_show_propose_and_answer_are_for_coach_and_participant_only(client, people, trajectory, who):
    made = factories.handover(trajectory)
    client.sign_in(getattr(people, who))
    for path in (coach_page(made), question(made), proposing(trajectory)):
        assert client.get(path).status == 403


def test_show_propose_and_answer_ask_a_stranger_to_sign_in(client, trajectory):
    made = factories.handover(trajectory)
    for path in (coach_page(made), question(made), proposing(trajectory)):
        assert client.get(path).location == "/inloggen"
