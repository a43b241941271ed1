"""Calendars elsewhere, and when their owners are busy."""

import peewee

from portal.coaches.models import Coach
from portal.crypto import Sealed
from portal.db import CodeField, ShortText, Table, UTCField
from portal.outside.rules import Trouble


class OutsideCalendar(Table):
    """A calendar of a coach somewhere else. Its address is a secret of theirs: sealed, shown as its host alone."""

    public_id = ShortText(40, unique=True)
    coach = peewee.ForeignKeyField(Coach, backref="outside_calendars", on_delete="CASCADE")
    address_sealed = peewee.BlobField()
    host = ShortText(260)
    added_at = UTCField()
    due_at = UTCField(index=True)
    claimed_until = UTCField(null=True)
    # When it was last all right, and when the last good copy was worked out.
    read_at = UTCField(null=True)
    copied_at = UTCField(null=True)
    copy_hash = ShortText(64, default="")
    # While it cannot be read.
    trouble = CodeField(Trouble, null=True)
    failing_since = UTCField(null=True)
    tries = peewee.IntegerField(default=0)
    told_at = UTCField(null=True)

    address = Sealed()


class OutsideBusy(Table):
    """When its owner is busy, as the last good copy says; nothing about what."""

    calendar = peewee.ForeignKeyField(OutsideCalendar, backref="busy", on_delete="CASCADE")
    starts_at = UTCField()
    ends_at = UTCField()

    class Meta:
        constraints = (peewee.Check("starts_at < ends_at", name="outside_busy_period"),)
        indexes = ((("calendar", "starts_at"), False),)
