"""In daytime the worker asks who is due."""

from portal import clock, jobs
from portal.later import actions


@jobs.every(minutes="37")
def invite() -> None:
    actions.invite(now=clock.now())
