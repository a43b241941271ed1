"""What the worker does for accounts."""

from portal import clock, jobs, throttle
from portal.accounts import actions


@jobs.every(minutes="7")
def forget_what_ended() -> None:
    """Every hour: sessions, links and limits that are over."""
    actions.forget_old_sessions(now=clock.now())
    throttle.forget_finished_windows()
