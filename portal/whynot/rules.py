"""Why a coach is not offered to new people at all, whatever the time: every reason."""

from datetime import date
from enum import StrEnum

from portal.coaches.rules import CoachStatus, Standing, has_room, is_valid


class NotOffered(StrEnum):
    NOT_CHECKED = "not_checked"
    CERTIFICATE_ENDED = "certificate_ended"
    NOT_AGREED = "not_agreed"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    BLOCKED = "blocked"
    NOT_YET = "not_yet"
    NO_PROGRAMME = "no_programme"
    NO_ROOM = "no_room"


def why_not_offered(standing: Standing, *, running: int, capacity: int, today: date) -> list[NotOffered]:
    """None exactly when this coach can be offered in some programme and has room for somebody new."""
    checked = standing.checked_until is not None and standing.status != CoachStatus.APPLIED
    holds = {
        NotOffered.NOT_CHECKED: not checked,
        NotOffered.CERTIFICATE_ENDED: checked and not is_valid(standing.checked_until, today),
        NotOffered.NOT_AGREED: standing.agreed_at is None,
        NotOffered.PAUSED: standing.status == CoachStatus.PAUSED,
        NotOffered.WITHDRAWN: standing.status == CoachStatus.WITHDRAWN or standing.withdrawn_on is not None,
        NotOffered.BLOCKED: standing.status == CoachStatus.BLOCKED or standing.blocked_on is not None,
        NotOffered.NOT_YET: standing.available_from is not None and standing.available_from > today,
        NotOffered.NO_PROGRAMME: not standing.programmes,
        NotOffered.NO_ROOM: not has_room(running=running, capacity=capacity),
    }
    return [why for why, it_does in holds.items() if it_does]
