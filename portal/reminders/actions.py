"""Working out when reminders are due, and sending those that are, each once."""

from collections.abc import Iterator
from datetime import datetime

import structlog

from portal import outbox
from portal.db import lock, transaction
from portal.reminders import mails, queries, rules
from portal.reminders.models import Reminder
from portal.reminders.rules import ReminderKind
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.sessions.rules import REMINDERS

logger = structlog.get_logger()
ROWS_AT_ONCE = 500


def remind(*, now: datetime) -> None:
    """All that there is to do in a minute: what was booked or moved since, what waits too long, what is due."""
    arm(now=now)
    settle_waiting(now=now)
    send_due(now=now)


def arm(*, now: datetime) -> int:
    """Write when everything is due that has no row for its talk as it is now; returns how many rows that are."""
    rows = [row for session in queries.coming_to_arm(now) for row in _coming_rows(session)]
    rows += [_row(s, ReminderKind.OUTCOME, s.coach.account_id) for s in queries.over_to_arm(now)]
    for first in range(0, len(rows), ROWS_AT_ONCE):
        with transaction():
            Reminder.insert_many(rows[first : first + ROWS_AT_ONCE]).on_conflict(
                conflict_target=[Reminder.session, Reminder.kind, Reminder.account],
                preserve=[Reminder.for_start, Reminder.told_at, Reminder.due_at],
            ).execute()
    return len(rows)


def _coming_rows(session: Session) -> Iterator[dict[str, object]]:
    coach = session.coach.account_id
    for account in dict.fromkeys([session.participant_id, coach]):
        if account is not None:
            for kind in rules.coming_kinds(is_coach=account == coach):
                yield _row(session, kind, account)


def _row(session: Session, kind: ReminderKind, account_id: int) -> dict[str, object]:
    told_at = session.told_at or session.booked_at
    over = kind == ReminderKind.OUTCOME
    return {
        "session": session.id,
        "kind": kind,
        "account": account_id,
        "for_start": session.starts_at,
        "told_at": told_at,
        "due_at": rules.outcome_due(session.ends_at) if over else rules.coming_due(kind, session.starts_at, told_at),
    }


def send_due(*, now: datetime) -> int:
    """Claim and mail what is due, by day only; returns how many mails that are."""
    if rules.is_quiet(now):
        return 0
    return sum(_send_or_say(session_id, account_id, now) for session_id, account_id in queries.due(now))


def _send_or_say(session_id: int, account_id: int, now: datetime) -> bool:
    """One that cannot be written, whatever the cause, keeps nobody else waiting; it is tried again in a minute."""
    try:
        return _send(Session(id=session_id), account_id, now)
    except Exception:
        logger.exception("reminder_not_written", session=session_id)
        return False


def _send(talk: Session, account_id: int, now: datetime) -> bool:
    """What is due to one person about one talk is claimed together and is one mail. False when it was claimed already.

    The talk is held first: who moves or cancels it comes before, and there is nothing left to claim, or after, and
    takes this mail back.
    """
    with transaction():
        lock(talk)
        claim = Reminder.update(sent_for_start=Reminder.for_start, sent_at=now).where(
            Reminder.session == talk.id, Reminder.account == account_id, *queries.claimable(now)
        )
        kinds = {row.kind for row in claim.returning(Reminder.kind).execute()}
        if not kinds:
            return False
        session = sessions.as_it_is_now(talk)
        account = session.participant if session.participant_id == account_id else session.coach.account
        mails.post_reminder(session, account, max(kinds, key=list(ReminderKind).index), now=now)
    return True


def settle_waiting(*, now: datetime) -> None:
    """Mails that wait because the mail server is away: none after the talk has begun, and none at night."""
    waiting = outbox.waiting_about(REMINDERS)
    outbox.withdraw(key for key in waiting if rules.is_pointless(key, now))
    if rules.is_quiet(now):
        outbox.put_off_about(REMINDERS, until=rules.quiet_until(now))
