"""What the worker does for evaluations: asking how it was, reminding once, and counting grades in batches."""

from portal import clock, jobs
from portal.evaluations import actions


@jobs.every(minutes="*/10")
def invite_closed() -> None:
    actions.invite_closed(now=clock.now())


@jobs.every(minutes="5-59/10")
def remind() -> None:
    actions.remind(now=clock.now())


@jobs.every(minutes="53")
def wipe_expired_drafts() -> None:
    actions.wipe_expired_drafts(now=clock.now())


@jobs.every(minutes="41", hours="2")
def count_grades() -> None:
    """Once a night, so that a tally that changes does not say who has just answered."""
    actions.count_grades(now=clock.now())
