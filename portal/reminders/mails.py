"""What people get before and after a talk: the time, what they can do, and a link. Nothing of what it is about."""

from datetime import datetime

from portal import outbox
from portal.accounts.models import Account
from portal.i18n import N_
from portal.reminders.rules import ReminderKind, key_of
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.sessions.rules import may_still, reminders_about


def post_reminder(session: Session, account: Account, kind: ReminderKind, *, now: datetime) -> None:
    """The last reminder is enough: an earlier one to this person that still waits is taken back."""
    about = reminders_about(session.public_id)
    outbox.withdraw_about(f"{about}{account.id}:")
    template, path = _template_and_path(session, account, kind)
    outbox.post(
        template,
        to=account.email,
        subject=N_("Your appointment"),
        language=account.language,
        dedupe_key=key_of(about, account.id, kind, session.starts_at),
        now=now,
        first_name=account.first_name,
        starts_at=session.starts_at,
        may_move=may_still(session.starts_at, now, session.coach.move_notice_hours),
        path=path,
    )


def _template_and_path(session: Session, account: Account, kind: ReminderKind) -> tuple[str, str]:
    """The participant's link needs no signing in."""
    if kind == ReminderKind.OUTCOME:
        return "reminders/outcome", f"/coach/gesprek/{session.public_id}"
    if account.id == session.coach.account_id:
        return "reminders/coming_for_coach", f"/coach/traject/{session.trajectory.public_id}"
    return "reminders/coming", sessions.link_to(session)
