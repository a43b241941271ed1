"""What the worker does with texts: a batch a night, so that a new text does not say who has just answered."""

from portal import clock, jobs
from portal.remarks import actions


@jobs.every(minutes="47", hours="2")
def gather() -> None:
    actions.gather()


@jobs.every(minutes="7", hours="3")
def erase_old() -> None:
    actions.erase_old(now=clock.now())
