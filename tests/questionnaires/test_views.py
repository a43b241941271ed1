"""/landelijk/vragenlijsten: national staff make a new version, look at it in both languages and use it."""

import pytest

from portal import clock as portal_clock
from portal.evaluations import actions as evaluations
from portal.evaluations.models import EvaluationAnswer
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires import queries
from portal.questionnaires.models import Question, Questionnaire
from portal.questionnaires.rules import Occasion, State
from tests import factories
from tests.page import Client

LIST = "/landelijk/vragenlijsten"
CHOICE = {
    "kind": "one",
    "nl": "Hoe vaak?",
    "en": "How often?",
    "options_nl": "1 keer\n2 keer",
    "options_en": "Once\nTwice",
    "required": "yes",
}


@pytest.fixture
def rik(client, people):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client.sign_in(people.rik)


@pytest.fixture
def used(db):
    return queries.in_use(ProgrammeCode.SIJW, Occasion.END)


@pytest.fixture
def draft(rik, used):
    rik.submit(rik.get(f"{LIST}/{used.public_id}"), button="Make a new version of this")
    return Questionnaire.get(state=State.DRAFT)


def at(questionnaire, part=""):
    return f"{LIST}/{questionnaire.public_id}{part}"


def question(questionnaire, code):
    return Question.get(questionnaire=questionnaire, code=code)


def texts(questionnaire):
    return [q.text_en for q in queries.questions_of(questionnaire)]


# -- looking


def test_overview_shows_every_occasion_of_both_programmes(rik):
    page = rik.get(LIST)
    assert page.h1 == "Questionnaires"
    headings = [" ".join("".join(e.itertext()).split()) for e in page.tree.iter("h2")]
    assert headings[:3] == [
        "Sterk in je werk: at the end of signing up",
        "Sterk in je werk: after the last talk",
        "Sterk in je werk: six months later",
    ]
    assert page.text.count("In use") == 6


def test_overview_costs_the_same_with_more_versions(rik, used):
    rik.get(LIST)
    before = rik.queries
    rik.submit(rik.get(at(used)), button="Make a new version of this")
    assert "Draft" in rik.get(LIST).text
    assert rik.queries == before


def test_show_of_what_is_in_use_offers_a_new_version_and_no_changes(rik, used):
    page = rik.get(at(used))
    assert "so it stays as it is" in page.text
    assert "Welk cijfer geef je je coach?" in page.text
    assert "Which grade do you give your coach?" in page.text
    assert not [
        link for link in page.links if "/landelijk/vragenlijsten/vraag/" in link or link.endswith("/in-gebruik")
    ]


@pytest.mark.parametrize(
    ("language", "h1", "asked"),
    [
        ("nl", "Hoe was het?", "Welk cijfer geef je je coach?"),
        ("en", "How was it?", "Which grade do you give your coach?"),
    ],
)
def test_preview_is_the_page_as_people_see_it(rik, used, people, mailbox, language, h1, asked):
    page = rik.get(at(used, f"/voorbeeld?taal={language}"))
    assert (page.status, page.h1) == (200, h1)
    assert page.tree.get("lang") == language
    assert asked in page.text
    factories.closed_trajectory(people.noor, people.bram)
    evaluations.invite_closed(now=portal_clock.now())
    visitor = Client(rik.app)
    visitor.flask.set_cookie("taal", language, domain="portal.example.org")
    real = visitor.get(mailbox.last(people.noor.email).link("/evaluatie/"))
    assert shown(page) == shown(real)


def shown(page):
    """Every question with its answers, as they are read."""
    questions = next(e for e in page.tree.iter("ol") if e.get("class") == "asks")
    return " ".join("".join(questions.itertext()).split())


def test_preview_sends_nothing_and_speaks_the_language_of_the_reader_unless_asked(rik, used):
    page = rik.get(at(used, "/voorbeeld?taal=xx"))
    assert page.h1 == "How was it?"
    assert not [form for form in page.forms if form.action.endswith("voorbeeld")]
    assert rik.post(at(used, "/voorbeeld")).status == 405


