"""Three kinds of referral that never mix, and what each of them needs."""

from datetime import date, timedelta

import pytest

from portal.programmes.codes import DestinationClass, ReferralKind
from portal.referrals import rules
from portal.referrals.rules import ConsentGiven, ReferralStatus

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
OTHERS = [ReferralKind.ADVICE, ReferralKind.URGENT]


def test_a_warm_handover_needs_consent():
    rules.check_consent(ReferralKind.WARM_HANDOVER, ConsentGiven.YES)
    with pytest.raises(rules.ConsentMissing):
        rules.check_consent(ReferralKind.WARM_HANDOVER, ConsentGiven.NO)


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("given", ConsentGiven)
def test_nothing_else_needs_consent(kind, given):
    rules.check_consent(kind, given)


@pytest.mark.parametrize("kind", [ReferralKind.ADVICE, ReferralKind.WARM_HANDOVER])
def test_advice_and_handover_say_what_kind_of_help_it_is(kind):
    for chosen in rules.DESTINATIONS:
        assert rules.destination(kind, chosen) == chosen
    with pytest.raises(rules.DestinationMissing):
        rules.destination(kind, None)
    with pytest.raises(rules.NotUrgentHelp):
        rules.destination(kind, DestinationClass.URGENT)


@pytest.mark.parametrize("chosen", [None, *DestinationClass])
def test_of_urgent_help_is_kept_only_that_it_was_urgent(chosen):
    assert rules.destination(ReferralKind.URGENT, chosen) == DestinationClass.URGENT


def test_a_coach_may_choose_every_kind_of_help_but_urgent():
    assert set(rules.DESTINATIONS) == set(DestinationClass) - {DestinationClass.URGENT}


def test_only_a_handover_is_sent():
    assert rules.status_of(ReferralKind.WARM_HANDOVER) == ReferralStatus.SENT
    assert {rules.status_of(kind) for kind in OTHERS} == {ReferralStatus.GIVEN}


def test_the_day_lies_between_the_enrolment_and_today():
    for day in (TODAY - 9 * DAY, TODAY):
        rules.check_day(day, enrolled_on=TODAY - 9 * DAY, today=TODAY)
    with pytest.raises(rules.StillToCome):
        rules.check_day(TODAY + DAY, enrolled_on=TODAY, today=TODAY)
    with pytest.raises(rules.BeforeEnrolment):
        rules.check_day(TODAY - DAY, enrolled_on=TODAY, today=TODAY)
