"""What counts and what does not, row by row; and that groups, queries and days behave."""

from datetime import date, timedelta

import pytest

from portal.access import Role
from portal.counting import queries
from portal.counting.figures import Count, Figure, Mean, Median, Share
from portal.counting.periods import Period
from portal.counting.rules import Activity, By, Journey, Offered, Scope, SignedUp
from portal.db import database
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.programmes.codes import CloseReason, DestinationClass, ReferralKind, TalkKind
from portal.referrals.rules import ReferralStatus
from portal.regions.queries import division
from portal.sessions import actions as sessions
from portal.sessions.rules import SessionStatus
from portal.trajectories import actions as trajectories
from tests import factories
from tests.conftest import START
from tests.counting.rows import ECZ, SIJW, Rows, at
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("db")
SUMMER = Period(date(2025, 7, 1), date(2025, 7, 31))
WINTER = Period(date(2025, 1, 1), date(2025, 1, 31))


def count(rows: Rows, period: Period = SUMMER, reference_date: date | None = None, programme=ECZ) -> dict[str, Figure]:
    rows.store()
    return queries.count(Scope(programme, period, reference_date or period.last_day))


def values(figures: dict[str, Figure], *ids: str) -> tuple[object, ...]:
    return tuple(figures[id].value for id in ids)


# -- days


@pytest.mark.parametrize(
    ("period", "first", "last"), [(SUMMER, "2025-07-01", "2025-07-31"), (WINTER, "2025-01-01", "2025-01-31")]
)
def test_sign_ups_at_both_midnights(period, first, last):
    rows = Rows()
    begins, ends = at(first, 0), at(last, 0) + timedelta(days=1)
    just = timedelta(microseconds=1)
    for moment in (begins - just, begins, ends - just, ends):
        rows.enrol(moment)
    assert values(count(rows, period), "T01") == (2,)


@pytest.mark.parametrize("day", [date(2025, 7, 15), date(2025, 1, 15), date(2025, 3, 30), date(2025, 10, 26)])
def test_a_talk_counts_up_to_the_end_of_the_reference_date(day):
    rows = Rows()
    coach = rows.coach()
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    for moment in (at(day, 23, 59), at(day + timedelta(days=1), 0)):
        trajectory = rows.couple(rows.enrol(at("2025-01-02")), coach, at("2025-01-02", 13))
        rows.talk(trajectory, moment, coach=coach)
    assert values(count(rows, period, day), "T03", "A01", "I02") == (1, 1, 1)


def test_the_month_of_a_moment_is_the_dutch_one():
    rows = Rows()
    for moment in (at("2025-03-31", 23, 59), at("2025-04-01", 0), at("2025-10-31", 23, 59), at("2025-11-01", 0)):
        rows.enrol(moment)
    rows.store()
    scope = Scope(ECZ, Period(date(2025, 3, 15), date(2025, 11, 2)), date(2025, 12, 31))
    groups = queries.count_by(scope, By.MONTH)
    assert {month: group["T01"].value for month, group in groups.items()} == {
        "2025-03": 1,
        "2025-04": 1,
        **{f"2025-{month:02}": 0 for month in range(5, 10)},
        "2025-10": 1,
        "2025-11": 1,
    }


# -- people


def test_a_person_who_signs_up_twice_is_one_person():
    rows = Rows()
    coach = rows.coach()
    person = rows.person()
    rows.enrol(at("2025-07-02"), person=person, region=TWENTE, became=[(EnrolmentStatus.STOPPED, at("2025-07-05"))])
    second = rows.enrol(at("2025-07-10"), person=person, region=ZUID_LIMBURG)
    rows.talk(rows.couple(second, coach, at("2025-07-11")), at("2025-07-12"), coach=coach)
    figures = count(rows)
    assert values(figures, "T01", "T01b", "T02", "T03", "T04") == (1, 2, 1, 1, 0)
    groups = queries.count_by(Scope(ECZ, SUMMER, SUMMER.last_day), By.REGION)
    assert (groups[TWENTE]["T01"], groups[TWENTE]["T03"]) == (Count(1), Count(1))
    assert (groups[ZUID_LIMBURG]["T01"], groups[ZUID_LIMBURG]["T01b"]) == (Count(0), Count(1))


