"""Fetches a calendar that somebody else keeps, and says when its owner is busy: in a process of its own.

It runs by itself (`python -I portal/outside/reader.py`, JSON in and out), knows no secret and nothing of the portal,
and can be ended at any moment: whatever a hostile server or file does to it, only this process pays.
"""

import ipaddress
import json
import re
import resource
import signal
import socket
import sys
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from http.client import HTTPException
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Url, parse_url

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
# What one calendar may cost; how many seconds it may take, who asks says.
SOCKET_SECONDS = 10
LARGEST = 1024 * 1024
LARGEST_MEMORY = 768 * 1024 * 1024
PIECE = 64 * 1024
MOST_REDIRECTS = 3
MOST_EVENTS, MOST_OCCURRENCES, MOST_TIMES, DEEPEST = 10_000, 20_000, 5_000, 8

PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_THERE = frozenset({401, 403, 404, 410})
# A name with a dot whose last part begins with a letter: no number in any notation is one.
NAME = re.compile(r"(?=.{4,253}\.?\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?\.?")
# What programs read in different ways.
ODD = re.compile(r"[\s\\\x00-\x1f\x7f]")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Differs each time, also when nothing changed.
STAMPS = re.compile(rb"(?im)^DTSTAMP[:;][^\r\n]*")
ENVELOPE = re.compile(rb"(?im)^(BEGIN|END)[ \t]*:[ \t]*(\w*)")

# No appointment of a person comes back so often; what hides one from this runs into the limit of time.
RESTLESS = re.compile(rb"(?im)^(RRULE|EXRULE)[;:][^\r\n]*FREQ=(SECONDLY|MINUTELY)")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Busy = tuple[datetime, datetime]


class Unreadable(Exception):
    """This calendar cannot be read; the text is one of the codes of `rules.Trouble`."""


# -- fetching


def fetch(address: str, allowed: Collection[str]) -> bytes:
    """What stands at this address, redirects followed and each checked again.

    `allowed` are hosts ("name" or "name:port") that may also be inner, without TLS, or at another port.
    """
    for _ in range(MOST_REDIRECTS + 1):
        url = checked(address, allowed)
        status, onward, body = ask(url, targets(url, allowed))
        if status not in REDIRECTS:
            return judged(status, body)
        address = urljoin(url.url, onward)
    raise Unreadable("not_allowed")


def checked(address: str, allowed: Collection[str]) -> Url:
    """The parts of an address that may be visited."""
    if ODD.search(address):
        raise Unreadable("not_allowed")
    try:
        url = parse_url(address)
    except urllib3.exceptions.LocationParseError as error:
        raise Unreadable("not_allowed") from error
    host, scheme = (url.host or "").lower(), url.scheme or ""
    if scheme not in PORTS or not host or url.auth:
        raise Unreadable("not_allowed")
    if not is_allowed(url, allowed) and not (scheme == "https" and url.port in (None, 443) and NAME.fullmatch(host)):
        raise Unreadable("not_allowed")
    return url


def is_allowed(url: Url, allowed: Collection[str]) -> bool:
    """Whether whoever runs this portal vouches for this host."""
    host = (url.host or "").lower()
    return f"{host}:{port_of(url)}" in allowed or (host in allowed and port_of(url) in PORTS.values())


def port_of(url: Url) -> int:
    return url.port or PORTS[url.scheme or ""]


