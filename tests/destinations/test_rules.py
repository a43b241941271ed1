"""How long a place can be trusted, what it must tell, and for how long a backup is on duty."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.destinations import rules
from portal.destinations.rules import Duty, Facts, Freshness
from portal.programmes.codes import DestinationClass

TODAY = date(2026, 3, 2)
FACTS = Facts(name="Praktijk", destination_class=DestinationClass.TRAUMA, how_in="Bellen.")
DUTY = Duty(region="RA0205", name="Anja", phone="053 765 4321", first_day=TODAY, last_day=TODAY)


@pytest.mark.parametrize(
    ("checked_on", "today", "found"),
    [
        (None, TODAY, Freshness.NEVER),
        (TODAY, TODAY, Freshness.FRESH),
        (date(2025, 9, 3), TODAY, Freshness.FRESH),
        (date(2025, 9, 2), TODAY, Freshness.STALE),
        (date(2025, 8, 31), date(2026, 2, 27), Freshness.FRESH),
        (date(2025, 8, 31), date(2026, 2, 28), Freshness.STALE),
        (date(2025, 12, 15), date(2026, 6, 14), Freshness.FRESH),
        (date(2020, 1, 1), TODAY, Freshness.STALE),
    ],
)
def test_what_was_checked_is_good_for_six_months(checked_on, today, found):
    assert rules.freshness(checked_on, today) == found


@pytest.mark.parametrize("way", ["how_in", "phone", "website", "email"])
def test_one_way_in_is_enough(way):
    value = {"phone": "113", "website": "https://www.113.nl/"}.get(way, "iets")
    rules.check_facts(replace(FACTS, **{"how_in": "", way: value}))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"how_in": ""}, rules.NoWayIn),
        ({"phone": "vraag Anja"}, rules.NotAPhoneNumber),
        ({"phone": "1"}, rules.NotAPhoneNumber),
        ({"website": "www.example.org"}, rules.NotAWebsite),
        ({"website": "javascript:alert(1)"}, rules.NotAWebsite),
        ({"website": "https://"}, rules.NotAWebsite),
    ],
)
def test_facts_that_cannot_be_right(changes, error):
    with pytest.raises(error):
        rules.check_facts(replace(FACTS, **changes))


@pytest.mark.parametrize("number", ["113", "0800-0113", "088 330 5500", "+31 53 123 4567", "053/123 4567"])
def test_numbers_of_services_are_numbers_to_call(number):
    rules.check_phone(number)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"last_day": TODAY - timedelta(days=1)}, rules.EndsBeforeItBegins),
        ({"first_day": TODAY - timedelta(days=9), "last_day": TODAY - timedelta(days=1)}, rules.DutyIsOver),
        ({"last_day": TODAY + timedelta(days=367)}, rules.DutyTooLong),
        ({"phone": "bel maar"}, rules.NotAPhoneNumber),
    ],
)
def test_a_duty_that_cannot_be_right(changes, error):
    rules.check_duty(DUTY, TODAY)
    with pytest.raises(error):
        rules.check_duty(replace(DUTY, **changes), TODAY)
