"""The kernel: audit log, outbox, rate counters, the worker's heartbeat."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class AuditEntry(peewee.Model):
        id = peewee.AutoField()
        at = UTCField()
        deed = peewee.TextField(constraints=[peewee.Check("deed IN ('changed', 'read', 'refused')")])
        event = ShortText(60)
        actor_id = peewee.IntegerField(null=True)
        actor_roles = ShortText(120)
        subject_table = ShortText(60, null=True)
        subject_id = peewee.IntegerField(null=True)
        detail = ShortText(200)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "audit_entry"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('subject_table', 'subject_id'), False), (('actor_id', 'at'), False))

    class Mail(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        template = ShortText(80)
        dedupe_key = ShortText(120, unique=True)
        language = ShortText(5)
        recipient_sealed = peewee.BlobField()
        content_sealed = peewee.BlobField(null=True)
        status = peewee.TextField(constraints=[peewee.Check("status IN ('waiting', 'sent', 'failed', 'withdrawn', 'unaddressed')")])
        created_at = UTCField()
        due_at = UTCField()
        claimed_until = UTCField(null=True)
        tries = peewee.IntegerField()
        sent_at = UTCField(null=True)
        last_error = ShortText(200)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "mail"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('status', 'due_at'), False),)

    class RateCounter(peewee.Model):
        id = peewee.AutoField()
        key = ShortText(200, unique=True)
        count = peewee.IntegerField()
        expires_at = peewee.IntegerField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "rate_counter"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Heartbeat(peewee.Model):
        id = peewee.AutoField()
        seen_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "heartbeat"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [AuditEntry, Mail, RateCounter, Heartbeat]


APPEND_ONLY_SQLITE = [
    """CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE ON audit_entry
       BEGIN SELECT RAISE(ABORT, 'audit_entry_is_append_only'); END""",
    """CREATE TRIGGER audit_entry_never_goes BEFORE DELETE ON audit_entry
       BEGIN SELECT RAISE(ABORT, 'audit_entry_is_append_only'); END""",
]
APPEND_ONLY_POSTGRES = [
    """CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'audit_entry_is_append_only'; END $$""",
    """CREATE TRIGGER audit_entry_never_changes BEFORE UPDATE OR DELETE ON audit_entry
       FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()""",
]


def on_sqlite(db: peewee.Database) -> bool:
    return isinstance(db, peewee.SqliteDatabase)


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))
    for statement in APPEND_ONLY_SQLITE if on_sqlite(db) else APPEND_ONLY_POSTGRES:
        db.execute_sql(statement)


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
    if not on_sqlite(db):
        db.execute_sql("DROP FUNCTION audit_entry_is_append_only()")
