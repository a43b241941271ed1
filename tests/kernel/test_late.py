"""Forms that are sent too late: without a right token, or after the sign-in ended. Nothing changes, nothing is lost."""

from datetime import timedelta

import pytest

from portal.access import Role, policy, public
from portal.accounts import actions as accounts
from portal.accounts.models import Account, BrowserSession, Grant
from portal.audit import AuditEntry, Deed
from portal.coaches.models import Coach
from portal.evaluations import actions as evaluations
from portal.later import actions as later
from portal.migrating import all_tables
from portal.questionnaires import actions as questionnaires
from portal.questionnaires.models import Question, Questionnaire
from portal.throttle import RateCounter
from tests import factories
from tests.page import BASE, Client
from tests.words import dutch

pytestmark = pytest.mark.one_engine

TOO_OLD = "The page was open for too long. Your text is still there. Send it again."
INTRO = "Was zelf verpleegkundige, nu luistert Bram."
FILLED_IN = {
    "email": "fatima@example.org", "first_name": "Fatima", "last_name": "El Amrani", "phone": "06 12 34 56 78",
    "postcode": "7512", "region": "RA1428", "work_situation": "in_care", "branch": "vvt", "skip": "yes",
    "themes": "stress", "themes_consent": "y", "read_privacy": "y", "choice": "wipe", "code": "123456",
    "starts_at": "2026-03-05T09:00:00+00:00", "mode": "phone", "seen": "0", "version": "0", "intro": INTRO,
    "coach_grade": "8", "trajectory_grade": "8", "outcome": "held", "reason": "goal_reached", "kind": "advice",
    "destination": "gp", "referred_on": "2-3-2026", "withdrawn_on": "2-3-2026", "register": "eia", "number": "1",
    "valid_until": "2-3-2027", "from_on": "2026-03-03", "until_on": "2026-03-04", "name": "Noor", "language": "en",
}  # fmt: skip


@pytest.fixture(autouse=True)
def standing_still(clock):
    pass


@pytest.fixture
def bram(client, people):
    """Bram's browser, with a profile of his own."""
    factories.checked_coach(people.bram)
    return client.sign_in(people.bram)


def stored() -> dict[str, list]:
    """Every row; what a GET may note is left out."""
    rows = {t.__name__: list(t.select().order_by(t._meta.primary_key).tuples()) for t in all_tables()}
    del rows[RateCounter.__name__]
    changed = AuditEntry.select().where(AuditEntry.deed == Deed.CHANGED).order_by(AuditEntry.id)
    return rows | {AuditEntry.__name__: list(changed.tuples())}


# -- without a right token


@pytest.mark.parametrize("sent", ["", "onzin", "IjEi.aaaa.bbbb"])
@pytest.mark.parametrize("htmx", [False, True])
def test_a_form_without_a_right_token_comes_back_filled_in_and_can_be_sent_again(client, sent, htmx):
    page = client.post("/inloggen", {"csrf_token": sent, "email": "noor@exa mple.org"}, htmx=htmx)
    assert page.status == 400
    assert dutch(TOO_OLD) in page.errors
    assert page.form("/inloggen").fields["email"] == ["noor@exa mple.org"]
    assert page.html.lstrip().startswith('<form id="sign_in_form"') == htmx
    again = client.submit(page, "/inloggen", email="noor@example.org", follow=False)
    assert (again.status, again.location) == (303, "/inloggen/code")


def test_a_page_that_was_open_for_a_day_keeps_what_was_typed(client, clock):
    page = client.submit(client.get("/aanmelden"), postcode="7511")
    client.submit(page, work_situation="in_care")
    page = client.get("/aanmelden/onderwerpen")
    clock.shift(timedelta(hours=12, seconds=1))
    told = {"themes": ["stress"], "words": "Ik slaap slecht.", "themes_consent": "y", "words_consent": "y"}
    page = client.submit(page, button="Ga verder", **told)
    assert page.status == 400
    kept = page.form(button="Ga verder").fields
    assert [kept[name] for name in told] == [["stress"], ["Ik slaap slecht."], ["y"], ["y"]]
    assert client.submit(page, button="Ga verder").url.endswith("/aanmelden/contact")


def test_a_button_without_questions_says_it_too(client, people):
    page = client.sign_in(people.noor).post("/uitloggen")
    assert (page.status, page.h1) == (400, dutch("Do you want to sign out?"))
    assert dutch(TOO_OLD) in page.errors
    assert client.submit(page, "/uitloggen").url.endswith("/uitgelogd")


