"""Where the facts about coupling, closing, activities, coaches and evaluations come from."""

import operator
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

import peewee
from peewee import fn

from portal.coaches.models import Coach
from portal.coaches.queries import works_in
from portal.coaches.rules import CoachStatus
from portal.counting import rules
from portal.counting.models import TalkDay
from portal.counting.rows import (
    Facts,
    alike,
    fetched,
    instant,
    is_no_duplicate,
    keyed,
    not_looked_up,
    of_region,
    person_of,
    status_on,
    that_went,
    yes,
)
from portal.counting.rules import TALKS, Activity, Answered, By, Closed, Invited, Offered, Question, Scope
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation
from portal.evaluations.rules import Agreement, agreements_in
from portal.programmes.codes import Funding, TalkKind
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory

ANSWERS = (*(getattr(EvaluationAnswer, question) for question in Question), EvaluationAnswer.answers)
WITH_OUTCOME = (SessionStatus.HELD, SessionStatus.NO_SHOW)


def coupled(scope: Scope, by: By | None) -> Facts:
    """Everybody who was coupled in the period, by their first coupling in it."""
    trajectories = (
        Trajectory.select(
            *_of_enrolment(Trajectory.matched_at),
            Trajectory.id,
            person_of(Trajectory.participant, Trajectory.enrolment).alias("person"),
            Enrolment.enrolled_at.alias("enrolled_at"),
            Trajectory.first_contact_at.alias("contact_at"),
            Trajectory.tally_quick.alias("quick"),
            Trajectory.tally_minutes.alias("minutes"),
        )
        .join(Enrolment)
        .where(
            *_counts(scope, Trajectory.matched_at),
            is_no_duplicate(Trajectory.enrolment, scope),
            Enrolment.enrolled_at.is_null(False),
        )
    )
    found = trajectories.alias("found")
    group, query = keyed(found, scope, by)
    names = ("id", "person", "quick", "minutes", "enrolled_at", "at", "contact_at")
    columns = [group, *(getattr(found.c, name) for name in names)]
    firsts: dict[int, int] = {}
    for key, id, person, quick, minutes, *moments in fetched(query.select(*columns).order_by(found.c.at, found.c.id)):
        if firsts.setdefault(person, id) == id:
            contact = rules.known_contact(quick, minutes, *map(instant, moments))
            yield key, rules.coupled(contact, scope), 1


def closed(scope: Scope, by: By | None) -> Facts:
    trajectories = (
        Trajectory.select(
            *_of_enrolment(Trajectory.closed_at),
            fn.COALESCE(Trajectory.close_reason, Trajectory.status).alias("reason"),
        )
        .join(Enrolment)
        .where(
            *_counts(scope, Trajectory.closed_at),
            is_no_duplicate(Trajectory.enrolment, scope),
            *of_region(scope),
        )
    )
    for key, reason, times in alike(trajectories, ("reason",), scope, by):
        yield key, Closed(reason), times


def activities(scope: Scope, by: By | None) -> Facts:
    held = _held(scope, by).alias("held")
    activities = (
        Trajectory.select(
            *_of_enrolment(held.c.at),
            *(getattr(held.c, name) for name in ("kind", "status", "funding", "times")),
        )
        .join_from(Trajectory, Enrolment)
        .join_from(Trajectory, held, on=(held.c.trajectory_id == Trajectory.id))
        .where(
            Trajectory.programme == scope.programme,
            is_no_duplicate(Trajectory.enrolment, scope),
            *of_region(scope),
        )
    )
    for key, kind, status, funding, times in alike(activities, ("kind", "status", "funding"), scope, by, counted=True):
        yield key, Activity(TalkKind(kind), SessionStatus(status), Funding(funding)), int(times)


def _held(scope: Scope, by: By | None) -> peewee.Select:
    """The activities of the period, those of a trajectory that are alike together.

    The index has them in this order; to sort all of them for the groups that are asked for would take most of the time.
    """
    alike_in_one = [Session.trajectory, Session.status, Session.kind, Session.funding]
    moment: Any = fn.MIN(Session.starts_at)
    if by == By.MONTH:
        moment = Session.starts_at
        alike_in_one.append(moment)
    here = Trajectory.select(Trajectory.id).join(Enrolment).where(Enrolment.region == scope.region)
    return (
        Session.select(
            Session.trajectory,
            moment.alias("at"),
            *(getattr(Session, name).alias(name) for name in ("kind", "status", "funding")),
            fn.COUNT(Session.id).alias("times"),
        )
        .where(
            not_looked_up(Session.starts_at) >= scope.period.starts_at,
            not_looked_up(Session.starts_at) < scope.events_until,
            that_went(*WITH_OUTCOME),
            scope.region is None or Session.trajectory.in_(here),
        )
        .group_by(*alike_in_one)
    )


