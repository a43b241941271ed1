"""What the worker does for reminders."""

from portal import clock, jobs
from portal.reminders import actions


@jobs.every(minutes="*")
def remind() -> None:
    actions.remind(now=clock.now())
