"""The shared secret of the authenticator app, and recovery codes."""

import peewee

from portal.accounts.models import Account
from portal.crypto import Sealed
from portal.db import ShortText, Table, UTCField


class Authenticator(Table):
    """The secret that a person's app shares with us; in use from `confirmed_at`."""

    public_id = ShortText(40, unique=True)
    account = peewee.ForeignKeyField(Account, unique=True, on_delete="CASCADE")
    secret_sealed = peewee.BlobField()
    confirmed_at = UTCField(null=True)
    last_step = peewee.IntegerField(default=0)
    wrong_tries = peewee.IntegerField(default=0)
    locked_until = UTCField(null=True)

    secret = Sealed()


class RecoveryCode(Table):
    """A code for the day the phone is lost; works once."""

    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    code_hash = ShortText(64, unique=True)
    used_at = UTCField(null=True)
