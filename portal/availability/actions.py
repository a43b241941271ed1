"""Taking time so that nobody is ever in two talks at once, and keeping a coach's hours and days away."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta

import peewee

from portal import audit
from portal.access import Actor
from portal.accounts.models import Account
from portal.availability import hours, queries, rules
from portal.availability.hours import Away, Extra, Window
from portal.availability.models import Absence, Block, ExtraHours, Opening, WeeklyHours
from portal.availability.rules import AlreadyBusy, BlockSource, Interval, SlotTaken
from portal.clock import local_day
from portal.coaches.models import Coach
from portal.coaches.queries import coach_of
from portal.db import broken_constraint, lock, transaction
from portal.errors import ChangedMeanwhile, DomainError, NotFound

# So many rows in one statement.
SOME = 200
# What each constraint means to somebody who runs into it; on SQLite triggers raise the same names.
CONFLICTS: dict[str, type[DomainError]] = {
    "block_coach_never_overlaps": SlotTaken,
    "block_participant_never_overlaps": AlreadyBusy,
}


# -- taken time


def take(
    *, coach: Coach, participant: int | None, starts_at: datetime, minutes: int, source: BlockSource, now: datetime
) -> Block:
    """Take this time of the coach and the participant, with the coach's buffers around it.

    Inside the transaction of the caller. Raises SlotTaken or AlreadyBusy: the table decides the race, not what was read
    before. Coach first, participant second: everybody locks in the same order.
    """
    talk = Interval(starts_at, starts_at + timedelta(minutes=minutes))
    buffered = rules.block_range(starts_at, minutes, coach.buffer_before, coach.buffer_after)
    return _block(coach, participant, talk, buffered, source, now)


def hold(
    *,
    coach: Coach,
    participant: int | None,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    expires_at: datetime,
    moving: Block | None = None,
) -> Block:
    """Keep this time for somebody until it expires, as `take` does; of a talk that moves, what it does not take yet.

    That can be nothing, when only the way to talk changes.
    """
    buffered = rules.block_range(starts_at, minutes, coach.buffer_before, coach.buffer_after)
    own = [Interval(moving.block_starts_at, moving.block_ends_at)] if moving else []
    left = rules.subtract([buffered], own)
    kept = left[0] if left else buffered
    return _block(coach, participant, kept, kept, BlockSource.HOLD, now, expires_at, active=bool(left))


def _block(
    coach: Coach,
    participant: int | None,
    talk: Interval,
    buffered: Interval,
    source: BlockSource,
    now: datetime,
    expires_at: datetime | None = None,
    *,
    active: bool = True,
) -> Block:
    lock(coach)
    if participant is not None:
        lock(Account(id=participant))
    _let_go_of_expired(coach, participant, now)
    forget_opening(coach)
    with naming_conflicts():
        block: Block = Block.create(
            coach=coach,
            participant=participant,
            starts_at=talk.starts_at,
            ends_at=talk.ends_at,
            block_starts_at=buffered.starts_at,
            block_ends_at=buffered.ends_at,
            source=source,
            active=active,
            wall_start=rules.wall_start(talk.starts_at),
            expires_at=expires_at,
        )
    return block


def _let_go_of_expired(coach: Coach, participant: int | None, now: datetime) -> None:
    """The table knows no time: a hold that is over goes before anybody else takes its place."""
    Block.update(active=False).where(
        Block.active == True,  # noqa: E712  (PostgreSQL wants the comparison)
        Block.expires_at <= now,
        (Block.coach == coach) | (Block.participant == (participant or 0)),
    ).execute()


def free(block: Block | None) -> None:
    """Give the time back; the row stays as history. Freeing it twice changes nothing."""
    if block is not None:
        free_all([block.id])


def free_all(block_ids: Collection[int]) -> None:
    if block_ids:
        ids = list(block_ids)
        Block.update(active=False).where(Block.id.in_(ids)).execute()
        Opening.delete().where(Opening.coach.in_(Block.select(Block.coach).where(Block.id.in_(ids)))).execute()


def forget(block_ids: Collection[int]) -> None:
    """Give this time back, and keep no row that says when it was taken: somebody is erased."""
    free_all(block_ids)
    for some in peewee.chunked(block_ids, SOME):
        Block.delete().where(Block.id.in_(some)).execute()


# -- the first free time of every coach, kept so that choosing one is quick


def forget_opening(coach: Coach) -> None:
    """Something about this coach's time changes: what was worked out counts no longer, from this transaction on."""
    Opening.delete().where(Opening.coach == coach).execute()


def work_out_openings(coach_ids: Iterable[int], *, now: datetime) -> int:
    """Work out the first free time of those of these coaches of whom it is not known; returns how many."""
    unknown = queries.openings_to_work_out(coach_ids, now)
    for coach in unknown:
        with transaction():
            lock(coach)
            fresh = Coach.get_by_id(coach.id)
            first, good_until = queries.opening_of(fresh, queries.calendar_of(fresh, now), now)
            facts = {"first_at": first, "good_until": good_until, "coach_version": fresh.version}
            Opening.insert(coach=fresh, **facts).on_conflict(conflict_target=[Opening.coach], update=facts).execute()
    return len(unknown)


