"""What was published is kept with its source, however much sources contradict each other."""

from dataclasses import replace
from datetime import date

import pytest

from portal import clock
from portal.access import PORTAL
from portal.audit import AuditEntry
from portal.counting.periods import Period
from portal.programmes.codes import ProgrammeCode
from portal.published import queries
from portal.published.actions import record_published
from portal.published.models import PublishedFigure
from portal.published.rules import Published, Qualifier
from tests.statements import counted

YEAR = Period(date(2020, 4, 15), date(2021, 1, 5))
HANDED_OVER = Published("T05", ProgrammeCode.ECZ, YEAR, date(2021, 1, 5), 41, Qualifier.EXACT, "Jaaroverzicht 2020")
ELSEWHERE = replace(HANDED_OVER, value=23, source="Jaaroverzicht 2020, onderdeel 13")
WENT_ON = replace(HANDED_OVER, counter="T13", value=700, qualifier=Qualifier.BIJNA, reference_date=None)


def record(*figures: Published) -> int:
    return record_published(PORTAL, figures, now=clock.now())


def values(counter: str) -> list[float]:
    return [figure.value for figure in queries.by_counter().get(counter, [])]


def test_41_and_23_are_both_kept_with_their_source(db):
    assert record(HANDED_OVER, ELSEWHERE, WENT_ON) == 3
    found = queries.of_period(ProgrammeCode.ECZ, YEAR)
    assert [(row.value, row.source) for row in found["T05"]] == [
        (41, "Jaaroverzicht 2020"),
        (23, "Jaaroverzicht 2020, onderdeel 13"),
    ]
    assert [(row.value, row.qualifier) for row in found["T13"]] == [(700, Qualifier.BIJNA)]
    assert [row.counter for row in queries.all_figures()] == ["T05", "T05", "T13"]


def test_one_source_that_contradicts_itself_is_kept_as_it_is(db):
    record(HANDED_OVER, replace(HANDED_OVER, value=23))
    assert sorted(values("T05")) == [23, 41]


def test_the_same_again_changes_nothing(db):
    record(HANDED_OVER, ELSEWHERE, WENT_ON)
    before = list(PublishedFigure.select().tuples())
    assert record(WENT_ON, HANDED_OVER, ELSEWHERE) == 0
    assert list(PublishedFigure.select().tuples()) == before
    assert AuditEntry.select().where(AuditEntry.event == "published.recorded").count() == 1


@pytest.mark.parametrize("change", [{"value": 42.0}, {"qualifier": Qualifier.CIRCA}])
def test_a_source_that_says_something_else_now_takes_its_place(db, change):
    record(HANDED_OVER, ELSEWHERE)
    assert record(replace(HANDED_OVER, **change)) == 1
    assert sorted(values("T05")) == sorted([23, change.get("value", 41)])


def test_only_figures_of_exactly_this_period_and_programme_stand_beside_a_count(db):
    later = Period(YEAR.first_day, date(2021, 1, 6))
    record(HANDED_OVER, replace(ELSEWHERE, period=later), replace(WENT_ON, programme=ProgrammeCode.SIJW))
    assert {c: len(rows) for c, rows in queries.of_period(ProgrammeCode.ECZ, YEAR).items()} == {"T05": 1}
    assert queries.of_period(ProgrammeCode.SIJW, later) == {}


def test_reading_costs_one_query(db):
    record(HANDED_OVER, ELSEWHERE, WENT_ON)
    assert counted(lambda: queries.of_period(ProgrammeCode.ECZ, YEAR)) == 1
    assert counted(queries.all_figures) == 1
