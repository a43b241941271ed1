"""Talks and other activities. A session is a coaching talk, never a browser's session."""

from datetime import datetime, timedelta

import peewee

from portal.accounts.models import Account
from portal.availability.models import Block
from portal.coaches.models import Coach
from portal.crypto import Sealed
from portal.db import CodeField, NumberField, ShortText, Table, UTCField
from portal.programmes.codes import Funding, Mode, TalkKind
from portal.sessions.rules import LATE, TO_PARTICIPANT, ChangeReason, Party, SessionStatus, may_still
from portal.trajectories.models import Allowance, Trajectory


class Session(Table):
    """One talk of a participant with a coach. `public_id` is also the calendar's UID, and `sequence` rises with it."""

    id = NumberField()
    public_id = ShortText(40, unique=True)
    trajectory = peewee.ForeignKeyField(Trajectory, backref="sessions", on_delete="CASCADE")
    # Nobody only in what is left of somebody who was erased.
    coach = peewee.ForeignKeyField(Coach, null=True, backref="sessions")
    participant = peewee.ForeignKeyField(Account, null=True, backref="sessions", on_delete="SET NULL")
    kind = CodeField(TalkKind, default=TalkKind.TALK)
    mode = CodeField(Mode)
    # Where it is, or the coach's own link for a video call.
    place = ShortText(300, default="")
    # The address of the room that was made for this talk; while it is planned.
    room_sealed = peewee.BlobField(null=True)
    starts_at = UTCField()
    minutes = peewee.IntegerField()
    status = CodeField(SessionStatus, default=SessionStatus.PLANNED)
    funding = CodeField(Funding, default=Funding.NONE)
    block = peewee.ForeignKeyField(Block, null=True, unique=True, on_delete="SET NULL")
    allowance = peewee.ForeignKeyField(Allowance, null=True, unique=True, on_delete="SET NULL")
    sequence = peewee.IntegerField(default=0)
    booked_at = UTCField()
    booked_by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
    outcome_at = UTCField(null=True)
    # Why it was cancelled, when somebody wanted to say so.
    reason = CodeField(ChangeReason, null=True)
    # When people were last told what time it is.
    told_at = UTCField(null=True)

    class Meta:
        constraints = (peewee.Check("minutes BETWEEN 5 AND 480", name="session_minutes"),)
        indexes = (
            (("coach", "starts_at"), False),
            (("participant", "starts_at"), False),
            # Holds all that counting needs of a talk.
            (("trajectory", "status", "kind", "funding", "starts_at", "coach"), False),
            (("status", "starts_at"), False),
        )

    room = Sealed()

    @property
    def video_link(self) -> str:
        """Where both talk online: the room made for this talk, else the coach's own link; '' when there is none."""
        if self.mode != Mode.VIDEO:
            return ""
        return str(self.room or self.place)

    @property
    def is_introduction(self) -> bool:
        return self.kind == TalkKind.INTRO

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_planned(self) -> bool:
        return self.status == SessionStatus.PLANNED

    @property
    def is_with_current_coach(self) -> bool:
        """The coach of this talk is still the one this participant has; a former coach may not open the trajectory."""
        return self.coach_id == self.trajectory.coach_id

    @property
    def was_cancelled_late(self) -> bool:
        """Within a day before it would begin."""
        cancelled = self.status in (SessionStatus.CANCELLED_PARTICIPANT, SessionStatus.CANCELLED_COACH)
        return cancelled and self.outcome_at is not None and self.starts_at - self.outcome_at < LATE

    @property
    def own_label(self) -> str:
        """A marked word for what became of it, as the participant reads it."""
        return TO_PARTICIPANT.get(self.status, self.status.label)

    def is_coming(self, now: datetime) -> bool:
        return self.is_planned and self.starts_at > now

    def may_be_moved(self, now: datetime) -> bool:
        """By the participant alone."""
        return may_still(self.starts_at, now, self.coach.move_notice_hours)

    def may_be_cancelled(self, now: datetime) -> bool:
        """By the participant alone."""
        return may_still(self.starts_at, now, self.coach.cancel_notice_hours)

    def is_to_be_marked(self, now: datetime) -> bool:
        """It has begun, and nobody said yet what became of it."""
        return self.is_planned and self.starts_at <= now


class SessionMove(Table):
    """One step of a talk to another time or coach: who, when, why. People are told in the same transaction."""

    session = peewee.ForeignKeyField(Session, backref="moves", on_delete="CASCADE")
    from_starts_at = UTCField()
    to_starts_at = UTCField()
    from_coach = peewee.ForeignKeyField(Coach, backref="+")
    to_coach = peewee.ForeignKeyField(Coach, backref="+")
    moved_by = CodeField(Party)
    account = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
    reason = CodeField(ChangeReason, null=True)
    moved_at = UTCField()
