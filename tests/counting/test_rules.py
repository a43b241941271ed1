"""The scope of a count, the facts, and what must always hold."""

from datetime import date, timedelta

import pytest

from portal.counting.catalogue import DEFINITIONS, OVERVIEW, PART_LABELS, SECTIONS, definition_of
from portal.counting.definitions import figures, tally
from portal.counting.figures import Count, Mean, Median, Score, Share, broken_identities, broken_totals
from portal.counting.people import SUPPORT
from portal.counting.periods import Period, year_of
from portal.counting.rules import Answered, Closed, Ending, Scope, SignedUp, contact, coupled
from portal.enrolments.rules import EnrolmentStatus
from portal.programmes.codes import CloseReason, ProgrammeCode
from tests.counting.rows import ECZ, SIJW, at

MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))
SCOPE = Scope(ECZ, MARCH, date(2025, 4, 30))


@pytest.mark.parametrize(
    ("programme", "first", "last", "months"),
    [
        (SIJW, date(2025, 1, 1), date(2025, 12, 31), (date(2025, 1, 1), date(2026, 1, 1))),
        (SIJW, date(2021, 1, 6), date(2021, 1, 8), (date(2021, 1, 1), date(2021, 2, 1))),
        (ECZ, date(2020, 4, 15), date(2021, 1, 5), (date(2020, 4, 1), date(2021, 2, 1))),
        (ECZ, date(2021, 1, 6), date(2021, 12, 31), (date(2021, 2, 1), date(2022, 1, 1))),
        (ECZ, date(2022, 1, 1), date(2022, 12, 31), (date(2022, 1, 1), date(2023, 1, 1))),
        (ECZ, date(2025, 12, 31), date(2026, 1, 2), (date(2025, 12, 1), date(2026, 2, 1))),
    ],
)
def test_the_months_of_which_answers_count(programme, first, last, months):
    """A month counts as a whole, and in one year only."""
    assert Scope(programme, Period(first, last), last).answer_months == months


@pytest.mark.parametrize("programme", ProgrammeCode)
@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_month_of_answers_is_in_one_year(programme, year):
    this, following = (Scope(programme, year_of(programme, one), date(2030, 1, 1)) for one in (year, year + 1))
    assert this.answer_months[1] == following.answer_months[0]


def scope(reference_date: date) -> Scope:
    return Scope(ECZ, MARCH, reference_date)


def test_a_scope_sees_up_to_the_end_of_the_reference_date():
    assert SCOPE.seen_until == at("2025-05-01", 0)
    assert SCOPE.events_until == MARCH.ends_at
    assert scope(date(2025, 3, 30)).events_until == at("2025-03-31", 0)
    assert SCOPE.mature_before == at("2025-01-31", 0)


@pytest.mark.parametrize(
    ("reference_date", "until"),
    [
        (date(2025, 2, 28), date(2025, 3, 31)),
        (date(2025, 3, 1), date(2025, 3, 1)),
        (date(2025, 3, 31), date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 3, 31)),
    ],
)
def test_coaches_count_up_to_the_reference_date_if_it_lies_in_the_period(reference_date, until):
    assert scope(reference_date).coaches_until == until


@pytest.mark.parametrize(
    ("matched_at", "contact_at", "quick"),
    [
        (at("2025-03-03", 15), at("2025-03-04", 15), True),
        (at("2025-03-03", 15), at("2025-03-04", 15, 1), False),
        (at("2025-03-07", 15), at("2025-03-10", 15), True),
        (at("2025-03-08", 15), at("2025-03-10", 23, 59), True),
        (at("2025-03-08", 15), at("2025-03-11", 0, 1), False),
        (at("2025-03-31", 15), at("2025-03-31", 14), True),
        (at("2025-03-03", 15), None, False),
    ],
)
def test_quick_contact_is_within_one_working_day(matched_at, contact_at, quick):
    known = contact(matched_at - timedelta(hours=3), matched_at, contact_at) if contact_at else None
    fact = coupled(known, SCOPE)
    assert fact.is_quick == quick
    assert fact.hours == ((contact_at - matched_at) / timedelta(hours=1) + 3 if contact_at else None)


def test_contact_after_the_reference_date_is_not_seen():
    known = contact(at("2025-03-31"), at("2025-03-31"), at("2025-04-01", 9))
    fact = coupled(known, scope(date(2025, 3, 31)))
    assert (fact.is_quick, fact.hours) == (False, None)


# -- facts become figures


def signed_up(**values) -> SignedUp:
    usual = {
        "is_first": True,
        "supported": False,
        "handovers": 0,
        "referred": False,
        "in_progress": False,
        "ending": Ending.OPEN,
        "entered": False,
        "is_open": True,
        "is_mature": False,
        "dropout": "",
        "from_contact_point": False,
    }
    return SignedUp(**{**usual, **values})


