"""The coach's profile and the region's coaches, as people see them."""

import re
from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.accounts import actions as accounts
from portal.accounts.models import Invitation
from portal.coaches import actions, queries
from portal.coaches.models import Coach, Qualification
from portal.coaches.rules import CoachStatus
from portal.programmes.codes import CoachWithdrawal, Continuation
from tests.factories import (
    TWENTE,
    ZUID_LIMBURG,
    account,
    actor_of,
    applied_coach,
    checked_coach,
    profile,
    trajectory,
)

PROFILE = "/coach/profiel"
FILLED_IN = {
    "intro": "Was zelf verpleegkundige.",
    "themes": ["stress", "balance"],
    "programmes": ["sijw", "ecz"],
    "modes": ["phone"],
    "regions": [TWENTE],
    "ethics": "y",
    "secrecy": "y",
}


def own_page(client, account):
    return client.sign_in(account).get(PROFILE)


def path_of(coach, step=""):
    return f"/regio/coaches/{coach.public_id}{step}"


@pytest.fixture
def bram(people):
    return checked_coach(people.bram)


@pytest.fixture
def desk(client, people):
    return client.sign_in(people.wilma)


# -- coaches.profile


def test_profile_begins_with_the_regions_of_the_invitation_and_goes_on_to_the_hours(client, people):
    page = own_page(client, people.bram)
    assert page.form(PROFILE).fields["regions"] == [TWENTE]
    assert len(list(page.tree.iter("input"))) > 28
    page = client.submit(page, PROFILE, **FILLED_IN)
    assert page.url.endswith("/coach/uren")
    coach = Coach.get()
    assert (coach.account, coach.status) == (people.bram, CoachStatus.APPLIED)
    assert sorted(coach.themes) == ["balance", "stress"]


def test_profile_is_changed_in_place(client, people, bram):
    page = client.submit(own_page(client, people.bram), PROFILE, capacity="7", languages="Nederlands en Arabisch")
    assert page.url.endswith(PROFILE)
    assert (Coach.get().capacity, Coach.get().languages) == (7, "Nederlands en Arabisch")
    assert page.form(PROFILE).fields["capacity"] == ["7"]
    assert page.by_id("ethics") is None


def test_profile_keeps_a_number_that_is_not_in_the_list(client, people):
    applied_coach(people.bram, capacity=35)
    page = own_page(client, people.bram)
    assert page.form(PROFILE).fields["capacity"] == ["35"]
    client.submit(page, PROFILE)
    assert Coach.get().capacity == 35


def test_profile_leaves_the_terms_to_their_own_page(client, people, bram):
    Coach.update(talk_minutes=45).execute()
    page = own_page(client, people.bram)
    assert "talk_minutes" not in page.form(PROFILE).fields
    assert "/coach/boeken" in page.links
    client.submit(page, PROFILE, talk_minutes="90")
    assert Coach.get().talk_minutes == 45


def test_profile_says_at_each_field_what_is_missing(client, people):
    page = client.submit(own_page(client, people.bram), PROFILE, regions=[])
    assert page.status == 422
    for field in ("intro", "themes", "programmes", "modes", "regions", "ethics"):
        assert page.by_id(f"{field}-error") is not None, field
    assert Coach.select().count() == 0


def test_profile_says_which_rule_is_broken_and_keeps_what_was_typed(client, people):
    page = client.submit(
        own_page(client, people.bram),
        PROFILE,
        **{**FILLED_IN, "modes": ["video", "location"], "intro": "Bel 111222333", "postcode": "75", "place": "Markt"},
    )
    assert page.status == 422
    assert page.form(PROFILE).fields["postcode"] == ["75"]
    for field in ("video_link", "intro", "postcode"):
        assert page.by_id(f"{field}-error") is not None, field
    assert page.by_id("place-error") is None
    assert page.form(PROFILE).fields["intro"] == ["Bel 111222333"]
    page = client.submit(page, PROFILE, intro="Bel me.", video_link="meet.example.org/bram", postcode="7551 ea")
    assert page.status == 200
    assert (Coach.get().pc4, Coach.get().video_link) == (7551, "https://meet.example.org/bram")


