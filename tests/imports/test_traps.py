"""What does not match in the published sources, as far as loading has to do with it."""

from datetime import date

import pytest

from portal import clock as times
from portal.access import PORTAL
from portal.counting import queries as counting
from portal.counting.figures import Count
from portal.counting.periods import Period
from portal.counting.rules import By, Scope
from portal.enrolments.models import Enrolment
from portal.imports import actions
from portal.programmes.codes import Branch, ProgrammeCode
from portal.published import queries as published
from tests.imports import files

SPRING = Period(date(2020, 4, 1), date(2020, 6, 30))


@pytest.fixture
def load(db, clock):
    def load(**lines):
        loaded = actions.load(PORTAL, files.files(**lines), now=times.now(), dry_run=False)
        assert loaded.problems == []

    return load


def counted(
    programme: ProgrammeCode = ProgrammeCode.ECZ, period: Period = SPRING, reference_date: date = date(2020, 12, 31)
) -> dict[str, int]:
    figures = counting.count(Scope(programme, period, reference_date))
    return {id: figure.value for id, figure in figures.items() if isinstance(figure, Count)}


def figures_of(counter: str) -> list[tuple]:
    rows = published.by_counter()[counter]
    return [(row.value, row.qualifier, row.source) for row in rows]


@pytest.mark.parametrize("talks", [[], [{}]])
def test_1_handed_over_before_or_after_a_talk_adds_up(load, talks):
    load(coaches={}, enrolments={}, sessions=talks, referrals=[{}, {"ref": "r2", "on": "2020-06-01"}])
    figures = counted()
    assert (figures["T05"], figures["T08"]) == (1, 2)
    assert (figures["T06"], figures["T07"]) == ((0, 1) if talks else (1, 0))


@pytest.mark.parametrize(
    ("line", "handed_over", "referred"),
    [
        ({}, 1, 1),
        ({"kind": "advice"}, 0, 1),
        ({"kind": "urgent", "destination_class": ""}, 0, 1),
        ({"destination_class": "medical"}, 0, 1),
        ({"consent": "", "status": "proposed"}, 0, 1),
        ({"status": "withdrawn"}, 0, 1),
        ({"status": "not_arrived"}, 0, 1),
    ],
)
def test_2_handed_over_is_a_warm_handover_only_and_referred_is_every_kind(load, line, handed_over, referred):
    load(enrolments={}, referrals=line)
    assert (counted()["T05"], counted()["T08b"]) == (handed_over, referred)


@pytest.mark.parametrize(
    ("talk", "supported"),
    [
        ({}, 1),
        ({"kind": "intro"}, 1),
        ({"kind": "workshop"}, 0),
        ({"status": "no_show"}, 0),
        ({"status": "planned"}, 0),
        ({"status": "cancelled_coach"}, 0),
        ({"status": "moved"}, 0),
        ({"starts_at": "2021-01-01 00:00"}, 0),
        ({"starts_at": "2020-12-31 23:59"}, 1),
    ],
)
def test_3_supported_is_a_held_talk_by_the_reference_date(load, talk, supported):
    load(coaches={}, enrolments={}, sessions=talk)
    assert counted()["T03"] == supported


def test_4_almost_700_is_kept_as_almost(load):
    load(published={"counter": "T13", "value": "700", "qualifier": "bijna"})
    assert figures_of("T13") == [(700, "bijna", "Jaaroverzicht 2020")]


def test_5_the_same_figure_at_two_moments_is_two_figures(load):
    earlier = {"counter": "T09", "value": "2000", "qualifier": "ruim", "reference_date": "2020-06-26"}
    load(published=[{"counter": "T09", "value": "2184"}, {**earlier, "source": "Persbericht"}])
    assert sorted(figures_of("T09")) == [(2000, "ruim", "Persbericht"), (2184, "exact", "Jaaroverzicht 2020")]


