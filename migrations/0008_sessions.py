"""Talks."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Account(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "account"

    class Allowance(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "allowance"

    class Block(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "block"

    class Coach(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach"

    class Trajectory(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "trajectory"

    class Session(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        trajectory = peewee.ForeignKeyField(Trajectory, backref="+", on_delete="CASCADE")
        coach = peewee.ForeignKeyField(Coach, backref="+")
        participant = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        kind = peewee.TextField(constraints=[peewee.Check("kind IN ('intro', 'talk', 'workshop', 'test', 'other')")])
        mode = peewee.TextField(constraints=[peewee.Check("mode IN ('video', 'phone', 'location')")])
        place = ShortText(300)
        starts_at = UTCField()
        minutes = peewee.IntegerField()
        status = peewee.TextField(constraints=[peewee.Check("status IN ('planned', 'held', 'no_show', 'cancelled_participant', 'cancelled_coach', 'cancelled_desk', 'moved')")])
        funding = peewee.TextField(constraints=[peewee.Check("funding IN ('srs', 'plus', 'none')")])
        block = peewee.ForeignKeyField(Block, unique=True, null=True, backref="+", on_delete="SET NULL")
        allowance = peewee.ForeignKeyField(Allowance, unique=True, null=True, backref="+", on_delete="SET NULL")
        sequence = peewee.IntegerField()
        booked_at = UTCField()
        booked_by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        outcome_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "session"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("minutes BETWEEN 5 AND 480", name="session_minutes")]
            indexes = ((('coach', 'starts_at'), False), (('participant', 'starts_at'), False), (('trajectory', 'status', 'kind', 'funding', 'starts_at', 'coach'), False), (('status', 'starts_at'), False))

    return [Session]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
