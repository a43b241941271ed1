"""Where the facts about how far people come are from."""

from typing import Any

import peewee
from peewee import Case, fn

from portal.clock import local_day
from portal.counting import rules
from portal.counting.people_rows import AS_OPEN, of_period_here
from portal.counting.rows import Facts, fetched, instant, keyed, status_on, that_went
from portal.counting.rules import TALKS, By, Journey, Scope
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations.models import EvaluationInvitation
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory

MOMENTS = ("at", "matched_at", "contact_at", "talked_at", "closed_at")


def journeys(scope: Scope, by: By | None) -> Facts:
    """Every enrolment of the period by itself: how long things took is different for each."""
    found = _enrolments(scope).alias("found")
    group, query = keyed(found, scope, by)
    columns = [getattr(found.c, name) for name in (*MOMENTS, "quick", "minutes", "answered", "dropout")]
    for key, *row in fetched(query.select(group, *columns)):
        yield key, _journey(*map(instant, row[: len(MOMENTS)]), *row[len(MOMENTS) :]), 1


def _journey(
    enrolled_at: Any,
    matched_at: Any,
    contact_at: Any,
    talked_at: Any,
    closed_at: Any,
    quick: bool | None,
    minutes: int | None,
    answered: bool | None,
    dropout: str,
) -> Journey:
    contact = rules.known_contact(quick, minutes, enrolled_at, matched_at, contact_at)
    closed = talked_at is not None and closed_at is not None
    return Journey(
        contacted=contact is not None or talked_at is not None,
        talked=talked_at is not None,
        closed=closed,
        evaluated=closed and bool(answered),
        hours_to_contact=contact.hours if contact else None,
        days_to_talk=_days(enrolled_at, talked_at),
        days_to_closing=_days(enrolled_at, closed_at) if closed else None,
        dropout="" if talked_at else dropout,
    )


def _days(since: Any, until: Any) -> int | None:
    return (local_day(until) - local_day(since)).days if until else None


def _enrolments(scope: Scope) -> peewee.Select:
    """What had happened by the reference date; a moment after it is not there."""
    status = status_on(scope)
    seen = [
        Case(None, [(column < scope.seen_until, column)]).alias(name)
        for name, column in (("contact_at", Trajectory.first_contact_at), ("closed_at", Trajectory.closed_at))
    ]
    return (
        Enrolment.select(
            Enrolment.id.alias("enrolment"),
            Enrolment.region.alias("region"),
            Enrolment.branch.alias("branch"),
            Enrolment.origin.alias("origin"),
            Enrolment.enrolled_at.alias("at"),
            Trajectory.matched_at.alias("matched_at"),
            *seen,
            _first_talk(scope).alias("talked_at"),
            Trajectory.tally_quick.alias("quick"),
            Trajectory.tally_minutes.alias("minutes"),
            _answered(scope).alias("answered"),
            Case(None, [(status.in_(AS_OPEN), "")], fn.COALESCE(Enrolment.close_reason, status)).alias("dropout"),
        )
        .join_from(Enrolment, Trajectory, peewee.JOIN.LEFT_OUTER)
        .join_from(Trajectory, EvaluationInvitation, peewee.JOIN.LEFT_OUTER)
        .where(*of_period_here(scope), status != EnrolmentStatus.DUPLICATE)
    )


def _answered(scope: Scope) -> Any:
    """Whether somebody answered, as far as that may be told yet."""
    if scope.evaluated_before is None:
        return EvaluationInvitation.answered
    return Case(None, [(EvaluationInvitation.closed_month < scope.evaluated_before, EvaluationInvitation.answered)])


def _first_talk(scope: Scope) -> peewee.Select:
    """When the first talk of a trajectory was, of those held by the reference date."""
    return Session.select(fn.MIN(Session.starts_at)).where(
        Session.trajectory == Trajectory.id,
        that_went(SessionStatus.HELD),
        Session.kind.in_(sorted(TALKS)),
        Session.starts_at < scope.seen_until,
    )
