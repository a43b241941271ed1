"""Reminders as they are written, claimed and mailed: none after a cancel, another one after a move, each once."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal import outbox
from portal.access import PORTAL, Role
from portal.clock import AMSTERDAM
from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.config import Smtp
from portal.db import database, lock, on_postgres, transaction
from portal.outbox import Mail, MailStatus
from portal.programmes.codes import CloseReason
from portal.reminders import actions, jobs
from portal.reminders.models import Reminder
from portal.reminders.rules import ReminderKind
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.workday import actions as workday
from tests import factories
from tests.factories import actor_of, planned_talk
from tests.mail_server import free_port, listening
from tests.racing import at_once, processes
from tests.statements import counted

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Two in the afternoon on a Dutch clock, ten days after the tests begin.
THURSDAY = datetime(2026, 3, 12, 13, 0, tzinfo=UTC)
NOOR, BRAM = "noor@example.org", "bram@example.org"


@pytest.fixture
def trajectory(people):
    return factories.coupled(people.noor, factories.bookable_coach(people.bram))


@pytest.fixture
def talk(trajectory):
    return planned_talk(trajectory, THURSDAY)


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


@pytest.fixture
def server(app, monkeypatch):
    with listening() as running:
        monkeypatch.setitem(app.extensions, "portal", replace(app.extensions["portal"], smtp=running.smtp))
        yield running


@pytest.fixture
def mail_is_down(app, monkeypatch):
    nobody = Smtp(host="127.0.0.1", port=free_port())
    monkeypatch.setitem(app.extensions, "portal", replace(app.extensions["portal"], smtp=nobody))


def now() -> datetime:
    return portal_clock.now()


def wall(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=AMSTERDAM).astimezone(UTC)


def work(clock, at: datetime) -> None:
    """What the worker does in this minute."""
    clock.move_to(at)
    actions.remind(now=now())


def work_until(clock, end: datetime, *, since: datetime | None = None, step: timedelta = HOUR) -> None:
    moment = since or now()
    while moment <= end:
        work(clock, moment)
        moment += step


def reminded(address: str | None = None) -> list[tuple[str, str]]:
    """Whom was written at what time on a Dutch clock, in that order."""
    mails = Mail.select().where(Mail.template.startswith("reminders/")).order_by(Mail.created_at, Mail.id)
    return [
        (mail.recipient.split("@")[0], f"{mail.created_at.astimezone(AMSTERDAM):%d %H.%M}")
        for mail in mails
        if address in (None, mail.recipient)
    ]


def waiting() -> list[Mail]:
    return list(Mail.select().where(Mail.template.startswith("reminders/"), Mail.status == MailStatus.WAITING))


def cancel(talk, actor):
    sessions.cancel_session(actor, Session.get_by_id(talk.id), now=now())


def move(talk, actor, starts_at, mode="phone"):
    held = Session.get_by_id(talk.id)
    return sessions.move_session(actor, held, starts_at=starts_at, mode=mode, seen=held.sequence, now=now())


# -- two days and three hours before


def test_a_participant_hears_it_twice_and_the_coach_once(clock, talk):
    work_until(clock, THURSDAY + HOUR, since=THURSDAY - 49 * HOUR)
    assert reminded() == [("noor", "10 14.00"), ("bram", "10 14.00"), ("noor", "12 11.00")]


def test_the_worker_does_it_every_minute(clock, talk):
    clock.move_to(THURSDAY - 48 * HOUR)
    jobs.remind.call_local()
    assert reminded() == [("noor", "10 14.00"), ("bram", "10 14.00")]


def test_the_mail_says_when_what_one_can_do_and_leads_there(clock, talk, mailbox, client):
    work(clock, THURSDAY - 48 * HOUR)
    letter = mailbox.last(NOOR)
    assert letter.subject == "Je afspraak"
    assert "Je afspraak is op donderdag 12 maart om 14.00 uur." in letter.text
    assert "Komt het niet uit? Verzet je afspraak:" in letter.text
    assert "Je hoeft niet in te loggen." in letter.text
    page = client.get(letter.link("/afspraak/"))
    assert page.status == 200
    assert [link for link in page.links if link.endswith("/verzetten")]
    for part in (letter.subject, letter.text, letter.html):
        assert "coach" not in part.lower()
    assert letter.calendar is None


def test_when_it_is_too_late_to_move_the_mail_does_not_say_so(clock, talk, mailbox, client):
    work_until(clock, THURSDAY - 3 * HOUR, since=THURSDAY - 4 * HOUR)
    letter = mailbox.last(NOOR)
    assert "Komt het niet uit? Laat het hier weten:" in letter.text
    assert "Verzet" not in letter.text
    assert client.get(letter.link("/afspraak/")).status == 200


def test_the_coach_gets_a_link_to_the_trajectory(clock, talk, mailbox):
    work(clock, THURSDAY - 48 * HOUR)
    letter = mailbox.last(BRAM)
    assert (letter.subject, letter.template) == ("Je afspraak", "reminders/coming_for_coach")
    assert letter.link("/coach/") == f"/coach/traject/{talk.trajectory.public_id}"
    assert "donderdag 12 maart om 14.00 uur" in letter.text


def test_a_mail_speaks_the_language_of_its_reader(clock, talk, people, mailbox):
    type(people.noor).update(language="en").where(type(people.noor).id == people.noor.id).execute()
    work(clock, THURSDAY - 48 * HOUR)
    assert "Your appointment is on Thursday 12 March at 14:00." in mailbox.last(NOOR).text


def test_nothing_is_written_at_night_but_the_evening_before(clock, trajectory):
    planned_talk(trajectory, wall("2026-03-12 09.00"))
    work_until(clock, wall("2026-03-12 09.00"), since=wall("2026-03-10 08.30"), step=30 * MINUTE)
    assert reminded(NOOR) == [("noor", "10 09.00"), ("noor", "11 20.30")]


def test_a_worker_that_was_away_in_the_evening_waits_for_the_morning(clock, trajectory):
    planned_talk(trajectory, wall("2026-03-12 09.00"))
    work_until(clock, wall("2026-03-12 09.00"), since=wall("2026-03-11 21.00"), step=30 * MINUTE)
    assert reminded(NOOR) == [("noor", "12 08.00")], "once, although both were due"


def test_nights_of_both_clock_changes(clock, people, trajectory):
    """The coach works on Sunday evening for once: no rule of booking is what this is about."""
    for starts, expected in [
        ("2026-03-29 12.00", [("noor", "27 11.00"), ("noor", "29 09.00")]),
        ("2026-10-25 12.00", [("noor", "23 13.00"), ("noor", "25 09.00")]),
        ("2026-10-25 02.30", [("noor", "22 20.30"), ("noor", "24 20.30")]),
    ]:
        Mail.delete().execute()
        Reminder.delete().execute()
        session = factories.talk(trajectory, status=SessionStatus.PLANNED, now=wall(starts))
        Session.update(booked_at=wall("2026-03-01 12.00")).where(Session.id == session.id).execute()
        work_until(clock, wall(starts), since=wall(starts) - 56 * HOUR, step=30 * MINUTE)
        assert reminded(NOOR) == expected
        Session.delete().where(Session.id == session.id).execute()


def test_who_booked_shortly_before_is_not_reminded_of_what_they_know(clock, trajectory):
    clock.move_to(THURSDAY - 26 * HOUR)
    planned_talk(trajectory, THURSDAY)
    work_until(clock, THURSDAY)
    assert reminded() == [("noor", "12 11.00")], "two days before was past, three hours before is news"


def test_who_booked_within_hours_of_the_reminder_gets_none(clock, trajectory):
    trajectory.coach.notice_hours = 4
    clock.move_to(THURSDAY - 5 * HOUR)
    planned_talk(trajectory, THURSDAY)
    work_until(clock, THURSDAY)
    assert reminded() == []


def test_a_talk_that_was_brought_along_from_elsewhere_is_reminded_of(clock, trajectory):
    session = factories.talk(trajectory, status=SessionStatus.PLANNED, now=THURSDAY)
    Session.update(booked_at=THURSDAY - 20 * DAY).where(Session.id == session.id).execute()
    work_until(clock, THURSDAY, since=THURSDAY - 50 * HOUR)
    assert reminded(NOOR) == [("noor", "10 14.00"), ("noor", "12 11.00")]


def test_rows_are_made_once_and_not_looked_at_again(clock, talk):
    clock.move_to(THURSDAY - 3 * DAY)
    assert actions.arm(now=now()) == 3
    assert actions.arm(now=now()) == 0
    rows = Reminder.select().order_by(Reminder.id)
    assert [(row.kind, row.due_at) for row in rows] == [
        (ReminderKind.TWO_DAYS, THURSDAY - 48 * HOUR),
        (ReminderKind.THREE_HOURS, THURSDAY - 3 * HOUR),
        (ReminderKind.TWO_DAYS, THURSDAY - 48 * HOUR),
    ]
    assert counted(lambda: work(clock, now())) == 5


# -- none after a cancel


@pytest.mark.nasty(9, "none after a cancel")
def test_none_after_a_cancel(clock, talk, noor):
    work(clock, THURSDAY - 3 * DAY)
    cancel(talk, noor)
    work_until(clock, THURSDAY)
    assert reminded() == []


@pytest.mark.nasty(9, "none after a cancel")
@pytest.mark.usefixtures("mail_is_down")
def test_none_after_a_cancel_when_the_mail_still_waits(clock, talk, noor):
    work(clock, THURSDAY - 48 * HOUR)
    outbox.sweep.call_local()
    assert len(waiting()) == 2
    cancel(talk, noor)
    assert waiting() == []
    assert {mail.content for mail in Mail.select().where(Mail.template.startswith("reminders/"))} == {None}


def test_none_after_the_trajectory_was_closed(clock, talk, people, trajectory):
    work(clock, THURSDAY - 48 * HOUR)
    workday.close(actor_of(people.bram, Role.COACH), trajectory, CloseReason.NO_NEED.value, now=now())
    assert waiting() == []
    work_until(clock, THURSDAY)
    assert len(reminded()) == 2, "those of before it was closed"


def test_none_of_a_talk_with_a_coach_who_left(clock, talk):
    Coach.update(status=CoachStatus.WITHDRAWN).execute()
    work_until(clock, THURSDAY, since=THURSDAY - 50 * HOUR)
    assert reminded() == []


@pytest.mark.nasty(9, "none after a cancel")
def test_a_cancel_while_the_worker_writes_leaves_no_mail(clock, talk, noor):
    """Real processes: whoever comes first, no reminder waits for a talk that is off."""
    work(clock, THURSDAY - 3 * DAY)
    clock.move_to(THURSDAY - 48 * HOUR)
    deeds = [lambda: actions.send_due(now=now()), lambda: cancel(talk, noor)] * 2
    at_once(lambda number: deeds[number](), times=4)
    assert Session.get_by_id(talk.id).status == SessionStatus.CANCELLED_PARTICIPANT
    assert waiting() == []


def test_a_talk_that_is_erased_takes_its_rows_along(clock, talk):
    work(clock, THURSDAY - 3 * DAY)
    Session.delete().where(Session.id == talk.id).execute()
    assert Reminder.select().count() == 0
    work_until(clock, THURSDAY)
    assert reminded() == []


# -- another one after a move


@pytest.mark.nasty(9, "again after a move")
def test_another_one_after_a_move(clock, talk, noor):
    """Moved after both were told two days before: again two days before the new time, with the new time in it."""
    work_until(clock, THURSDAY - 47 * HOUR, since=THURSDAY - 49 * HOUR)
    move(talk, noor, THURSDAY + 7 * DAY)
    work_until(clock, THURSDAY + 7 * DAY, since=THURSDAY + 5 * DAY - HOUR)
    assert reminded() == [
        ("noor", "10 14.00"), ("bram", "10 14.00"),
        ("noor", "17 14.00"), ("bram", "17 14.00"), ("noor", "19 11.00"),
    ]  # fmt: skip
    before = Reminder.select().where(Reminder.kind != ReminderKind.OUTCOME)
    assert {row.sent_for_start for row in before} == {THURSDAY + 7 * DAY}


def test_the_link_after_a_move_is_alive_and_the_one_before_dead(clock, talk, noor, mailbox, client):
    work(clock, THURSDAY - 48 * HOUR)
    before = mailbox.last(NOOR).link("/afspraak/")
    move(talk, noor, THURSDAY + 7 * DAY)
    work(clock, THURSDAY + 5 * DAY)
    assert client.get(mailbox.last(NOOR).link("/afspraak/")).status == 200
    assert client.get(before).status == 410


def test_none_for_the_time_of_before_when_the_mail_still_waits(clock, talk, noor):
    work(clock, THURSDAY - 48 * HOUR)
    assert len(waiting()) == 2
    move(talk, noor, THURSDAY + 7 * DAY)
    assert waiting() == []


def test_moved_to_sooner_tells_nothing_that_the_move_told_already(clock, talk, noor):
    work(clock, THURSDAY - 3 * DAY)
    move(talk, noor, THURSDAY - DAY)
    work_until(clock, THURSDAY - DAY)
    assert reminded() == [("noor", "11 11.00")], "two days before was now"


@pytest.mark.nasty(9, "again after a move")
def test_moved_there_and_back_is_not_reminded_twice_of_one_time(clock, talk, noor):
    work(clock, THURSDAY - 48 * HOUR)
    move(talk, noor, THURSDAY + 7 * DAY)
    work(clock, now() + MINUTE)
    move(talk, noor, THURSDAY)
    work_until(clock, THURSDAY, since=THURSDAY - 47 * HOUR)
    assert reminded() == [("noor", "10 14.00"), ("bram", "10 14.00"), ("noor", "12 11.00")]


def test_told_anew_of_the_same_time_counts_too(clock, talk, noor):
    """Only how they talk changes: people were told now, so what was due soon is not sent, and the rest is."""
    work(clock, THURSDAY - 3 * DAY)
    clock.move_to(THURSDAY - 50 * HOUR)
    move(talk, noor, THURSDAY, mode="video")
    work_until(clock, THURSDAY)
    assert reminded() == [("noor", "12 11.00")]


def test_what_was_moved_since_the_row_was_made_is_not_claimed(clock, talk, noor):
    """The worker stands between arming and claiming."""
    work(clock, THURSDAY - 3 * DAY)
    clock.move_to(THURSDAY - 48 * HOUR)
    move(talk, noor, THURSDAY + 7 * DAY)
    assert actions.send_due(now=now()) == 0
    assert Reminder.select().where(Reminder.sent_at.is_null(False)).count() == 0


def test_a_talk_that_another_coach_takes_over_is_told_to_that_coach(clock, talk, people):
    work(clock, THURSDAY - 3 * DAY)
    chris = factories.bookable_coach(people.chris)
    Session.update(coach=chris, told_at=now()).where(Session.id == talk.id).execute()
    work_until(clock, THURSDAY - 48 * HOUR)
    assert reminded() == [("noor", "10 14.00"), ("chris", "10 14.00")]


# -- each once, and none lost


@pytest.mark.nasty(9, "once under two workers")
def test_once_under_two_workers(people, clock):
    """Four processes at the same moment, on ten talks with three rows each."""
    for number in range(10):
        coach = factories.bookable_coach(factories.account(f"Coach{number}", Role.COACH))
        participant = factories.account(f"Deelnemer{number}", Role.PARTICIPANT)
        planned_talk(factories.coupled(participant, coach), THURSDAY)
    work(clock, THURSDAY - 3 * DAY)
    clock.move_to(THURSDAY - 48 * HOUR)
    sent = at_once(lambda number: actions.send_due(now=now()), times=4)
    assert sum(sent) == 20
    assert len(reminded()) == len(set(reminded())) == 20
    assert Mail.select().where(Mail.template.startswith("reminders/")).count() == 20


@pytest.mark.nasty(9, "once under two workers")
def test_rows_are_made_once_by_two_workers(people, clock, talk):
    clock.move_to(THURSDAY - 3 * DAY)
    at_once(lambda number: actions.arm(now=now()), times=4)
    assert Reminder.select().count() == 3


@pytest.mark.nasty(9, "not lost in a crash")
def test_not_lost_in_a_crash(clock, talk):
    """A worker dies after it claimed and wrote the mail, before anything is stored."""
    work(clock, THURSDAY - 3 * DAY)
    clock.move_to(THURSDAY - 48 * HOUR)

    def claim_and_die() -> None:
        with transaction():
            assert actions.send_due(now=now()) == 2
            os.kill(os.getpid(), signal.SIGKILL)

    database.close()
    worker = processes.Process(target=claim_and_die)
    worker.start()
    worker.join(30)
    assert worker.exitcode == -signal.SIGKILL
    assert reminded() == []
    work(clock, now() + MINUTE)
    assert reminded() == [("noor", "10 14.01"), ("bram", "10 14.01")]


@pytest.mark.nasty(9, "not lost in a crash")
def test_not_lost_when_the_worker_was_away_for_hours(clock, talk):
    work_until(clock, THURSDAY, since=THURSDAY - 30 * HOUR)
    assert reminded() == [("noor", "11 08.00"), ("bram", "11 08.00"), ("noor", "12 11.00")]


def test_none_after_the_talk_has_begun(clock, talk):
    work(clock, THURSDAY)
    assert reminded() == []


@contextmanager
def somebody_else_holding(talk) -> Iterator[None]:
    """A connection of its own keeps this talk to itself."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database.connection_context(), transaction():
            lock(talk)
            held.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    yield
    done.set()
    holder.join(30)


