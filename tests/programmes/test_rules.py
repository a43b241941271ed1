"""The policy of both programmes, and the day on which a trajectory closes by itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.programmes.codes import Mode, ProgrammeCode, TalkKind, Theme
from portal.programmes.rules import (
    EXTRA_COACHING,
    PROGRAMMES,
    STERK_IN_JE_WERK,
    Programme,
    closing_day,
    counts_as_activity,
)

BOTH = pytest.mark.parametrize("offered", PROGRAMMES.values(), ids=lambda offered: offered.code)
DAY = timedelta(days=1)
DAYS = st.dates(date(2016, 1, 1), date(2040, 12, 31))


def test_every_programme_code_has_its_programme() -> None:
    assert set(PROGRAMMES) == set(ProgrammeCode)
    assert all(offered.code is code for code, offered in PROGRAMMES.items())


def test_the_names_of_the_programmes() -> None:
    assert STERK_IN_JE_WERK.name == "Sterk in je werk"
    assert EXTRA_COACHING.name == "Extra coaching voor de zorg"


def test_extra_coaching_promises_contact_within_one_working_day() -> None:
    assert EXTRA_COACHING.contact_within_working_days == 1
    assert STERK_IN_JE_WERK.contact_within_working_days == 5


def test_extra_coaching_is_online_or_by_phone_only() -> None:
    assert set(EXTRA_COACHING.modes) == {Mode.PHONE, Mode.VIDEO}
    assert set(STERK_IN_JE_WERK.modes) == set(Mode)


def test_help_now_stands_on_the_pages_of_extra_coaching() -> None:
    assert EXTRA_COACHING.shows_crisis_notice
    assert not STERK_IN_JE_WERK.shows_crisis_notice


@BOTH
def test_lengths_limits_and_themes(offered: Programme) -> None:
    assert {kind: offer.minutes for kind, offer in offered.talks.items()} == {TalkKind.INTRO: 30, TalkKind.TALK: 60}
    assert Mode.LOCATION not in offered.talks[TalkKind.INTRO].modes
    assert (offered.max_extra_activities, offered.max_activities) == (2, 3)
    assert set(offered.themes) == set(Theme)


@BOTH
def test_phases_follow_each_other_without_a_gap_and_the_last_is_open(offered: Programme) -> None:
    starts = [phase.valid_from for phase in offered.phases]
    assert [phase.valid_until for phase in offered.phases] == [*starts[1:], None]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("offered", "day", "number"),
    [
        (STERK_IN_JE_WERK, date(2015, 12, 31), None),
        (STERK_IN_JE_WERK, date(2016, 1, 1), 0),
        (STERK_IN_JE_WERK, date(2017, 12, 31), 0),
        (STERK_IN_JE_WERK, date(2018, 1, 1), 1),
        (EXTRA_COACHING, date(2020, 4, 14), None),
        (EXTRA_COACHING, date(2020, 4, 15), 0),
        (EXTRA_COACHING, date(2021, 1, 5), 0),
        (EXTRA_COACHING, date(2021, 1, 6), 1),
        (EXTRA_COACHING, date(2026, 3, 2), 1),
    ],
)
def test_the_phase_on_a_day(offered: Programme, day: date, number: int | None) -> None:
    assert offered.phase_on(day) == (None if number is None else offered.phases[number])


@pytest.mark.parametrize(
    ("offered", "day", "year"),
    [
        (STERK_IN_JE_WERK, date(2021, 1, 1), 2021),
        (STERK_IN_JE_WERK, date(2020, 12, 31), 2020),
        (EXTRA_COACHING, date(2020, 4, 15), 2020),
        (EXTRA_COACHING, date(2021, 1, 5), 2020),
        (EXTRA_COACHING, date(2021, 1, 6), 2021),
        (EXTRA_COACHING, date(2022, 1, 1), 2022),
    ],
)
def test_the_year_of_a_programme_that_a_day_lies_in(offered: Programme, day: date, year: int) -> None:
    assert offered.year_on(day) == year
    assert offered.year_begins(year) <= day < offered.year_begins(year + 1)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (TalkKind.INTRO, False),
        (TalkKind.TALK, True),
        (TalkKind.WORKSHOP, True),
        (TalkKind.TEST, False),
        (TalkKind.OTHER, True),
    ],
)
def test_introduction_and_test_use_up_no_activity(kind: TalkKind, counts: bool) -> None:
    assert counts_as_activity(kind) is counts


@pytest.mark.parametrize(
    ("first_held_on", "last_planned_on", "closes_on", "why"),
    [
        (None, None, None, "nothing was ever planned"),
        (None, date(2026, 3, 2), date(2026, 4, 1), "planned but never held: 30 days later"),
        (date(2026, 3, 2), date(2026, 3, 2), date(2026, 4, 1), "one talk: 30 days after it"),
        (date(2026, 3, 2), date(2026, 6, 1), date(2026, 7, 1), "30 days after the last activity come first"),
        (date(2026, 3, 2), date(2026, 8, 20), date(2026, 9, 2), "six months after the first talk come first"),
        (date(2026, 3, 2), date(2026, 10, 5), date(2026, 10, 6), "an activity after six months is still waited for"),
        (date(2026, 3, 2), date(2026, 9, 2), date(2026, 9, 3), "an activity on the last day still takes place"),
        (date(2025, 8, 31), date(2026, 2, 20), date(2026, 2, 28), "six months after 31 August end in February"),
    ],
)
def test_closing_day(
    first_held_on: date | None, last_planned_on: date | None, closes_on: date | None, why: str
) -> None:
    found = closing_day(ProgrammeCode.SIJW, first_held_on=first_held_on, last_planned_on=last_planned_on)
    assert found == closes_on, why


@given(DAYS, st.integers(0, 500), st.integers(0, 60))
def test_planning_something_later_never_closes_earlier(first_held_on: date, wait: int, later: int) -> None:
    last_planned_on = first_held_on + wait * DAY
    closes_on = closing_day(ProgrammeCode.SIJW, first_held_on=first_held_on, last_planned_on=last_planned_on)
    moved = closing_day(ProgrammeCode.SIJW, first_held_on=first_held_on, last_planned_on=last_planned_on + later * DAY)
    assert closes_on is not None
    assert moved is not None
    assert last_planned_on < closes_on <= moved
