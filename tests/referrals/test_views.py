"""The coach chooses what was done and records it: one page per kind, none with a field for words."""

import pytest

from portal.enrolments.models import EnrolmentEvent
from portal.programmes.codes import DestinationClass, ReferralKind
from portal.referrals.models import Referral
from portal.referrals.rules import UrgentChannel
from tests import factories

PARTS = ["", "/advies", "/acuut"]
FORMS = {"/advies": {"place": "medical"}, "/acuut": {"channel": "112"}}


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


def test_begin_has_danger_first_and_a_way_for_each_kind(bram, path):
    factories.backup()
    page = bram.get(path)
    assert (page.status, page.h1) == (200, "Other help for Noor")
    assert {"tel:112", "tel:113", "tel:0537654321", "/coach/wegwijzer"} <= set(page.links)
    assert {f"{path}/advies", f"{path}/acuut", f"{path.removesuffix('doorverwijzing')}overdracht"} <= set(page.links)
    assert page.text.index("danger") < page.text.index("Advice") < page.text.index("Warm handover")


def test_begin_of_a_closed_trajectory_hands_nothing_over(bram, people):
    closed = factories.closed_trajectory(people.noor, people.bram)
    page = bram.get(f"/coach/traject/{closed.public_id}/doorverwijzing")
    assert not [link for link in page.links if link.endswith("/overdracht")]


def test_advise_offers_the_places_of_the_region_and_of_the_country_but_no_urgent_help(bram, path):
    near = factories.destination()
    factories.destination("Ver weg", region=factories.ZUID_LIMBURG)
    factories.destination("Bel 112", region=None, destination_class=DestinationClass.URGENT)
    page = bram.get(f"{path}/advies")
    assert near.name in page.text
    assert "Ver weg" not in page.text
    assert "Bel 112" not in page.text
    assert page.form(f"{path}/advies").fields["referred_on"] == ["2026-03-02"]


def test_advise_stores_the_place_and_goes_back_to_the_trajectory(bram, path, trajectory):
    place = factories.destination()
    page = bram.submit(bram.get(f"{path}/advies"), f"{path}/advies", follow=False, place=place.public_id)
    assert (page.status, page.location) == (303, f"/coach/traject/{trajectory.public_id}")
    referral = Referral.get()
    assert (referral.kind, referral.destination_name) == (ReferralKind.ADVICE, place.name)
    assert referral.destination_class == DestinationClass.TRAUMA


def test_advise_takes_a_kind_of_help_for_a_place_in_no_list(bram, path):
    bram.submit(bram.get(f"{path}/advies"), f"{path}/advies", follow=False, place="work")
    assert (Referral.get().destination_class, Referral.get().destination_name) == (DestinationClass.WORK, "")


def test_note_urgent_asks_for_whom_was_called_and_when(bram, path, trajectory):
    page = bram.get(f"{path}/acuut")
    typed = [e for e in page.form(f"{path}/acuut").element.iter() if e.tag == "textarea" or e.get("type") == "text"]
    assert typed == []
    assert bram.submit(page, f"{path}/acuut", follow=False, channel="gp").status == 303
    assert (Referral.get().kind, Referral.get().channel) == (ReferralKind.URGENT, UrgentChannel.GP)


@pytest.mark.parametrize(
    ("part", "changes", "field", "words"),
    [
        ("/advies", {"place": ""}, "place", "Choose the place"),
        ("/advies", {"place": "urgent"}, "place", ""),
        ("/advies", {"place": "bestaat-niet"}, "place", ""),
        ("/acuut", {"channel": None}, "channel", "Choose whom you called"),
        ("/acuut", {"channel": "brief"}, "channel", ""),
        ("/advies", {"referred_on": "3-3-2026"}, "referred_on", "still to come"),
        ("/acuut", {"referred_on": "1-3-2026"}, "referred_on", "before the enrolment"),
        ("/acuut", {"referred_on": "31-2-2026"}, "referred_on", "Fill in a day"),
        ("/advies", {"referred_on": ""}, "referred_on", "Fill in the day"),
    ],
)
def test_advise_and_note_urgent_show_a_broken_rule_at_its_field(bram, path, part, changes, field, words):
    filled = {name: value for name, value in {**FORMS[part], **changes}.items() if value is not None}
    page = bram.submit(bram.get(path + part), path + part, **filled)
    assert page.status == 422
    assert words in page.text_of(f"{field}-error")
    assert Referral.select().count() == 0


def test_note_urgent_tells_all_that_is_wrong_at_once(bram, path):
    page = bram.submit(bram.get(f"{path}/acuut"), f"{path}/acuut", referred_on="3-3-2026")
    assert page.status == 422
    assert page.text_of("channel-error")
    assert "still to come" in page.text_of("referred_on-error")


def test_advise_the_same_twice_is_a_friendly_refusal(bram, path):
    page = bram.get(f"{path}/advies")
    bram.submit(page, f"{path}/advies", follow=False, place="medical")
    again = bram.submit(page, f"{path}/advies", place="medical")
    assert again.status == 409
    assert "You have recorded this already" in again.errors[0]
    assert Referral.select().count() == 1


def test_advise_with_htmx_gets_the_block_and_then_the_next_page(bram, path, trajectory):
    page = bram.get(f"{path}/advies")
    block = bram.submit(page, f"{path}/advies", htmx=True, place="")
    assert block.status == 422
    assert block.html.strip().startswith('<form id="advice_form"')
    sent = bram.submit(page, f"{path}/advies", htmx=True, place="medical")
    assert (sent.status, sent.response.headers["HX-Redirect"]) == (204, f"/coach/traject/{trajectory.public_id}")


@pytest.mark.parametrize("part", PARTS)
def test_begin_and_its_forms_change_nothing_when_looked_at(bram, path, part):
    events = EnrolmentEvent.select().count()
    assert bram.get(path + part).status == 200
    assert (EnrolmentEvent.select().count(), Referral.select().count()) == (events, 0)


@pytest.mark.parametrize("part", PARTS)
def test_begin_and_its_forms_are_not_there_for_another_coach(client, people, path, part):
    factories.trajectory(factories.account("Fatima", factories.Role.PARTICIPANT), people.chris)
    client.sign_in(people.chris)
    assert client.get(path + part).status == client.get(f"/coach/traject/unknown/doorverwijzing{part}").status == 404
    if part:
        own = client.get("/mijn-inlog").form().fields["csrf_token"]
        assert client.post(path + part, {"csrf_token": own, **FORMS[part], "referred_on": "2-3-2026"}).status == 404
    assert Referral.select().count() == 0


@pytest.mark.parametrize("who", ["noor", "wilma", "otto", "rik", "fay", "oscar"])
def test_begin_and_its_forms_are_for_coaches_only(client, people, path, who):
    client.sign_in(getattr(people, who))
    assert {client.get(path + part).status for part in PARTS} == {403}


def test_begin_asks_a_stranger_to_sign_in(client, path):
    for part in PARTS:
        assert client.get(path + part).location == "/inloggen"


def test_begin_takes_only_get(bram, path):
    own = bram.get("/mijn-inlog").form().fields["csrf_token"]
    assert bram.post(path, {"csrf_token": own}).status == 405
