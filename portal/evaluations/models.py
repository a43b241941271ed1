"""Invitations that say only whether they were used, and answers that lead back to nobody.

Answers and pending grades have random keys and are stored in key order, so that neither a column nor the order of rows
says who answered.
"""

import peewee

from portal.coaches.models import Coach
from portal.crypto import Sealed
from portal.db import CodeField, CodesField, OnSqlite, ShortText, Table, UTCField
from portal.programmes.codes import Outcome, ProgrammeCode
from portal.questionnaires.models import Questionnaire
from portal.regions.models import Region
from portal.trajectories.models import Trajectory


class EvaluationInvitation(Table):
    """A link for one answer, to the questions of one version. `answered` is all that is kept of its use, not when.

    The reminder has a link of its own, because of the first one only the hash is kept.
    Without a trajectory it was told by a registration elsewhere, and only counts.
    """

    public_id = ShortText(40, unique=True)
    token_hash = ShortText(64, unique=True)
    trajectory = peewee.ForeignKeyField(Trajectory, null=True, unique=True, on_delete="CASCADE")
    programme = CodeField(ProgrammeCode)
    region = peewee.ForeignKeyField(Region, null=True, backref="+")
    coach = peewee.ForeignKeyField(Coach, null=True, backref="+", on_delete="SET NULL")
    closed_month = peewee.DateField()
    invited_at = UTCField()
    expires_at = UTCField()
    answered = peewee.BooleanField(default=False)
    questionnaire = peewee.ForeignKeyField(Questionnaire, null=True, backref="+", index=False)
    reminded_at = UTCField(null=True)
    reminder_token_hash = ShortText(64, null=True, unique=True)

    class Meta:
        indexes = ((("programme", "region", "closed_month"), False),)


class EvaluationDraft(Table):
    """What somebody filled in so far: sealed, without a time, and gone when it is sent or the link ends."""

    public_id = ShortText(40, unique=True)
    invitation = peewee.ForeignKeyField(EvaluationInvitation, unique=True, on_delete="CASCADE")
    content_sealed = peewee.BlobField()

    content = Sealed()


class EvaluationAnswer(Table):
    """What somebody answered: programme, region, month and version, and no way back.

    Questions that figures rest on have columns; `answers` is 'code:1..5|na;…' of the statements among them. What was
    chosen in questions that staff added is in `more` ('own_1:3;own_2:a+b'), what was written there in `texts`, by code
    in JSON. Rows that were imported have no questionnaire.
    """

    id = None
    public_id = ShortText(40, primary_key=True)
    programme = CodeField(ProgrammeCode)
    region = peewee.ForeignKeyField(Region, null=True, backref="+")
    closed_month = peewee.DateField()
    coach_grade = peewee.IntegerField(null=True)
    trajectory_grade = peewee.IntegerField(null=True)
    recommend = peewee.IntegerField(null=True)
    answers = ShortText(200, default="")
    outcomes = CodesField(Outcome)
    comment_sealed = peewee.BlobField(null=True)
    quote_consent = peewee.BooleanField(default=False)
    questionnaire = peewee.ForeignKeyField(Questionnaire, null=True, backref="+", index=False)
    more = ShortText(4000, default="")
    texts_sealed = peewee.BlobField(null=True)

    comment = Sealed()
    texts = Sealed()

    class Meta:
        without_rowid = OnSqlite()
        constraints = (
            peewee.Check("coach_grade BETWEEN 1 AND 10", name="answer_coach_grade"),
            peewee.Check("trajectory_grade BETWEEN 1 AND 10", name="answer_trajectory_grade"),
            peewee.Check("recommend BETWEEN 0 AND 10", name="answer_recommend"),
        )
        indexes = ((("programme", "region", "closed_month"), False),)


class CoachGrade(Table):
    """How many people gave a coach this grade, of those who were added in a quarter ('2026-1')."""

    coach = peewee.ForeignKeyField(Coach, on_delete="CASCADE")
    quarter = ShortText(6)
    grade = peewee.IntegerField()
    people = peewee.IntegerField()

    class Meta:
        constraints = (peewee.Check("grade BETWEEN 1 AND 10", name="coach_grade_grade"),)
        indexes = ((("coach", "quarter", "grade"), True),)


class PendingCoachGrade(Table):
    """A grade ('07') that waits until others came in too, before it goes into the tally. No time, and sealed."""

    id = None
    public_id = ShortText(40, primary_key=True)
    coach = peewee.ForeignKeyField(Coach, on_delete="CASCADE")
    grade_sealed = peewee.BlobField()

    grade = Sealed()

    class Meta:
        without_rowid = OnSqlite()
