"""Everything that decides whether a time of a coach is free, and what came out of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal.accounts.models import Account
from portal.availability import queries as availability
from portal.availability.hours import Kept
from portal.availability.models import Block
from portal.availability.reasons import Offer, Reason, Taken, instants_of, why_not_free
from portal.availability.rules import Caps, Interval
from portal.clock import local_day, start_of
from portal.coaches import queries as coaches
from portal.coaches.models import Coach
from portal.coaches.rules import Standing
from portal.sessions.models import Session
from portal.trajectories.queries import running_counts
from portal.whynot.rules import NotOffered, why_not_offered

# A week can be full by talks on its other days.
AROUND = timedelta(days=9)


@dataclass(frozen=True)
class Explanation:
    """What was asked, and why it is so; `times` are the instants at which it is that late, with their reasons."""

    coach: Coach
    day: date
    wall_time: time
    kept: Kept
    offer: Offer
    times: list[tuple[datetime, list[Reason]]]
    not_offered: list[NotOffered]
    # First names by the id of the block of a talk.
    names: dict[int, str]

    @property
    def is_free(self) -> bool:
        return any(not reasons for _, reasons in self.times)


def explain(coach: Coach, day: date, wall_time: time, *, now: datetime, named: bool) -> Explanation:
    """Why a talk of the usual length can or cannot begin then; names only for who may know them. Seven queries."""
    kept = availability.kept_by(coach)
    taken = _taken(coach, Interval(start_of(day) - AROUND, start_of(day) + AROUND), now)
    offer = Offer(
        availability.bookable_period(coach, now),
        coach.talk_minutes,
        coach.buffer_before,
        coach.buffer_after,
        Caps(coach.most_per_day, coach.most_per_week),
    )
    times = [
        (starts_at, why_not_free(starts_at, kept=kept, taken=taken, offer=offer, now=now))
        for starts_at in instants_of(day, wall_time)
    ]
    in_the_way = [reason.taken.id for _, reasons in times for reason in reasons if reason.taken]
    names = _names(in_the_way) if named else {}
    return Explanation(coach, day, wall_time, kept, offer, times, _not_offered(coach, now), names)


def _taken(coach: Coach, period: Interval, now: datetime) -> list[Taken]:
    rows = (
        Block.select(Block.source, Block.starts_at, Block.ends_at, Block.block_starts_at, Block.block_ends_at, Block.id)
        .where(
            Block.coach == coach,
            Block.active == True,  # noqa: E712  (PostgreSQL wants the comparison)
            Block.expires_at.is_null() | (Block.expires_at > now),
            Block.block_ends_at > period.starts_at,
            Block.block_starts_at < period.ends_at,
        )
        .order_by(Block.starts_at, Block.id)
    )
    return [
        Taken(source, Interval(starts_at, ends_at), Interval(taken_from, taken_until), block_id)
        for source, starts_at, ends_at, taken_from, taken_until, block_id in rows.tuples().execute()
    ]


def _names(block_ids: list[int]) -> dict[int, str]:
    rows = (
        Session.select(Session.block, Account.first_name)
        .join(Account, on=(Session.participant == Account.id))
        .where(Session.block.in_(block_ids))
    )
    return dict(rows.tuples().execute())


def _not_offered(coach: Coach, now: datetime) -> list[NotOffered]:
    standing = Standing(
        status=coach.status,
        agreed_at=coach.agreed_at,
        checked_until=coaches.checked_until([coach]).get(coach.id),
        programmes=coach.programmes,
        available_from=coach.available_from,
        withdrawn_on=coach.withdrawn_on,
        blocked_on=coach.blocked_on,
    )
    running = running_counts([coach]).get(coach.id, 0)
    return why_not_offered(standing, running=running, capacity=coach.capacity, today=local_day(now))
