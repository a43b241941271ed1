"""Bringing the tables up to date, by command and under a lock; comparing them with the models."""

import fcntl
import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import peewee
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

import portal
from portal.config import ROOT, Settings
from portal.db import Table, database, on_postgres

MIGRATIONS = ROOT / "migrations"
ADVISORY_LOCK = 7_203_114
# The exclusion constraints of PostgreSQL look like indexes that no model knows.
NOT_A_MODEL_INDEX = frozenset({"block_coach_never_overlaps", "block_participant_never_overlaps"})


def runner() -> Runner:
    return Runner(database.obj, directory=str(MIGRATIONS))


@contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """Only one process migrates; the others wait and then find nothing left to do."""
    if on_postgres():
        database.execute_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        try:
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (ADVISORY_LOCK,))
    else:
        path = Path(settings.database_url.removeprefix("sqlite:///")).with_suffix(".migrating")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def upgrade(settings: Settings) -> list[str]:
    """Apply every pending migration; returns their names."""
    with one_at_a_time(settings):
        applied: list[str] = runner().up()
        return applied


def downgrade(settings: Settings) -> list[str]:
    """Revert the newest migration; returns its name, or nothing when there is none."""
    with one_at_a_time(settings):
        reverted: list[str] = runner().down()
        return reverted


def pending() -> list[str]:
    return [migration.name for migration in runner().status() if migration.applied is None]


def all_tables() -> list[type[Table]]:
    """Every table of the kernel and of the features."""
    _read_models()
    return peewee.sort_models(_descendants(Table))


@cache
def _read_models() -> None:
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if module.name.rsplit(".", 1)[-1] == "models":
            importlib.import_module(module.name)


def _descendants(table: type[Table]) -> set[type[Table]]:
    return {child for direct in table.__subclasses__() for child in {direct} | _descendants(direct)}


def drift() -> list[str]:
    """Where the tables differ from the models; empty when all is well."""
    diff = diff_models(database.obj, all_tables())
    return [f"table missing: {model._meta.table_name}" for model in diff.create_tables] + [
        *(f"column missing: {field.model._meta.table_name}.{field.column_name}" for field in diff.add_columns),
        *(f"column unknown: {table}.{column}" for table, column in diff.drop_columns),
        *(f"index missing: {index.display('')}" for index in diff.add_indexes),
        *(f"index unknown: {i.display('')}" for i in diff.drop_indexes if i.name not in NOT_A_MODEL_INDEX),
    ]
