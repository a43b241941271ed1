"""Calendars to be read, and servers to read them from: friendly, odd and hostile ones."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.outside.actions import ask_reader
from portal.outside.rules import FETCH_SECONDS, READ_SECONDS

SINCE = datetime(2026, 3, 2, tzinfo=UTC)
UNTIL = SINCE + timedelta(weeks=26)
OWN = "portal.example.org"


def calendar(*events: str, head: str = "") -> str:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//NL\r\n{head}{''.join(events)}END:VCALENDAR\r\n"


def event(*lines: str, uid: str = "een@elders.example.org") -> str:
    body = "".join(f"{line}\r\n" for line in (f"UID:{uid}", "DTSTAMP:20260101T000000Z", "SUMMARY:Geheim", *lines))
    return f"BEGIN:VEVENT\r\n{body}END:VEVENT\r\n"


def busy_at(start: str, end: str, uid: str = "een@elders.example.org", *more: str) -> str:
    return event(f"DTSTART:{start}", f"DTEND:{end}", *more, uid=uid)


def asked(
    address: str,
    *allowed: str,
    known: str = "",
    fetch_seconds: int = FETCH_SECONDS,
    read_seconds: int = READ_SECONDS,
) -> dict[str, Any]:
    """What the real reader says, in its own process."""
    question = {
        "address": address,
        "allowed": list(allowed),
        "own_host": OWN,
        "since": SINCE.timestamp(),
        "until": UNTIL.timestamp(),
        "known": known,
        "fetch_seconds": fetch_seconds,
        "read_seconds": read_seconds,
    }
    return ask_reader(question)


def http(status: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, "Connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def served(text: str | bytes, *headers: str) -> bytes:
    body = text.encode() if isinstance(text, str) else text
    kind = () if any(h.startswith("Content-Type") for h in headers) else ("Content-Type: text/calendar",)
    return http("200 OK", *kind, f"Content-Length: {len(body)}", *headers, body=body)


Answer = bytes | Callable[[socket.socket], None]


@dataclass
class Server:
    """A server of ours: what it answers at each path, and every request that it got."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    connections: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def address(self, path: str = "/agenda.ics", scheme: str = "http") -> str:
        return f"{scheme}://{self.host}{path}"

    def answer(self, connection: socket.socket) -> None:
        self.connections += 1
        request = b""
        while b"\r\n\r\n" not in request and (more := connection.recv(4096)):
            request += more
        text = request.decode(errors="replace")
        self.requests.append(text)
        path = [*text.split(" "), "", ""][1]
        answer = self.answers.get(path, http("404 Not Found"))
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free port of this machine, each connection in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        if tls:
            tls.sni_callback = lambda connection, name, context: server.names.append(name)
        taking = threading.Thread(target=_take, args=(listener, server, tls), daemon=True)
        taking.start()
        yield server
        # Closing alone leaves the thread waiting there, and it would answer at that port for a server after this one.
        listener.shutdown(socket.SHUT_RDWR)
        taking.join()


def _take(listener: socket.socket, server: Server, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, server, tls), daemon=True).start()


def _answer(connection: socket.socket, server: Server, tls: ssl.SSLContext | None) -> None:
    try:
        with tls.wrap_socket(connection, server_side=True) if tls else connection as talking:
            server.answer(talking)
    except OSError:
        pass
    finally:
        connection.close()


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """What a server needs to be this name, and the file that makes others believe it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=400))
        .not_valid_after(today + timedelta(days=4000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, secret = folder / f"{name}.pem", folder / f"{name}.key"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return context, path
