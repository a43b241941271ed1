"""Which booked talks a change of hours or a time away would touch, so that a coach sees them before it is stored."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from portal.availability import queries as availability
from portal.availability.hours import Away, Kept
from portal.availability.rules import Interval, outside_hours
from portal.clock import local_day
from portal.coaches.models import Coach
from portal.sessions.models import Session
from portal.sessions.queries import coming_with


def newly_outside(coach: Coach, kept: Kept, now: datetime) -> list[Session]:
    """The coming talks that lie within the hours of now and would not lie within these, the next one first."""
    talks = {Interval(talk.starts_at, talk.ends_at): talk for talk in coming_with(coach, now)}
    if not talks:
        return []
    already = outside_hours(availability.kept_by(coach), talks)
    return [talks[time] for time in outside_hours(kept, talks) if time not in already]


def during(coach: Coach, away: Away, now: datetime) -> list[Session]:
    """The coming talks that begin on these days away, the next one first."""
    return [talk for talk in coming_with(coach, now) if away.covers(local_day(talk.starts_at))]


def stamp(talks: Iterable[Session]) -> str:
    """Short text that tells these talks at these times apart from any others: what somebody agreed to touch."""
    told = "".join(sorted(f"{talk.public_id} {talk.starts_at.isoformat()};" for talk in talks))
    return sha256(told.encode()).hexdigest()[:16]
