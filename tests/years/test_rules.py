"""What a page of figures can be asked for."""

from datetime import date
from itertools import pairwise

import pytest

from portal.counting.periods import Period, fixed_period
from portal.programmes.codes import ProgrammeCode
from portal.years.rules import reference_date, refuses, select

TODAY = date(2026, 3, 2)


def test_this_year_up_to_today_unless_something_else_is_asked():
    selection = select(None, None, today=TODAY)
    assert selection.programme == ProgrammeCode.SIJW
    assert (selection.code, selection.period) == ("2026", Period(date(2026, 1, 1), TODAY))
    assert selection.reference_date == TODAY


def test_a_year_can_be_asked_for():
    selection = select("ecz", "2024", today=TODAY)
    assert (selection.programme, selection.period) == (ProgrammeCode.ECZ, fixed_period("2024"))
    assert selection.reference_date == date(2025, 3, 31)
    assert selection.scope.reference_date == selection.reference_date


@pytest.mark.parametrize(
    "code",
    ["", "2019", "2026-04", "2025-Q4", "2025-12", "2027", "1999", "9999", "0000", "2026-Q5", "٢٠٢٦", "x" * 9999],
)
def test_anything_else_is_this_year(code):
    """A month or a quarter too: beside their year they would give away what is rounded."""
    assert select("ecz", code, today=TODAY).code == "2026"


@pytest.mark.parametrize("programme", [None, "", "SIJW", "other", "sijw;ecz"])
def test_an_unknown_programme_is_the_first(programme):
    assert select(programme, "2025", today=TODAY).programme == ProgrammeCode.SIJW


@pytest.mark.parametrize(
    ("today", "judged_on"),
    [
        ("2025-07-01", "2025-07-01"),
        ("2026-01-15", "2026-01-15"),
        ("2026-03-31", "2026-03-31"),
        ("2030-01-01", "2026-03-31"),
    ],
)
def test_a_year_is_judged_on_one_day(today, judged_on):
    assert reference_date(fixed_period("2025"), date.fromisoformat(today)) == date.fromisoformat(judged_on)


@pytest.mark.parametrize(("day", "this_year"), [(date(2021, 1, 5), "2020"), (date(2021, 1, 6), "2021")])
def test_the_first_year_of_extra_coaching_lasted_until_5_january(day, this_year):
    """Those were the days of the published figures (jaaroverzicht 2020)."""
    selection = select("ecz", None, today=day)
    assert (selection.code, selection.years[0], selection.period.last_day) == (this_year, this_year, day)
    assert select("ecz", "2020", today=TODAY).period == Period(date(2020, 4, 15), date(2021, 1, 5))
    assert select("sijw", None, today=day).code == "2021"


def test_the_years_on_offer_do_not_overlap():
    years = select("ecz", None, today=TODAY).years
    assert years == ["2026", "2025", "2024", "2023", "2022", "2021", "2020"]
    assert select("sijw", None, today=TODAY).years[-1] < "2020"
    periods = [fixed_period(year) for year in sorted(years)]
    assert all(one.last_day < other.first_day for one, other in pairwise(periods))


@pytest.mark.parametrize(("people", "refused"), [(0, True), (9, True), (10, False)])
def test_fewer_than_ten_people_are_refused(people, refused):
    assert refuses(people) == refused


@pytest.mark.parametrize(("year", "both"), [("2020", True), ("2021", False)])
def test_only_2020_has_two_published_readings(year, both):
    assert select("ecz", year, today=TODAY).has_two_published_readings == both
    assert not select("sijw", year, today=TODAY).has_two_published_readings
