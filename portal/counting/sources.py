"""Where facts come from: SQL boils rows down to those that are alike in everything that counts.

Every source costs one query and gives (group, fact, how many). Without `by` the one group is ''; rows without a region,
branch or theme are in the group '' too.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import reduce
from itertools import pairwise
from typing import Any

import peewee
from peewee import Case, fn

from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.counting import rules
from portal.counting.periods import midnight, month_code
from portal.counting.rules import By, Ending, Scope
from portal.db import UTCField, database
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation
from portal.evaluations.rules import Agreement, agreements_in
from portal.programmes.codes import DestinationClass, Funding, ReferralKind, TalkKind
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory

Facts = Iterator[tuple[str, Any, int]]
ENDINGS = {
    EnrolmentStatus.HANDED_OVER: Ending.HANDED_OVER,
    EnrolmentStatus.WITHDRAWN: Ending.WITHDRAWN,
    EnrolmentStatus.UNREACHABLE: Ending.UNREACHABLE,
    EnrolmentStatus.OUT_OF_SCOPE: Ending.OUT_OF_SCOPE,
    EnrolmentStatus.COMPLETED: Ending.CLOSED,
    EnrolmentStatus.STOPPED: Ending.CLOSED,
}
# On the reference date an enrolment of the period may only have been sent: then it was open, and not yet anything else.
AS_OPEN = OPEN | {EnrolmentStatus.SUBMITTED}
ANSWER_COLUMNS = (*(getattr(EvaluationAnswer, question) for question in rules.Question), EvaluationAnswer.answers)
INSTANT = UTCField()


# -- people who signed up


def signed_up(scope: Scope, by: By | None = None) -> Facts:
    """The enrolments of the period and, with the first of each person, what is true of that person."""
    columns = ("nth", "supported", "handovers", "referred", "in_progress", "ending", "entered", "open", "mature")
    for key, *row, dropout, times in _alike(_persons(scope), (*columns, "dropout"), scope, by):
        nth, supported, handovers, referred, in_progress, ending, entered, is_open, is_mature = map(int, row)
        fact = rules.SignedUp(
            is_first=nth == 1,
            supported=bool(supported),
            handovers=handovers,
            referred=bool(referred),
            in_progress=bool(in_progress),
            ending=Ending(ending),
            entered=bool(entered),
            is_open=bool(is_open),
            is_mature=bool(is_mature),
            dropout=dropout,
        )
        yield key, fact, times


def _persons(scope: Scope) -> peewee.Select:
    """One row per enrolment that counts, with what is true of its person over all of them in the period."""
    one = _enrolled(scope).alias("one")
    person = peewee.Window(
        partition_by=[one.c.person],
        order_by=[one.c.at, one.c.enrolment],
        start=peewee.Window.preceding(),
        end=peewee.Window.following(),
    )
    is_open = one.c.status.in_(AS_OPEN)
    endings = [(one.c.handover == 1, Ending.HANDED_OVER), *((one.c.status == s, e) for s, e in ENDINGS.items())]
    return (
        peewee.Select(
            [one],
            [
                one.c.enrolment,
                one.c.person,
                one.c.region,
                one.c.branch,
                one.c.at,
                _yes(fn.ROW_NUMBER().over(window=person) == 1).alias("nth"),
                fn.MAX(one.c.talk).over(window=person).alias("supported"),
                fn.SUM(one.c.trauma).over(window=person).alias("handovers"),
                fn.MAX(one.c.referred).over(window=person).alias("referred"),
                fn.MAX(_yes(is_open)).over(window=person).alias("in_progress"),
                fn.MIN(Case(None, endings, Ending.OPEN)).over(window=person).alias("ending"),
                one.c.entered,
                _yes(is_open).alias("open"),
                _yes(one.c.at < scope.mature_before).alias("mature"),
                Case(None, [(is_open | (one.c.entered == 1), "")], fn.COALESCE(one.c.reason, one.c.status)).alias(
                    "dropout"
                ),
            ],
        )
        .where(one.c.status != EnrolmentStatus.DUPLICATE)
        .window(person)
    )


def _enrolled(scope: Scope) -> peewee.Select:
    """The enrolments confirmed in the period, with what each of them was and had on the reference date."""
    referred = _referrals(scope).alias("referred")
    return (
        Enrolment.select(
            Enrolment.id.alias("enrolment"),
            Enrolment.region.alias("region"),
            Enrolment.branch.alias("branch"),
            Enrolment.enrolled_at.alias("at"),
            _person(Enrolment).alias("person"),
            Enrolment.close_reason.alias("reason"),
            fn.COALESCE(_last_status(scope), EnrolmentStatus.CONFIRMED).alias("status"),
            _yes(fn.EXISTS(_held(scope, rules.TALKS))).alias("talk"),
            _yes(fn.EXISTS(_held(scope, rules.FIRST_ACTIVITIES))).alias("entered"),
            _yes(referred.c.enrolment_id.is_null(False)).alias("referred"),
            fn.COALESCE(referred.c.handovers, 0).alias("handover"),
            fn.COALESCE(referred.c.trauma, 0).alias("trauma"),
        )
        .join(referred, peewee.JOIN.LEFT_OUTER, on=(referred.c.enrolment_id == Enrolment.id))
        .where(
            Enrolment.programme == scope.programme,
            Enrolment.enrolled_at >= scope.period.starts_at,
            Enrolment.enrolled_at < scope.period.ends_at,
        )
    )


def _person(table: type[Enrolment | Trajectory]) -> peewee.Expression:
    """The participant's account, or where there is none the enrolment itself, below zero."""
    enrolment = table.id if table is Enrolment else table.enrolment
    return Case(None, [(table.participant.is_null(), enrolment * -1)], table.participant)


