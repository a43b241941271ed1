"""The calendar part of the mails about a talk: right in every calendar, and without a word about what it is."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import permutations

import icalendar
import pytest

from portal import clock as portal_clock
from portal import i18n, smtp
from portal.access import Role
from portal.clock import AMSTERDAM
from portal.sessions import actions, mails, queries
from portal.smtp import CalendarPart
from tests import factories
from tests.factories import actor_of, planned_talk

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
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


@pytest.mark.nasty(8, "one UID and a rising SEQUENCE")
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
    assert letter.link("/afspraak/") == queries.link_to(session)
    assert not BETRAYING.search(letter.text)
    assert not BETRAYING.search(re.sub(r"<[^>]*>", "", letter.html))


# -- from mail to mail, as a calendar keeps it


@dataclass
class Agenda:
    """What a calendar knows by what it was mailed: of each UID the highest SEQUENCE, and when it is, if it still is."""

    heard: dict[str, int] = field(default_factory=dict)
    events: dict[str, datetime] = field(default_factory=dict)

    def hears(self, method: str, uid: str, sequence: int, starts_at: datetime) -> None:
        if sequence <= self.heard.get(uid, -1):
            return
        self.heard[uid] = sequence
        self.events.pop(uid, None)
        if method == "REQUEST":
            self.events[uid] = starts_at


def by_icalendar(text):
    calendar = icalendar.Calendar.from_ical(text)
    [event] = calendar.events
    return str(calendar["method"]), str(event["uid"]), int(event["sequence"]), event.decoded("dtstart")


def by_hand(text):
    """A second reader, which knows no more than that lines are unfolded and split at their first colon."""
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")
    said = {name.partition(";")[0]: value for name, _, value in (line.partition(":") for line in lines)}
    starts_at = datetime.strptime(said["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return said["METHOD"], said["UID"], int(said["SEQUENCE"]), starts_at


def calendar_in(letter):
    """The calendar part of this letter as a mail client gets it, and the method that the mail itself names."""
    method, text = letter.calendar
    made = smtp.message(
        to=letter.to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        calendar=CalendarPart(method, text),
        language="nl",
        name="een",
        now=portal_clock.now(),
    )
    arrived = message_from_bytes(made.as_bytes(policy=policy.SMTP), policy=policy.default)
    part = next(part for part in arrived.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == method
    return part.get_payload(decode=True).decode()


@pytest.fixture
def mailed(session, people, mailbox):
    """What each of the two got when it was booked, moved, moved again and cancelled, in this order."""
    noor, bram = actor_of(people.noor, Role.PARTICIPANT), actor_of(people.bram, Role.COACH)
    now = portal_clock.now()
    for seen, (actor, starts_at) in enumerate([(noor, TUESDAY + DAY), (bram, TUESDAY + 2 * DAY)]):
        actions.move_session(actor, session, starts_at=starts_at, mode="phone", seen=seen, now=now)
    actions.cancel_session(noor, session, now=now)
    found = [[calendar_in(letter) for letter in mailbox.to(account.email)] for account in (people.noor, people.bram)]
    assert [len(texts) for texts in found] == [4, 4]
    return found


@pytest.mark.nasty(8, "one UID and a rising SEQUENCE")
@pytest.mark.parametrize("read", [by_icalendar, by_hand])
def test_calendar_updates_keep_the_uid_raise_the_sequence_and_end_with_cancel(session, mailed, read):
    for texts in mailed:
        assert [read(text) for text in texts] == [
            ("REQUEST", f"{session.public_id}@portal.example.org", 0, TUESDAY),
            ("REQUEST", f"{session.public_id}@portal.example.org", 1, TUESDAY + DAY),
            ("REQUEST", f"{session.public_id}@portal.example.org", 2, TUESDAY + 2 * DAY),
            ("CANCEL", f"{session.public_id}@portal.example.org", 3, TUESDAY + 2 * DAY),
        ]


@pytest.mark.nasty(8, "nothing twice")
@pytest.mark.nasty(8, "CANCEL removes it")
@pytest.mark.parametrize("read", [by_icalendar, by_hand])
@pytest.mark.parametrize(("heard", "left"), [(3, [TUESDAY + 2 * DAY]), (4, [])], ids=["moved twice", "cancelled"])
def test_calendar_ends_with_the_last_time_or_with_nothing_in_whatever_order_mails_come(mailed, read, heard, left):
    """Each calendar has one event at the last time, and none when it is cancelled; never a second one beside it."""
    for texts in mailed:
        for order in permutations(texts[:heard]):
            agenda = Agenda()
            for text in order:
                agenda.hears(*read(text))
            assert list(agenda.events.values()) == left


def test_calendar_file_of_a_moved_talk_is_the_same_entry(session, people):
    """Who imported it from the page has one entry too, and not a second one."""
    noor = actor_of(people.noor, Role.PARTICIPANT)
    moved = actions.move_session(noor, session, starts_at=TUESDAY + DAY, mode="phone", seen=0, now=portal_clock.now())
    before, after = (
        by_hand(mails.calendar_text(talk, people.noor, method="PUBLISH", now=portal_clock.now()))
        for talk in (session, moved)
    )
    assert (before[1], after[1]) == (after[1], f"{session.public_id}@portal.example.org")
    assert (before[2:], after[2:]) == ((0, TUESDAY), (1, TUESDAY + DAY))


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
