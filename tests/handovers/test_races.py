"""Real processes at the same moment: of steps that exclude each other one is taken, and nothing goes out twice."""

import pytest

from portal.access import Role
from portal.errors import DomainError
from portal.handovers import actions, queries
from portal.handovers.models import Handover, HandoverConsent, HandoverStep
from portal.handovers.rules import LINK_LIFETIME, LinkOver, MovedOn, Step
from portal.outbox import Mail
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from tests import factories
from tests.conftest import START
from tests.factories import actor_of
from tests.racing import at_once

TOLD = "Naam: Noor\nBereikbaar: 06 12 34 56 78"


@pytest.fixture
def trajectory(people):
    return factories.coupled(people.noor, factories.bookable_coach(people.bram))


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


@pytest.fixture
def bram(people):
    return actor_of(people.bram, Role.COACH)


def answer(work):
    """'done', or the name of the rule that forbade it; anything else is a fault and passes."""
    try:
        work()
    except DomainError as error:
        return type(error).__name__
    return "done"


def to_the_place():
    return Mail.select().where(Mail.template == "handovers/for_place").count()


def test_of_eight_who_approve_one_does_with_its_own_words(trajectory, noor):
    made = factories.handover(trajectory)

    def approve(number):
        return answer(lambda: actions.approve(noor, made, words=f"Naam: Noor {number}", now=START))

    assert sorted(at_once(approve, times=8)) == [MovedOn.__name__] * 7 + ["done"]
    [consent] = HandoverConsent.select()
    assert consent.words_hash == actions.words_hash(made, Handover.get().words)


def test_approving_and_declining_exclude_each_other(trajectory, noor):
    made = factories.handover(trajectory)

    def act(number):
        if number % 2:
            return answer(lambda: actions.approve(noor, made, words=TOLD, now=START))
        return answer(lambda: actions.decline(noor, made, now=START))

    assert sorted(at_once(act, times=8)) == [MovedOn.__name__] * 7 + ["done"]
    approved = Referral.get().status == ReferralStatus.CONSENTED
    assert (HandoverConsent.select().count(), Handover.get().words) == ((1, TOLD) if approved else (0, None))


def test_of_withdrawing_and_sending_one_happens(trajectory, noor, bram):
    made = factories.approved_handover(trajectory)

    def act(number):
        if number % 2:
            return answer(lambda: actions.withdraw(noor, made, now=START))
        return answer(lambda: actions.send_by_mail(bram, made, now=START))

    assert sorted(at_once(act, times=8)) == [MovedOn.__name__] * 7 + ["done"]
    sent = Referral.get().status == ReferralStatus.SENT
    assert (to_the_place(), Handover.get().words) == ((1, TOLD) if sent else (0, None))
    assert (HandoverConsent.get().withdrawn_at is None) == sent


def test_of_eight_with_the_right_code_one_reads_it(trajectory):
    made = factories.sent_handover(trajectory)
    found = at_once(lambda _: answer(lambda: actions.read_words(made, made.code, now=START)), times=8)
    assert sorted(found) == [LinkOver.__name__] * 7 + ["done"]
    assert HandoverStep.select().where(HandoverStep.step == Step.READ).count() == 1


def test_of_sixteen_wrong_codes_at_once_five_are_looked_at(trajectory):
    made = factories.sent_handover(trajectory)
    wrong = "000000" if made.code != "000000" else "111111"
    found = at_once(lambda _: answer(lambda: actions.read_words(made, wrong, now=START)), times=16)
    assert sorted(found) == ["LinkOver"] * 11 + ["WrongCode"] * 5


def test_two_workers_ask_and_tell_once(trajectory, clock):
    factories.sent_handover(trajectory)
    later = START + LINK_LIFETIME
    assert sorted(at_once(lambda _: actions.ask_coaches(now=later), times=4)) == [0, 0, 0, 1]
    assert sorted(at_once(lambda _: actions.tell_unread(now=later), times=4)) == [0, 0, 0, 1]
    assert queries.unread(later) == []