def test_sign_ups_without_an_account_are_people_of_their_own():
    rows = Rows()
    rows.enrol(at("2025-07-02"))
    rows.enrol(at("2025-07-02"))
    assert values(count(rows), "T01") == (2,)


def test_unconfirmed_and_double_sign_ups_never_count():
    rows = Rows()
    coach = rows.coach()
    double = rows.enrol(at("2025-07-02"), became=[(EnrolmentStatus.DUPLICATE, at("2025-07-03"))])
    trajectory = rows.couple(double, coach, at("2025-07-02", 13), closed_at=at("2025-07-20"))
    rows.talk(trajectory, at("2025-07-04"), coach=coach)
    rows.enrolment(rows.enrol(at("2025-07-05")))["enrolled_at"] = None
    figures = count(rows)
    assert {id for id, figure in figures.items() if isinstance(figure, Count) and figure.value} == {"T09", "T11"}
    assert figures["T14"] == Share(0, 0)


def test_a_double_that_is_found_later_still_counts_on_an_earlier_day():
    rows = Rows()
    rows.enrol(at("2025-07-02"), became=[(EnrolmentStatus.DUPLICATE, at("2025-08-03"))])
    assert values(count(rows), "T01", "T02") == (1, 1)


def test_how_things_stand_is_judged_on_the_reference_date():
    rows = Rows()
    rows.enrol(
        at("2025-07-02"),
        became=[(EnrolmentStatus.WAITING, at("2025-07-04")), (EnrolmentStatus.WITHDRAWN, at("2025-08-10"))],
    )
    rows.store()
    by_day = [
        queries.count(Scope(ECZ, SUMMER, day)) for day in (date(2025, 7, 31), date(2025, 8, 9), date(2025, 8, 10))
    ]
    assert [values(figures, "T02", "T04b", "T04e", "I04", "I06") for figures in by_day] == [
        (1, 0, 1, 1, 0),
        (1, 0, 1, 1, 0),
        (0, 1, 0, 0, 1),
    ]


@pytest.mark.parametrize(
    ("kind", "status", "supported", "entered"),
    [
        (TalkKind.TALK, SessionStatus.HELD, 1, 1),
        (TalkKind.INTRO, SessionStatus.HELD, 1, 1),
        (TalkKind.WORKSHOP, SessionStatus.HELD, 0, 1),
        (TalkKind.TEST, SessionStatus.HELD, 0, 0),
        *((TalkKind.TALK, status, 0, 0) for status in SessionStatus if status != SessionStatus.HELD),
    ],
)
def test_only_a_held_talk_supports(kind, status, supported, entered):
    rows = Rows()
    coach = rows.coach()
    trajectory = rows.couple(rows.enrol(at("2025-07-02")), coach, at("2025-07-02", 13))
    rows.talk(trajectory, at("2025-07-04"), coach=coach, kind=kind, status=status)
    assert values(count(rows), "T03", "I02", "T12") == (supported, entered, supported)


def test_another_programme_does_not_count():
    rows = Rows()
    coach = rows.coach(programmes=[ECZ])
    trajectory = rows.couple(rows.enrol(at("2025-07-02"), programme=SIJW), coach, at("2025-07-02", 13))
    rows.talk(trajectory, at("2025-07-04"), coach=coach)
    assert values(count(rows), "T01", "T03", "A01", "T09", "T12") == (0, 0, 0, 1, 0)
    assert values(queries.count(Scope(SIJW, SUMMER, SUMMER.last_day)), "T01", "T03", "A01", "T09") == (1, 1, 1, 0)


# -- referrals


@pytest.mark.parametrize(
    ("referral", "handed_over", "referred"),
    [
        ({}, 1, 1),
        ({"status": ReferralStatus.ARRIVED}, 1, 1),
        ({"status": ReferralStatus.CONSENTED}, 0, 1),
        ({"status": ReferralStatus.NOT_ARRIVED}, 0, 1),
        ({"status": ReferralStatus.WITHDRAWN, "consent": False}, 0, 1),
        ({"destination": DestinationClass.MEDICAL}, 0, 1),
        ({"kind": ReferralKind.ADVICE, "status": ReferralStatus.GIVEN}, 0, 1),
        ({"kind": ReferralKind.ADVICE, "status": ReferralStatus.SENT}, 0, 1),
        ({"kind": ReferralKind.URGENT, "status": ReferralStatus.SENT}, 0, 1),
    ],
)
def test_only_a_handover_for_trauma_care_with_consent_that_was_sent_counts(referral, handed_over, referred):
    rows = Rows()
    rows.refer(rows.enrol(at("2025-07-02")), date(2025, 7, 31), **referral)
    assert values(count(rows), "T05", "T08", "T06", "T08b") == (handed_over, handed_over, handed_over, referred)


