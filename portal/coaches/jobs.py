"""What the worker does for coaches."""

from portal import clock, jobs
from portal.coaches import actions


@jobs.every(minutes="40", hours="6")
def warn_of_ending_certificates() -> None:
    """Every morning: who has to renew a certificate hears it in time."""
    actions.warn_of_ending_certificates(now=clock.now())
