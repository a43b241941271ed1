"""Keeping the terms on which people book, after showing which talks would fall outside the hours by it."""

from dataclasses import replace
from datetime import datetime

from portal.access import Actor
from portal.availability import queries as availability
from portal.availability.actions import forget_opening
from portal.coaches import actions as coaches
from portal.coaches.queries import coach_of
from portal.coaches.terms import Terms, check_terms
from portal.db import lock, transaction
from portal.schedule import queries as schedule
from portal.sessions.models import Session


def keep_terms(actor: Actor, terms: Terms, *, seen: str, agreed: str, now: datetime) -> list[Session]:
    """Store these terms and return nothing; or store nothing and return the talks that would fall outside the hours.

    That is so when public holidays go off and the coach did not agree to exactly these talks yet (`schedule.stamp`).
    """
    check_terms(terms)
    with transaction():
        coach = coach_of(actor)
        lock(coach)
        kept = replace(availability.kept_by(coach), works_on_holidays=terms.works_on_holidays)
        touched = schedule.newly_outside(coach, kept, now)
        if touched and agreed != schedule.stamp(touched):
            return touched
        coaches.save_terms(actor, terms, seen=seen, now=now)
        forget_opening(coach)
    return []
