"""To whom a free time is offered, for how long, and at which hours of the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from portal.clock import AMSTERDAM, local
from portal.errors import DomainError
from portal.i18n import N_

# Nobody is mailed an offer, and none runs out, between these times on a Dutch clock.
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
# How long somebody has to answer; in the morning after a quiet night two hours more (our choice).
TIME_TO_ANSWER = timedelta(hours=2)
MORNING = time(10)
EVENING = time(18)
# An earlier time is worth a mail when it is at least so much earlier.
WORTHWHILE = timedelta(hours=24)


class Why(StrEnum):
    EARLIER = "earlier"
    STAND_IN = "stand_in"


class Answer(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OfferOver(DomainError):
    status = 410
    message = N_("This offer is over. Your appointment stands as it was. Sign in to see it.")


class NothingPlanned(DomainError):
    status = 409
    message = N_("You have no appointment to move. Choose a time first.")


class FromIsOver(DomainError):
    field = "from_on"
    message = N_("This day is over. Fill in today or a later day.")


@dataclass(frozen=True)
class Wish:
    """Somebody who wants to be told of an earlier time: `planned_at` is the talk they have now."""

    id: int
    planned_at: datetime
    from_on: date
    evenings_only: bool
    asked_at: datetime
    last_offered_at: datetime | None = None
    # What was free when they asked, and what was offered to them since.
    offered_before: frozenset[datetime] = frozenset()

    def fits(self, starts_at: datetime) -> bool:
        on_the_clock = local(starts_at)
        return (
            self.planned_at - starts_at >= WORTHWHILE
            and on_the_clock.date() >= self.from_on
            and (not self.evenings_only or on_the_clock.time() >= EVENING)
            and starts_at not in self.offered_before
        )


def check_from(from_on: date, today: date) -> None:
    if from_on < today:
        raise FromIsOver


def is_quiet(moment: datetime) -> bool:
    """Whether people are left alone at this moment."""
    on_the_clock = local(moment).time()
    return on_the_clock >= QUIET_FROM or on_the_clock < QUIET_UNTIL


def answer_before(made_at: datetime) -> datetime:
    """Until when an offer is kept: two hours; not in the night, then until ten in the morning."""
    until = made_at + TIME_TO_ANSWER
    if not is_quiet(until):
        return until
    day = local(until).date() + (timedelta(days=1) if local(until).time() >= QUIET_FROM else timedelta(0))
    return datetime.combine(day, MORNING, AMSTERDAM).astimezone(UTC)


def _turn(wish: Wish) -> tuple[bool, datetime, datetime, int]:
    return wish.last_offered_at is not None, wish.last_offered_at or wish.asked_at, wish.asked_at, wish.id


def next_offers(free: Iterable[datetime], wishes: Iterable[Wish]) -> list[tuple[datetime, Wish]]:
    """Each free time for one person at the most, and one time for each person: the earliest times first, offered to
    whom was offered longest ago, and of those to who asked first."""
    waiting = sorted(wishes, key=_turn)
    found = []
    for starts_at in sorted(free):
        wish = next((wish for wish in waiting if wish.fits(starts_at)), None)
        if wish is not None:
            found.append((starts_at, wish))
            waiting.remove(wish)
    return found
