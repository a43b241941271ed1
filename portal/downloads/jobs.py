"""What the worker does with files: make those that were asked for, wipe those of yesterday."""

from portal import clock, jobs
from portal.downloads import actions


@jobs.every(minutes="*")
def make_asked() -> None:
    actions.make_asked(now=clock.now())


@jobs.every(minutes="*/10")
def wipe_old() -> None:
    actions.wipe_old(now=clock.now())
