"""The pages at which a coach connects a calendar from elsewhere and takes it away."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.access import Role
from portal.coaches.models import Coach
from portal.outside import actions
from portal.outside.models import OutsideCalendar
from tests.factories import TWENTE, actor_of, bookable_coach

PAGE, ADD = "/coach/agenda", "/coach/agenda/toevoegen"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECRET = "https://calendar.example.org/ical/bram%40example.org/private-0123456789/basic.ics"
BUSY = [[1772532000, 1772535600], [1772542800, 1772546400]]


@pytest.fixture
def coach(people) -> Coach:
    return bookable_coach(people.bram, TWENTE)


@pytest.fixture
def bram(client, people, coach):
    return client.sign_in(people.bram)


def connected(people, address: str = SECRET) -> OutsideCalendar:
    actions.add_calendar(actor_of(people.bram, Role.COACH), address, now=NOW)
    return OutsideCalendar.select().order_by(OutsideCalendar.id.desc()).first()


def remove_of(calendar: OutsideCalendar) -> str:
    return f"/coach/agenda/{calendar.public_id}/verwijderen"


# -- outside.add


def test_add_connects_a_calendar_and_shows_its_host_alone(bram):
    assert bram.get(PAGE).link("Koppel een agenda") == ADD
    page = bram.submit(bram.get(ADD), ADD, address=SECRET)
    assert page.url.endswith(PAGE)
    assert "calendar.example.org" in page.text
    assert "voor het eerst" in page.text
    assert "private" not in page.html
    assert OutsideCalendar.get().address == SECRET


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Plak het adres"),
        ("mijn agenda", "begint met https://"),
        ("http://calendar.example.org/x.ics", "begint met http://"),
        ("https://127.0.0.1/x.ics", "begint met https://"),
        ("https://portal.example.org/agenda/abc.ics", "adres van deze site"),
        ("https://example.org/" + "a" * 3000, ""),
    ],
)
def test_add_tells_at_the_field_what_is_wrong(bram, typed, said):
    page = bram.submit(bram.get(ADD), ADD, address=typed)
    assert page.status == 422
    assert said in page.text_of("address-error")
    assert page.form(ADD).fields["address"] == [typed]
    assert OutsideCalendar.select().count() == 0


def test_add_of_the_same_or_a_fourth_is_refused(bram, people):
    for number in range(3):
        connected(people, f"{SECRET}?{number}")
    page = bram.submit(bram.get(ADD), ADD, address=f"{SECRET}?1")
    assert (page.status, "al toegevoegd" in page.text) == (422, True)
    page = bram.submit(bram.get(ADD), ADD, address=f"{SECRET}?4")
    assert (page.status, "drie agenda's" in page.text) == (409, True)
    assert "toevoegen" not in " ".join(bram.get(PAGE).links)


def test_add_gives_htmx_the_form(bram):
    page = bram.submit(bram.get(ADD), ADD, htmx=True, address="niets")
    assert (page.status, "<html" in page.html) == (422, False)
    assert page.by_id("calendar_form") is not None
    page = bram.submit(bram.get(ADD), ADD, htmx=True, address=SECRET)
    assert (page.status, page.response.headers["HX-Redirect"]) == (204, PAGE)


def test_add_is_for_coaches(client, people):
    assert client.get(ADD).location == "/inloggen"
    for person in (people.noor, people.wilma, people.oscar):
        assert client.sign_in(person).get(ADD).status == 403


def test_add_without_a_profile_leads_there(client, people):
    assert client.sign_in(people.bram).get(ADD).location == "/coach/profiel"


# -- what the page of the coach says of it


def test_page_says_when_it_was_read_and_how_often_one_is_busy(bram, people):
    actions.keep_answer(connected(people), {"hash": "a", "busy": BUSY}, now=NOW)
    page = bram.get(PAGE)
    assert "Je bent het komende halfjaar 2 keer bezet." in page.text
    assert "11.00 uur" in page.text


def test_page_says_what_is_the_matter_since_when_and_what_to_do(bram, people, clock):
    made = connected(people)
    actions.keep_answer(made, {"trouble": "not_there"}, now=NOW)
    page = bram.get(PAGE)
    for said in (
        "Op dit adres staat geen agenda",
        "Sinds maandag 2 maart",
        "voeg het nieuwe adres toe",
        "geen van je uren",
    ):
        assert said in page.text, said
    clock.shift(timedelta(minutes=20))
    actions.keep_answer(made, {"hash": "a", "busy": BUSY}, now=NOW + timedelta(minutes=10))
    actions.keep_answer(made, {"trouble": "too_slow"}, now=NOW + timedelta(minutes=20))
    assert "telt nog" in bram.get(PAGE).text


def test_page_costs_the_same_for_one_calendar_and_for_three(bram, people):
    seen = []
    for number in range(3):
        actions.keep_answer(connected(people, f"{SECRET}?{number}"), {"hash": "a", "busy": BUSY}, now=NOW)
        bram.get(PAGE)
        seen.append(bram.queries)
    assert len(set(seen)) == 1, seen


# -- outside.remove


def test_remove_takes_it_away(bram, people):
    made = connected(people)
    page = bram.submit(bram.get(PAGE), remove_of(made))
    assert "calendar.example.org" not in page.text
    assert OutsideCalendar.select().count() == 0
    assert bram.submit(bram.get(PAGE), PAGE, follow=False).status == 200


def test_remove_twice_finds_nothing(bram, people):
    page, made = bram.get(PAGE), connected(people)
    page = bram.get(PAGE)
    bram.submit(page, remove_of(made))
    assert bram.submit(page, remove_of(made)).status == 404


def test_remove_is_for_its_own_coach(client, people, coach):
    made = connected(people)
    bookable_coach(people.chris, TWENTE)
    for person, status in ((people.chris, 404), (people.noor, 403), (people.wilma, 403)):
        browser = client.sign_in(person)
        token = browser.get("/hulp").form("/taal").fields["csrf_token"][0]
        assert browser.post(remove_of(made), {"csrf_token": token}).status == status
    assert OutsideCalendar.select().count() == 1


def test_remove_is_a_button(bram, people):
    made = connected(people)
    assert bram.get(remove_of(made)).status == 405
    assert bram.post(remove_of(made), {}).status == 400
    assert OutsideCalendar.select().count() == 1
