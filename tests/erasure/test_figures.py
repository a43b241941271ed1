"""Erasing anyone changes no figure, whatever happened to them: by programme, period, reference date and split."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access import PORTAL
from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.db import database, transaction
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.erasure import actions
from tests.counting.rows import Rows, at
from tests.counting.test_recount import random_rows
from tests.erasure.worlds import all_figures

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def people() -> list[Account]:
    """Everybody who signed up, and nobody who coaches."""
    signed_up = Enrolment.select(Enrolment.participant).where(Enrolment.participant.is_null(False))
    coaches = Coach.select(Coach.account)
    return list(Account.select().where(Account.id.in_(signed_up), Account.id.not_in(coaches)).order_by(Account.id))


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), number=st.integers(1, 20))
def test_erasing_anyone_changes_no_figure(db, seed, number):
    chance = Random(seed)
    with database.atomic() as example:
        random_rows(chance).store()
        before = all_figures()
        everybody = people()
        for account in chance.sample(everybody, min(number, len(everybody))):
            with transaction():
                actions.erase(PORTAL, account, now=NOW)
        assert all_figures() == before
        example.rollback()  # Nothing of it stays for the next one.


def test_what_happened_on_one_day_keeps_its_order(db):
    """Somebody who signed up in five regions on a day, with as many turns and coaches, counts as before."""
    rows = Rows()
    person, began = rows.person(), at("2025-03-30", 9)
    for number, region in enumerate(["RA0205", "RA0614", "RA0818", "RA0717", None]):
        moment = began + timedelta(minutes=20 * number)
        turns = [EnrolmentStatus.DUPLICATE, EnrolmentStatus.WITHDRAWN, EnrolmentStatus.WAITING, EnrolmentStatus.MATCHED]
        became = [(turn, moment + timedelta(minutes=nth + 1)) for nth, turn in enumerate(turns[number:] or turns)]
        enrolment = rows.enrol(moment, region=region, person=person, became=[*became, later(number)])
        rows.couple(enrolment, rows.coach(), moment + timedelta(minutes=9), contact_at=moment + timedelta(hours=number))
    rows.store()
    before = all_figures()
    actions.erase(PORTAL, Account.get_by_id(person), now=NOW)
    assert all_figures() == before


def test_the_first_of_two_couplings_on_a_day_stays_the_first(db):
    """Somebody who was coupled for the second sign-up before the first one counts by that coupling, and its contact."""
    rows = Rows()
    person, day = rows.person(), at("2025-03-30", 9)
    first = rows.enrol(day, region="RA0205", person=person)
    second = rows.enrol(day + timedelta(hours=1), region="RA0614", person=person)
    rows.couple(second, rows.coach(), day + timedelta(hours=2), contact_at=day + timedelta(hours=3))
    rows.couple(first, rows.coach(), day + timedelta(hours=4))
    rows.store()
    before = all_figures()
    actions.erase(PORTAL, Account.get_by_id(person), now=NOW)
    assert all_figures() == before


def later(number: int) -> tuple[EnrolmentStatus, datetime]:
    """What it is now, long after the reference dates that look back."""
    return EnrolmentStatus.STOPPED, at("2025-09-01", 9 + number)
