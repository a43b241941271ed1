"""Reading coaches' hours, days away and taken time, and the free times that are left."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import peewee

from portal.availability import rules
from portal.availability.hours import NO_HOURS, Away, Extra, Kept, Window
from portal.availability.models import Absence, Block, ExtraHours, Opening, WeeklyHours
from portal.availability.rules import BlockSource, Caps, EmptyReason, Interval
from portal.clock import local_day, start_of
from portal.coaches.models import Coach

WEEK = timedelta(weeks=1)
# Longer than any talk with its buffers, so that what reaches into a period from outside is seen too; and a whole week,
# because a week can be full by talks outside the period.
MARGIN = WEEK


@dataclass(frozen=True)
class Calendar:
    """What is known of one coach: what they said, and time that is taken with its buffers, by when its talk starts."""

    kept: Kept = NO_HOURS
    busy: dict[int, Interval] = field(default_factory=dict)
    talks: dict[int, datetime] = field(default_factory=dict)
    # When holds among them expire.
    expiring: list[datetime] = field(default_factory=list)

    def without(self, blocks: Collection[int]) -> "Calendar":
        """As if these blocks were free, for who moves a talk or holds a time."""
        return Calendar(
            self.kept,
            {id: taken for id, taken in self.busy.items() if id not in blocks},
            {id: start for id, start in self.talks.items() if id not in blocks},
        )


def free_slots(
    coach: Coach,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    minutes: int | None = None,
    besides: Collection[int] = (),
) -> list[datetime]:
    """When a talk with this coach can start from `since` up to, not including, `until`, in UTC, sorted. Four queries.

    Never within the coach's notice, beyond the horizon, or on a day or in a week that is full. `minutes` is the length
    of the talk when it is not the coach's usual one; `besides` are blocks that would become free.
    """
    period = bookable_period(coach, now)
    wanted = Interval(max(since, period.starts_at), min(until, period.ends_at))
    if wanted.starts_at >= wanted.ends_at:
        return []
    known = calendars([coach], wanted, now)[coach.id].without(besides)
    return free_in(coach, known, wanted, minutes or coach.talk_minutes)


@dataclass(frozen=True)
class Offered:
    """What a coach offers at one moment: the time is kept for talks, and nobody has taken it."""

    kept: list[datetime]
    free: list[datetime]


def offered_at(
    coach: Coach, starts_at: datetime, *, now: datetime, minutes: int | None = None, besides: Collection[int] = ()
) -> Offered:
    """This very time, as far as the coach keeps it and it is free, as `free_slots` says it. Four queries."""
    minutes = minutes or coach.talk_minutes
    period = bookable_period(coach, now)
    wanted = Interval(max(starts_at, period.starts_at), min(starts_at + timedelta(minutes=1), period.ends_at))
    if wanted.starts_at >= wanted.ends_at:
        return Offered([], [])
    known = calendars([coach], wanted, now)[coach.id]
    kept = free_in(coach, Calendar(known.kept), wanted, minutes)
    return Offered(kept, free_in(coach, known.without(besides), wanted, minutes) if kept else [])


def first_free(coaches: Iterable[Coach], *, now: datetime) -> dict[int, datetime]:
    """The first time at which each of these coaches can be met, by coach id; who has none is left out.

    Four queries, however many coaches.
    """
    periods = [(coach, bookable_period(coach, now)) for coach in coaches]
    if not periods:
        return {}
    whole = Interval(now, max(period.ends_at for _, period in periods))
    known = calendars([coach for coach, _ in periods], whole, now)
    found = {coach.id: _first(coach, known[coach.id], period) for coach, period in periods}
    return {coach_id: start for coach_id, start in found.items() if start is not None}


def first_free_known(coach_ids: Collection[int], *, now: datetime) -> dict[int, datetime]:
    """As `first_free`, out of what was worked out before, and only for the others anew. One query when all is known."""
    known = {
        coach_id: first_at
        for coach_id, first_at in Opening.select(Opening.coach, Opening.first_at)
        .join(Coach)
        .where(Opening.coach.in_(list(coach_ids)), *_still_good(now))
        .tuples()
        .execute()
    }
    unknown = [coach_id for coach_id in coach_ids if coach_id not in known]
    anew = first_free(Coach.select().where(Coach.id.in_(unknown)), now=now) if unknown else {}
    return {coach_id: first_at for coach_id, first_at in (known | anew).items() if first_at is not None}


def _still_good(now: datetime) -> tuple[peewee.Expression, ...]:
    return Opening.good_until > now, Opening.coach_version == Coach.version


def openings_to_work_out(coach_ids: Iterable[int], now: datetime) -> list[Coach]:
    """Those of these coaches whose first free time is not known."""
    good = Opening.select(Opening.coach).join(Coach).where(*_still_good(now))
    return list(Coach.select().where(Coach.id.in_(coach_ids), Coach.id.not_in(good)).order_by(Coach.id))


def opening_of(coach: Coach, calendar: Calendar, now: datetime) -> tuple[datetime | None, datetime]:
    """The first free time, and until when that is right if nothing changes."""
    period = bookable_period(coach, now)
    first = _first(coach, calendar, period)
    ends = [start_of(local_day(now) + rules.DAY), *(at for at in calendar.expiring if at > now)]
    if first is not None:
        ends.append(now + (first - period.starts_at) + timedelta(microseconds=1))
    return first, min(ends)


def calendar_of(coach: Coach, now: datetime) -> Calendar:
    """Everything about this coach that matters for who books now. Four queries."""
    return calendars([coach], Interval(now, bookable_period(coach, now).ends_at), now)[coach.id]


def first_in(coach: Coach, calendar: Calendar, now: datetime) -> datetime | None:
    """The first time at which this coach can be met, out of what is known of the calendar."""
    return _first(coach, calendar, bookable_period(coach, now))


def why_empty(coach: Coach, first_day: date, last_day: date, now: datetime, minutes: int) -> EmptyReason:
    """Why no talk of so many minutes is free from the first to the last day, both included. Three queries."""
    period = bookable_period(coach, now)
    return rules.why_empty(
        kept_by(coach),
        first_day=first_day,
        last_day=last_day,
        minutes=minutes,
        earliest=period.starts_at,
        latest=period.ends_at,
    )


def bookable_period(coach: Coach, now: datetime) -> Interval:
    return rules.bookable_period(
        now,
        notice_hours=coach.notice_hours,
        notice_working_days=coach.notice_working_days,
        horizon_weeks=coach.horizon_weeks,
    )


def _first(coach: Coach, calendar: Calendar, period: Interval) -> datetime | None:
    """Week by week, because most coaches have room in the first."""
    since = period.starts_at
    while calendar.kept.keeps_hours and since < period.ends_at:
        until = min(since + WEEK, period.ends_at)
        free = free_in(coach, calendar, Interval(since, until), coach.talk_minutes)
        if free:
            return free[0]
        since = until
    return None


def free_in(coach: Coach, calendar: Calendar, wanted: Interval, minutes: int) -> list[datetime]:
    """The free times of this coach within a period, out of what is known of the calendar."""
    starts = rules.free_starts(
        rules.open_intervals(
            calendar.kept,
            first_day=local_day(wanted.starts_at),
            last_day=local_day(wanted.ends_at + rules.DAY),  # A talk may begin before midnight and end after it.
        ),
        calendar.busy.values(),
        minutes=minutes,
        buffer_before=coach.buffer_before,
        buffer_after=coach.buffer_after,
        earliest=wanted.starts_at,
        latest=wanted.ends_at,
    )
    return rules.within_caps(starts, calendar.talks.values(), Caps(coach.most_per_day, coach.most_per_week))


def calendars(coaches: list[Coach], period: Interval, now: datetime) -> dict[int, Calendar]:
    """Everything about these coaches that can matter in this period, by coach id. Four queries, read as plain rows."""
    ids = [coach.id for coach in coaches]
    known = {id: Calendar(kept) for id, kept in kept_by_all(coaches, since=period.starts_at).items()}
    blocks = Block.select(
        Block.coach,
        Block.id,
        Block.starts_at,
        Block.block_starts_at,
        Block.block_ends_at,
        Block.source,
        Block.expires_at,
    ).where(
        Block.coach.in_(ids),
        Block.active == True,  # noqa: E712  (PostgreSQL wants the comparison)
        Block.expires_at.is_null() | (Block.expires_at > now),
        Block.block_ends_at > period.starts_at - MARGIN,
        Block.block_starts_at < period.ends_at + MARGIN,
    )
    for coach_id, block_id, starts_at, taken_from, taken_until, source, expires_at in blocks.tuples().execute():
        known[coach_id].busy[block_id] = Interval(taken_from, taken_until)
        if source != BlockSource.OUTSIDE:
            known[coach_id].talks[block_id] = starts_at
        if expires_at is not None:
            known[coach_id].expiring.append(expires_at)
    return known


def kept_by_all(coaches: list[Coach], *, since: datetime) -> dict[int, Kept]:
    """What each of these coaches said about when to be met from this moment on, by coach id. Three queries."""
    ids = [coach.id for coach in coaches]
    windows, extras, absences = _windows(ids), _extras(ids, since), _absences(ids, local_day(since))
    return {
        coach.id: Kept(
            tuple(windows[coach.id]), tuple(extras[coach.id]), tuple(absences[coach.id]), coach.works_on_holidays
        )
        for coach in coaches
    }


def _windows(coach_ids: list[int]) -> dict[int, list[Window]]:
    """The weekly hours by coach id, from Monday morning on."""
    rows = (
        WeeklyHours.select(
            WeeklyHours.coach,
            WeeklyHours.weekday,
            WeeklyHours.opens,
            WeeklyHours.closes,
            WeeklyHours.valid_from,
            WeeklyHours.valid_until,
            WeeklyHours.weeks,
            WeeklyHours.every,
        )
        .where(WeeklyHours.coach.in_(coach_ids))
        .order_by(WeeklyHours.weekday, WeeklyHours.opens, WeeklyHours.id)
    )
    found: dict[int, list[Window]] = defaultdict(list)
    for coach_id, *window in rows.tuples().execute():
        found[coach_id].append(Window(*window))
    return found


def _extras(coach_ids: list[int], since: datetime) -> dict[int, list[Extra]]:
    rows = ExtraHours.select(ExtraHours.coach, ExtraHours.on_day, ExtraHours.opens, ExtraHours.closes).where(
        ExtraHours.coach.in_(coach_ids), ExtraHours.on_day >= local_day(since) - rules.DAY
    )
    found: dict[int, list[Extra]] = defaultdict(list)
    for coach_id, *hours in rows.order_by(ExtraHours.on_day, ExtraHours.opens, ExtraHours.id).tuples().execute():
        found[coach_id].append(Extra(*hours))
    return found


def _absences(coach_ids: list[int], since: date) -> dict[int, list[Away]]:
    rows = Absence.select(Absence.coach, Absence.from_on, Absence.until_on).where(
        Absence.coach.in_(coach_ids), Absence.until_on >= since
    )
    found: dict[int, list[Away]] = defaultdict(list)
    for coach_id, *days in rows.tuples().execute():
        found[coach_id].append(Away(*days))
    return found


def active_blocks(coach_id: int, within: Interval | None = None) -> list[Block]:
    """Taken time of this coach, the first one first; only what overlaps with `within` when that is given. One query."""
    overlaps = (
        () if within is None else (Block.block_starts_at < within.ends_at, Block.block_ends_at > within.starts_at)
    )
    active = Block.select().where(Block.coach == coach_id, Block.active == True, *overlaps)  # noqa: E712
    return list(active.order_by(Block.block_starts_at, Block.id))


# -- what a coach sees of it


def kept_by(coach: Coach) -> Kept:
    """Everything this coach said about when to be met, of today and later or of always. Three queries."""
    return kept_by_all([coach], since=rules.LONG_AGO)[coach.id]


def windows_of(coach: Coach) -> list[Window]:
    """The weekly hours of this coach, from Monday morning on. One query."""
    return _windows([coach.id])[coach.id]


def extras_of(coach: Coach, *, since: date) -> list[Extra]:
    """The extra hours of this day and later, the first coming up first. One query."""
    return [extra for extra in _extras([coach.id], start_of(since))[coach.id] if extra.on_day >= since]


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


def talks_outside_hours(coach: Coach, kept: Kept, now: datetime) -> list[Interval]:
    """The coming talks that do not lie within these hours; days away are told apart. One query."""
    return rules.outside_hours(kept, coming_talks(coach, now))


def talks_during(absences: Iterable[Absence], talks: Iterable[Interval]) -> list[int]:
    """How many of these talks begin in each of the absences."""
    days = [local_day(talk.starts_at) for talk in talks]
    return [sum(absence.from_on <= day <= absence.until_on for day in days) for absence in absences]
