"""Erasing people without changing a figure: what their rows become, and numbers that are never given again."""

from typing import Any

import peewee

# Whose numbers the log names.
NUMBERED = ("account", "enrolment", "trajectory", "session", "referral")
COACHED = ("trajectory", "session")
NUMBER = '"id" INTEGER NOT NULL PRIMARY KEY'
COACH = '"coach_id" INTEGER NOT NULL'
ANY_COACH = '"coach_id" INTEGER'
COLUMNS = (("enrolment", "tally_person", "INTEGER"), ("trajectory", "tally_minutes", "INTEGER"))


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Coach(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach"

    class TalkDay(peewee.Model):
        id = peewee.AutoField()
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        talked_on = peewee.DateField()
        counts_from = peewee.DateField()
        counts_until = peewee.DateField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "talk_day"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((("programme", "talked_on", "coach", "counts_from", "counts_until"), True),)

    return [TalkDay]


def up(migrator: Any, db: peewee.Database) -> None:
    for table, column, kind in COLUMNS:
        db.execute_sql(f'ALTER TABLE {table} ADD COLUMN "{column}" {kind}')
    quick = "INTEGER" if on_sqlite(db) else "BOOLEAN"
    db.execute_sql(f'ALTER TABLE trajectory ADD COLUMN "tally_quick" {quick}')
    if on_sqlite(db):
        begin_counting_numbers(db)
        rewrite(db, NUMBERED, NUMBER, f"{NUMBER} AUTOINCREMENT")
        rewrite(db, COACHED, COACH, ANY_COACH)
    else:
        for table in COACHED:
            db.execute_sql(f"ALTER TABLE {table} ALTER COLUMN coach_id DROP NOT NULL")
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    """Without these columns nobody knows any more what is counted of who was erased: it goes."""
    db.drop_tables(models(db))
    db.execute_sql("DELETE FROM enrolment WHERE id < 0")
    if on_sqlite(db):
        rewrite(db, NUMBERED, f"{NUMBER} AUTOINCREMENT", NUMBER)
        rewrite(db, COACHED, ANY_COACH, COACH)
    else:
        for table in COACHED:
            db.execute_sql(f"ALTER TABLE {table} ALTER COLUMN coach_id SET NOT NULL")
    db.execute_sql("ALTER TABLE trajectory DROP COLUMN tally_quick")
    for table, column, _ in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {column}")


def on_sqlite(db: peewee.Database) -> bool:
    return isinstance(db, peewee.SqliteDatabase)


def begin_counting_numbers(db: peewee.Database) -> None:
    """The table in which SQLite remembers the highest number comes with the first table that needs it."""
    db.execute_sql("CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    db.execute_sql("DROP TABLE counted")


def rewrite(db: peewee.Database, tables: tuple[str, ...], words: str, instead: str) -> None:
    """Change what SQLite knows about columns; what is stored stays as it is.

    SQLite has no ALTER for this. Its manual gives this way for changes that leave the content alone ("Making Other
    Kinds Of Table Schema Changes"); copying the tables would set off every ON DELETE.
    """
    [(version,)] = db.execute_sql("PRAGMA schema_version").fetchall()
    db.execute_sql("PRAGMA writable_schema = ON")
    for table in tables:
        changed = db.execute_sql(
            "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?)",
            (words, instead, table, words),
        )
        assert changed.rowcount == 1, f"{table}: {words}"
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = OFF")
