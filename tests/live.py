"""The portal as people meet it: web server and worker as processes of their own, and a mail server that keeps the mail.

Nothing in here knows the inside of the portal: it is told what to do by its commands and by its settings.
"""

import email
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SECONDS = 60
SECRETS = {
    "SECRET_KEY": "a-secret-for-tests-0123456789-abcdef",
    "SEALING_KEYS": "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
}


class Post:
    """Every mail that reached the mail server, in the order in which it came."""

    def __init__(self) -> None:
        self.came: list[tuple[str, EmailMessage]] = []
        self.read: set[int] = set()
        self.news = threading.Condition()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self.news:
            self.came += [(address, message) for address in envelope.rcpt_tos]
            self.news.notify_all()
        return "250 taken"

    def next_to(self, address: str) -> EmailMessage:
        """The oldest mail to this address that was not read yet; waits until it is there."""
        with self.news:
            assert self.news.wait_for(lambda: self._unread(address), SECONDS), f"no mail to {address}: {self.senders}"
            number = self._unread(address)[0]
            self.read.add(number)
            return self.came[number][1]

    def _unread(self, address: str) -> list[int]:
        return [n for n, (to, _) in enumerate(self.came) if to == address and n not in self.read]

    @property
    def senders(self) -> list[str]:
        return [f"{to}: {message['Subject']}" for to, message in self.came]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None, "a mail without text"
    return str(body.get_content())


def link_in(message: EmailMessage) -> str:
    """The first link of the mail: the one thing to do."""
    found = re.search(r"https?://\S+", text_of(message))
    assert found, text_of(message)
    return found.group()


@contextmanager
def mail_server() -> Iterator[tuple[Post, str]]:
    """A running mail server: what it was given, and the value of SMTP_URL."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield post, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, server: subprocess.Popen) -> None:
    """Until the server takes connections; fails when it ends before that."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
            return
        except ConnectionRefusedError:
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"the web server ended with {server.wait(timeout=0.05)}") from None


@dataclass
class Portal:
    """A running portal: where it is, its database file, and its commands."""

    folder: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(self.folder), "PUBLIC_URL": self.url}
        return {
            **os.environ,
            **SECRETS,
            "MAIL_FROM": "Afspraken <afspraken@portal.example.org>",
            **own,
            **self.settings,
        }

    def flask(self, *command: str) -> str:
        """What `flask --app wsgi <command>` prints."""
        return self._run([str(BIN / "flask"), "--app", "wsgi", *command])

    def work(self, job: str) -> None:
        """Do a job of the worker now, instead of at its time: 'evaluations.invite_closed'."""
        feature, _, name = job.partition(".")
        self._run([sys.executable, "-c", f"import wsgi; from portal.{feature} import jobs; jobs.{name}.call_local()"])

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    @cached_property
    def pages(self) -> list[dict[str, Any]]:
        """Every endpoint with its path, methods and permission."""
        listed: list[dict[str, Any]] = json.loads(self.flask("access", "list", "--format", "json"))
        return listed

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Straight from or into the tables; a change is stored."""
        with sqlite3.connect(self.folder / "portal.db", timeout=SECONDS) as connection:
            found = connection.execute(query, values).fetchall()
        connection.close()
        return found

    @contextmanager
    def serving(self) -> Iterator[None]:
        """With a web server, until the end."""
        server = [
            str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "1", "--blocking-threads", "2", "--log-level", "info", "wsgi:app",
        ]  # fmt: skip
        with self._process(server, says="Started worker") as process:
            wait_for_port(self.port, process)
            yield

    @contextmanager
    def working(self) -> Iterator[None]:
        """With a worker, until the end."""
        with self._process([str(BIN / "flask"), "--app", "wsgi", "run-worker"], says="started"):
            yield

    @contextmanager
    def _process(self, command: list[str], *, says: str) -> Iterator[subprocess.Popen]:
        """A process that has said that it is ready; what else it says stands in a file, for who looks for a fault."""
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if says in line:
                break
        else:
            raise AssertionError(f"{command[0]} did not start: {''.join(said)}")
        rest = threading.Thread(target=self._keep, args=(process.stdout, Path(command[0]).name), daemon=True)
        rest.start()
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=SECONDS)
            rest.join()
            process.stdout.close()

    def _keep(self, lines: Iterator[str], name: str) -> None:
        with (self.folder / f"{name}.log").open("w") as log:
            for line in lines:
                log.write(line)
                log.flush()


@contextmanager
def running(folder: Path) -> Iterator[tuple[Portal, Post]]:
    """A portal on an empty migrated database, with its worker and a mail server."""
    with ExitStack() as stack:
        post, smtp_url = stack.enter_context(mail_server())
        portal = Portal(folder, settings={"SMTP_URL": smtp_url})
        portal.flask("db", "upgrade")
        stack.enter_context(portal.serving())
        stack.enter_context(portal.working())
        yield portal, post
