"""A time under somebody's hand."""

from datetime import datetime

import peewee

from portal.availability.models import Block
from portal.coaches.models import Coach
from portal.db import CodeField, ShortText, Table, UTCField
from portal.enrolments.models import Enrolment
from portal.programmes.codes import Mode, TalkKind
from portal.sessions.models import Session


class Hold(Table):
    """A time under somebody's hand: kept for them until its block expires, to be booked or for a talk to move to."""

    public_id = ShortText(40, unique=True)
    block = peewee.ForeignKeyField(Block, unique=True, on_delete="CASCADE")
    enrolment = peewee.ForeignKeyField(Enrolment, backref="holds", on_delete="CASCADE")
    coach = peewee.ForeignKeyField(Coach, on_delete="CASCADE", backref="+")
    moving = peewee.ForeignKeyField(Session, null=True, backref="+", on_delete="CASCADE")
    # The talk that it was confirmed into: pressing the button again leads there.
    became = peewee.ForeignKeyField(Session, null=True, backref="+", on_delete="CASCADE")
    kind = CodeField(TalkKind, default=TalkKind.TALK)
    starts_at = UTCField()
    mode = CodeField(Mode)
    # The version of what the page showed: of the trajectory when booking, of the talk when moving.
    seen = peewee.IntegerField()
    made_at = UTCField()

    @property
    def minutes(self) -> int:
        return self.moving.minutes if self.moving else self.coach.minutes_of(self.kind)

    def is_kept(self, now: datetime) -> bool:
        """Nobody else can take it yet."""
        return self.block.active and self.block.expires_at > now
