"""Why a time is not offered: every reason, not only the first. No reason means that it is offered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from portal.availability.hours import Kept, Window
from portal.availability.rules import (
    AMSTERDAM,
    DAY,
    STEP,
    BlockSource,
    Caps,
    Interval,
    block_range,
    open_intervals,
    within_caps,
)
from portal.programmes.calendar import public_holidays


class Why(StrEnum):
    """What keeps a talk from beginning at some time, in the order in which it is told."""

    NO_HOURS = "no_hours"
    OUTSIDE_HOURS = "outside_hours"
    ENDS_TOO_LATE = "ends_too_late"
    AWAY = "away"
    HOLIDAY = "holiday"
    OFF_GRID = "off_grid"
    TAKEN = "taken"
    SOON_AFTER = "soon_after"
    SOON_BEFORE = "soon_before"
    OVER = "over"
    TOO_SOON = "too_soon"
    BEYOND_HORIZON = "beyond_horizon"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"


@dataclass(frozen=True)
class Taken:
    """Time that is taken: the talk itself, and with the buffers around it."""

    source: BlockSource
    talk: Interval
    block: Interval
    id: int = 0


@dataclass(frozen=True)
class Reason:
    kind: Why
    # What is in the way, for TAKEN, SOON_AFTER and SOON_BEFORE.
    taken: Taken | None = None


NO_CAPS = Caps()


@dataclass(frozen=True)
class Offer:
    """On which terms this coach can be booked now; `period` is the `bookable_period`."""

    period: Interval
    minutes: int
    buffer_before: int = 0
    buffer_after: int = 0
    caps: Caps = NO_CAPS

    def talk_at(self, starts_at: datetime) -> Interval:
        return Interval(starts_at, starts_at + timedelta(minutes=self.minutes))


def instants_of(day: date, wall_time: time) -> list[datetime]:
    """When it is this late on this day, in UTC: once; in the spring night perhaps never, in the autumn night twice."""
    local = datetime.combine(day, wall_time, AMSTERDAM)
    first, second = (local.replace(fold=occurrence).astimezone(UTC) for occurrence in (0, 1))
    if first > second:
        return []
    return [first] if first == second else [first, second]


def why_not_free(
    starts_at: datetime, *, kept: Kept, taken: Iterable[Taken], offer: Offer, now: datetime, step: int = STEP
) -> list[Reason]:
    """Every reason why no talk can begin at this instant; none exactly when it is among the free times."""
    taken = list(taken)
    found = _of_hours(offer.talk_at(starts_at), kept)
    if starts_at.minute % step or starts_at.second or starts_at.microsecond:
        found.append(Why.OFF_GRID)
    in_the_way = [Reason(kind, what) for kind, what in _in_the_way(starts_at, taken, offer)]
    later = _of_period(starts_at, offer, now) + _of_caps(starts_at, taken, offer)
    return [*map(Reason, found), *in_the_way, *map(Reason, later)]


def _of_hours(talk: Interval, kept: Kept) -> list[Why]:
    """A talk can reach into the next day, which counts then too."""
    days = _days_of(talk)
    if _lies_within(talk, kept, days):
        return []
    found = []
    usual = replace(kept, absences=(), works_on_holidays=True)
    if not _lies_within(talk, usual, days):
        found.append(_outside(talk, usual, days))
    if any(kept.is_away_on(day) for day in days):
        found.append(Why.AWAY)
    if not kept.works_on_holidays and public_holidays(days[0], days[-1]).intersection(days):
        found.append(Why.HOLIDAY)
    return found


def _outside(talk: Interval, usual: Kept, days: list[date]) -> Why:
    if not hours_on(days[0], usual):
        return Why.NO_HOURS
    begins = Interval(talk.starts_at, talk.starts_at + timedelta(microseconds=1))
    return Why.ENDS_TOO_LATE if _lies_within(begins, usual, days) else Why.OUTSIDE_HOURS


def hours_on(day: date, kept: Kept) -> list[Window]:
    """The hours of this day apart from days away and public holidays, from the morning on."""
    usual = replace(kept, absences=(), works_on_holidays=True)
    return sorted(usual.windows_on(day, is_holiday=False), key=lambda window: window.opens)


def _lies_within(talk: Interval, kept: Kept, days: list[date]) -> bool:
    intervals = open_intervals(kept, first_day=days[0] - DAY, last_day=days[-1] + DAY)
    return any(opens <= talk.starts_at and talk.ends_at <= closes for opens, closes in intervals)


def _days_of(talk: Interval) -> list[date]:
    first = talk.starts_at.astimezone(AMSTERDAM).date()
    last = (talk.ends_at - timedelta(microseconds=1)).astimezone(AMSTERDAM).date()
    return [first + DAY * number for number in range((last - first).days + 1)]


def _in_the_way(starts_at: datetime, taken: Iterable[Taken], offer: Offer) -> list[tuple[Why, Taken]]:
    talk = offer.talk_at(starts_at)
    wanted = block_range(starts_at, offer.minutes, offer.buffer_before, offer.buffer_after)
    hit = [one for one in taken if _overlap(wanted, one.block)]
    return [(_how(talk, one), one) for one in sorted(hit, key=lambda one: (one.talk, one.id))]


def _how(talk: Interval, one: Taken) -> Why:
    if _overlap(talk, one.talk):
        return Why.TAKEN
    return Why.SOON_AFTER if one.talk.starts_at < talk.starts_at else Why.SOON_BEFORE


def _overlap(one: Interval, other: Interval) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _of_period(starts_at: datetime, offer: Offer, now: datetime) -> list[Why]:
    found = []
    if starts_at < offer.period.starts_at:
        found.append(Why.OVER if starts_at <= now else Why.TOO_SOON)
    if starts_at >= offer.period.ends_at:
        found.append(Why.BEYOND_HORIZON)
    return found


def _of_caps(starts_at: datetime, taken: Iterable[Taken], offer: Offer) -> list[Why]:
    """What the coach has in a calendar of their own is no talk."""
    talks = [one.talk.starts_at for one in taken if one.source != BlockSource.OUTSIDE]
    limits = {Why.DAY_FULL: Caps(per_day=offer.caps.per_day), Why.WEEK_FULL: Caps(per_week=offer.caps.per_week)}
    return [why for why, caps in limits.items() if not within_caps([starts_at], talks, caps)]