# -- editing


def test_copy_begins_a_draft_once(rik, used, draft):
    assert draft.version == 2
    refused = rik.submit(rik.get(at(used)), button="Make a new version of this")
    assert refused.status == 409
    assert "There is a draft already." in refused.text


def test_introduce_stores_the_words_above(rik, draft):
    page = rik.get(at(draft, "/inleiding"))
    assert page.form().fields["title_en"] == ["How was it?"]
    done = rik.submit(page, title_en="How did it go?", title_nl="Hoe ging het?")
    assert "How did it go?" in done.text
    refused = rik.submit(page, lead_nl="")
    assert refused.status == 422
    assert refused.errors == ["Fill in the introduction in Dutch."] * 2


def test_add_appends_a_question_with_answers(rik, draft):
    done = rik.submit(rik.get(at(draft, "/vraag-erbij")), **CHOICE)
    assert done.status == 200
    added = question(draft, "own_1")
    assert (added.text_nl, added.required, [o.en for o in added.options]) == ("Hoe vaak?", True, ["Once", "Twice"])
    assert "Hoe vaak?" in done.text


def test_add_tells_all_that_is_wrong_at_once_in_the_order_of_the_page(rik, draft):
    page = rik.submit(rik.get(at(draft, "/vraag-erbij")), **{**CHOICE, "nl": "", "en": "", "options_en": "Once"})
    assert list(dict.fromkeys(page.errors)) == [
        "Fill in the question in Dutch.",
        "Fill in the question in English.",
        "Give every answer in Dutch and in English: as many lines here as there.",
    ]
    empty = rik.submit(rik.get(at(draft, "/vraag-erbij")))
    assert empty.errors[0] == "Choose how people answer it."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nl": ""}, "Fill in the question in Dutch."),
        ({"options_nl": "", "options_en": ""}, "Give 2 to 15 different answers, each on a line of its own."),
        ({"options_en": "Once"}, "Give every answer in Dutch and in English: as many lines here as there."),
        ({"kind": "essay"}, "Choose one of the answers on this page."),
        ({"nl": "x" * 301}, "This is too long. Use at most 300 characters."),
    ],
)
def test_add_refuses_what_is_not_right_at_its_field(rik, draft, changes, message):
    refused = rik.submit(rik.get(at(draft, "/vraag-erbij")), **{**CHOICE, **changes})
    assert refused.status == 422
    assert refused.errors == [message] * 2
    assert len(texts(draft)) == 8


def test_reword_changes_words_and_says_what_stays(rik, draft):
    page = rik.get(f"/landelijk/vragenlijsten/vraag/{question(draft, 'outcomes').public_id}")
    assert "keep asking the same" in page.text
    assert "required" not in page.form().fields
    done = rik.submit(page, en="What next?")
    assert "What next?" in done.text
    refused = rik.submit(page, options_nl="Niets\nIets", options_en="Nothing\nSomething")
    assert refused.status == 422
    assert refused.errors == ["The figures need these 8 answers. Reword them, and leave none out."] * 2


@pytest.mark.parametrize("htmx", [False, True])
def test_reword_shows_the_form_again_as_page_or_block(rik, draft, htmx):
    page = rik.get(f"/landelijk/vragenlijsten/vraag/{question(draft, 'comment').public_id}")
    refused = rik.submit(page, htmx=htmx, nl="")
    assert refused.status == 422
    assert ("<main" in refused.html) is not htmx


@pytest.fixture
def own(rik, draft):
    rik.submit(rik.get(at(draft, "/vraag-erbij")), **CHOICE)
    return question(draft, "own_1")


def test_move_up_needs_no_dragging(rik, draft, own):
    rik.submit(rik.get(at(draft)), f"/landelijk/vragenlijsten/vraag/{own.public_id}/omhoog")
    assert texts(draft)[-2:] == ["How often?", "Is there anything you want to tell us?"]


