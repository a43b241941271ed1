"""Which rows are missing or stand for something else, and which may be claimed."""

from datetime import datetime

import peewee

from portal.coaches.models import Coach
from portal.coaches.rules import PRESENT, CoachStatus
from portal.reminders.models import Reminder
from portal.reminders.rules import ASKED_ABOUT, BEFORE, LOOKED_AHEAD, ReminderKind
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus

# Talks that were brought along from elsewhere were told by nobody here.
TOLD_AT = peewee.fn.COALESCE(Session.told_at, Session.booked_at)
FOR_ONE_OF_THEM = (Reminder.account == Session.participant) | (Reminder.account == Coach.account)


def coming_to_arm(now: datetime) -> list[Session]:
    """Talks of the next days that miss a row for their start as it is now. One query."""
    two_for_who_comes_one_for_the_coach = peewee.Case(None, [(Session.participant.is_null(), 1)], 3)
    window = (Session.starts_at > now) & (Session.starts_at <= now + LOOKED_AHEAD)
    return _to_arm(window, list(BEFORE), two_for_who_comes_one_for_the_coach)


def over_to_arm(now: datetime) -> list[Session]:
    """Talks of the last weeks that have begun, that nobody marked, and that miss the row for asking. One query."""
    window = (Session.starts_at > now - ASKED_ABOUT) & (Session.starts_at <= now)
    return _to_arm(window, [ReminderKind.OUTCOME], 1)


def _to_arm(window: peewee.Expression, kinds: list[ReminderKind], rows: object) -> list[Session]:
    standing = Reminder.select(peewee.fn.COUNT(Reminder.id)).where(
        Reminder.session == Session.id,
        Reminder.kind.in_(kinds),
        Reminder.for_start == Session.starts_at,
        Reminder.told_at == TOLD_AT,
        FOR_ONE_OF_THEM,
    )
    planned = sessions.with_people().where(Session.status == SessionStatus.PLANNED, window, standing < rows)
    return list(planned.order_by(Session.starts_at, Session.id))


def due(now: datetime) -> list[tuple[int, int]]:
    """The talk and the account of whatever can be claimed, what is due longest first. One query."""
    rows = (
        Reminder.select(Reminder.session, Reminder.account)
        .where(*claimable(now))
        .group_by(Reminder.session, Reminder.account)
        .order_by(peewee.fn.MIN(Reminder.due_at), Reminder.session, Reminder.account)
    )
    return list(rows.tuples().execute())


def claimable(now: datetime) -> tuple[peewee.Expression, ...]:
    """Due, not claimed for this start, and made for the talk as it is: planned, at this start, as people were told.

    Of a coach who left, nobody is told that a talk goes on; whom we blocked cannot come in to say how one went.
    """
    coming = Reminder.kind.in_(list(BEFORE)) & (Session.starts_at > now) & Coach.status.in_(list(PRESENT))
    over = (Reminder.kind == ReminderKind.OUTCOME) & (Coach.status != CoachStatus.BLOCKED)
    talk = (
        Session.select(Session.id)
        .join(Coach)
        .where(
            Session.id == Reminder.session,
            Session.status == SessionStatus.PLANNED,
            Session.starts_at == Reminder.for_start,
            Reminder.told_at == TOLD_AT,
            FOR_ONE_OF_THEM,
            coming | over,
        )
    )
    return (
        Reminder.for_start > now - ASKED_ABOUT - LOOKED_AHEAD,
        Reminder.due_at <= now,
        Reminder.sent_for_start.is_null() | (Reminder.sent_for_start != Reminder.for_start),
        peewee.fn.EXISTS(talk),
    )
