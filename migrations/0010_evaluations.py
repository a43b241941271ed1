"""Evaluations: invitations, answers without a way back, grades of coaches."""

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

    class Region(peewee.Model):
        code = ShortText(6, primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "region"

    class Trajectory(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "trajectory"

    class EvaluationInvitation(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        token_hash = ShortText(64, unique=True)
        trajectory = peewee.ForeignKeyField(Trajectory, unique=True, backref="+", on_delete="CASCADE")
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        region = peewee.ForeignKeyField(Region, null=True, backref="+")
        coach = peewee.ForeignKeyField(Coach, null=True, backref="+", on_delete="SET NULL")
        closed_month = peewee.DateField()
        invited_at = UTCField()
        expires_at = UTCField()
        answered = peewee.BooleanField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "evaluation_invitation"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('programme', 'region', 'closed_month'), False),)

    class EvaluationAnswer(peewee.Model):
        public_id = ShortText(40, primary_key=True)
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        region = peewee.ForeignKeyField(Region, null=True, backref="+")
        closed_month = peewee.DateField()
        coach_grade = peewee.IntegerField(null=True)
        trajectory_grade = peewee.IntegerField(null=True)
        recommend = peewee.IntegerField(null=True)
        answers = ShortText(200)
        outcomes = peewee.TextField()
        comment_sealed = peewee.BlobField(null=True)
        quote_consent = peewee.BooleanField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "evaluation_answer"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            without_rowid = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("coach_grade BETWEEN 1 AND 10", name="answer_coach_grade"), peewee.Check("trajectory_grade BETWEEN 1 AND 10", name="answer_trajectory_grade"), peewee.Check("recommend BETWEEN 0 AND 10", name="answer_recommend")]
            indexes = ((('programme', 'region', 'closed_month'), False),)

    class CoachGrade(peewee.Model):
        id = peewee.AutoField()
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        quarter = ShortText(6)
        grade = peewee.IntegerField()
        people = peewee.IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "coach_grade"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("grade BETWEEN 1 AND 10", name="coach_grade_grade")]
            indexes = ((('coach', 'quarter', 'grade'), True),)

    class PendingCoachGrade(peewee.Model):
        public_id = ShortText(40, primary_key=True)
        coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
        grade_sealed = peewee.BlobField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "pending_coach_grade"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            without_rowid = isinstance(db, peewee.SqliteDatabase)

    return [EvaluationInvitation, EvaluationAnswer, CoachGrade, PendingCoachGrade]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