def test_move_down_needs_no_dragging(rik, draft, own):
    comment = question(draft, "comment")
    rik.submit(rik.get(at(draft)), f"/landelijk/vragenlijsten/vraag/{comment.public_id}/omlaag")
    assert texts(draft)[-2:] == ["How often?", "Is there anything you want to tell us?"]


def test_remove_is_there_for_ones_own_questions_only(rik, draft, own):
    page = rik.submit(rik.get(at(draft)), f"/landelijk/vragenlijsten/vraag/{own.public_id}/weg")
    assert "How often?" not in page.text
    standard = f"/landelijk/vragenlijsten/vraag/{question(draft, 'recommend').public_id}/weg"
    assert standard not in [form.action for form in page.forms]
    token = page.form().fields["csrf_token"]
    refused = rik.post(standard, {"csrf_token": token})
    assert refused.status == 409
    assert "You can reword it, but not remove it." in refused.text


def test_discard_leaves_what_is_in_use(rik, used, draft):
    page = rik.submit(rik.get(at(draft)), button="Throw the draft away")
    assert page.h1 == "Questionnaires"
    assert rik.get(at(draft)).status == 404
    assert len(texts(used)) == 8


# -- using


def test_use_asks_first_and_then_nobody_can_change_it(rik, draft):
    rik.submit(rik.get(at(draft, "/vraag-erbij")), **CHOICE)
    own = question(draft, "own_1")
    edit = rik.get(f"/landelijk/vragenlijsten/vraag/{own.public_id}")
    assert rik.get(at(draft, "/in-gebruik")).h1 == "Put version 2 into use?"
    done = rik.submit(rik.get(at(draft, "/in-gebruik")))
    assert "In use" in done.text
    late = rik.submit(edit, en="Changed?")
    assert late.status == 409
    assert "It is never changed." in late.text
    for path in (at(draft, "/inleiding"), at(draft, "/vraag-erbij"), at(draft, "/in-gebruik")):
        assert rik.get(path).status == 409
    assert texts(draft)[-1] == "How often?"


def test_who_was_asked_before_keeps_that_version(rik, draft, people, mailbox):
    link = invited(people.noor, people, mailbox)
    rik.submit(rik.get(at(draft, "/vraag-erbij")), **CHOICE)
    rik.submit(rik.get(at(draft, "/in-gebruik")))
    later = invited(people.fay, people, mailbox)
    visitor = Client(rik.app)
    visitor.flask.set_cookie("taal", "en", domain="portal.example.org")
    assert "How often?" not in visitor.get(link).text
    page = visitor.get(later)
    refused = visitor.submit(page, coach_grade=8, trajectory_grade=8)
    assert refused.errors == ["Answer this question: How often?"] * 2
    visitor.submit(page, coach_grade=8, trajectory_grade=8, own_1="own_2")
    [answer] = EvaluationAnswer.select()
    assert (answer.questionnaire_id, answer.more) == (draft.id, "own_1:own_2")


def invited(participant, people, mailbox):
    factories.closed_trajectory(participant, people.bram)
    evaluations.invite_closed(now=portal_clock.now())
    return mailbox.last(participant.email).link("/evaluatie/")


# -- who may


@pytest.mark.parametrize("name", ["noor", "bram", "wilma", "fay", "oscar"])
def test_others_are_refused(app, clock, people, used, name):
    client = Client(app).sign_in(getattr(people, name))
    for path in (LIST, at(used), at(used, "/voorbeeld"), at(used, "/inleiding")):
        assert client.get(path).status == 403


def test_nobody_signs_in_first(client, used):
    assert client.get(LIST).location == "/inloggen"


@pytest.mark.parametrize("path", [f"{LIST}/x", f"{LIST}/x/voorbeeld", f"{LIST}/x/in-gebruik", f"{LIST}/vraag/x"])
def test_what_is_not_there(rik, path):
    assert rik.get(path).status == 404
