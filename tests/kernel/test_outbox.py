"""The outbox: nothing is lost, nothing is sent twice, and nothing of it can be read in the database."""

import os
import signal
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal import outbox
from portal.config import Smtp
from portal.db import database, on_postgres, transaction
from portal.outbox import BACK_OFF, CLAIM, Mail, MailStatus
from portal.smtp import CalendarPart
from tests.factories import post
from tests.mail_server import free_port
from tests.racing import processes

MINUTE = timedelta(minutes=1)
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def deliver() -> None:
    outbox.deliver_soon.call_local()


def fresh(mail: Mail) -> Mail:
    return Mail.get_by_id(mail.id)


def columns(mail: Mail) -> tuple:
    now = fresh(mail)
    return now.status, now.tries, now.due_at, now.last_error


# -- what goes out


def test_one_mail_goes_to_one_recipient_in_text_and_html(db, clock, server):
    mail = post()
    deliver()
    (received,) = server.mails
    assert received.recipients == ["noor@example.org"]
    assert received.sender == "afspraken@portal.example.org"
    message = received.message
    assert message["From"] == "Afspraken <afspraken@portal.example.org>"
    assert message["To"] == "noor@example.org"
    assert message["Subject"] == "Je link om in te loggen"
    assert message["Date"] == "Mon, 02 Mar 2026 10:00:00 +0000"
    assert message["Message-ID"] == f"<{mail.public_id}@portal.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nl"
    assert message["Cc"] is None
    assert message["Bcc"] is None
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    for kind in ("plain", "html"):
        assert "https://portal.example.org/inloggen/link/abc" in message.get_body((kind,)).get_content()


def test_a_calendar_part_is_shown_and_is_a_file_too(db, clock, server):
    post(calendar=CalendarPart("REQUEST", CALENDAR))
    deliver()
    message = server.mails[0].message
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    shown = next(p for p in message.walk() if p.get_content_type() == "text/calendar" and not p.get_filename())
    assert shown["Content-Type"].params["method"] == "REQUEST"
    assert shown.get_content().replace("\r\n", "\n") == CALENDAR.replace("\r\n", "\n")
    (attached,) = [part for part in message.walk() if part.get_filename()]
    assert (attached.get_filename(), attached.get_content_disposition()) == ("afspraak.ics", "attachment")
    assert {"text/plain", "text/html", "text/calendar"} <= set(parts)


def test_a_mail_speaks_the_language_of_its_reader(db, clock, server):
    post(language="en")
    deliver()
    message = server.mails[0].message
    assert (message["Subject"], message["Content-Language"]) == ("Your link to sign in", "en")
    assert "Click on this link to sign in:" in message.get_body(("plain",)).get_content()


def test_a_domain_in_another_script_is_written_as_mail_servers_do(db, clock, server):
    post("noor@bücher.example.org")
    deliver()
    assert server.mails[0].recipients == ["noor@xn--bcher-kva.example.org"]
    assert server.mails[0].message["To"] == "noor@xn--bcher-kva.example.org"


def test_text_in_a_mail_cannot_become_markup(db, clock, server):
    post(template="enrolments/confirm", subject="Confirm your registration", first_name="<b>Noor</b>")
    deliver()
    message = server.mails[0].message
    assert "<b>Noor</b>" in message.get_body(("plain",)).get_content()
    assert "<b>Noor</b>" not in message.get_body(("html",)).get_content()


def test_a_line_break_in_a_name_stays_in_the_text(db, clock, server):
    post(template="enrolments/confirm", subject="Confirm your registration", first_name="Noor\r\nBcc: x@example.org")
    deliver()
    (received,) = server.mails
    assert received.recipients == ["noor@example.org"]
    assert received.message["Bcc"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "noor@example.org\r\nBcc: x@example.org"},
        {"to": "noor@example.org\nBcc: x@example.org"},
        {"to": "noor@example.org, x@example.org"},
        {"to": "Noor <x@example.org>"},
        {"subject": "Hello\r\nBcc: x@example.org"},
        {"to": "noor"},
    ],
)
def test_what_does_not_fit_in_a_header_is_not_sent_and_is_shown(db, clock, server, changes):
    mail = post(**changes)
    deliver()
    assert server.mails == []
    assert fresh(mail).status == MailStatus.FAILED
    assert [failed.id for failed in outbox.failed_mails()] == [mail.id]