def test_profile_saved_twice_shows_both_texts_and_then_lets_the_coach_choose(client, people, bram):
    old_page = own_page(client, people.bram)
    client.submit(client.get(PROFILE), PROFILE, intro="De <b>eerste</b>.", capacity="9")
    page = client.submit(old_page, PROFILE, intro="De tweede.")
    assert page.status == 409
    assert page.form(PROFILE).fields["intro"] == ["De tweede."]
    assert "De <b>eerste</b>." in page.text
    assert "<b>eerste" not in page.html
    assert Coach.get().intro == "De <b>eerste</b>."
    page = client.submit(page, PROFILE)
    assert page.status == 200
    assert Coach.get().intro == "De tweede."


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "٣"])
def test_profile_with_a_made_up_version_is_a_conflict(client, people, bram, version):
    page = client.submit(own_page(client, people.bram), PROFILE, version=version)
    assert page.status == 409


def test_profile_says_how_it_stands_with_the_certificate(client, people, clock):
    applied_coach(people.bram)
    page = own_page(client, people.bram)
    before = page.text
    coach = Coach.get()
    today = portal_clock.local_day(portal_clock.now())
    Qualification.create(
        public_id="q", coach=coach, register="eia", number="1", valid_until=today, checked_at=portal_clock.now()
    )
    assert client.get(PROFILE).text != before
    assert "2 maart 2026" in client.get(PROFILE).text
    Qualification.update(valid_until=today - timedelta(days=1)).execute()
    assert "1 maart 2026" in client.get(PROFILE).text


def test_profile_comes_alone_for_htmx(client, people, bram):
    page = client.submit(own_page(client, people.bram), PROFILE, htmx=True, follow=False, intro="")
    assert page.status == 422
    assert not list(page.tree.iter("h1"))
    assert page.by_id("profile_form") is not None
    page = client.submit(client.get(PROFILE), PROFILE, htmx=True, follow=False, intro="Kort.")
    assert (page.status, page.response.headers["HX-Redirect"]) == (204, PROFILE)


# -- coaches.pause, coaches.resume


def test_pause_is_one_button(client, people, bram):
    page = client.submit(own_page(client, people.bram), "/coach/pauze")
    assert Coach.get().status == CoachStatus.PAUSED
    assert client.get("/coach/pauze").status == 405
    assert page.form("/coach/hervat")


def test_resume_is_one_button(client, people, bram):
    page = client.submit(own_page(client, people.bram), "/coach/pauze")
    page = client.submit(page, "/coach/hervat")
    assert Coach.get().status == CoachStatus.AVAILABLE
    assert client.get("/coach/hervat").status == 405
    assert page.form("/coach/pauze")


def test_pause_before_the_check_is_refused(client, people):
    applied_coach(people.bram)
    page = own_page(client, people.bram)
    token = page.form(PROFILE).fields["csrf_token"]
    assert client.post("/coach/pauze", {"csrf_token": token}).status == 409
    assert client.post("/coach/pauze").status == 400


# -- coaches.of_region


def test_of_region_shows_state_load_and_certificate(client, people, bram, desk):
    trajectory(people.noor, people.bram)
    page = desk.get("/regio/coaches")
    assert page.link("Bram de Vries") == path_of(bram)
    row = page.text[page.text.index("Bram de Vries") :]
    assert re.search(r"\b1\D{1,12}4\b", row)
    assert "6 april 2027" in row


def test_of_region_marks_who_is_full(client, people, desk):
    coach = checked_coach(people.bram, capacity=1)
    before = desk.get("/regio/coaches").html.count('class="tag')
    trajectory(people.noor, people.bram)
    assert coach.capacity == 1
    assert desk.get("/regio/coaches").html.count('class="tag') == before + 1


def test_of_region_costs_the_same_for_one_and_for_three(client, people, bram, desk):
    desk.get("/regio/coaches")
    for_one = desk.queries
    trajectory(people.noor, people.bram)
    for first_name in ("Anna", "Bea"):
        checked_coach(account(first_name, Role.COACH, TWENTE))
    desk.get("/regio/coaches")
    assert desk.queries == for_one <= 8


