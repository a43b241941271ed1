"""Worlds that take long to make: each is made once by a process on an engine, and put back for whoever asks again."""

import copy
import sqlite3
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from portal import migrating
from portal.db import database

T = TypeVar("T")


class Kept:
    """What was stored and what was made, by name, on one engine. Reference tables stay as they are."""

    def __init__(self, tables: Iterable[str], *, on_sqlite: bool) -> None:
        self.tables = list(tables)
        self.keep = self._as_file if on_sqlite else self._as_schema
        self.made: dict[Hashable, tuple[object, Callable[[], None]]] = {}

    def __call__(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, of one's own, and the database as it was then. Ask before you store anything."""
        if name in self.made:
            self.made[name][1]()
        else:
            made = make()
            self.made[name] = made, self.keep(len(self.made))
        return copy.deepcopy(self.made[name][0])  # type: ignore[return-value]

    def _as_file(self, number: int) -> Callable[[], None]:
        kept = sqlite3.connect(":memory:")
        database.connection().backup(kept)
        return lambda: kept.backup(database.connection())

    def _as_schema(self, number: int) -> Callable[[], None]:
        """Numbers that were given are not given again, so sequences may stay where they are."""
        copies = "; ".join(f'CREATE UNLOGGED TABLE kept_{number}."{t}" AS TABLE "{t}"' for t in self.tables)
        database.execute_sql(f"CREATE SCHEMA kept_{number}; {copies}")
        back = "; ".join(f'DELETE FROM "{t}"; INSERT INTO "{t}" TABLE kept_{number}."{t}"' for t in self.tables)
        return lambda: database.execute_sql(without_looking_after_keys(back)) and None


def without_looking_after_keys(statements: str) -> str:
    """For PostgreSQL: with neither triggers nor foreign keys, so in any order."""
    return f"SET session_replication_role = replica; {statements}; RESET session_replication_role"


def tables_but(reference: Iterable[str]) -> list[str]:
    """The names of all tables but these, each after those it refers to."""
    return [name for table in migrating.all_tables() if (name := table._meta.table_name) not in set(reference)]