@pytest.mark.parametrize(
    ("ending", "counter"),
    [
        (Ending.HANDED_OVER, "T04a"),
        (Ending.WITHDRAWN, "T04b"),
        (Ending.UNREACHABLE, "T04c"),
        (Ending.OUT_OF_SCOPE, "T04d"),
        (Ending.OPEN, "T04e"),
        (Ending.CLOSED, "T04f"),
    ],
)
@pytest.mark.parametrize("supported", [True, False])
def test_everybody_is_supported_or_in_one_of_six_groups(ending, counter, supported):
    counted = figures(
        tally([(signed_up(ending=ending, supported=supported), 7)], SUPPORT.definitions), SUPPORT.definitions, ECZ
    )
    assert counted["T03"] == Count(7 * supported)
    groups = {id for id, figure in counted.items() if id.startswith("T04") and len(id) == 4 and figure != Count(0)}
    assert groups == (set() if supported else {counter})


def test_a_second_sign_up_of_a_person_counts_as_a_sign_up_only():
    facts = [(signed_up(supported=True), 1), (signed_up(is_first=False, supported=True), 2)]
    counted = figures(tally(facts, SUPPORT.definitions), SUPPORT.definitions, ECZ)
    assert (counted["T01"], counted["T01b"], counted["T03"]) == (Count(1), Count(3), Count(1))


def test_parts_and_statements():
    definitions = [DEFINITIONS["T15"], DEFINITIONS["E03"], DEFINITIONS["E04"], DEFINITIONS["E02"]]
    facts = [
        (Closed("ill"), 3),
        (Closed("goal_reached"), 4),
        (Answered("enough_grip", 4), 2),
        (Answered("enough_grip", 3), 1),
        (Answered("recommend", 9), 5),
        (Answered("recommend", 6), 2),
        (Answered("recommend", 7), 1),
        (Answered("trajectory_grade", 8), 10),
    ]
    counted = figures(tally(facts, definitions), definitions, ECZ)
    assert counted == {
        "T15": Count(7),
        "T15.goal_reached": Count(4),
        "T15.ill": Count(3),
        "E03.outside_org": Share(0, 0),
        "E03.enough_grip": Share(2, 3),
        "E03.feel_better": Share(0, 0),
        "E04": Score(3, 8),
        "E02": Mean(80, 10),
    }
    assert [id for id in figures(tally([], definitions), definitions, SIJW) if id.startswith("E03")] == [
        "E03.know_strengths",
        "E03.know_next_step",
        "E03.more_joy",
    ]


def test_nothing_has_no_share_mean_or_median():
    assert (Share(0, 0).value, Mean(0, 0).value, Median(()).value) == (None, None, None)
    assert Median((1.0, 3.0)).value == 2.0


# -- what always holds


@pytest.mark.parametrize(
    ("figures", "broken"),
    [
        ({"T01": 211, "T03": 188, "T04": 23}, []),
        ({"T01": 211, "T03": 188, "T04": 22}, ["T01 = T03 + T04"]),
        ({"T05": 41, "T06": 23, "T07": 18, "T08": 44}, []),
        ({"T05": 41, "T06": 23, "T07": 18, "T08": 40}, ["T05 <= T08"]),
        ({"T06": 5, "T04": 4}, ["T06 <= T04"]),
        ({"T09": 10, "T10": 2, "T09.blocked": 1, "T11": 7, "T12": 11, "T13": 8}, ["T12 <= T09", "T13 <= T11"]),
        ({"I01": 10, "I02": 5, "I04": 3, "I06": 3, "I06.ill": 3}, ["I01 = I02 + I04 + I06"]),
        ({"T15": 3, "T15.ill": 1, "T15.other": 1}, ["T15 = T15.ill + T15.other"]),
        ({"A01": 4, "A01.srs": 1, "A01.plus": 2, "A01.none": 1}, []),
        ({"T01": 2, "T01b": 1}, ["T01 <= T01b"]),
    ],
)
def test_broken_identities_are_named(figures, broken):
    assert broken_identities({id: Count(value) for id, value in figures.items()}) == broken


def test_groups_that_do_not_add_up_are_named():
    whole = {"T01": Count(5), "T03": Count(3), "T14": Share(1, 2)}
    assert broken_totals(whole, [{"T01": Count(3), "T03": Count(2)}, {"T01": Count(2), "T03": Count(2)}]) == [
        "T03: 3 = 4"
    ]


# -- the list of counters


def test_every_counter_has_its_own_id_name_and_words():
    ids = [definition.id for section in SECTIONS + OVERVIEW for definition in section.definitions]
    assert len(ids) == len(set(ids)) == len(DEFINITIONS)
    names = [definition.name for definition in DEFINITIONS.values()]
    assert len(names) == len(set(names))
    for definition in DEFINITIONS.values():
        assert definition.text.endswith(".")
        assert definition.version >= 1


def test_a_part_is_defined_by_its_counter():
    assert definition_of("T15.goal_reached") is DEFINITIONS["T15"]
    assert definition_of("T01b") is DEFINITIONS["T01b"]


def test_every_part_has_a_name():
    dropouts = {"withdrawn", "unreachable", "out_of_scope", "handed_over", "completed", "stopped"}
    assert dropouts < {str(status) for status in EnrolmentStatus}
    always = {
        part for programme in (ECZ, SIJW) for definition in DEFINITIONS.values() for part in definition.parts(programme)
    }
    assert {*dropouts, *CloseReason, *always, "median_hours"} <= set(PART_LABELS)
