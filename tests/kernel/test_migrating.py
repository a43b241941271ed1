"""Migrations: up, down and up again; what they make is what the models say, constraint by constraint."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from portal import migrating
from portal.config import Settings
from portal.db import connect_to, database, on_postgres
from portal.migrating import MIGRATIONS, NOT_A_MODEL_INDEX
from tests.racing import at_once

NAMES = sorted(path.stem for path in MIGRATIONS.glob("0*.py"))
HISTORY = "schema_migration"


def rows(sql: str) -> list[tuple]:
    return database.execute_sql(sql).fetchall()


@pytest.fixture
def go_to_empty(app, migrated: Settings, memory) -> Iterator[Callable[[str], Settings]]:
    """Points the portal at an empty database of a name, beside the one of the tests."""
    tested = database.obj

    def back() -> None:
        database.close()
        database.initialize(tested)

    def go(name: str) -> Settings:
        back()
        url = f"sqlite:///{memory / name}.db"
        if on_postgres():
            url = migrated.database_url.replace("/postgres?", f"/{name}?")
            database.execute_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            database.execute_sql(f'CREATE DATABASE "{name}"')
        for leftover in memory.glob(f"{name}.*"):
            leftover.unlink()
        database.close()
        database.initialize(connect_to(url))
        return replace(migrated, database_url=url)

    yield go
    back()


@pytest.fixture
def empty(go_to_empty) -> Settings:
    return go_to_empty("empty")


def everything_made() -> dict[str, str]:
    """Every table, column, constraint and index by name, as the engine describes it."""
    if on_postgres():
        return dict(
            rows(
                """SELECT 'column ' || table_name || '.' || column_name,
                          concat_ws(' ', data_type, is_nullable, identity_generation, column_default)
                   FROM information_schema.columns WHERE table_schema = 'public'"""
            )
            + rows(
                """SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
                   FROM pg_constraint WHERE connamespace = 'public'::regnamespace"""
            )
            + rows("SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        )
    found = rows("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: re.sub(r"\s+", " ", sql).replace(" IF NOT EXISTS", "") for name, sql in found}


def parts_of(definition: str) -> set[str]:
    """What a table of SQLite is made of, whether it was there from the beginning or came later: without the values that
    a new column gave to old rows, and with the checks and references of columns beside them."""
    body = definition.partition("(")[2].rpartition(")")[0]
    depth, parts = 0, [""]
    for letter in body:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    plain = [re.sub(r" DEFAULT ('\w*'|\w+)", "", part.strip()) for part in parts]
    apart = [re.sub(r'^("\w+") (\w+) (REFERENCES .*)$', r"\1 \2\nFOREIGN KEY (\1) \3", part) for part in plain]
    named = re.compile(r'^(".*) (CONSTRAINT "\w+" CHECK .*)$')
    pieces = [piece for part in apart for piece in part.split("\n")]
    return {one for piece in pieces for one in (named.match(piece).groups() if named.match(piece) else [piece])}


def made_for_models(made: dict[str, str]) -> dict[str, str]:
    """Without the history, triggers and constraints that only migrations make."""
    by_hand = ("trigger ", f"table {HISTORY}", f"column {HISTORY}.", f"constraint {HISTORY}.", f"index {HISTORY}")
    return {
        name: text
        for name, text in made.items()
        if not name.startswith(by_hand) and not any(hidden in name for hidden in NOT_A_MODEL_INDEX)
    }


def test_every_migration_has_its_own_number():
    numbers = [int(name[:4]) for name in NAMES]
    assert numbers == sorted(set(numbers))


def test_up_down_and_up_again(empty):
    assert migrating.upgrade(empty) == NAMES
    first = everything_made()
    assert migrating.pending() == []
    taken_back = [name for _ in NAMES for name in migrating.downgrade(empty)]
    assert taken_back == NAMES[::-1]
    assert migrating.downgrade(empty) == []
    assert made_for_models(everything_made()).keys() <= {"table sqlite_sequence"}
    assert migrating.pending() == NAMES
    assert migrating.upgrade(empty) == NAMES
    assert everything_made() == first


def test_every_step_goes_back_and_forth(empty):
    for name in NAMES:
        assert migrating.runner().up(target=name) == [name]
        made = everything_made()
        assert migrating.downgrade(empty) == [name]
        migrating.runner().up(target=name)
        assert everything_made() == made, name


def test_the_tables_are_what_the_models_say(go_to_empty):
    migrating.upgrade(go_to_empty("migrations"))
    assert migrating.drift() == []
    by_migrations = made_for_models(everything_made())
    go_to_empty("models")
    database.create_tables(migrating.all_tables())
    by_models = made_for_models(everything_made())
    assert by_migrations.keys() == by_models.keys()
    differing = {name for name, text in by_migrations.items() if text != by_models[name]}
    altered = {name for name in differing if name.startswith("table ") and not on_postgres()}
    for name in altered:
        assert parts_of(by_migrations[name]) == parts_of(by_models[name])
    assert differing == altered


def test_two_processes_that_upgrade_at_once_do_it_once(empty):
    done = at_once(lambda number: migrating.upgrade(empty), times=2)
    assert sorted(done) == [[], NAMES]
    assert migrating.drift() == []


# -- the command


def check(app) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["db", "check"])
    return result.exit_code, result.output


def test_check_is_content_with_tables_that_are_up_to_date(app):
    assert check(app) == (0, "tables are up to date\n")


def test_check_names_what_is_pending(app, empty):
    migrating.runner().up(target=NAMES[1])
    assert check(app) == (1, "".join(f"pending: {name}\n" for name in NAMES[2:]))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("ALTER TABLE heartbeat ADD COLUMN mood TEXT", "column unknown: heartbeat.mood"),
        ("ALTER TABLE draft DROP COLUMN created_at", "column missing: draft.created_at"),
        ("DROP TABLE heartbeat", "table missing: heartbeat"),
        ("DROP INDEX audit_entry_actor_id_at", "index missing: "),
        ("CREATE INDEX by_mood ON heartbeat (seen_at)", "index unknown: "),
    ],
)
def test_check_names_where_tables_differ_from_the_models(app, empty, change, problem):
    migrating.upgrade(empty)
    database.execute_sql(change)
    status, said = check(app)
    assert status == 1
    assert said.startswith(problem), said


def test_check_says_in_one_line_that_there_is_no_database(app, empty):
    database.initialize(connect_to("postgresql://nobody@/nothing?host=/nowhere&connect_timeout=1"))
    status, said = check(app)
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("database: OperationalError")


def test_upgrade_and_downgrade_by_command_say_what_they_did(app, empty, monkeypatch):
    monkeypatch.setitem(app.extensions, "portal", empty)
    run = app.test_cli_runner().invoke
    assert run(args=["db", "upgrade"]).output == "".join(f"applied {name}\n" for name in NAMES)
    assert run(args=["db", "upgrade"]).output == ""
    assert run(args=["db", "downgrade"]).output == f"reverted {NAMES[-1]}\n"