def targets(url: Url, allowed: Collection[str]) -> list[str]:
    """Where this name leads to; all of it must be public."""
    host = (url.host or "").strip("[]")
    try:
        answers = socket.getaddrinfo(host, port_of(url), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreadable("not_reached") from error
    found = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if not is_allowed(url, allowed) and not all(is_public(ipaddress.ip_address(one)) for one in found):
        raise Unreadable("not_allowed")
    return found


def is_public(address: Address) -> bool:
    """On the public internet, also what is wrapped inside another kind of address."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64 or address.packed[:12] == bytes(12):
            wrapped.append(ipaddress.IPv4Address(address.packed[12:]))
        if address.is_site_local or not all(is_public(one) for one in wrapped if one is not None):
            return False
        if address.ipv4_mapped:
            return True
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def ask(url: Url, found: list[str]) -> tuple[int, str, bytes]:
    """Status, Location and body, of the very address that was checked; the name goes into TLS and the Host header."""
    cause: Exception | None = None
    for address in found[:3]:
        connection = connection_to(address, url)
        try:
            connection.connect()
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:  # ValueError: a certificate of another.
            connection.close()
            cause = error
            continue
        return answer(connection, url)
    raise Unreadable("not_reached") from cause


def connection_to(address: str, url: Url) -> HTTPConnection:
    name = (url.host or "").strip("[]")
    if url.scheme == "http":
        return HTTPConnection(address, port_of(url), timeout=SOCKET_SECONDS)
    return HTTPSConnection(
        address,
        port_of(url),
        timeout=SOCKET_SECONDS,
        cert_reqs="CERT_REQUIRED",
        server_hostname=name,
        assert_hostname=name,
    )


def answer(connection: HTTPConnection, url: Url) -> tuple[int, str, bytes]:
    headers = {
        "Host": url.netloc or "",
        "User-Agent": "Calendar reader",
        "Accept": "text/calendar, */*;q=0.1",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    try:
        connection.request("GET", url.request_uri, headers=headers, preload_content=False, decode_content=False)
        response = connection.getresponse()
        body = b""
        while response.status == 200 and len(body) <= LARGEST and (more := response.read(PIECE, decode_content=False)):
            body += more
    except (OSError, ValueError, urllib3.exceptions.HTTPError, HTTPException) as error:
        raise Unreadable("not_reached") from error
    finally:
        connection.close()
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    return response.status, response.headers.get("Location", ""), unpacked(body, encoding)


def unpacked(body: bytes, encoding: str) -> bytes:
    """Never more than the largest calendar and a byte, however much was pressed into it."""
    if encoding in ("gzip", "x-gzip"):
        try:
            body = zlib.decompressobj(wbits=31).decompress(body[: LARGEST + 1], LARGEST + 1)
        except zlib.error as error:
            raise Unreadable("not_a_calendar") from error
    elif encoding not in ("", "identity"):
        raise Unreadable("not_a_calendar")
    if len(body) > LARGEST:
        raise Unreadable("too_big")
    return body


def judged(status: int, body: bytes) -> bytes:
    if status in NOT_THERE:
        raise Unreadable("not_there")
    if status != 200:
        raise Unreadable("server_error")
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text[:15].upper() == b"BEGIN:VCALENDAR" or b"\0" in text:
        raise Unreadable("not_a_calendar")
    return text


# -- reading


def busy_times(text: bytes, *, since: datetime, until: datetime, own_host: str) -> list[Busy]:
    """When the owner of this calendar is busy, in UTC, within these limits: sorted, joined, without a word about what.

    What is free, cancelled or was made by ourselves (a UID of `own_host`) does not count. Times without a zone and
    whole days are read on a Dutch clock.
    """
    check_envelopes(text)
    try:
        calendar: Any = icalendar.Calendar.from_ical(text)
        calendar.subcomponents = [part for part in calendar.subcomponents if part.name != "VEVENT" or "DTSTART" in part]
        events = recurring_ical_events.of(calendar, skip_bad_series=True).between(since - DAY, until + DAY)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise Unreadable("not_a_calendar") from error
    if len(events) > MOST_OCCURRENCES:
        raise Unreadable("too_much")
    times = (time_of(event) for event in events if takes_time(event, own_host))
    found = joined((max(start, since), min(end, until)) for start, end in times)
    if len(found) > MOST_TIMES:
        raise Unreadable("too_much")
    return found


def check_envelopes(text: bytes) -> None:
    """Refuse what is nested or repeated beyond any calendar of a person, before anything else looks at it."""
    depth = events = 0
    for found in ENVELOPE.finditer(text):
        begins = found[1].upper() == b"BEGIN"
        depth += 1 if begins else -1
        events += begins and found[2].upper() == b"VEVENT"
        if depth > DEEPEST:
            raise Unreadable("not_a_calendar")
    if events > MOST_EVENTS or RESTLESS.search(text):
        raise Unreadable("too_much")


def takes_time(event: Any, own_host: str) -> bool:
    return (
        said(event, "TRANSP") != "TRANSPARENT"
        and said(event, "STATUS") != "CANCELLED"
        and said(event, "X-MICROSOFT-CDO-BUSYSTATUS") != "FREE"
        and not said(event, "UID").endswith(f"@{own_host}".upper())
    )


def said(event: Any, name: str) -> str:
    return str(event.get(name, "")).strip().upper()


def time_of(event: Any) -> Busy:
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    return instant(start, fold=0), instant(end, fold=1)


def instant(when: date, *, fold: int) -> datetime:
    """A wall time that comes twice is the first as a beginning and the second as an end."""
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(0))
    if when.tzinfo is None:
        when = when.replace(tzinfo=AMSTERDAM, fold=fold)
    try:
        return when.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if when.year < 1000 else datetime.max.replace(tzinfo=UTC)


def joined(times: Iterator[Busy]) -> list[Busy]:
    found: list[Busy] = []
    for start, end in sorted(one for one in times if one[0] < one[1]):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


# -- the process


BY_THE_CLOCK = signal.ITIMER_REAL, signal.SIGALRM
OF_THE_PROCESSOR = signal.ITIMER_PROF, signal.SIGPROF


@contextmanager
def within(seconds: float, kind: tuple[int, int], code: str) -> Iterator[None]:
    """At most so long; raises Unreadable with this code after that, again and again until it is heard."""
    timer, sign = kind

    def stop(*_: object) -> None:
        raise Unreadable(code)

    signal.signal(sign, stop)
    signal.setitimer(timer, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)


def read(asked: dict[str, Any]) -> dict[str, Any]:
    """`busy` (pairs of Unix seconds) with the `hash` of the text, `same` when that is the known one, or `trouble`.

    Fetching ends after `fetch_seconds` by the clock, reading after `read_seconds` of the processor.
    """
    since, until = (datetime.fromtimestamp(asked[name], UTC) for name in ("since", "until"))
    try:
        with within(asked["fetch_seconds"], BY_THE_CLOCK, "too_slow"):
            text = fetch(asked["address"], asked["allowed"])
        fingerprint = sha256(STAMPS.sub(b"", text)).hexdigest()
        if fingerprint == asked["known"]:
            return {"same": True}
        with within(asked["read_seconds"], OF_THE_PROCESSOR, "too_much"):
            times = busy_times(text, since=since, until=until, own_host=asked["own_host"])
    except Unreadable as trouble:
        return {"trouble": str(trouble)}
    except MemoryError:
        return {"trouble": "too_much"}
    return {"hash": fingerprint, "busy": [[int(start.timestamp()), int(end.timestamp())] for start, end in times]}


def main() -> None:
    asked = json.load(sys.stdin)
    most = 2 * asked["read_seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    json.dump(read(asked), sys.stdout)


if __name__ == "__main__":
    main()
