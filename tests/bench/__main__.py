"""Prints every line of the speed budget: ours against a bare page, measured in turn, with queries and bytes."""

import gzip
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from portal import clock, create_app, migrating
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.config import from_environment
from portal.db import database
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from tests.bench import engine, growth, world
from tests.live import free_port, wait_for_port

ROUNDS, CALLS = 7, 60


@dataclass(frozen=True)
class Line:
    """One line of the budget: a page as somebody, and what it may cost."""

    name: str
    path: str
    account: int | None
    most_queries: int
    most_times: float
    most_bytes: int
    htmx: bool = False


class Server:
    """An application under granian, one worker with one blocking thread; knows what CPU time it used."""

    def __init__(self, target: str, environ: dict[str, str]) -> None:
        self.port = free_port()
        granian = Path(sys.executable).parent / "granian"
        command = [str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--workers", "1", "--blocking-threads", "1", "--log-level", "error", target]
        self.process = subprocess.Popen(command, env={**os.environ, **environ, "PUBLIC_URL": self.url})
        wait_for_port(self.port, self.process)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """User and system time of the server and its worker."""
        pids = [self.process.pid]
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ticks = 0
        for pid in [*pids, *children]:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


class Page:
    """One page of one server, asked for over a kept connection; keeps the last answer."""

    def __init__(self, server: Server, path: str, cookie: str = "", *, htmx: bool = False) -> None:
        self.server, self.path = server, path
        self.headers = {"Cookie": cookie} if cookie else {}
        if htmx:
            self.headers["HX-Request"] = "true"
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.status = 0
        self.body = b""

    def __call__(self) -> None:
        self.connection.request("GET", self.path, headers=self.headers)
        answer = self.connection.getresponse()
        self.status, self.body = answer.status, answer.read()

    def cpu_per_call(self) -> float:
        """Seconds of the server's CPU for one request."""
        self.connection.close()  # The server may have ended it while the other page was measured.
        self()
        before = self.server.cpu_seconds()
        for _ in range(CALLS):
            self()
        return (self.server.cpu_seconds() - before) / CALLS


def in_turn(ours: Page, floor: Page) -> tuple[list[float], float]:
    """Ratios of CPU time, measured ABAB so that a drifting machine cannot favour one; and our milliseconds."""
    ours(), floor()
    pairs = [(ours.cpu_per_call(), floor.cpu_per_call()) for _ in range(ROUNDS)]
    return [one / max(other, 1e-6) for one, other in pairs], statistics.median(one for one, _ in pairs) * 1000


def cookie_of(app: Flask, account: int) -> str:
    token = accounts.begin_session(
        Account.get_by_id(account), browser="bench", now=clock.now(), second_factor_at=clock.now()
    )
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    return "; ".join(f"{key[2]}={cookie.value}" for key, cookie in client._cookies.items())


def queries_of(app: Flask, line: Line, cookie: str) -> int:
    """How many statements the page costs, counted in this process on the same database."""
    counted: list[object] = []
    client = app.test_client(use_cookies=False)
    database.query_hooks.append(counted.append)
    try:
        client.get(line.path, headers={"Cookie": cookie, **({"HX-Request": "true"} if line.htmx else {})})
    finally:
        database.query_hooks.remove(counted.append)
    return len(counted)


def lines() -> list[Line]:
    waiting = Enrolment.get(Enrolment.status == EnrolmentStatus.CONFIRMED).participant_id
    coach = Coach.get()
    week = f"/afspraken/met/{coach.public_id}"
    return [
        Line("start", "/", None, 1, 1.5, 4_000),
        Line("sign-up step", "/aanmelden", None, 3, 2.5, 4_000),
        Line("choose a coach", "/coaches", waiting, 8, 8, 5_000),
        Line("free times, page", week, waiting, 6, 3, 4_000),
        Line("free times, fragment", week, waiting, 6, 2.5, 2_000, htmx=True),
        Line("coach's day", "/coach", coach.account_id, 8, 4, 5_000),
        Line("region's inbox", "/regio", 1, 8, 6, 9_000),
        Line("national figures", "/landelijk", 2, 12, 12, 12_000),
        Line("region's figures", "/regio/cijfers", 1, 12, 12, 12_000),
        Line("region's overview", "/regio/overzicht", 1, 12, 12, 12_000),
        Line("national results", "/landelijk/evaluaties", 2, 18, 12, 12_000),
    ]


def report(app: Flask, line: Line, cookie: str, server: Server, floor: Page) -> str:
    ours = Page(server, line.path, cookie, htmx=line.htmx)
    ours()
    if ours.status != 200:
        return f"{line.name:<22} answered {ours.status}"
    ratios, milliseconds = in_turn(ours, floor)
    size, queries = len(gzip.compress(ours.body)), queries_of(app, line, cookie)
    median = statistics.median(ratios)
    kept = median <= line.most_times and size <= line.most_bytes and queries <= line.most_queries
    return (
        f"{line.name:<22} {median:5.1f} x (min {min(ratios):.1f}, max {max(ratios):.1f}; budget {line.most_times})  "
        f"{milliseconds:5.1f} ms  {queries:>3} queries (budget {line.most_queries})  "
        f"{size:>6} bytes (budget {line.most_bytes})  {'kept' if kept else 'OVER'}"
    )


def main(only: Sequence[str]) -> None:
    """Everything, or `only` the pages whose names hold one of these words."""
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    environ = {"PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(folder)}
    began = time.process_time()
    app = create_app(from_environment(environ))
    print(f"application made in {time.process_time() - began:.2f} s of CPU")
    with app.app_context():
        migrating.upgrade(app.extensions["portal"])
        world.fill(clock.now())
        if not only:
            print(*engine.report(clock.now()), sep="\n", flush=True)
        chosen = [line for line in lines() if not only or any(word in line.name for word in only)]
        todo = [(line, cookie_of(app, line.account) if line.account else "") for line in chosen]
    servers = [Server("wsgi:app", environ), Server("tests.bench.floor:app", environ)]
    try:
        floor = Page(servers[1], "/")
        for line, cookie in todo:
            print(report(app, line, cookie, servers[0], floor), flush=True)
    finally:
        for server in servers:
            server.stop()
    for line in () if only else growth.report():
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
