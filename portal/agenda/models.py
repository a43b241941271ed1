"""The secret addresses at which calendars fetch talks."""

import peewee

from portal.accounts.models import Account
from portal.agenda.rules import Whose
from portal.db import CodeField, ShortText, Table, UTCField


class Feed(Table):
    """An address that a calendar fetches. We keep the hash of its token; a new one of the same person ends the old."""

    account = peewee.ForeignKeyField(Account, backref="feeds", on_delete="CASCADE")
    whose = CodeField(Whose)
    token_hash = ShortText(64, unique=True)
    made_at = UTCField()
    revoked_at = UTCField(null=True)
    # A coach may have first names in the titles; nobody else's name is ever in a participant's calendar.
    shows_names = peewee.BooleanField(default=False)

    class Meta:
        constraints = (peewee.Check("whose = 'coach' OR NOT shows_names", name="feed_names_for_coaches"),)


Feed.add_index(
    Feed.index(Feed.account, Feed.whose, unique=True, where=Feed.revoked_at.is_null(), name="feed_one_at_a_time")
)
