"""Who wants an earlier time, and the offers of a time to one person."""

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

    class Block(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "block"

    class Session(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "session"

    class Trajectory(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "trajectory"

    class EarlierWish(peewee.Model):
        id = peewee.AutoField()
        trajectory = peewee.ForeignKeyField(Trajectory, unique=True, backref="+", on_delete="CASCADE")
        from_on = peewee.DateField()
        evenings_only = peewee.BooleanField()
        known = peewee.TextField()
        asked_at = UTCField()
        ended_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "earlier_wish"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Offer(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        session = peewee.ForeignKeyField(Session, backref="+", on_delete="CASCADE")
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        starts_at = UTCField()
        block = peewee.ForeignKeyField(Block, backref="+", on_delete="CASCADE")
        why = peewee.TextField(constraints=[peewee.Check("why IN ('earlier', 'stand_in')")])
        made_at = UTCField()
        expires_at = UTCField()
        answer = peewee.TextField(constraints=[peewee.Check("answer IN ('open', 'accepted', 'declined', 'expired', 'withdrawn')")])
        answered_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "offer"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    Offer.add_index(Offer.index(Offer.session, unique=True, where=(Offer.answer == "open"), name="offer_one_open"))
    return [EarlierWish, Offer]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
