"""What the worker does for loads: check and load what was sent in, and remove what nobody loaded."""

from portal import clock, jobs
from portal.imports import actions


@jobs.every(minutes="*")
def carry_out() -> None:
    """What a lost trigger or a crash left lying."""
    actions.clear_away(now=clock.now())
    actions.carry_out(at=clock.now)
