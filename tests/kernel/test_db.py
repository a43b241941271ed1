"""What the tables take and refuse, on both engines; transactions and locks."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import db as kernel_db
from portal.access import Role
from portal.accounts.models import Account, Grant
from portal.availability.models import WeeklyHours
from portal.coaches.models import Coach
from portal.crypto import new_public_id
from portal.db import UTCField, after_commit, broken_constraint, connect_to, database, lock, on_postgres, transaction
from portal.enrolments.models import Enrolment
from portal.jobs import Heartbeat
from portal.programmes.codes import CallTime
from tests import factories
from tests.racing import at_once

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def write(table, column: str, value: object, row: peewee.Model) -> None:
    """Past the models, as somebody with a database tool would."""
    mark = "%s" if on_postgres() else "?"
    database.execute_sql(
        f'UPDATE "{table._meta.table_name}" SET {column} = {mark} WHERE id = {mark}', (value, row.get_id())
    )


def refused(table, column: str, value: object, row: peewee.Model) -> bool:
    try:
        with transaction():
            write(table, column, value, row)
    except (peewee.IntegrityError, peewee.DataError, peewee.ProgrammingError):
        return True
    return False


# -- instants


@pytest.mark.parametrize("moment", [NOON.replace(tzinfo=None), NOON.replace(year=1, tzinfo=None)])
def test_an_instant_without_a_zone_is_refused(db, moment):
    with pytest.raises(ValueError, match="without a zone"):
        Heartbeat.create(id=1, seen_at=moment)
    with pytest.raises(ValueError, match="without a zone"):
        list(Heartbeat.select().where(Heartbeat.seen_at < moment))


@pytest.mark.parametrize(
    "moment",
    [
        NOON,
        datetime(2026, 3, 2, 13, 0, tzinfo=ZoneInfo("Europe/Amsterdam")),
        datetime(2026, 3, 2, 5, 30, tzinfo=timezone(timedelta(hours=-6, minutes=-30))),
    ],
)
def test_an_instant_comes_back_in_utc(db, moment):
    Heartbeat.create(id=1, seen_at=moment)
    found = Heartbeat.get().seen_at
    assert found == NOON
    assert found.tzinfo is UTC


@pytest.mark.parametrize("microsecond", [0, 1, 120000, 999999])
def test_an_instant_keeps_its_microseconds(db, microsecond):
    moment = NOON.replace(microsecond=microsecond)
    Heartbeat.create(id=1, seen_at=moment)
    assert Heartbeat.get().seen_at == moment
    assert Heartbeat.select().where(Heartbeat.seen_at == moment).count() == 1


def test_both_sides_of_the_night_the_clock_goes_back_stay_apart(db):
    amsterdam = ZoneInfo("Europe/Amsterdam")
    summer = datetime(2026, 10, 25, 2, 30, tzinfo=amsterdam)
    Heartbeat.create(id=1, seen_at=summer)
    Heartbeat.create(id=2, seen_at=summer.replace(fold=1))
    first, second = [row.seen_at for row in Heartbeat.select().order_by(Heartbeat.seen_at)]
    assert second - first == timedelta(hours=1)


def test_instants_sort_in_the_database_as_in_time(db):
    moments = [NOON + timedelta(microseconds=step) for step in (0, 1, 10, 999_999, 1_000_000, 86_400_000_000)]
    moments += [datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=UTC)]
    for number, moment in enumerate(moments, 1):
        Heartbeat.create(id=number, seen_at=moment)
    assert [row.seen_at for row in Heartbeat.select().order_by(Heartbeat.seen_at)] == sorted(moments)


@given(moment=st.datetimes(min_value=NOON.replace(year=1000, tzinfo=None), timezones=st.timezones()))
def test_the_text_of_an_instant_has_a_fixed_width_on_sqlite(moment):
    with closing(sqlite3.connect(":memory:")) as connection:
        text = connection.execute("SELECT ?", (moment,)).fetchone()[0]
    assert len(text) == len("2026-03-02T12:00:00.000000Z")
    assert UTCField().python_value(text) == moment.astimezone(UTC)


# -- other types


def test_wall_times_and_days_come_back_as_they_were(db, people):
    coach = Coach.create(public_id=new_public_id(), account=people.bram, created_at=NOON)
    hours = WeeklyHours.create(
        coach=coach, weekday=0, opens=time(8, 5), closes=time(17, 0), valid_from=date(2026, 3, 29)
    )
    found = WeeklyHours.get_by_id(hours.id)
    assert (found.opens, found.closes, found.valid_from) == (time(8, 5), time(17, 0), date(2026, 3, 29))


def test_a_code_comes_back_as_a_code_and_another_is_refused(db, people):
    grant = Grant.get(Grant.account == people.noor)
    assert grant.role is Role.PARTICIPANT
    with pytest.raises(ValueError, match="king"):
        Grant.create(account=people.noor, role="king")
    assert refused(Grant, "role", "king", grant)
    assert not refused(Grant, "role", "coach", grant)


def test_codes_come_back_as_a_set(db, people):
    made = factories.enrolment(people.noor)
    Enrolment.update(call_times={CallTime.EVENING, CallTime.MORNING}).where(Enrolment.id == made.id).execute()
    assert Enrolment.get_by_id(made.id).call_times == {CallTime.MORNING, CallTime.EVENING}
    with pytest.raises(ValueError, match="midnight"):
        Enrolment.update(call_times={"midnight"}).execute()


@pytest.mark.parametrize(
    ("column", "longest"), [("first_name", 100), ("last_name", 100), ("phone", 20), ("language", 5), ("email", 254)]
)
@pytest.mark.parametrize("character", ["a", "é", "ĳ", "👩‍⚕️"[:1]])
def test_a_text_may_be_as_long_as_it_says_counted_in_characters(db, people, column, longest, character):
    assert not refused(Account, column, character * longest, people.noor)
    assert refused(Account, column, character * (longest + 1), people.noor)


@pytest.mark.parametrize(("table", "column", "value"), [
    (Account, "created_at", None),
    (Account, "blocked_at", 12),
    (Grant, "account_id", "een"),
    (Grant, "account_id", 999_999),
    (Grant, "region_id", "RA9999"),
])  # fmt: skip
def test_a_value_of_another_kind_is_refused_by_the_database(db, people, table, column, value):
    row = people.noor if table is Account else Grant.get(Grant.account == people.noor)
    assert refused(table, column, value, row) or (column, on_postgres()) == ("blocked_at", False)


def test_tables_are_strict_on_sqlite(db):
    if on_postgres():
        return
    loose = [name for name, sql in database.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
             if name not in ("schema_migration", "sqlite_sequence") and "STRICT" not in sql]  # fmt: skip
    assert loose == []


def test_a_text_in_a_whole_number_is_refused(db, people):
    assert refused(Enrolment, "pc4", "abc", factories.enrolment(people.noor))
    assert refused(Enrolment, "pc4", 999, factories.enrolment(people.noor))


@pytest.mark.parametrize("url", ["mysql://localhost/portal", "portal.db", "", "postgresql+psycopg://localhost/portal"])
def test_an_engine_that_we_do_not_know_is_refused(url):
    with pytest.raises(ValueError, match="DATABASE_URL"):
        connect_to(url)


def test_sqlite_is_told_to_be_careful(db):
    if on_postgres():
        return
    asked = ["journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete", "trusted_schema"]
    told = {name: database.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in asked}
    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 50,
        "secure_delete": 1,
        "trusted_schema": 0,
    }


@pytest.fixture
def writer(db, memory):
    """Somebody else who writes to the same file; None on PostgreSQL."""
    if on_postgres():
        yield None
        return
    other = sqlite3.connect(memory / "test.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_writer_on_sqlite_waits_for_the_one_before(writer):
    if writer is None:
        return
    done = threading.Timer(0.3, writer.rollback)
    done.start()
    with transaction():
        Heartbeat.create(seen_at=datetime(2026, 3, 2, tzinfo=UTC))
    done.join()
    assert Heartbeat.select().count() == 1


def test_a_writer_on_sqlite_does_not_wait_for_ever(writer, monkeypatch):
    if writer is None:
        return
    monkeypatch.setattr(kernel_db, "ASKS", 3)
    with pytest.raises(peewee.OperationalError, match="locked"):
        Heartbeat.create(seen_at=datetime(2026, 3, 2, tzinfo=UTC))


# -- transactions


class Broken(Exception):
    pass


def broken() -> None:
    raise Broken


def in_one_transaction(*steps) -> None:
    with transaction():
        for step in steps:
            step()


def test_a_transaction_is_stored_whole_or_not_at_all(db, people):
    noor = people.noor
    with pytest.raises(Broken):
        in_one_transaction(lambda: write(Account, "first_name", "Anders", noor), broken)
    assert Account.get_by_id(noor.id).first_name == "Noor"
    with transaction():
        write(Account, "first_name", "Anders", noor)
    assert Account.get_by_id(noor.id).first_name == "Anders"


def test_what_waits_for_the_transaction_happens_after_it_and_only_when_it_is_stored(db):
    happened = []
    with transaction():
        with transaction():
            after_commit(lambda: happened.append("inner"))
        assert happened == []
    assert happened == ["inner"]
    with pytest.raises(Broken):
        in_one_transaction(lambda: after_commit(lambda: happened.append("never")), broken)
    assert happened == ["inner"]
    after_commit(lambda: happened.append("without a transaction"))
    assert happened == ["inner", "without a transaction"]


def test_a_broken_constraint_is_known_by_name(db, people):
    noor = people.noor
    with pytest.raises(peewee.IntegrityError) as caught, transaction():
        factories.account("Noor", Role.PARTICIPANT)
    assert broken_constraint(caught.value) == ("account_email_key" if on_postgres() else "account.email_key")
    with pytest.raises(peewee.IntegrityError) as caught, transaction():
        write(Enrolment, "pc4", 12, factories.enrolment(noor))
    assert "enrolment_pc4" in broken_constraint(caught.value)


def test_who_locks_a_row_reads_and_writes_it_without_being_overtaken(db, people):
    noor = people.noor
    write(Account, "phone", "0", noor)

    def count_up(number: int) -> None:
        with transaction():
            lock(noor)
            fresh = Account.get_by_id(noor.id)
            write(Account, "phone", str(int(fresh.phone) + 1), noor)

    assert at_once(count_up, times=8) == [None] * 8
    assert Account.get_by_id(noor.id).phone == "8"
