"""Changing when a coach can be met: stored at once when no booked talk is touched, else only once the coach agrees.

Each returns the talks that would be touched and that were not agreed to; then nothing is stored. `agreed` is the stamp
of the talks that the coach was shown, so that one booked meanwhile is shown first too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from portal.access import Actor
from portal.availability import actions as availability
from portal.availability import hours
from portal.availability.hours import Away, Extra, Window
from portal.availability.queries import kept_by
from portal.clock import local_day
from portal.coaches import queries as coaches
from portal.coaches.queries import coach_of
from portal.db import lock, transaction
from portal.offers import actions as offers
from portal.programmes.codes import ProgrammeCode
from portal.schedule import queries
from portal.schedule.queries import KEEP, LET_CHOOSE, MOVE, STAND_IN
from portal.sessions import actions as sessions
from portal.sessions.models import Session


def keep_hours(actor: Actor, windows: Iterable[Window], *, seen: str, agreed: str, now: datetime) -> list[Session]:
    """Keep these weekly hours from now on."""
    windows = tuple(windows)
    hours.check_hours(windows)
    with transaction():
        coach = coach_of(actor)
        lock(coach)
        touched = queries.newly_outside(coach, replace(kept_by(coach), windows=windows), now)
        if touched and agreed != queries.stamp(touched):
            return touched
        availability.set_weekly_hours(actor, windows, seen=seen, now=now)
    return []


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


def go_away(
    actor: Actor, away: Away, *, agreed: str, now: datetime, choices: Mapping[str, str] | None = None
) -> list[Session]:
    """Be away on these days, and do with each talk that is touched what the coach chose for it: all of it or nothing.

    `choices` are answers of `queries.ways_out`, by the talk's public id; a talk without one stays. Each participant
    gets one mail. Raises SlotTaken when a time or a stand-in was taken meanwhile.
    """
    hours.check_absence(away)
    hours.check_absence_is_coming(away, local_day(now))
    with transaction():
        coach = coach_of(actor)
        lock(coach)
        touched = queries.during(coach, away, now)
        if touched and agreed != queries.stamp(touched):
            return touched
        availability.add_absence(actor, away, now=now)
        for talk in touched:
            _carry_out(actor, talk, (choices or {}).get(talk.public_id, KEEP), now)
    return []


def _carry_out(actor: Actor, talk: Session, choice: str, now: datetime) -> None:
    way, _, what = choice.partition(" ")
    if way == LET_CHOOSE:
        sessions.cancel_session(actor, talk, now=now)
    elif way == MOVE:
        starts_at = datetime.fromisoformat(what)
        sessions.move_session(actor, talk, starts_at=starts_at, mode=talk.mode, seen=talk.sequence, now=now)
    elif way == STAND_IN:
        programme = ProgrammeCode(talk.trajectory.programme)
        other = coaches.bookable(what, programme=programme, today=local_day(now))
        offers.offer_stand_in(actor, talk, other, now=now)
