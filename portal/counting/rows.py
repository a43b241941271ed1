"""What all sources of facts share: what an enrolment was on a day, who its person is, and grouping rows that are alike.

A source costs one query and gives (group, fact, how many). Without `by` the one group is ''; rows without a region,
branch or theme are in the group '' too.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import peewee
from peewee import Case, fn

from portal.counting.periods import midnight, month_code
from portal.counting.rules import By, Scope
from portal.db import database, on_postgres
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory

Facts = Iterator[tuple[str, Any, int]]
Begins = Callable[[date], date | datetime]


def yes(condition: Any) -> Any:
    """1 or 0, which both engines can add up."""
    return Case(None, [(condition, 1)], 0)


def person_of(participant: peewee.Field, enrolment: peewee.Field) -> Any:
    """The participant's account; of who was erased what stands for them, else the enrolment itself, below zero."""
    return Case(None, [(participant.is_null(), fn.COALESCE(Enrolment.tally_person, enrolment * -1))], participant)


def with_sessions(trajectories: peewee.ModelSelect) -> peewee.ModelSelect:
    """The sessions of these trajectories, looked up in the index that holds all that counts.

    A cross join with its condition is an inner join whose order SQLite keeps. Left to itself, and without statistics,
    it would read every session there is.
    """
    return trajectories.join_from(Trajectory, Session, peewee.JOIN.CROSS).where(Session.trajectory == Trajectory.id)


def of_region(scope: Scope) -> list[peewee.Expression]:
    """Only the enrolments of this region, where a fact is about one enrolment. Facts about a person need all of theirs:
    for these it is `keyed` that looks at the region, afterwards."""
    return [] if scope.region is None else [Enrolment.region == scope.region]


def that_went(*outcomes: SessionStatus) -> Any:
    """Sessions with one of these outcomes."""
    return not_looked_up(Session.status).in_(outcomes)


def not_looked_up(column: peewee.Field) -> Any:
    """Told to SQLite so that it does not look for sessions by this column: without statistics it would think that few
    have such an outcome or day, and go through all that were ever held for every trajectory."""
    return column if on_postgres() else fn.COALESCE(column, "")


def status_on(scope: Scope) -> Any:
    """What an enrolment was at the end of the reference date: what it is, unless the timeline says it changed since."""
    unchanged = (Enrolment.status_at < scope.seen_until, Enrolment.status)
    return Case(None, [unchanged], fn.COALESCE(_earlier(Enrolment, scope), EnrolmentStatus.CONFIRMED))


def is_no_duplicate(enrolment: peewee.Field, scope: Scope) -> peewee.Expression:
    """Whether this enrolment was none at the end of the reference date. It is the few duplicates that are looked for:
    what all others were need not be asked of each."""
    twin = Enrolment.alias("twin")
    unchanged = twin.select(twin.id).where(twin.status == EnrolmentStatus.DUPLICATE, twin.status_at < scope.seen_until)
    changed = twin.select(twin.id).where(
        twin.status_at >= scope.seen_until, _earlier(twin, scope) == EnrolmentStatus.DUPLICATE
    )
    return enrolment.not_in(unchanged.union_all(changed))


def _earlier(enrolment: Any, scope: Scope) -> peewee.Select:
    """What the timeline says last that an enrolment was by the end of the reference date."""
    event = EnrolmentEvent.alias("event")
    return (
        event.select(event.status)
        .where(event.enrolment == enrolment.id, event.status.is_null(False), event.at < scope.seen_until)
        .order_by(event.at.desc(), event.id.desc())
        .limit(1)
    )


def alike(
    source: peewee.Select,
    columns: Sequence[str],
    scope: Scope,
    by: By | None,
    begins: Begins = midnight,
    *,
    counted: bool = False,
) -> Iterator[tuple[Any, ...]]:
    """Every combination of group and columns that occurs, with how often. One query.

    The source has `enrolment`, `region`, `branch`, `origin` and `at` as far as it can be grouped by them; `begins`
    turns the first day of a month into what `at` is compared with. Rows of what is `counted` say how often in `times`.
    """
    found = source.alias("found")
    key, query = keyed(found, scope, by, begins)
    chosen = [key, *(getattr(found.c, column) for column in columns)]
    numbers = ", ".join(str(number + 1) for number in range(len(chosen)))
    times = fn.SUM(found.c.times) if counted else fn.COUNT(peewee.SQL("*"))
    return fetched(query.select(*chosen, times).group_by(peewee.SQL(numbers)))


def keyed(found: Any, scope: Scope, by: By | None, begins: Begins = midnight) -> tuple[Any, peewee.Select]:
    """What group a row is in, and a query from the rows that can tell."""
    query = peewee.Select([found])
    if scope.region is not None:
        query = query.where(found.c.region == scope.region)
    match by:
        case By.REGION | By.EMPLOYER_ORG:
            return fn.COALESCE(found.c.region, ""), query
        case By.BRANCH:
            return fn.COALESCE(found.c.branch, ""), query
        case By.ORIGIN:
            return found.c.origin, query
        case By.THEME:
            theme, named = EnrolmentTheme.theme, EnrolmentTheme.enrolment == found.c.enrolment
            return fn.COALESCE(theme, ""), query.join(EnrolmentTheme, peewee.JOIN.LEFT_OUTER, on=named)
        case By.MONTH:
            return _month(found.c.at, scope.period.months, begins), query
        case _:
            return peewee.Value(""), query


def _month(moment: Any, months: Sequence[date], begins: Begins) -> Any:
    """The code of the month in which this lies; by comparing, for no engine but PostgreSQL knows Dutch time."""
    last = month_code(months[-1])
    if len(months) == 1:
        return peewee.Value(last)
    return Case(None, [(moment < begins(after), month_code(month)) for month, after in pairwise(months)], last)


def instant(value: Any) -> Any:
    """An instant that was `fetched`: SQLite gives it as text. In UTC or not, they are only compared and subtracted."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def fetched(query: peewee.Select) -> Iterator[tuple[Any, ...]]:
    """As the engine gives them: of many thousands of rows peewee's own reading would take most of the time."""
    return iter(database.execute(query))
