"""How people book with a coach: every choice out of a list, nothing lost, and a look at the talks first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.access import Role
from portal.audit import AuditEntry
from portal.availability import queries as availability
from portal.coaches import queries
from portal.coaches.models import Coach
from portal.coaches.terms import Terms
from tests.factories import TWENTE, account, bookable_coach, coupled, planned_talk

TERMS = "/coach/boeken"
# A Monday on which everybody is off: second day of Easter 2026 is 6 April.
EASTER_MONDAY = datetime(2026, 4, 6, 8, tzinfo=UTC)
CHOSEN = {
    "talk_minutes": "45",
    "intro_minutes": "20",
    "buffer_before": "10",
    "buffer_after": "5",
    "notice_hours": "w2",
    "horizon_weeks": "8",
    "move_notice_hours": "24",
    "cancel_notice_hours": "2",
    "most_per_day": "3",
    "most_per_week": "8",
    "works_on_holidays": "y",
}


@pytest.fixture
def coach(people):
    return bookable_coach(people.bram, TWENTE)


@pytest.fixture
def bram(client, people, coach):
    return client.sign_in(people.bram)


def stored() -> Terms:
    return queries.terms_of(Coach.get())


# -- bookingrules.terms


def test_terms_show_what_is_stored_and_store_what_is_chosen(bram, coach):
    page = bram.get(TERMS)
    assert {name: page.form(TERMS).fields[name] for name in ("talk_minutes", "notice_hours", "most_per_day")} == {
        "talk_minutes": ["60"],
        "notice_hours": ["24"],
        "most_per_day": ["0"],
    }
    page = bram.submit(page, TERMS, **CHOSEN)
    assert page.status == 200
    assert stored() == Terms(
        talk_minutes=45,
        intro_minutes=20,
        buffer_before=10,
        buffer_after=5,
        notice_hours=48,
        notice_working_days=2,
        horizon_weeks=8,
        move_notice_hours=24,
        cancel_notice_hours=2,
        most_per_day=3,
        most_per_week=8,
        works_on_holidays=True,
    )
    assert AuditEntry.select().where(AuditEntry.event == "coach.terms_saved").count() == 1
    fields = page.form(TERMS).fields
    assert {name: fields[name] for name in CHOSEN} == {name: [value] for name, value in CHOSEN.items()}
    bram.submit(page, TERMS, notice_hours="4", most_per_day="0", most_per_week="0")
    assert (stored().notice_hours, stored().notice_working_days, stored().most_per_day) == (4, None, None)


def test_terms_decide_what_can_be_booked(bram, coach):
    before = availability.free_slots(coach, since=datetime(2026, 3, 2, tzinfo=UTC), until=EASTER_MONDAY, now=START)
    bram.submit(bram.get(TERMS), TERMS, notice_hours="w2", talk_minutes="90")
    after = availability.free_slots(Coach.get(), since=START, until=EASTER_MONDAY, now=START)
    assert (before[0], after[0]) == (START + timedelta(days=1), START + timedelta(days=2))


START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_terms_keep_values_that_are_not_in_the_list(bram, coach):
    odd = {
        "talk_minutes": 50,
        "intro_minutes": 25,
        "buffer_before": 7,
        "notice_hours": 96,
        "notice_working_days": 4,
        "horizon_weeks": 5,
        "move_notice_hours": 6,
        "most_per_day": 7,
        "most_per_week": 17,
    }
    Coach.update(**odd).execute()
    before = stored()
    assert bram.submit(bram.get(TERMS), TERMS).status == 200
    assert stored() == before
    Coach.update(notice_hours=30, notice_working_days=None).execute()
    bram.submit(bram.get(TERMS), TERMS)
    assert (stored().notice_hours, stored().notice_working_days) == (30, None)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("horizon_weeks", {"notice_hours": "168", "horizon_weeks": "1"}),
        ("horizon_weeks", {"notice_hours": "w5", "horizon_weeks": "1"}),
        ("most_per_week", {"most_per_day": "5", "most_per_week": "3"}),
        ("talk_minutes", {"talk_minutes": "7"}),
        ("talk_minutes", {"talk_minutes": "x"}),
        ("notice_hours", {"notice_hours": "w0"}),
        ("notice_hours", {"notice_hours": "w"}),
        ("most_per_day", {"most_per_day": "-1"}),
    ],
)
def test_terms_refuse_at_the_field_and_keep_what_was_chosen(bram, coach, field, values):
    before = stored()
    page = bram.submit(bram.get(TERMS), TERMS, buffer_before="30", **values)
    assert page.status == 422
    assert page.by_id(f"{field}-error") is not None
    assert page.form(TERMS).fields["buffer_before"] == ["30"]
    assert stored() == before


def test_terms_saved_twice_show_what_is_stored_and_then_let_the_coach_choose(bram, coach):
    old_page = bram.get(TERMS)
    bram.submit(bram.get(TERMS), TERMS, horizon_weeks="13")
    page = bram.submit(old_page, TERMS, talk_minutes="30")
    assert page.status == 409
    assert "13 weken" in page.text_of("terms_form").split("Ziet")[0]
    assert page.form(TERMS).fields["talk_minutes"] == ["30"]
    assert stored().talk_minutes == 60
    assert bram.submit(page, TERMS).status == 200
    assert (stored().talk_minutes, stored().horizon_weeks) == (30, 6)


def test_terms_saved_beside_the_profile_are_no_conflict(bram, coach):
    profile = bram.get("/coach/profiel")
    bram.submit(bram.get(TERMS), TERMS, horizon_weeks="13")
    page = bram.submit(profile, "/coach/profiel", themes=["stress"], modes=["phone"])
    assert page.status == 200
    assert stored().horizon_weeks == 13


def test_terms_come_alone_for_htmx(bram):
    page = bram.submit(bram.get(TERMS), TERMS, htmx=True, follow=False, talk_minutes="7")
    assert page.status == 422
    assert not list(page.tree.iter("h1"))
    assert page.by_id("terms_form") is not None
    page = bram.submit(bram.get(TERMS), TERMS, htmx=True, follow=False)
    assert (page.status, page.response.headers["HX-Redirect"]) == (204, TERMS)


# -- public holidays with talks on them


@pytest.fixture
def on_easter_monday(people, coach):
    Coach.update(works_on_holidays=True).execute()
    return planned_talk(coupled(people.noor, Coach.get()), EASTER_MONDAY)


def test_terms_show_first_which_talks_are_on_a_holiday_that_goes_off(bram, coach, on_easter_monday):
    page = bram.submit(bram.get(TERMS), TERMS, works_on_holidays=[], talk_minutes="45")
    assert page.status == 200
    assert "Maandag 6 april 2026 om 10.00 uur met Noor" in page.text
    assert stored().works_on_holidays
    assert page.form(TERMS).fields["talk_minutes"] == ["45"]
    page = bram.submit(page, TERMS, button="Ja, bewaar")
    assert (stored().works_on_holidays, stored().talk_minutes) == (False, 45)
    assert "6 april" not in page.text


def test_terms_ask_again_when_another_talk_was_booked_meanwhile(bram, coach, on_easter_monday):
    page = bram.submit(bram.get(TERMS), TERMS, works_on_holidays=[])
    lotte = account("Lotte", Role.PARTICIPANT)
    planned_talk(coupled(lotte, Coach.get()), EASTER_MONDAY + timedelta(hours=2))
    page = bram.submit(page, TERMS, button="Ja, bewaar")
    assert "Lotte" in page.text
    assert stored().works_on_holidays
    bram.submit(page, TERMS, button="Ja, bewaar")
    assert not stored().works_on_holidays


def test_terms_ask_nothing_when_no_talk_is_touched(bram, coach, on_easter_monday):
    bram.submit(bram.get(TERMS), TERMS, talk_minutes="30")
    assert stored().talk_minutes == 30
    assert availability.coming_talks(coach, START)[0].starts_at.date() == date(2026, 4, 6)


# -- who may not


def ask(client, method):
    if method == "GET":
        return client.get(TERMS)
    token = next(form.fields["csrf_token"] for form in client.get("/over").forms if "csrf_token" in form.fields)
    return client.post(TERMS, {"csrf_token": token})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_is_not_signed_in_goes_to_sign_in(client, method):
    page = ask(client, method)
    assert (page.status, page.location) == (303, "/inloggen")


@pytest.mark.parametrize("who", ["noor", "wilma", "rik", "fay", "oscar"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_coaches_say_how_people_book(client, people, who, method):
    assert ask(client.sign_in(getattr(people, who)), method).status == 403


def test_terms_ask_for_a_profile_first(client, people):
    page = client.sign_in(people.chris).get(TERMS)
    assert (page.status, page.location) == (303, "/coach/profiel")
