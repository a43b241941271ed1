"""Which booked talks a change of hours or a time away would touch, so that a coach sees them before it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from portal.availability import queries as availability
from portal.availability.hours import Away, Kept
from portal.availability.rules import Interval, outside_hours
from portal.clock import local_day
from portal.coaches.models import Coach
from portal.i18n import gettext, near_moment
from portal.offers import queries as offers
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


# What can be done with a talk on a day away.
LET_CHOOSE, MOVE, STAND_IN, KEEP = "choose", "move", "stand_in", "keep"


@dataclass(frozen=True)
class WaysOut:
    """What a coach can do with a talk on a day away: a later time of their own, and who could take over then."""

    talk: Session
    move_to: datetime | None
    stand_in: Coach | None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Each with its value and in words, what suits most people first."""
        name = self.talk.participant.first_name if self.talk.participant else gettext("Somebody")
        found = [(LET_CHOOSE, gettext("Cancel it and let %(name)s choose a new time", name=name))]
        if self.move_to is not None:
            moved = gettext("Move it to %(moment)s", moment=near_moment(self.move_to))
            found.append((f"{MOVE} {self.move_to.isoformat()}", moved))
        if self.stand_in is not None:
            asked = gettext("Ask %(name)s whether %(coach)s may take over", name=name, coach=self.stand_in.name)
            found.append((f"{STAND_IN} {self.stand_in.public_id}", asked))
        return [*found, (KEEP, gettext("Leave it: I can be there after all"))]


def ways_out(coach: Coach, talks: Iterable[Session], away: Away, now: datetime) -> list[WaysOut]:
    """For each of these talks, each later time offered once."""
    calendar = availability.calendar_of(coach, now)
    kept = replace(calendar.kept, absences=(*calendar.kept.absences, away))
    free = availability.free_in(
        coach, replace(calendar, kept=kept), availability.bookable_period(coach, now), coach.talk_minutes
    )
    found, last = [], now
    for talk in talks:
        later = next((start for start in free if start > talk.starts_at and start >= last), None)
        if later is not None:
            last = later + timedelta(minutes=talk.minutes + coach.buffer_before + coach.buffer_after)
        found.append(WaysOut(talk, later, next(iter(offers.stand_ins(talk, now)), None)))
    return found


def stamp(talks: Iterable[Session]) -> str:
    """Short text that tells these talks at these times apart from any others: what somebody agreed to touch."""
    told = "".join(sorted(f"{talk.public_id} {talk.starts_at.isoformat()};" for talk in talks))
    return sha256(told.encode()).hexdigest()[:16]
