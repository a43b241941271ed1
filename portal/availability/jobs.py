"""What the worker does so that the first free time of everybody who can be chosen is known when somebody looks."""

from portal import clock
from portal.availability import actions
from portal.coaches import queries as coaches
from portal.jobs import every


@every(minutes="*")
def know_first_free_times() -> None:
    now = clock.now()
    actions.work_out_openings(coaches.who_can_be_offered(clock.local_day(now)), now=now)
