"""Choosing a coach without a time yet: oneself, or by letting the portal choose."""

from datetime import datetime

from portal.access import Actor
from portal.coaches.models import Coach
from portal.db import lock, transaction
from portal.enrolments.models import Enrolment
from portal.matching import mails, queries, rules
from portal.trajectories import actions as trajectories
from portal.trajectories import queries as trajectory_queries
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy


def choose(actor: Actor, *, enrolment: Enrolment, coach: Coach, chosen_by: ChosenBy, now: datetime) -> Trajectory:
    """Couple, and ask the coach to be in touch in time. Changing coach goes by choosing a time with the new one."""
    with transaction():
        lock(coach)
        known = trajectories.held(enrolment)
        if known is not None and known.coach_id != coach.id:
            raise rules.HasCoach
        trajectory = trajectories.couple(actor, enrolment=enrolment, coach=coach, chosen_by=chosen_by, now=now)
        mails.post_coupled(trajectory, now=now)
    return trajectory


def choose_for_me(actor: Actor, *, enrolment: Enrolment, now: datetime) -> Trajectory:
    """The best coach with room in the region, else in the whole country; raises NobodyFree when there is none.

    Who has a coach already keeps that one: pressing the button twice chooses once.
    """
    known = trajectory_queries.of_enrolment(enrolment)
    if known is not None:
        return known
    best = queries.proposals(enrolment, now=now, region=enrolment.region_id, count=1) or queries.proposals(
        enrolment, now=now, region=None, count=1
    )
    if not best:
        raise rules.NobodyFree
    return choose(actor, enrolment=enrolment, coach=best[0].coach, chosen_by=ChosenBy.PORTAL, now=now)