@pytest.mark.parametrize("value", ["88%", "0.88", "88"])
def test_6_more_than_43835_and_about_88_percent(load, value):
    sijw = {"programme": "sijw", "period_from": "2016-01-01", "period_to": "2021-11-23", "source": "Monitor 2021"}
    load(
        published=[
            {**sijw, "counter": "I01", "value": "43835", "qualifier": "ruim"},
            {**sijw, "counter": "I03", "value": value, "qualifier": "circa"},
        ]
    )
    found = published.by_counter()
    [whole], [share] = found["I01"], found["I03"]
    assert (whole.value, whole.qualifier, share.value, share.qualifier) == (43_835, "ruim", 0.88, "circa")


def test_7_who_signed_up_twice_is_one_person_and_two_sign_ups(load):
    twice = {"email": "ada@example.org", "status": "completed", "status_on": "2020-06-20"}
    load(enrolments=[twice, {**twice, "ref": "e2", "enrolled_at": "2020-06-01 09:00", "email": "ADA@example.org"}])
    assert (counted()["T01"], counted()["T01b"], counted()["I01"]) == (1, 2, 2)


def test_7_what_is_double_or_of_another_period_does_not_count(load):
    load(
        enrolments=[
            {},
            {"ref": "e2", "status": "duplicate"},
            {"ref": "e3", "enrolled_at": "2020-07-01 00:00"},
            {"ref": "e4", "programme": "sijw"},
        ]
    )
    assert counted()["T01"] == 1


@pytest.mark.parametrize(("kind", "entered"), [("talk", 1), ("workshop", 1), ("test", 0), ("other", 0)])
def test_8_entry_is_the_first_talk_or_workshop(load, kind, entered):
    load(coaches={}, enrolments={"programme": "sijw"}, sessions={"kind": kind})
    assert counted(ProgrammeCode.SIJW)["I02"] == entered


def test_9_a_referral_of_the_contact_point_is_an_origin_and_no_sign_up(load):
    c01 = {"counter": "C01", "programme": "sijw", "value": "35%", "qualifier": "circa"}
    load(enrolments={"programme": "sijw", "origin": "contact_point"}, published=c01)
    assert Enrolment.get().origin == "contact_point"
    assert counted(ProgrammeCode.SIJW)["I01"] == 1


def test_11_the_region_is_the_key_in_every_division(load):
    load(enrolments=[{}, {"ref": "e2", "region": "RA1428"}])
    scope = Scope(ProgrammeCode.ECZ, SPRING, date(2020, 12, 31))
    for division in (14, 13, 12):
        groups = counting.count_by(scope, By.EMPLOYER_ORG, division=division)
        assert sum(group["T01"].value for group in groups.values()) == 2


@pytest.mark.parametrize("branch", Branch)
def test_12_all_branches_of_both_lists_can_be_loaded(load, branch):
    load(enrolments={"branch": branch.value})
    assert Enrolment.get().branch == branch


def test_14_a_period_is_free_and_no_calendar_year(load):
    load(enrolments=[{"enrolled_at": "2020-04-15 00:00"}, {"ref": "e2", "enrolled_at": "2021-01-05 23:59"}])
    year = Period(date(2020, 4, 15), date(2021, 1, 5))
    assert counted(period=year, reference_date=date(2021, 1, 5))["T01"] == 2


def test_17_an_evaluation_has_its_number_and_its_response(load):
    answered = [{"answers": f"feel_better:{agreement}"} for agreement in (4, 5, 5, "na", 2)]
    load(evaluations=[*answered, {"answered": "no"}, {"answered": "no", "closed_month": "2020-07"}])
    figures = counting.count(Scope(ProgrammeCode.ECZ, SPRING, date(2020, 7, 1)))
    assert (figures["E01"].numerator, figures["E01"].denominator) == (5, 6)
    assert (figures["E03.feel_better"].numerator, figures["E03.feel_better"].denominator) == (3, 4)


def test_19_nothing_after_the_reference_date_is_seen(load):
    late = {"status": "withdrawn", "status_on": "2020-09-01"}
    load(coaches={}, enrolments=late, sessions={"starts_at": "2020-09-01 10:00"}, referrals={"on": "2020-09-01"})
    before = counted(reference_date=date(2020, 8, 31))
    assert (before["T02"], before["T03"], before["T05"]) == (1, 0, 0)
