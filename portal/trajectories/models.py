"""A participant and a coach, what they may use, and how it ended."""

import peewee

from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.db import CodeField, NumberField, ShortText, Table, UTCField
from portal.enrolments.models import Enrolment
from portal.programmes.codes import CloseReason, ProgrammeCode
from portal.trajectories.rules import RUNNING, ChosenBy, TrajectoryStatus


class Trajectory(Table):
    """From coupling to closing. One per enrolment; another coach goes on in the same one."""

    id = NumberField()
    public_id = ShortText(40, unique=True)
    enrolment = peewee.ForeignKeyField(Enrolment, unique=True, backref="trajectories", on_delete="CASCADE")
    participant = peewee.ForeignKeyField(Account, null=True, backref="trajectories", on_delete="SET NULL")
    # Nobody only in what is left of somebody who was erased.
    coach = peewee.ForeignKeyField(Coach, null=True, backref="trajectories")
    programme = CodeField(ProgrammeCode)
    status = CodeField(TrajectoryStatus, default=TrajectoryStatus.OPEN)
    chosen_by = CodeField(ChosenBy)
    matched_at = UTCField()
    contact_due_at = UTCField()
    first_contact_at = UTCField(null=True)
    closed_at = UTCField(null=True)
    close_reason = CodeField(CloseReason, null=True)
    version = peewee.IntegerField(default=1)
    # When a registration elsewhere last told of it: nobody is asked about what was over by then.
    imported_at = UTCField(null=True)
    # Of who was erased: whether the first contact was quick, and how many minutes after the sign-up it came.
    tally_quick = peewee.BooleanField(null=True)
    tally_minutes = peewee.IntegerField(null=True)

    class Meta:
        indexes = (
            (("coach", "status"), False),
            (("participant", "status"), False),
            (("programme", "closed_at"), False),
        )

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING


class FormerCoach(Table):
    """A coach whom a participant had before."""

    trajectory = peewee.ForeignKeyField(Trajectory, backref="former_coaches", on_delete="CASCADE")
    coach = peewee.ForeignKeyField(Coach)
    matched_at = UTCField()
    ended_at = UTCField()


class Allowance(Table):
    """One of the activities that a trajectory entitles to: 0 is the talk, 1 and 2 the further ones."""

    trajectory = peewee.ForeignKeyField(Trajectory, backref="allowances", on_delete="CASCADE")
    ordinal = peewee.IntegerField()

    class Meta:
        constraints = (peewee.Check("ordinal BETWEEN 0 AND 2", name="allowance_ordinal"),)
        indexes = ((("trajectory", "ordinal"), True),)
