"""What the worker does for sign-ups."""

from portal import clock, jobs
from portal.enrolments import actions


@jobs.every(minutes="17")
def erase_unconfirmed() -> None:
    """Every hour: what was never confirmed goes."""
    actions.erase_unconfirmed(now=clock.now())
