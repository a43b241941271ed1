"""When a coach keeps hours, when not, and the blocks of time that are taken. No two active blocks overlap, ever."""

import peewee

from portal.accounts.models import Account
from portal.availability.hours import MOST_WEEKS, Weeks
from portal.availability.rules import BlockSource
from portal.coaches.models import Coach
from portal.db import CodeField, ShortText, Table, UTCField, WallTimeField


class WeeklyHours(Table):
    """A window in which a coach can be booked every week: wall time in Europe/Amsterdam, Monday is 0."""

    coach = peewee.ForeignKeyField(Coach, backref="weekly_hours", on_delete="CASCADE")
    weekday = peewee.IntegerField()
    opens = WallTimeField()
    closes = WallTimeField()
    valid_from = peewee.DateField(null=True)
    valid_until = peewee.DateField(null=True)
    weeks = CodeField(Weeks, default=Weeks.ALL)
    every = peewee.IntegerField(default=1)

    class Meta:
        constraints = (
            peewee.Check("weekday BETWEEN 0 AND 6", name="weekly_hours_weekday"),
            peewee.Check(f"every BETWEEN 1 AND {MOST_WEEKS}", name="weekly_hours_every"),
        )


class ExtraHours(Table):
    """Hours on one day, on top of the weekly ones: wall time in Europe/Amsterdam."""

    coach = peewee.ForeignKeyField(Coach, backref="extra_hours", on_delete="CASCADE")
    on_day = peewee.DateField()
    opens = WallTimeField()
    closes = WallTimeField()
    created_at = UTCField()


class Absence(Table):
    """Days, both included, on which a coach cannot be booked."""

    coach = peewee.ForeignKeyField(Coach, backref="absences", on_delete="CASCADE")
    from_on = peewee.DateField()
    until_on = peewee.DateField()
    created_at = UTCField()

    class Meta:
        constraints = (peewee.Check("from_on <= until_on", name="absence_period"),)


class Opening(Table):
    """The first time at which a coach can be met, as it was worked out; whatever changes it deletes it.

    Right until `good_until` if nothing changes: time passing takes it out of the notice, lets a hold go, or brings the
    horizon nearer. `coach_version` is that of the coach's own settings. `first_at` is empty when there is no time.
    """

    coach = peewee.ForeignKeyField(Coach, unique=True, backref="openings", on_delete="CASCADE")
    first_at = UTCField(null=True)
    good_until = UTCField()
    coach_version = peewee.IntegerField()


class Block(Table):
    """Time that is taken for a coach, a participant or both.

    `starts_at`-`ends_at` is what people see; `block_starts_at`-`block_ends_at` has the buffers inside, and never
    overlaps another active block of the same coach or participant: triggers on SQLite, exclusion on PostgreSQL.
    """

    coach = peewee.ForeignKeyField(Coach, null=True, on_delete="CASCADE")
    participant = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL")
    starts_at = UTCField()
    ends_at = UTCField()
    block_starts_at = UTCField()
    block_ends_at = UTCField()
    source = CodeField(BlockSource)
    active = peewee.BooleanField(default=True)
    # What the clock on the wall says at `starts_at`, as it was known when the time was taken: '2026-03-30 09:30'.
    wall_start = ShortText(16, null=True)
    # Of a hold: from then on it keeps nobody else away.
    expires_at = UTCField(null=True)

    class Meta:
        constraints = (
            peewee.Check("starts_at < ends_at", name="block_period"),
            peewee.Check("block_starts_at <= starts_at AND ends_at <= block_ends_at", name="block_buffers_inside"),
        )
        indexes = (
            (("coach", "block_starts_at", "block_ends_at"), False),
            (("participant", "block_starts_at", "block_ends_at"), False),
        )