@pytest.mark.parametrize(
    ("changes", "handed_over"),
    [
        ({"sent_on": date(2025, 7, 31)}, 1),
        ({"sent_on": date(2025, 8, 1)}, 0),
        ({"sent_on": None}, 1),
        ({"status": ReferralStatus.NOT_ARRIVED, "settled_on": date(2025, 7, 31)}, 0),
        ({"status": ReferralStatus.NOT_ARRIVED, "settled_on": date(2025, 8, 1)}, 1),
        ({"status": ReferralStatus.ARRIVED, "settled_on": date(2025, 8, 1)}, 1),
    ],
)
def test_a_handover_counts_from_the_day_it_was_sent_until_it_turns_out_not_to_have_arrived(changes, handed_over):
    """What happens to it after the reference date changes nothing about that day."""
    rows = Rows()
    rows.refer(rows.enrol(at("2025-07-02")), date(2025, 7, 10), **{"sent_on": date(2025, 7, 20), **changes})
    assert values(count(rows), "T05", "T08", "T08b") == (handed_over, handed_over, 1)


def test_a_second_handover_is_an_event_and_not_a_person():
    rows = Rows()
    enrolment = rows.enrol(at("2025-07-02"))
    rows.refer(enrolment, date(2025, 7, 10))
    rows.refer(enrolment, date(2025, 7, 20))
    rows.refer(enrolment, date(2025, 8, 1))
    assert values(count(rows), "T05", "T08", "T04a") == (1, 2, 1)


def test_a_handover_to_other_help_explains_why_somebody_was_not_supported():
    rows = Rows()
    enrolment = rows.enrol(at("2025-07-02"), became=[(EnrolmentStatus.WITHDRAWN, at("2025-07-09"))])
    rows.refer(enrolment, date(2025, 7, 10), destination=DestinationClass.WORK)
    assert values(count(rows), "T04a", "T04b", "T05") == (1, 0, 0)


def test_referrals_by_destination():
    rows = Rows()
    enrolment = rows.enrol(at("2025-07-02"))
    for destination in (DestinationClass.TRAUMA, DestinationClass.TRAUMA, DestinationClass.MEDICAL):
        rows.refer(enrolment, date(2025, 7, 10), destination=destination)
    rows.store()
    groups = queries.count_by(Scope(ECZ, SUMMER, SUMMER.last_day), By.DESTINATION)
    assert list(groups) == [destination.value for destination in DestinationClass]
    assert values(groups["trauma"], "T05", "T06", "T07", "T08", "T08b") == (1, 1, 0, 2, 1)
    assert values(groups["medical"], "T05", "T08", "T08b") == (0, 0, 1)
    assert values(groups["life"], "T08b") == (0,)


# -- coupling, closing, talks


def test_quick_contact_and_the_middle_of_the_hours():
    rows = Rows()
    coach = rows.coach()
    for hours in (2, 20, 200, None):
        enrolment = rows.enrol(at("2025-07-01"))
        contact_at = at("2025-07-01", 14) + timedelta(hours=hours) if hours else None
        rows.couple(enrolment, coach, at("2025-07-01", 14), contact_at=contact_at)
    figures = count(rows)
    assert figures["T14"] == Share(2, 4)
    assert figures["T14.median_hours"] == Median((4.0, 22.0, 202.0))


def test_trajectories_closed_by_reason():
    rows = Rows()
    coach = rows.coach()
    for closed_at, reason in (
        (at("2025-07-01", 0), "goal_reached"),
        (at("2025-07-31", 23, 59), "ill"),
        (at("2025-08-01", 0), "ill"),
        (None, None),
    ):
        enrolment = rows.enrol(at("2025-06-01"))
        rows.couple(enrolment, coach, at("2025-06-02"), closed_at=closed_at, close_reason=reason)
    figures = count(rows, reference_date=date(2025, 12, 31))
    assert values(figures, "T15", "T15.goal_reached", "T15.ill") == (2, 1, 1)


