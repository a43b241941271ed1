"""Coaches, their regions, the proof of what they can do, and their own choices about going on."""

import peewee

from portal.accounts.models import Account
from portal.coaches.rules import CoachStatus, VideoBy
from portal.db import CodeField, CodesField, ShortText, Table, UTCField
from portal.programmes.codes import (
    Branch,
    CoachWithdrawal,
    Continuation,
    Mode,
    ProgrammeCode,
    Register,
    TalkKind,
    Theme,
)
from portal.regions.models import Region


class Coach(Table):
    """A coach and what participants may know of them. Buffers and lengths are in minutes."""

    public_id = ShortText(40, unique=True)
    account = peewee.ForeignKeyField(Account, unique=True)
    status = CodeField(CoachStatus, default=CoachStatus.APPLIED)
    intro = ShortText(300, default="")
    languages = ShortText(100, default="")
    programmes = CodesField(ProgrammeCode)
    themes = CodesField(Theme)
    branches = CodesField(Branch)
    modes = CodesField(Mode)
    pc4 = peewee.IntegerField(null=True)
    place = ShortText(200, default="")
    video_link = ShortText(300, default="")
    video_by = CodeField(VideoBy, default=VideoBy.OWN_LINK)
    capacity = peewee.IntegerField(default=4)
    talk_minutes = peewee.IntegerField(default=60)
    intro_minutes = peewee.IntegerField(default=30)
    offers_intro = peewee.BooleanField(default=True)
    buffer_before = peewee.IntegerField(default=0)
    buffer_after = peewee.IntegerField(default=15)
    notice_hours = peewee.IntegerField(default=24)
    # Counts instead of the notice in hours.
    notice_working_days = peewee.IntegerField(null=True)
    horizon_weeks = peewee.IntegerField(default=6)
    move_notice_hours = peewee.IntegerField(default=4)
    cancel_notice_hours = peewee.IntegerField(default=0)
    most_per_day = peewee.IntegerField(null=True)
    most_per_week = peewee.IntegerField(null=True)
    works_on_holidays = peewee.BooleanField(default=False)
    agreed_at = UTCField(null=True)
    available_from = peewee.DateField(null=True)
    withdrawn_on = peewee.DateField(null=True)
    withdrawn_reason = CodeField(CoachWithdrawal, null=True)
    blocked_on = peewee.DateField(null=True)
    continued_to = CodeField(Continuation, null=True)
    created_at = UTCField()
    version = peewee.IntegerField(default=1)

    class Meta:
        constraints = (
            peewee.Check("pc4 BETWEEN 1000 AND 9999", name="coach_pc4"),
            peewee.Check("capacity BETWEEN 0 AND 50", name="coach_capacity"),
            peewee.Check("talk_minutes BETWEEN 15 AND 180", name="coach_talk_minutes"),
            peewee.Check("intro_minutes BETWEEN 15 AND 180", name="coach_intro_minutes"),
            peewee.Check("buffer_before BETWEEN 0 AND 120 AND buffer_after BETWEEN 0 AND 120", name="coach_buffers"),
        )

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def first_name(self) -> str:
        return self.account.first_name

    def minutes_of(self, kind: TalkKind) -> int:
        """How long a talk of this kind takes with this coach."""
        return self.intro_minutes if kind == TalkKind.INTRO else self.talk_minutes


class CoachRegion(Table):
    """A region that a coach works for."""

    coach = peewee.ForeignKeyField(Coach, backref="coach_regions", on_delete="CASCADE")
    region = peewee.ForeignKeyField(Region)

    class Meta:
        indexes = ((("coach", "region"), True),)


class Qualification(Table):
    """A registration of a coach, and who at the desk checked it when."""

    public_id = ShortText(40, unique=True)
    coach = peewee.ForeignKeyField(Coach, backref="qualifications", on_delete="CASCADE")
    register = CodeField(Register)
    level = ShortText(60, default="")
    number = ShortText(60)
    valid_until = peewee.DateField()
    checked_at = UTCField()
    checked_by = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL")
