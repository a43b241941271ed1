"""What the worker does with calendars elsewhere: read what is due, let them count again, forget those of who left."""

from portal import clock, jobs
from portal.outside import actions


@jobs.every(minutes="*")
def read_due() -> None:
    actions.read_soon.call_local()


@jobs.every(minutes="*")
def count_again_what_was_let_go() -> None:
    actions.count_again_what_was_let_go(now=clock.now())


@jobs.every(minutes="17", hours="3")
def forget_of_withdrawn() -> None:
    actions.forget_of_withdrawn(now=clock.now())
