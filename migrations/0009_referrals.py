"""Referrals."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

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

    class Referral(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        enrolment = peewee.ForeignKeyField(Enrolment, backref="+", on_delete="CASCADE")
        coach = peewee.ForeignKeyField(Coach, null=True, backref="+", on_delete="SET NULL")
        kind = peewee.TextField(constraints=[peewee.Check("kind IN ('advice', 'warm_handover', 'urgent')")])
        destination_class = peewee.TextField(constraints=[peewee.Check("destination_class IN ('trauma', 'medical', 'urgent', 'listening', 'work', 'career', 'life', 'register')")])
        consent = peewee.BooleanField()
        status = peewee.TextField(constraints=[peewee.Check("status IN ('proposed', 'consented', 'sent', 'arrived', 'not_arrived', 'withdrawn', 'given')")])
        referred_on = peewee.DateField()
        recorded_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "referral"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("kind <> 'warm_handover' OR consent OR status NOT IN ('consented', 'sent', 'arrived', 'not_arrived')", name="referral_handover_needs_consent")]
            indexes = ((('kind', 'referred_on'), False),)

    return [Referral]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
