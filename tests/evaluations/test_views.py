"""The eight questions behind a mailed link: without signing in, without JavaScript, and once."""

from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.accounts.models import BrowserSession
from portal.evaluations import actions
from portal.evaluations.models import EvaluationAnswer, EvaluationDraft, EvaluationInvitation, PendingCoachGrade
from portal.measures import actions as measures
from portal.measures.models import Measure
from portal.migrating import all_tables
from portal.programmes.codes import Outcome, ProgrammeCode
from portal.questionnaires.queries import in_use
from portal.questionnaires.rules import Occasion
from tests import factories
from tests.page import Client

GRADES = {"coach_grade": 9, "trajectory_grade": 8}


@pytest.fixture
def browser(client):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client


def link_for(participant, coach, mailbox, programme=ProgrammeCode.SIJW):
    factories.closed_trajectory(participant, coach, programme=programme)
    actions.invite_closed(now=portal_clock.now())
    return mailbox.last(participant.email).link("/evaluatie/")


@pytest.fixture
def link(people, mailbox):
    return link_for(people.noor, people.bram, mailbox)


def legends(page):
    return [" ".join("".join(e.itertext()).split()) for e in page.tree.iter() if e.tag == "legend"]


def everything_stored():
    return {table.__name__: list(table.select().order_by(table._meta.primary_key).tuples()) for table in all_tables()}


# -- the page


def test_answer_asks_eight_questions(browser, link):
    page = browser.get(link)
    assert (page.status, page.h1) == (200, "How was it?")
    asks = next(e for e in page.tree.iter("ol") if e.get("class") == "asks")
    assert len(asks.findall("li")) == 8
    assert "Questions 1 and 2 we need. You may skip all the others." in page.text
    assert [e.get("value") for e in page.tree.iter("input") if e.get("name") == "coach_grade"] == [
        str(n) for n in range(1, 11)
    ]
    assert [e.get("value") for e in page.tree.iter("input") if e.get("name") == "recommend"] == [
        str(n) for n in range(11)
    ]


@pytest.mark.parametrize(
    ("programme", "statements"),
    [
        (ProgrammeCode.SIJW, ["know_strengths", "know_next_step", "more_joy"]),
        (ProgrammeCode.ECZ, ["outside_org", "enough_grip", "feel_better"]),
    ],
)
def test_answer_asks_the_statements_of_the_programme(browser, people, mailbox, programme, statements):
    page = browser.get(link_for(people.noor, people.bram, mailbox, programme))
    inputs = [(e.get("name"), e.get("value")) for e in page.tree.iter("input") if e.get("type") == "radio"]
    asked = [name for name, value in inputs if value == "na"]
    assert asked == statements
    for name in statements:
        assert [value for n, value in inputs if n == name] == ["1", "2", "3", "4", "5", "na"]


def test_answer_is_for_no_search_engine_and_leaks_no_address(browser, link):
    page = browser.get(link)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.html


def test_answer_shows_and_touches_nothing_of_who_is_signed_in(browser, people, link, clock):
    browser.sign_in(people.noor)
    seen = BrowserSession.get().last_seen_at
    clock.shift(timedelta(minutes=5))
    page = browser.get(link)
    assert "Sign out" not in page.text
    assert "Noor" not in page.text
    browser.submit(page, **GRADES)
    assert BrowserSession.get().last_seen_at == seen


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(browser, link, method):
    before = everything_stored()
    for _ in range(3):
        browser._open(method, link)
    assert everything_stored() == before
    assert browser.submit(browser.get(link), **GRADES).url.endswith(f"{link}/later")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_answer_takes_only_get_and_post(browser, link, method):
    assert browser._open(method, link).status in (400, 405)
    assert EvaluationAnswer.select().count() == 0


# -- answering


def test_answer_is_stored_and_thanked_for(browser, link):
    page = browser.submit(
        browser.get(link),
        **GRADES,
        know_strengths="5",
        more_joy="na",
        outcomes=["training", "unknown"],
        recommend=0,
        comment="Ik durf weer.\r\nDank!",
        quote_consent="yes",
    )
    assert (page.status, page.h1) == (200, "Thank you.")
    answer = EvaluationAnswer.get()
    assert (answer.coach_grade, answer.trajectory_grade, answer.recommend) == (9, 8, 0)
    assert answer.answers == "know_strengths:5;more_joy:na"
    assert answer.outcomes == {Outcome.TRAINING, Outcome.UNKNOWN}
    assert (answer.comment, answer.quote_consent) == ("Ik durf weer.\nDank!", True)
    assert PendingCoachGrade.select().count() == 1


