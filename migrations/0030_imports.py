"""Loads from registrations elsewhere: which ref became what, uploads on the page, and what is marked as loaded."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField

KINDS = "'coach', 'enrolment', 'contact', 'session', 'referral'"
STATUSES = "'to_check', 'checked', 'refused', 'to_load', 'loaded', 'dropped', 'failed'"
FILES = "'coaches.csv', 'enrolments.csv', 'sessions.csv', 'referrals.csv', 'evaluations.csv', 'published.csv'"
ASKED = '"trajectory_id" INTEGER NOT NULL'
COUNTED_TOO = '"trajectory_id" INTEGER'


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Made(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Account(Made):
        class Meta:
            table_name = "account"

    class ImportedRef(Made):
        kind = peewee.TextField(constraints=[peewee.Check(f"kind IN ({KINDS})")])
        ref = ShortText(100)
        row_id = peewee.IntegerField()
        digest = ShortText(64)
        loaded_at = UTCField()

        class Meta:
            table_name = "imported_ref"
            indexes = ((("kind", "ref"), True), (("kind", "row_id"), False))

    class ImportedBatch(Made):
        digest = ShortText(64, unique=True)
        lines = peewee.IntegerField()
        loaded_at = UTCField()

        class Meta:
            table_name = "imported_batch"

    class Upload(Made):
        public_id = ShortText(40, unique=True)
        status = peewee.TextField(constraints=[peewee.Check(f"status IN ({STATUSES})")])
        sent_by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        language = ShortText(5)
        sent_at = UTCField()
        done_at = UTCField(null=True)
        claim = ShortText(40, null=True)
        seen_at = UTCField(null=True)
        tries = peewee.IntegerField()
        done = peewee.IntegerField()
        total = peewee.IntegerField()
        counts = peewee.TextField()
        problems = peewee.TextField()
        problem_count = peewee.IntegerField()

        class Meta:
            table_name = "upload"
            indexes = ((("status", "sent_at"), False),)

    class UploadedFile(Made):
        public_id = ShortText(40, unique=True)
        upload = peewee.ForeignKeyField(Upload, backref="+", on_delete="CASCADE")
        name = peewee.TextField(constraints=[peewee.Check(f"name IN ({FILES})")])
        content_sealed = peewee.BlobField()

        class Meta:
            table_name = "uploaded_file"
            indexes = ((("upload", "name"), True),)

    return [ImportedRef, ImportedBatch, Upload, UploadedFile]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))
    on_sqlite = isinstance(db, peewee.SqliteDatabase)
    no = "INTEGER NOT NULL DEFAULT 0" if on_sqlite else "BOOLEAN NOT NULL DEFAULT false"
    db.execute_sql(f'ALTER TABLE enrolment_event ADD COLUMN "imported" {no}')
    if not on_sqlite:
        db.execute_sql("ALTER TABLE enrolment_event ALTER COLUMN imported DROP DEFAULT")
    db.execute_sql(f'ALTER TABLE trajectory ADD COLUMN "imported_at" {"TEXT" if on_sqlite else "TIMESTAMPTZ"}')
    if on_sqlite:
        rewrite(db, ASKED, COUNTED_TOO)
    else:
        db.execute_sql("ALTER TABLE evaluation_invitation ALTER COLUMN trajectory_id DROP NOT NULL")


def down(migrator: Any, db: peewee.Database) -> None:
    """What was never asked here cannot be kept."""
    db.execute_sql("DELETE FROM evaluation_invitation WHERE trajectory_id IS NULL")
    if isinstance(db, peewee.SqliteDatabase):
        rewrite(db, COUNTED_TOO, ASKED)
    else:
        db.execute_sql("ALTER TABLE evaluation_invitation ALTER COLUMN trajectory_id SET NOT NULL")
    db.execute_sql("ALTER TABLE trajectory DROP COLUMN imported_at")
    db.execute_sql("ALTER TABLE enrolment_event DROP COLUMN imported")
    db.drop_tables(models(db))


def rewrite(db: peewee.Database, words: str, instead: str) -> None:
    """Change what SQLite knows about a column; what is stored stays as it is.

    SQLite has no ALTER for this. Its manual gives this way for changes that leave the content alone ("Making Other
    Kinds Of Table Schema Changes"); copying the table would set off every ON DELETE.
    """
    [(version,)] = db.execute_sql("PRAGMA schema_version").fetchall()
    db.execute_sql("PRAGMA writable_schema = ON")
    changed = db.execute_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'evaluation_invitation' "
        "AND instr(sql, ?)",
        (words, instead, words),
    )
    assert changed.rowcount == 1, words
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = OFF")
