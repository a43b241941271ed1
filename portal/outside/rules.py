"""Which addresses a coach may add, when they are looked at, and what goes wrong in words."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random
from urllib.parse import SplitResult, urlsplit, urlunsplit

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode

PORTS = {"http": 80, "https": 443}
# A name with a dot whose last part begins with a letter: no number in any notation.
NAMED = re.compile(r"([^.\s]+\.)+[^\W\d_][^.\s]*")
MOST_CALENDARS = 3
LONGEST_ADDRESS = 2000
EVERY = timedelta(minutes=15)
# In trouble we look less and less often, up to this.
SELDOM = timedelta(hours=6)
# So far ahead nobody can book; what is planned later is read later.
AHEAD = timedelta(weeks=26)
# A copy that seems unchanged is read anew after this, because its horizon moves along.
READ_ANEW = timedelta(hours=20)
# How long one calendar may take to fetch by the clock, and to read of the processor: on a busy machine that is longer.
FETCH_SECONDS, READ_SECONDS = 10, 6
# Longer than a reader may live, so that two workers never read the same calendar.
CLAIM = timedelta(minutes=2)
# What was let go before this has counted again by now.
LET_GO_LATELY = timedelta(hours=1)
TELL_AFTER = timedelta(hours=24)


class Trouble(LabelledCode):
    """Why a calendar could not be read, as its coach reads it."""

    NOT_REACHED = "not_reached", N_("The server of this calendar does not answer.")
    SERVER_ERROR = "server_error", N_("The server of this calendar gives an error.")
    TOO_SLOW = "too_slow", N_("The server of this calendar answers too slowly.")
    NOT_THERE = "not_there", N_("There is no calendar at this address, or we may not see it.")
    NOT_A_CALENDAR = "not_a_calendar", N_("What is at this address is not a calendar.")
    TOO_BIG = "too_big", N_("This calendar is larger than 1 MB.")
    TOO_MUCH = "too_much", N_("There is more in this calendar than we can work out.")
    NOT_ALLOWED = "not_allowed", N_("This address leads to a place where we do not look.")
    UNSEALED = "unsealed", N_("We cannot read this address any more.")


KEEPS_TRYING = N_("We keep trying: you need not do anything. Does it last? Then look whether it still works there.")
# What its coach can do about it.
ADVICE = {
    Trouble.NOT_REACHED: KEEPS_TRYING,
    Trouble.SERVER_ERROR: KEEPS_TRYING,
    Trouble.TOO_SLOW: KEEPS_TRYING,
    Trouble.NOT_THERE: N_("Was the address renewed? Remove this calendar and add the new address."),
    Trouble.NOT_A_CALENDAR: N_("Look for the secret address in iCal format: it mostly ends in .ics. Add that one."),
    Trouble.TOO_BIG: N_("Throw away old appointments, or add a calendar with fewer in it."),
    Trouble.TOO_MUCH: N_("Look for an appointment that comes back every second or minute, and remove it."),
    Trouble.NOT_ALLOWED: N_("Remove this calendar, and add the address that is meant for other programs."),
    Trouble.UNSEALED: N_("Remove this calendar and add it again."),
}


class NotAnAddress(DomainError):
    field = "address"
    message = N_("This is not the address of a calendar. It begins with https:// and mostly ends in .ics.")


class NotSecure(DomainError):
    field = "address"
    message = N_("This address begins with http://. Copy the one that begins with https://.")


class OwnAddress(DomainError):
    field = "address"
    message = N_("This is an address of this site. Your talks here close your hours by themselves.")


class AlreadyThere(DomainError):
    field = "address"
    message = N_("You have added this calendar already.")


class TooManyCalendars(DomainError):
    status = 409
    message = N_("You have three calendars already. Remove one first.")


def check_address(typed: str, *, own_host: str, allowed: Collection[str]) -> str:
    """The address as it is kept: of the web, of a named host, without a password in it. The reader looks again.

    `allowed` are hosts ("name" or "name:port") that whoever runs this portal vouches for.
    """
    parts = _parts(re.sub(r"^webcals?://", "https://", typed, flags=re.IGNORECASE))
    host, port = (parts.hostname or "").lower(), parts.port or PORTS[parts.scheme]
    if host == own_host:
        raise OwnAddress
    if f"{host}:{port}" not in allowed and not (host in allowed and port in PORTS.values()):
        if parts.scheme == "http":
            raise NotSecure
        if port != PORTS["https"] or not NAMED.fullmatch(host):
            raise NotAnAddress
    return urlunsplit(parts)


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in PORTS and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError as error:
        raise NotAnAddress from error
    if not usable or len(address) > LONGEST_ADDRESS or re.search(r"[\s\\<>\"]", address):
        raise NotAnAddress
    return parts


def check_room(others: Collection[str], address: str) -> None:
    """A coach has at most three calendars, each once."""
    if address in others:
        raise AlreadyThere
    if len(others) >= MOST_CALENDARS:
        raise TooManyCalendars


def next_look(now: datetime, tries: int, chance: Random) -> datetime:
    """Every quarter of an hour, not all at once; after each failure twice as long, up to six hours."""
    wait = min(EVERY * 2 ** min(tries, 10), SELDOM)
    return now + wait * chance.uniform(0.9, 1.1)


def is_to_be_told(failing_since: datetime | None, told_at: datetime | None, now: datetime) -> bool:
    return failing_since is not None and told_at is None and now - failing_since >= TELL_AFTER