# -- once, and in time


def test_the_same_key_is_written_once(db, clock, server):
    post(path="/inloggen/link/first")
    post(path="/inloggen/link/second")
    deliver()
    deliver()
    assert len(server.mails) == 1
    assert "first" in server.mails[0].message.get_body(("plain",)).get_content()


def test_a_mail_of_a_failed_transaction_was_never_written(db, clock, server):
    def post_and_fail() -> None:
        with transaction():
            post()
            raise LookupError

    with pytest.raises(LookupError):
        post_and_fail()
    deliver()
    assert (Mail.select().count(), server.mails) == (0, [])


def test_a_mail_for_later_waits_and_may_be_withdrawn(db, clock, server):
    later = portal_clock.now() + timedelta(hours=24)
    mail = post(key="herinnering", due_at=later)
    taken_back = post(key="andere herinnering", due_at=later)
    outbox.withdraw(["andere herinnering", "onbekend"])
    deliver()
    assert server.mails == []
    clock.shift(timedelta(hours=24))
    deliver()
    assert [received.message["Message-ID"] for received in server.mails] == [f"<{mail.public_id}@portal.example.org>"]
    assert (fresh(taken_back).status, fresh(taken_back).content) == (MailStatus.WITHDRAWN, None)


def test_a_sent_mail_cannot_be_withdrawn(db, clock, server):
    mail = post()
    deliver()
    outbox.withdraw(["een"])
    assert fresh(mail).status == MailStatus.SENT


class TakenBackMeanwhile(dict):
    """A mail server that is too busy, asked while somebody takes the mail back."""

    def __contains__(self, command: object) -> bool:
        if command == "DATA":
            outbox.withdraw(["een"])
            database.close()
        return command == "DATA"

    def __getitem__(self, command: str) -> str:
        return "451 later"


def test_what_is_taken_back_while_we_try_is_not_tried_again(db, clock, server):
    mail = post()
    server.answers = TakenBackMeanwhile()
    deliver()
    assert (fresh(mail).status, fresh(mail).content) == (MailStatus.WITHDRAWN, None)
    server.answers = {}
    clock.shift(2 * BACK_OFF[0])
    deliver()
    assert server.mails == []


def test_waiting_mails_about_one_thing_are_put_off_or_taken_back(db, clock, server):
    later = portal_clock.now() + timedelta(hours=9)
    about, other = [post(key=key) for key in ("talk:a_b:1", "talk:a_b:2")], post(key="talk:a-b:1")
    assert outbox.waiting_about("talk:a_b:") == ["talk:a_b:1", "talk:a_b:2"]
    outbox.put_off_about("talk:a_b:", until=later)
    deliver()
    assert [fresh(mail).due_at for mail in about] == [later, later]
    assert (len(server.mails), fresh(other).status) == (1, MailStatus.SENT)
    outbox.withdraw_about("talk:")
    assert [(fresh(mail).status, fresh(mail).content) for mail in about] == [(MailStatus.WITHDRAWN, None)] * 2
    assert fresh(other).status == MailStatus.SENT
    assert outbox.waiting_about("talk:") == []


def test_what_is_due_first_goes_first(db, clock, server):
    for minutes in (3, 1, 2):
        post(f"{minutes}@example.org", key=str(minutes), due_at=portal_clock.now() + minutes * MINUTE)
    clock.shift(3 * MINUTE)
    deliver()
    assert [received.recipients for received in server.mails] == [
        ["1@example.org"], ["2@example.org"], ["3@example.org"],
    ]  # fmt: skip


def test_what_is_written_for_nobody_is_not_sent_and_does_not_stay(db, clock, server):
    mail = post("onbekend@example.org", addressed=False)
    outbox.sweep.call_local()
    assert (server.mails, fresh(mail).status) == ([], MailStatus.UNADDRESSED)
    clock.shift(timedelta(hours=1))
    outbox.sweep.call_local()
    assert Mail.select().count() == 0


