"""The calendar part of the mails about a talk: right in every calendar, and without a word about what it is."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import icalendar
import pytest

from portal import clock as portal_clock
from portal import i18n, smtp
from portal.access import Role
from portal.clock import AMSTERDAM
from portal.sessions import actions, mails
from portal.smtp import CalendarPart
from tests import factories
from tests.factories import actor_of, planned_talk

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# What nobody may read over somebody's shoulder.
BETRAYING = re.compile(r"coach|mentaal|mental|trauma|loopbaan|career|zorg|care|stress|support", re.IGNORECASE)


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram, video_link="https://meet.example.org/bram")


@pytest.fixture
def session(people, coach):
    return planned_talk(factories.coupled(people.noor, coach), TUESDAY)


def event_of(letter):
    method, text = letter.calendar
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar["method"] == method
    assert calendar["version"] == "2.0"
    assert len(calendar.events) == 1
    return calendar.events[0]


def test_booked_part_says_when_and_nothing_else(session, people, mailbox):
    event = event_of(mailbox.last(people.noor.email))
    assert mailbox.last(people.noor.email).calendar[0] == "REQUEST"
    assert event.decoded("dtstart") == TUESDAY
    assert event.decoded("dtend") == TUESDAY + HOUR
    assert event.decoded("dtstamp") == portal_clock.now()
    assert (event["status"], event["sequence"], event["class"]) == ("CONFIRMED", 0, "PRIVATE")
    assert set(event.keys()) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "CLASS", "ORGANIZER", "ATTENDEE",
    }  # fmt: skip


def test_uid_stays_and_sequence_rises_when_it_is_cancelled(session, people, mailbox):
    actions.cancel_session(actor_of(people.noor, Role.PARTICIPANT), session, now=portal_clock.now())
    for account in (people.noor, people.bram):
        booked, cancelled = mailbox.to(account.email)
        before, after = event_of(booked), event_of(cancelled)
        assert cancelled.calendar[0] == "CANCEL"
        assert before["uid"] == after["uid"] == f"{session.public_id}@portal.example.org"
        assert (before["sequence"], after["sequence"]) == (0, 1)
        assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")


def test_two_talks_have_two_uids(session, people, coach):
    other = planned_talk(session.trajectory, TUESDAY + timedelta(days=1))
    texts = [mails.calendar_text(s, people.noor, method="PUBLISH", now=portal_clock.now()) for s in (session, other)]
    assert len({icalendar.Calendar.from_ical(text).events[0]["uid"] for text in texts}) == 2


def test_each_gets_their_own_address_and_nobody_elses(session, people, mailbox):
    for account, other in ((people.noor, people.bram), (people.bram, people.noor)):
        text = mailbox.last(account.email).calendar[1]
        event = event_of(mailbox.last(account.email))
        assert event["attendee"] == f"mailto:{account.email}"
        assert event["attendee"].params["rsvp"] == "FALSE"
        assert event["organizer"] == "mailto:afspraken@portal.example.org"
        assert other.email not in text
        for name in (account.first_name, other.first_name, other.last_name):
            assert name not in text.replace(account.email, "")


@pytest.mark.parametrize(("language", "summary"), [("nl", "Afspraak"), ("en", "Appointment")])
def test_title_is_neutral_in_the_language_of_who_reads_it(coach, mailbox, language, summary):
    fatima = factories.account("Fatima", Role.PARTICIPANT, language=language)
    planned_talk(factories.coupled(fatima, coach), TUESDAY)
    letter = mailbox.last(fatima.email)
    assert str(event_of(letter)["summary"]) == summary
    assert not BETRAYING.search(letter.calendar[1])
    assert not BETRAYING.search(letter.subject)


def test_mails_carry_time_and_link_and_no_content(session, people, mailbox):
    letter = mailbox.last(people.noor.email)
    assert letter.link("/afspraken/") == f"/afspraken/{session.public_id}"
    assert not BETRAYING.search(letter.text)
    assert not BETRAYING.search(re.sub(r"<[^>]*>", "", letter.html))


def test_lines_end_and_fold_as_the_standard_wants(coach, mailbox):
    """At most 75 bytes a line, never broken inside a letter, CRLF everywhere."""
    address = "fatima.van.den.berg@" + "ééé-öööö-ïïïï-" * 3 + "zuid.example.org"
    fatima = factories.account("Fatima", Role.PARTICIPANT, address=address)
    planned_talk(factories.coupled(fatima, coach), TUESDAY)
    raw = mailbox.last(address).calendar[1].encode()
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        assert len(line) <= 75
        line.decode()
    assert event_of(mailbox.last(address))["attendee"] == f"mailto:{address}"


@pytest.mark.parametrize(
    ("starts_at", "wall_time"),
    [
        (datetime(2026, 3, 28, 8, 0, tzinfo=UTC), "9.00"),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "1.30"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "3.00"),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "9.00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2.30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2.30"),
        (datetime(2026, 10, 26, 8, 0, tzinfo=UTC), "9.00"),
    ],
)
def test_times_are_right_at_both_clock_changes(people, coach, mailbox, starts_at, wall_time):
    """The calendar gets the instant, the reader the time on the clock, also in the hour that comes twice."""
    session = factories.talk(factories.coupled(people.noor, coach), now=starts_at, status="planned")
    mails.post_booked(session, now=portal_clock.now())
    letter = mailbox.last(people.noor.email)
    event = event_of(letter)
    assert f"DTSTART:{starts_at:%Y%m%dT%H%M%SZ}" in letter.calendar[1]
    assert event.decoded("dtend") - event.decoded("dtstart") == HOUR
    assert f"om {wall_time} uur" in letter.text
    assert f"{starts_at.astimezone(AMSTERDAM).day} " in letter.text


@pytest.mark.parametrize("status", ["planned", "held", "no_show", "cancelled_participant", "cancelled_coach", "moved"])
def test_file_says_whether_it_still_stands(people, coach, status):
    session = factories.talk(factories.coupled(people.noor, coach), now=TUESDAY, status=status)
    text = mails.calendar_text(session, people.noor, method="PUBLISH", now=portal_clock.now())
    stands = icalendar.Calendar.from_ical(text).events[0]["status"]
    assert stands == ("CONFIRMED" if status in ("planned", "held", "no_show") else "CANCELLED")


def test_part_survives_the_mail(session, people):
    """As a calendar that mail clients show and as a file, both with the text as it was made."""
    with i18n.speaking("nl"):
        text = mails.calendar_text(session, people.noor, method="REQUEST", now=portal_clock.now())
    made = smtp.message(
        to=people.noor.email,
        subject="Je afspraak",
        text="Tekst",
        html="<p>Tekst</p>",
        calendar=CalendarPart("REQUEST", text),
        language="nl",
        name="een",
        now=portal_clock.now(),
    )
    arrived = message_from_bytes(made.as_bytes(policy=policy.SMTP), policy=policy.default)
    parts = [part for part in arrived.walk() if part.get_content_type() == "text/calendar"]
    assert parts[0].get_param("method") == "REQUEST"
    assert parts[1].get_filename() == "afspraak.ics"
    for part in parts:
        assert part.get_payload(decode=True).decode().splitlines() == text.splitlines()
