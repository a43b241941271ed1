"""Servers that mean harm: inner addresses are never touched, and nothing takes longer or more than it may."""

import gzip
import ipaddress
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import pytest

from portal.outside import actions, reader
from portal.outside.rules import FETCH_SECONDS
from tests.outside.calendars import (
    asked,
    busy_at,
    calendar,
    certificate,
    http,
    served,
    serving,
)

TEXT = calendar(busy_at("20260303T100000Z", "20260303T110000Z"))
BUSY = [[1772532000, 1772535600]]
NAME = "agenda.example.org"


@pytest.fixture
def server():
    with serving() as running:
        running.answers["/agenda.ics"] = served(TEXT)
        yield running


@pytest.fixture
def sink():
    """An inner server that must never hear from us."""
    with serving() as running:
        yield running
        assert (running.connections, running.requests) == (0, [])


def test_a_calendar_is_fetched_as_anybody_would(server):
    answer = asked(server.address(), server.host)
    assert answer["busy"] == BUSY
    [request] = server.requests
    assert request.startswith("GET /agenda.ics HTTP/1.1\r\n")
    assert f"Host: {server.host}\r\n" in request
    assert "Cookie" not in request
    assert "Authorization" not in request


def test_a_calendar_that_is_known_is_not_worked_out_again(server):
    known = asked(server.address(), server.host)["hash"]
    server.answers["/agenda.ics"] = served(TEXT.replace("DTSTAMP:20260101", "DTSTAMP:20260302"))
    assert asked(server.address(), server.host, known=known) == {"same": True}
    server.answers["/agenda.ics"] = served(calendar(busy_at("20260304T100000Z", "20260304T110000Z")))
    assert "busy" in asked(server.address(), server.host, known=known)


# -- where it may not go


INNER = [
    "127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]",
    "[fc00::1]", "[::]", "255.255.255.255", "224.0.0.1", "127.0.0.1.", "localhost.", "LOCALHOST", "8.8.8.8",
    "①②⑦.⓪.⓪.①", "127。0。0。1", "user@127.0.0.1", "a:b@localhost", "example.org@127.0.0.1",
]  # fmt: skip