def test_who_came_too_late_and_is_sent_elsewhere_gets_the_text_along(client):
    told = {"first_name": "Fatima", "last_name": "El <b>Amrani", "email": "fatima@example.org"}
    for htmx in (False, True):
        page = client.post("/aanmelden/contact?terug=1", told, htmx=htmx)
        assert (page.status, page.h1) == (400, dutch("Your text is still there"))
        form = page.form("/aanmelden/contact")
        assert form.action == f"{BASE}/aanmelden/contact?terug=1"
        assert [form.fields[name] for name in told] == [[value] for value in told.values()]
        assert "El <b>Amrani" in page.text
        assert page.response.headers.get("HX-Retarget") == ("#inhoud" if htmx else None)


def test_an_address_that_only_takes_what_is_sent_refuses(bram):
    page = bram.post("/coach/pauze")
    assert (page.status, page.h1) == (400, dutch("We could not read this"))
    assert bram.post("/coach/pauze", htmx=True).response.headers["HX-Retarget"] == "#problem"


def test_a_view_that_looks_at_no_form_changes_nothing_either(app, set_up, people):
    portal = set_up()

    def rename() -> str:
        from flask import request

        if request.method == "POST":
            Account.update(first_name="Gehackt").execute()
        return "<title>x</title>"

    portal.add_url_rule("/hernoem", view_func=public(rename), endpoint="rename", methods=["GET", "POST"])
    assert people.noor.first_name == "Noor"
    portal.test_client().post("/hernoem", base_url=BASE, data={"first_name": "x"})
    assert Account.get().first_name == "Noor"


def everything_there(people, mailbox) -> dict[str, str]:
    """Something of everybody's for every address, by the beginning of the path."""
    coach = factories.bookable_coach(people.bram)
    evaluations.invite_closed(now=factories.clock.now())
    closed = factories.closed_trajectory(people.fay, people.bram)
    evaluations.invite_closed(now=factories.clock.now())
    trajectory = factories.coupled(people.noor, coach)
    talk = factories.planned_talk(trajectory, factories.clock.now() + timedelta(days=2, hours=1))
    hold = factories.held_time(trajectory, factories.clock.now() + timedelta(days=3, hours=1))
    waiting = factories.enrolment(factories.account("Sanne", Role.PARTICIPANT))
    accounts.invite(factories.PORTAL, address="new@example.org", role=Role.NATIONAL, regions=[], now=talk.booked_at)
    factories.post(key="later")
    assert closed.enrolment_id
    half_a_year_ago = factories.clock.now() - timedelta(days=185)
    earlier = factories.closed_trajectory(
        factories.account("Hilde", Role.PARTICIPANT), people.bram, now=half_a_year_ago
    )
    later.allow(factories.PORTAL, earlier, now=half_a_year_ago)
    later.invite(now=factories.clock.now())
    draft = questionnaires.copy(factories.PORTAL, Questionnaire.select().first(), now=factories.clock.now())
    place = factories.destination()
    rik, romy = people.rik, factories.account("Romy", Role.NATIONAL)
    factories.sent_handover(factories.coupled(factories.account("Joke", Role.PARTICIPANT), coach))
    return {
        "/bericht/": mailbox.last(place.email).link("/bericht/").rpartition("/")[2],
        "/coach/overdracht/": (proposed := factories.handover(trajectory, place=place)).public_id,
        "/mijn/vraag/": proposed.public_id,
        "/wegwijzer/achterwacht/": factories.backup().public_id,
        "/wegwijzer/<public_id>": place.public_id,
        "/landelijk/import/": factories.sent_in().public_id,
        "/landelijk/rapporten/<public_id>/verbeteren": factories.locked_report(rik, romy).public_id,
        "/landelijk/rapporten/": factories.approved_report(rik, romy, choice="sijw:2024").public_id,
        "/evaluatie/later/": mailbox.last("hilde@example.org").link("/evaluatie/later/").rpartition("/")[2],
        "/evaluatie/": mailbox.last(people.fay.email).link("/evaluatie/").rpartition("/")[2],
        "/uitnodiging/": mailbox.last("new@example.org").link("/uitnodiging/").rpartition("/")[2],
        "/coach/traject/": trajectory.public_id,
        "/coach/gesprek/": talk.public_id,
        "/afspraken/met/": coach.public_id,
        "/afspraken/bevestig/": hold.public_id,
        "/afspraken/": talk.public_id,
        "/coaches/": coach.public_id,
        "/regio/coaches/": coach.public_id,
        "/regio/gesprek/": talk.public_id,
        "/regio/aanmelding/": waiting.public_id,
        "/regio/reacties/": factories.remark(factories.TWENTE, "Ik durf weer.").public_id,
        "/landelijk/vragenlijsten/vraag/": Question.get(questionnaire=draft).public_id,
        "/landelijk/vragenlijsten/": draft.public_id,
        "/mijn/gegevens/": trajectory.enrolment.public_id,
    }


