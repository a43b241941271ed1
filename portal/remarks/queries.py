"""Which texts come into view, for whom, and the quotes that a report may print."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import peewee

from portal.access import Actor, Role
from portal.errors import NotFound
from portal.evaluations.models import EvaluationAnswer
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.models import Question
from portal.remarks import rules
from portal.remarks.models import Remark
from portal.remarks.rules import RemarkState

COMMENT = "comment"


@dataclass(frozen=True)
class Shown:
    """A text with the question it answers."""

    remark: Remark
    question: Question | None

    @property
    def possible_names(self) -> list[str]:
        return rules.possible_names(self.remark.text)


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """Who manages a region reads what was written there; nobody else reads any of it."""
    regions = actor.regions if actor.has_role(Role.REGION_ADMIN) else frozenset()
    return Remark.select().where(Remark.region.in_(regions))


def by_public_id(actor: Actor, public_id: str) -> Remark:
    """Raises NotFound for what is not there or not the actor's to read."""
    found = visible_to(actor).where(Remark.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def to_read(actor: Actor) -> list[Shown]:
    """In the order of random keys, so that nothing says who wrote first; as many as fit a page. Two queries."""
    return _shown(_new(actor).limit(rules.MOST_SHOWN))


def number_to_read(actor: Actor) -> int:
    return int(_new(actor).count())


def _new(actor: Actor) -> peewee.ModelSelect:
    return visible_to(actor).where(Remark.state == RemarkState.NEW)


def quotes_of(actor: Actor) -> list[Shown]:
    """What was approved in one's own region. Two queries."""
    return _shown(visible_to(actor).where(Remark.state == RemarkState.APPROVED))


def shown(remark: Remark) -> Shown:
    return _with_questions([remark])[0]


def _shown(remarks: peewee.ModelSelect) -> list[Shown]:
    return _with_questions(list(remarks.order_by(Remark.programme, Remark.public_id)))


def _with_questions(remarks: list[Remark]) -> list[Shown]:
    """Imported texts have no version: they answer the question for a comment as it is put now, whichever it is."""
    versions = {remark.questionnaire_id for remark in remarks} - {None}
    asked = {
        (question.questionnaire_id, question.code): question
        for question in Question.select().where(Question.questionnaire.in_(versions))
    }
    return [Shown(remark, asked.get((remark.questionnaire_id, remark.question))) for remark in remarks]


def approved_quotes(programme: ProgrammeCode, *, first_month: date, until: date) -> list[str]:
    """What may be printed of evaluations of these months, `until` not included, in an order that says nothing.

    Only texts whose writer agreed, shortened and approved by who moderates.
    """
    approved = Remark.select().where(
        Remark.programme == programme,
        Remark.state == RemarkState.APPROVED,
        Remark.closed_month >= first_month,
        Remark.closed_month < until,
    )
    return [remark.quote for remark in approved.order_by(Remark.public_id)]


def gatherable() -> list[EvaluationAnswer]:
    """Answers with something written, of every programme and region where at least five people wrote something."""
    written = EvaluationAnswer.select().where(
        EvaluationAnswer.comment_sealed.is_null(False) | EvaluationAnswer.texts_sealed.is_null(False),
        EvaluationAnswer.region.is_null(False),
    )
    groups: dict[tuple[str, str], list[EvaluationAnswer]] = defaultdict(list)
    for answer in written:
        groups[answer.programme, answer.region_id].append(answer)
    return [answer for group in groups.values() if len(group) >= rules.SMALLEST_BATCH for answer in group]


def texts_of(answer: EvaluationAnswer) -> Iterator[tuple[str, str]]:
    """Code of the question and what was written."""
    if answer.comment:
        yield COMMENT, answer.comment
    yield from json.loads(answer.texts or "{}").items()
