"""What the worker does with reports: count and check those that somebody asked it for."""

from portal import jobs
from portal.yearly import actions


@jobs.every(minutes="*")
def check_asked() -> None:
    actions.check_soon.call_local()
