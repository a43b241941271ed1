"""Who does not want the mail about a quarter."""

import peewee

from portal.accounts.models import Account
from portal.db import Table, UTCField


class QuarterMailOff(Table):
    """This person switched the mail off; without a row it comes."""

    account = peewee.ForeignKeyField(Account, unique=True, on_delete="CASCADE")
    switched_off_at = UTCField()