def _last_status(scope: Scope) -> peewee.Select:
    """What the timeline says that an enrolment was at the end of the reference date."""
    event = EnrolmentEvent.alias("event")
    return (
        event.select(event.status)
        .where(event.enrolment == Enrolment.id, event.status.is_null(False), event.at < scope.seen_until)
        .order_by(event.at.desc(), event.id.desc())
        .limit(1)
    )


def _held(scope: Scope, kinds: Iterable[TalkKind]) -> peewee.Select:
    return (
        Session.select(Session.id)
        .join(Trajectory)
        .where(
            Trajectory.enrolment == Enrolment.id,
            Session.status == SessionStatus.HELD,
            Session.kind.in_(kinds),
            Session.starts_at < scope.seen_until,
        )
    )


def _referrals(scope: Scope, *columns: peewee.Field) -> peewee.Select:
    """Per enrolment (and these columns): whether anything was handed over, and how often for trauma care."""
    handed_over = (
        (Referral.kind == ReferralKind.WARM_HANDOVER)
        & (Referral.consent == True)  # noqa: E712
        & Referral.status.in_((ReferralStatus.SENT, ReferralStatus.ARRIVED))
    )
    trauma = handed_over & (Referral.destination_class == DestinationClass.TRAUMA)
    return (
        Referral.select(
            Referral.enrolment,
            *columns,
            fn.MAX(_yes(handed_over)).alias("handovers"),
            fn.SUM(_yes(trauma)).alias("trauma"),
        )
        .where(Referral.referred_on <= scope.reference_date)
        .group_by(Referral.enrolment, *columns)
    )


def referred(scope: Scope, by: By | None = None) -> Facts:
    """The people of the period who were referred, once for every class of destination: counts of BY_DESTINATION only."""
    person = _persons(scope).alias("person")
    seen = _referrals(scope, Referral.destination_class).alias("seen")
    columns = [person.c.person, seen.c.destination_class, person.c.supported, fn.SUM(seen.c.trauma).alias("handovers")]
    each = (
        peewee.Select([person], columns)
        .join(seen, on=(seen.c.enrolment_id == person.c.enrolment))
        .group_by(person.c.person, seen.c.destination_class, person.c.supported)
        .alias("each")
    )
    alike = [each.c.destination_class, each.c.supported, each.c.handovers]
    query = peewee.Select([each], [*alike, fn.COUNT(peewee.SQL("*"))]).group_by(*alike)
    for key, supported, handovers, times in _rows(query):
        fact = rules.SignedUp(
            is_first=True,
            supported=bool(supported),
            handovers=int(handovers),
            referred=True,
            in_progress=False,
            ending=Ending.OPEN,
            entered=False,
            is_open=False,
            is_mature=False,
            dropout="",
        )
        yield key, fact, times


# -- coupling, closing, talks


