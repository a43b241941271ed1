"""What was counted is remembered, until anything that counting reads is written: by whomever, on both engines."""

import re
from collections import defaultdict
from datetime import date
from random import Random
from typing import Any

import pytest

from portal.coaches.models import Coach, CoachRegion
from portal.counting import actions, queries
from portal.counting.models import CountedChange, TalkDay
from portal.counting.periods import Period
from portal.counting.rules import By, Scope
from portal.db import Table, database
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation
from portal.programmes.codes import ProgrammeCode, TalkKind
from portal.referrals.models import Referral
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory
from tests.counting.rows import ECZ, Rows, at
from tests.counting.test_recount import random_rows
from tests.factories import TWENTE
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("db")
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
SCOPES = [Scope(programme, YEAR, date(2026, 3, 31), region) for programme in ProgrammeCode for region in (None, TWENTE)]
# Where numbers of a scope come from; regions come with the portal.
COUNTED = {
    table._meta.table_name: table
    for table in (
        Enrolment, EnrolmentEvent, EnrolmentTheme, Trajectory, Session, Referral, Coach, CoachRegion, TalkDay,
        EvaluationInvitation, EvaluationAnswer,
    )
}  # fmt: skip


@pytest.fixture
def stored(db) -> Rows:
    """Something in every table that counting reads; the newest coach has nobody, and can go."""
    rows = random_rows(Random(1))
    rows.store()
    (lone := Rows(first_number=3_000_000)).coach()
    lone.store()
    coach, day = rows[Coach][0]["id"], date(2025, 7, 1)
    CoachRegion.create(coach=coach, region=TWENTE)
    TalkDay.create(coach=coach, programme=ECZ, talked_on=day, counts_from=day, counts_until=date.max)
    return rows


def read_by_counting() -> dict[str, set[str]]:
    """The columns of each table that counting asks for, by what it sends to the database."""
    with statements() as sent:
        for kind, source in queries.SOURCES.items():
            splits = [by for by, kinds in queries.FACTS_BY.items() if kind in kinds]
            for scope in SCOPES:
                for by in (None, *splits):
                    list(source(scope, by))
        queries.count_by(SCOPES[0], By.DESTINATION)
    found: dict[str, set[str]] = defaultdict(set)
    for query in sent:
        named = re.findall(r'(?:FROM|JOIN) "(\w+)" AS "(\w+)"', query.sql)  # One name may stand for several tables.
        assert {table for table, _ in named} <= {*COUNTED, CountedChange._meta.table_name}
        for alias, column in re.findall(r'"(\w+)"\."(\w+)"', query.sql):
            for table in (table for table, name in named if name == alias and table in COUNTED):
                if column != "id" and column in COUNTED[table]._meta.columns:
                    found[table].add(column)
    return found


def is_noted(statement: str) -> bool:
    """Whether this is noted; afterwards all is as it was, and that is seen too."""
    before = queries._changes()
    with database.atomic() as attempt:
        database.execute_sql(statement)
        noted = queries._changes() != before
        attempt.rollback()
    assert queries._changes() == before
    return noted


def test_a_change_of_any_column_that_counting_reads_is_noted(stored):
    read = read_by_counting()
    assert read.keys() == COUNTED.keys()
    assert len(read["enrolment"]) >= 9
    for table, columns in read.items():
        for column in columns:
            assert is_noted(f'UPDATE "{table}" SET "{column}" = "{column}"'), f"{table}.{column}"


def newest(table: type[Table]) -> tuple[Any, dict[str, Any]]:
    """What holds of the newest row only, and its values."""
    key = table._meta.primary_key
    values = table.select().order_by(key.desc()).dicts().first()
    return key == values[key.name], values


@pytest.mark.parametrize("table", COUNTED.values())
def test_what_goes_and_what_comes_is_noted(stored, table):
    only, values = newest(table)
    before = queries._changes()
    table.delete().where(only).execute()
    assert (gone := queries._changes()) != before
    table.insert(values).on_conflict_ignore().execute()  # What a statement ignores is never the note.
    assert queries._changes() not in (gone, before)


@pytest.mark.parametrize("status", sorted({*SessionStatus} - {SessionStatus.HELD, SessionStatus.NO_SHOW}))
def test_a_talk_that_does_not_count_is_not_noted(db, status):
    rows = Rows()
    trajectory = rows.couple(rows.enrol(at("2025-07-01")), coach := rows.coach(), at("2025-07-02"))
    rows.store()
    before = queries._changes()
    talks = Rows(first_number=2_000_000)
    talk = talks.talk(trajectory, at("2025-07-03"), coach=coach, status=status, kind=TalkKind.TALK)
    talks.store()
    assert queries._changes() == before
    Session.update(status=SessionStatus.HELD).where(Session.id == talk).execute()
    assert queries._changes() != before


def test_what_is_remembered_is_what_would_be_counted(stored):
    """Whatever is written, in whatever order, also when it is taken back."""
    chance = Random(7)
    for _ in range(25):
        with database.atomic() as attempt:
            change_something(chance)
            compare()
            if chance.random() < 0.3:
                attempt.rollback()
        compare()


def compare() -> None:
    for scope in SCOPES[:3]:
        for kind, source in queries.SOURCES.items():
            [remembered] = queries._counted_now([kind], scope, None)
            assert remembered == queries._counted.__wrapped__((0, 0), kind, scope, None), source


def change_something(chance: Random) -> None:
    table: type[Table] = chance.choice([Enrolment, Trajectory, Session, Coach, Referral, EvaluationInvitation])
    rows = [id for (id,) in table.select(table._meta.primary_key).order_by(table._meta.primary_key).tuples()]
    if chance.random() < 0.2:
        table.delete().where(table._meta.primary_key == chance.choice(rows)).execute()
        return
    one, other = chance.sample(rows, 2)
    values = table.select().where(table._meta.primary_key == other).dicts().get()
    free = {"status", "region", "programme", "starts_at", "closed_at", "withdrawn_on", "kind", "answered", "matched_at"}
    table.update({name: values[name] for name in free & values.keys()}).where(table._meta.primary_key == one).execute()


def test_counting_again_asks_only_whether_anything_changed(stored):
    first = queries.count(SCOPES[0])
    with statements() as sent:
        assert queries.count(SCOPES[0]) == first
    assert len(sent) == 1


def test_tidying_up_leaves_one_change_and_counts_once_more(stored):
    before = queries._changes()
    actions.tidy_changes()
    assert CountedChange.select().count() == 1
    assert queries._changes() != before