def test_answer_needs_only_the_grades(browser, link):
    assert browser.submit(browser.get(link), **GRADES).h1 == "Thank you."
    assert EvaluationAnswer.get().recommend is None


def test_answer_without_a_grade_keeps_everything_else(browser, link):
    filled = {"coach_grade": 9, "more_joy": "4", "outcomes": ["other_role", "unknown"], "recommend": 10}
    page = browser.submit(browser.get(link), **filled, comment="Fijn.", quote_consent="no")
    assert page.status == 422
    assert page.errors == ["Answer this question: Which grade do you give overall?"] * 2
    assert {"#trajectory_grade-0"} <= set(page.links)
    fields = page.form().fields
    assert fields["coach_grade"] == ["9"]
    assert (fields["more_joy"], fields["outcomes"]) == (["4"], ["other_role", "unknown"])
    assert (fields["recommend"], fields["comment"], fields["quote_consent"]) == (["10"], ["Fijn."], ["no"])
    assert browser.submit(page, trajectory_grade=6).h1 == "Thank you."


def test_answer_with_a_citizen_service_number_is_refused_at_the_comment(browser, link):
    page = browser.submit(browser.get(link), **GRADES, comment="Bel mij: 111222333")
    assert page.status == 422
    assert "citizen service number" in page.text_of("comment-error")
    assert page.form().fields["comment"] == ["Bel mij: 111222333"]
    assert EvaluationAnswer.select().count() == 0
    assert browser.submit(page, comment="Bel mij niet").h1 == "Thank you."


def test_answer_tells_all_that_is_wrong_at_once(browser, link):
    page = browser.submit(browser.get(link), coach_grade=9, comment="Bel mij: 111222333")
    assert page.status == 422
    assert page.by_id("trajectory_grade-error") is not None
    assert "citizen service number" in page.text_of("comment-error")


def test_comment_is_counted_in_characters_as_shown(browser, link):
    too_long = browser.submit(browser.get(link), **GRADES, comment="é" * 1001)
    assert too_long.status == 422
    assert too_long.form().fields["comment"] == ["é" * 1001]
    assert browser.submit(too_long, comment="e\N{COMBINING ACUTE ACCENT}" * 998 + "\r\n.").h1 == "Thank you."


@pytest.mark.parametrize(
    "field", ["coach_grade", "trajectory_grade", "recommend", "more_joy", "outcomes", "quote_consent"]
)
@pytest.mark.parametrize("nasty", ["0x1", "99", "-1", "9.5", "'; --", "\N{RIGHT-TO-LEFT OVERRIDE}", "x" * 10_000])
def test_answer_refuses_what_the_page_did_not_offer(browser, link, field, nasty):
    assert browser.submit(browser.get(link), **{**GRADES, field: nasty}).status == 422
    assert EvaluationAnswer.select().count() == 0


def test_answer_with_htmx_gets_the_block_and_then_the_whole_next_page(browser, link):
    page = browser.get(link)
    block = browser.submit(page, htmx=True, coach_grade=9)
    assert block.status == 422
    assert block.html.strip().startswith("<form")
    assert "<main" not in block.html
    sent = browser.submit(page, htmx=True, **GRADES)
    assert (sent.status, sent.response.headers["HX-Redirect"]) == (204, f"{link}/later")


def test_answer_without_token_of_the_form_is_refused(browser, link):
    browser.get(link)
    assert browser.post(link, GRADES).status == 400
    assert EvaluationAnswer.select().count() == 0


# -- used, late, unknown


@pytest.mark.parametrize("htmx", [False, True])
def test_used_link_thanks_again_and_keeps_the_first_answer(browser, link, htmx):
    page = browser.get(link)
    browser.submit(page, **GRADES)
    for again in (browser.get(link, htmx=htmx), browser.submit(page, coach_grade=1, trajectory_grade=1, htmx=htmx)):
        assert (again.status, again.h1) == (410, "You have answered already. Thank you.")
    assert [row.coach_grade for row in EvaluationAnswer.select()] == [9]


