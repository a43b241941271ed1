"""Switching off the mail about a quarter."""

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

    class QuarterMailOff(peewee.Model):
        id = peewee.AutoField()
        account = peewee.ForeignKeyField(Account, unique=True, backref="+", on_delete="CASCADE")
        switched_off_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "quarter_mail_off"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [QuarterMailOff]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