@pytest.mark.both_engines
def test_of_region_filters_and_pages_by_address(client, people, bram, desk):
    for number in range(50):
        checked_coach(account(f"Anna{number:02}", Role.COACH, TWENTE))
    page = desk.get("/regio/coaches?toon=available&naam=a")
    assert "Bram" not in page.text
    following = next(link for link in page.links if "pagina=2" in link)
    assert "toon=available" in following
    assert desk.get(following).link("Bram") == path_of(bram)
    assert "Bram" not in desk.get("/regio/coaches?toon=paused").text
    for odd in ("toon=x", "pagina=-1", "pagina=NaN", "pagina=1e9", "naam=%25", "naam=" + "x" * 5000):
        assert desk.get(f"/regio/coaches?{odd}").status == 200


def test_of_region_shows_who_was_invited(client, people, desk):
    actor = actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)
    actions.invite_coach(actor, address="anna@example.org", region=TWENTE, language="nl", now=portal_clock.now())
    assert people.bram.name not in desk.get("/regio/coaches?toon=paused").text
    text = desk.get("/regio/coaches").text
    assert "anna@example.org" in text
    assert people.bram.name in text


def test_of_region_hides_other_regions(client, people, bram):
    assert "Bram" not in client.sign_in(people.otto).get("/regio/coaches").text


def test_of_region_comes_alone_for_htmx(client, people, bram, desk):
    page = desk.get("/regio/coaches?toon=available", htmx=True)
    assert not list(page.tree.iter("h1"))
    assert page.by_id("coach_list") is not None


# -- coaches.one_of_region


def test_one_of_region_tells_what_the_desk_knows(client, people, bram, desk):
    trajectory(people.noor, people.bram)
    page = desk.get(path_of(bram))
    assert page.h1 == "Bram de Vries"
    for fact in ("EIA20260317", "Practitioner", "Twente", people.bram.email, "2 maart 2026"):
        assert fact in page.text, fact
    assert re.search(r"\b1\D{1,12}4\b", page.text)


def test_one_of_region_offers_staff_no_changes(client, people, bram):
    staff = account("Sara", Role.REGION_STAFF, TWENTE)
    page = client.sign_in(staff).get(path_of(bram))
    assert page.status == 200
    assert [link for link in page.links if link.startswith(path_of(bram) + "/")] == [path_of(bram, "/waarom")]


@pytest.mark.parametrize("status", list(CoachStatus))
def test_one_of_region_opens_in_every_state(client, people, bram, desk, status):
    Coach.update(status=status).execute()
    assert desk.get(path_of(bram)).status == 200


# -- coaches.check_qualification


def test_check_qualification_makes_a_coach_available(client, people, desk):
    coach = applied_coach(people.bram)
    page = desk.get(path_of(coach, "/certificaat"))
    page = desk.submit(page, register="eia", level="Practitioner", number="EIA1", valid_until="6 maart 2028")
    assert page.url.endswith(path_of(coach))
    (found,) = queries.qualifications_of(coach)
    assert (str(found.valid_until), found.checked_by) == ("2028-03-06", people.wilma)
    assert Coach.get().status == CoachStatus.AVAILABLE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "111222333"),
        ("number", "49063208301"),
        ("number", ""),
        ("valid_until", "1-3-2026"),
        ("valid_until", "31-2-2027"),
        ("valid_until", ""),
        ("valid_until", "9999-12-31"),
        ("register", "none"),
    ],
)
def test_check_qualification_refuses_at_the_field(client, people, desk, field, value):
    coach = applied_coach(people.bram)
    filled_in = {"register": "eia", "number": "EIA1", "valid_until": "2028-03-06"}
    page = desk.submit(desk.get(path_of(coach, "/certificaat")), **{**filled_in, field: value})
    assert page.status == 422
    assert page.by_id(f"{field}-error") is not None
    if field != "register":
        assert page.form().fields[field] == [value]
    assert Qualification.select().count() == 0


def test_check_qualification_tells_all_that_is_wrong_at_once(client, people, desk):
    coach = applied_coach(people.bram)
    page = desk.submit(desk.get(path_of(coach, "/certificaat")), number="111222333", valid_until="1-3-2026")
    assert page.status == 422
    for field in ("register", "number", "valid_until"):
        assert page.by_id(f"{field}-error") is not None, field


# -- coaches.withdraw, coaches.readmit


