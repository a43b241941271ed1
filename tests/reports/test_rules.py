"""The protection of small numbers, and what a page can be asked for."""

import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.counting.figures import Count, Mean, Median, Score, Share
from portal.counting.periods import Period
from portal.programmes.codes import ProgrammeCode
from portal.reports.rules import (
    FEWER,
    TOO_FEW_ANSWERS,
    TOO_FEW_PEOPLE,
    by_size,
    exact,
    protect,
    published,
    reference_dates,
    select,
)

TODAY = date(2026, 3, 2)
patiently = settings(deadline=None)
people = st.integers(min_value=0, max_value=50_000)


@st.composite
def shares(draw, least=0):
    whole = draw(st.integers(min_value=least, max_value=3000))
    return Share(draw(st.integers(min_value=0, max_value=whole)), whole)


# -- counts


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (0, "0"),
        (1, "fewer than 5"),
        (4, "fewer than 5"),
        (5, "5"),
        (7, "5"),
        (8, "10"),
        (12, "10"),
        (188, "190"),
        (211, "210"),
        (43835, "43.835"),
    ],
)
def test_a_count_is_rounded_to_fives(people, words):
    assert str(protect(Count(people))) == words


@patiently
@given(people)
def test_a_count_never_shows_one_to_four(count):
    shown = protect(Count(count))
    assert shown.value not in (1, 2, 3, 4)
    assert (shown == FEWER) == (0 < count < 5)
    assert shown.value is None or shown.value % 5 == 0


@patiently
@given(people)
def test_one_more_person_changes_a_count_by_nothing_or_five(count):
    before, after = protect(Count(count)), protect(Count(count + 1))
    if before.value is not None and after.value is not None:
        assert after.value - before.value in (0, 5)
    else:
        assert FEWER in (before, after)
        assert {before.value, after.value} <= {None, 0, 5}


@patiently
@given(people, people)
def test_what_reads_the_same_is_drawn_the_same(one, other):
    first, second = protect(Count(one)), protect(Count(other))
    assert (str(first) == str(second)) == (first.size == second.size)


# -- shares, means and the rest


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Share(0, 40), "0%"),
        (Share(40, 40), "100%"),
        (Share(188, 211), "89%"),
        (Share(5, 10), "50%"),
        (Share(3, 12), "less than 50%"),
        (Share(9, 12), "more than 50%"),
        (Share(1, 43), "less than 12%"),
        (Share(42, 43), "more than 88%"),
        (Share(9, 9), "too few people"),
        (Share(0, 0), "too few people"),
    ],
)
def test_a_share_in_words(share, words):
    assert str(protect(share)) == words


@patiently
@given(shares(least=10))
def test_a_share_says_no_more_than_its_counts(share):
    """Whoever knows the words, and that a part is 1 to 4, cannot tell which of these it is."""
    shown = protect(share)
    part = min(share.numerator, share.denominator - share.numerator)
    if 0 < part < 5:
        mirrored = share.numerator != part
        others = [other if not mirrored else share.denominator - other for other in (1, 2, 3, 4)]
        assert {protect(Share(other, share.denominator)) for other in others if 0 < other < share.denominator} == {
            shown
        }
        assert shown.value is None


@patiently
@given(shares(least=10))
def test_a_share_is_true(share):
    shown = protect(share)
    percents = Fraction(int(re.search(r"(\d+)%", str(shown)).group(1)), 100)
    exactly = Fraction(share.numerator, share.denominator)
    if str(shown).startswith("less"):
        assert exactly < percents
    elif str(shown).startswith("more"):
        assert exactly > percents
    else:
        assert abs(exactly - percents) <= Fraction(1, 200)


@patiently
@given(st.integers(min_value=0, max_value=9))
def test_nothing_but_counts_of_fewer_than_ten(n):
    assert protect(Mean(7 * n, n)) == TOO_FEW_ANSWERS
    assert protect(Score(n, n)) == TOO_FEW_ANSWERS
    assert protect(Share(n, n)) == TOO_FEW_PEOPLE
    assert protect(Median((24.0,) * n)) == TOO_FEW_PEOPLE
    assert not protect(Mean(7 * n, n)).is_told


def test_means_scores_and_medians_of_ten():
    assert str(protect(Mean(79, 10))) == "7,9"
    assert str(protect(Mean(80, 10))) == "8,0"
    assert str(protect(Score(4, 10))) == "+40"
    assert str(protect(Score(-1, 12))) == "-8"
    assert str(protect(Median((1.0,) * 5 + (30.4,) * 6))) == "30"


# -- what leaves by an export


def test_an_exact_figure_has_its_counts_with_it():
    assert exact(Count(41)) == {"value": 41}
    assert exact(Share(38575, 43835)) == {"value": 38575 / 43835, "numerator": 38575, "denominator": 43835}
    assert exact(Share(0, 0)) == {"value": None, "numerator": 0, "denominator": 0}
    assert exact(Mean(79, 10)) == {"value": 7.9, "n": 10}
    assert exact(Median((2.0, 4.0))) == {"value": 3.0, "n": 2}


