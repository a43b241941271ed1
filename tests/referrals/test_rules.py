"""Three kinds of referral that never mix, and what each of them needs."""

from datetime import date, timedelta

import pytest

from portal.programmes.codes import DestinationClass
from portal.referrals import rules

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def test_a_coach_may_choose_every_kind_of_help_but_urgent():
    assert set(rules.DESTINATIONS) == set(DestinationClass) - {DestinationClass.URGENT}
    for chosen in rules.DESTINATIONS:
        rules.check_not_urgent(chosen)
    with pytest.raises(rules.NotUrgentHelp):
        rules.check_not_urgent(DestinationClass.URGENT)


def test_the_day_lies_between_the_enrolment_and_today():
    for day in (TODAY - 9 * DAY, TODAY):
        rules.check_day(day, enrolled_on=TODAY - 9 * DAY, today=TODAY)
    with pytest.raises(rules.StillToCome):
        rules.check_day(TODAY + DAY, enrolled_on=TODAY, today=TODAY)
    with pytest.raises(rules.BeforeEnrolment):
        rules.check_day(TODAY - DAY, enrolled_on=TODAY, today=TODAY)
