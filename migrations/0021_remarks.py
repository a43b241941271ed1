"""Half-filled evaluations, and what people wrote, apart from their grades."""

from typing import Any

import peewee

from portal.db import ShortText

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

    class EvaluationInvitation(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "evaluation_invitation"

    class EvaluationDraft(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        invitation = peewee.ForeignKeyField(EvaluationInvitation, unique=True, backref="+", on_delete="CASCADE")
        content_sealed = peewee.BlobField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "evaluation_draft"
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Remark(peewee.Model):
        public_id = ShortText(40, primary_key=True)
        programme = peewee.TextField(constraints=[peewee.Check(PROGRAMMES)])
        region = peewee.ForeignKeyField(Region, backref="+", index=False)
        closed_month = peewee.DateField()
        questionnaire = peewee.ForeignKeyField(Questionnaire, null=True, backref="+", index=False)
        question = ShortText(40)
        text_sealed = peewee.BlobField()
        quote_consent = peewee.BooleanField()
        state = peewee.TextField(constraints=[peewee.Check("state IN ('new', 'approved', 'put_aside')")])
        quote_sealed = peewee.BlobField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "remark"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            without_rowid = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("state <> 'approved' OR (quote_consent AND quote_sealed IS NOT NULL)", name="remark_quotable")]
            indexes = ((("region", "state"), False), (("programme", "closed_month"), False))

    return [EvaluationDraft, Remark]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db)[::-1])
