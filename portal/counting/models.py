"""What counting keeps itself: of rows that are gone, and that something changed in the others."""

import peewee

from portal.coaches.models import Coach
from portal.db import CodeField, Table
from portal.programmes.codes import ProgrammeCode


class TalkDay(Table):
    """That a coach had a talk in a programme on a Dutch day, with somebody who was erased; not with whom, nor how many.

    It counts on reference dates from `counts_from` up to and including `counts_until`: as long as the enrolment that it
    belonged to was not a duplicate.
    """

    coach = peewee.ForeignKeyField(Coach, on_delete="CASCADE")
    programme = CodeField(ProgrammeCode)
    talked_on = peewee.DateField()
    counts_from = peewee.DateField()
    counts_until = peewee.DateField()

    class Meta:
        indexes = ((("programme", "talked_on", "coach", "counts_from", "counts_until"), True),)


class CountedChange(Table):
    """That something changed which counts. The database itself notes it (triggers of migration 0034): a new random
    number, on PostgreSQL in a row of its own. As long as these are the same, everything counts as before."""

    token = peewee.BigIntegerField()
