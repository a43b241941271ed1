"""What the worker does with calendars elsewhere: read what is due, forget those of coaches who have left."""

from portal import clock, jobs
from portal.outside import actions


@jobs.every(minutes="*")
def read_due() -> None:
    actions.read_soon.call_local()


@jobs.every(minutes="17", hours="3")
def forget_of_withdrawn() -> None:
    actions.forget_of_withdrawn(now=clock.now())
