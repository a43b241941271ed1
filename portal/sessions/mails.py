"""What coach and participant get about a talk: the time, a link, and a calendar part that betrays nothing."""

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress, vText

from portal import config, i18n, outbox
from portal.accounts.models import Account
from portal.i18n import N_
from portal.sessions import queries
from portal.sessions.models import Session
from portal.sessions.rules import BLOCKING, ChangeReason, SessionStatus, reminders_about
from portal.smtp import CalendarPart
from portal.trajectories.models import Trajectory


def post_booked(session: Session, *, now: datetime) -> None:
    """To both: it stands, and where to see how."""
    for account in _people(session):
        subject, path = N_("Your appointment"), _page_of(session, account)
        _post("sessions/booked", session, account, subject=subject, method="REQUEST", path=path, now=now)


def post_moved(session: Session, *, now: datetime) -> None:
    """To both: the same appointment has another time. The calendars move it."""
    for account in _people(session):
        subject, path = N_("Your appointment has another time"), _page_of(session, account)
        _post("sessions/moved", session, account, subject=subject, method="REQUEST", path=path, now=now)


def post_given_away(session: Session, sequence: int, *, now: datetime) -> None:
    """To the coach of before: another one holds it. It goes out of their calendar with the sequence of the move."""
    session.sequence = sequence
    subject = N_("Your appointment is off")
    template = "sessions/cancelled_for_coach"
    _post(template, session, session.coach.account, subject=subject, method="CANCEL", path="/coach", now=now)


def post_cancelled(session: Session, *, now: datetime) -> None:
    """To both: it does not go on. The calendars take it out; who cancelled it decides what the participant reads."""
    for account in _people(session):
        if _is_coach(session, account):
            template, path = "sessions/cancelled_for_coach", _page_for_coach(session)
        elif session.status == SessionStatus.CANCELLED_PARTICIPANT:
            template, path = "sessions/cancelled", "/mijn"
        else:
            template, path = "sessions/cancelled_by_us", "/mijn"
        subject = N_("Your appointment is off")
        _post(template, session, account, subject=subject, method="CANCEL", path=path, now=now)


def post_missed(session: Session, *, now: datetime) -> None:
    """To the participant who was not there: kindly, with a way back."""
    account, subject = session.participant, N_("Your appointment")
    if account is not None:
        _post("sessions/missed", session, account, subject=subject, method=None, path="/mijn", now=now)


def take_back_reminders(session: Session) -> None:
    """What still waits in the outbox about the time before; in the transaction that changes the talk, after it did."""
    outbox.withdraw_about(reminders_about(session.public_id))


def post_left(trajectory: Trajectory, *, now: datetime) -> None:
    """To the coach of before, with whom nothing was planned: somebody goes on without them."""
    account = trajectory.coach.account
    outbox.post(
        "sessions/left",
        to=account.email,
        subject=N_("Something changed on your page"),
        language=account.language,
        dedupe_key=f"sessions/left:{trajectory.public_id}:{trajectory.version}",
        now=now,
        first_name=account.first_name,
        path="/coach",
    )


def _people(session: Session) -> list[Account]:
    return [person for person in (session.participant, session.coach.account) if person is not None]


def _is_coach(session: Session, account: Account) -> bool:
    return session.coach.account_id == account.id


def _page_of(session: Session, account: Account) -> str:
    """The coach's page of it; for the participant a link that needs no signing in."""
    if _is_coach(session, account):
        return f"/coach/traject/{session.trajectory.public_id}"
    return queries.link_to(session)


def _page_for_coach(session: Session) -> str:
    """What a coach of before can still open, when somebody goes on with another one."""
    leaves = session.reason == ChangeReason.OTHER_COACH or not session.is_with_current_coach
    return "/coach" if leaves else f"/coach/traject/{session.trajectory.public_id}"


def _post(
    template: str, session: Session, account: Account, *, subject: str, method: str | None, path: str, now: datetime
) -> None:
    with i18n.speaking(account.language):
        calendar = CalendarPart(method, calendar_text(session, account, method=method, now=now)) if method else None
    outbox.post(
        template,
        to=account.email,
        subject=subject,
        language=account.language,
        dedupe_key=f"{template}:{session.public_id}:{session.sequence}:{account.id}",
        now=now,
        calendar=calendar,
        first_name=account.first_name,
        starts_at=session.starts_at,
        minutes=session.minutes,
        path=path,
    )


def calendar_text(session: Session, account: Account, *, method: str, now: datetime) -> str:
    """One event organised by the portal, as iTIP wants it: no other person's address, no answer asked for.

    A file to open (PUBLISH) names nobody at all, not even its reader.
    """
    event = event_of(session, i18n.gettext("Appointment"))
    if method == "CANCEL":  # Also for a coach who is out of it while it goes on.
        event["status"] = vText("CANCELLED")
    event.add("dtstamp", now)
    event["organizer"] = vCalAddress(f"mailto:{parseaddr(config.current().mail_from)[1]}")
    if method != "PUBLISH":
        attendee = vCalAddress(f"mailto:{account.email}")
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Portal//Appointments//NL")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar.to_ical().decode()


def event_of(session: Session, title: str) -> Event:
    """The talk as every calendar of these people knows it: one UID for ever, in UTC, and private."""
    event = Event()
    event.add("uid", f"{session.public_id}@{urlsplit(config.current().public_url).hostname}")
    event.add("sequence", session.sequence)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", title)
    event.add("status", "CONFIRMED" if session.status in BLOCKING else "CANCELLED")
    event.add("class", "PRIVATE")
    return event
