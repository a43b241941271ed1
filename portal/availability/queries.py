"""Reading coaches' hours, days away and taken time, and the free times that are left."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.availability import rules
from portal.availability.models import Absence, Block, WeeklyHours
from portal.availability.rules import Away, BlockSource, EmptyReason, Interval, Window
from portal.clock import local_day
from portal.coaches.models import Coach

WEEK = timedelta(weeks=1)
# Longer than any talk with its buffers, so that what reaches into a period from outside is seen too.
MARGIN = timedelta(days=1)


@dataclass
class Calendar:
    """What is known of one coach: hours, days away, and time that is taken with its buffers."""

    windows: list[Window] = field(default_factory=list)
    absences: list[Away] = field(default_factory=list)
    busy: list[Interval] = field(default_factory=list)


def free_slots(
    coach: Coach, *, since: datetime, until: datetime, now: datetime, minutes: int | None = None
) -> list[datetime]:
    """When a talk with this coach can start from `since` up to, not including, `until`, in UTC, sorted. Three queries.

    Never within the coach's notice or beyond the horizon. `minutes` is the length of the talk when it is not the
    coach's usual one.
    """
    period = _bookable_period(coach, now)
    wanted = Interval(max(since, period.starts_at), min(until, period.ends_at))
    if wanted.starts_at >= wanted.ends_at:
        return []
    return _free(coach, calendars([coach], wanted)[coach.id], wanted, minutes or coach.talk_minutes)


def first_free(coaches: Iterable[Coach], *, now: datetime) -> dict[int, datetime]:
    """The first time at which each of these coaches can be met, by coach id; who has none is left out.

    Three queries, however many coaches.
    """
    periods = [(coach, _bookable_period(coach, now)) for coach in coaches]
    if not periods:
        return {}
    whole = Interval(now, max(period.ends_at for _, period in periods))
    known = calendars([coach for coach, _ in periods], whole)
    found = {coach.id: _first(coach, known[coach.id], period) for coach, period in periods}
    return {coach_id: start for coach_id, start in found.items() if start is not None}


def why_empty(coach: Coach, first_day: date, last_day: date, now: datetime) -> EmptyReason:
    """Why there is no free time from the first to the last day, both included. Two queries."""
    period = _bookable_period(coach, now)
    return rules.why_empty(
        windows_of(coach),
        [Away(absence.from_on, absence.until_on) for absence in absences_of(coach, since=first_day)],
        first_day=first_day,
        last_day=last_day,
        minutes=coach.talk_minutes,
        earliest=period.starts_at,
        latest=period.ends_at,
    )


def _bookable_period(coach: Coach, now: datetime) -> Interval:
    return rules.bookable_period(now, notice_hours=coach.notice_hours, horizon_weeks=coach.horizon_weeks)


def _first(coach: Coach, calendar: Calendar, period: Interval) -> datetime | None:
    """Week by week, because most coaches have room in the first."""
    since = period.starts_at
    while calendar.windows and since < period.ends_at:
        until = min(since + WEEK, period.ends_at)
        free = _free(coach, calendar, Interval(since, until), coach.talk_minutes)
        if free:
            return free[0]
        since = until
    return None


def _free(coach: Coach, calendar: Calendar, wanted: Interval, minutes: int) -> list[datetime]:
    return rules.free_starts(
        rules.open_intervals(
            calendar.windows,
            calendar.absences,
            first_day=local_day(wanted.starts_at),
            last_day=local_day(wanted.ends_at + MARGIN),  # A talk may begin before midnight and end after it.
        ),
        calendar.busy,
        minutes=minutes,
        buffer_before=coach.buffer_before,
        buffer_after=coach.buffer_after,
        earliest=wanted.starts_at,
        latest=wanted.ends_at,
    )


def calendars(coaches: list[Coach], period: Interval) -> dict[int, Calendar]:
    """Everything about these coaches that can matter in this period, by coach id. Three queries, read as plain rows."""
    known: dict[int, Calendar] = defaultdict(Calendar)
    coach_ids = [coach.id for coach in coaches]
    hours = WeeklyHours.select(
        WeeklyHours.coach,
        WeeklyHours.weekday,
        WeeklyHours.opens,
        WeeklyHours.closes,
        WeeklyHours.valid_from,
        WeeklyHours.valid_until,
    ).where(WeeklyHours.coach.in_(coach_ids))
    for coach_id, *window in hours.tuples().execute():
        known[coach_id].windows.append(Window(*window))
    absences = Absence.select(Absence.coach, Absence.from_on, Absence.until_on).where(
        Absence.coach.in_(coach_ids), Absence.until_on >= local_day(period.starts_at)
    )
    for coach_id, *days in absences.tuples().execute():
        known[coach_id].absences.append(Away(*days))
    blocks = Block.select(Block.coach, Block.block_starts_at, Block.block_ends_at).where(
        Block.coach.in_(coach_ids),
        Block.active == True,  # noqa: E712  (PostgreSQL wants the comparison)
        Block.block_ends_at > period.starts_at - MARGIN,
        Block.block_starts_at < period.ends_at + MARGIN,
    )
    for coach_id, *taken in blocks.tuples().execute():
        known[coach_id].busy.append(Interval(*taken))
    return known


# -- what a coach sees of it


def windows_of(coach: Coach) -> list[Window]:
    """The weekly hours of this coach, from Monday morning on. One query."""
    rows = (
        WeeklyHours.select()
        .where(WeeklyHours.coach == coach)
        .order_by(WeeklyHours.weekday, WeeklyHours.opens, WeeklyHours.id)
    )
    return [Window(row.weekday, row.opens, row.closes, row.valid_from, row.valid_until) for row in rows]


def absences_of(coach: Coach, *, since: date) -> list[Absence]:
    """The absences that end on this day or later, the first coming up first. One query."""
    return list(
        Absence.select()
        .where(Absence.coach == coach, Absence.until_on >= since)
        .order_by(Absence.from_on, Absence.until_on, Absence.id)
    )


def coming_talks(coach: Coach, now: datetime) -> list[Interval]:
    """The talks of this coach that are still to come, without their buffers. One query."""
    rows = (
        Block.select(Block.starts_at, Block.ends_at)
        .where(
            Block.coach == coach,
            Block.active == True,  # noqa: E712
            Block.source == BlockSource.TALK,
            Block.starts_at > now,
        )
        .order_by(Block.starts_at, Block.id)
    )
    return [Interval(*row) for row in rows.tuples().execute()]


def talks_outside_hours(coach: Coach, windows: list[Window], now: datetime) -> int:
    """How many coming talks do not lie within these hours. One query."""
    talks = coming_talks(coach, now)
    if not talks:
        return 0
    kept = rules.open_intervals(
        windows, (), first_day=local_day(talks[0].starts_at), last_day=local_day(talks[-1].ends_at)
    )
    return sum(bool(rules.subtract([talk], kept)) for talk in talks)


def talks_during(absences: Iterable[Absence], talks: Iterable[Interval]) -> list[int]:
    """How many of these talks begin in each of the absences."""
    days = [local_day(talk.starts_at) for talk in talks]
    return [sum(absence.from_on <= day <= absence.until_on for day in days) for absence in absences]
