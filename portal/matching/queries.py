"""The coaches that fit an enrolment, with reasons and first free times, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, time

from portal import clock
from portal.availability import queries as availability
from portal.availability.models import WeeklyHours
from portal.coaches import queries as coaches
from portal.coaches.models import Coach, CoachRegion
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.matching.rules import EVENING, Offer, Reason, Wish, ranked
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.regions import queries as regions
from portal.regions.rules import kilometres_between
from portal.trajectories import queries as trajectories

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
    programme, today = ProgrammeCode(enrolment.programme), clock.local_day(now)
    found = coaches.bookable_coaches(programme=programme, today=today, region=region)
    by_id = {coach.id: coach for coach in found if coach != besides}
    fits = ranked(_wish(enrolment), _offers(enrolment, list(by_id.values()), today))[: LOOKED_AT + count]
    free = availability.first_free([by_id[f.coach_id] for f in fits], now=now)
    shown = [Proposal(by_id[f.coach_id], f.reasons[:3], free[f.coach_id]) for f in fits if f.coach_id in free]
    return shown[:count]


def _wish(enrolment: Enrolment) -> Wish:
    return Wish(
        region=enrolment.region_id,
        themes=frozenset(enrolments.themes_of(enrolment)),
        branch=enrolment.branch,
        shifts=bool(enrolment.shifts),
        seed=enrolment.public_id,
    )


def _offers(enrolment: Enrolment, found: list[Coach], today: date) -> list[Offer]:
    """What these coaches offer: one query each for load, places, regions and evenings."""
    running = trajectories.running_counts(found)
    points = regions.points_of({c.pc4 for c in found if c.pc4} | {enrolment.pc4 or 0})
    here = points.get(enrolment.pc4 or 0)
    working_in = _regions_of(found)
    evenings = _with_evening_hours(found, today)
    modes = frozenset(PROGRAMMES[ProgrammeCode(enrolment.programme)].modes)
    return [
        Offer(
            coach_id=coach.id,
            themes=coach.themes,
            branches=coach.branches,
            regions=working_in.get(coach.id, frozenset()),
            modes=coach.modes & modes,
            languages=coach.languages,
            evenings=coach.id in evenings,
            kilometres=kilometres_between(here, points[coach.pc4]) if here and coach.pc4 in points else None,
            running=running.get(coach.id, 0),
            capacity=coach.capacity,
        )
        for coach in found
    ]


def _with_evening_hours(found: list[Coach], today: date) -> set[int]:
    """Who keeps hours in the evening, now or later; closing at midnight is the end of the day."""
    rows = WeeklyHours.select(WeeklyHours.coach).where(
        WeeklyHours.coach.in_([coach.id for coach in found]),
        (WeeklyHours.closes >= EVENING) | (WeeklyHours.closes == MIDNIGHT),
        WeeklyHours.valid_until.is_null() | (WeeklyHours.valid_until >= today),
    )
    return {coach_id for (coach_id,) in rows.distinct().tuples().execute()}


def _regions_of(found: list[Coach]) -> dict[int, frozenset[str]]:
    rows = CoachRegion.select(CoachRegion.coach, CoachRegion.region).where(
        CoachRegion.coach.in_([coach.id for coach in found])
    )
    regions_by_coach: dict[int, set[str]] = {}
    for coach_id, region in rows.tuples().execute():
        regions_by_coach.setdefault(coach_id, set()).add(region)
    return {coach_id: frozenset(codes) for coach_id, codes in regions_by_coach.items()}