def test_a_published_figure_is_protected_with_all_its_counts():
    assert published(Count(41)) == {"value": 40}
    assert published(Count(3)) == {"value": "fewer than 5"}
    assert published(Share(38575, 43835)) == {"value": 0.88, "numerator": 38575, "denominator": 43835}
    assert published(Share(3, 12)) == {"value": "less than 50%", "numerator": "fewer than 5", "denominator": 10}
    assert published(Mean(31, 4)) == {"value": "too few answers", "n": "fewer than 5"}


@patiently
@given(st.one_of(people.map(Count), shares(), st.tuples(people, people).map(lambda pair: Mean(*pair))))
def test_no_published_number_is_one_to_four(figure):
    counts = {name: value for name, value in published(figure).items() if name != "value" or isinstance(figure, Count)}
    assert all(value not in (1, 2, 3, 4) for value in counts.values())


# -- what a page can be asked for


def test_this_year_up_to_today_unless_something_else_is_asked():
    selection = select(None, None, None, today=TODAY)
    assert selection.programme == ProgrammeCode.SIJW
    assert (selection.code, selection.period) == ("2026", Period(date(2026, 1, 1), TODAY))
    assert selection.reference_date == TODAY


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("2025", Period(date(2025, 1, 1), date(2025, 12, 31))),
        ("2025-Q4", Period(date(2025, 10, 1), date(2025, 12, 31))),
        ("2026-02", Period(date(2026, 2, 1), date(2026, 2, 28))),
        ("2026-03", Period(date(2026, 3, 1), TODAY)),
    ],
)
def test_a_month_a_quarter_or_a_year_can_be_asked_for(code, period):
    selection = select("ecz", code, None, today=TODAY)
    assert (selection.programme, selection.period) == (ProgrammeCode.ECZ, period)
    assert selection.reference_date == period.last_day


@pytest.mark.parametrize(
    "code",
    ["", "2019", "2026-04", "2027", "1999", "9999", "0000", "2026-13", "2026-Q5", "2026-W10", "٢٠٢٦", "x" * 9999],
)
def test_anything_else_is_this_year(code):
    assert select("ecz", code, None, today=TODAY).code == "2026"


@pytest.mark.parametrize("programme", [None, "", "SIJW", "other", "sijw;ecz"])
def test_an_unknown_programme_is_the_first(programme):
    assert select(programme, "2025", None, today=TODAY).programme == ProgrammeCode.SIJW


def test_reference_dates_are_ends_of_months_or_today():
    quarter = Period(date(2025, 7, 1), date(2025, 9, 30))
    assert [day.isoformat() for day in reference_dates(quarter, TODAY)] == [
        "2025-09-30",
        "2025-10-31",
        "2025-11-30",
        "2025-12-31",
        "2026-01-31",
        "2026-02-28",
        "2026-03-02",
    ]
    assert len(reference_dates(Period(date(2020, 1, 1), date(2020, 12, 31)), TODAY)) == 14


@pytest.mark.parametrize(
    ("asked", "given"),
    [("2025-10-31", "2025-10-31"), ("2025-10-30", "2025-09-30"), ("9999-12-31", "2025-09-30"), ("x", "2025-09-30")],
)
def test_only_these_reference_dates(asked, given):
    assert select("ecz", "2025-Q3", asked, today=TODAY).reference_date.isoformat() == given


def test_what_the_form_offers():
    selection = select("ecz", "2025-11", None, today=TODAY)
    assert selection.years == ["2026", "2025", "2024", "2023", "2022", "2021", "2020"]
    assert selection.quarters == ["2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1"]
    assert selection.months[0] == "2025-12"
    assert select("sijw", "2026", None, today=TODAY).months == ["2026-03", "2026-02", "2026-01"]
    assert select("sijw", "2026", None, today=TODAY).quarters == ["2026-Q1"]


@pytest.mark.parametrize(
    ("code", "people", "refused"),
    [("2025", 0, False), ("2025", 9, False), ("2025-Q1", 9, True), ("2025-01", 0, True), ("2025-01", 10, False)],
)
def test_less_than_a_year_with_fewer_than_ten_people_is_refused(code, people, refused):
    assert select("ecz", code, None, today=TODAY).refuses(people) == refused


@pytest.mark.parametrize(("year", "both"), [("2020", True), ("2020-Q3", True), ("2021", False)])
def test_only_2020_has_two_published_readings(year, both):
    assert select("ecz", year, None, today=TODAY).has_two_published_readings == both
    assert not select("sijw", year, None, today=TODAY).has_two_published_readings


def test_the_longest_stand_first_and_equals_by_name():
    rows = [("B", protect(Count(3))), ("C", protect(Count(20))), ("A", protect(Count(1))), ("D", protect(Count(0)))]
    assert by_size(rows) == [
        ("C", 20.0, "20"),
        ("A", 2.5, "fewer than 5"),
        ("B", 2.5, "fewer than 5"),
        ("D", 0.0, "0"),
    ]
