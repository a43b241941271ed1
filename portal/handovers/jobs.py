"""What the worker does about handovers. Coaches are asked at the hour at which they sent it, so not at night."""

from portal import clock, jobs
from portal.handovers import actions


@jobs.every(minutes="*/10")
def go_round() -> None:
    now = clock.now()
    actions.tell_unread(now=now)
    actions.erase_words(now=now)
    actions.ask_coaches(now=now)
