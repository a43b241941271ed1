"""A year in Twente: fifty people who came far and less far, and a few who wait now."""

from datetime import date, timedelta

import pytest

from portal.enrolments.rules import EnrolmentStatus
from portal.programmes.codes import CloseReason
from portal.sessions.rules import SessionStatus
from tests.counting.rows import SIJW, Rows, at

YEAR = 2025


@pytest.fixture
def year(db, clock) -> Rows:
    """Fifty sign-ups in 2025: forty with contact, thirty with a talk, twenty closed, ten evaluated; six withdrew."""
    rows = Rows()
    coach = rows.coach()
    for number in range(50):
        moment = at(date(YEAR, 3, 3) + timedelta(days=number), 9)
        became = [(EnrolmentStatus.WITHDRAWN, moment + timedelta(days=2))] if number >= 44 else []
        themes = ["stress"] if number < 25 else ["role"] if number < 45 else ["balance", "role"]
        enrolment = rows.enrol(moment, programme=SIJW, person=rows.person(), became=became, themes=themes)
        if number < 40:
            _coupled(rows, enrolment, coach, moment, number)
    rows.store()
    return rows


def _coupled(rows, enrolment, coach, moment, number):
    closed_at = moment + timedelta(days=30 + number) if number < 20 else None
    trajectory = rows.couple(
        enrolment,
        coach,
        moment + timedelta(hours=1),
        contact_at=moment + timedelta(hours=1 + number),
        closed_at=closed_at,
        close_reason=CloseReason.GOAL_REACHED if closed_at else None,
    )
    if number < 30:
        rows.talk(trajectory, moment + timedelta(days=3 + number), coach=coach)
    if number < 10:
        rows.talk(trajectory, moment + timedelta(days=50), coach=coach, status=SessionStatus.NO_SHOW)
    if closed_at:
        rows.invite(trajectory, closed_at.date().replace(day=1), answered=number < 10, programme=SIJW)
