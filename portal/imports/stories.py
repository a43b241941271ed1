"""What a registration says of an enrolment and its talks, as the portal tells it: a trajectory and a timeline."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.clock import start_of
from portal.enrolments.rules import OPEN, EnrolmentStatus, EventKind
from portal.programmes.codes import CloseReason, ProgrammeCode, TalkKind
from portal.sessions.rules import SessionStatus
from portal.trajectories.rules import TrajectoryStatus, contact_due

TALKS = frozenset({TalkKind.INTRO, TalkKind.TALK})


@dataclass(frozen=True, slots=True)
class Told:
    """An enrolment as the registration has it; `status` holds since `status_at`."""

    programme: ProgrammeCode
    enrolled_at: datetime
    status: EnrolmentStatus
    status_at: datetime
    reason: CloseReason | None = None
    matched_at: datetime | None = None
    contact_at: datetime | None = None

    def replaced(self, **changes: Any) -> "Told":
        return replace(self, **changes)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Talk(NamedTuple):
    """A talk or other activity; `coach` is whatever identifies who did it."""

    coach: Any
    kind: TalkKind
    starts_at: datetime
    minutes: int
    status: SessionStatus


class Event(NamedTuple):
    at: datetime
    kind: EventKind
    status: EnrolmentStatus | None


def since(status_on: date | None, enrolled_at: datetime) -> datetime:
    """A status holds from the beginning of its day, and never before the enrolment itself."""
    return enrolled_at if status_on is None else max(enrolled_at, start_of(status_on))


def current_coach(talks: Collection[Talk]) -> Any:
    """Whose trajectory it is: the coach of the last talk, or of the last activity where there is no talk."""
    own = [talk for talk in talks if talk.kind in TALKS] or talks
    return max(own, key=lambda talk: talk.starts_at).coach


def former_coaches(talks: Collection[Talk], *, matched_at: datetime) -> list[tuple[Any, datetime, datetime]]:
    """Who else talked with the participant: coach, from when, and until when the next one began."""
    current = current_coach(talks)
    firsts: dict[Any, datetime] = {}
    for talk in sorted(talks, key=lambda talk: talk.starts_at):
        if talk.kind in TALKS:
            firsts.setdefault(talk.coach, talk.starts_at)
    begun = [(coach, first) for coach, first in firsts.items() if coach != current]
    ends = [*(first for _, first in begun[1:]), firsts.get(current, matched_at)][: len(begun)]
    return [(coach, min(first, end), max(first, end)) for (coach, first), end in zip(begun, ends, strict=True)]


def first_held(talks: Collection[Talk]) -> datetime | None:
    held = [talk.starts_at for talk in talks if talk.status == SessionStatus.HELD]
    return min(held, default=None)


def matched_at(told: Told, talks: Collection[Talk], now: datetime) -> datetime:
    """When they were coupled: as the registration says, else when they first met, as far as that is past."""
    if told.matched_at is not None:
        return told.matched_at
    return max(told.enrolled_at, min(now, min(talk.starts_at for talk in talks)))


def trajectory(told: Told, talks: Collection[Talk], now: datetime) -> dict[str, Any]:
    """The columns of a trajectory that the registration tells."""
    matched = matched_at(told, talks, now)
    return {
        "coach": current_coach(talks),
        "programme": told.programme,
        "status": _trajectory_status(told, talks),
        "matched_at": matched,
        "contact_due_at": contact_due(told.programme, matched),
        "first_contact_at": told.contact_at,
        "closed_at": None if told.is_open else told.status_at,
        "close_reason": None if told.is_open else told.reason,
    }


def _trajectory_status(told: Told, talks: Collection[Talk]) -> TrajectoryStatus:
    if told.is_open:
        return TrajectoryStatus.OPEN if first_held(talks) is None else TrajectoryStatus.ONGOING
    completed = told.status == EnrolmentStatus.COMPLETED
    return TrajectoryStatus.COMPLETED if completed else TrajectoryStatus.STOPPED


def timeline(told: Told, talks: Collection[Talk], now: datetime) -> list[Event]:
    """What the enrolment became when, in the order of time. Once the registration's own status holds, it stays."""
    final = None if told.status == EnrolmentStatus.CONFIRMED else Event(told.status_at, _final_kind(told), told.status)
    events = sorted(_steps(told, talks, now), key=lambda event: event.at)
    if final is None:
        return events
    before = [event if event.at < final.at else event._replace(status=None) for event in events]
    kept = [event for event in before if event.status is not None or event.kind != EventKind.STATUS_SET]
    return sorted([*kept, final], key=lambda event: (event.at, event is final))


def _steps(told: Told, talks: Collection[Talk], now: datetime) -> Iterator[Event]:
    """Coupled and talking only with a coach whom we know: else somebody at the desk must still look at it."""
    held = first_held(talks)
    yield Event(told.enrolled_at, EventKind.STATUS_SET, EnrolmentStatus.CONFIRMED)
    if talks:
        matched = matched_at(told, talks, now)
        yield Event(matched, EventKind.COACH_CHOSEN, None if held and held <= matched else EnrolmentStatus.MATCHED)
    elif told.matched_at is not None:
        yield Event(told.matched_at, EventKind.COACH_CHOSEN, None)
    if told.contact_at is not None:
        yield Event(told.contact_at, EventKind.CONTACTED, None)
    if held is not None:
        yield Event(max(held, told.enrolled_at), EventKind.TALK_HELD, EnrolmentStatus.STARTED)


def _final_kind(told: Told) -> EventKind:
    return EventKind.STATUS_SET if told.is_open else EventKind.CLOSED


def became(events: Collection[Event]) -> tuple[EnrolmentStatus, datetime]:
    """The status after all this, and since when."""
    last = [event for event in events if event.status is not None][-1]
    return last.status or EnrolmentStatus.CONFIRMED, last.at