def test_withdraw_records_day_and_reason(client, people, bram, desk):
    Coach.update(available_from="2025-01-01").execute()
    page = desk.get(path_of(bram, "/afmelding"))
    assert page.form().fields["withdrawn_on"] == ["2-3-2026"]
    desk.submit(page, withdrawn_on="28-2-2026", reason="illness")
    coach = Coach.get()
    assert (str(coach.withdrawn_on), coach.withdrawn_reason) == ("2026-02-28", CoachWithdrawal.ILLNESS)


def test_withdraw_tells_all_that_is_wrong_at_once(client, people, bram, desk):
    page = desk.submit(desk.get(path_of(bram, "/afmelding")), withdrawn_on="3-3-2026")
    assert page.status == 422
    assert page.by_id("withdrawn_on-error") is not None
    assert page.by_id("reason-error") is not None


def test_readmit_takes_a_withdrawal_back(client, people, bram, desk):
    page = desk.submit(desk.get(path_of(bram, "/afmelding")), reason="illness")
    page = desk.submit(page, path_of(bram, "/terug"))
    assert Coach.get().status == CoachStatus.AVAILABLE
    assert desk.get(path_of(bram, "/terug")).status == 405


def test_withdraw_says_how_many_people_need_another_coach(client, people, bram, desk):
    without = desk.get(path_of(bram, "/afmelding")).text
    trajectory(people.noor, people.bram)
    assert desk.get(path_of(bram, "/afmelding")).text != without
    assert "1 " in desk.get(path_of(bram, "/blokkeren")).text


@pytest.mark.parametrize(("field", "value"), [("withdrawn_on", "3-3-2026"), ("withdrawn_on", ""), ("reason", "")])
def test_withdraw_refuses_at_the_field(client, people, bram, desk, field, value):
    filled_in = {"withdrawn_on": "2-3-2026", "reason": "no_time"}
    page = desk.submit(desk.get(path_of(bram, "/afmelding")), **{**filled_in, field: value})
    assert page.status == 422
    assert page.by_id(f"{field}-error") is not None
    assert Coach.get().status == CoachStatus.AVAILABLE


def test_withdraw_a_second_time_is_told_kindly(client, people, bram, desk):
    old_page = desk.get(path_of(bram, "/afmelding"))
    desk.submit(desk.get(path_of(bram, "/afmelding")), reason="no_time")
    page = desk.submit(old_page, reason="illness")
    assert page.status == 409
    assert page.errors
    assert Coach.get().withdrawn_reason == CoachWithdrawal.NO_TIME


# -- coaches.go_on


def test_go_on_records_the_programme_and_takes_it_back(client, people, bram, desk):
    desk.submit(desk.get(path_of(bram, "/verder")), continued_to="sta_sterker")
    assert Coach.get().continued_to == Continuation.STA_STERKER
    page = desk.get(path_of(bram, "/verder"))
    assert page.form().fields["continued_to"] == ["sta_sterker"]
    desk.submit(page, continued_to="")
    assert Coach.get().continued_to is None


def test_go_on_refuses_an_unknown_programme(client, people, bram, desk):
    page = desk.submit(desk.get(path_of(bram, "/verder")), continued_to="other")
    assert page.status == 422
    assert page.by_id("continued_to-error") is not None


# -- coaches.block, coaches.unblock


def test_block_asks_first_and_works_at_once(client, people, bram, desk):
    page = desk.get(path_of(bram, "/blokkeren"))
    assert Coach.get().status == CoachStatus.AVAILABLE
    desk.submit(page)
    assert Coach.get().status == CoachStatus.BLOCKED
    assert client.sign_in(people.bram).get(PROFILE).status == 403


def test_unblock_is_one_button(client, people, bram, desk):
    page = desk.submit(desk.get(path_of(bram, "/blokkeren")))
    desk.submit(page, path_of(bram, "/deblokkeren"))
    assert Coach.get().status == CoachStatus.AVAILABLE
    assert desk.get(path_of(bram, "/deblokkeren")).status == 405


def test_block_twice_is_told_kindly(client, people, bram, desk):
    old_page = desk.get(path_of(bram, "/blokkeren"))
    desk.submit(desk.get(path_of(bram, "/blokkeren")))
    page = desk.submit(old_page)
    assert page.status == 409
    assert page.errors


# -- coaches.invite