def coupled(scope: Scope, by: By | None = None) -> Facts:
    """Everybody who was coupled in the period, by their first coupling in it."""
    trajectories = (
        Trajectory.select(
            Trajectory.id.alias("id"),
            Trajectory.enrolment.alias("enrolment"),
            Enrolment.region.alias("region"),
            Enrolment.branch.alias("branch"),
            Trajectory.matched_at.alias("at"),
            _person(Trajectory).alias("person"),
            Enrolment.enrolled_at.alias("enrolled_at"),
            Trajectory.first_contact_at.alias("contact_at"),
        )
        .join(Enrolment)
        .where(*_counts(scope, Trajectory.matched_at), Enrolment.enrolled_at.is_null(False))
    )
    found = trajectories.alias("found")
    key, query = _keyed(found, scope, by)
    query = query.select(key, found.c.id, found.c.person, found.c.enrolled_at, found.c.at, found.c.contact_at)
    query = query.order_by(found.c.at, found.c.id)
    firsts: dict[int, int] = {}
    for key, id, person, enrolled_at, matched_at, contact_at in _rows(query):
        if firsts.setdefault(person, id) == id:
            moments = map(INSTANT.python_value, (enrolled_at, matched_at, contact_at))
            yield key, rules.coupled(*moments, scope=scope), 1


def closed(scope: Scope, by: By | None = None) -> Facts:
    trajectories = (
        Trajectory.select(
            Trajectory.enrolment.alias("enrolment"),
            Enrolment.region.alias("region"),
            Enrolment.branch.alias("branch"),
            Trajectory.closed_at.alias("at"),
            fn.COALESCE(Trajectory.close_reason, Trajectory.status).alias("reason"),
        )
        .join(Enrolment)
        .where(*_counts(scope, Trajectory.closed_at))
    )
    for key, reason, times in _alike(trajectories, ("reason",), scope, by):
        yield key, rules.Closed(reason), times


def activities(scope: Scope, by: By | None = None) -> Facts:
    sessions = (
        Session.select(
            Trajectory.enrolment.alias("enrolment"),
            Enrolment.region.alias("region"),
            Enrolment.branch.alias("branch"),
            Session.starts_at.alias("at"),
            Session.kind,
            Session.status,
            Session.funding,
        )
        .join_from(Session, Trajectory)
        .join_from(Trajectory, Enrolment)
        .where(
            *_counts(scope, Session.starts_at),
            Session.status.in_((SessionStatus.HELD, SessionStatus.NO_SHOW)),
        )
    )
    for key, kind, status, funding, times in _alike(sessions, ("kind", "status", "funding"), scope, by):
        yield key, rules.Activity(TalkKind(kind), SessionStatus(status), Funding(funding)), times


def _counts(scope: Scope, moment: peewee.Field) -> Iterable[peewee.Expression]:
    """Of this programme, in the period, seen by the reference date, and not of a duplicate."""
    return (
        Trajectory.programme == scope.programme,
        moment >= scope.period.starts_at,
        moment < scope.events_until,
        Trajectory.enrolment.not_in(_doubles(scope)),
    )


def _doubles(scope: Scope) -> peewee.Select:
    """The enrolments that were a duplicate at the end of the reference date."""
    event, later = EnrolmentEvent.alias("event"), EnrolmentEvent.alias("later")
    changed_later = later.select(later.id).where(
        later.enrolment == event.enrolment,
        later.status.is_null(False),
        later.at < scope.seen_until,
        (later.at > event.at) | ((later.at == event.at) & (later.id > event.id)),
    )
    return event.select(event.enrolment).where(
        event.status == EnrolmentStatus.DUPLICATE, event.at < scope.seen_until, ~fn.EXISTS(changed_later)
    )


# -- coaches


def offered(scope: Scope, by: By | None = None) -> Facts:
    """The coaches of T09. They belong to no single region, so they are never split."""
    first_day, seen = scope.period.first_day, scope.reference_date
    talks = (
        Session.select(Session.id)
        .join(Trajectory)
        .where(
            Session.coach == Coach.id,
            Session.status == SessionStatus.HELD,
            Session.kind.in_(rules.TALKS),
            *_counts(scope, Session.starts_at),
        )
    )
    successor = rules.SUCCESSOR.get(scope.programme)
    coaches = Coach.select(
        _yes((Coach.withdrawn_on >= first_day) & (Coach.withdrawn_on <= seen)).alias("withdrawn"),
        _yes(Coach.blocked_on <= seen).alias("blocked"),
        _yes(Coach.status == CoachStatus.PAUSED).alias("paused"),
        _yes(fn.EXISTS(talks)).alias("deployed"),
        _yes(Coach.continued_to == successor).alias("continued"),
    ).where(
        Coach.programmes.cast("TEXT").contains(scope.programme.value),
        Coach.available_from <= scope.coaches_until,
        Coach.withdrawn_on.is_null() | (Coach.withdrawn_on >= first_day),
    )
    for _, *row, times in _alike(coaches, ("withdrawn", "blocked", "paused", "deployed", "continued"), scope, None):
        yield "", rules.Offered(*map(bool, row)), times


