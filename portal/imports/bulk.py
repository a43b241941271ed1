"""Many rows at once: every value passes its field, and no statement is built twice."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import peewee

from portal.db import Table, database, on_postgres

ROWS_AT_ONCE = 2000
IDS_AT_ONCE = 500
Row = dict[str, Any]


class Store:
    """Writes inside the transaction of the caller, and tells how many rows it wrote."""

    def __init__(self, told: Callable[[int], None] = lambda rows: None) -> None:
        self._told = told

    def insert(self, table: type[Table], rows: Sequence[Row]) -> None:
        """All rows have the same columns; what they leave out has its default."""
        if not rows:
            return
        given = rows[0].keys()
        fields = [field for field in table._meta.sorted_fields if field.name in given or field.default is not None]
        columns = ", ".join(f'"{field.column_name}"' for field in fields)
        marks = ", ".join([_mark()] * len(fields))
        readers = [_reader(field, given) for field in fields]
        sql = f'INSERT INTO "{table._meta.table_name}" ({columns}) VALUES ({marks})'  # noqa: S608  (names of our own)
        self._send(sql, readers, rows)

    def update(self, table: type[Table], rows: Sequence[Row]) -> None:
        """Every row has its `id`, and all of them the same other columns."""
        if not rows:
            return
        fields = [table._meta.fields[name] for name in rows[0] if name != "id"]
        changes = ", ".join(f'"{field.column_name}" = {_mark()}' for field in fields)
        readers = [_reader(field, rows[0].keys()) for field in [*fields, table._meta.fields["id"]]]
        sql = f'UPDATE "{table._meta.table_name}" SET {changes} WHERE id = {_mark()}'  # noqa: S608  (names of our own)
        self._send(sql, readers, rows)

    def delete(self, table: type[Table], column: peewee.Field, ids: Iterable[int], *conditions: Any) -> None:
        for some in peewee.chunked(ids, IDS_AT_ONCE):
            table.delete().where(column.in_(some), *conditions).execute()

    def _send(self, sql: str, readers: Sequence[Callable[[Row], Any]], rows: Sequence[Row]) -> None:
        cursor = database.cursor()
        for some in peewee.chunked(rows, ROWS_AT_ONCE):
            with peewee.__exception_wrapper__:
                cursor.executemany(sql, [[read(row) for read in readers] for row in some])
            self._told(len(some))


def _mark() -> str:
    return str(database.obj.param)


def _reader(field: peewee.Field, given: Iterable[str]) -> Callable[[Row], Any]:
    """What this column gets out of a row, as the engine wants it."""
    if field.name in given:
        name, value_of = field.name, field.db_value
        return lambda row: value_of(row[name])
    default = field.db_value(field.default() if callable(field.default) else field.default)
    return lambda row: default


def new_ids(table: type[Table], number: int) -> list[int]:
    """Keys for so many new rows, which nobody else gets. On SQLite the transaction of the caller keeps others out."""
    if not number:
        return []
    if on_postgres():
        name = table._meta.table_name
        found = database.execute_sql(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", (f'"{name}"', number)
        )
        return [id for (id,) in found.fetchall()]
    last = max(table.select(peewee.fn.MAX(table.id)).scalar() or 0, _last_ever(table))
    return list(range(last + 1, last + 1 + number))


def _last_ever(table: type[Table]) -> int:
    """Of tables that never give a number again, the highest that they gave."""
    if not database.execute_sql("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").fetchall():
        return 0
    given = database.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table._meta.table_name,))
    return max((seq for (seq,) in given.fetchall()), default=0)
