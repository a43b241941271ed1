"""The coaches and the people, and letting the processes go at them."""

import time
from datetime import datetime, timedelta
from datetime import time as wall_time

from flask import Flask

from portal import clock
from portal.access import Role
from portal.availability import queries as availability
from portal.availability.models import WeeklyHours
from portal.coaches.models import Coach
from portal.programmes.codes import ProgrammeCode
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from tests import factories
from tests.hammer.afterwards import overlaps
from tests.hammer.process import Process
from tests.hammer.report import Report
from tests.racing import at_once

# Each coach has another buffer before, after, and length of a talk.
TERMS = [(0, 0, 60), (0, 15, 60), (15, 15, 45), (10, 5, 30), (0, 30, 90)]


def prepare(*, coaches: int, participants: int) -> None:
    """Coaches with few hours on two days, so that everybody wants the same ones, and people for two programmes each."""
    tomorrow = clock.local(clock.now()).weekday() + 1
    for number in range(coaches):
        before, after, minutes = TERMS[number % len(TERMS)]
        made = factories.bookable_coach(
            factories.account(f"Coach{number}", Role.COACH, factories.TWENTE),
            weekdays=(),
            capacity=50,
            notice_hours=0,
            move_notice_hours=0,
            works_on_holidays=True,
            buffer_before=before,
            buffer_after=after,
            talk_minutes=minutes,
        )
        for day in (tomorrow, tomorrow + 1):
            WeeklyHours.create(coach=made, weekday=day % 7, opens=wall_time(9), closes=wall_time(13))
    for number in range(participants):
        account = factories.account(f"Deelnemer{number}", Role.PARTICIPANT)
        factories.enrolment(account, programme=list(ProgrammeCode)[number % 2])


def starts() -> list[datetime]:
    """Every start that any of the coaches keeps: half an hour apart, so that neighbours overlap."""
    now, found = clock.now(), set()
    for coach in Coach.select().limit(len(TERMS)):
        found |= set(availability.free_slots(coach, since=now, until=now + timedelta(days=6), now=now))
    return sorted(found)


def hammer(app: Flask, database_url: str, *, processes: int, attempts: int, coaches: int, seed: int = 1) -> Report:
    """Let them go, and say what became of it."""
    prepare(coaches=coaches, participants=2 * processes)
    choices = starts()
    report, began = Report(), time.perf_counter()
    for one in at_once(lambda number: Process(app, number, seed=seed, starts=choices).run(attempts), times=processes):
        if isinstance(one, Report):
            report.add(one)
        else:
            report.errors[str(one)] += 1
    report.took = time.perf_counter() - began
    report.planned = Session.select().where(Session.status == SessionStatus.PLANNED).count()
    report.overlaps = overlaps(database_url)
    return report
