"""The coach records a referral on a page that begins with the talk about it."""

import pytest

from portal.enrolments.models import EnrolmentEvent
from portal.programmes.codes import DestinationClass, ReferralKind
from portal.referrals.models import Referral
from tests import factories

HANDOVER = {"kind": "warm_handover", "destination_class": "trauma", "consent": "y"}


@pytest.fixture
def trajectory(people):
    return factories.trajectory(people.noor, people.bram)


@pytest.fixture
def path(trajectory):
    return f"/coach/traject/{trajectory.public_id}/doorverwijzing"


@pytest.fixture
def bram(client, people):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client.sign_in(people.bram)


def test_record_begins_with_the_talk(bram, path):
    page = bram.get(path)
    assert (page.status, page.h1) == (200, "Is this a coaching question or a treatment question?")
    assert "Noor de Vries, who decides what happens" in page.text
    assert page.text.index("Coaching question") < page.text.index("Record what you did")
    assert {"tel:112", "tel:113"} <= set(page.links)


def test_record_offers_today_and_no_field_for_words(bram, path):
    page = bram.get(path)
    form = page.form(path)
    assert form.fields["referred_on"] == ["2026-03-02"]
    typed = [e for e in form.element.iter() if e.tag == "textarea" or e.get("type") == "text"]
    assert typed == []


def test_record_stores_it_and_goes_back_to_the_trajectory(bram, path, trajectory):
    page = bram.submit(bram.get(path), path, follow=False, **HANDOVER)
    assert (page.status, page.location) == (303, f"/coach/traject/{trajectory.public_id}")
    referral = Referral.get()
    assert (referral.kind, referral.destination_class) == (ReferralKind.WARM_HANDOVER, DestinationClass.TRAUMA)
    with bram.flask.session_transaction(base_url="https://portal.example.org") as session:
        assert session["_flashes"] == [("success", "The referral is recorded.")]


def test_record_urgent_help_asks_for_nothing_more(bram, path):
    assert bram.submit(bram.get(path), path, follow=False, kind="urgent").status == 303
    assert Referral.get().destination_class == DestinationClass.URGENT


def test_record_takes_a_day_as_people_write_it(bram, path):
    sent = bram.submit(bram.get(path), path, follow=False, **HANDOVER, referred_on="2 maart 2026")
    assert sent.status == 303


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"consent": None}, "consent", "needs the permission"),
        ({"destination_class": None}, "destination_class", "what kind of help"),
        ({"destination_class": "urgent"}, "destination_class", ""),
        ({"kind": None}, "kind", "Choose what you did."),
        ({"kind": "letter"}, "kind", ""),
        ({"referred_on": "3-3-2026"}, "referred_on", "still to come"),
        ({"referred_on": "1-3-2026"}, "referred_on", "before the enrolment"),
        ({"referred_on": "31-2-2026"}, "referred_on", "Fill in a day"),
        ({"referred_on": ""}, "referred_on", "Fill in the day"),
    ],
)
def test_record_shows_a_broken_rule_at_its_field_and_keeps_the_rest(bram, path, changes, field, words):
    filled = {name: value for name, value in {**HANDOVER, **changes}.items() if value is not None}
    page = bram.submit(bram.get(path), path, **filled)
    assert page.status == 422
    assert words in page.text_of(f"{field}-error")
    kept = {**HANDOVER, **changes}
    for name in set(HANDOVER) - {field}:
        assert page.form(path).fields[name] == [kept[name]]
    assert Referral.select().count() == 0


def test_record_the_same_twice_is_a_friendly_refusal(bram, path):
    page = bram.get(path)
    bram.submit(page, path, follow=False, **HANDOVER)
    again = bram.submit(page, path, **HANDOVER)
    assert again.status == 409
    assert "You have recorded this already" in again.errors[0]
    assert Referral.select().count() == 1


def test_record_with_htmx_gets_the_block_and_then_the_next_page(bram, path, trajectory):
    page = bram.get(path)
    block = bram.submit(page, path, htmx=True, kind="advice")
    assert block.status == 422
    assert block.html.strip().startswith('<form id="referral_form"')
    assert "<main" not in block.html
    sent = bram.submit(page, path, htmx=True, **HANDOVER)
    assert (sent.status, sent.response.headers["HX-Redirect"]) == (204, f"/coach/traject/{trajectory.public_id}")


def test_record_looking_changes_nothing(bram, path):
    events = EnrolmentEvent.select().count()
    bram.get(path)
    assert (EnrolmentEvent.select().count(), Referral.select().count()) == (events, 0)


@pytest.mark.parametrize("method", ["get", "post"])
def test_record_is_not_there_for_another_coach(client, people, path, method):
    factories.trajectory(factories.account("Fatima", factories.Role.PARTICIPANT), people.chris)
    client.sign_in(people.chris)
    own = client.get("/mijn-inlog").form().fields["csrf_token"]
    page = getattr(client, method)(path, *([{"csrf_token": own, **HANDOVER}] if method == "post" else []))
    unknown = client.get("/coach/traject/unknown/doorverwijzing")
    assert page.status == unknown.status == 404
    assert Referral.select().count() == 0


@pytest.mark.parametrize("who", ["noor", "wilma", "otto", "rik", "fay", "oscar"])
def test_record_is_for_coaches_only(client, people, path, who):
    assert client.sign_in(getattr(people, who)).get(path).status == 403


def test_record_asks_a_stranger_to_sign_in(client, path):
    page = client.get(path)
    assert (page.status, page.location) == (303, "/inloggen")


def test_record_takes_only_get_and_post(bram, path):
    assert bram._open("DELETE", path).status in (400, 405)
