"""Measures before and after, and the question six months later."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField

PROGRAMMES = "programme IN ('sijw', 'ecz')"


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Questionnaire(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "questionnaire"

    class Region(peewee.Model):
        code = ShortText(6, primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "region"

    class Enrolment(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "enrolment"

    class Trajectory(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "trajectory"

    class StartAnswer(peewee.Model):
        public_id = ShortText(40, primary_key=True)
        programme = peewee.TextField(constraints=[peewee.Check(PROGRAMMES)])
        region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
        month = peewee.DateField()
        questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", index=False)
        answers = ShortText(4000)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "start_answer"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            without_rowid = isinstance(db, peewee.SqliteDatabase)

    class MeasureKey(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        enrolment = peewee.ForeignKeyField(Enrolment, unique=True, backref="+", on_delete="CASCADE")
        key_sealed = peewee.BlobField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "measure_key"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Measure(peewee.Model):
        public_id = ShortText(40, primary_key=True)
        programme = peewee.TextField(constraints=[peewee.Check(PROGRAMMES)])
        region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
        month = peewee.DateField()
        questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", index=False)
        before = ShortText(4000)
        after = ShortText(4000)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "measure"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            without_rowid = isinstance(db, peewee.SqliteDatabase)
            indexes = ((("programme", "region", "month"), False),)

    class LaterConsent(peewee.Model):
        id = peewee.AutoField()
        trajectory = peewee.ForeignKeyField(Trajectory, unique=True, backref="+", on_delete="CASCADE")
        text_version = ShortText(20)
        given_on = peewee.DateField()
        withdrawn_on = peewee.DateField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "later_consent"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class LaterInvitation(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        token_hash = ShortText(64, unique=True)
        trajectory = peewee.ForeignKeyField(Trajectory, unique=True, backref="+", on_delete="CASCADE")
        programme = peewee.TextField(constraints=[peewee.Check(PROGRAMMES)])
        region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
        closed_month = peewee.DateField()
        questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", index=False)
        invited_at = UTCField()
        expires_at = UTCField()
        answered = peewee.BooleanField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "later_invitation"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((("programme", "region", "closed_month"), False),)

    class LaterAnswer(peewee.Model):
        public_id = ShortText(40, primary_key=True)
        programme = peewee.TextField(constraints=[peewee.Check(PROGRAMMES)])
        region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
        closed_month = peewee.DateField()
        questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", index=False)
        answers = ShortText(4000)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "later_answer"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            without_rowid = isinstance(db, peewee.SqliteDatabase)
            indexes = ((("programme", "region", "closed_month"), False),)

    return [StartAnswer, MeasureKey, Measure, LaterConsent, LaterInvitation, LaterAnswer]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db)[::-1])