def test_link_ends_after_thirty_days(browser, link, clock):
    clock.shift(timedelta(days=30) - timedelta(seconds=1))
    page = browser.get(link)
    assert page.status == 200
    clock.shift(timedelta(seconds=1))
    for late in (browser.get(link), browser.submit(page, **GRADES)):
        assert late.status == 410
        assert "That time is over." in late.text
        assert late.response.headers["Referrer-Policy"] == "no-referrer"
    assert EvaluationAnswer.select().count() == 0


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "..%2f", "é", "0"])
def test_unknown_link_is_not_there(browser, token):
    assert browser.get(f"/evaluatie/{token}").status == 404


def test_links_for_other_things_do_not_open_it(browser, people, mailbox, link):
    browser.submit(Client(browser.app).get("/inloggen"), email=people.noor.email)
    other = EvaluationInvitation.get().public_id
    assert browser.get(f"/evaluatie/{other}").status == 404


def test_thanks_stands_alone(browser):
    page = browser.get("/evaluatie/bedankt")
    assert (page.status, page.h1) == (200, "Thank you.")
    assert browser.queries == 0
    assert browser.post("/evaluatie/bedankt").status == 404


def test_everybody_may_answer_also_somebody_else_on_the_phone_of_another(people, link, app):
    """No role is asked and no role is in the way."""
    for account in (people.wilma, people.otto, people.rik, people.bram):
        page = Client(app).sign_in(account).get(link)
        assert page.status == 200
        assert account.first_name not in page.text


def test_answer_costs_the_same_however_many_answered_before(browser, people, mailbox):
    costs = []
    for number in range(3):
        participant = factories.account(f"Deelnemer{number}", factories.Role.PARTICIPANT)
        page = browser.get(link_for(participant, people.bram, mailbox))
        browser.submit(page, follow=False, **GRADES)
        costs.append(browser.queries)
    assert len(set(costs)) == 1


# -- going on later


HALF = {"coach_grade": 9, "outcomes": ["training"], "comment": "Ik was net", "more_joy": "na"}


@pytest.mark.parametrize("htmx", [False, True])
def test_keep_survives_a_closed_browser_and_wants_nothing_complete(browser, link, htmx):
    page = browser.get(link)
    kept = keep(browser, page, htmx=htmx, **HALF)
    assert "Kept. With the link in your mail you can go on later." in kept.text
    assert ("<main" in kept.html) is not htmx
    later = Client(browser.app)
    later.flask.set_cookie("taal", "en", domain="portal.example.org")
    fields = later.get(link).form().fields
    assert (fields["coach_grade"], fields["outcomes"], fields["comment"]) == (["9"], ["training"], ["Ik was net"])
    assert fields["more_joy"] == ["na"]
    assert "trajectory_grade" not in fields
    assert EvaluationAnswer.select().count() == 0


def keep(browser, page, *, htmx=False, **values):
    """Press the other button, or let the script do it."""
    form = page.form(button="Send my answers")
    sent = {**form.fields, **values}
    return browser.post(f"{form.action}/bewaar", sent, htmx=htmx, follow=True)


def test_keep_takes_the_newest_and_holds_it_sealed(browser, link):
    page = browser.get(link)
    keep(browser, page, comment="Geheim een")
    keep(browser, page, comment="Geheim twee")
    [draft] = EvaluationDraft.select()
    assert b"Geheim" not in bytes(draft.content_sealed)
    assert "Geheim twee" in draft.content


def test_keep_forgets_what_the_page_did_not_offer(browser, link):
    page = browser.get(link)
    keep(browser, page, coach_grade="99", recommend="onzin", unknown="x", comment="y" * 5000)
    fields = browser.get(link).form().fields
    assert not {"coach_grade", "recommend"} & set(fields)
    assert fields["comment"] == ["y" * 1000]
    assert "unknown" not in EvaluationDraft.get().content