def test_one_that_cannot_be_written_keeps_nobody_else_waiting(clock, talk, people, capsys):
    """On PostgreSQL, where one talk can be held alone."""
    fatima = factories.account("Fatima", Role.PARTICIPANT)
    planned_talk(factories.coupled(fatima, factories.bookable_coach(people.chris)), THURSDAY)
    work(clock, THURSDAY - 3 * DAY)
    if on_postgres():
        database.execute_sql("SET lock_timeout = '50ms'")
        clock.move_to(THURSDAY - 48 * HOUR)
        with somebody_else_holding(talk):
            assert actions.send_due(now=now()) == 2
        assert [name for name, _ in reminded()] == ["fatima", "chris"]
        assert "reminder_not_written" in capsys.readouterr().out
    work(clock, THURSDAY - 47 * HOUR)
    assert sorted(name for name, _ in reminded()) == ["bram", "chris", "fatima", "noor"]


# -- while the mail server is away


@pytest.mark.usefixtures("mail_is_down")
def test_a_mail_that_waits_is_taken_back_when_the_talk_begins(clock, talk):
    work(clock, THURSDAY - 3 * HOUR)
    outbox.sweep.call_local()
    assert len(waiting()) == 2, "the coach had not heard it yet"
    work(clock, THURSDAY)
    assert waiting() == []


