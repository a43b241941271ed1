"""What a coach has to do today, and whom they are with, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.clock import local_day, start_of
from portal.coaches.models import Coach
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.i18n import gettext
from portal.programmes.codes import CallTime, Theme
from portal.referrals import queries as referrals
from portal.referrals.models import Referral
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory

COMING_DAYS = 28


@dataclass(frozen=True)
class Day:
    """Today, what comes, whose outcome is missing, who is new, who else there is."""

    today: list[Session]
    coming: list[Session]
    unmarked: list[Session]
    new: list[Trajectory]
    others: list[Trajectory]


@dataclass(frozen=True)
class Case:
    """One participant as their coach sees them."""

    trajectory: Trajectory
    enrolment: Enrolment
    themes: list[Theme]
    sessions: list[Session]
    referrals: list[Referral]
    activities_left: int

    @property
    def theme_labels(self) -> list[str]:
        return [gettext(theme.label) for theme in self.themes]

    @property
    def call_times(self) -> list[str]:
        return [gettext(time.label) for time in CallTime if time in self.enrolment.call_times]


def day_of(coach: Coach, now: datetime) -> Day:
    """The coach's day. Two queries: talks around now, and running trajectories."""
    today = local_day(now)
    talks = list(
        sessions.with_people()
        .where(
            Session.coach == coach,
            Session.status == SessionStatus.PLANNED,
            Session.starts_at < start_of(today + timedelta(days=COMING_DAYS)),
        )
        .order_by(Session.starts_at, Session.id)
    )
    running = trajectories.running_of_coach(coach)
    planned = {talk.trajectory_id for talk in talks if talk.starts_at > now}
    new = [t for t in running if t.first_contact_at is None and t.id not in planned]
    return Day(
        today=[talk for talk in talks if local_day(talk.starts_at) == today],
        coming=[talk for talk in talks if local_day(talk.starts_at) > today],
        unmarked=[talk for talk in talks if talk.ends_at <= now and local_day(talk.starts_at) < today],
        new=new,
        others=[t for t in running if t not in new],
    )


def case_of(trajectory: Trajectory, *, activities: int) -> Case:
    """Everything the coach may know of this participant."""
    return Case(
        trajectory=trajectory,
        enrolment=trajectory.enrolment,
        themes=enrolments.themes_of(trajectory.enrolment),
        sessions=sessions.of_trajectory(trajectory),
        referrals=referrals.of_trajectory(trajectory),
        activities_left=activities - len(trajectories.used_ordinals(trajectory)),
    )
