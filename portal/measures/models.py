"""Answers at the start that wait for those at the end, the key that joins them, and what remains without it."""

import peewee

from portal.crypto import Sealed
from portal.db import CodeField, OnSqlite, ShortText, Table
from portal.enrolments.models import Enrolment
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.models import Questionnaire
from portal.regions.models import Region


class StartAnswer(Table):
    """What somebody answered when they signed up, under a random key. `month` is the one of signing up."""

    id = None
    public_id = ShortText(40, primary_key=True)
    programme = CodeField(ProgrammeCode)
    region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
    month = peewee.DateField()
    questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", index=False)
    answers = ShortText(4000)

    class Meta:
        without_rowid = OnSqlite()


class MeasureKey(Table):
    """The sealed key of a start answer, on the side of the person; gone after the end."""

    public_id = ShortText(40, unique=True)
    enrolment = peewee.ForeignKeyField(Enrolment, unique=True, backref="+", on_delete="CASCADE")
    key_sealed = peewee.BlobField()

    key = Sealed()


class Measure(Table):
    """Before and after of somebody, without a way to them: 'work_joy:6;own_1:a+b'. `after` is empty for who did not
    answer again. `month` is the one of closing, or of signing up when nothing was closed."""

    id = None
    public_id = ShortText(40, primary_key=True)
    programme = CodeField(ProgrammeCode)
    region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
    month = peewee.DateField()
    questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", index=False)
    before = ShortText(4000)
    after = ShortText(4000, default="")

    class Meta:
        without_rowid = OnSqlite()
        indexes = ((("programme", "region", "month"), False),)
