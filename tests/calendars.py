"""Calendars as two real libraries read them, and as a client that keeps count of SEQUENCE does."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import icalendar
import vobject

# What iTIP (RFC 5546, 3.2) asks of an event in each kind of message, and what it forbids.
NEEDED = {
    "REQUEST": {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY", "ORGANIZER", "ATTENDEE"},
    "CANCEL": {"UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "ATTENDEE", "STATUS"},
    "PUBLISH": {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "ORGANIZER"},
    None: {"UID", "DTSTAMP", "DTSTART", "SUMMARY"},
}
FORBIDDEN = {
    "REQUEST": {"REQUEST-STATUS"},
    "CANCEL": {"REQUEST-STATUS"},
    "PUBLISH": {"ATTENDEE", "REQUEST-STATUS"},
    None: {"ATTENDEE", "ORGANIZER"},
}


@cache
def read_by_all(text: str) -> list[icalendar.Event]:
    """The events, when both libraries read the same in it and its lines are as the standard wants. Only to be read: a
    mailbox shows the same text to every test that looks into it again."""
    check_lines(text)
    calendar = icalendar.Calendar.from_ical(text)
    other = vobject.readOne(text)
    assert not calendar.errors
    theirs = {event.uid.value: event for event in getattr(other, "vevent_list", [])}
    assert len(theirs) == len(calendar.events), "every UID once"
    for event in calendar.events:
        assert not event.errors
        check_event(event, theirs[event["uid"]], calendar.get("method"))
    return calendar.events


def check_lines(text: str) -> None:
    raw = text.encode()
    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    for line in lines:
        assert not {b"\n", b"\r"} & {line[n : n + 1] for n in range(len(line))}, "CRLF only"
        assert len(line) <= 75
        line.decode()  # Never folded inside a letter.


def check_event(event: icalendar.Event, other: Any, method: str | None) -> None:
    names = set(event.keys())
    assert NEEDED[method] <= names, NEEDED[method] - names
    assert not FORBIDDEN[method] & names
    assert not {"LOCATION", "DESCRIPTION", "URL", "CONTACT", "COMMENT"} & names, "nothing that betrays"
    assert event["class"] == "PRIVATE"
    assert other.summary.value == event["summary"]
    for name in ("dtstart", "dtend"):
        instant = event.decoded(name)
        assert instant.utcoffset() == timedelta(0), "in UTC"
        assert getattr(other, name).value == instant
    if "ATTENDEE" in names:
        assert not isinstance(event["attendee"], list), "nobody else"
        assert event["attendee"].params["rsvp"] == "FALSE"
    if method == "CANCEL":
        assert event["status"] == "CANCELLED"


class Client:
    """A calendar that takes iTIP messages as RFC 5546 says: an older SEQUENCE changes nothing."""

    def __init__(self) -> None:
        self.events: dict[str, icalendar.Event] = {}

    def take(self, text: str) -> None:
        method = str(icalendar.Calendar.from_ical(text)["method"])
        for event in read_by_all(text):
            known = self.events.get(event["uid"])
            if known is None or _rank(event) >= _rank(known):
                self.events[event["uid"]] = event
                assert (event["status"] == "CANCELLED") == (method == "CANCEL")

    @property
    def standing(self) -> list[icalendar.Event]:
        return [event for event in self.events.values() if event["status"] != "CANCELLED"]


def _rank(event: icalendar.Event) -> tuple[int, datetime]:
    return event["sequence"], event.decoded("dtstamp")
