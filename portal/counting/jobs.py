"""What the worker does for counting."""

from portal import jobs
from portal.counting import actions


@jobs.every(minutes="41", hours="3")
def tidy_changes() -> None:
    actions.tidy_changes()
