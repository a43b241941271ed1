"""Reading versions of questionnaires. They hold nothing of persons: who may see the pages may see all of them."""

import json
from dataclasses import dataclass

from portal.errors import NotFound
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.models import Question, Questionnaire
from portal.questionnaires.rules import NotADraft, Occasion, State


@dataclass(frozen=True)
class Asked:
    """All versions of what one programme asks on one occasion, newest first."""

    programme: ProgrammeCode
    occasion: Occasion
    versions: list[Questionnaire]

    @property
    def draft(self) -> Questionnaire | None:
        return next((version for version in self.versions if version.is_draft), None)

    @property
    def newest(self) -> Questionnaire:
        return self.versions[0]


def overview() -> list[Asked]:
    """Everything we ask. One query."""
    found = list(Questionnaire.select().order_by(Questionnaire.version.desc(), Questionnaire.id))
    return [
        Asked(programme, occasion, [q for q in found if (q.programme, q.occasion) == (programme, occasion)])
        for programme in ProgrammeCode
        for occasion in Occasion
    ]


def in_use(programme: ProgrammeCode, occasion: Occasion) -> Questionnaire:
    """What is asked now; there is always one."""
    return Questionnaire.get(programme=programme, occasion=occasion, state=State.IN_USE)


def by_public_id(public_id: str) -> Questionnaire:
    found = Questionnaire.get_or_none(public_id=public_id)
    if found is None:
        raise NotFound
    return found


def draft(public_id: str) -> Questionnaire:
    """A version that can still be edited; raises NotFound, or NotADraft for what is or was in use."""
    found = by_public_id(public_id)
    if not found.is_draft:
        raise NotADraft
    return found


def question_of_draft(public_id: str) -> Question:
    """With its questionnaire; raises NotFound or NotADraft."""
    found = Question.select(Question, Questionnaire).join(Questionnaire).where(Question.public_id == public_id).first()
    if found is None:
        raise NotFound
    if not found.questionnaire.is_draft:
        raise NotADraft
    return found


def questions_of(questionnaire: Questionnaire) -> list[Question]:
    """In the order in which they are asked."""
    return list(
        Question.select().where(Question.questionnaire == questionnaire).order_by(Question.ordinal, Question.id)
    )


def codes_used(questionnaire: Questionnaire) -> set[str]:
    """The codes of all questions that any version of this questionnaire ever had."""
    alike = (
        Questionnaire.programme == questionnaire.programme,
        Questionnaire.occasion == questionnaire.occasion,
    )
    return {row.code for row in Question.select(Question.code).join(Questionnaire).where(*alike)}


def option_codes_used(question: Question) -> set[str]:
    """The codes of all answers that this question ever had, in any version."""
    alike = (
        Questionnaire.programme == question.questionnaire.programme,
        Questionnaire.occasion == question.questionnaire.occasion,
        Question.code == question.code,
    )
    versions = Question.select(Question.options_json).join(Questionnaire).where(*alike)
    return {code for version in versions for code, _nl, _en in json.loads(version.options_json)}
