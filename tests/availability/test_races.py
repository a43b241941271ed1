"""Twenty real processes running for one time: exactly one wins, the others hear that it is taken."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from portal.access import Role
from portal.availability.models import Block
from portal.config import Settings
from tests.availability.racing import Racers, Try, overlaps, racers
from tests.factories import TWENTE, account, bookable_coach

RUNNERS = 20
MINUTE = timedelta(minutes=1)
NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def runners(migrated: Settings, memory, request) -> Racers:
    """The same processes for every race: most of the time goes into starting them."""
    url = migrated.database_url
    if url.startswith("sqlite"):
        url = f"sqlite:///{memory / 'test.db'}"
    with racers(RUNNERS, url) as started:
        yield started


@pytest.fixture
def coaches(db, people) -> list[int]:
    """Ids of as many coaches as there are runners, each with a buffer of fifteen minutes after a talk."""
    return [bookable_coach(account(f"Coach{n}", Role.COACH), TWENTE, weekdays=()).id for n in range(RUNNERS)]


@pytest.fixture
def participants(db) -> list[int]:
    return [account(f"Noor{n}", Role.PARTICIPANT).id for n in range(RUNNERS)]


def race(runners: Racers, tries: list[Try]) -> Counter:
    outcomes = Counter(runners.race(tries))
    assert overlaps() == 0
    return outcomes


@pytest.mark.nasty(1, "the same start")
def test_one_slot_has_one_winner(runners, coaches, participants):
    for slot in range(5):
        starts_at = NINE + timedelta(days=slot)
        tries = [Try(coaches[0], participant, starts_at, 60) for participant in participants]
        assert race(runners, tries) == {"won": 1, "SlotTaken": RUNNERS - 1}
    assert Block.select().count() == 5


@pytest.mark.nasty(1, "a shifted start")
def test_starts_that_are_shifted_have_one_winner(runners, coaches, participants):
    """Every two of these overlap, if only by the buffer."""
    for slot in range(5):
        first = NINE + timedelta(days=slot)
        tries = [Try(coaches[0], who, first + 3 * n * MINUTE, 60) for n, who in enumerate(participants)]
        assert race(runners, tries) == {"won": 1, "SlotTaken": RUNNERS - 1}


@pytest.mark.nasty(1, "another kind of talk")
def test_talks_of_other_lengths_have_one_winner(runners, coaches, participants):
    for slot in range(5):
        first = NINE + timedelta(days=slot)
        tries = [Try(coaches[0], who, first + n % 3 * 5 * MINUTE, 15 + 5 * n) for n, who in enumerate(participants)]
        assert race(runners, tries) == {"won": 1, "SlotTaken": RUNNERS - 1}


def test_one_participant_wins_one_talk_of_twenty_coaches(runners, coaches, participants):
    for slot in range(5):
        starts_at = NINE + timedelta(days=slot)
        tries = [Try(coach, participants[0], starts_at + n * MINUTE, 60) for n, coach in enumerate(coaches)]
        assert race(runners, tries) == {"won": 1, "AlreadyBusy": RUNNERS - 1}


def test_everyone_with_another_wins(runners, coaches, participants):
    tries = [Try(coach, who, NINE, 60) for coach, who in zip(coaches, participants, strict=True)]
    assert race(runners, tries) == {"won": RUNNERS}


def test_a_crowd_gets_proper_answers_only(runners, coaches, participants):
    """Four coaches, five participants, starts everywhere: no overlap, no deadlock, no other error, nothing lost."""
    chance = Random(2026)
    won = 0
    for _ in range(15):
        tries = [
            Try(
                chance.choice(coaches[:4]),
                chance.choice(participants[:5]),
                NINE + chance.randrange(0, 24 * 60, 15) * MINUTE,
                chance.choice([30, 45, 60]),
            )
            for _ in range(RUNNERS)
        ]
        outcomes = race(runners, tries)
        assert set(outcomes) <= {"won", "SlotTaken", "AlreadyBusy"}
        won += outcomes["won"]
    assert Block.select().count() == won > RUNNERS
