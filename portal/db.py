"""One database behind one code: SQLite by default, PostgreSQL by DATABASE_URL.

Types are chosen so that both engines refuse the same rubbish: STRICT tables on SQLite, CHECK on lengths and codes
on both.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import peewee
from playhouse.db_url import parse

# So many milliseconds somebody waits for who writes the same; a busy machine makes a queue of sixteen last for seconds.
PATIENCE = 20_000
# On SQLite, which has no queue, they ask for so many milliseconds, so many times.
ASKS_FOR = 50
ASKS = PATIENCE // ASKS_FOR
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "FULL",
    "foreign_keys": 1,
    "busy_timeout": ASKS_FOR,
    "secure_delete": 1,
    "trusted_schema": 0,
}

ROWS_AT_ONCE = 500

database = peewee.DatabaseProxy()


class Sqlite(peewee.SqliteDatabase):
    """SQLite with strict tables: only INTEGER, REAL, TEXT and BLOB columns."""

    field_types = {
        **peewee.SqliteDatabase.field_types,
        "BOOL": "INTEGER",
        "DATE": "TEXT",
        "TIME": "TEXT",
        "UTC": "TEXT",
        "BIGINT": "INTEGER",
        "DOUBLE": "REAL",
    }

    def begin(self, lock_type: str | None = None) -> None:
        _taking_turns(partial(super().begin, lock_type))

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        return _taking_turns(partial(super().execute_sql, sql, params))


def _taking_turns(write: Callable[[], Any]) -> Any:
    """Wait for whoever writes now, with the same chances as all others who wait, and not for ever.

    SQLite has no queue of writers, and who waits longer asks less often: among many, one could be unlucky for long.
    """
    for _ in range(ASKS - 1):
        try:
            return write()
        except peewee.OperationalError as error:
            if getattr(error.__cause__ or error.__context__, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                raise
    return write()


class Postgres(peewee.PostgresqlDatabase):
    """PostgreSQL with instants as timestamptz."""

    field_types = {**peewee.PostgresqlDatabase.field_types, "UTC": "TIMESTAMPTZ"}


def _utc_text(value: datetime) -> str:
    """Fixed width, so that text sorts like time. Without a zone: the migration history only, UTCField refuses it."""
    if value.tzinfo is None:
        return value.isoformat(" ")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


sqlite3.register_adapter(datetime, _utc_text)
sqlite3.register_adapter(date, date.isoformat)
sqlite3.register_adapter(time, lambda value: value.strftime("%H:%M"))


def connect_to(url: str) -> peewee.Database:
    """The database at this address; raises ValueError for an engine that we do not know."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        path = url.removeprefix("sqlite:///")
        return Sqlite(path, pragmas=PRAGMAS, lock_type="IMMEDIATE", timeout=5)
    if scheme in ("postgres", "postgresql"):
        # Compiling a statement takes longer than what the statements of a page gain by it.
        options = f"-c timezone=UTC -c jit=off -c statement_timeout={PATIENCE + 5_000} -c lock_timeout={PATIENCE}"
        asked = {"connect_timeout": 5, "options": options, **parse(url, unquote_password=True)}
        return Postgres(**asked, prefer_psycopg3=True)
    raise ValueError("DATABASE_URL must start with sqlite:/// or postgresql://.")


def on_postgres() -> bool:
    return isinstance(database.obj, Postgres)


class Column(peewee.Field):
    """What a row has under the name of a column is a value; type checkers cannot know what peewee does to it."""

    if TYPE_CHECKING:

        def __get__(self, row: Any, table: Any) -> Any: ...

        def __set__(self, row: Any, value: Any) -> None: ...


class UTCField(Column):
    """An instant: aware UTC in and out; a datetime without a zone is refused."""

    field_type = "UTC"

    def db_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(f"{self.name}: an instant without a zone: use aware UTC datetimes.")
        return value

    def python_value(self, value: Any) -> Any:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        return value.astimezone(UTC) if isinstance(value, datetime) else value


class NumberField(Column, peewee.AutoField):
    """The number of a row that is never given again, not even when the row is gone: the log may still name it.

    PostgreSQL never does; SQLite has to be told.
    """

    def ddl(self, context: Any) -> Any:
        made = super().ddl(context)
        return made if on_postgres() else peewee.NodeList((made, peewee.SQL("AUTOINCREMENT")))


class WallTimeField(Column, peewee.TimeField):
    """A time on the clock on the wall, to the minute, without a date or zone."""

    def python_value(self, value: Any) -> Any:
        return time.fromisoformat(value) if isinstance(value, str) else value


