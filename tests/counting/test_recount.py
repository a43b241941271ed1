"""SQL and a naive recount agree, whatever the rows: many people, several sign-ups each, moments around every border."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random
from statistics import median

import pytest

from portal.clock import local_day
from portal.coaches.rules import CoachStatus
from portal.counting import queries
from portal.counting.catalogue import DEFINITIONS
from portal.counting.figures import Count, Figure, Mean, Median, Score, Share, broken_identities, broken_totals
from portal.counting.periods import Period, end_of, midnight
from portal.counting.rules import By, Scope
from portal.enrolments.models import EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations.rules import STATEMENTS
from portal.programmes.codes import (
    Branch,
    CloseReason,
    Continuation,
    DestinationClass,
    Funding,
    Origin,
    ReferralKind,
    TalkKind,
    Theme,
)
from portal.referrals.rules import ReferralStatus
from portal.regions.queries import division
from portal.sessions.rules import SessionStatus
from tests.counting.recount import Recount
from tests.counting.rows import ECZ, SIJW, Rows

REGIONS = ["RA0205", "RA0614", "RA0818", "RA0717", None]
# Over a change of the clock each; the reference date before, in and after the period.
SCOPES = [
    Scope(ECZ, Period(date(2025, 3, 29), date(2025, 6, 30)), date(2025, 6, 30)),
    Scope(ECZ, Period(date(2025, 3, 29), date(2025, 6, 30)), date(2025, 5, 1)),
    Scope(SIJW, Period(date(2025, 1, 1), date(2025, 12, 31)), date(2025, 10, 26)),
    Scope(SIJW, Period(date(2025, 3, 30), date(2025, 3, 30)), date(2025, 9, 1)),
    Scope(ECZ, Period(date(2025, 10, 1), date(2025, 10, 31)), date(2025, 9, 15)),
]
BORDERS = sorted(
    {
        border
        for scope in SCOPES
        for border in (
            midnight(scope.period.first_day),
            end_of(scope.period.last_day),
            end_of(scope.reference_date),
            scope.mature_before,
        )
    }
)


def random_rows(chance: Random) -> Rows:
    rows = Rows()
    coaches = [_coach(rows, chance) for _ in range(25)]
    people = [None, *(rows.person() for _ in range(25))]
    for _ in range(90):
        enrolled_at = _moment(chance)
        enrolment = rows.enrol(
            enrolled_at,
            programme=chance.choice([ECZ, SIJW]),
            person=chance.choice(people),
            region=chance.choice(REGIONS),
            branch=chance.choice([None, *Branch]),
            origin=chance.choice(list(Origin)),
            became=_story(chance, enrolled_at),
            themes=chance.sample(list(Theme), chance.randrange(3)),
            close_reason=chance.choice([None, *CloseReason]),
        )
        for _ in range(chance.choice([0, 1, 1, 2])):
            _refer(rows, chance, enrolment)
        if chance.random() < 0.8:
            _couple(rows, chance, enrolment, chance.choice(coaches))
    return rows


def _coach(rows: Rows, chance: Random) -> int:
    days = [border.date() for border in BORDERS]
    return rows.coach(
        available_from=chance.choice([None, date(2024, 1, 1), *days]),
        withdrawn_on=chance.choice([*[None] * 9, date(2024, 6, 1), *days]),
        blocked_on=chance.choice([*[None] * 16, *days]),
        continued_to=chance.choice([None, *Continuation]),
        programmes=chance.choice([[ECZ], [SIJW], [ECZ, SIJW], []]),
        status=chance.choice(list(CoachStatus)),
    )


def _moment(chance: Random) -> datetime:
    """Around a border as often as anywhere in the year."""
    if chance.random() < 0.5:
        return chance.choice(BORDERS) + chance.choice([-1, 0, 1]) * timedelta(microseconds=1)
    return midnight(date(2025, 1, 1)) + chance.random() * timedelta(days=365)


def _story(chance: Random, since: datetime) -> list[tuple[EnrolmentStatus, datetime]]:
    moments = sorted(moment for moment in (_moment(chance) for _ in range(chance.randrange(3))) if moment > since)
    return [(chance.choice(list(EnrolmentStatus)[1:]), moment) for moment in dict.fromkeys(moments)]


def _refer(rows: Rows, chance: Random, enrolment: int) -> None:
    kind = chance.choice([*[ReferralKind.WARM_HANDOVER] * 3, *ReferralKind])
    status = chance.choice([status for status in ReferralStatus if status != ReferralStatus.WITHDRAWN])
    proposed_on, sent_on, settled_on = sorted(local_day(_moment(chance)) for _ in range(3))
    rows.refer(
        enrolment,
        proposed_on,
        sent_on=chance.choice([None, sent_on]),
        settled_on=chance.choice([None, settled_on]),
        kind=kind,
        destination=chance.choice([DestinationClass.TRAUMA, DestinationClass.TRAUMA, *DestinationClass]),
        status=status,
        consent=status != ReferralStatus.PROPOSED,
    )


def _couple(rows: Rows, chance: Random, enrolment: int, coach: int) -> None:
    matched_at = _moment(chance)
    trajectory = rows.couple(
        enrolment,
        coach,
        matched_at,
        contact_at=chance.choice([None, matched_at + chance.random() * timedelta(days=5)]),
        closed_at=chance.choice([None, _moment(chance)]),
        close_reason=chance.choice([None, *CloseReason]),
    )
    for _ in range(chance.randrange(3)):
        rows.talk(
            trajectory,
            _moment(chance),
            coach=coach,
            status=chance.choice([*[SessionStatus.HELD] * 6, *SessionStatus]),
            kind=chance.choice([TalkKind.TALK, *TalkKind]),
            funding=chance.choice(list(Funding)),
        )
    _evaluate(rows, chance, trajectory)


def _evaluate(rows: Rows, chance: Random, trajectory: int) -> None:
    programme = chance.choice([ECZ, SIJW])
    month, region = date(2025, chance.randrange(1, 13), 1), chance.choice(REGIONS)
    rows.invite(trajectory, month, answered=chance.random() < 0.5, region=region, programme=programme)
    agreements = [f"{code}:{chance.choice([1, 2, 3, 4, 5, 'na'])}" for code in STATEMENTS[programme]]
    rows.answer(
        month,
        region=region,
        programme=programme,
        coach_grade=chance.choice([None, chance.randint(1, 10)]),
        trajectory_grade=chance.choice([None, chance.randint(1, 10)]),
        recommend=chance.choice([None, chance.randint(0, 10)]),
        answers=";".join(agreements[: chance.randrange(3)]),
    )


def simply(figure: Figure) -> object:
    """A figure as plain numbers."""
    match figure:
        case Count(value):
            return value
        case Mean(total, n):
            return total, n
        case Median():
            return figure.value
        case Share(numerator, denominator):
            return numerator, denominator
    raise AssertionError(figure)


def expected(recount: Recount) -> dict[str, object]:
    """The whole, as `simply` gives it: what was counted by hand, under the ids of the portal."""
    counted: dict[str, int] = defaultdict(int, recount.coaches())
    journeys = recount.journeys()
    for found in (recount.people(), journeys, recount.offer(), recount.contacts(), recount.evaluations()):
        for counter, rows in found.items():
            counted[counter] = len(rows)
    shares = {"I03": ("I02", "I01"), "I05": ("I05", "I05.of"), "E04": ("E04.net", "E04.of")}
    counted["E04.net"] = counted["E04.for"] - counted["E04.against"]
    shares |= {id: (id, f"{id}.of") for id in ("T14", "T16", "E01", "E02", "E02b", "C01")}
    shares |= {f"E03.{s}": (f"E03.{s}", f"E03.{s}.of") for s in STATEMENTS[recount.scope.programme]}
    return {
        **{id: value for id, value in counted.items() if ".of" not in id},
        **{id: (counted[part], counted[whole]) for id, (part, whole) in shares.items()},
        "T14.median_hours": recount.hours(),
        **durations(journeys),
    }


def durations(journeys: dict[str, list[dict]]) -> dict[str, float | None]:
    """The middle, and the first time within which nine in ten are done."""
    found: dict[str, float | None] = {}
    for id, unit in (("F02", "hours"), ("F03", "days"), ("F04", "days")):
        times = sorted(row["took"] for row in journeys.get(id, []) if row["took"] is not None)
        found[f"{id}.median_{unit}"] = median(times) if times else None
        within = [time for time in times if 10 * sum(other <= time for other in times) >= 9 * len(times)]
        found[f"{id}.p90_{unit}"] = within[0] if within else None
    return found


@pytest.mark.parametrize("seed", range(3))
def test_counting_by_sql_equals_counting_by_hand(db, seed):
    rows = random_rows(Random(seed))
    rows.store()
    for scope in SCOPES:
        figures = queries.count(scope)
        by_hand = expected(Recount(rows, scope))
        assert {id: simply(figure) for id, figure in figures.items()} == {id: by_hand.get(id, 0) for id in figures}
        assert broken_identities(figures) == []


@pytest.mark.parametrize("by", [by for by in By if by != By.DESTINATION])
def test_every_group_by_sql_equals_counting_by_hand(db, by):
    rows = random_rows(Random(by))
    rows.store()
    employers = {code: employer.slug for code, employer in division(13).items()}
    themes = defaultdict(list)
    for row in rows[EnrolmentTheme]:
        themes[row["enrolment"]].append(row["theme"])
    keys = {
        By.REGION: lambda row: [row["region"] or ""],
        By.EMPLOYER_ORG: lambda row: [employers.get(row["region"], "")],
        By.BRANCH: lambda row: [row["branch"] or ""],
        By.MONTH: lambda row: [f"{local_day(row['moment']):%Y-%m}"],
        By.THEME: lambda row: themes[row["id"]] or [""],
        By.ORIGIN: lambda row: [row["origin"]],
    }
    for scope in SCOPES:
        groups = queries.count_by(scope, by, division=13)
        by_hand = Recount(rows, scope).by(keys[by])
        assert set(by_hand) <= set(groups)
        for key, figures in groups.items():
            counts = {id: figure.value for id, figure in figures.items() if isinstance(figure, Count)}
            assert counts == {id: by_hand[key][id] for id in counts}, key
            assert figures["T14"] == Share(by_hand[key]["T14"], by_hand[key]["T14.of"])
            assert figures["T16"] == Share(by_hand[key]["T16"], by_hand[key]["T16.of"])
            assert broken_identities(figures) == []
        if by != By.THEME:
            assert broken_totals(queries.count(scope), groups.values()) == []


def test_groups_of_evaluations_equal_counting_by_hand(db):
    rows = random_rows(Random(12))
    rows.store()
    scope = SCOPES[2]
    found = Recount(rows, scope).evaluations()
    for key, figures in queries.count_by(scope, By.REGION, division=12).items():
        own = {id: sum((row["region"] or "") == key for row in answers) for id, answers in found.items()}
        assert figures["E01"] == Share(own["E01"], own["E01.of"])
        assert figures["E02"] == Mean(own["E02"], own["E02.of"])
        assert figures["E04"] == Score(own["E04.for"] - own["E04.against"], own["E04.of"])


def test_destinations_equal_counting_by_hand(db):
    rows = random_rows(Random(5))
    rows.store()
    for scope in SCOPES:
        recount = Recount(rows, scope)
        for key, figures in queries.count_by(scope, By.DESTINATION, division=12).items():
            people = [[row["id"] for row in own] for own in recount.persons()]
            seen = [
                ids
                for ids in people
                if any(r["destination_class"] == key for i in ids for r in recount.seen_referrals(i))
            ]
            handed = [sum(len(recount.handovers(i, "trauma")) for i in ids) if key == "trauma" else 0 for ids in seen]
            assert figures["T08b"] == Count(len(seen))
            assert figures["T08"] == Count(sum(handed))
            assert figures["T05"] == Count(sum(map(bool, handed)))
            assert broken_identities(figures) == []


def test_the_rows_are_varied_enough_to_prove_something():
    seen = {
        id
        for seed in range(3)
        for scope in SCOPES
        for id, value in expected(Recount(random_rows(Random(seed)), scope)).items()
        if value not in (0, None, (0, 0))
    }
    assert {id for id in DEFINITIONS if DEFINITIONS[id].has_whole} <= seen
