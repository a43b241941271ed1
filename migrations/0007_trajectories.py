"""Trajectories, former coaches and what they entitle to."""

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

    class Trajectory(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        enrolment = peewee.ForeignKeyField(Enrolment, unique=True, backref="+", on_delete="CASCADE")
        participant = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        coach = peewee.ForeignKeyField(Coach, backref="+")
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        status = peewee.TextField(constraints=[peewee.Check("status IN ('open', 'ongoing', 'completed', 'stopped')")])
        chosen_by = peewee.TextField(constraints=[peewee.Check("chosen_by IN ('participant', 'portal', 'desk')")])
        matched_at = UTCField()
        contact_due_at = UTCField()
        first_contact_at = UTCField(null=True)
        closed_at = UTCField(null=True)
        close_reason = peewee.TextField(null=True, constraints=[peewee.Check("close_reason IN ('goal_reached', 'no_need', 'no_click', 'too_busy', 'ill', 'referred', 'unreachable', 'other')")])
        version = peewee.IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "trajectory"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('coach', 'status'), False), (('participant', 'status'), False), (('programme', 'closed_at'), False))

    class FormerCoach(peewee.Model):
        id = peewee.AutoField()
        trajectory = peewee.ForeignKeyField(Trajectory, backref="+", on_delete="CASCADE")
        coach = peewee.ForeignKeyField(Coach, backref="+")
        matched_at = UTCField()
        ended_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "former_coach"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Allowance(peewee.Model):
        id = peewee.AutoField()
        trajectory = peewee.ForeignKeyField(Trajectory, backref="+", on_delete="CASCADE")
        ordinal = peewee.IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "allowance"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("ordinal BETWEEN 0 AND 2", name="allowance_ordinal")]
            indexes = ((('trajectory', 'ordinal'), True),)

    return [Trajectory, FormerCoach, Allowance]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