# -- when the mail server does not take it


def test_a_server_that_is_away_loses_nothing(app, clock, server, monkeypatch):
    mail = post()
    there = app.extensions["portal"]
    monkeypatch.setitem(app.extensions, "portal", replace(there, smtp=Smtp("127.0.0.1", free_port())))
    deliver()
    assert columns(mail)[:3] == (MailStatus.WAITING, 1, portal_clock.now() + BACK_OFF[0])
    assert columns(mail)[3].startswith("ConnectionRefusedError")
    monkeypatch.setitem(app.extensions, "portal", there)
    deliver()
    assert server.mails == [], "not before its time"
    clock.shift(BACK_OFF[0])
    deliver()
    assert len(server.mails) == 1
    assert (fresh(mail).status, fresh(mail).sent_at, fresh(mail).last_error) == (
        MailStatus.SENT,
        portal_clock.now(),
        "",
    )


@pytest.mark.parametrize(
    ("command", "answer", "cause"),
    [
        ("MAIL", "421 too busy", "SMTPSenderRefused 421"),
        ("MAIL", "451 try later", "SMTPSenderRefused 451"),
        ("RCPT", "450 mailbox busy", "SMTPRecipientsRefused [450]"),
        ("DATA", "452 disk full", "SMTPDataError 452"),
    ],
)
def test_a_passing_refusal_is_tried_again_later(db, clock, server, command, answer, cause):
    mail = post()
    server.answers[command] = answer
    deliver()
    assert columns(mail) == (MailStatus.WAITING, 1, portal_clock.now() + BACK_OFF[0], cause)
    server.answers.clear()
    clock.shift(BACK_OFF[0])
    deliver()
    assert (len(server.mails), fresh(mail).status) == (1, MailStatus.SENT)


def test_a_connection_that_breaks_off_in_the_text_is_tried_again(db, clock, server):
    mail = post()
    server.breaks_off = True
    deliver()
    assert columns(mail)[:3] == (MailStatus.WAITING, 1, portal_clock.now() + BACK_OFF[0])
    server.breaks_off = False
    clock.shift(BACK_OFF[0])
    deliver()
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("command", "answer", "cause"),
    [
        ("RCPT", "550 no such user noor@example.org", "SMTPRecipientsRefused [550]"),
        ("DATA", "554 refused", "SMTPDataError 554"),
        ("MAIL", "553 not from you", "SMTPSenderRefused 553"),
    ],
)
def test_a_final_refusal_is_shown_to_a_person_who_may_try_again(db, clock, server, command, answer, cause):
    mail = post()
    server.answers[command] = answer
    deliver()
    assert columns(mail) == (MailStatus.FAILED, 1, portal_clock.now(), cause)
    assert "noor" not in fresh(mail).last_error
    assert [failed.id for failed in outbox.failed_mails()] == [mail.id]
    clock.shift(timedelta(days=2))
    deliver()
    assert server.mails == []
    server.answers.clear()
    outbox.try_again(mail, now=portal_clock.now())
    assert (fresh(mail).status, fresh(mail).tries) == (MailStatus.WAITING, 0)
    deliver()
    assert (len(server.mails), outbox.failed_mails()) == (1, [])


def test_it_waits_longer_every_time_and_then_asks_a_person(db, clock, server):
    mail = post()
    server.answers["RCPT"] = "450 mailbox busy"
    waited = []
    while True:
        deliver()
        now = fresh(mail)
        if now.status == MailStatus.FAILED:
            break
        waited.append(now.due_at - portal_clock.now())
        clock.shift(now.due_at - portal_clock.now() - timedelta(seconds=1))
        deliver()
        assert fresh(mail).tries == len(waited), "not a second too early"
        clock.shift(timedelta(seconds=1))
    assert waited == BACK_OFF
    assert fresh(mail).tries == len(BACK_OFF) + 1
    assert fresh(mail).content is not None


def test_trying_again_leaves_a_sent_mail_alone(db, clock, server):
    mail = post()
    deliver()
    outbox.try_again(mail, now=portal_clock.now())
    deliver()
    assert (fresh(mail).status, len(server.mails)) == (MailStatus.SENT, 1)


