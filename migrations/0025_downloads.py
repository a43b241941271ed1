"""Files that staff asked for."""

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

    class Region(peewee.Model):
        code = ShortText(6, primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "region"

    class Download(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        account = peewee.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
        subject = peewee.TextField(
            constraints=[peewee.Check("subject IN ('enrolments', 'region_figures', 'national_figures')")]
        )
        form = peewee.TextField(constraints=[peewee.Check("form IN ('xlsx', 'csv', 'json')")])
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        year = ShortText(4)
        region = peewee.ForeignKeyField(Region, null=True, backref="+")
        language = ShortText(5)
        state = peewee.TextField(constraints=[peewee.Check("state IN ('asked', 'ready', 'failed', 'wiped')")])
        asked_at = UTCField()
        expires_at = UTCField(index=True)
        reason_sealed = peewee.BlobField()
        content_sealed = peewee.BlobField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "download"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((("account", "asked_at"), False), (("state", "asked_at"), False))
            constraints = [
                peewee.Check("(state = 'ready') = (content_sealed IS NOT NULL)", name="download_content")
            ]

    return [Download]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
