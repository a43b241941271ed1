"""Real processes at the same moment: of two who act on one enrolment, one is first and the other hears it."""

import pytest

from portal.access import PORTAL, Role
from portal.coaches.models import Coach
from portal.desk import actions
from portal.desk.rules import MovedOn, Outcome, Tries
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.errors import DomainError
from portal.matching import actions as matching
from portal.trajectories.models import Trajectory
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE
from tests.racing import at_once


@pytest.fixture
def wilma(people):
    return factories.actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


@pytest.fixture
def coaches(people):
    return [factories.bookable_coach(account).public_id for account in (people.bram, people.chris)]


@pytest.fixture
def fatima(people):
    return factories.signed_up("Fatima")


def answer(work):
    """'done', or the name of the rule that forbade it; anything else is a fault and passes."""
    try:
        work()
    except DomainError as error:
        return type(error).__name__
    return "done"


def test_of_eight_who_take_it_on_one_does(wilma, fatima):
    found = at_once(lambda _: answer(lambda: actions.take_on(wilma, fatima, seen=2, now=START)), times=8)
    assert sorted(found) == [MovedOn.__name__] * 7 + ["done"]
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.STATUS_SET).count() == 1


def test_of_eight_who_assign_a_coach_one_does(wilma, fatima, coaches, mailbox):
    def assign(number):
        coach = coaches[number % 2]
        return answer(lambda: actions.assign_coach(wilma, fatima, coach=coach, seen=2, now=START))

    assert sorted(at_once(assign, times=8)) == [MovedOn.__name__] * 7 + ["done"]
    assert Trajectory.select().count() == 1
    assert len(mailbox.to("fatima@example.org")) == 2


def test_the_desk_closes_while_the_participant_chooses(wilma, fatima, coaches):
    chosen = Coach.get(Coach.public_id == coaches[0])

    def act(number):
        if number % 2:
            return answer(
                lambda: matching.choose(PORTAL, enrolment=fatima, coach=chosen, chosen_by="participant", now=START)
            )
        closing = {"outcome": Outcome.WITHDRAWN, "tries": Tries.NOT_MADE, "seen": 2}
        return answer(lambda: actions.close_without_coach(wilma, fatima, **closing, now=START))

    found = at_once(act, times=6)
    status, coupled = Enrolment.get().status, Trajectory.select().count()
    assert (status, coupled) in [(EnrolmentStatus.MATCHED, 1), (EnrolmentStatus.WITHDRAWN, 0)]
    assert "done" in found
    assert not [text for text in found if "Error(" in text]
