"""Keeping answers of the start under a random key, joining them with those of the end, and destroying the key.

While the key exists, who holds the sealing keys could join a start answer to a person; afterwards nobody can.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from portal.clock import local_day
from portal.crypto import new_public_id
from portal.db import hold_table, mix_in, transaction
from portal.enrolments.models import Enrolment
from portal.measures import queries, rules
from portal.measures.models import Measure, MeasureKey, StartAnswer
from portal.questionnaires.models import Questionnaire
from portal.questionnaires.rules import values_text


def begin(enrolment: Enrolment, version: Questionnaire, values: Mapping[str, Sequence[str]], *, now: datetime) -> None:
    """Keep what somebody answered when signing up; raises AlreadyMeasured for all but the first. Nothing is audited."""
    start = StartAnswer(
        public_id=new_public_id(),
        programme=enrolment.programme,
        region=enrolment.region_id,
        month=local_day(now).replace(day=1),
        questionnaire=version,
        answers=values_text(values),
    )
    key = MeasureKey(public_id=new_public_id(), enrolment=enrolment)
    key.key = start.public_id
    with transaction():
        if not MeasureKey.insert(key.__data__).on_conflict_ignore().as_rowcount().execute():
            raise rules.AlreadyMeasured
        _mix_in_start(start)


def _mix_in_start(start: StartAnswer) -> None:
    region = StartAnswer.region
    mix_in(
        start,
        StartAnswer.programme == start.programme,
        region.is_null() if start.region_id is None else region == start.region_id,
        StartAnswer.month == start.month,
    )


def finish(enrolment_id: int, values: Mapping[str, Sequence[str]], *, closed_month: date) -> None:
    """Join the answers of the end to those of the start, in the transaction of the caller, and destroy the key; nothing
    for who skipped the start. Who skips the end leaves the start alone, and the key goes all the same."""
    key = MeasureKey.get_or_none(MeasureKey.enrolment == enrolment_id)
    if key is not None:
        _join(key, month=closed_month, after=values_text(values))


def destroy_keys(*, now: datetime) -> int:
    """Sixty days after the end what was answered at the start stays alone; returns for how many. What belongs to nobody
    any more, because the sign-up was never confirmed or the person was erased, goes."""
    with transaction():
        hold_table(MeasureKey)
        hold_table(StartAnswer)
        due = list(queries.keys_to_destroy(now))
        for key, ended_at in due:
            _join(key, month=local_day(ended_at).replace(day=1), after="")
        known = queries.known_keys()
        for start in StartAnswer.select(StartAnswer.public_id):
            if start.public_id not in known:
                StartAnswer.delete().where(StartAnswer.public_id == start.public_id).execute()
    return len(due)


def _join(key: MeasureKey, *, month: date, after: str) -> None:
    start = StartAnswer.get_or_none(StartAnswer.public_id == key.key)
    MeasureKey.delete().where(MeasureKey.id == key.id).execute()
    if start is None:
        return
    StartAnswer.delete().where(StartAnswer.public_id == start.public_id).execute()
    region = Measure.region
    mix_in(
        Measure(
            public_id=new_public_id(),
            programme=start.programme,
            region=start.region_id,
            month=month,
            questionnaire=start.questionnaire_id,
            before=start.answers,
            after=after,
        ),
        Measure.programme == start.programme,
        region.is_null() if start.region_id is None else region == start.region_id,
        Measure.month == month,
    )
