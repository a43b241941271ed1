"""Reading trajectories. `visible_to` is the only place that says whose trajectories these are."""

import peewee

from portal.access import REGION, Actor, Role
from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.trajectories.models import Allowance, Trajectory
from portal.trajectories.rules import RUNNING


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """A participant's own; for a coach those they have now; for staff of a region those of its enrolments."""
    mine = Trajectory.participant.is_null(False) & (Trajectory.participant == actor.account_id)
    if actor.has_role(Role.COACH):
        mine |= Coach.account == actor.account_id
    if actor.has_role(*REGION):
        mine |= Enrolment.region.in_(actor.regions)
    return _with_people().where(mine)


def _with_people() -> peewee.ModelSelect:
    """Trajectories with enrolment, coach and both names: one query."""
    coach_account = Account.alias()
    return (
        Trajectory.select(Trajectory, Enrolment, Coach, coach_account, Account)
        .join_from(Trajectory, Enrolment)
        .join_from(Trajectory, Coach)
        .join_from(Coach, coach_account, on=(Coach.account == coach_account.id), attr="account")
        .join_from(
            Trajectory, Account, peewee.JOIN.LEFT_OUTER, on=(Trajectory.participant == Account.id), attr="participant"
        )
    )


def by_public_id(actor: Actor, public_id: str) -> Trajectory:
    found = visible_to(actor).where(Trajectory.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def of_coach(actor: Actor, public_id: str) -> Trajectory:
    """A trajectory in which the actor is the coach now; raises NotFound otherwise, also for a former coach."""
    found = _with_people().where(Trajectory.public_id == public_id, Coach.account == actor.account_id).first()
    if found is None:
        raise NotFound
    return found


def of_enrolment(enrolment: Enrolment) -> Trajectory | None:
    return _with_people().where(Trajectory.enrolment == enrolment).first()


def as_it_is_now(trajectory: Trajectory) -> Trajectory:
    """The same trajectory, read again."""
    return _with_people().where(Trajectory.id == trajectory.id).get()


def running_of_coach(coach: Coach) -> list[Trajectory]:
    """Everyone this coach is with now, the longest waiting first."""
    return list(
        _with_people()
        .where(Trajectory.coach == coach, Trajectory.status.in_(RUNNING))
        .order_by(Trajectory.contact_due_at, Trajectory.id)
    )


def running_counts(coaches: list[Coach]) -> dict[int, int]:
    """How many people each of these coaches is with now, by coach id. One query."""
    rows = (
        Trajectory.select(Trajectory.coach, peewee.fn.COUNT(Trajectory.id))
        .where(Trajectory.coach.in_([coach.id for coach in coaches]), Trajectory.status.in_(RUNNING))
        .group_by(Trajectory.coach)
    )
    return dict(rows.tuples().execute())


def used_ordinals(trajectory: Trajectory) -> set[int]:
    rows = Allowance.select(Allowance.ordinal).where(Allowance.trajectory == trajectory)
    return {ordinal for (ordinal,) in rows.tuples().execute()}
