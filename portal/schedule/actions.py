"""Changing when a coach can be met: stored at once when no booked talk is touched, else only once the coach agrees.

Each returns the talks that would be touched and that were not agreed to; then nothing is stored. `agreed` is the stamp
of the talks that the coach was shown, so that one booked meanwhile is shown first too.
"""

from dataclasses import replace
from datetime import datetime

from portal.access import Actor
from portal.availability import actions as availability
from portal.availability.hours import Extra
from portal.availability.queries import kept_by
from portal.coaches.queries import coach_of
from portal.db import lock, transaction
from portal.schedule import queries
from portal.sessions.models import Session


def drop_extra(actor: Actor, extra: Extra, *, agreed: str, now: datetime) -> list[Session]:
    """These extra hours fall away; raises NotFound when there are none such."""
    with transaction():
        coach = coach_of(actor)
        lock(coach)
        kept = kept_by(coach)
        left = tuple(other for other in kept.extras if other != extra)
        touched = queries.newly_outside(coach, replace(kept, extras=left), now)
        if touched and agreed != queries.stamp(touched):
            return touched
        availability.remove_extra(actor, extra, now=now)
    return []
