"""Rhythm of weekly hours, extra hours, and what a coach wants of bookings."""

from typing import Any

import peewee

from portal.db import UTCField, WallTimeField

COLUMNS = {
    "weekly_hours": {
        "weeks": "TEXT NOT NULL DEFAULT 'all' CHECK (weeks IN ('all', 'odd', 'even'))",
        "every": 'INTEGER NOT NULL DEFAULT 1 CONSTRAINT "weekly_hours_every" CHECK (every BETWEEN 1 AND 12)',
    },
    "coach": {
        "intro_minutes": 'INTEGER NOT NULL DEFAULT 30 CONSTRAINT "coach_intro_minutes" CHECK (intro_minutes BETWEEN 15 AND 180)',
        "notice_working_days": "INTEGER",
        "move_notice_hours": "INTEGER NOT NULL DEFAULT 4",
        "cancel_notice_hours": "INTEGER NOT NULL DEFAULT 0",
        "most_per_day": "INTEGER",
        "most_per_week": "INTEGER",
        "works_on_holidays": "{boolean} NOT NULL DEFAULT {false}",
    },
}


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Coach(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach"

    class ExtraHours(peewee.Model):
        id = peewee.AutoField()
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        on_day = peewee.DateField()
        opens = WallTimeField()
        closes = WallTimeField()
        created_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "extra_hours"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [ExtraHours]


def up(migrator: Any, db: peewee.Database) -> None:
    words = {"boolean": "INTEGER", "false": "0"} if isinstance(db, peewee.SqliteDatabase) else {"boolean": "BOOLEAN", "false": "FALSE"}
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            db.execute_sql(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind.format(**words)}')
            if not isinstance(db, peewee.SqliteDatabase):  # What was there has its value now; new rows bring their own.
                db.execute_sql(f"ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT")
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
    for table, columns in COLUMNS.items():
        for name in columns:
            db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
