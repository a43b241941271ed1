"""When people are reminded: in elapsed time before a talk, and never at night on a Dutch clock."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from portal.clock import AMSTERDAM, local

DAY = timedelta(days=1)
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
# The last time of a day for which a reminder is set; what is left until the night is for a worker that is late.
LAST = time(20, 30)
# Nobody is asked about a talk that is longer ago than this (our choice).
ASKED_ABOUT = timedelta(days=14)


class ReminderKind(StrEnum):
    TWO_DAYS = "two_days"
    THREE_HOURS = "three_hours"
    # To the coach, when the talk is over and nobody said how it went.
    OUTCOME = "outcome"


BEFORE = {ReminderKind.TWO_DAYS: timedelta(hours=48), ReminderKind.THREE_HOURS: timedelta(hours=3)}
# Who was told of the talk within so long before the reminder would go needs none.
TOLD_LATELY = {ReminderKind.TWO_DAYS: timedelta(hours=12), ReminderKind.THREE_HOURS: timedelta(hours=6)}
AFTER = timedelta(hours=24)
# No reminder is due longer before its talk than this: two days, a night, and the hour of a clock change.
LOOKED_AHEAD = timedelta(days=3)


def coming_due(kind: ReminderKind, starts_at: datetime, told_at: datetime) -> datetime | None:
    """When to remind of a talk that comes, in UTC: earlier instead of at night.

    None when that was past before people were told of this time, or when they were told shortly before.
    """
    due = _before_the_night(starts_at - BEFORE[kind])
    return None if due - told_at < TOLD_LATELY[kind] else due


def outcome_due(ends_at: datetime) -> datetime:
    """When to ask how a talk went that nobody marked, in UTC: a day later, and in the morning instead of at night."""
    due = ends_at + AFTER
    return quiet_until(due) if is_quiet(due) else due


def is_quiet(moment: datetime) -> bool:
    """From nine in the evening up to, not including, eight in the morning nobody is mailed."""
    return not QUIET_UNTIL <= local(moment).time() < QUIET_FROM


def quiet_until(moment: datetime) -> datetime:
    """When the night ends in which this moment falls, in UTC."""
    here = local(moment)
    day = here.date() + DAY if here.time() >= QUIET_FROM else here.date()
    return datetime.combine(day, QUIET_UNTIL, AMSTERDAM).astimezone(UTC)


def _before_the_night(moment: datetime) -> datetime:
    here = local(moment)
    if QUIET_UNTIL <= here.time() <= LAST:
        return moment
    day = here.date() - DAY if here.time() < QUIET_UNTIL else here.date()
    return datetime.combine(day, LAST, AMSTERDAM).astimezone(UTC)


def coming_kinds(*, is_coach: bool) -> tuple[ReminderKind, ...]:
    """A coach hears it once, while there is still time to say that it does not go on."""
    return (ReminderKind.TWO_DAYS,) if is_coach else (ReminderKind.TWO_DAYS, ReminderKind.THREE_HOURS)


def key_of(about: str, account_id: int, kind: ReminderKind, start: datetime) -> str:
    """The dedupe key of a reminder's mail: another start is another mail."""
    return f"{about}{account_id}:{kind}:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def is_pointless(key: str, now: datetime) -> bool:
    """Whether this mail reminds of a talk that has begun."""
    kind, start = key.split(":")[-2:]
    begun = datetime.strptime(start, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) <= now
    return begun and kind != ReminderKind.OUTCOME
