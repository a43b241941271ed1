"""Keeping what counting notes small."""

import secrets

from portal.counting.models import CountedChange
from portal.db import transaction

TOKEN_BITS = 53


def tidy_changes() -> None:
    """One change instead of the many of a day. Whoever counts next counts once more."""
    with transaction():
        CountedChange.delete().execute()
        CountedChange.create(token=secrets.randbits(TOKEN_BITS))