@pytest.mark.usefixtures("mail_is_down")
def test_the_last_reminder_is_enough(clock, talk):
    work(clock, THURSDAY - 48 * HOUR)
    outbox.sweep.call_local()
    work(clock, THURSDAY - 3 * HOUR)
    assert sorted(mail.recipient for mail in waiting()) == [BRAM, NOOR]


def test_a_mail_that_waits_into_the_night_goes_in_the_morning(clock, trajectory, server):
    planned_talk(trajectory, wall("2026-03-12 09.00"))
    server.answers = {"DATA": "451 later"}
    work(clock, wall("2026-03-11 20.30"))
    outbox.sweep.call_local()
    server.answers = {}
    before = len(server.mails)
    for moment in (wall("2026-03-11 21.00"), wall("2026-03-12 03.00"), wall("2026-03-12 07.59")):
        work(clock, moment)
        outbox.sweep.call_local()
    assert {mail.due_at for mail in waiting()} == {wall("2026-03-12 08.00")}
    work(clock, wall("2026-03-12 08.00"))
    outbox.sweep.call_local()
    assert waiting() == []
    assert len(server.mails) > before


# -- how it went


def test_a_coach_who_said_nothing_is_asked_once(clock, talk, mailbox):
    work_until(clock, THURSDAY + 30 * HOUR, since=THURSDAY + HOUR)
    work_until(clock, THURSDAY + 30 * DAY, step=11 * HOUR)
    assert reminded() == [("bram", "13 15.00")]
    letter = mailbox.last(BRAM)
    assert letter.subject == "Je afspraak"
    assert "Je afspraak was op donderdag 12 maart om 14.00 uur." in letter.text
    assert letter.link("/coach/") == f"/coach/gesprek/{talk.public_id}"