def test_who_did_not_show_up():
    rows = Rows()
    coach = rows.coach()
    trajectory = rows.couple(rows.enrol(at("2025-06-02")), coach, at("2025-06-02"))
    for day, status in enumerate(SessionStatus, start=1):
        rows.talk(trajectory, at(f"2025-07-{day:02}"), coach=coach, status=status)
    assert count(rows)["T16"] == Share(1, 2)


# -- coaches


@pytest.mark.parametrize(
    ("coach", "offered", "withdrew", "stayed"),
    [
        ({}, 1, 0, 1),
        ({"available_from": date(2025, 7, 31)}, 1, 0, 1),
        ({"available_from": date(2025, 8, 1)}, 0, 0, 0),
        ({"available_from": None}, 0, 0, 0),
        ({"withdrawn_on": date(2025, 6, 30)}, 0, 0, 0),
        ({"withdrawn_on": date(2025, 7, 1)}, 1, 1, 0),
        ({"withdrawn_on": date(2025, 9, 30)}, 1, 1, 0),
        ({"withdrawn_on": date(2025, 10, 1)}, 1, 0, 1),
        ({"blocked_on": date(2025, 9, 30)}, 1, 0, 0),
        ({"blocked_on": date(2025, 10, 1)}, 1, 0, 1),
        ({"withdrawn_on": date(2025, 7, 1), "blocked_on": date(2025, 7, 2)}, 1, 1, 0),
    ],
)
def test_which_coaches_offered_themselves_and_stayed(coach, offered, withdrew, stayed):
    rows = Rows()
    rows.coach(**coach)
    figures = count(rows, reference_date=date(2025, 9, 30))
    assert values(figures, "T09", "T10", "T11") == (offered, withdrew, stayed)


def test_coaches_become_available_up_to_a_reference_date_in_the_period():
    rows = Rows()
    rows.coach(available_from=date(2025, 7, 20))
    assert values(count(rows, reference_date=date(2025, 7, 19)), "T09") == (0,)


@pytest.mark.parametrize(("continued_to", "went_on"), [("sta_sterker", 1), ("sijw", 0), (None, 0)])
def test_only_the_next_programme_is_going_on(continued_to, went_on):
    rows = Rows()
    rows.coach(continued_to=continued_to)
    assert values(count(rows), "T13") == (went_on,)
    assert values(queries.count(Scope(SIJW, SUMMER, SUMMER.last_day)), "T13") == (0,)


# -- evaluations


def test_evaluations_count_in_the_month_of_closing():
    rows = Rows()
    coach = rows.coach()
    for month, answered in ((6, True), (7, True), (7, False), (8, True)):
        trajectory = rows.couple(rows.enrol(at("2025-05-01")), coach, at("2025-05-02"))
        rows.invite(trajectory, date(2025, month, 1), answered=answered)
    rows.answer(date(2025, 6, 1), trajectory_grade=1)
    rows.answer(date(2025, 7, 1), trajectory_grade=9, coach_grade=None, answers="enough_grip:na;feel_better:3")
    figures = count(rows)
    assert figures["E01"] == Share(1, 2)
    assert (figures["E02"], figures["E02b"]) == (Mean(9, 1), Mean(0, 0))
    assert (figures["E03.enough_grip"], figures["E03.feel_better"]) == (Share(0, 0), Share(0, 1))


# -- groups


@pytest.mark.parametrize(("number", "one"), [(14, False), (13, True), (12, True)])
def test_when_employer_organisations_merge_regions_and_country_stay_as_they_were(number, one):
    """Leiden and The Hague came under one organisation in 2021."""
    rows = Rows()
    for region in ("RA0818", "RA1020", None):
        rows.enrol(at("2025-07-02"), region=region)
    rows.store()
    scope = Scope(ECZ, SUMMER, SUMMER.last_day)
    groups = queries.count_by(scope, By.EMPLOYER_ORG, division=number)
    assert len(groups) == number + 1
    employers = {code: employer.slug for code, employer in division(number).items()}
    assert (employers["RA0818"] == employers["RA1020"]) == one
    assert groups[employers["RA0818"]]["T01"] == Count(2 if one else 1)
    assert sum(group["T01"].value for group in groups.values()) == 3
    assert queries.count_by(scope, By.REGION, division=number)["RA0818"]["T01"] == Count(1)