class ShortText(Column, peewee.TextField):
    """Text of at most `longest` characters; both engines refuse more."""

    def __init__(self, longest: int = 200, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        super().bind(model, name, set_attribute)
        self.constraints = [peewee.Check(f"length({self.column_name}) <= {self.longest}")]


class CodeField(Column, peewee.TextField):
    """One code out of a StrEnum; both engines refuse any other."""

    def __init__(self, codes: type[StrEnum], **options: Any) -> None:
        super().__init__(**options)
        self.codes = codes

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        super().bind(model, name, set_attribute)
        listed = ", ".join(f"'{code.value}'" for code in self.codes)
        self.constraints = [peewee.Check(f"{self.column_name} IN ({listed})")]

    def db_value(self, value: Any) -> Any:
        return None if value is None else str(self.codes(value))

    def python_value(self, value: Any) -> Any:
        return None if value is None else self.codes(value)


class CodesField(Column, peewee.TextField):
    """A set of codes out of a StrEnum, stored as 'a;b'; for facts that are shown and matched, never joined."""

    def __init__(self, codes: type[StrEnum], **options: Any) -> None:
        super().__init__(default=frozenset, **options)
        self.codes = codes

    def db_value(self, value: Any) -> Any:
        chosen = {self.codes(code) for code in value}
        return ";".join(code.value for code in self.codes if code in chosen)

    def python_value(self, value: Any) -> Any:
        return frozenset(self.codes(code) for code in value.split(";") if code)

    def holding(self, code: StrEnum) -> peewee.Expression:
        """Rows whose set has this code."""
        return peewee.Value(";").concat(peewee.Cast(self, "TEXT")).concat(";").contains(f";{self.codes(code).value};")


class OnSqlite:
    """A table option that holds on SQLite only; PostgreSQL has no such words."""

    def __bool__(self) -> bool:
        return not on_postgres()


class Table(peewee.Model):
    """The base of every table."""

    id = peewee.AutoField()

    class Meta:
        database = database
        legacy_table_names = False
        strict_tables = OnSqlite()


@contextmanager
def transaction() -> Iterator[None]:
    """One use case: all of it or nothing. A writer from its first statement on SQLite."""
    with database.atomic():
        yield


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it was at one moment, while others go on writing. Nothing can be written in it."""
    with database.atomic("REPEATABLE READ READ ONLY" if on_postgres() else "DEFERRED"):
        yield


def after_commit(wake: Callable[[], object]) -> None:
    """Do this when the outermost transaction has been stored, not when it fails; once, however often it is asked.

    Which tasks wait is known to peewee alone, and not open; a test tells when that changes.
    """
    if wake not in database._state.commit_callbacks:
        database.after_commit(wake)


def gather_statistics() -> None:
    """Tell the engine how its tables are filled. Without it SQLite takes the wrong index for counting many talks.

    Quick: SQLite looks at a thousand rows per index only.
    """
    if not on_postgres():
        database.execute_sql("PRAGMA analysis_limit = 1000")
    database.execute_sql("ANALYZE")


def lock(row: Table) -> None:
    """Hold this row until the transaction ends, so that others who need it wait. SQLite holds everything already.

    Rows that merely refer to this one can still be written: else two who did that first would wait for each other.
    """
    if on_postgres():
        model = type(row)
        held = model.select(model._meta.primary_key).where(model._meta.primary_key == row.get_id())
        held.for_update("FOR NO KEY UPDATE").execute()


def hold_table(table: type[Table]) -> None:
    """Let nobody else write in this table until the transaction ends. SQLite holds everything already."""
    if on_postgres():
        database.execute_sql(f'LOCK TABLE "{table._meta.table_name}" IN SHARE ROW EXCLUSIVE MODE')


def mix_in(row: Table, *alike: peewee.Expression) -> None:
    """Store a row with a random `public_id` as its key among those like it, all of them anew in the order of their
    keys: so neither the place of a row nor the number of the transaction that wrote it says which came last."""
    table = type(row)
    hold_table(table)
    rows = [*table.select().where(*alike).dicts(), {name: row.__data__.get(name) for name in table._meta.fields}]
    table.delete().where(*alike).execute()
    for some in peewee.chunked(sorted(rows, key=itemgetter("public_id")), ROWS_AT_ONCE):
        table.insert_many(some).execute()


def broken_constraint(error: peewee.IntegrityError) -> str:
    """The name of the constraint that refused; SQLite's own UNIQUE says 'table.column' instead."""
    original = error.__cause__ or error.__context__ or error
    diagnosis = getattr(original, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    return name or str(error).removeprefix("UNIQUE constraint failed: ")
