"""What the worker does about offers, every minute: what ran out goes to the next one."""

from portal import clock
from portal.jobs import every
from portal.offers import actions


@every(minutes="*")
def go_round() -> None:
    actions.end_old_offers(now=clock.now())
    actions.offer_freed_times(now=clock.now())
