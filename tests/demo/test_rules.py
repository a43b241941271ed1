"""Who the made-up people are: the same ones every time, of every kind."""

from collections import Counter

import pytest

from portal.accounts.rules import check_address
from portal.coaches.rules import CoachStatus
from portal.demo import rules
from portal.demo.queries import CAST
from portal.programmes.codes import ProgrammeCode

REGIONS = [rules.TWENTE, rules.ZUID_LIMBURG, "RA0101", "RA0919"]


def test_participants_are_the_same_every_time():
    assert rules.participants(REGIONS, 50) == rules.participants(REGIONS, 50)
    assert rules.participants(REGIONS, 20) == rules.participants(REGIONS, 50)[:20]


def test_three_hundred_participants_go_every_way_in_both_programmes_and_every_region():
    people = rules.participants(REGIONS, rules.PARTICIPANTS)
    assert len({person.email for person in people}) == rules.PARTICIPANTS
    assert {person.path for person in people} == set(rules.PATHS)
    assert {person.programme for person in people} == set(ProgrammeCode)
    assert set(Counter(person.region for person in people)) == set(REGIONS)
    assert max(person.days_ago for person in people) <= 92


def test_who_has_not_confirmed_still_can():
    """After seven days an unconfirmed sign-up is erased."""
    people = rules.participants(REGIONS, rules.PARTICIPANTS)
    assert all(person.days_ago < 7 for person in people if person.path == "unconfirmed")


@pytest.mark.parametrize("person", [*rules.participants(REGIONS, 100), rules.noor(), *CAST], ids=lambda p: p.email)
def test_every_address_is_one_that_nobody_has(person):
    assert check_address(person.email).endswith("@example.org")


def test_coaches_are_of_every_kind_and_most_are_there():
    statuses = Counter(rules.coach_status(number) for number in range(rules.COACHES - 2))
    assert set(statuses) == set(CoachStatus)
    assert statuses[CoachStatus.AVAILABLE] > 45
