"""The scheduling engine against a naive one: an rrule for every window of every coach, and every start looked at."""

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from dateutil.rrule import WEEKLY, rrule

from portal.availability import actions, queries
from portal.availability.rules import AMSTERDAM, Interval
from portal.clock import local
from portal.coaches.models import Coach
from portal.db import database

ROUNDS = 5
WEEK = timedelta(weeks=1)


def naive_first_free(coaches: list[Coach], now: datetime) -> dict[int, datetime]:
    """What a plain reading of the hours gives, coach by coach; right but slow."""
    periods = {coach.id: queries.bookable_period(coach, now) for coach in coaches}
    whole = Interval(now, max(period.ends_at for period in periods.values()))
    known = queries.calendars(coaches, whole, now)
    found = {}
    for coach in coaches:
        calendar, period = known[coach.id], periods[coach.id]
        starts = (start for window in calendar.kept.windows for start in _starts(window, coach, period))
        free = [start for start in starts if not _clashes(start, coach, calendar.busy.values())]
        if free:
            found[coach.id] = min(free)
    return found


def _starts(window, coach: Coach, period: Interval):  # type: ignore[no-untyped-def]
    first, last = local(period.starts_at).replace(tzinfo=None), local(period.ends_at).replace(tzinfo=None)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in rrule(WEEKLY, dtstart=midnight, until=last, byweekday=window.weekday):
        moment = day.replace(hour=window.opens.hour, minute=window.opens.minute)
        closes = day.replace(hour=window.closes.hour, minute=window.closes.minute)
        while moment + timedelta(minutes=coach.talk_minutes) <= closes:
            start = moment.replace(tzinfo=AMSTERDAM)
            if period.starts_at <= start < period.ends_at:
                yield start
            moment += timedelta(minutes=30)


def _clashes(start: datetime, coach: Coach, busy) -> bool:  # type: ignore[no-untyped-def]
    begins = start - timedelta(minutes=coach.buffer_before)
    ends = start + timedelta(minutes=coach.talk_minutes + coach.buffer_after)
    return any(taken.starts_at < ends and begins < taken.ends_at for taken in busy)


def report(now: datetime) -> list[str]:
    """Lines of the engine's budget: milliseconds of CPU, median of several rounds, and statements."""
    coaches = list(Coach.select().order_by(Coach.id))
    region, everybody = coaches[:200], [coach.id for coach in coaches]
    actions.work_out_openings(everybody, now=now)
    one = coaches[0]
    known = queries.calendar_of(one, now)
    week = Interval(now + WEEK, now + 2 * WEEK)
    assert naive_first_free(region, now) == queries.first_free(region, now=now)
    assert queries.first_free_known([c.id for c in region], now=now) == queries.first_free(region, now=now)
    return [
        _line("one coach-week, rules", lambda: queries.free_in(one, known, week, one.talk_minutes), 1),
        _line("one coach-week, page", lambda: queries.free_slots(one, since=now, until=now + WEEK, now=now), None),
        _line("first free, region of 200", lambda: queries.first_free_known([c.id for c in region], now=now), 25),
        _line(f"first free, all {len(coaches)}", lambda: queries.first_free_known(everybody, now=now), 100),
        _line("  worked out anew, 200", lambda: queries.first_free(region, now=now), None),
        _line("  naive rrule, 200", lambda: naive_first_free(region, now), None),
    ]


def _line(name: str, work: Callable[[], object], budget: int | None) -> str:
    taken, statements = [], []
    work()
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    database.query_hooks.append(statements.append)
    work()
    database.query_hooks.pop()
    told = f"budget {budget} ms, {'kept' if statistics.median(taken) <= budget else 'OVER'}" if budget else ""
    return f"{name:<28} {statistics.median(taken):8.2f} ms (min {min(taken):.2f})  {len(statements)} queries  {told}"
