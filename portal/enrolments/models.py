"""Drafts, enrolments, consent, and the timeline of what happened."""

from datetime import datetime

import peewee

from portal.accounts.models import Account
from portal.crypto import Sealed
from portal.db import CodeField, CodesField, NumberField, ShortText, Table, UTCField
from portal.enrolments.rules import CONFIRM_WITHIN, EnrolmentStatus, EventKind, Purpose
from portal.programmes.codes import Branch, CallTime, CloseReason, Origin, ProgrammeCode, Theme, WorkSituation
from portal.regions.models import Region


class Draft(Table):
    """An unsent sign-up: sealed, known only by the hash of the id in the browser's cookie, gone after 24 hours."""

    public_id = ShortText(40, unique=True)
    token_hash = ShortText(64, unique=True)
    content_sealed = peewee.BlobField()
    created_at = UTCField()
    expires_at = UTCField(index=True)

    content = Sealed()


class Enrolment(Table):
    """One sign-up for one programme. Counts from `enrolled_at`, when it was confirmed; `region` empty is 'landelijk'.

    Until then name and address lie sealed in `contact`: nothing of an unproven address touches an account. Below zero
    is what is counted of somebody who was erased: nobody's any more, with whole days instead of moments.
    """

    id = NumberField()
    public_id = ShortText(40, unique=True)
    programme = CodeField(ProgrammeCode)
    participant = peewee.ForeignKeyField(Account, null=True, backref="enrolments", on_delete="SET NULL")
    region = peewee.ForeignKeyField(Region, null=True, backref="+", index=False)
    region_derived = peewee.ForeignKeyField(Region, null=True, backref="+")
    pc4 = peewee.IntegerField(null=True)
    work_situation = CodeField(WorkSituation, default=WorkSituation.OTHER)
    branch = CodeField(Branch, null=True)
    origin = CodeField(Origin, default=Origin.WEBSITE)
    shifts = peewee.BooleanField(null=True)
    call_times = CodesField(CallTime)
    language = ShortText(5, default="nl")
    words_sealed = peewee.BlobField(null=True)
    contact_sealed = peewee.BlobField(null=True)
    token_hash = ShortText(64, null=True, unique=True)
    browser_hash = ShortText(64, null=True)
    status = CodeField(EnrolmentStatus, default=EnrolmentStatus.SUBMITTED)
    status_at = UTCField()
    close_reason = CodeField(CloseReason, null=True)
    submitted_at = UTCField()
    enrolled_at = UTCField(null=True)
    # Of who was erased: a random number below zero, so that all that one person signed up for still counts as one.
    tally_person = peewee.IntegerField(null=True)

    words = Sealed()
    contact = Sealed()

    def waits_in_vain(self, now: datetime) -> bool:
        return self.status == EnrolmentStatus.SUBMITTED and self.submitted_at <= now - CONFIRM_WITHIN

    class Meta:
        constraints = (peewee.Check("pc4 BETWEEN 1000 AND 9999", name="enrolment_pc4"),)
        indexes = (
            # The two orders of a region's inbox; with what it is filtered by, so that the rows themselves are not read.
            (("region", "status", "enrolled_at", "programme", "branch"), False),
            (("region", "status_at", "status", "programme", "branch"), False),
            (("programme", "enrolled_at"), False),
            (("status", "submitted_at"), False),
        )


class EnrolmentTheme(Table):
    """A theme that somebody wants to talk about, kept with their consent only."""

    enrolment = peewee.ForeignKeyField(Enrolment, backref="themes", on_delete="CASCADE")
    theme = CodeField(Theme)

    class Meta:
        indexes = ((("enrolment", "theme"), True),)


class Consent(Table):
    """What somebody agreed to, in which version of the words."""

    enrolment = peewee.ForeignKeyField(Enrolment, backref="consents", on_delete="CASCADE")
    purpose = CodeField(Purpose)
    text_version = ShortText(20)
    given_at = UTCField()
    withdrawn_at = UTCField(null=True)


class EnrolmentEvent(Table):
    """One entry on the timeline; `status` says what the enrolment became by it, so that any past day can be counted."""

    enrolment = peewee.ForeignKeyField(Enrolment, backref="events", on_delete="CASCADE")
    at = UTCField()
    kind = CodeField(EventKind)
    status = CodeField(EnrolmentStatus, null=True)
    actor = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
    # Known from a registration elsewhere: nobody did or confirmed it here.
    imported = peewee.BooleanField(default=False)

    class Meta:
        indexes = ((("enrolment", "at"), False),)
