"""Drafts, enrolments, themes, consent and the timeline."""

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

    class Draft(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        token_hash = ShortText(64, unique=True)
        content_sealed = peewee.BlobField()
        created_at = UTCField()
        expires_at = UTCField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "draft"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Enrolment(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        participant = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
        region_derived = peewee.ForeignKeyField(Region, null=True, backref="+")
        pc4 = peewee.IntegerField(null=True)
        work_situation = peewee.TextField(constraints=[peewee.Check("work_situation IN ('in_care', 'career_switcher', 'returner', 'job_seeker', 'threatened', 'student', 'other')")])
        branch = peewee.TextField(null=True, constraints=[peewee.Check("branch IN ('zkh', 'umc', 'rev', 'ggz', 'ghz', 'vvt', 'haz', 'sw', 'jz', 'ko', 'ov')")])
        origin = peewee.TextField(constraints=[peewee.Check("origin IN ('website', 'contact_point', 'employer', 'colleague', 'coach', 'other')")])
        shifts = peewee.BooleanField(null=True)
        call_times = peewee.TextField()
        language = ShortText(5)
        words_sealed = peewee.BlobField(null=True)
        contact_sealed = peewee.BlobField(null=True)
        token_hash = ShortText(64, unique=True, null=True)
        browser_hash = ShortText(64, null=True)
        status = peewee.TextField(constraints=[peewee.Check("status IN ('submitted', 'confirmed', 'in_progress', 'waiting', 'matched', 'started', 'completed', 'stopped', 'duplicate', 'withdrawn', 'unreachable', 'out_of_scope', 'handed_over')")])
        status_at = UTCField()
        close_reason = peewee.TextField(null=True, constraints=[peewee.Check("close_reason IN ('goal_reached', 'no_need', 'no_click', 'too_busy', 'ill', 'referred', 'unreachable', 'other')")])
        submitted_at = UTCField()
        enrolled_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "enrolment"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("pc4 BETWEEN 1000 AND 9999", name="enrolment_pc4")]
            indexes = ((('region', 'status', 'enrolled_at', 'programme', 'branch'), False), (('region', 'status_at', 'status', 'programme', 'branch'), False), (('programme', 'enrolled_at'), False), (('status', 'submitted_at'), False))

    class EnrolmentTheme(peewee.Model):
        id = peewee.AutoField()
        enrolment = peewee.ForeignKeyField(Enrolment, backref="+", on_delete="CASCADE")
        theme = peewee.TextField(constraints=[peewee.Check("theme IN ('balance', 'stress', 'feelings', 'perfectionism', 'support', 'strengths', 'role', 'training', 'stay_or_leave', 'teamwork')")])

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "enrolment_theme"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('enrolment', 'theme'), True),)

    class Consent(peewee.Model):
        id = peewee.AutoField()
        enrolment = peewee.ForeignKeyField(Enrolment, backref="+", on_delete="CASCADE")
        purpose = peewee.TextField(constraints=[peewee.Check("purpose IN ('themes', 'words', 'read_privacy')")])
        text_version = ShortText(20)
        given_at = UTCField()
        withdrawn_at = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "consent"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class EnrolmentEvent(peewee.Model):
        id = peewee.AutoField()
        enrolment = peewee.ForeignKeyField(Enrolment, backref="+", on_delete="CASCADE")
        at = UTCField()
        kind = peewee.TextField(constraints=[peewee.Check("kind IN ('submitted', 'confirmed', 'region_changed', 'coach_chosen', 'coach_changed', 'contacted', 'talk_booked', 'talk_held', 'talk_no_show', 'talk_cancelled', 'referred', 'closed', 'status_set', 'evaluation_invited')")])
        status = peewee.TextField(null=True, constraints=[peewee.Check("status IN ('submitted', 'confirmed', 'in_progress', 'waiting', 'matched', 'started', 'completed', 'stopped', 'duplicate', 'withdrawn', 'unreachable', 'out_of_scope', 'handed_over')")])
        actor = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "enrolment_event"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((('enrolment', 'at'), False),)

    return [Draft, Enrolment, EnrolmentTheme, Consent, EnrolmentEvent]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
