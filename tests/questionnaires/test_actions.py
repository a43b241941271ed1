"""A version is a draft, then in use, then retired; only a draft changes, whoever tries."""

import peewee
import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.audit import AuditEntry
from portal.evaluations.rules import STANDARD, STATEMENTS
from portal.i18n import gettext, speaking
from portal.programmes.codes import Outcome, ProgrammeCode
from portal.questionnaires import actions, queries, rules
from portal.questionnaires.models import Question, Questionnaire
from portal.questionnaires.rules import Kind, Occasion, State, Wording
from tests.factories import actor_of
from tests.racing import at_once

OWN = Wording("Hoe vaak?", "How often?", "1 keer\n2 keer", "Once\nTwice")
VERY = Wording("Hoe erg?", "How bad?")


def now():
    return portal_clock.now()


@pytest.fixture
def rik(people):
    return actor_of(people.rik, Role.NATIONAL)


@pytest.fixture
def used():
    return queries.in_use(ProgrammeCode.SIJW, Occasion.END)


@pytest.fixture
def draft(rik, db):
    return actions.copy(rik, queries.in_use(ProgrammeCode.SIJW, Occasion.END), now=now())


def asked(questionnaire):
    return [(q.ordinal, q.code) for q in queries.questions_of(questionnaire)]


def codes(questionnaire):
    return [code for _, code in asked(questionnaire)]


# -- what a fresh installation asks


@pytest.mark.parametrize("programme", list(ProgrammeCode))
def test_the_set_to_begin_with_is_what_the_figures_rest_on(db, programme):
    questions = queries.questions_of(queries.in_use(programme, Occasion.END))
    assert [q.code for q in questions] == [
        "coach_grade", "trajectory_grade", *STATEMENTS[programme], "outcomes", "recommend", "comment",
    ]  # fmt: skip
    assert {q.code for q in questions} <= STANDARD
    assert all(q.standard for q in questions)
    assert [q.code for q in questions if q.required] == ["coach_grade", "trajectory_grade"]
    assert [option.code for option in questions[5].options] == [outcome.value for outcome in Outcome]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_statements_and_outcomes_read_as_in_the_figures(db, language):
    with speaking(language):
        for programme in ProgrammeCode:
            questions = {q.code: q for q in queries.questions_of(queries.in_use(programme, Occasion.END))}
            for statement in STATEMENTS[programme]:
                assert questions[statement].text == gettext(statement.label)
            labels = [option.text(language) for option in questions["outcomes"].options]
            assert labels == [gettext(outcome.label) for outcome in Outcome]


@pytest.mark.parametrize("programme", list(ProgrammeCode))
def test_before_and_six_months_later(db, programme):
    start = queries.questions_of(queries.in_use(programme, Occasion.START))
    assert [q.kind for q in start] == [Kind.GRADE, Kind.GRADE, Kind.STATEMENT, Kind.STATEMENT, Kind.STATEMENT]
    later = queries.questions_of(queries.in_use(programme, Occasion.SIX_MONTHS))
    assert [q.code for q in later] == ["work_situation", "work_joy"]
    assert len(later[0].options) == 7
    assert not any(q.required for q in [*start, *later])


# -- a draft


def test_copy_makes_a_draft_with_the_same_questions(rik, used):
    draft = actions.copy(rik, used, now=now())
    assert (draft.version, draft.state, draft.used_from) == (2, State.DRAFT, None)
    assert (draft.title_nl, draft.lead_en) == (used.title_nl, used.lead_en)
    assert asked(draft) == asked(used)
    assert {q.public_id for q in queries.questions_of(draft)}.isdisjoint(
        {q.public_id for q in queries.questions_of(used)}
    )
    assert AuditEntry.select().where(AuditEntry.event == "questionnaire.copied").count() == 1


def test_there_is_one_draft_at_a_time(rik, used, draft):
    with pytest.raises(rules.DraftExists):
        actions.copy(rik, used, now=now())
    actions.copy(rik, queries.in_use(ProgrammeCode.ECZ, Occasion.END), now=now())
    actions.discard(rik, draft)
    assert actions.copy(rik, used, now=now()).version == 2