def test_the_link_leads_to_where_it_is_said(clock, talk, people, mailbox, client):
    work(clock, THURSDAY + 25 * HOUR)
    link = mailbox.last(BRAM).link("/coach/gesprek/")
    client.sign_in(people.bram)
    client.submit(client.get(link), outcome="held")
    assert Session.get_by_id(talk.id).status == SessionStatus.HELD


def test_a_coach_is_not_asked_at_night(clock, people, trajectory):
    factories.talk(trajectory, status=SessionStatus.PLANNED, now=wall("2026-03-12 21.30"))
    work_until(clock, wall("2026-03-14 12.00"), since=wall("2026-03-13 21.00"))
    assert reminded() == [("bram", "14 08.00")]


def test_a_coach_who_said_how_it_went_is_not_asked(clock, talk, people):
    clock.move_to(THURSDAY + HOUR)
    sessions.mark_held(actor_of(people.bram, Role.COACH), talk, now=now())
    work_until(clock, THURSDAY + 2 * DAY, step=3 * HOUR)
    assert reminded() == []


def test_a_question_that_still_waits_is_taken_back_by_the_answer(clock, talk, people):
    work(clock, THURSDAY + 25 * HOUR)
    assert len(waiting()) == 1
    sessions.mark_no_show(actor_of(people.bram, Role.COACH), Session.get_by_id(talk.id), now=now())
    assert waiting() == []


def test_nobody_is_asked_about_long_ago(clock, talk):
    work_until(clock, THURSDAY + 20 * DAY, since=THURSDAY + 14 * DAY, step=7 * HOUR)
    assert reminded() == []


def test_a_coach_who_cannot_come_in_is_not_asked(clock, talk):
    Coach.update(status=CoachStatus.BLOCKED).execute()
    work_until(clock, THURSDAY + 30 * HOUR, since=THURSDAY + 24 * HOUR)
    assert reminded() == []


def test_once_under_two_workers_also_afterwards(clock, talk):
    clock.move_to(THURSDAY + 25 * HOUR)
    actions.arm(now=now())
    assert sum(at_once(lambda number: actions.send_due(now=now()), times=4)) == 1
    assert reminded() == [("bram", "13 15.00")]


def test_a_cancel_by_the_portal_counts_as_any_other(clock, talk):
    work(clock, THURSDAY - 48 * HOUR)
    cancel(talk, PORTAL)
    assert waiting() == []
