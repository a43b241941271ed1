"""The calendar parts of mails, against iTIP (RFC 5546): what a calendar that keeps count of SEQUENCE ends up with."""

import re
from datetime import UTC, datetime, timedelta
from itertools import permutations

import icalendar
import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.sessions import actions
from portal.sessions.models import Session
from tests.calendars import Client, read_by_all
from tests.factories import actor_of, bookable_coach, coupled, planned_talk

TUESDAY = datetime(2026, 3, 3, 13, tzinfo=UTC)
DAY = timedelta(days=1)
TELLING = re.compile(r"coach|menta|trauma|loopbaan|career|zorg|care|LOCATION|DESCRIPTION", re.IGNORECASE)


@pytest.fixture
def talk(people):
    coach = bookable_coach(people.bram, place="Stationsplein 1", video_link="https://meet.example.org/bram")
    return planned_talk(coupled(people.noor, coach), TUESDAY)


def moved(people, talk, starts_at):
    noor, seen = actor_of(people.noor, Role.PARTICIPANT), Session.get_by_id(talk.id).sequence
    actions.move_session(noor, talk, starts_at=starts_at, mode=talk.mode, seen=seen, now=portal_clock.now())


def parts(mailbox, person) -> list[str]:
    return [letter.calendar[1] for letter in mailbox.to(person.email) if letter.calendar]


@pytest.mark.nasty(8, "nothing twice")
def test_a_calendar_ends_with_the_one_right_event(people, talk, mailbox, clock):
    for days in (1, 2):
        clock.shift(timedelta(minutes=1))
        moved(people, talk, TUESDAY + days * DAY)
    for person in (people.noor, people.bram):
        client = Client()
        for text in parts(mailbox, person):
            client.take(text)
        [event] = client.standing
        assert event.decoded("dtstart") == TUESDAY + 2 * DAY
        assert event["sequence"] == 2


@pytest.mark.nasty(8, "CANCEL removes it")
def test_a_calendar_ends_empty_after_a_cancel(people, talk, mailbox, clock):
    for days in (1, 2):
        clock.shift(timedelta(minutes=1))
        moved(people, talk, TUESDAY + days * DAY)
    clock.shift(timedelta(minutes=1))
    actions.cancel_session(
        actor_of(people.bram, Role.COACH), Session.get_by_id(talk.id), reason=None, now=portal_clock.now()
    )
    for person in (people.noor, people.bram):
        texts = parts(mailbox, person)
        assert [read_by_all(text)[0]["sequence"] for text in texts] == [0, 1, 2, 3]
        for order in permutations(texts):  # Mails overtake each other.
            client = Client()
            for text in order:
                client.take(text)
            assert len(client.events) == 1
            assert client.standing == []


def test_each_message_says_its_method_and_nothing_of_others(people, talk, mailbox, clock):
    moved(people, talk, TUESDAY + DAY)
    actions.cancel_session(actor_of(people.noor, Role.PARTICIPANT), Session.get_by_id(talk.id), now=portal_clock.now())
    for person, other in ((people.noor, people.bram), (people.bram, people.noor)):
        letters = [letter for letter in mailbox.to(person.email) if letter.calendar]
        assert [letter.calendar[0] for letter in letters] == ["REQUEST", "REQUEST", "CANCEL"]
        for letter in letters:
            method, text = letter.calendar
            [event] = read_by_all(text)
            assert icalendar.Calendar.from_ical(text)["method"] == method
            assert event["organizer"] == "mailto:afspraken@portal.example.org"
            assert event["attendee"] == f"mailto:{person.email}"
            assert (other.email in text, other.first_name in text) == (False, False)
            assert not TELLING.search(text)


def test_a_file_to_open_names_nobody_and_asks_nothing(client, people, talk):
    page = client.sign_in(people.noor).get(f"/afspraken/{talk.public_id}/afspraak.ics")
    [event] = read_by_all(page.html)
    assert "METHOD:PUBLISH\r\n" in page.html
    assert "attendee" not in event
    assert people.noor.email not in page.html


@pytest.mark.nasty(8, "one UID and a rising SEQUENCE")
def test_a_uid_is_the_same_in_every_calendar_and_for_ever(people, talk, mailbox, clock):
    moved(people, talk, TUESDAY + DAY)
    found = {read_by_all(text)[0]["uid"] for person in (people.noor, people.bram) for text in parts(mailbox, person)}
    assert found == {f"{talk.public_id}@portal.example.org"}
