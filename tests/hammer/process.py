"""One process: somebody who tries this and that through the pages, and notes every answer."""

import re
import time
from datetime import datetime
from random import Random

import flask
from flask import Flask
from werkzeug.test import TestResponse

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory
from tests.hammer.report import Report
from tests.page import BASE

KINDS = ["book"] * 5 + ["hold"] * 2 + ["plan"] * 2 + ["move"] * 3 + ["cancel"] * 4
REFUSED = {404, 409, 410, 422}
MESSAGE = re.compile(r'<div class="notice wrong".*?<(?:li|h2)>(?:<a [^>]*>)?([^<]+)<', re.DOTALL)
HEADING = re.compile(r"<h1[^>]*>([^<]+)<")
HIDDEN = re.compile(r'<input[^>]*name="(csrf_token|seen)"[^>]*value="([^"]*)"')


class Browser:
    """One person's browser: it keeps the token of its forms, and the version that it saw last."""

    def __init__(self, app: Flask, account: Account) -> None:
        self.client = app.test_client()
        self.account = account
        now = clock.now()
        token = accounts.begin_session(account, browser="hammer", now=now, second_factor_at=now)
        with self.client.session_transaction(base_url=BASE) as session:
            session["_user_id"], session["_fresh"] = token, True
        self.fields: dict[str, dict[str, str]] = {}

    def send(self, path: str, **values: str) -> TestResponse:
        """Fill in the form at this address as it was seen last; of the first look comes the form."""
        if path not in self.fields:
            answer = self._ask("GET", path)
            if path not in self.fields:
                return answer
        return self._ask("POST", path, data={**self.fields.pop(path), **values})

    def _ask(self, method: str, path: str, **sent: dict[str, str]) -> TestResponse:
        for name in list(flask.g):  # Each request has its own.
            flask.g.pop(name)
        answer = self.client.open(path, method=method, base_url=BASE, **sent)
        hidden = HIDDEN.findall(answer.get_data(as_text=True))
        if dict(hidden).keys() >= {"csrf_token"}:
            self.fields[path] = dict(hidden)
        return answer


class Process:
    """Somebody who tries this and that, as two participants and with every coach; others are the same people too."""

    def __init__(self, app: Flask, number: int, *, seed: int, starts: list[datetime]) -> None:
        self.app, self.starts, self.report = app, starts, Report()
        self.chance = Random(f"{seed} {number}")
        everybody = list(Account.select().where(Account.first_name.startswith("Deelnemer")).order_by(Account.id))
        mine = [everybody[(2 * number + n) % len(everybody)] for n in range(4)]
        self.people = [Browser(app, account) for account in mine]
        self.coaches = list(Coach.select(Coach, Account).join(Account).order_by(Coach.id))
        self.at_work: dict[int, Browser] = {}

    def run(self, attempts: int) -> Report:
        for _ in range(attempts):
            kind = self.chance.choice(KINDS)
            began = time.perf_counter()
            try:
                outcome = getattr(self, kind)()
            except Exception as error:
                self.report.errors[f"{kind}: {error!r}"[:200]] += 1
            else:
                self.note(kind, outcome)
            self.report.seconds.append(time.perf_counter() - began)
            self.report.attempts += 1
        return self.report

    def note(self, kind: str, answer: TestResponse) -> None:
        if answer.status_code == 303:
            self.report.done[kind] += 1
        elif answer.status_code in REFUSED:
            self.report.refused[f"{answer.status_code} {said(answer)}"] += 1
        else:
            self.report.errors[f"{kind}: {answer.status_code} {said(answer)}"] += 1

    def book(self) -> TestResponse:
        answer = self.hold()
        if answer.status_code != 303 or "/bevestig/" not in answer.location:
            return answer
        return self.browser.send(answer.location)

    def hold(self) -> TestResponse:
        self.browser = self.chance.choice(self.people)
        coach, starts_at = self.chance.choice(self.coaches), self.chance.choice(self.starts)
        return self.browser.send(f"/afspraken/met/{coach.public_id}", mode="phone", starts_at=starts_at.isoformat())

    def plan(self) -> TestResponse:
        """A coach plans a talk with somebody they have; who has nobody yet gets a booking."""
        coach = self.chance.choice(self.coaches)
        with_them = list(Trajectory.select().where(Trajectory.coach == coach))
        if not with_them:
            return self.book()
        if coach.id not in self.at_work:
            self.at_work[coach.id] = Browser(self.app, coach.account)
        path = f"/coach/traject/{self.chance.choice(with_them).public_id}/gesprek"
        starts_at = self.chance.choice(self.starts)
        return self.at_work[coach.id].send(path, mode="phone", starts_at=starts_at.isoformat())

    def move(self) -> TestResponse:
        path = self.planned_talk()
        if path is None:
            return self.book()
        starts_at = self.chance.choice(self.starts)
        answer = self.browser.send(f"{path}/verzetten", mode="phone", starts_at=starts_at.isoformat())
        if answer.status_code != 303 or "/bevestig/" not in answer.location:
            return answer
        return self.browser.send(answer.location)

    def cancel(self) -> TestResponse:
        path = self.planned_talk()
        return self.book() if path is None else self.browser.send(f"{path}/afzeggen")

    def planned_talk(self) -> str | None:
        """One that stands a moment ago; another process may be at it too."""
        self.browser = self.chance.choice(self.people)
        planned = Session.select(Session.public_id).where(
            Session.participant == self.browser.account, Session.status == SessionStatus.PLANNED
        )
        found = [session.public_id for session in planned]
        return f"/afspraken/{self.chance.choice(found)}" if found else None


def said(answer: TestResponse) -> str:
    """The words with which a page refuses."""
    text = answer.get_data(as_text=True)
    found = MESSAGE.search(text) or HEADING.search(text)
    return found.group(1).strip() if found else text[:100]
