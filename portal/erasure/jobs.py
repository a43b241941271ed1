"""What the worker does at night: whose time is over is erased."""

from portal import clock, jobs
from portal.erasure import actions


@jobs.every(minutes="23", hours="2")
def erase_due() -> None:
    actions.erase_due(now=clock.now())