def addresses_that_take_something(app, known: dict[str, str]) -> list[str]:
    paths = [str(view["path"]) for view in policy(app) if {"POST", "PUT", "PATCH", "DELETE"} & set(view["methods"])]
    fill_in = {"<purpose>": "themes", "<public_id>": "x", "<token>": "x"}
    for start, value in known.items():
        paths = [p.replace("<public_id>", value).replace("<token>", value) if p.startswith(start) else p for p in paths]
    for part, value in fill_in.items():
        paths = [path.replace(part, value) for path in paths]
    return paths


def test_without_a_token_nothing_changes_at_any_address_for_anybody(app, people, mailbox):
    paths = addresses_that_take_something(app, everything_there(people, mailbox))
    Grant.create(account=people.bram, role=Role.PARTICIPANT)
    browsers = [Client(app), *(Client(app).sign_in(a) for a in Account.select() if a.grants.exists())]
    for role in (Role.REGION_ADMIN, Role.NATIONAL, Role.OPERATOR):
        browsers.append(Client(app).sign_in(factories.account(role.capitalize(), role, factories.TWENTE)))
    browsers.append(Client(app).sign_in(people.bram, second_step=False))
    before, reached = stored(), set()
    for browser in browsers:
        for path in paths:
            page = browser.post(path, {**FILLED_IN, "csrf_token": "IjEi.aaaa.bbbb"})
            assert page.status >= 400 or page.location.startswith("/inloggen"), path
            reached |= {path} if page.status == 400 else set()
    assert stored() == before
    assert len(paths) > 45
    without_a_link = {path for path in paths if path.startswith(("/afspraak/x", "/aanbod/x"))}
    assert set(paths) - reached - without_a_link <= {"/aanmelden/bevestig/x", "/inloggen/link/x"}


# -- after the sign-in ended


def test_a_coach_whose_sign_in_ended_does_not_lose_the_profile(app, bram, people, clock):
    page = bram.get("/coach/profiel")
    clock.shift(timedelta(minutes=31))
    kept = bram.submit(page, "/coach/profiel", intro=INTRO)
    assert (kept.status, kept.h1) == (401, dutch("Your text is still there"))
    assert INTRO in kept.text
    assert kept.link(dutch("Sign in in another tab")) == "/inloggen"
    sign_in_anew(bram, people.bram)
    late = bram.submit(kept, "/coach/profiel")
    assert (late.status, late.h1) == (400, page.h1)
    assert dutch(TOO_OLD) in late.errors
    assert late.form("/coach/profiel").fields["intro"] == [INTRO]
    assert Coach.get().intro != INTRO
    bram.submit(late, "/coach/profiel")
    assert Coach.get().intro == INTRO


def sign_in_anew(browser: Client, account: Account) -> None:
    """In another tab: the cookie holds nothing of before."""
    with browser.flask.session_transaction(base_url=BASE) as session:
        session.clear()
    browser.sign_in(account)


def test_with_htmx_the_form_stays_where_it_is(bram, clock):
    page = bram.get("/coach/profiel")
    clock.shift(timedelta(minutes=31))
    told = bram.submit(page, "/coach/profiel", intro=INTRO, htmx=True)
    assert told.status == 401
    assert told.response.headers["HX-Retarget"] == told.response.headers["HX-Reselect"] == "#problem"
    assert told.link(dutch("Sign in")) == "/inloggen"
    assert not list(told.tree.iter("form"))


def test_a_button_of_somebody_whose_sign_in_ended_leads_to_sign_in(bram):
    BrowserSession.delete().execute()
    assert bram.submit(bram.get("/inloggen"), "/inloggen", email="x", follow=False).status == 422
    token = bram.get("/inloggen").form("/inloggen").fields["csrf_token"]
    page = bram.post("/coach/pauze", {"csrf_token": token})
    assert (page.status, page.location) == (303, "/inloggen")


def test_who_still_has_to_give_the_second_step_keeps_the_text_too(app, people):
    factories.bookable_coach(people.bram)
    halfway = Client(app).sign_in(people.bram, second_step=False)
    page = halfway.post("/coach/profiel", {"intro": INTRO})
    assert page.status == 401
    assert page.link(dutch("Sign in in another tab")) == "/inloggen/tweede-stap"
