"""Holds that expire, talks that move, and why."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField

REASONS = "reason IN ('ill', 'shift_changed', 'no_need', 'other_coach', 'together', 'other')"
ROLES = "moved_by IN ('participant', 'coach', 'desk', 'portal')"
MODES = "mode IN ('video', 'phone', 'location')"
UTC_TYPE = {True: "TEXT", False: "TIMESTAMPTZ"}


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Account(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "account"

    class Coach(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach"

    class Enrolment(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "enrolment"

    class Block(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "block"

    class Session(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "session"

    class SessionMove(peewee.Model):
        id = peewee.AutoField()
        session = peewee.ForeignKeyField(Session, backref="+", on_delete="CASCADE")
        from_starts_at = UTCField()
        to_starts_at = UTCField()
        from_coach = peewee.ForeignKeyField(Coach, backref="+")
        to_coach = peewee.ForeignKeyField(Coach, backref="+")
        moved_by = peewee.TextField(constraints=[peewee.Check(ROLES)])
        account = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        reason = peewee.TextField(null=True, constraints=[peewee.Check(REASONS)])
        moved_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "session_move"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Hold(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        block = peewee.ForeignKeyField(Block, unique=True, backref="+", on_delete="CASCADE")
        enrolment = peewee.ForeignKeyField(Enrolment, backref="+", on_delete="CASCADE")
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        moving = peewee.ForeignKeyField(Session, null=True, backref="+", on_delete="CASCADE")
        became = peewee.ForeignKeyField(Session, null=True, backref="+", on_delete="CASCADE")
        starts_at = UTCField()
        mode = peewee.TextField(constraints=[peewee.Check(MODES)])
        seen = peewee.IntegerField()
        made_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "hold"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [SessionMove, Hold]


def columns(db: peewee.Database) -> list[tuple[str, str, str]]:
    instant = UTC_TYPE[isinstance(db, peewee.SqliteDatabase)]
    return [
        ("block", "expires_at", instant),
        ("session", "reason", f"TEXT CHECK ({REASONS})"),
        ("session", "told_at", instant),
    ]


def up(migrator: Any, db: peewee.Database) -> None:
    for table, name, kind in columns(db):
        db.execute_sql(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind}')
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
    for table, name, _ in columns(db):
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