def test_invite_mails_an_invitation_for_an_own_region(client, people, desk, mailbox):
    page = desk.get("/regio/coaches/uitnodigen")
    page = desk.submit(page, email="Anna@Example.org", region=TWENTE)
    assert page.url.endswith("/regio/coaches")
    assert "Anna@example.org" in page.text
    assert mailbox.last("Anna@example.org").link("/uitnodiging/")


@pytest.mark.parametrize(
    ("field", "value"), [("email", ""), ("email", "anna"), ("email", "bram@example.org"), ("region", ZUID_LIMBURG)]
)
def test_invite_refuses_at_the_field(client, people, bram, desk, field, value):
    page = desk.get("/regio/coaches/uitnodigen")
    page = desk.submit(page, **{"email": "anna@example.org", "region": TWENTE, field: value})
    assert page.status == 422
    assert page.by_id(f"{field}-error") is not None
    assert Invitation.select().count() == 0


# -- who may not

OWN = [("GET", PROFILE), ("POST", PROFILE), ("POST", "/coach/pauze"), ("POST", "/coach/hervat")]
DESK_SEES = [("GET", "/regio/coaches"), ("GET", "")]
DESK_CHANGES = [
    ("GET", "/regio/coaches/uitnodigen"),
    ("POST", "/regio/coaches/uitnodigen"),
    *(("GET", f"/{step}") for step in ("certificaat", "afmelding", "verder", "blokkeren")),
    *(("POST", f"/{s}") for s in ("certificaat", "afmelding", "verder", "blokkeren", "deblokkeren", "terug")),
]


def ask(client, method, path, coach):
    """With a right token, so that only the role or the region can be what stops it."""
    url = path if path.startswith(("/coach", "/regio")) else path_of(coach, path)
    if method == "GET":
        return client.get(url)
    token = next(form.fields["csrf_token"] for form in client.get("/over").forms if "csrf_token" in form.fields)
    return client.post(url, {"csrf_token": token})


@pytest.mark.parametrize(("method", "path"), OWN + DESK_SEES + DESK_CHANGES)
def test_who_is_not_signed_in_goes_to_sign_in(client, people, bram, method, path):
    page = ask(client, method, path, bram)
    assert (page.status, page.location) == (303, "/inloggen")


@pytest.mark.parametrize("who", ["noor", "wilma", "rik", "fay", "oscar"])
@pytest.mark.parametrize(("method", "path"), OWN)
def test_only_coaches_have_a_profile(client, people, bram, who, method, path):
    assert ask(client.sign_in(getattr(people, who)), method, path, bram).status == 403


@pytest.mark.parametrize("who", ["noor", "bram", "rik", "fay", "oscar"])
@pytest.mark.parametrize(("method", "path"), DESK_SEES + DESK_CHANGES)
def test_only_the_desk_sees_coaches(client, people, bram, who, method, path):
    assert ask(client.sign_in(getattr(people, who)), method, path, bram).status == 403


@pytest.mark.parametrize(("method", "path"), DESK_CHANGES)
def test_only_an_administrator_changes_coaches(client, people, bram, method, path):
    staff = account("Sara", Role.REGION_STAFF, TWENTE)
    assert ask(client.sign_in(staff), method, path, bram).status == 403


@pytest.mark.parametrize(("method", "path"), [pair for pair in DESK_SEES + DESK_CHANGES if "/regio" not in pair[1]])
def test_a_coach_elsewhere_is_not_there(client, people, bram, method, path):
    assert ask(client.sign_in(people.otto), method, path, bram).status == 404
    assert Coach.get().status == CoachStatus.AVAILABLE


def test_a_coach_who_also_is_staff_elsewhere_sees_that_region_only(client, people, bram):
    accounts.grant(people.bram, Role.REGION_ADMIN, ZUID_LIMBURG)
    page = client.sign_in(people.bram).get("/regio/coaches")
    assert page.status == 200
    assert path_of(bram) not in page.links


def test_what_is_posted_beside_the_form_changes_nothing(client, people, bram):
    page = own_page(client, people.bram)
    other = applied_coach(people.chris)
    client.submit(
        page, PROFILE, status="blocked", account=people.chris.id, id=other.id, agreed_at="", available_from="2020-01-01"
    )
    assert Coach.get(account=people.bram).status == CoachStatus.AVAILABLE
    assert str(Coach.get(account=people.bram).available_from) == "2026-03-02"
    assert queries.profile_of(other) == profile()
