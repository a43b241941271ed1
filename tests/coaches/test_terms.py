"""The terms on which people book: what cannot be, and how they read."""

from dataclasses import fields, replace

import pytest

from portal import i18n
from portal.coaches.models import Coach
from portal.coaches.terms import NothingToBook, OutOfRange, Terms, WeekBelowDay, check_terms, in_words, notice, stamp


def test_usual_terms_can_be():
    check_terms(Terms())
    check_terms(Terms(notice_hours=0, horizon_weeks=1, most_per_day=1, most_per_week=1))


def test_a_new_coach_has_the_usual_terms():
    assert {field.name: Coach._meta.fields[field.name].default for field in fields(Terms)} == {
        field.name: field.default for field in fields(Terms)
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("talk_minutes", 14),
        ("talk_minutes", 181),
        ("intro_minutes", 0),
        ("buffer_before", -1),
        ("buffer_after", 121),
        ("notice_hours", -1),
        ("notice_working_days", 0),
        ("horizon_weeks", 0),
        ("horizon_weeks", 53),
        ("move_notice_hours", -1),
        ("cancel_notice_hours", -1),
        ("most_per_day", 0),
        ("most_per_week", 0),
    ],
)
def test_terms_have_bounds(field, value):
    with pytest.raises(OutOfRange) as refusal:
        check_terms(replace(Terms(), **{field: value}))
    assert refusal.value.field == field


@pytest.mark.parametrize("changes", [{"notice_hours": 168}, {"notice_working_days": 5}])
def test_terms_leave_something_to_book(changes):
    with pytest.raises(NothingToBook):
        check_terms(Terms(horizon_weeks=1, **changes))
    check_terms(Terms(horizon_weeks=2, **changes))


def test_a_week_takes_at_least_what_a_day_takes():
    with pytest.raises(WeekBelowDay):
        check_terms(Terms(most_per_day=4, most_per_week=3))
    check_terms(Terms(most_per_day=4, most_per_week=4))


def test_a_stamp_tells_terms_apart():
    assert stamp(Terms()) == stamp(Terms())
    assert stamp(Terms()) != stamp(Terms(most_per_day=1))


def test_terms_are_told_in_words(app):
    with i18n.speaking("nl"):
        told = dict(in_words(Terms(notice_working_days=2, buffer_after=0, most_per_day=1)))
        assert notice(24, None) == "1 dag"
    assert {"60 minuten", "2 werkdagen", "6 weken", "1 gesprek", "Tot het begint"} <= set(told.values())
    assert len(told) == 12
