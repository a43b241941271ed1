"""Real processes at the same moment: who erases meets who books, holds or couples, and nobody meets an error."""

from datetime import timedelta

from portal.access import Role
from portal.accounts.models import Account
from portal.enrolments.models import Enrolment
from portal.erasure import actions
from portal.errors import DomainError
from portal.holds.models import Hold
from portal.sessions.models import Session
from portal.trajectories import actions as trajectories
from portal.trajectories.rules import ChosenBy
from tests import factories
from tests.conftest import START
from tests.factories import actor_of
from tests.racing import at_once

NINE = START + timedelta(days=7)


def erase(account):
    actions.erase_myself(actor_of(account, Role.PARTICIPANT), signed_in_at=START, now=START)
    return "erased"


def what(deed):
    """What came of it; a rule that forbids it is an answer, anything else a fault."""
    try:
        deed()
    except DomainError as error:
        return type(error).__name__
    return "done"


def nothing_is_left(account):
    left = [Enrolment.select().where(Enrolment.id > 0), Session.select().where(Session.id > 0), Hold.select()]
    return [query.count() for query in left] == [0, 0, 0] and not Account.select().where(
        Account.id == account.id
    ).exists()


def test_booking_while_being_erased(people, clock):
    trajectory = factories.coupled(people.noor, factories.bookable_coach(people.bram))
    deeds = [
        lambda: erase(people.noor),
        lambda: factories.planned_talk(trajectory, NINE),
        lambda: factories.held_time(trajectory, NINE + timedelta(hours=2)),
    ]
    answers = at_once(lambda number: what(deeds[number]), times=3)
    assert answers.count("done") >= 1
    assert set(answers) <= {"done", "NotFound"}
    assert nothing_is_left(people.noor)


def test_a_coach_is_chosen_while_being_erased(people, clock):
    enrolment, coach = factories.enrolment(people.noor), factories.bookable_coach(people.bram)
    actor = actor_of(people.noor, Role.PARTICIPANT)

    def couple():
        trajectories.couple(actor, enrolment=enrolment, coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=START)

    answers = at_once(lambda number: what([lambda: erase(people.noor), couple][number]), times=2)
    assert set(answers) <= {"done", "NotFound"}
    assert nothing_is_left(people.noor)


def test_pressing_the_button_twice_erases_once(people, clock):
    factories.enrolment(people.noor)
    answers = at_once(lambda number: what(lambda: erase(people.noor)), times=2)
    assert sorted(answers) == ["NotFound", "done"]
    assert Enrolment.select().where(Enrolment.id < 0).count() == 1
