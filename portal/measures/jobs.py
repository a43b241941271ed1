"""Once a night the worker destroys the keys that are due."""

from portal import clock, jobs
from portal.measures import actions


@jobs.every(minutes="23", hours="2")
def destroy_keys() -> None:
    actions.destroy_keys(now=clock.now())
