"""Warm handovers: their words, who agreed to them, and what happened; and what a referral tells besides its kind."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField

CHANNELS = "channel IN ('112', '113', 'gp', 'other')"
WAYS = "way IN ('mail', 'phone')"
STEPS = "step IN ('proposed', 'worded', 'consented', 'alone', 'declined', 'withdrawn', 'sent', 'told', 'read', 'unread', 'arrived', 'not_arrived')"
# Handovers of before were recorded on the day they were sent.
SENT = "kind = 'warm_handover' AND status IN ('sent', 'arrived', 'not_arrived')"


def columns(db: peewee.Database) -> dict[str, str]:
    day = "TEXT" if isinstance(db, peewee.SqliteDatabase) else "DATE"
    return {
        "destination_name": "TEXT NOT NULL DEFAULT '' CHECK (length(destination_name) <= 120)",
        "channel": f"TEXT CHECK ({CHANNELS})",
        "sent_on": day,
        "settled_on": day,
    }


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Account(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "account"

    class Destination(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "destination"

    class Referral(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "referral"

    class Handover(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        referral = peewee.ForeignKeyField(Referral, unique=True, backref="+", on_delete="CASCADE")
        destination = peewee.ForeignKeyField(Destination, null=True, backref="+", on_delete="SET NULL")
        way = peewee.TextField(constraints=[peewee.Check(WAYS)])
        address = ShortText(254)
        words_sealed = peewee.BlobField(null=True)
        token_hash = ShortText(64, null=True, unique=True)
        code_sealed = peewee.BlobField(null=True)
        tries = peewee.IntegerField()
        link_expires_at = UTCField(null=True)
        read_at = UTCField(null=True)
        ask_at = UTCField(null=True, index=True)
        erase_at = UTCField(null=True, index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "handover"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class HandoverConsent(peewee.Model):
        id = peewee.AutoField()
        handover = peewee.ForeignKeyField(Handover, unique=True, backref="+", on_delete="CASCADE")
        to_whom = ShortText(120)
        way = peewee.TextField(constraints=[peewee.Check(WAYS)])
        words_hash = ShortText(64)
        text_version = ShortText(20)
        given_at = UTCField()
        withdrawn_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "handover_consent"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class HandoverStep(peewee.Model):
        id = peewee.AutoField()
        handover = peewee.ForeignKeyField(Handover, backref="+", on_delete="CASCADE")
        step = peewee.TextField(constraints=[peewee.Check(STEPS)])
        at = UTCField()
        by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "handover_step"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [Handover, HandoverConsent, HandoverStep]


def up(migrator: Any, db: peewee.Database) -> None:
    for name, kind in columns(db).items():
        db.execute_sql(f'ALTER TABLE referral ADD COLUMN "{name}" {kind}')
    if not isinstance(db, peewee.SqliteDatabase):  # What was there has its value now; new rows bring their own.
        db.execute_sql("ALTER TABLE referral ALTER COLUMN destination_name DROP DEFAULT")
    db.execute_sql(f"UPDATE referral SET sent_on = referred_on WHERE {SENT}")
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
    for name in columns(db):
        db.execute_sql(f"ALTER TABLE referral DROP COLUMN {name}")
