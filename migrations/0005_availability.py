"""Weekly hours, absence, and blocks that never overlap."""

from typing import Any

import peewee

from portal.db import UTCField, WallTimeField


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

    class WeeklyHours(peewee.Model):
        id = peewee.AutoField()
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        weekday = peewee.IntegerField()
        opens = WallTimeField()
        closes = WallTimeField()
        valid_from = peewee.DateField(null=True)
        valid_until = peewee.DateField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "weekly_hours"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("weekday BETWEEN 0 AND 6", name="weekly_hours_weekday")]

    class Absence(peewee.Model):
        id = peewee.AutoField()
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        from_on = peewee.DateField()
        until_on = peewee.DateField()
        created_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "absence"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("from_on <= until_on", name="absence_period")]

    class Block(peewee.Model):
        id = peewee.AutoField()
        coach = peewee.ForeignKeyField(Coach, null=True, backref="+", on_delete="CASCADE")
        participant = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        starts_at = UTCField()
        ends_at = UTCField()
        block_starts_at = UTCField()
        block_ends_at = UTCField()
        source = peewee.TextField(constraints=[peewee.Check("source IN ('talk', 'hold', 'workshop', 'outside')")])
        active = peewee.BooleanField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "block"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("starts_at < ends_at", name="block_period"), peewee.Check("block_starts_at <= starts_at AND ends_at <= block_ends_at", name="block_buffers_inside")]
            indexes = ((('coach', 'block_starts_at', 'block_ends_at'), False), (('participant', 'block_starts_at', 'block_ends_at'), False))

    return [WeeklyHours, Absence, Block]


def on_sqlite(db: peewee.Database) -> bool:
    return isinstance(db, peewee.SqliteDatabase)


def sqlite_triggers() -> list[str]:
    """Refuse a row that overlaps an active block of the same person: the same names as on PostgreSQL."""
    overlap = """SELECT 1 FROM block b WHERE b.active AND b.{who} = NEW.{who} AND b.id <> NEW.id
                 AND b.block_starts_at < NEW.block_ends_at AND b.block_ends_at > NEW.block_starts_at"""
    return [
        f"""CREATE TRIGGER block_{name}_never_overlaps_{when.lower()} BEFORE {when} ON block
            WHEN NEW.active AND NEW.{who} IS NOT NULL AND EXISTS ({overlap.format(who=who)})
            BEGIN SELECT RAISE(ABORT, 'block_{name}_never_overlaps'); END"""
        for who, name in (("coach_id", "coach"), ("participant_id", "participant"))
        for when in ("INSERT", "UPDATE")
    ]


def postgres_constraints() -> list[str]:
    """The range of one id makes gist do without an extension."""
    return [
        f"""ALTER TABLE block ADD CONSTRAINT block_{name}_never_overlaps EXCLUDE USING gist (
            int8range({who}::bigint, {who}::bigint, '[]') WITH &&,
            tstzrange(block_starts_at, block_ends_at) WITH &&) WHERE (active AND {who} IS NOT NULL)"""
        for who, name in (("coach_id", "coach"), ("participant_id", "participant"))
    ]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))
    for statement in sqlite_triggers() if on_sqlite(db) else postgres_constraints():
        db.execute_sql(statement)


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
