"""A made-up 2020 that gives every figure that was published (DOMAIN.md 8.4), and its acceptance tests."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from portal.counting import queries
from portal.counting.periods import Period
from portal.counting.rules import Count, Scope, broken_identities
from portal.programmes.codes import Branch, CoachWithdrawal, Continuation, DestinationClass, ReferralKind
from portal.referrals.rules import ReferralStatus
from portal.regions.models import Region
from tests.counting.rows import ECZ, Rows, at

PERIOD = Period(date(2020, 4, 15), date(2021, 1, 5))
SCOPE = Scope(ECZ, PERIOD, date(2021, 1, 5))
PUBLISHED = {
    "T01": 211,
    "T01b": 211,
    "T03": 188,
    "T04": 23,
    "T04a": 23,
    "T05": 41,
    "T06": 23,
    "T07": 18,
    "T08": 44,
    "T09": 2184,
    "T10": 78,
    "T11": 2106,
    "T12": 185,
    "T13": 697,
}


def made_up_2020() -> Rows:
    """23 people handed over without a talk, 188 with one to three talks; 18 of these handed over, 3 of them twice."""
    rows = Rows()
    regions = [code for (code,) in Region.select(Region.code).order_by(Region.code).tuples().execute()]
    branches = [None, *Branch]
    coaches = [
        rows.coach(
            withdrawn_on=date(2020, 10, 1) if number < 78 else None,
            withdrawn_reason=CoachWithdrawal.NO_TIME if number < 78 else None,
            continued_to=Continuation.STA_STERKER if 78 <= number < 775 else None,
            available_from=date(2020, 4, 15),
        )
        for number in range(2184)
    ]
    for number in range(211):
        moment = at(PERIOD.first_day + timedelta(days=number), hour=9)
        person = rows.enrol(
            moment,
            person=rows.person(),
            region=regions[number * 7 % 28],
            branch=branches[number % 12],
            themes=["stress", "balance"][: number % 3],
        )
        handovers = 1 if number < 41 else 0
        if number >= 23:
            supported(rows, person, moment, coaches[100 + (number - 23) % 185], talks=1 + number % 3)
            handovers += number < 26
        for _ in range(handovers):
            rows.refer(person, (moment + timedelta(days=14)).date(), status=ReferralStatus.ARRIVED)
        if number >= 181:
            rows.refer(
                person,
                (moment + timedelta(days=9)).date(),
                kind=ReferralKind.ADVICE,
                destination=DestinationClass.MEDICAL,
                status=ReferralStatus.GIVEN,
            )
    return rows


def supported(rows: Rows, person: int, moment, coach: int, talks: int) -> None:
    trajectory = rows.couple(person, coach, moment, contact_at=moment + timedelta(hours=20))
    for number in range(talks):
        rows.talk(trajectory, moment + timedelta(days=1 + number), coach=coach)


def counts(scope: Scope = SCOPE) -> dict[str, int]:
    return {id: figure.value for id, figure in queries.count(scope).items() if isinstance(figure, Count)}


@pytest.fixture
def in_2020(db) -> Iterator[Rows]:
    rows = made_up_2020()
    rows.store()
    return rows


def test_the_published_figures_of_2020(in_2020):
    counted = counts()
    assert {id: counted[id] for id in PUBLISHED} == PUBLISHED
    assert counted["T08b"] == 41 + 30
    assert broken_identities(queries.count(SCOPE)) == []