def test_themes_may_overlap():
    rows = Rows()
    rows.enrol(at("2025-07-02"), themes=["stress", "role"])
    rows.enrol(at("2025-07-02"))
    rows.store()
    groups = queries.count_by(Scope(ECZ, SUMMER, SUMMER.last_day), By.THEME)
    assert {theme for theme, group in groups.items() if group["T01"].value} == {"stress", "role", ""}


def test_coaches_are_in_no_group_and_answers_in_those_they_tell():
    scope = Scope(ECZ, SUMMER, SUMMER.last_day)
    assert "T09" not in queries.count_by(scope, By.REGION)[TWENTE]
    assert "E02" in queries.count_by(scope, By.REGION)[TWENTE]
    assert "E02" not in queries.count_by(scope, By.BRANCH)["zkh"]
    assert set(queries.count_by(scope, By.DESTINATION)["trauma"]) == {"T05", "T06", "T07", "T08", "T08b"}


def test_the_whole_added_up_from_groups_is_the_whole():
    rows = Rows()
    for number in range(6):
        rows.enrol(at(f"2025-07-{10 + number}"), region=[TWENTE, ZUID_LIMBURG, None][number % 3])
    rows.store()
    scope = Scope(ECZ, SUMMER, SUMMER.last_day)
    whole, groups = queries.count_and_split(scope, By.REGION, queries.OF_A_PERSON)
    assert whole == queries.count(scope, queries.OF_A_PERSON)
    assert list(groups) == ["", TWENTE, ZUID_LIMBURG]


@pytest.mark.parametrize("by", [None, *By])
def test_counting_costs_the_same_queries_for_many_rows(by):
    asked = []
    for people in (1, 3):
        rows = Rows(first_number=people * 1_000_000)
        coach = rows.coach()
        for _ in range(people):
            enrolment = rows.enrol(at("2025-07-02"), person=rows.person(), themes=["stress"])
            rows.talk(rows.couple(enrolment, coach, at("2025-07-02", 13)), at("2025-07-04"), coach=coach)
            rows.refer(enrolment, date(2025, 7, 5))
        rows.store()
        asked.append(_queries(by))
    assert asked[0] == asked[1]
    assert asked[0] <= 10


def _queries(by: By | None) -> int:
    with statements() as sent:
        scope = Scope(ECZ, SUMMER, SUMMER.last_day)
        queries.count(scope) if by is None else queries.count_by(scope, by)
    return len(sent)


# -- the portal's own doing


def test_what_happens_in_the_portal_counts_as_it_happened(people, clock):
    """By the portal's own actions: signed up and coupled on Monday, held on Thursday, closed on Friday."""
    coach = factories.bookable_coach(people.bram, available_from=date(2026, 1, 1))
    trajectory = factories.coupled(people.noor, coach)
    talk = factories.planned_talk(trajectory, START + timedelta(days=3))
    actor = factories.actor_of(people.bram, Role.COACH)
    sessions.mark_held(actor, talk, now=START + timedelta(days=3, hours=1))
    trajectories.close(actor, trajectory, reason=CloseReason.GOAL_REACHED, now=START + timedelta(days=4))
    period = Period(date(2026, 3, 1), date(2026, 3, 31))
    programme = Enrolment.get().programme
    by_day = {
        day: values(queries.count(Scope(programme, period, date(2026, 3, day))), "T01", "T02", "T03", "T04e", "T15")
        for day in (2, 4, 5, 6)
    }
    assert by_day == {2: (1, 1, 0, 1, 0), 4: (1, 1, 0, 1, 0), 5: (1, 1, 1, 0, 0), 6: (1, 0, 1, 0, 1)}


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("kind", "looked_up"),
    [(SignedUp, "trajectory_id"), (Journey, "trajectory_id"), (Activity, "trajectory_id"), (Offered, "coach_id")],
)
@pytest.mark.parametrize("region", [None, TWENTE])
def test_talks_are_looked_up_on_sqlite_without_statistics(kind, looked_up, region):
    """By outcome it would go through all talks that were ever held, for every trajectory. PostgreSQL has statistics."""
    with statements() as sent:
        list(queries.SOURCES[kind](Scope(ECZ, SUMMER, SUMMER.last_day, region), None))
    plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sent[0].sql}", sent[0].params)]
    talks = [step for step in plan if "session_" in step]
    assert talks
    assert all(f"INDEX session_{looked_up}" in talk for talk in talks)