# -- evaluations, which are kept by month


def invited(scope: Scope, by: By | None = None) -> Facts:
    table = EvaluationInvitation
    rows = table.select(
        table.region.alias("region"),
        table.closed_month.alias("at"),
        _yes(table.answered == True).alias("answered"),  # noqa: E712
    ).where(*_of_months(table, scope), table.invited_at < scope.seen_until)
    for key, has_answered, times in _alike(rows, ("answered",), scope, by, begins=_the_day):
        yield key, rules.Invited(bool(has_answered)), times


def answered(scope: Scope, by: By | None = None) -> Facts:
    """All answers to all questions; when they came is not kept, so the reference date cannot leave any out."""
    rows = reduce(operator.add, (_answers_to(question, scope) for question in ANSWER_COLUMNS))
    for key, question, answer, times in _alike(rows, ("question", "answer"), scope, by, begins=_the_day):
        if question == EvaluationAnswer.answers.name:
            for statement, agreement in agreements_in(answer).items():
                if agreement != Agreement.NOT_APPLICABLE:
                    yield key, rules.Answered(statement, int(agreement)), times
        else:
            yield key, rules.Answered(question, int(answer)), times


def _answers_to(column: peewee.Field, scope: Scope) -> peewee.Select:
    table = EvaluationAnswer
    return table.select(
        table.region.alias("region"),
        table.closed_month.alias("at"),
        peewee.Value(column.name).cast("TEXT").alias("question"),
        column.cast("TEXT").alias("answer"),
    ).where(*_of_months(table, scope), column.is_null(False))


def _of_months(table: type[EvaluationInvitation | EvaluationAnswer], scope: Scope) -> Iterable[peewee.Expression]:
    months = scope.period.months
    return table.programme == scope.programme, table.closed_month >= months[0], table.closed_month <= months[-1]


def _the_day(day: date) -> date:
    return day


# -- from rows to groups


def _alike(
    rows: peewee.Select,
    columns: Sequence[str],
    scope: Scope,
    by: By | None,
    begins: Callable[[date], date | datetime] = midnight,
) -> Iterator[tuple[Any, ...]]:
    """Every combination of group and columns that occurs, with how often. One query."""
    found = rows.alias("found")
    key, query = _keyed(found, scope, by, begins)
    alike = [key, *(getattr(found.c, column) for column in columns)]
    numbers = ", ".join(str(number + 1) for number in range(len(alike)))
    return _rows(query.select(*alike, fn.COUNT(peewee.SQL("*"))).group_by(peewee.SQL(numbers)))


def _keyed(
    found: Any, scope: Scope, by: By | None, begins: Callable[[date], date | datetime] = midnight
) -> tuple[peewee.Expression, peewee.Select]:
    """What group a row is in, and a query from the rows that knows it."""
    query = peewee.Select([found])
    match by:
        case By.REGION:
            return fn.COALESCE(found.c.region, ""), query
        case By.BRANCH:
            return fn.COALESCE(found.c.branch, ""), query
        case By.THEME:
            themes = query.join(
                EnrolmentTheme, peewee.JOIN.LEFT_OUTER, on=(EnrolmentTheme.enrolment == found.c.enrolment)
            )
            return fn.COALESCE(EnrolmentTheme.theme, ""), themes
        case By.MONTH:
            months = scope.period.months
            begun = [(found.c.at < begins(after), month_code(month)) for month, after in pairwise(months)]
            return Case(None, begun, month_code(months[-1])) if begun else peewee.Value(month_code(months[-1])), query
        case _:
            return peewee.Value(""), query


def _yes(condition: Any) -> peewee.Expression:
    """1 or 0, which both engines can add up."""
    return Case(None, [(condition, 1)], 0)


def _rows(query: peewee.Select) -> Iterator[tuple[Any, ...]]:
    return iter(query.bind(database).tuples().execute())