def test_sending_wipes_what_was_kept(browser, link):
    page = browser.get(link)
    keep(browser, page, **HALF)
    browser.submit(browser.get(link), trajectory_grade=8)
    assert EvaluationAnswer.get().coach_grade == 9
    assert EvaluationDraft.select().count() == 0
    late = keep(browser, page, **HALF)
    assert late.status == 410
    assert EvaluationDraft.select().count() == 0


def test_wipe_is_one_button(browser, link):
    assert not [form for form in browser.get(link).forms if form.action.endswith("/wis")]
    keep(browser, browser.get(link), **HALF)
    page = browser.submit(browser.get(link), button="Wipe what I filled in")
    assert "What you filled in is wiped." in page.text
    assert "coach_grade" not in page.form(button="Send my answers").fields
    assert EvaluationDraft.select().count() == 0


def test_keep_looked_at_without_anything_kept_leads_to_the_questions(browser, link):
    assert browser.get(f"{link}/bewaar").location == link
    assert browser.get(f"{link}/wis").status == 405


@pytest.mark.parametrize("path", ["bewaar", "wis"])
def test_keep_and_wipe_are_for_a_link_that_lives(browser, link, clock, path):
    token = browser.get(link).form().fields["csrf_token"]
    assert browser.post(f"/evaluatie/x/{path}", {"csrf_token": token}).status == 404
    browser.post(f"{link}/{path}", {"comment": "x"})
    assert EvaluationDraft.select().count() == 0
    clock.shift(timedelta(days=30))
    token = browser.get("/hulp").form("/taal").fields["csrf_token"]
    assert browser.post(f"{link}/{path}", {"csrf_token": token}).status == 410


# -- the questions of the beginning


@pytest.fixture
def link_of_who_was_measured(people, mailbox):
    trajectory = factories.closed_trajectory(people.noor, people.bram)
    version = in_use(ProgrammeCode.SIJW, Occasion.START)
    measures.begin(trajectory.enrolment, version, {"work_joy": ("5",)}, now=portal_clock.now())
    actions.invite_closed(now=portal_clock.now())
    return mailbox.last(people.noor.email).link("/evaluatie/")


def test_answer_asks_again_what_was_asked_at_the_start(browser, link_of_who_was_measured):
    page = browser.get(link_of_who_was_measured)
    assert "And the questions of the beginning" in page.text
    assert [len(ol.findall("li")) for ol in page.tree.iter("ol") if ol.get("class") == "asks"] == [8, 5]
    assert "13 short questions. It takes about 5 minutes." in page.text
    keep(browser, page, again_work_joy="7")
    refused = browser.submit(browser.get(link_of_who_was_measured), coach_grade=8, again_career_grip="99")
    assert refused.status == 422
    browser.submit(refused, **GRADES, again_career_grip="6", again_other_work="2")
    [pair] = Measure.select()
    assert (pair.before, pair.after) == ("work_joy:5", "work_joy:7;career_grip:6;other_work:2")
    assert EvaluationAnswer.get().more == ""


def test_mails_say_how_many_questions_this_person_gets(people, mailbox, clock, link_of_who_was_measured):
    assert "Beantwoord 13 korte vragen. Het duurt ongeveer 5 minuten." in mailbox.last(people.noor.email).text
    clock.shift(timedelta(days=8))
    actions.remind(now=portal_clock.now())
    assert "Je kunt nog antwoord geven. Het duurt ongeveer 5 minuten." in mailbox.last(people.noor.email).text


def test_answer_asks_nothing_again_of_who_skipped_the_start(browser, link):
    page = browser.get(link)
    assert "And the questions of the beginning" not in page.text
    assert not [e for e in page.tree.iter("input") if (e.get("name") or "").startswith("again_")]


# -- nothing in the log


def test_nothing_of_an_answer_is_logged(browser, link, caplog, capsys):
    caplog.set_level("INFO")
    page = browser.get(link)
    keep(browser, page, comment="Kanarie in de kooi")
    browser.submit(page, trajectory_grade=8, comment="Kanarie 111222333")
    browser.submit(page, **GRADES, comment="Kanarie in de kooi", know_strengths="5")
    browser.submit(page, **GRADES, comment="Kanarie in de kooi")
    written = caplog.text + "".join(capsys.readouterr())
    assert "anarie" not in written
    assert link.rpartition("/")[2] not in written
    assert "know_strengths" not in written
