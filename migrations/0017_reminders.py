"""Reminders before a talk, and the question afterwards how it went."""

from typing import Any

import peewee

from portal.db import UTCField


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Account(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "account"

    class Session(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "session"

    class Reminder(peewee.Model):
        id = peewee.AutoField()
        session = peewee.ForeignKeyField(Session, backref="+", on_delete="CASCADE")
        kind = peewee.TextField(constraints=[peewee.Check("kind IN ('two_days', 'three_hours', 'outcome')")])
        account = peewee.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
        for_start = UTCField()
        told_at = UTCField()
        due_at = UTCField(null=True)
        sent_for_start = UTCField(null=True)
        sent_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "reminder"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = (
                (("session", "kind", "account"), True),
                (("for_start", "due_at"), False),
            )

    return [Reminder]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
