"""A made-up 2020 that gives every figure that was published, and its acceptance tests."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.coaches.models import Coach
from portal.counting import queries
from portal.counting.catalogue import DEFINITIONS
from portal.counting.definitions import figures, tally
from portal.counting.figures import Count, broken_identities, broken_totals
from portal.counting.periods import Period
from portal.counting.rules import By, Scope, SignedUp
from portal.enrolments.models import Enrolment
from portal.programmes.codes import (
    PFZW_9,
    SEOR_9,
    Branch,
    CoachWithdrawal,
    Continuation,
    DestinationClass,
    Mode,
    ReferralKind,
)
from portal.referrals.rules import ReferralStatus
from portal.regions.models import Region
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy
from tests.counting.rows import ECZ, SIJW, Rows, at

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


def test_the_figures_of_2020_stay_as_they_are(in_2020):
    """A talk, a withdrawal and a sign-up after the reference date change nothing; nor does erasing a person."""
    before = counts()
    later = Rows(first_number=5_000_000)
    coach = later.coach(available_from=date(2021, 1, 6))
    newcomer = later.enrol(at("2021-01-06", 0))
    later.talk(later.couple(newcomer, coach, at("2021-01-06", 9)), at("2021-01-07"), coach=coach)
    later.store()
    without_talk = in_2020[Enrolment][0]
    trajectory = Trajectory.create(
        public_id="late",
        enrolment=without_talk["id"],
        coach=coach,
        programme=ECZ,
        chosen_by=ChosenBy.DESK,
        matched_at=at("2021-01-06", 9),
        contact_due_at=at("2021-01-07", 9),
    )
    Session.create(
        public_id="late",
        trajectory=trajectory,
        coach=coach,
        mode=Mode.PHONE,
        starts_at=at("2021-01-06", 0),
        minutes=60,
        status=SessionStatus.HELD,
        booked_at=at("2021-01-06", 9),
    )
    Coach.update(withdrawn_on=date(2021, 1, 6)).where(Coach.id == in_2020[Coach][-1]["id"]).execute()
    Enrolment.update(participant=None).where(Enrolment.id.in_([row["id"] for row in in_2020[Enrolment][::5]])).execute()
    assert counts() == before


def test_parts_of_2020_are_the_whole_in_every_division_and_grouping(in_2020):
    whole = queries.count(SCOPE)
    for by, division in [
        (By.REGION, 12),
        (By.BRANCH, 12),
        (By.MONTH, 12),
        *((By.EMPLOYER_ORG, n) for n in (14, 13, 12)),
    ]:
        groups = queries.count_by(SCOPE, by, division=division)
        assert broken_totals(whole, groups.values()) == []
        assert sum(group["T05"].value for group in groups.values()) == 41
        assert not any(broken_identities(group) for group in groups.values())


def test_88_percent_of_43835_enter(db):
    """By the same arithmetic as on any page: 38,575 of 43,835 is 88.0%."""
    entered = SignedUp.referred_person(supported=True, handovers=0)
    definitions = [DEFINITIONS[id] for id in ("I01", "I02", "I03")]
    facts = [(replace(entered, entered=True), 38_575), (entered, 43_835 - 38_575)]
    counted = figures(tally(facts, definitions), definitions, SIJW)
    assert (counted["I01"], counted["I02"]) == (Count(43_835), Count(38_575))
    assert f"{counted['I03'].value:.3f}" == "0.880"


@pytest.mark.parametrize("grouping", [SEOR_9, PFZW_9], ids=lambda grouping: grouping.name)
def test_branches_of_2020_in_both_published_groupings(in_2020, grouping):
    own = queries.count_by(SCOPE, By.BRANCH)
    groups = queries.count_by(SCOPE, By.BRANCH, grouping=grouping)
    assert [key for key in groups if key] == [row.value for row in grouping.rows]
    assert len(grouping.rows) == 9
    assert broken_totals(queries.count(SCOPE), groups.values()) == []
    for row in grouping.rows:
        counted_in = [branch for branch, larger in grouping.row_of.items() if larger == row]
        assert groups[row]["T01"].value == sum(own[branch]["T01"].value for branch in counted_in)
