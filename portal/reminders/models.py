"""One reminder of one kind, for one person about one talk."""

import peewee

from portal.accounts.models import Account
from portal.db import CodeField, Table, UTCField
from portal.reminders.rules import ReminderKind
from portal.sessions.models import Session


class Reminder(Table):
    """When somebody is reminded of a talk, and for which start of it they were."""

    session = peewee.ForeignKeyField(Session, backref="reminders", on_delete="CASCADE")
    kind = CodeField(ReminderKind)
    account = peewee.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
    # What `due_at` was made from: when the talk has others now, it is made anew.
    for_start = UTCField()
    told_at = UTCField()
    # None: for this start nobody needs it.
    due_at = UTCField(null=True)
    sent_for_start = UTCField(null=True)
    sent_at = UTCField(null=True)

    class Meta:
        indexes = (
            (("session", "kind", "account"), True),
            (("for_start", "due_at"), False),
        )
