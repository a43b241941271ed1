"""What the overview of a region says, whose it is, and that figures in it are those of the rest of the portal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.access import PORTAL, Role
from portal.counting import queries as counting
from portal.counting.rules import By, Journey, SignedUp
from portal.dashboard import queries
from portal.desk import queries as desk
from portal.disclosure.rules import NOT_SHOWN
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.erasure import actions as erasure
from portal.programmes.codes import CloseReason
from portal.regions.queries import NamedRegion
from portal.years.rules import select
from tests import factories
from tests.conftest import START
from tests.counting.rows import SIJW, Rows, at
from tests.factories import TWENTE, ZUID_LIMBURG

REGION = NamedRegion(TWENTE, "Twente", "", "")


@pytest.fixture
def wilma(people):
    return factories.actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


def overview(actor, code="2025", region=REGION):
    return queries.overview(actor, region, select("sijw", code, today=date(2026, 3, 2)), START)


def told(stages):
    return [(stage.id, str(stage.number), str(stage.share)) for stage in stages]


def test_how_far_people_come(year, wilma):
    assert told(overview(wilma).stages) == [
        ("F01", "50", "minstens 92%"),
        ("F02", "40", "ongeveer 80%"),
        ("F03", "30", "ongeveer 60%"),
        ("F04", "20", "ongeveer 40%"),
        ("F05", "10", "ongeveer 20%"),
    ]


def test_that_one_person_answered_today_is_not_told(db, wilma):
    """The desk sees who was closed, and would see the next day that she answered; it comes along with nine others."""
    rows = Rows()
    coach = rows.coach()
    for number in range(12):
        moment = at(date(2026, 1, 5 + number))
        enrolment = rows.enrol(moment, programme=SIJW, person=rows.person())
        trajectory = rows.couple(enrolment, coach, moment, closed_at=at("2026-01-25"))
        rows.talk(trajectory, moment + timedelta(days=1), coach=coach)
        rows.invite(trajectory, date(2026, 1, 1), answered=number == 0, programme=SIJW)
    rows.store()
    assert told(overview(wilma, "2026").stages)[4] == ("F05", "nog niet", "nog niet")


def test_how_long_it_takes(year, wilma):
    contact, talk, closing = overview(wilma).durations
    assert (contact.in_hours, contact.median.value, contact.nine_in_ten.value) == (True, 20, 36)
    assert (talk.in_hours, talk.median.value, talk.nine_in_ten.value) == (False, 18, 29)
    assert (closing.median.value, closing.nine_in_ten.value) == (40, 47)


def test_why_people_dropped_out(year, wilma):
    assert [(name, words) for name, _, words in overview(wilma).dropouts] == [("Afgemeld", "5")]


def test_why_few_people_dropped_out_is_not_told(db, wilma):
    """Of fourteen three dropped out, each for another reason; eleven had a talk."""
    rows = Rows()
    coach = rows.coach()
    for number, reason in enumerate([CloseReason.NO_NEED, CloseReason.TOO_BUSY, CloseReason.ILL, *[None] * 11]):
        moment = at(date(2025, 3, 3 + number))
        became = [(EnrolmentStatus.WITHDRAWN, moment + timedelta(days=2))] if reason else []
        enrolment = rows.enrol(moment, programme=SIJW, person=rows.person(), became=became, close_reason=reason)
        if not reason:
            trajectory = rows.couple(enrolment, coach, moment)
            rows.talk(trajectory, moment + timedelta(days=1), coach=coach)
    rows.store()
    found = overview(wilma)
    assert (found.dropouts, found.withheld_dropouts) == ([], True)
    assert told(found.stages)[2][:2] == ("F03", "10")


def test_who_stopped_without_a_talk_is_known_by_name_so_not_told_why(db, wilma):
    """The desk sees four who withdrew, three who could not be reached, and one who stopped: who was ill."""
    rows = Rows()
    coach = rows.coach()
    endings = [*[EnrolmentStatus.WITHDRAWN] * 4, *[EnrolmentStatus.UNREACHABLE] * 3, EnrolmentStatus.STOPPED]
    for number in range(28):
        moment = at(date(2025, 3, 1 + number))
        ended = endings[number] if number < len(endings) else None
        became = [(ended, moment + timedelta(days=2))] if ended else []
        why = CloseReason.ILL if ended == EnrolmentStatus.STOPPED else None
        enrolment = rows.enrol(moment, programme=SIJW, person=rows.person(), became=became, close_reason=why)
        if not ended:
            rows.talk(rows.couple(enrolment, coach, moment), moment + timedelta(days=1), coach=coach)
    rows.store()
    assert "Ziek" not in {name for name, _, _ in overview(wilma).dropouts}
    assert overview(wilma).withheld_dropouts


def test_of_few_coaches_it_is_not_told_how_many_had_a_talk(year, wilma, people):
    factories.bookable_coach(people.bram, available_from=date(2025, 1, 1))
    found = overview(wilma).coaches
    assert (found.offered, found.deployed) == (1, NOT_SHOWN)


def test_topics_with_as_many_people_share_a_place(year, wilma):
    assert [(theme.place, theme.words) for theme in overview(wilma).themes] == [(1, "25"), (1, "25"), (3, "5")]


def test_coaches_of_the_region(year, wilma, people):
    factories.bookable_coach(people.bram, available_from=date(2025, 1, 1))
    full = factories.bookable_coach(factories.account("Omar", Role.COACH), capacity=1, available_from=date(2025, 1, 1))
    factories.coupled(people.noor, full)
    factories.bookable_coach(people.chris, ZUID_LIMBURG, available_from=date(2025, 1, 1))
    found = overview(wilma).coaches
    assert (found.now.with_room, found.now.with_nobody, found.offered) == (1, 1, 2)
    assert str(found.no_shows) == "ongeveer 25%"


def test_few_people_in_a_month_are_not_told_about(year, wilma):
    found = overview(wilma, "2025-06")
    assert found.refusal
    assert (found.stages, found.durations, found.dropouts, found.themes) == ([], [], [], [])


def test_an_overview_says_as_much_of_few_people_as_of_none(db, wilma):
    assert (
        overview(wilma, "2025-06").refusal == overview(wilma, "2025-06", NamedRegion(ZUID_LIMBURG, "", "", "")).refusal
    )


# -- at this moment


def waiting(name, days_ago, status=None, **told):
    made = factories.signed_up(name, now=START - timedelta(days=days_ago), **told)
    if status:
        enrolments.note(made, EventKind.STATUS_SET, actor=PORTAL, now=START, status=EnrolmentStatus(status))
    return made


def test_who_waits_now_is_exact_and_what_the_desk_lists(db, clock, wilma, people):
    waiting("Een", 0)
    waiting("Twee", 8, "waiting")
    waiting("Drie", 15, "in_progress")
    waiting("Vier", 20)
    waiting("Elders", 20, region=ZUID_LIMBURG)
    waiting("Weg", 20, "withdrawn")
    factories.coupled(people.noor, factories.bookable_coach(people.bram))
    found = overview(wilma, "2026").now
    assert (found.new, found.without_coach, found.no_talk, found.waits) == (2, 4, 1, (1, 1, 2))
    assert found.longest_since == date(2026, 2, 10)
    listed = desk.counts(wilma, date(2026, 3, 2))
    assert (found.new, found.overdue, found.without_coach) == (listed.new, listed.overdue, listed.without_coach)


def test_who_was_erased_waits_no_more_but_is_counted(db, clock, wilma, people):
    for number in range(12):
        waiting(f"Persoon{number}", 3)
    before = overview(wilma, "2026")
    one = Enrolment.select().first()
    erasure.erase(PORTAL, one.participant, now=START)
    after = overview(wilma, "2026")
    assert (before.now.without_coach, after.now.without_coach) == (12, 11)
    assert told(after.stages) == told(before.stages)


def test_nobody_waits_in_another_region(db, clock, people):
    waiting("Een", 3)
    otto = factories.actor_of(people.otto, Role.REGION_ADMIN, ZUID_LIMBURG)
    assert overview(otto, "2026").now.without_coach == 0


# -- figures of one region


def test_the_figures_of_one_region_are_those_of_its_group(year, people):
    scope = select("sijw", "2025", today=date(2026, 3, 2)).scope
    for kind in (SignedUp, Journey):
        groups = counting.count_by(scope, By.REGION, of=[kind])
        for code in (TWENTE, ZUID_LIMBURG):
            assert counting.count(replace(scope, region=code), [kind]) == groups[code]


def test_somebody_who_signed_up_in_two_regions_counts_in_the_first(db, people):
    factories.enrolment(people.noor, region=ZUID_LIMBURG, now=at("2025-03-03"))
    factories.enrolment(people.noor, region=TWENTE, now=at("2025-04-03"))
    scope = select(SIJW, "2025", today=date(2026, 3, 2)).scope
    counted = [
        counting.count(counting.Scope(scope.programme, scope.period, scope.reference_date, code), [SignedUp])[
            "T01"
        ].value
        for code in (TWENTE, ZUID_LIMBURG)
    ]
    assert counted == [0, 1]
