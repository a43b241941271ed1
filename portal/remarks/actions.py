"""Taking texts apart from the grades they came with, in batches; approving, putting aside, and letting go."""

from datetime import datetime

from portal import audit
from portal.access import Actor
from portal.clock import local_day
from portal.crypto import new_public_id
from portal.db import hold_table, transaction
from portal.evaluations.models import EvaluationAnswer
from portal.remarks import queries, rules
from portal.remarks.models import Remark
from portal.remarks.rules import RemarkState


def gather() -> int:
    """Bring texts into view where five or more people wrote one, shuffled, and take them away from the grades; returns
    how many texts."""
    with transaction():
        hold_table(EvaluationAnswer)
        answers = queries.gatherable()
        remarks = [_remark(answer, code, text) for answer in answers for code, text in queries.texts_of(answer)]
        for remark in sorted(remarks, key=lambda remark: str(remark.public_id)):
            remark.save(force_insert=True)
        EvaluationAnswer.update(comment_sealed=None, texts_sealed=None, quote_consent=False).where(
            EvaluationAnswer.public_id.in_([answer.public_id for answer in answers])
        ).execute()
    return len(remarks)


def _remark(answer: EvaluationAnswer, code: str, text: str) -> Remark:
    remark = Remark(
        public_id=new_public_id(),
        programme=answer.programme,
        region=answer.region_id,
        closed_month=answer.closed_month,
        questionnaire=answer.questionnaire_id,
        question=code,
        quote_consent=answer.quote_consent,
    )
    remark.text = text
    return remark


def approve(actor: Actor, remark: Remark, *, shortened: str) -> None:
    """It may be printed from now on, without what was left out; raises NoConsent, OnlyCutting or NothingLeft."""
    if not remark.quote_consent:
        raise rules.NoConsent
    remark.quote = rules.cut(remark.text, shortened)
    _judge(actor, remark, RemarkState.APPROVED)


def put_aside(actor: Actor, remark: Remark) -> None:
    """Read and not quoted, or not quoted any more."""
    remark.quote = ""
    _judge(actor, remark, RemarkState.PUT_ASIDE)


def _judge(actor: Actor, remark: Remark, state: RemarkState) -> None:
    with transaction():
        Remark.update(state=state, quote_sealed=remark.quote_sealed).where(
            Remark.public_id == remark.public_id
        ).execute()
        audit.record(actor, f"remark.{state}", detail=str(remark.public_id))


def erase_old(*, now: datetime) -> int:
    """Texts of 24 months ago go, wherever they are; returns how many. Locked reports keep what they printed."""
    first = rules.kept_since(local_day(now))
    with transaction():
        EvaluationAnswer.update(comment_sealed=None, texts_sealed=None).where(
            EvaluationAnswer.closed_month < first
        ).execute()
        return int(Remark.delete().where(Remark.closed_month < first).execute())
