"""What the desk does with an enrolment: take it on, find a coach, pass it on, end it. Each step once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from portal import audit
from portal.access import Actor
from portal.clock import local_day
from portal.coaches import queries as coaches
from portal.coaches.models import Coach
from portal.db import lock, transaction
from portal.desk import rules
from portal.desk.rules import Outcome, Tries
from portal.enrolments import actions as enrolments
from portal.enrolments import queries as enrolment_queries
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.errors import NotFound
from portal.matching import actions as matching
from portal.programmes.codes import ProgrammeCode
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy

# `seen` is the version (`queries.Record.version`) of the page on which the button was pressed.


def take_on(actor: Actor, enrolment: Enrolment, *, seen: int, now: datetime) -> None:
    """Somebody at the desk is dealing with it."""
    _set_status(actor, enrolment, EnrolmentStatus.IN_PROGRESS, seen=seen, now=now)


def put_on_waiting_list(actor: Actor, enrolment: Enrolment, *, seen: int, now: datetime) -> None:
    """There is no coach for this person now; it stays open."""
    _set_status(actor, enrolment, EnrolmentStatus.WAITING, seen=seen, now=now)


def _set_status(actor: Actor, enrolment: Enrolment, status: EnrolmentStatus, *, seen: int, now: datetime) -> None:
    with _held(enrolment, seen) as held:
        rules.check_step(held.status, status)
        enrolments.note(held, EventKind.STATUS_SET, actor=actor, now=now, status=status)
        audit.record(actor, "enrolment.status_set", held, detail=status)


def close_without_coach(
    actor: Actor, enrolment: Enrolment, *, outcome: Outcome, tries: Tries, seen: int, now: datetime
) -> None:
    """End it before anybody was coupled; a trajectory is ended by its coach."""
    with _held(enrolment, seen) as held:
        rules.check_closing(held.status, outcome, tries)
        enrolments.note(held, EventKind.CLOSED, actor=actor, now=now, status=outcome.status)
        audit.record(actor, "enrolment.closed", held, detail=outcome)


def change_region(actor: Actor, enrolment: Enrolment, *, region: str, seen: int, now: datetime) -> None:
    """From now on it belongs to the desk of that region and to no other."""
    with _held(enrolment, seen) as held:
        rules.check_move(held.status, held.region_id, region)
        Enrolment.update(region=region).where(Enrolment.id == held.id).execute()
        enrolments.note(held, EventKind.REGION_CHANGED, actor=actor, now=now)
        audit.record(actor, "enrolment.region_changed", held, detail=f"{held.region_id} > {region}")


def assign_coach(actor: Actor, enrolment: Enrolment, *, coach: str, seen: int, now: datetime) -> Trajectory:
    """Couple this coach, known by public id, with somebody who has none; both get a mail."""
    with transaction():
        chosen = _bookable(coach, enrolment, now)
        lock(chosen)  # The coach first, then the enrolment: everybody locks in the same order.
        with _held(enrolment, seen) as held:
            rules.check_without_coach(held.status)
            return matching.choose(actor, enrolment=held, coach=chosen, chosen_by=ChosenBy.DESK, now=now)


def _bookable(public_id: str, enrolment: Enrolment, now: datetime) -> Coach:
    try:
        return coaches.bookable(public_id, programme=ProgrammeCode(enrolment.programme), today=local_day(now))
    except NotFound as error:
        raise rules.CoachNotFree from error


@contextmanager
def _held(enrolment: Enrolment, seen: int) -> Iterator[Enrolment]:
    """The enrolment as stored now, held until the step is done; raises MovedOn when the page was an older one."""
    with transaction():
        lock(enrolment)
        rules.check_unchanged(seen, len(enrolment_queries.timeline_of(enrolment)))
        yield Enrolment.get_by_id(enrolment.id)
