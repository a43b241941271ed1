"""When a talk may be booked, and what may become of it."""

from enum import StrEnum


class SessionStatus(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED_PARTICIPANT = "cancelled_participant"
    CANCELLED_COACH = "cancelled_coach"
    CANCELLED_DESK = "cancelled_desk"
    MOVED = "moved"


# These keep the time of coach and participant taken; every other status frees it.
BLOCKING = frozenset({SessionStatus.PLANNED, SessionStatus.HELD, SessionStatus.NO_SHOW})
