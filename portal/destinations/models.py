"""Places to go to, as data that somebody keeps, and who is the backup of a region."""

from datetime import date

import peewee

from portal.accounts.models import Account
from portal.db import CodeField, ShortText, Table, UTCField
from portal.destinations import rules
from portal.destinations.rules import Freshness
from portal.programmes.codes import DestinationClass
from portal.regions.models import Region


class Destination(Table):
    """A place that helps; without `region` for the whole country. Without `checked_on` nobody has checked it yet."""

    public_id = ShortText(40, unique=True)
    name = ShortText(120)
    destination_class = CodeField(DestinationClass)
    region = peewee.ForeignKeyField(Region, null=True, backref="+")
    for_what = ShortText(300, default="")
    how_in = ShortText(300, default="")
    phone = ShortText(40, default="")
    website = ShortText(200, default="")
    email = ShortText(254, default="")
    hours = ShortText(200, default="")
    usual_days = peewee.IntegerField(null=True)
    checked_on = peewee.DateField(null=True)
    checked_by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
    retired_at = UTCField(null=True)
    version = peewee.IntegerField(default=1)

    class Meta:
        constraints = (peewee.Check("usual_days BETWEEN 0 AND 365", name="destination_usual_days"),)

    def freshness(self, today: date) -> Freshness:
        return rules.freshness(self.checked_on, today)


class Backup(Table):
    """Who can be called for advice about somebody, without a name; both days are included."""

    public_id = ShortText(40, unique=True)
    region = peewee.ForeignKeyField(Region, backref="+", index=False)
    name = ShortText(100)
    phone = ShortText(40)
    first_day = peewee.DateField()
    last_day = peewee.DateField()

    class Meta:
        constraints = (peewee.Check("first_day <= last_day", name="backup_period"),)
        indexes = ((("region", "last_day"), False),)