def keep_outside(coach: Coach, busy: Iterable[Interval], *, now: datetime) -> None:
    """What this coach has elsewhere, instead of what they had before. Talks and holds stay, and what lies under them
    is not taken twice."""
    with transaction():
        lock(coach)
        _let_go_of_expired(coach, None, now)
        active = queries.active_blocks(coach.id)
        stored = {Interval(b.block_starts_at, b.block_ends_at): b.id for b in active if b.source == BlockSource.OUTSIDE}
        wanted = set(rules.subtract(busy, _taken_by_people(active)))
        gone = [id for interval, id in stored.items() if interval not in wanted]
        for some in peewee.chunked(gone, SOME):
            Block.delete().where(Block.id.in_(some)).execute()
        _take_outside(coach.id, sorted(wanted - set(stored)))
        if gone or wanted - set(stored):
            forget_opening(coach)


def add_outside(coach_id: int, busy: Iterable[Interval], *, within: Interval) -> None:
    """What this coach has elsewhere in a time that was given back: inside the transaction of who gave it."""
    clipped = [Interval(max(b.starts_at, within.starts_at), min(b.ends_at, within.ends_at)) for b in busy]
    if clipped:
        active = queries.active_blocks(coach_id, within)
        taken = [Interval(block.block_starts_at, block.block_ends_at) for block in active]
        _take_outside(coach_id, rules.subtract(clipped, taken))


def _taken_by_people(blocks: Iterable[Block]) -> list[Interval]:
    return [Interval(b.block_starts_at, b.block_ends_at) for b in blocks if b.source != BlockSource.OUTSIDE]


def _take_outside(coach_id: int, intervals: Iterable[Interval]) -> None:
    rows = [
        {
            "coach": coach_id,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "block_starts_at": starts_at,
            "block_ends_at": ends_at,
            "source": BlockSource.OUTSIDE,
        }
        for starts_at, ends_at in intervals
    ]
    for some in peewee.chunked(rows, SOME):
        Block.insert_many(some).execute()


@contextmanager
def naming_conflicts() -> Iterator[None]:
    """Say which rule the database held up; anything else that it refuses is a fault of ours and passes."""
    try:
        yield
    except peewee.IntegrityError as error:
        conflict = CONFLICTS.get(broken_constraint(error))
        if conflict is None:
            raise
        raise conflict from error


# -- what a coach says


def set_weekly_hours(actor: Actor, windows: Iterable[Window], *, seen: str, now: datetime) -> None:
    """Keep these hours from now on instead of those before; talks that were booked stay.

    `seen` is the `stamp` of the hours that the coach was looking at; raises ChangedMeanwhile when they are others now.
    """
    windows = list(windows)
    hours.check_hours(windows)
    with transaction():
        coach = coach_of(actor)
        lock(coach)
        if seen != hours.stamp(queries.windows_of(coach)):
            raise ChangedMeanwhile
        forget_opening(coach)
        WeeklyHours.delete().where(WeeklyHours.coach == coach).execute()
        for window in windows:
            WeeklyHours.create(coach=coach, **asdict(window))
        audit.record(actor, "availability.hours_set", coach, at=now)


def add_extra(actor: Actor, extra: Extra, *, now: datetime) -> None:
    """Be there on one day on top of the weekly hours. The same hours twice are there once."""
    with transaction():
        coach = coach_of(actor)
        lock(coach)
        kept = queries.kept_by(coach)
        if extra not in kept.extras:
            hours.check_extra(extra, kept.extras, kept.absences, local_day(now))
            forget_opening(coach)
            ExtraHours.create(coach=coach, created_at=now, **asdict(extra))
            audit.record(actor, "availability.extra_added", coach, at=now)


def remove_extra(actor: Actor, extra: Extra, *, now: datetime) -> None:
    """These extra hours fall away, talks that were booked stay; raises NotFound when there are none such."""
    with transaction():
        coach = coach_of(actor)
        forget_opening(coach)
        same = [getattr(ExtraHours, name) == value for name, value in asdict(extra).items()]
        if not ExtraHours.delete().where(ExtraHours.coach == coach, *same).execute():
            raise NotFound
        audit.record(actor, "availability.extra_removed", coach, at=now)


def add_absence(actor: Actor, absence: Away, *, now: datetime) -> None:
    """Nobody can book on these days; talks that were booked stay. The same days twice are one absence."""
    hours.check_absence(absence)
    hours.check_absence_is_coming(absence, local_day(now))
    with transaction():
        coach = coach_of(actor)
        lock(coach)
        if not Absence.select().where(*_same_days(coach, absence)).exists():
            forget_opening(coach)
            Absence.create(coach=coach, created_at=now, **asdict(absence))
            audit.record(actor, "availability.absence_added", coach, at=now)


def remove_absence(actor: Actor, absence: Away, *, now: datetime) -> None:
    """These days can be booked again; raises NotFound when there is no such absence."""
    with transaction():
        coach = coach_of(actor)
        forget_opening(coach)
        if not Absence.delete().where(*_same_days(coach, absence)).execute():
            raise NotFound
        audit.record(actor, "availability.absence_removed", coach, at=now)


def _same_days(coach: Coach, absence: Away) -> tuple[peewee.Expression, ...]:
    return Absence.coach == coach, Absence.from_on == absence.from_on, Absence.until_on == absence.until_on
