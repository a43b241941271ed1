"""Which addresses are taken, and when a calendar is looked at."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from portal.outside import rules
from portal.outside.rules import AlreadyThere, NotAnAddress, NotSecure, OwnAddress, TooManyCalendars

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ALLOWED = frozenset({"cloud.intern", "127.0.0.1:5232"})


def kept(typed: str) -> str:
    return rules.check_address(typed, own_host="portal.example.org", allowed=ALLOWED)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://calendar.example.org/ical/a%40b.nl/private-0123/basic.ics", None),
        ("https://calendar.example.org/ical/noor@example.org/basic.ics?x=1&y=2", None),
        ("https://calendar.example.org:443/x", None),
        ("https://agenda.voorbeeld.amsterdam/x", None),
        ("https://kalendár.example.org/x", None),
        ("webcal://p1.example.org/x.ics", "https://p1.example.org/x.ics"),
        ("webcals://p1.example.org/x.ics", "https://p1.example.org/x.ics"),
        ("WEBCAL://p1.example.org/X.ics", "https://p1.example.org/X.ics"),
        ("http://cloud.intern/x", None),
        ("https://cloud.intern/x", None),
        ("http://127.0.0.1:5232/bram/agenda/", None),
    ],
)
def test_address_is_kept_as_it_was_copied(typed, address):
    assert kept(typed) == (address or typed)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("http://calendar.example.org/x.ics", NotSecure),
        ("https://portal.example.org/agenda/abc.ics", OwnAddress),
        ("webcal://PORTAL.example.org/agenda/abc.ics", OwnAddress),
        ("calendar.example.org/x.ics", NotAnAddress),
        ("mijn agenda", NotAnAddress),
        ("ftp://example.org/x.ics", NotAnAddress),
        ("file:///etc/passwd", NotAnAddress),
        ("javascript:alert(1)", NotAnAddress),
        ("https://", NotAnAddress),
        ("https:///x", NotAnAddress),
        ("https://localhost/x", NotAnAddress),
        ("https://127.0.0.1/x", NotAnAddress),
        ("https://2130706433/x", NotAnAddress),
        ("https://0x7f.0x1/x", NotAnAddress),
        ("https://0177.0.0.1/x", NotAnAddress),
        ("https://[::1]/x", NotAnAddress),
        ("https://[::1/x", NotAnAddress),
        ("https://[::ffff:127.0.0.1]/x", NotAnAddress),
        ("https://noor:geheim@example.org/x", NotAnAddress),
        ("https://example.org@127.0.0.1/x", NotAnAddress),
        ("https://example.org:8443/x", NotAnAddress),
        ("https://example.org:0/x", NotAnAddress),
        ("https://example.org:x/", NotAnAddress),
        ("https://example.org:99999/", NotAnAddress),
        ("https://example.org\\@127.0.0.1/", NotAnAddress),
        ("https://exa mple.org/", NotAnAddress),
        ("https://example.org/a b", NotAnAddress),
        ("https://example.org/" + "a" * 2000, NotAnAddress),
        ("http://cloud.intern:8080/x", NotSecure),
        ("https://127.0.0.1:22/x", NotAnAddress),
    ],
)
def test_address_that_leads_nowhere_good_is_refused(typed, error):
    with pytest.raises(error):
        kept(typed)


def test_room_is_for_three_and_each_once():
    rules.check_room([], "a")
    rules.check_room(["a", "b"], "c")
    with pytest.raises(AlreadyThere):
        rules.check_room(["a", "b", "c"], "c")
    with pytest.raises(TooManyCalendars):
        rules.check_room(["a", "b", "c"], "d")


@pytest.mark.parametrize(("tries", "minutes"), [(0, 15), (1, 30), (2, 60), (4, 240), (5, 360), (1000, 360)])
def test_looks_are_spread_and_rarer_after_trouble(tries, minutes):
    waits = {(rules.next_look(NOW, tries, Random(seed)) - NOW) / timedelta(minutes=1) for seed in range(50)}
    assert len(waits) == 50
    assert 0.9 * minutes <= min(waits) < max(waits) <= 1.1 * minutes


def test_trouble_is_told_after_a_day_and_once():
    since = NOW - timedelta(hours=24)
    assert rules.is_to_be_told(since, None, NOW)
    assert not rules.is_to_be_told(since + timedelta(seconds=1), None, NOW)
    assert not rules.is_to_be_told(since, NOW, NOW)
    assert not rules.is_to_be_told(None, None, NOW)
