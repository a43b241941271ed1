"""What the worker does so that nobody waits for a coach who has left."""

from portal import clock, jobs
from portal.sessions import actions


@jobs.every(minutes="*")
def call_off_with_who_left() -> None:
    actions.call_off_with_who_left(now=clock.now())
