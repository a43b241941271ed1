"""Which questions somebody gets again, and of whom the key is due to be destroyed."""

from collections.abc import Iterator
from datetime import datetime

import peewee

from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.measures import rules
from portal.measures.models import MeasureKey, StartAnswer
from portal.questionnaires.models import Question
from portal.questionnaires.queries import questions_of
from portal.trajectories.models import Trajectory


def has_answered(enrolment: Enrolment) -> bool:
    return MeasureKey.select().where(MeasureKey.enrolment == enrolment.id).exists()


def asked_again(trajectory: Trajectory) -> list[Question]:
    """The questions that this person answered when signing up, in the version of then; none for who skipped them."""
    key = MeasureKey.get_or_none(MeasureKey.enrolment == trajectory.enrolment_id)
    start = StartAnswer.get_or_none(StartAnswer.public_id == key.key) if key else None
    return questions_of(start.questionnaire_id) if start else []


def keys_to_destroy(now: datetime) -> Iterator[tuple[MeasureKey, datetime]]:
    """Keys of who was ready sixty days ago or longer, with the moment they were: the trajectory was closed, or there
    never was one and the enrolment ended."""
    until = now - rules.KEY_KEPT
    ended_at = peewee.fn.COALESCE(Trajectory.closed_at, Enrolment.status_at)
    closed = Trajectory.closed_at.is_null(False) & (Trajectory.closed_at <= until)
    never_coupled = (
        Trajectory.id.is_null()
        & Enrolment.status.not_in([*OPEN, EnrolmentStatus.SUBMITTED])
        & (Enrolment.status_at <= until)
    )
    rows = (
        MeasureKey.select(MeasureKey, ended_at.alias("ended_at"))
        .join_from(MeasureKey, Enrolment)
        .join_from(Enrolment, Trajectory, peewee.JOIN.LEFT_OUTER, on=(Trajectory.enrolment == Enrolment.id))
        .where(closed | never_coupled)
        .order_by(MeasureKey.id)
    )
    for row in rows.objects():
        yield row, Trajectory.closed_at.python_value(row.ended_at)


def known_keys() -> set[str]:
    """Of everybody whose start answer still waits."""
    return {row.key for row in MeasureKey.select()}
