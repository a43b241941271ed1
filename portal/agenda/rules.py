"""What a calendar that fetches gets: whose talks, from when until when, and how often it may ask."""

from datetime import timedelta
from enum import StrEnum

from portal.access import Role

# What the digest of a token in an address is good for.
PURPOSE = "agenda"
# Talks from so long ago until so far ahead.
BACK = timedelta(days=30)
AHEAD = timedelta(days=365)
# Of one address: a few devices that each look every quarter of an hour.
FETCHES = "60/hour"


class Whose(StrEnum):
    """As whom somebody has these talks; who is both has an address for each."""

    PARTICIPANT = "participant"
    COACH = "coach"

    @property
    def role(self) -> Role:
        return Role(self.value)
