"""Who has an account, which roles it holds, and the ways in."""

from datetime import datetime

import peewee

from portal.access import Role
from portal.accounts.rules import CODE_TRIES
from portal.db import CodeField, NumberField, ShortText, Table, UTCField
from portal.regions.models import Region

BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari")]
SYSTEMS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac", "Mac"), ("Windows", "Windows")]


class Account(Table):
    """One person, known by one mail address."""

    id = NumberField()
    public_id = ShortText(40, unique=True)
    email = ShortText(254)
    email_key = ShortText(320, unique=True)
    first_name = ShortText(100)
    last_name = ShortText(100, default="")
    phone = ShortText(20, default="")
    language = ShortText(5, default="nl")
    created_at = UTCField()
    blocked_at = UTCField(null=True)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Grant(Table):
    """A role of a person; for staff of a region with the region it holds for."""

    account = peewee.ForeignKeyField(Account, backref="grants", on_delete="CASCADE")
    role = CodeField(Role)
    region = peewee.ForeignKeyField(Region, null=True)

    class Meta:
        indexes = ((("account", "role", "region"), True),)


class Invitation(Table):
    """A mailed invitation to take a role."""

    public_id = ShortText(40, unique=True)
    email = ShortText(254)
    email_key = ShortText(320, index=True)
    role = CodeField(Role)
    language = ShortText(5, default="nl")
    token_hash = ShortText(64, unique=True)
    invited_by = peewee.ForeignKeyField(Account, null=True, on_delete="SET NULL")
    created_at = UTCField()
    expires_at = UTCField()
    accepted_at = UTCField(null=True)


class InvitedRegion(Table):
    """A region that an invitation is for."""

    invitation = peewee.ForeignKeyField(Invitation, backref="regions", on_delete="CASCADE")
    region = peewee.ForeignKeyField(Region)

    class Meta:
        indexes = ((("invitation", "region"), True),)


class SignInRequest(Table):
    """A mailed link with its six-digit code. No account: the address was unknown, and nothing was sent.

    Without `browser_hash` (a link printed by the helpdesk command) the first browser that presses the button has it.
    """

    public_id = ShortText(40, unique=True)
    account = peewee.ForeignKeyField(Account, null=True, on_delete="CASCADE")
    address_hash = ShortText(64, index=True)
    browser_hash = ShortText(64, null=True, index=True)
    token_hash = ShortText(64, unique=True)
    code_hash = ShortText(64)
    created_at = UTCField()
    expires_at = UTCField()
    tries = peewee.IntegerField(default=0)
    ended_at = UTCField(null=True)

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and self.expires_at > now and self.tries < CODE_TRIES


class BrowserSession(Table):
    """A browser that is signed in. The cookie holds the token, we keep its hash."""

    public_id = ShortText(40, unique=True)
    token_hash = ShortText(64, unique=True)
    account = peewee.ForeignKeyField(Account, backref="sessions", on_delete="CASCADE")
    created_at = UTCField()
    last_seen_at = UTCField()
    second_factor_at = UTCField(null=True)
    browser = ShortText(200, default="")

    @property
    def browser_name(self) -> str:
        """Such as 'Firefox on Linux': enough to recognise one's own device."""
        agent = self.browser
        name = next((n for sign, n in BROWSERS if sign in agent), "Browser")
        system = next((n for sign, n in SYSTEMS if sign in agent), "")
        return f"{name} ({system})" if system else name