def test_inner_addresses_in_any_notation_are_never_asked(sink):
    ways = [f"{scheme}://{host}:{sink.port}/" for host in INNER for scheme in ("http", "https")]
    ways += [f"{scheme}://{host}/" for host in INNER for scheme in ("http", "https")]
    for address in ways:
        with pytest.raises(reader.Unreadable, match=r"not_allowed|not_reached"):
            reader.fetch(address, [])


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "ftp://ftp.example.org/a.ics", "gopher://127.0.0.1:6379/_INFO", "data:text/calendar,x",
        "http://", "https://", "https:///x", "//x", "", "https://[::1", "https://example.org:0/", "unix:/run/x.sock",
        "https://example.org:22/", "https://example.org:80/", "http://example.org/", "https://example.org\\@127.0.0.1/",
        "https://exa mple.org/", "https://example.org:99999/", "webcal://example.org/",
    ],
)  # fmt: skip
def test_other_ways_are_not_taken(address, monkeypatch):
    def resolve(*arguments: object, **more: object) -> list:
        pytest.fail(f"it looked up {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(reader.Unreadable, match="not_allowed"):
        reader.fetch(address, [])


def leading_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Every name under example.org leads there."""
    resolve = socket.getaddrinfo

    def lying(host: str, *arguments: object, **more: object) -> list:
        return resolve(address if "example.org" in host.lower() else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lying)


def test_a_name_that_leads_inside_is_not_followed(monkeypatch, sink):
    leading_to(monkeypatch, "127.0.0.1")
    for address in (f"https://{NAME}/", f"https://{NAME.upper()}/", f"https://{NAME}./"):
        with pytest.raises(reader.Unreadable, match=r"not_allowed|not_reached"):
            reader.fetch(address, [])


def test_a_name_with_one_inner_address_among_others_is_not_followed(monkeypatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **more: answers)
    with pytest.raises(reader.Unreadable, match="not_allowed"):
        reader.fetch(f"https://{NAME}/", [])


def test_the_very_address_that_was_checked_is_connected_to(monkeypatch):
    """A name that leads elsewhere the second time it is looked up gets no second time."""
    looked_up, connected_to = [], []

    def rebinding(host: str, port: int, *arguments: object, **more: object) -> list:
        if host == NAME:
            looked_up.append(host)
            host = "93.184.216.34" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]

    def connect(self: socket.socket, address: tuple) -> None:
        connected_to.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(reader.Unreadable, match="not_reached"):
        reader.fetch(f"https://{NAME}/agenda.ics", [])
    assert looked_up == [NAME]
    assert connected_to == [("93.184.216.34", 443)]


@pytest.mark.parametrize("proxy", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"])
def test_no_proxy_is_used(server, sink, monkeypatch, proxy):
    monkeypatch.setenv(proxy, sink.address("", "http"))
    assert reader.fetch(server.address(), [server.host]).startswith(b"BEGIN:VCALENDAR")


def test_public_is_what_lies_outside_every_private_range():
    for one in ("8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"):
        assert reader.is_public(ipaddress.ip_address(one)), one
    for one in (
        "127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:a00:1::",
        "64:ff9b::a00:1",
        "2001:0:7f00:1::",
        "fec0::1",
        "ff02::1",
    ):
        assert not reader.is_public(ipaddress.ip_address(one)), one


# -- redirects


def to(location: str, status: str = "302 Found") -> bytes:
    return http(status, f"Location: {location}", "Content-Length: 0")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_inside_is_not_followed(server, sink, status):
    for target in (
        sink.address(),
        sink.address(scheme="https"),
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "//[::1]/",
    ):
        server.answers["/agenda.ics"] = to(target, status)
        with pytest.raises(reader.Unreadable, match="not_allowed"):
            reader.fetch(server.address(), [server.host])


def test_three_redirects_are_followed_and_no_fourth(server):
    for number in range(4):
        server.answers[f"/{number}"] = to(f"/{number + 1}")
    server.answers["/4"] = served(TEXT)
    assert reader.fetch(server.address("/1"), [server.host]).startswith(b"BEGIN")
    server.requests.clear()
    with pytest.raises(reader.Unreadable, match="not_allowed"):
        reader.fetch(server.address("/0"), [server.host])
    assert len(server.requests) == 4


def test_a_redirect_without_an_address_is_a_circle(server):
    server.answers["/agenda.ics"] = http("302 Found")
    with pytest.raises(reader.Unreadable):
        reader.fetch(server.address(), [server.host])
    assert len(server.requests) == 4


# -- answers


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (http("304 Not Modified"), "server_error"),
        (http("204 No Content"), "server_error"),
        (http("401 Unauthorized"), "not_there"),
        (http("403 Forbidden"), "not_there"),
        (http("404 Not Found"), "not_there"),
        (http("410 Gone"), "not_there"),
        (http("429 Too Many"), "server_error"),
        (http("500 Oops", body=b"BEGIN:VCALENDAR"), "server_error"),
        (http("999 What"), "server_error"),
        (b"what?\r\n\r\n", "not_reached"),
        (b"", "not_reached"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500 + b"\r\n", "not_reached"),
        (b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 100_000 + b"\r\n\r\n", "not_reached"),
        (served("<!doctype html>", "Content-Type: text/html"), "not_a_calendar"),
        (served(TEXT, "Content-Encoding: br"), "not_a_calendar"),
        (served(b"rubbish", "Content-Encoding: gzip"), "not_a_calendar"),
        (served(TEXT + "X" * 1024 * 1024), "too_big"),
        (served("BEGIN:VCALENDAR\r\nSUMMARY:" + "a" * 5_000_000), "too_big"),
        (served(b"\0" * 1000), "not_a_calendar"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nBEGIN:VCALENDAR\r\n", "not_reached"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + TEXT.encode(), None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "not_reached"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\nBEGIN:VCALENDAR", "not_reached"),
    ],
)  # fmt: skip
def test_odd_answers_are_told_in_one_word(server, answer, trouble):
    server.answers["/agenda.ics"] = answer
    if trouble is None:
        assert reader.fetch(server.address(), [server.host])
    else:
        with pytest.raises(reader.Unreadable, match=trouble):
            reader.fetch(server.address(), [server.host])


def test_a_pressed_calendar_is_unpacked_and_a_bomb_is_not(server):
    server.answers["/agenda.ics"] = served(gzip.compress(TEXT.encode()), "Content-Encoding: gzip")
    assert asked(server.address(), server.host)["busy"] == BUSY
    bomb = gzip.compress(b"BEGIN:VCALENDAR\r\n" + b"\n" * 300_000_000, compresslevel=9)
    assert len(bomb) < reader.LARGEST
    server.answers["/agenda.ics"] = served(bomb, "Content-Encoding: gzip")
    assert asked(server.address(), server.host) == {"trouble": "too_big"}


def test_a_calendar_with_another_type_is_still_a_calendar(server):
    server.answers["/agenda.ics"] = served(b"\xef\xbb\xbf" + TEXT.encode(), "Content-Type: application/octet-stream")
    assert asked(server.address(), server.host)["busy"] == BUSY


# -- time


def drip(first: bytes, more: bytes):
    def answer(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(more)
            time.sleep(0.2)

    return answer


def silent(connection: socket.socket) -> None:
    """Says nothing until the other side has gone."""
    while connection.recv(1024):
        pass


def test_slow_servers_get_no_more_than_their_time(server):
    """All at once: whatever they do, when their time is over it is over."""
    server.answers = {
        "/body": drip(b"HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n", b"X"),
        "/chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nX\r\n"),
        "/headers": drip(b"HTTP/1.1 200 OK\r\n", b"X"),
        "/status": drip(b"HTT", b"P"),
        "/continue": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "/silence": silent,
    }
    before = perf_counter()
    with ThreadPoolExecutor(len(server.answers)) as pool:
        answers = list(pool.map(lambda path: asked(server.address(path), server.host, fetch_seconds=2), server.answers))
    passed = perf_counter() - before
    assert {answer.get("trouble") for answer in answers} <= {"too_slow", "not_reached"}
    assert passed < FETCH_SECONDS + 6, passed


# -- names and certificates


def test_the_name_goes_into_tls_and_the_host_header(tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path, NAME)
    leading_to(monkeypatch, "127.0.0.1")
    with serving(context) as server:
        server.answers["/agenda.ics"] = served(TEXT)
        ours, other = f"{NAME}:{server.port}", f"ander.example.org:{server.port}"
        with pytest.raises(reader.Unreadable, match="not_reached"):
            reader.fetch(f"https://{ours}/agenda.ics", [ours])  # A certificate that nobody vouches for.
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert reader.fetch(f"https://{ours}/agenda.ics", [ours]).startswith(b"BEGIN")
        assert server.names[-1] == NAME
        assert f"Host: {ours}\r\n" in server.requests[-1]
        asked_for = len(list(filter(None, server.requests)))
        with pytest.raises(reader.Unreadable, match="not_reached"):
            reader.fetch(f"https://{other}/agenda.ics", [other])  # A certificate of somebody else.
        assert len(list(filter(None, server.requests))) == asked_for


# -- the process


def test_the_reader_gets_none_of_our_secrets(monkeypatch, server):
    monkeypatch.setenv("SECRET_KEY", "geheim")
    seen: dict = {}
    run = subprocess.run

    def watched(*arguments: object, **more: object) -> object:
        seen.update(more)
        return run(*arguments, **more)

    monkeypatch.setattr(subprocess, "run", watched)
    assert asked(server.address(), server.host)["busy"] == BUSY
    assert set(seen["env"]) <= {"SSL_CERT_FILE", "SSL_CERT_DIR"}


def test_the_reader_imports_nothing_of_the_portal():
    found = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", str(actions.READER)],
        input=b"{}",
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert b" portal" not in found.stderr
    assert b"recurring_ical_events" in found.stderr


def test_a_reader_that_breaks_is_trouble_like_any_other():
    assert actions.ask_reader({"address": "https://example.org", "rubbish": 1})["trouble"] == "too_much"
