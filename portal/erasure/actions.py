"""Erasing people, on their own wish or when their time is over. Figures stay as they are: see `rules.TALLIES`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from portal import audit, outbox, throttle
from portal.access import PORTAL, Actor, Role
from portal.accounts import queries as accounts
from portal.accounts.models import Account, BrowserSession, Grant, Invitation, SignInRequest
from portal.accounts.rules import limit_key
from portal.agenda.models import Feed
from portal.agenda.rules import Whose
from portal.availability import actions as availability
from portal.clock import local_day
from portal.counting.models import TalkDay
from portal.counting.offer_rows import WITH_OUTCOME
from portal.counting.rules import TALKS
from portal.counting.rules import contact as contact_facts
from portal.crypto import digest, new_public_id, new_token
from portal.db import Table, lock, transaction
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.erasure import queries, rules
from portal.erasure.rules import In
from portal.evaluations.models import EvaluationInvitation
from portal.referrals.models import Referral
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory

LIMITS_PER_ADDRESS = ("link-address", "sign-up-address")


def erase_myself(actor: Actor, *, signed_in_at: datetime, now: datetime) -> None:
    """Erase the participant who asks, at once and for good; raises SignInAgain when they signed in too long ago."""
    rules.check_fresh(signed_in_at, now)
    with transaction():
        erase(actor, accounts.account(actor.account_id or 0), now=now)


def erase(actor: Actor, account: Account, *, now: datetime) -> None:
    """Nothing that leads to this participant is left. Coming talks are cancelled first: their coach hears so.

    Inside the transaction of the caller. Who has other work here keeps the account for that. Raises NotFound when
    somebody else did this a moment before.
    """
    for coach in queries.coaches_now(account):
        lock(coach)
    lock(account)
    account = accounts.account(account.id)
    enrolments = queries.enrolments_of(account)
    for enrolment in enrolments:
        lock(enrolment)
    audit.record(actor, "account.erased", account)
    erase_enrolments(actor, enrolments, now=now)
    availability.forget(queries.blocks_of(account))
    _erase_traces(account)
    if queries.has_other_work(account.id):
        _end_participation(account)
    else:
        Invitation.delete().where(Invitation.email_key == account.email_key).execute()
        Account.delete().where(Account.id == account.id).execute()


def erase_due(*, now: datetime) -> int:
    """Erase everybody whose time is over; returns how many. Each by themselves: broken off, the next run goes on."""
    borders = rules.borders(local_day(now))
    return sum(_erase_if_due(account, borders, now) for account in queries.due_accounts(borders)) + sum(
        _erase_nobodys(enrolment, now) for enrolment in queries.due_without_account(borders)
    )


def _erase_if_due(account: Account, borders: rules.Borders, now: datetime) -> bool:
    with transaction():
        lock(account)
        is_due = queries.is_due(account, borders)
        if is_due:
            erase(PORTAL, account, now=now)
    return is_due


def _erase_nobodys(enrolment: Enrolment, now: datetime) -> bool:
    with transaction():
        lock(enrolment)
        erase_enrolments(PORTAL, [enrolment], now=now)
    return True


def erase_enrolments(actor: Actor, enrolments: Sequence[Enrolment], *, now: datetime) -> None:
    """These sign-ups of one person, and all that came of them, become tallies."""
    belongings = queries.belongings_of(enrolments)
    outbox.erase_about(belongings.public_ids)
    for trajectory in queries.running_trajectories(enrolments):
        sessions.leave_coach(actor, trajectory, now=now)
    outbox.detach(belongings.public_ids)
    _keep_tallies([enrolment for enrolment in enrolments if enrolment.enrolled_at is not None])
    availability.forget(belongings.blocks)
    Enrolment.delete().where(Enrolment.id.in_([enrolment.id for enrolment in enrolments])).execute()


def _erase_traces(account: Account) -> None:
    """What is kept by mail address: mails, tries to get in, sign-ups that were never confirmed."""
    outbox.erase_to(account.email)
    for purpose in LIMITS_PER_ADDRESS:
        throttle.forget(purpose, limit_key(account.email))
    SignInRequest.delete().where(SignInRequest.address_hash == accounts.address_hash(account.email)).execute()
    Enrolment.delete().where(Enrolment.id.in_(queries.unconfirmed_of(account.email))).execute()


def _end_participation(account: Account) -> None:
    Grant.delete().where(Grant.account == account, Grant.role == Role.PARTICIPANT).execute()
    Feed.delete().where(Feed.account == account, Feed.whose == Whose.PARTICIPANT).execute()
    BrowserSession.delete().where(BrowserSession.account == account).execute()


# -- what stays to be counted


def _keep_tallies(enrolments: Sequence[Enrolment]) -> None:
    """Of one person, who stays one in the figures. `enrolments` are in the order in which they were confirmed."""
    person = rules.random_number()
    couplings = {
        trajectory.enrolment_id: (nth, trajectory) for nth, trajectory in enumerate(queries.couplings(enrolments))
    }
    for nth, enrolment in enumerate(enrolments):
        events = _changes(enrolment)
        tally = _keep_enrolment(enrolment, events, person, nth)
        if enrolment.id in couplings:
            nth_coupling, trajectory = couplings[enrolment.id]
            _keep_trajectory(trajectory, enrolment, events, tally, nth_coupling)


def _keep_enrolment(enrolment: Enrolment, events: Iterable[EnrolmentEvent], person: int, nth: int) -> int:
    tally = _copy(enrolment, nth, tally_person=person)
    for theme in EnrolmentTheme.select().where(EnrolmentTheme.enrolment == enrolment):
        _copy(theme, nth, enrolment=tally)
    for number, event in enumerate(events):
        _copy(event, number, enrolment=tally)
    for referral in Referral.select().where(Referral.enrolment == enrolment):
        _copy(referral, nth, enrolment=tally)
    return tally


def _changes(enrolment: Enrolment) -> list[EnrolmentEvent]:
    event = EnrolmentEvent
    of_this = event.select().where(event.enrolment == enrolment, event.status.is_null(False))
    return list(of_this.order_by(event.at, event.id))


def _keep_trajectory(
    trajectory: Trajectory, enrolment: Enrolment, events: Iterable[EnrolmentEvent], tally: int, nth: int
) -> None:
    contact = None
    if trajectory.first_contact_at is not None:
        contact = contact_facts(enrolment.enrolled_at, trajectory.matched_at, trajectory.first_contact_at)
    copy = _copy(
        trajectory,
        nth,
        enrolment=tally,
        tally_quick=contact.is_quick if contact else None,
        tally_minutes=contact.minutes if contact else None,
    )
    for session in Session.select().where(Session.trajectory == trajectory, Session.status.in_(WITH_OUTCOME)):
        _copy(session, nth, trajectory=copy)
        if session.status == SessionStatus.HELD and session.kind in TALKS and session.coach_id is not None:
            _keep_talk_day(session, trajectory, enrolment, events)
    for invitation in EvaluationInvitation.select().where(EvaluationInvitation.trajectory == trajectory):
        _copy(invitation, nth, trajectory=copy, token_hash=digest(new_token(), purpose="evaluation"))


def _keep_talk_day(
    session: Session, trajectory: Trajectory, enrolment: Enrolment, events: Iterable[EnrolmentEvent]
) -> None:
    """That the coach was there for somebody on this day, apart from the rest."""
    days = rules.days_counted(
        local_day(session.starts_at),
        [(local_day(event.at), event.status) for event in events],
        (local_day(enrolment.status_at), enrolment.status),
    )
    for counts_from, counts_until in days:
        TalkDay.insert(
            id=_free_number(TalkDay),
            coach=session.coach_id,
            programme=trajectory.programme,
            talked_on=local_day(session.starts_at),
            counts_from=counts_from,
            counts_until=counts_until,
        ).on_conflict_ignore().execute()


def _copy(row: Table, nth: int, **made: object) -> int:
    """Store what is counted of this row, and nothing else; returns the number of the copy. `made` are the values that
    come from elsewhere, by column."""
    table = type(row)
    values: dict[str, Any] = {}
    for name, held in rules.TALLIES[table._meta.table_name].items():
        match held:
            case In.KEPT:
                values[name] = row.__data__[name]
            case rules.DayOf(column):
                values[name] = rules.day_of(row.__data__[column], nth)
            case In.NUMBER:
                values[name] = _free_number(table)
            case In.RANDOM:
                values[name] = made.get(name) or new_public_id()
            case In.COPY | In.RESULT:
                values[name] = made[name]
            case _:
                values[name] = held
    table.insert(values).execute()
    return int(values["id"])


def _free_number(table: type[Table]) -> int:
    """A random number below zero that no copy has."""
    while True:
        number = rules.random_number()
        if not table.select().where(table._meta.primary_key == number).exists():
            return number
