"""Worlds that take long to make: each is made once by a process on an engine, and put back for whoever asks again."""

import copy
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeVar

from portal.db import database, on_postgres

T = TypeVar("T")


class Kept:
    """What was stored and what was made, by name, on one engine. Reference tables stay as they are."""

    def __init__(self, tables: list[str]) -> None:
        self.tables = tables
        self.made: dict[Hashable, tuple[object, Callable[[], None]]] = {}

    def __call__(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, of one's own, and the database as it was then. Ask before you store anything."""
        if name in self.made:
            self.made[name][1]()
        else:
            made = make()
            keep = self._as_schema if on_postgres() else self._as_file
            self.made[name] = made, keep(len(self.made))
        return copy.deepcopy(self.made[name][0])  # type: ignore[return-value]

    def _as_file(self, number: int) -> Callable[[], None]:
        path = Path(database.database).with_name(f"kept_{number}.db")
        _copy_all(database.connection(), path)
        return lambda: _copy_all(path, database.connection())

    def _as_schema(self, number: int) -> Callable[[], None]:
        """Numbers that were given are not given again, so sequences may stay where they are."""
        copies = "; ".join(f'CREATE UNLOGGED TABLE kept_{number}."{t}" AS TABLE "{t}"' for t in self.tables)
        database.execute_sql(f"CREATE SCHEMA kept_{number}; {copies}")
        back = "; ".join(f'DELETE FROM "{t}"; INSERT INTO "{t}" TABLE kept_{number}."{t}"' for t in self.tables)
        return lambda: database.execute_sql(without_looking_after_keys(back)) and None


def _copy_all(of: sqlite3.Connection | Path, to: sqlite3.Connection | Path) -> None:
    with ExitStack() as opened:
        source, target = (
            opened.enter_context(closing(sqlite3.connect(one))) if isinstance(one, Path) else one for one in (of, to)
        )
        source.backup(target)


def without_looking_after_keys(statements: str) -> str:
    """For PostgreSQL: with neither triggers nor foreign keys, so in any order."""
    return f"SET session_replication_role = replica; {statements}; RESET session_replication_role"
