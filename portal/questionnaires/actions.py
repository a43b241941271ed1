"""Making a new version as a draft, editing it, and putting it into use. What was in use stays as it was."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import peewee

from portal import audit
from portal.access import Actor
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.questionnaires import queries, rules
from portal.questionnaires.models import Question, Questionnaire
from portal.questionnaires.rules import WITH_OPTIONS, Kind, Option, State, Wording


def copy(actor: Actor, version: Questionnaire, *, now: datetime) -> Questionnaire:
    """A draft that begins as this version; raises DraftExists when there is one already."""
    alike = (Questionnaire.programme == version.programme, Questionnaire.occasion == version.occasion)
    with transaction():
        lock(version)
        newest = Questionnaire.select().where(*alike).order_by(Questionnaire.version.desc()).get()
        try:
            draft = _copied(version, Questionnaire, state=State.DRAFT, version=newest.version + 1, made_at=now)
        except peewee.IntegrityError as error:
            raise rules.DraftExists from error
        for question in queries.questions_of(version):
            _copied(question, Question, questionnaire=draft)
        audit.record(actor, "questionnaire.copied", draft)
    return draft


def _copied(row: Questionnaire | Question, table: type[Questionnaire | Question], **changes: object) -> Questionnaire:
    kept = {name: value for name, value in row.__data__.items() if name not in ("id", "used_from")}
    made: Questionnaire = table.create(**{**kept, "public_id": new_public_id(), **changes})
    return made


def discard(actor: Actor, draft: Questionnaire) -> None:
    with _editing(actor, draft, "questionnaire.discarded"):
        Questionnaire.delete().where(Questionnaire.id == draft.id).execute()


def introduce(actor: Actor, draft: Questionnaire, *, title_nl: str, title_en: str, lead_nl: str, lead_en: str) -> None:
    """What stands above the questions."""
    with _editing(actor, draft, "questionnaire.introduced"):
        Questionnaire.update(title_nl=title_nl, title_en=title_en, lead_nl=lead_nl, lead_en=lead_en).where(
            Questionnaire.id == draft.id
        ).execute()


def add_question(actor: Actor, draft: Questionnaire, *, kind: Kind, wording: Wording) -> Question:
    """Last of all, under a code that no version had before."""
    with _editing(actor, draft, "questionnaire.question_added"):
        questions = queries.questions_of(draft)
        rules.check_kind(kind, draft.occasion)
        rules.check_room(len(questions))
        options = rules.read_options(wording, [], set()) if kind in WITH_OPTIONS else []
        added: Question = Question.create(
            public_id=new_public_id(),
            questionnaire=draft,
            ordinal=len(questions) + 1,
            code=next(rules.new_codes(queries.codes_used(draft))),
            kind=kind,
            text_nl=wording.nl,
            text_en=wording.en,
            options_json=_json(options),
            required=wording.is_required,
        )
    return added


def reword(actor: Actor, question: Question, wording: Wording) -> None:
    """Other words; a standard question keeps its meaning, its answers and whether it must be answered."""
    with _editing(actor, question.questionnaire, "questionnaire.question_reworded"):
        changes: dict[str, object] = {"text_nl": wording.nl, "text_en": wording.en}
        if question.has_options:
            changes["options_json"] = _json(_reworded_options(question, wording))
        if not question.standard:
            changes["required"] = wording.is_required
        Question.update(changes).where(Question.id == question.id).execute()


def _reworded_options(question: Question, wording: Wording) -> list[Option]:
    if question.standard:
        return rules.reword_options(wording, question.options)
    return rules.read_options(wording, question.options, queries.option_codes_used(question))


def move(actor: Actor, question: Question, *, places: int) -> None:
    """So many places down, or up when negative; not beyond either end."""
    with _editing(actor, question.questionnaire, "questionnaire.question_moved"):
        others = [other for other in queries.questions_of(question.questionnaire) if other.id != question.id]
        before = sum(1 for other in others if other.ordinal < question.ordinal)
        others.insert(max(0, before + places), question)
        _number(others)


def remove(actor: Actor, question: Question) -> None:
    if question.standard:
        raise rules.StandardQuestion
    with _editing(actor, question.questionnaire, "questionnaire.question_removed"):
        Question.delete().where(Question.id == question.id).execute()
        _number(queries.questions_of(question.questionnaire))


def put_into_use(actor: Actor, draft: Questionnaire, *, now: datetime) -> None:
    """Who is asked from now on gets this version; who was asked before keeps theirs."""
    used_now = queries.in_use(draft.programme, draft.occasion)
    with _editing(actor, draft, "questionnaire.put_into_use"):
        Questionnaire.update(state=State.RETIRED).where(Questionnaire.id == used_now.id).execute()
        Questionnaire.update(state=State.IN_USE, used_from=now).where(Questionnaire.id == draft.id).execute()


@contextmanager
def _editing(actor: Actor, draft: Questionnaire, event: str) -> Iterator[None]:
    """One change of a draft, held meanwhile; raises NotADraft when it is not one (any more)."""
    with transaction():
        lock(draft)
        fresh = Questionnaire.get_or_none(Questionnaire.id == draft.id)
        if fresh is None or not fresh.is_draft:
            raise rules.NotADraft
        yield
        audit.record(actor, event, draft)


def _number(questions: list[Question]) -> None:
    for ordinal, question in enumerate(questions, start=1):
        Question.update(ordinal=ordinal).where(Question.id == question.id).execute()


def _json(options: list[Option]) -> str:
    return json.dumps([[option.code, option.nl, option.en] for option in options], ensure_ascii=False)
