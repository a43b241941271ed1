"""Reading the calendars that coaches keep elsewhere, and when those say that they are busy."""

from dataclasses import dataclass
from datetime import datetime

import peewee

from portal.access import Actor
from portal.accounts.models import Account
from portal.availability import rules as availability
from portal.availability.models import Block
from portal.availability.rules import BlockSource, Interval
from portal.clock import local_day, start_of
from portal.coaches.models import Coach
from portal.coaches.rules import PRESENT
from portal.errors import NotFound
from portal.outside.models import OutsideBusy, OutsideCalendar
from portal.outside.rules import ADVICE, LET_GO_LATELY


@dataclass(frozen=True)
class Connected:
    """A calendar as its coach sees it; `times` is how often it says that they are busy."""

    public_id: str
    host: str
    read_at: datetime | None
    trouble: str
    advice: str
    failing_since: datetime | None
    times: int


def connected_to(coach: Coach, now: datetime) -> list[Connected]:
    """The calendars elsewhere of this coach, the first one first. One query."""
    times = (
        OutsideBusy.select(peewee.fn.COUNT(OutsideBusy.id))
        .where(OutsideBusy.calendar == OutsideCalendar.id, OutsideBusy.ends_at > now)
        .alias("times")
    )
    rows = OutsideCalendar.select(OutsideCalendar, times).where(OutsideCalendar.coach == coach)
    return [
        Connected(
            public_id=row.public_id,
            host=row.host,
            read_at=row.read_at,
            trouble=row.trouble.label if row.trouble else "",
            advice=ADVICE[row.trouble] if row.trouble else "",
            failing_since=row.failing_since,
            times=row.times,
        )
        for row in rows.order_by(OutsideCalendar.added_at, OutsideCalendar.id)
    ]


def calendars_of(coach: Coach) -> list[OutsideCalendar]:
    return list(OutsideCalendar.select().where(OutsideCalendar.coach == coach).order_by(OutsideCalendar.id))


def own(actor: Actor, public_id: str) -> OutsideCalendar:
    """A calendar of this coach; raises NotFound otherwise."""
    found = (
        OutsideCalendar.select(OutsideCalendar, Coach)
        .join(Coach)
        .where(OutsideCalendar.public_id == public_id, Coach.account == actor.account_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def due(now: datetime, limit: int) -> peewee.ModelSelect:
    """Calendars that are to be read now and that nobody reads, of coaches who are with us, the longest due first."""
    return (
        OutsideCalendar.select(OutsideCalendar, Coach)
        .join(Coach)
        .join(Account)
        .where(
            OutsideCalendar.due_at <= now,
            OutsideCalendar.claimed_until.is_null() | (OutsideCalendar.claimed_until <= now),
            Coach.status.in_(PRESENT),
            Account.blocked_at.is_null(),
        )
        .order_by(OutsideCalendar.due_at, OutsideCalendar.id)
        .limit(limit)
    )


def coaches_with_time_let_go(now: datetime) -> list[Coach]:
    """Who has calendars elsewhere and a hold that is over, or was let go, not long ago. One query."""
    over = (Block.active == False) | (Block.expires_at <= now)  # noqa: E712
    let_go = Block.select(Block.coach).where(
        Block.source == BlockSource.HOLD, Block.expires_at > now - LET_GO_LATELY, over
    )
    connected = OutsideCalendar.select(OutsideCalendar.coach)
    return list(Coach.select().where(Coach.id.in_(let_go), Coach.id.in_(connected)).order_by(Coach.id))


def busy_of(coach: Coach, now: datetime) -> list[Interval]:
    """When all calendars of this coach together say that they are busy, from the beginning of today on. One query."""
    return availability.merged(_busy(coach.id, OutsideBusy.ends_at > start_of(local_day(now))))


def busy_during(coach_id: int, period: Interval) -> list[Interval]:
    """The same for a period; times may reach out of it. One query."""
    return availability.merged(
        _busy(coach_id, OutsideBusy.starts_at < period.ends_at, OutsideBusy.ends_at > period.starts_at)
    )


def _busy(coach_id: int, *conditions: peewee.Expression) -> list[Interval]:
    rows = (
        OutsideBusy.select(OutsideBusy.starts_at, OutsideBusy.ends_at)
        .join(OutsideCalendar)
        .where(OutsideCalendar.coach == coach_id, *conditions)
    )
    return [Interval(*row) for row in rows.tuples().execute()]