def test_of_two_who_begin_a_draft_at_once_one_does(rik, used):
    made = at_once(lambda number: actions.copy(rik, used, now=now()).version, times=2)
    assert sorted(map(str, made)) == ["2", repr(rules.DraftExists())]


def test_introduce_changes_what_stands_above(rik, draft):
    actions.introduce(rik, draft, title_nl="Kop", title_en="Head", lead_nl="Vooraf", lead_en="First")
    fresh = queries.by_public_id(draft.public_id)
    assert (fresh.title_nl, fresh.title_en, fresh.lead_nl, fresh.lead_en) == ("Kop", "Head", "Vooraf", "First")


def test_add_question_comes_last_under_a_code_of_its_own(rik, draft):
    first = actions.add_question(rik, draft, kind=Kind.ONE, wording=OWN)
    actions.add_question(rik, draft, kind=Kind.GRADE, wording=VERY)
    assert asked(draft)[-2:] == [(9, "own_1"), (10, "own_2")]
    assert [(o.code, o.nl, o.en) for o in first.options] == [("own_1", "1 keer", "Once"), ("own_2", "2 keer", "Twice")]
    assert not first.standard


def test_a_code_is_never_used_again(rik, draft):
    """An answer of a year ago would mean something else."""
    gone = actions.add_question(rik, draft, kind=Kind.GRADE, wording=VERY)
    actions.put_into_use(rik, draft, now=now())
    next_draft = actions.copy(rik, draft, now=now())
    [question] = [q for q in queries.questions_of(next_draft) if q.code == gone.code]
    actions.remove(rik, question)
    assert actions.add_question(rik, next_draft, kind=Kind.OPEN, wording=VERY).code == "own_2"


def test_add_question_needs_answers_to_choose_from_only_for_choices(rik, draft):
    with pytest.raises(rules.WrongNumberOfOptions):
        actions.add_question(rik, draft, kind=Kind.MANY, wording=VERY)
    assert actions.add_question(rik, draft, kind=Kind.STATEMENT, wording=OWN).options == []


def test_questions_come_to_an_end(rik, draft):
    for _ in range(rules.MOST_QUESTIONS - 8):
        actions.add_question(rik, draft, kind=Kind.GRADE, wording=VERY)
    with pytest.raises(rules.TooManyQuestions):
        actions.add_question(rik, draft, kind=Kind.GRADE, wording=VERY)


def test_reword_keeps_the_meaning_of_a_standard_question(rik, draft):
    question = Question.get(questionnaire=draft, code="outcomes")
    options = question.options
    reworded = Wording(
        "Wat nu?", "What now?", "\n".join(["Ik blijf", *(o.nl for o in options[1:])]),
        "\n".join(["I stay", *(o.en for o in options[1:])]), "yes",
    )  # fmt: skip
    actions.reword(rik, question, reworded)
    fresh = Question.get_by_id(question.id)
    assert (fresh.text_nl, fresh.text_en, fresh.required) == ("Wat nu?", "What now?", False)
    assert [o.code for o in fresh.options] == [o.code for o in options]
    assert fresh.options[0].nl == "Ik blijf"
    with pytest.raises(rules.MeaningsMissing):
        actions.reword(rik, fresh, OWN)


def test_reword_of_ones_own_question_may_change_everything(rik, draft):
    question = actions.add_question(rik, draft, kind=Kind.MANY, wording=OWN)
    actions.reword(rik, question, Wording("Waar?", "Where?", "Hier\n2 keer", "Here\nTwice", "yes"))
    fresh = Question.get_by_id(question.id)
    assert fresh.required
    assert [(o.code, o.nl) for o in fresh.options] == [("own_3", "Hier"), ("own_2", "2 keer")]


