"""Coaches, their regions and qualifications."""

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

    class Coach(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        account = peewee.ForeignKeyField(Account, unique=True, backref="+")
        status = peewee.TextField(constraints=[peewee.Check("status IN ('applied', 'available', 'paused', 'withdrawn', 'blocked')")])
        intro = ShortText(300)
        languages = ShortText(100)
        programmes = peewee.TextField()
        themes = peewee.TextField()
        branches = peewee.TextField()
        modes = peewee.TextField()
        pc4 = peewee.IntegerField(null=True)
        place = ShortText(200)
        video_link = ShortText(300)
        capacity = peewee.IntegerField()
        talk_minutes = peewee.IntegerField()
        buffer_before = peewee.IntegerField()
        buffer_after = peewee.IntegerField()
        notice_hours = peewee.IntegerField()
        horizon_weeks = peewee.IntegerField()
        agreed_at = UTCField(null=True)
        available_from = peewee.DateField(null=True)
        withdrawn_on = peewee.DateField(null=True)
        withdrawn_reason = peewee.TextField(null=True, constraints=[peewee.Check("withdrawn_reason IN ('no_time', 'no_match', 'illness', 'no_longer_qualified', 'other')")])
        blocked_on = peewee.DateField(null=True)
        continued_to = peewee.TextField(null=True, constraints=[peewee.Check("continued_to IN ('sta_sterker', 'sijw', 'ecz')")])
        created_at = UTCField()
        version = peewee.IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("pc4 BETWEEN 1000 AND 9999", name="coach_pc4"), peewee.Check("capacity BETWEEN 0 AND 50", name="coach_capacity"), peewee.Check("talk_minutes BETWEEN 15 AND 180", name="coach_talk_minutes"), peewee.Check("buffer_before BETWEEN 0 AND 120 AND buffer_after BETWEEN 0 AND 120", name="coach_buffers")]

    class CoachRegion(peewee.Model):
        id = peewee.AutoField()
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        region = peewee.ForeignKeyField(Region, backref="+")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach_region"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('coach', 'region'), True),)

    class Qualification(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        register = peewee.TextField(constraints=[peewee.Check("register IN ('eia', 'noloc_rl', 'lvsc', 'stir', 'coach_keurmerk', 'icf', 'other')")])
        level = ShortText(60)
        number = ShortText(60)
        valid_until = peewee.DateField()
        checked_at = UTCField()
        checked_by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "qualification"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    return [Coach, CoachRegion, Qualification]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
