"""Calendars that coaches keep elsewhere, and when those say that they are busy."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField

TROUBLES = "trouble IN ('not_reached', 'server_error', 'too_slow', 'not_there', 'not_a_calendar', 'too_big', 'too_much', 'not_allowed', 'unsealed')"


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Coach(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach"

    class OutsideCalendar(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        address_sealed = peewee.BlobField()
        host = ShortText(260)
        added_at = UTCField()
        due_at = UTCField(index=True)
        claimed_until = UTCField(null=True)
        read_at = UTCField(null=True)
        copied_at = UTCField(null=True)
        copy_hash = ShortText(64)
        trouble = peewee.TextField(null=True, constraints=[peewee.Check(TROUBLES)])
        failing_since = UTCField(null=True)
        tries = peewee.IntegerField()
        told_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "outside_calendar"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class OutsideBusy(peewee.Model):
        id = peewee.AutoField()
        calendar = peewee.ForeignKeyField(OutsideCalendar, backref="+", on_delete="CASCADE")
        starts_at = UTCField()
        ends_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "outside_busy"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("starts_at < ends_at", name="outside_busy_period")]
            indexes = ((("calendar", "starts_at"), False),)

    return [OutsideCalendar, OutsideBusy]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
