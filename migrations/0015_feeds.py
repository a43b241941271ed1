"""Secret addresses at which calendars fetch talks."""

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

    class Feed(peewee.Model):
        id = peewee.AutoField()
        account = peewee.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
        whose = peewee.TextField(constraints=[peewee.Check("whose IN ('participant', 'coach')")])
        token_hash = ShortText(64, unique=True)
        made_at = UTCField()
        revoked_at = UTCField(null=True)
        shows_names = peewee.BooleanField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "feed"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("whose = 'coach' OR NOT shows_names", name="feed_names_for_coaches")]

    Feed.add_index(Feed.index(Feed.account, Feed.whose, unique=True, where=Feed.revoked_at.is_null(), name="feed_one_at_a_time"))
    return [Feed]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