def _of_enrolment(moment: Any) -> Iterable[Any]:
    """What a row can be grouped by."""
    return (
        Trajectory.enrolment.alias("enrolment"),
        Enrolment.region.alias("region"),
        Enrolment.branch.alias("branch"),
        Enrolment.origin.alias("origin"),
        moment.alias("at"),
    )


def _counts(scope: Scope, moment: peewee.Field) -> Iterable[peewee.Expression]:
    """Of this programme, in the period, and seen by the reference date."""
    return (
        Trajectory.programme == scope.programme,
        moment >= scope.period.starts_at,
        moment < scope.events_until,
    )


def offered(scope: Scope, by: By | None) -> Facts:
    """The coaches of T09, of a region those who work for it too. They belong to no single one: they are never split."""
    first_day, seen = scope.period.first_day, scope.reference_date
    successor = rules.SUCCESSOR.get(scope.programme)
    coaches = Coach.select(
        yes((Coach.withdrawn_on >= first_day) & (Coach.withdrawn_on <= seen)).alias("withdrawn"),
        yes(Coach.blocked_on <= seen).alias("blocked"),
        yes(Coach.status == CoachStatus.PAUSED).alias("paused"),
        yes(fn.EXISTS(_talked(scope)) | fn.EXISTS(_talked_with_erased(scope))).alias("deployed"),
        yes(Coach.continued_to.in_([successor] if successor else [])).alias("continued"),
    ).where(*offered_themselves(scope), scope.region is None or works_in(scope.region))
    whole = replace(scope, region=None)
    for _, *row, times in alike(coaches, ("withdrawn", "blocked", "paused", "deployed", "continued"), whole, None):
        yield "", Offered(*map(bool, row)), times


def offered_themselves(scope: Scope) -> list[peewee.Expression]:
    """Who counts in T09, wherever they work: available on at least one day."""
    return [
        Coach.programmes.holding(scope.programme),
        Coach.available_from <= scope.coaches_until,
        Coach.withdrawn_on.is_null() | (Coach.withdrawn_on >= scope.period.first_day),
    ]


def _talked(scope: Scope) -> peewee.Select:
    """The talks of a coach that count; asked for each by itself, for one is enough. The outcome is told so that SQLite
    looks for the coach."""
    return (
        Session.select(peewee.SQL("1"))
        .join_from(Session, Trajectory)
        .join_from(Trajectory, Enrolment)
        .where(
            Session.coach == Coach.id,
            *_counts(scope, Session.starts_at),
            status_on(scope) != EnrolmentStatus.DUPLICATE,
            that_went(SessionStatus.HELD),
            Session.kind.in_(sorted(TALKS)),
        )
    )


def _talked_with_erased(scope: Scope) -> peewee.Select:
    """The same with somebody who was erased."""
    return TalkDay.select(peewee.SQL("1")).where(
        TalkDay.coach == Coach.id,
        TalkDay.programme == scope.programme,
        TalkDay.talked_on >= scope.period.first_day,
        TalkDay.talked_on <= scope.period.last_day,
        TalkDay.counts_from <= scope.reference_date,
        TalkDay.counts_until >= scope.reference_date,
    )


def invited(scope: Scope, by: By | None) -> Facts:
    table = EvaluationInvitation
    invitations = table.select(*_of_month(table), yes(table.answered == True).alias("answered")).where(  # noqa: E712
        *_in_months(table, scope), table.invited_at < scope.seen_until
    )
    for key, has_answered, times in alike(invitations, ("answered",), scope, by, begins=_the_day):
        yield key, Invited(bool(has_answered)), times


def answered(scope: Scope, by: By | None) -> Facts:
    """All answers to all questions; when they came is not kept, so the reference date cannot leave any out."""
    answers = reduce(operator.add, (_answers(column, scope) for column in ANSWERS))
    for key, question, answer, times in alike(answers, ("question", "answer"), scope, by, begins=_the_day):
        if question != EvaluationAnswer.answers.name:
            yield key, Answered(question, int(answer)), times
            continue
        for statement, agreement in agreements_in(answer).items():
            if agreement != Agreement.NOT_APPLICABLE:
                yield key, Answered(statement, int(agreement)), times


def _answers(column: peewee.Field, scope: Scope) -> peewee.Select:
    table = EvaluationAnswer
    question = peewee.Value(column.name).cast("TEXT").alias("question")
    return table.select(*_of_month(table), question, column.cast("TEXT").alias("answer")).where(
        *_in_months(table, scope), column.is_null(False)
    )


def _of_month(table: type[EvaluationInvitation | EvaluationAnswer]) -> Iterable[Any]:
    return table.region.alias("region"), table.closed_month.alias("at")


def _in_months(table: type[EvaluationInvitation | EvaluationAnswer], scope: Scope) -> Iterable[Any]:
    """Evaluations are kept by month."""
    first, end = scope.answer_months
    return table.programme == scope.programme, table.closed_month >= first, table.closed_month < end


def _the_day(day: date) -> date:
    return day
