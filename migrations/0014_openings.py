"""The first time at which a coach can be met, kept until something changes it."""

from typing import Any

import peewee

from portal.db import UTCField


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Coach(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach"

    class Opening(peewee.Model):
        id = peewee.AutoField()
        coach = peewee.ForeignKeyField(Coach, unique=True, backref="+", on_delete="CASCADE")
        first_at = UTCField(null=True)
        good_until = UTCField()
        coach_version = peewee.IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "opening"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [Opening]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