def test_one_broken_mail_does_not_keep_the_others_waiting(db, clock, server):
    broken, refused, good = post(key="kapot"), post("geen adres", key="geweigerd"), post(key="goed")
    Mail.update(content_sealed=refused.content_sealed).where(Mail.id == broken.id).execute()
    deliver()
    assert [fresh(mail).status for mail in (broken, refused, good)] == [
        MailStatus.FAILED,
        MailStatus.FAILED,
        MailStatus.SENT,
    ]
    assert fresh(broken).last_error == "SealBroken"
    assert len(server.mails) == 1


def test_failed_mails_are_listed_newest_first(db, clock, server):
    server.answers["RCPT"] = "550 no"
    for number in range(3):
        post(key=str(number))
        clock.shift(MINUTE)
    deliver()
    assert [mail.dedupe_key for mail in outbox.failed_mails()] == ["2", "1", "0"]


# -- several workers


def test_workers_at_the_same_moment_send_every_mail_once(app, clock, server):
    mails = [post(f"{number}@example.org", key=str(number)) for number in range(20)]
    database.close()
    together = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            together.wait(30)
            deliver()
            database.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(received.recipients[0] for received in server.mails) == sorted(m.recipient for m in mails)
    assert {mail.status for mail in Mail.select()} == {MailStatus.SENT}


def test_a_worker_that_is_killed_after_sending_leaves_the_mail_to_the_next_one(db, clock, server):
    mail = post()
    server.falls_silent = True
    database.close()
    worker = processes.Process(target=deliver, daemon=True)
    worker.start()
    assert server.arrived.wait(30)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(30)
    server.falls_silent = False
    assert fresh(mail).status == MailStatus.WAITING
    deliver()
    assert len(server.mails) == 1, "for a while it is still the other worker's"
    clock.shift(CLAIM)
    deliver()
    assert [received.message["Message-ID"] for received in server.mails] == [
        f"<{mail.public_id}@portal.example.org>"
    ] * 2, "the same name, so that mail programs show one"
    assert fresh(mail).status == MailStatus.SENT


# -- in the database


def everything_stored(memory) -> bytes:
    """The files of SQLite with their write-ahead log, or what PostgreSQL has in its rows."""
    if on_postgres():
        return "".join(row[0] for row in database.execute_sql("SELECT mail::text FROM mail")).encode()
    return b"".join(path.read_bytes() for path in sorted(memory.glob("test.db*")))


@pytest.mark.parametrize("marker", ["merkteken@example.org", "/geheime-weg/merkteken", "Merkteken"])
def test_nothing_of_a_mail_can_be_read_in_the_database(db, clock, memory, marker):
    post("merkteken@example.org", path="/geheime-weg/merkteken", code="Merkteken")
    stored = everything_stored(memory)
    assert b"accounts/sign_in" in stored
    assert marker.encode() not in stored
    assert marker.encode().hex().encode() not in stored


def test_the_text_is_gone_when_it_was_sent(db, clock, server):
    mail = post()
    deliver()
    assert fresh(mail).content_sealed is None


def test_the_demo_keeps_the_text_and_needs_no_mail_server(app, clock, monkeypatch):
    monkeypatch.setitem(app.extensions, "portal", replace(app.extensions["portal"], env="demo", smtp=None))
    mail = post()
    deliver()
    assert fresh(mail).status == MailStatus.SENT
    assert "/inloggen/link/abc" in fresh(mail).content


def test_a_mail_moved_to_another_row_does_not_open(db, clock, server):
    one, other = post(key="een"), post("rik@example.org", key="twee")
    Mail.update(recipient_sealed=other.recipient_sealed).where(Mail.id == one.id).execute()
    deliver()
    assert [received.recipients for received in server.mails] == [["rik@example.org"]]


def test_links_come_from_the_settings_and_never_from_a_request(app, clock):
    with app.test_request_context("/", base_url="https://evil.test"):
        assert outbox.link("/hulp") == "https://portal.example.org/hulp"
