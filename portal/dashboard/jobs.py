"""What the worker does for the overview."""

from portal import clock, jobs
from portal.dashboard import actions


@jobs.every(minutes="*/20")
def mail_quarter() -> None:
    """Whether it is time is for the rules to say."""
    actions.mail_quarter(now=clock.now())
