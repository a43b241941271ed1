"""Real processes at the same moment: one invitation takes one answer, and two workers ask each person once."""

import multiprocessing
import os

import pytest
import time_machine

from portal import clock as portal_clock
from portal import create_app
from portal.access import Role
from portal.config import Settings
from portal.db import database
from portal.evaluations import actions
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation, PendingCoachGrade
from tests import factories
from tests.conftest import START, settings_for
from tests.page import Client

# Processes that start from a clean one: nothing of this test's connections or locks comes along.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__, "pytest.__main__"])
SECONDS = 60


def at_once(work, url: str, number: int, *arguments) -> list:
    """What `work(app, together, *arguments)` answers in each of so many processes; `together()` waits for the others."""
    database.close()
    barrier, answers = processes.Barrier(number), processes.SimpleQueue()
    workers = [processes.Process(target=run, args=(work, url, barrier, answers, arguments)) for _ in range(number)]
    for worker in workers:
        worker.start()
    found = [answers.get() for _ in workers]
    for worker in workers:
        worker.join(SECONDS)
    return found


def run(work, url, barrier, answers, arguments) -> None:
    try:
        with time_machine.travel(START, tick=False):
            app = create_app(settings_for(url))
            with app.app_context():
                answers.put(work(app, lambda: barrier.wait(SECONDS), *arguments))
    except BaseException as error:
        barrier.abort()
        answers.put(repr(error))


@pytest.fixture
def url(app, migrated: Settings, memory) -> str:
    return f"sqlite:///{memory / 'test.db'}" if migrated.database_url.startswith("sqlite") else migrated.database_url


def send(app, together, link) -> tuple[int, str]:
    client = Client(app)
    page = client.get(link)
    together()
    sent = client.submit(page, follow=False, coach_grade=8, trajectory_grade=str(1 + os.getpid() % 10))
    return sent.status, sent.location


def invite(app, together) -> int:
    together()
    return actions.invite_closed(now=portal_clock.now())


def test_thirty_two_senders_of_one_link_leave_one_answer(people, mailbox, url):
    factories.closed_trajectory(people.noor, people.bram)
    actions.invite_closed(now=portal_clock.now())
    link = mailbox.last(people.noor.email).link("/evaluatie/")
    answers = at_once(send, url, 32, link)
    assert sorted(answers) == [(303, "/evaluatie/bedankt")] + [(410, "")] * 31
    assert EvaluationAnswer.select().count() == 1
    assert PendingCoachGrade.select().count() == 1


def test_senders_of_different_links_in_one_region_all_get_through(people, mailbox, url):
    participants = [factories.account(f"Deelnemer{n}", Role.PARTICIPANT) for n in range(8)]
    for participant in participants:
        factories.closed_trajectory(participant, people.bram)
    actions.invite_closed(now=portal_clock.now())
    links = [mailbox.last(p.email).link("/evaluatie/") for p in participants]
    assert at_once(send_own, url, 8, links) == [303] * 8
    assert EvaluationAnswer.select().count() == 8
    assert PendingCoachGrade.select().count() == 8


def send_own(app, together, links) -> int:
    """Each process takes the link of its turn at the barrier."""
    client = Client(app)
    page = client.get(links[together()])
    together()
    return client.submit(page, follow=False, coach_grade=8, trajectory_grade=7).status


def test_two_workers_ask_each_person_once(people, mailbox, url):
    participants = [factories.account(f"Deelnemer{n}", Role.PARTICIPANT) for n in range(10)]
    for participant in participants:
        factories.closed_trajectory(participant, people.bram)
    assert sum(at_once(invite, url, 2)) == 10
    assert EvaluationInvitation.select().count() == 10
    assert [len(mailbox.to(p.email)) for p in participants] == [1] * 10
