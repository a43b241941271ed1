"""A real mail server for the tests: it keeps what it gets, and refuses, breaks off or falls silent when told."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from portal.config import Smtp


@dataclass
class Received:
    """One mail with its envelope."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)


@dataclass
class MailServer:
    """Answers per SMTP command, such as {"RCPT": "550 no such user"}; `breaks_off` hangs up when the text comes.

    With `falls_silent` it keeps the mail and never says so.
    """

    port: int
    answers: dict[str, str] = field(default_factory=dict)
    breaks_off: bool = False
    falls_silent: bool = False
    mails: list[Received] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def smtp(self) -> Smtp:
        return Smtp(host="127.0.0.1", port=self.port)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.breaks_off:
            server.transport.abort()
            return "451 never read"
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.mails.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        self.arrived.set()
        if self.falls_silent:
            await asyncio.Event().wait()
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening() -> Iterator[MailServer]:
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
