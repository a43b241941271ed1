"""Why a time is not free: every reason in words, with first names for the coach and none for the desk."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.access import Role
from portal.availability import actions as availability
from portal.availability.hours import Away, Extra
from portal.availability.models import ExtraHours, WeeklyHours
from portal.availability.rules import BlockSource
from portal.coaches.models import Coach, Qualification
from portal.coaches.rules import CoachStatus
from tests.factories import TWENTE, account, actor_of, bookable_coach, coupled, planned_talk, trajectory

OWN = "/coach/waarom"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY_TEN = datetime(2026, 3, 10, 9, tzinfo=UTC)
FREE = "Deze tijd is vrij"


@pytest.fixture
def coach(people):
    return bookable_coach(people.bram, TWENTE)


@pytest.fixture
def bram(client, people, coach):
    return client.sign_in(people.bram)


@pytest.fixture
def talk(people, coach):
    return planned_talk(coupled(people.noor, coach), TUESDAY_TEN)


def of(coach) -> str:
    return f"/regio/coaches/{coach.public_id}/waarom"


def asked(client, day: str, wall_time: str, path: str = OWN, **options: object):
    page = client.get(f"{path}?dag={day}&tijd={wall_time}", **options)
    assert page.status == 200
    return page


# -- whynot.own


def test_own_page_asks_for_a_day_and_a_time(bram, coach):
    page = bram.get(OWN)
    assert page.status == 200
    assert page.errors == []
    assert page.by_id("answer") is None
    assert "Waarom is deze tijd niet vrij?" in page.h1
    assert OWN in bram.get("/coach/uren").links


@pytest.mark.both_engines
def test_own_free_time_is_free_and_can_be_booked(bram, coach, people):
    page = asked(bram, "2026-03-10", "10")
    assert FREE in page.text
    assert "Dinsdag 10 maart om 10.00 uur" in page.text
    planned_talk(coupled(people.noor, coach), TUESDAY_TEN)
    assert FREE not in asked(bram, "2026-03-10", "10").text


@pytest.mark.parametrize(
    ("day", "wall_time", "told"),
    [
        ("2026-03-14", "10", ["Je hebt die dag geen tijden."]),
        ("2026-03-10", "8", ["buiten je tijden. Die dag zijn dat 9.00–17.00."]),
        ("2026-03-10", "16.30", ["Een gesprek duurt 60 minuten.", "9.00–17.00"]),
        ("2026-03-11", "10", ["Je bent dan afwezig."]),
        ("2026-04-06", "10", ["feestdag"]),
        ("2026-03-10", "10.10", ["hele of het halve uur"]),
        ("2026-03-02", "12", ["te kort van tevoren", "1 dag", "dinsdag 3 maart om 11.00 uur"]),
        ("2026-03-02", "10", ["voorbij"]),
        ("2026-06-01", "10", ["te ver vooruit", "maandag 13 april"]),
        ("2026-03-29", "2.30", ["Deze tijd bestaat niet"]),
        ("2026-03-12", "18.30", ["buiten je tijden. Die dag zijn dat 9.00–17.00 en 19.00–21.00 (extra)."]),
        ("2026-03-13", "17.30", ["buiten je tijden. Die dag zijn dat 9.00–17.00 en 22.00–24.00."]),
    ],
)
def test_own_reasons_are_told_in_words(bram, coach, day, wall_time, told):
    actor = actor_of(coach.account, Role.COACH)
    availability.add_absence(actor, Away(date(2026, 3, 11), date(2026, 3, 11)), now=NOW)
    availability.add_extra(actor, Extra(date(2026, 3, 12), time(19), time(21)), now=NOW)
    WeeklyHours.create(coach=coach, weekday=4, opens=time(22), closes=time(0))
    page = asked(bram, day, wall_time)
    for words in told:
        assert words in page.text
    assert FREE not in page.text


def test_own_talks_are_told_with_the_first_name(bram, coach, talk):
    assert "gesprek met Noor, van 10.00 tot 11.00 uur" in asked(bram, "2026-03-10", "10.30").text
    after = asked(bram, "2026-03-10", "11").text
    assert "je gesprek met Noor dat om 11.00 uur eindigt" in after
    before = asked(bram, "2026-03-10", "9").text
    assert "je gesprek met Noor dat om 10.00 uur begint" in before
    assert FREE in asked(bram, "2026-03-10", "11.30").text


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (BlockSource.HOLD, "kiest deze tijd op dit moment"),
        (BlockSource.WORKSHOP, "workshop, van 10.00 tot 11.00 uur"),
        (BlockSource.OUTSIDE, "eigen agenda"),
    ],
)
def test_own_reasons_name_what_takes_the_time(bram, coach, source, told):
    taken = {"coach": coach, "participant": None, "starts_at": TUESDAY_TEN, "minutes": 60, "now": NOW}
    if source == BlockSource.HOLD:
        availability.hold(**taken, expires_at=NOW + timedelta(minutes=10))
    else:
        availability.take(**taken, source=source)
    assert told in asked(bram, "2026-03-10", "10").text


def test_own_hold_that_expired_is_no_reason(bram, coach, clock):
    taken = {"coach": coach, "participant": None, "starts_at": TUESDAY_TEN, "minutes": 60, "now": NOW}
    availability.hold(**taken, expires_at=NOW + timedelta(minutes=10))
    clock.shift(timedelta(minutes=10))
    assert FREE in asked(bram, "2026-03-10", "10").text


def test_own_full_day_and_week_are_both_told(bram, coach, talk):
    Coach.update(most_per_day=1, most_per_week=1).execute()
    page = asked(bram, "2026-03-10", "14")
    assert "hoogstens 1 gesprek op een dag" in page.text
    assert "hoogstens 1 gesprek in een week" in page.text
    assert "op een dag" not in asked(bram, "2026-03-13", "14").text


def test_own_hour_that_comes_twice_is_told_twice(client, people, coach, clock):
    clock.move_to(datetime(2026, 10, 20, 10, tzinfo=UTC))
    bram = client.sign_in(people.bram)
    ExtraHours.create(coach=coach, on_day=date(2026, 10, 25), opens=time(2), closes=time(3), created_at=NOW)
    page = asked(bram, "2026-10-25", "2.30")
    assert [" ".join(e.itertext()) for e in page.tree.iter("h3")] == [
        "De eerste keer, voordat de klok teruggaat",
        "De tweede keer, nadat de klok is teruggegaan",
    ]
    assert page.text.count(FREE) == 1


def test_own_standing_is_told_beside_the_time(bram, coach, people):
    assert "Nieuwe mensen" not in asked(bram, "2026-03-10", "10").text
    assert "kunnen wel boeken" not in asked(bram, "2026-03-10", "10").text
    Coach.update(status=CoachStatus.PAUSED, capacity=0).execute()
    Qualification.update(valid_until=date(2026, 3, 1)).execute()
    page = asked(bram, "2026-03-10", "10")
    assert FREE in page.text
    for told in ("Nieuwe mensen", "Je staat op pauze", "certificaat is verlopen", "al bij je zijn, kunnen wel boeken"):
        assert told in page.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("dag=&tijd=9", "dag"),
        ("dag=morgen&tijd=9", "dag"),
        ("dag=2026-02-30&tijd=9", "dag"),
        ("dag=2026-03-10&tijd=", "tijd"),
        ("dag=2026-03-10", "tijd"),
        ("dag=2026-03-10&tijd=25", "tijd"),
        (f"dag=2026-03-10&tijd={'9' * 3000}", "tijd"),
    ],
)
def test_own_page_says_at_the_field_what_it_cannot_read(bram, query, field):
    page = bram.get(f"{OWN}?{query}")
    assert page.status == 422
    assert page.by_id(f"{field}-error") is not None
    assert page.by_id("answer") is None


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31", "31-12-2026"])
def test_own_page_answers_for_any_day(bram, day):
    assert FREE not in asked(bram, day, "10").text


def test_own_page_costs_the_same_however_much_is_taken(bram, coach, talk, people):
    asked(bram, "2026-03-10", "10")
    for_one = bram.queries
    for days, name in enumerate(("Lotte", "Anna"), start=1):
        planned_talk(coupled(account(name, Role.PARTICIPANT), coach), TUESDAY_TEN + timedelta(days=days))
    asked(bram, "2026-03-10", "10")
    assert bram.queries == for_one <= 11


def test_own_answer_comes_alone_for_htmx(bram):
    page = asked(bram, "2026-03-10", "10", htmx=True)
    assert not list(page.tree.iter("h1"))
    assert page.by_id("why") is not None
    assert page.by_id("answer").get("autofocus") is not None


def test_own_page_asks_for_a_profile_first(client, people):
    page = client.sign_in(people.chris).get(OWN)
    assert (page.status, page.location) == (303, "/coach/profiel")


# -- whynot.of_coach


def test_of_coach_tells_the_desk_no_names(client, people, coach, talk):
    desk = client.sign_in(people.wilma)
    assert of(coach) in desk.get(f"/regio/coaches/{coach.public_id}").links
    page = asked(desk, "2026-03-10", "10.30", of(coach))
    assert "De coach heeft dan een gesprek, van 10.00 tot 11.00 uur." in page.text
    assert "Noor" not in page.html
    assert "Noor" not in asked(desk, "2026-03-10", "11", of(coach)).html
    assert FREE in asked(desk, "2026-03-10", "14", of(coach)).text


def test_of_coach_tells_how_the_coach_stands(client, people, coach):
    trajectory(people.noor, people.bram)
    Coach.update(status=CoachStatus.WITHDRAWN, withdrawn_on=date(2026, 3, 1), capacity=1).execute()
    page = asked(client.sign_in(people.wilma), "2026-03-10", "10", of(coach))
    assert "De coach is gestopt" in page.text
    assert "kunnen wel boeken" not in page.text
    assert "geen plek voor nieuwe mensen" in page.text


def test_of_coach_is_for_the_own_region(client, people, coach):
    assert client.sign_in(people.otto).get(of(coach)).status == 404
    assert client.get("/regio/coaches/bestaat-niet/waarom").status == 404


def test_of_coach_comes_alone_for_htmx(client, people, coach):
    page = asked(client.sign_in(people.wilma), "2026-03-10", "10", of(coach), htmx=True)
    assert not list(page.tree.iter("h1"))
    assert page.by_id("why") is not None


# -- who may not


def test_who_is_not_signed_in_goes_to_sign_in(client, coach):
    for path in (OWN, of(coach)):
        page = client.get(path)
        assert (page.status, page.location) == (303, "/inloggen")


@pytest.mark.parametrize("who", ["noor", "rik", "fay", "oscar"])
def test_others_see_neither(client, people, coach, who):
    client.sign_in(getattr(people, who))
    assert (client.get(OWN).status, client.get(of(coach)).status) == (403, 403)


def test_each_sees_only_the_own_page(client, people, coach):
    assert client.sign_in(people.wilma).get(OWN).status == 403
    assert client.sign_in(people.bram).get(of(coach)).status == 403


def test_looking_is_all_one_can_do(bram, coach):
    assert bram.post(OWN).status in (400, 405)
