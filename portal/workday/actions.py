"""The coach says what became of a talk, and ends a trajectory with the talks that were still planned."""

from datetime import datetime

from portal.access import Actor
from portal.db import lock, transaction
from portal.handovers import actions as handovers
from portal.handovers.rules import Closing
from portal.programmes.codes import CloseReason
from portal.sessions import actions as sessions
from portal.sessions import queries as session_queries
from portal.sessions.models import Session
from portal.trajectories import actions as trajectories
from portal.trajectories.models import Trajectory

MARKS = {"held": sessions.mark_held, "no_show": sessions.mark_no_show, "cancelled": sessions.cancel_session}


def mark(actor: Actor, session: Session, outcome: str, *, now: datetime) -> None:
    """One of held, no_show, cancelled."""
    MARKS[outcome](actor, session, now=now)


def close(
    actor: Actor,
    trajectory: Trajectory,
    reason: str,
    *,
    now: datetime,
    closing: Closing = Closing.SAID_NOTHING,
) -> None:
    """Close it; a talk that is still to come is cancelled, so that nobody waits for it.

    Raises HandoverUnderWay when there is one and the coach did not say that they know.
    """
    with transaction():
        lock(trajectory.enrolment)
        handovers.let_go(actor, trajectory, closing=closing, now=now)
        for session in session_queries.coming_of(trajectory, now):
            sessions.cancel_session(actor, session, now=now)
        trajectories.close(actor, trajectory, reason=CloseReason(reason), now=now)
