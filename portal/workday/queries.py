"""What a coach has to do today, and whom they are with, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.accounts.models import Account
from portal.clock import local_day
from portal.coaches.models import Coach
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.reach import readable_phone
from portal.handovers import queries as handovers
from portal.handovers.models import Handover
from portal.handovers.rules import is_to_ask
from portal.i18n import gettext
from portal.programmes.codes import CallTime, Theme
from portal.referrals import queries as referrals
from portal.referrals.models import Referral
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory

COMING_DAYS = 28


@dataclass(frozen=True)
class Day:
    """Today, what comes, whose outcome is missing, who is new, who else there is, and what is being handed over."""

    today: list[Session]
    coming: list[Session]
    unmarked: list[Session]
    new: list[Trajectory]
    others: list[Trajectory]
    handovers: list[Handover]
    today_on: date

    def is_to_ask(self, handover: Handover) -> bool:
        """Sent so long ago that the coach is asked whether it worked."""
        return is_to_ask(handover.referral.sent_on, self.today_on)


@dataclass(frozen=True)
class Case:
    """One participant as their coach sees them; `handovers` are the ids of their pages, by referral."""

    trajectory: Trajectory
    enrolment: Enrolment
    themes: list[Theme]
    sessions: list[Session]
    referrals: list[Referral]
    handovers: dict[int, str]
    activities_left: int

    @property
    def is_running(self) -> bool:
        return self.trajectory.is_running

    @property
    def waits_for_contact(self) -> bool:
        return self.is_running and self.trajectory.first_contact_at is None

    @property
    def contact(self) -> Account | None:
        """Whom to mail or call, while it runs."""
        participant: Account | None = self.trajectory.participant if self.is_running else None
        return participant

    @property
    def phone(self) -> str:
        """As people read it; '' when there is none."""
        return readable_phone(self.contact.phone) if self.contact and self.contact.phone else ""

    def is_theirs_to_mark(self, talk: Session) -> bool:
        """What became of a talk with the coach of before is for that coach to say."""
        return talk.is_planned and talk.is_with_current_coach

    @property
    def words(self) -> str | None:
        """What they wrote, for their coach alone and while it runs."""
        words: str | None = self.enrolment.words if self.is_running else None
        return words

    @property
    def theme_labels(self) -> list[str]:
        return [gettext(theme.label) for theme in self.themes]

    @property
    def call_times(self) -> list[str]:
        return [gettext(time.label) for time in CallTime if time in self.enrolment.call_times]


def day_of(coach: Coach, now: datetime) -> Day:
    """The coach's day. Three queries: talks without an outcome, running trajectories, and handovers under way."""
    today = local_day(now)
    talks = sessions.planned_by(coach)
    running = trajectories.running_of_coach(coach)
    met = {talk.trajectory_id for talk in talks if talk.is_coming(now)}
    new = [t for t in running if t.first_contact_at is None and t.id not in met]
    last = today + timedelta(days=COMING_DAYS)
    return Day(
        today=[talk for talk in talks if local_day(talk.starts_at) == today],
        coming=[talk for talk in talks if today < local_day(talk.starts_at) <= last],
        unmarked=[talk for talk in talks if local_day(talk.starts_at) < today],
        new=new,
        others=[t for t in running if t not in new],
        handovers=handovers.under_way_of(coach),
        today_on=today,
    )


def case_of(trajectory: Trajectory, *, activities: int) -> Case:
    """Everything the coach may know of this participant."""
    return Case(
        trajectory=trajectory,
        enrolment=trajectory.enrolment,
        themes=enrolments.themes_of(trajectory.enrolment),
        sessions=sessions.of_trajectory(trajectory),
        referrals=referrals.of_trajectory(trajectory),
        handovers={one.referral_id: one.public_id for one in handovers.of_trajectory(trajectory)},
        activities_left=activities - len(trajectories.used_ordinals(trajectory)),
    )
