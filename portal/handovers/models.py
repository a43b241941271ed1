"""Handovers with their words (for a while), who agreed to which words, and what happened when."""

from datetime import datetime

import peewee

from portal.accounts.models import Account
from portal.crypto import Sealed
from portal.db import CodeField, ShortText, Table, UTCField
from portal.destinations.models import Destination
from portal.handovers.rules import CODE_TRIES, Step, Way
from portal.referrals.models import Referral


class Handover(Table):
    """The one handover of a referral, whose status says how far it is.

    `words` are exactly what is passed on, and gone after `erase_at`; `code` is there while the link can be read with
    it. `address` is where the mail goes, as it was when the participant was asked.
    """

    public_id = ShortText(40, unique=True)
    referral = peewee.ForeignKeyField(Referral, unique=True, backref="handovers", on_delete="CASCADE")
    destination = peewee.ForeignKeyField(Destination, null=True, backref="+", on_delete="SET NULL")
    way = CodeField(Way)
    address = ShortText(254, default="")
    words_sealed = peewee.BlobField(null=True)
    token_hash = ShortText(64, null=True, unique=True)
    code_sealed = peewee.BlobField(null=True)
    tries = peewee.IntegerField(default=0)
    link_expires_at = UTCField(null=True)
    read_at = UTCField(null=True)
    ask_at = UTCField(null=True, index=True)
    erase_at = UTCField(null=True, index=True)

    words = Sealed()
    code = Sealed()

    def can_be_read(self, now: datetime) -> bool:
        """The link was sent, is not over, was not read, and not tried too often."""
        over = self.link_expires_at is None or self.link_expires_at <= now
        return self.code_sealed is not None and not over and self.read_at is None and self.tries < CODE_TRIES


class HandoverConsent(Table):
    """That a participant agreed to pass on these words to this place by this way, once; of the words only a digest."""

    handover = peewee.ForeignKeyField(Handover, unique=True, backref="consents", on_delete="CASCADE")
    to_whom = ShortText(120)
    way = CodeField(Way)
    words_hash = ShortText(64)
    text_version = ShortText(20)
    given_at = UTCField()
    withdrawn_at = UTCField(null=True)


class HandoverStep(Table):
    """Something that happened to a handover, and who did it; nobody for the place and for the portal itself."""

    handover = peewee.ForeignKeyField(Handover, backref="steps", on_delete="CASCADE")
    step = CodeField(Step)
    at = UTCField()
    by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
