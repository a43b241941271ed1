"""The participant's page: where they are on their way, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from portal.access import Actor
from portal.coaches.rules import PRESENT
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.handovers import queries as handovers
from portal.handovers.models import Handover
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES, Programme
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory


@dataclass(frozen=True)
class MyWay:
    """Where a participant is now: signed up, with a coach, talks."""

    enrolment: Enrolment | None
    trajectory: Trajectory | None
    upcoming: list[Session]
    activities_left: int
    handovers: list[Handover]
    # Met the coach in an introductory talk: does it click?
    is_to_decide: bool
    now: datetime

    @property
    def programme(self) -> Programme | None:
        return PROGRAMMES[ProgrammeCode(self.enrolment.programme)] if self.enrolment else None

    @property
    def waits_for_contact(self) -> bool:
        return self.trajectory is not None and self.trajectory.first_contact_at is None and not self.upcoming

    @property
    def contact_is_late(self) -> bool:
        return self.trajectory is not None and self.trajectory.contact_due_at < self.now

    @property
    def coach_has_stopped(self) -> bool:
        return self.trajectory is not None and self.trajectory.coach.status not in PRESENT


def my_way(actor: Actor, now: datetime) -> MyWay:
    enrolment = enrolments.newest_open(actor)
    trajectory = trajectories.of_enrolment(enrolment) if enrolment else None
    left, is_to_decide = 0, False
    if trajectory is not None:
        is_to_decide = sessions.is_to_decide(trajectory)
        most = PROGRAMMES[ProgrammeCode(trajectory.programme)].max_activities
        left = most - len(trajectories.used_ordinals(trajectory))
    return MyWay(
        enrolment=enrolment,
        trajectory=trajectory,
        upcoming=sessions.upcoming(actor, now),
        activities_left=left,
        handovers=handovers.of_participant(actor),
        is_to_decide=is_to_decide,
        now=now,
    )
