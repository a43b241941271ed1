"""Which periods a report can be about, how it is numbered, hashed and checked, and what differs between versions."""

from contextlib import nullcontext
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.counting.periods import Period, fixed_period
from portal.errors import NotFound
from portal.programmes.codes import ProgrammeCode
from portal.yearly import rules
from portal.yearly.rules import OpenTasks, Reference, ReportState

ECZ, SIJW = ProgrammeCode.ECZ, ProgrammeCode.SIJW
TODAY = date(2026, 3, 2)
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
FIRST_YEAR = Period(date(2020, 4, 15), date(2021, 1, 5))


def codes(programme: ProgrammeCode, today: date = TODAY) -> list[str]:
    return [one.code for one in rules.periods_of(programme, today)]


# -- periods


def test_years_that_are_over_are_offered():
    assert codes(ECZ) == ["2025", "2024", "2023", "2022", "2021", "2020"]
    assert codes(SIJW)[:2] == ["2025", "2024"]
    assert codes(SIJW)[-1:] == ["2016"]


@pytest.mark.parametrize(("today", "offered"), [(date(2021, 1, 5), []), (date(2021, 1, 6), ["2020"])])
def test_a_year_is_offered_from_the_day_after(today, offered):
    assert codes(ECZ, today) == offered


def test_the_first_year_of_extra_coaching_is_that_of_the_yearly_overview_of_2020():
    assert rules.period_of("ecz:2020", TODAY).period == FIRST_YEAR
    assert rules.period_of("ecz:2021", TODAY).period == Period(date(2021, 1, 6), date(2021, 12, 31))


@pytest.mark.parametrize("choice", ["", "ecz", "ecz:2026", "ecz:2025-Q1", "ecz:phase-1", "ecz:2019", "other:2025"])
def test_nothing_else_can_be_chosen(choice):
    with pytest.raises(rules.PeriodNotOver):
        rules.period_of(choice, TODAY)


@pytest.mark.parametrize(
    ("period", "reference", "today", "day"),
    [
        (YEAR, Reference.LAST_DAY, TODAY, date(2025, 12, 31)),
        (YEAR, Reference.LATER, date(2026, 3, 31), date(2026, 3, 31)),
        (FIRST_YEAR, Reference.LAST_DAY, TODAY, date(2021, 1, 5)),
        (FIRST_YEAR, Reference.LATER, TODAY, date(2021, 3, 31)),
    ],
)
def test_the_reference_date(period, reference, today, day):
    assert rules.reference_date(period, reference, today) == day


def test_a_reference_date_that_is_still_to_come_is_refused():
    with pytest.raises(rules.DayStillToCome):
        rules.reference_date(YEAR, Reference.LATER, date(2026, 3, 30))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (Period(date(2024, 1, 1), date(2024, 12, 31)), False),
        (Period(date(2026, 1, 1), date(2026, 12, 31)), False),
        (Period(date(2025, 12, 31), date(2026, 1, 5)), True),
        (Period(date(2025, 5, 1), date(2025, 5, 1)), True),
        (YEAR, True),
    ],
)
def test_no_day_is_told_twice(other, told):
    if not told:
        rules.check_free(YEAR, [(other, ReportState.LOCKED), (other, ReportState.DRAFT)])
        return
    with pytest.raises(rules.PeriodTold):
        rules.check_free(YEAR, [(other, ReportState.LOCKED)])
    for state in (ReportState.DRAFT, ReportState.CHECKED, ReportState.APPROVED):
        with pytest.raises(rules.PeriodUnderWay):
            rules.check_free(YEAR, [(other, state)])


@pytest.mark.parametrize(
    ("earlier", "may"),
    [([], True), (["2024", "2026"], True), (["2025"], False), (["2025-12"], False), (["2024", "2025-Q1"], False)],
)
def test_exact_headlines_never_cover_overlapping_periods(earlier, may):
    periods = list(map(fixed_period, earlier))
    assert any(map(YEAR.overlaps, periods)) != may
    told = [(period, ReportState.LOCKED) for period in periods]
    with nullcontext() if may else pytest.raises(rules.PeriodTold):
        rules.check_free(YEAR, told)


# -- states


def test_only_what_is_right_and_done_is_checked():
    assert rules.state_after_check([], OpenTasks()) == ReportState.CHECKED
    assert rules.state_after_check(["T01 = T03 + T04"], OpenTasks()) == ReportState.DRAFT
    for task in ("talks_without_outcome", "handovers_under_way", "unsorted_duplicates"):
        assert rules.state_after_check([], OpenTasks(**{task: 1})) == ReportState.DRAFT


@pytest.mark.parametrize("approver", [None, 7])
def test_a_second_person_is_somebody_else(approver):
    with pytest.raises(rules.NoSecondPerson):
        rules.check_second_person(7, approver)
    rules.check_second_person(7, 8)


def test_there_is_something_to_read_only_after_a_check():
    assert rules.check_has_content("{}") == "{}"
    with pytest.raises(NotFound):
        rules.check_has_content("")


@pytest.mark.parametrize(
    ("numbers", "number"),
    [([], "2026-1"), (["2025-9"], "2026-1"), (["2026-1", "2026-10", "2026-2"], "2026-11")],
)
def test_numbers_go_on_within_the_year(numbers, number):
    assert rules.next_number(2026, numbers) == number


# -- content

plain = st.recursive(
    st.integers() | st.text() | st.booleans(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=8
)


@given(st.dictionaries(st.text(), plain))
def test_the_same_content_is_always_written_the_same(content):
    backwards = dict(reversed(content.items()))
    assert rules.canonical(content) == rules.canonical(backwards)
    assert len(rules.content_hash(rules.canonical(content))) == 64


def content(figures: dict, rows: list[tuple[str, dict]] = ()) -> dict:
    table = {"columns": ["T01"], "rows": [{"key": key, "name": "", "figures": [figure]} for key, figure in rows]}
    return {"figures": figures, "tables": {"theme": table}}


def test_what_differs_is_named_and_what_only_stopped_being_exact_is_not():
    before = content({"T01": {"value": 210, "exact": 211}, "T03": {"value": 190}}, [("stress", {"value": 5})])
    after = content({"T01": {"value": 210}, "T03": {"value": 195}}, [("stress", {"value": 5}), ("role", {"value": 10})])
    found = rules.differences(before, after)
    assert [(one.table, one.row, one.id, one.before, one.after) for one in found] == [
        ("", "", "T03", {"value": 190}, {"value": 195}),
        ("theme", "role", "T01", None, {"value": 10}),
    ]
    assert rules.differences(after, after) == []
    exactly = {"I03": {"value": 0.84, "exact": 0.85, "numerator": {"value": 540, "exact": 541}}}
    assert rules.differences(content(exactly), content({"I03": {"value": 0.84, "numerator": {"value": 540}}})) == []


@pytest.mark.parametrize(("text", "version"), [("", None), ("1", 1), ("12", 12)])
def test_the_version_that_is_asked_for(text, version):
    assert rules.version_asked(text) == version


@pytest.mark.parametrize("text", ["x", "-1", "1.0", "٣", "9" * 20])
def test_a_version_that_is_no_number_is_not_there(text):
    with pytest.raises(NotFound):
        rules.version_asked(text)
