"""A file that somebody asked for."""

from datetime import datetime

import peewee

from portal.accounts.models import Account
from portal.crypto import Sealed
from portal.db import CodeField, ShortText, Table, UTCField
from portal.downloads.rules import Form, State, Subject
from portal.programmes.codes import ProgrammeCode
from portal.regions.models import Region
from portal.yearly.models import Report


class Download(Table):
    """What was asked, by whom and why; the file itself, in base 64, from `ready` until it is wiped.

    A report says itself what it is about: then `year` is empty.
    """

    public_id = ShortText(40, unique=True)
    account = peewee.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
    subject = CodeField(Subject)
    form = CodeField(Form)
    programme = CodeField(ProgrammeCode)
    year = ShortText(4)
    region = peewee.ForeignKeyField(Region, null=True, backref="+")
    report = peewee.ForeignKeyField(Report, null=True, backref="+")
    language = ShortText(5)
    state = CodeField(State, default=State.ASKED)
    asked_at = UTCField()
    expires_at = UTCField(index=True)
    reason_sealed = peewee.BlobField()
    content_sealed = peewee.BlobField(null=True)

    reason = Sealed()
    content = Sealed()

    class Meta:
        indexes = ((("account", "asked_at"), False), (("state", "asked_at"), False))
        constraints = (
            peewee.Check("(subject = 'report') = (report_id IS NOT NULL)", name="download_report"),
            peewee.Check("(state = 'ready') = (content_sealed IS NOT NULL)", name="download_content"),
        )

    def state_on(self, now: datetime) -> State:
        """What it is by now, also while nobody has wiped it yet."""
        return State.WIPED if self.expires_at <= now else State(self.state)

    def is_ready(self, now: datetime) -> bool:
        return self.state_on(now) == State.READY
