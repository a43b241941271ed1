"""The coaches that fit an enrolment, with reasons and first free times, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, time

import peewee
from peewee import fn

from portal import clock
from portal.availability import queries as availability
from portal.availability.models import WeeklyHours
from portal.coaches import queries as coaches
from portal.coaches.models import Coach
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.matching.rules import EVENING, Offer, Reason, Wish, ranked
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.regions import queries as regions
from portal.regions.rules import Point, kilometres_between
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import RUNNING

MIDNIGHT = time(0)
# So many of the best are asked for a free time; who has none in their horizon is not shown.
LOOKED_AT = 12


@dataclass(frozen=True)
class Proposal:
    """A coach who fits, why, and when there is room first."""

    coach: Coach
    reasons: tuple[Reason, ...]
    first_free: datetime


def proposals(
    enrolment: Enrolment, *, now: datetime, region: str | None, count: int = 3, besides: Coach | None = None
) -> list[Proposal]:
    """The best `count` coaches of a region (None: of the whole country) who have a free time, besides one's own."""
    offers = _offers(enrolment, region, clock.local_day(now))
    fits = ranked(_wish(enrolment), (o for o in offers if besides is None or o.coach_id != besides.id))
    fits = fits[: LOOKED_AT + count]
    free = availability.first_free_known([f.coach_id for f in fits], now=now)
    shown = [f for f in fits if f.coach_id in free][:count]
    named = coaches.named(f.coach_id for f in shown)
    return [Proposal(named[f.coach_id], f.reasons[:3], free[f.coach_id]) for f in shown]


def _wish(enrolment: Enrolment) -> Wish:
    return Wish(
        region=enrolment.region_id,
        themes=frozenset(enrolments.themes_of(enrolment)),
        branch=enrolment.branch,
        shifts=bool(enrolment.shifts),
        seed=enrolment.public_id,
    )


def _offers(enrolment: Enrolment, region: str | None, today: date) -> list[Offer]:
    """What everybody offers who can be chosen: one query, read as plain rows, however many coaches."""
    programme = ProgrammeCode(enrolment.programme)
    running = Trajectory.select(fn.COUNT(Trajectory.id)).where(
        Trajectory.coach == Coach.id, Trajectory.status.in_(sorted(RUNNING))
    )
    rows = coaches.bookable_coaches(programme=programme, today=today, region=region).select(
        Coach.id,
        Coach.themes,
        Coach.branches,
        Coach.modes,
        Coach.languages,
        Coach.pc4,
        Coach.capacity,
        running,
        coaches.works_in(enrolment.region_id),
        fn.EXISTS(_evening_hours(today)),
    )
    here = regions.points().get(enrolment.pc4 or 0)
    ways = frozenset(PROGRAMMES[programme].modes)
    return [
        Offer(
            coach_id=coach_id,
            themes=themes,
            branches=branches,
            regions=frozenset({enrolment.region_id}) if works_here else frozenset(),
            modes=modes & ways,
            languages=languages,
            evenings=bool(evenings),
            kilometres=_kilometres(here, pc4),
            running=talking,
            capacity=capacity,
        )
        for (
            coach_id,
            themes,
            branches,
            modes,
            languages,
            pc4,
            capacity,
            talking,
            works_here,
            evenings,
        ) in rows.tuples().execute()
    ]


def _kilometres(here: Point | None, pc4: int | None) -> float | None:
    there = regions.points().get(pc4 or 0)
    return kilometres_between(here, there) if here and there else None


def _evening_hours(today: date) -> peewee.ModelSelect:
    """Hours of this coach in the evening, now or later; closing at midnight is the end of the day."""
    return WeeklyHours.select(WeeklyHours.id).where(
        WeeklyHours.coach == Coach.id,
        (WeeklyHours.closes >= EVENING) | (WeeklyHours.closes == MIDNIGHT),
        WeeklyHours.valid_until.is_null() | (WeeklyHours.valid_until >= today),
    )
