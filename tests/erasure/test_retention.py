"""Whose time is over, to the day; who stays; and that a night that broke off goes on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.access import PORTAL, Role
from portal.accounts.models import Account
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.erasure import actions, rules
from tests import factories
from tests.conftest import START
from tests.counting.rows import at

DAY = timedelta(days=1)


def closed(name, when, *, talked):
    person = factories.account(name, Role.PARTICIPANT)
    if talked:
        bram = Account.get_or_none(Account.first_name == "Bram") or factories.account("Bram", Role.COACH)
        factories.closed_trajectory(person, bram, now=when)
    else:
        enrolment = factories.enrolment(person, now=when - DAY)
        enrolments.note(enrolment, EventKind.CLOSED, actor=PORTAL, now=when, status=EnrolmentStatus.WITHDRAWN)
    return person


def is_there(person):
    return Account.select().where(Account.id == person.id).exists()


def test_borders_are_dutch_days():
    found = rules.borders(date(2026, 5, 31))
    assert found.with_talk == datetime(2025, 5, 31, 22, tzinfo=UTC)
    assert found.without_talk == datetime(2026, 2, 28, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("closed_at", "talked", "stays"),
    [
        (at("2025-03-02", 23, 59), True, False),
        (at("2025-03-03", 0), True, True),
        (at("2025-12-02", 23, 59), False, False),
        (at("2025-12-03", 0), False, True),
        (at("2025-12-02"), True, True),
    ],
)
def test_somebody_is_known_for_so_long_after_it_is_over(db, clock, closed_at, talked, stays):
    person = closed("Anna", closed_at, talked=talked)
    assert actions.erase_due(now=START) == (not stays)
    assert is_there(person) == stays
    assert actions.erase_due(now=START) == 0


def test_who_is_still_under_way_stays_with_everything(db, clock):
    person = closed("Anna", at("2024-01-01"), talked=False)
    factories.enrolment(person, now=at("2024-02-01"))
    assert actions.erase_due(now=START) == 0
    assert Enrolment.select().where(Enrolment.participant == person).count() == 2


def test_a_sign_up_of_nobody_we_know_becomes_a_tally_too(db, clock):
    person = closed("Anna", at("2024-01-01"), talked=False)
    Enrolment.update(participant=None).where(Enrolment.participant == person).execute()
    assert actions.erase_due(now=START) == 1
    assert [enrolment.id < 0 for enrolment in Enrolment.select()] == [True]
    assert is_there(person)


def test_staff_and_coaches_who_never_signed_up_stay(people):
    everybody = [people.bram.id, people.wilma.id, people.noor.id]
    assert actions.erase_due(now=START) == 0
    assert Account.select().where(Account.id.in_(everybody)).count() == 3


def test_the_command_counts_first_and_then_erases(app, clock):
    person = closed("Anna", at("2024-01-01"), talked=False)
    run = app.test_cli_runner().invoke
    assert run(args=["retention", "run", "--dry-run"]).output == "1 would be erased\n"
    assert is_there(person)
    assert run(args=["retention", "run"]).output == "1 erased\n"
    assert not is_there(person)