@pytest.mark.parametrize(("code", "places", "first_three"), [
    ("coach_grade", -1, ["coach_grade", "trajectory_grade", "know_strengths"]),
    ("coach_grade", 1, ["trajectory_grade", "coach_grade", "know_strengths"]),
    ("know_strengths", -1, ["coach_grade", "know_strengths", "trajectory_grade"]),
    ("comment", 1, ["coach_grade", "trajectory_grade", "know_strengths"]),
])  # fmt: skip
def test_move_takes_a_question_one_place(rik, draft, code, places, first_three):
    actions.move(rik, Question.get(questionnaire=draft, code=code), places=places)
    assert codes(draft)[:3] == first_three
    assert [ordinal for ordinal, _ in asked(draft)] == list(range(1, 9))


def test_remove_leaves_standard_questions(rik, draft):
    own = actions.add_question(rik, draft, kind=Kind.GRADE, wording=VERY)
    actions.remove(rik, own)
    assert "own_1" not in codes(draft)
    with pytest.raises(rules.StandardQuestion):
        actions.remove(rik, Question.get(questionnaire=draft, code="recommend"))
    assert len(codes(draft)) == 8


# -- in use


def test_put_into_use_retires_the_one_before(rik, used, draft):
    actions.put_into_use(rik, draft, now=now())
    assert queries.in_use(ProgrammeCode.SIJW, Occasion.END) == draft
    assert queries.by_public_id(used.public_id).state == State.RETIRED
    assert queries.by_public_id(draft.public_id).used_from == now()
    assert queries.in_use(ProgrammeCode.ECZ, Occasion.END).version == 1


def test_of_two_who_put_it_into_use_at_once_one_does(rik, draft):
    done = at_once(lambda number: actions.put_into_use(rik, draft, now=now()), times=2)
    assert sorted(map(str, done)) == ["None", repr(rules.NotADraft())]


def test_nothing_changes_a_version_that_is_in_use(rik, used, draft):
    question = Question.get(questionnaire=draft, code="comment")
    question.questionnaire  # noqa: B018  (as it was read when it was a draft)
    actions.put_into_use(rik, draft, now=now())
    words = {"title_nl": "x", "title_en": "x", "lead_nl": "x", "lead_en": "x"}
    for attempt in (
        lambda: actions.introduce(rik, draft, **words),
        lambda: actions.add_question(rik, draft, kind=Kind.GRADE, wording=VERY),
        lambda: actions.reword(rik, question, VERY),
        lambda: actions.move(rik, question, places=-1),
        lambda: actions.put_into_use(rik, draft, now=now()),
        lambda: actions.discard(rik, draft),
    ):
        with pytest.raises(rules.NotADraft):
            attempt()
    assert asked(draft) == asked(used)


@pytest.mark.parametrize("state", [State.IN_USE, State.RETIRED])
def test_the_database_refuses_to_change_it_too(rik, draft, used, state):
    actions.put_into_use(rik, draft, now=now())
    fixed = {State.IN_USE: draft, State.RETIRED: used}[state]
    question = Question.get(questionnaire=fixed, code="comment")
    attempts = [
        Questionnaire.update(title_nl="x").where(Questionnaire.id == fixed.id),
        Questionnaire.update(state=State.DRAFT).where(Questionnaire.id == fixed.id),
        Questionnaire.update(used_from=None).where(Questionnaire.id == fixed.id),
        Questionnaire.delete().where(Questionnaire.id == fixed.id),
        Question.update(text_nl="x").where(Question.id == question.id),
        Question.delete().where(Question.id == question.id),
        Question.insert({**question.__data__, "id": None, "public_id": "x", "code": "own_9"}),
    ]
    for attempt in attempts:
        with pytest.raises((peewee.IntegrityError, peewee.InternalError, peewee.DatabaseError)) as refused:
            attempt.execute()
        assert "questionnaire_version_is_fixed" in str(refused.value)


def test_the_overview_has_every_occasion(db):
    found = queries.overview()
    assert [(a.programme, a.occasion) for a in found] == [(p, o) for p in ProgrammeCode for o in Occasion]
    assert all(a.versions[0].state == State.IN_USE and a.draft is None for a in found)
