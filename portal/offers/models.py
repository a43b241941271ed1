"""Who wants an earlier time, and the offers of a time to one person."""

from datetime import UTC, datetime

import peewee

from portal.availability.models import Block
from portal.coaches.models import Coach
from portal.db import CodeField, ShortText, Table, UTCField
from portal.offers.rules import Answer, Why
from portal.sessions.models import Session
from portal.trajectories.models import Trajectory


class EarlierWish(Table):
    """'Mail me when something comes free', from a day on, if need be in the evening only, until `ended_at`."""

    trajectory = peewee.ForeignKeyField(Trajectory, unique=True, backref="earlier_wishes", on_delete="CASCADE")
    from_on = peewee.DateField()
    evenings_only = peewee.BooleanField(default=False)
    # The times that were free already when this was asked: minutes since 1970, with spaces between.
    known = peewee.TextField(default="")
    asked_at = UTCField()
    ended_at = UTCField(null=True)

    @property
    def known_times(self) -> frozenset[datetime]:
        return frozenset(datetime.fromtimestamp(int(minute) * 60, UTC) for minute in self.known.split())


class Offer(Table):
    """A time that is kept for one person until it expires. Accepting moves their talk to it; `block` keeps it free."""

    public_id = ShortText(40, unique=True)
    session = peewee.ForeignKeyField(Session, backref="offers", on_delete="CASCADE")
    coach = peewee.ForeignKeyField(Coach, backref="+", on_delete="CASCADE")
    starts_at = UTCField()
    block = peewee.ForeignKeyField(Block, backref="+", on_delete="CASCADE")
    why = CodeField(Why)
    made_at = UTCField()
    expires_at = UTCField()
    answer = CodeField(Answer, default=Answer.OPEN)
    answered_at = UTCField(null=True)

    def is_open(self, now: datetime) -> bool:
        """It can still be answered: in time, and about a talk that still stands."""
        return self.answer == Answer.OPEN and self.expires_at > now and self.session.is_coming(now)


# One open offer for a talk at a time: the table decides it.
Offer.add_index(
    Offer.index(Offer.session, unique=True, where=(Offer.answer == Answer.OPEN.value), name="offer_one_open")
)
