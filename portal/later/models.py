"""Who may be asked six months later, on the side of the person; and answers that lead back to nobody."""

import peewee

from portal.db import CodeField, OnSqlite, ShortText, Table, UTCField
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.models import Questionnaire
from portal.regions.models import Region
from portal.trajectories.models import Trajectory


class LaterConsent(Table):
    """Permission to mail two questions; by day, because it is mostly given just after answering."""

    trajectory = peewee.ForeignKeyField(Trajectory, unique=True, backref="+", on_delete="CASCADE")
    text_version = ShortText(20)
    given_on = peewee.DateField()
    withdrawn_on = peewee.DateField(null=True)


class LaterInvitation(Table):
    """A link for one answer. `answered` is all that is kept of its use, not when."""

    public_id = ShortText(40, unique=True)
    token_hash = ShortText(64, unique=True)
    trajectory = peewee.ForeignKeyField(Trajectory, unique=True, backref="+", on_delete="CASCADE")
    programme = CodeField(ProgrammeCode)
    region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
    closed_month = peewee.DateField()
    questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", index=False)
    invited_at = UTCField()
    expires_at = UTCField()
    answered = peewee.BooleanField(default=False)

    class Meta:
        indexes = ((("programme", "region", "closed_month"), False),)


class LaterAnswer(Table):
    """What somebody answered six months later: programme, region, month of closing and version, and no way back.
    `answers` is 'work_situation:outside;work_joy:7'."""

    id = None
    public_id = ShortText(40, primary_key=True)
    programme = CodeField(ProgrammeCode)
    region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
    closed_month = peewee.DateField()
    questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", index=False)
    answers = ShortText(4000)

    class Meta:
        without_rowid = OnSqlite()
        indexes = ((("programme", "region", "closed_month"), False),)
