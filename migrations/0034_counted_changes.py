"""That something changed which counts: noted by the database itself, so that no way to write can forget it."""

from collections.abc import Iterator
from typing import Any

import peewee

# What counting reads, by table; of a table without columns it reads all that changes.
COUNTED: dict[str, str] = {
    "enrolment": "programme, participant_id, region_id, branch, origin, status, status_at, close_reason, submitted_at,"
    " enrolled_at, tally_person",
    "enrolment_event": "",
    "enrolment_theme": "",
    "trajectory": "enrolment_id, participant_id, programme, status, matched_at, first_contact_at, closed_at,"
    " close_reason, tally_quick, tally_minutes",
    "referral": "",
    "coach": "programmes, status, available_from, withdrawn_on, blocked_on, continued_to",
    "coach_region": "",
    "talk_day": "",
    "evaluation_invitation": "",
    "evaluation_answer": "",
}
# A talk counts from its outcome.
OUTCOMES = "('held', 'no_show')"
OLD, NEW = f"OLD.status IN {OUTCOMES}", f"NEW.status IN {OUTCOMES}"
SQLITE_TALKS = {"INSERT": NEW, "UPDATE": f"{OLD} OR {NEW}", "DELETE": OLD}
POSTGRES_TALKS = {
    "INSERT": "NEW TABLE AS changed",
    "UPDATE": "OLD TABLE AS changed NEW TABLE AS became",
    "DELETE": "OLD TABLE AS changed",
}


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class CountedChange(peewee.Model):
        id = peewee.AutoField()
        token = peewee.BigIntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "counted_change"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [CountedChange]


def on_sqlite(db: peewee.Database) -> bool:
    return isinstance(db, peewee.SqliteDatabase)


def deeds(columns: str) -> Iterator[tuple[str, str]]:
    yield "insert", "INSERT"
    yield "update", f"UPDATE OF {columns}" if columns else "UPDATE"
    yield "delete", "DELETE"


def sqlite_triggers() -> Iterator[str]:
    """Who writes is alone: one row is enough. Written over and not replaced: what a statement does with conflicts (OR
    IGNORE) would hold for its triggers too."""
    yield "INSERT INTO counted_change (token) VALUES (random())"
    note = "BEGIN UPDATE counted_change SET token = random(); END"
    for table, columns in COUNTED.items():
        for name, deed in deeds(columns):
            yield f"CREATE TRIGGER counted_{table}_{name} AFTER {deed} ON {table} {note}"
    for deed, condition in SQLITE_TALKS.items():
        yield f"CREATE TRIGGER counted_session_{deed.lower()} AFTER {deed} ON session WHEN {condition} {note}"


def postgres_triggers() -> Iterator[str]:
    """Who writes at the same time must not wait for each other: each adds a row."""
    note = "INSERT INTO counted_change (token) VALUES ((random() * 9007199254740992)::bigint);"
    yield f"""CREATE FUNCTION counted_change() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN {note} RETURN NULL; END $$"""
    for table, columns in COUNTED.items():
        for name, deed in deeds(columns):
            yield f"""CREATE TRIGGER counted_{table}_{name} AFTER {deed} ON {table}
                      FOR EACH STATEMENT EXECUTE FUNCTION counted_change()"""
    for deed, rows in POSTGRES_TALKS.items():
        became = f" OR EXISTS (SELECT FROM became WHERE status IN {OUTCOMES})" if "became" in rows else ""
        name = f"counted_session_{deed.lower()}"
        yield f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN IF EXISTS (SELECT FROM changed WHERE status IN {OUTCOMES}){became} THEN {note} END IF;
                  RETURN NULL; END $$"""
        yield f"""CREATE TRIGGER {name} AFTER {deed} ON session REFERENCING {rows}
                  FOR EACH STATEMENT EXECUTE FUNCTION {name}()"""


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))
    for statement in sqlite_triggers() if on_sqlite(db) else postgres_triggers():
        db.execute_sql(statement)


def down(migrator: Any, db: peewee.Database) -> None:
    for table in [*COUNTED, "session"]:
        for deed in ("insert", "update", "delete"):
            db.execute_sql(f"DROP TRIGGER counted_{table}_{deed}" + ("" if on_sqlite(db) else f" ON {table}"))
    if not on_sqlite(db):
        for name in ("counted_change", *(f"counted_session_{deed.lower()}" for deed in POSTGRES_TALKS)):
            db.execute_sql(f"DROP FUNCTION {name}()")
    db.drop_tables(models(db))
