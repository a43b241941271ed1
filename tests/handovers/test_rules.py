"""What may be in a handover, how long its link can be tried, and when the coach is asked."""

from datetime import UTC, date, datetime

import pytest

from portal.accounts.rules import LooksLikeServiceNumber
from portal.handovers import rules
from portal.handovers.rules import Closing, Way


@pytest.mark.parametrize("words", ["", "   \n "])
def test_there_are_words(words):
    with pytest.raises(rules.WordsMissing):
        rules.check_words(words)


def test_no_citizen_service_number_is_passed_on():
    rules.check_words("Bel 06 12 34 56 78, of 0612345678.")
    with pytest.raises(LooksLikeServiceNumber) as error:
        rules.check_words("Naam: Noor, nummer 111222333")
    assert error.value.field == "words"


def test_only_a_place_with_an_address_gets_a_mail():
    rules.check_way(Way.PHONE, "")
    rules.check_way(Way.MAIL, "aanmelden@example.org")
    with pytest.raises(rules.NoMailAddress):
        rules.check_way(Way.MAIL, "")


def test_codes_are_six_digits_and_differ():
    codes = {rules.new_code() for _ in range(50)}
    assert len(codes) > 40
    assert all(len(code) == 6 and code.isdigit() for code in codes)


@pytest.mark.parametrize(
    ("typed", "right"),
    [("012345", True), ("012 345", True), ("012-345", True), ("12345", False), ("", False), ("é", False)],
)
def test_a_code_may_be_typed_as_it_was_told(typed, right):
    assert rules.is_the_code(typed, "012345") is right


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        (datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 3, 5, 10, tzinfo=UTC)),
        (datetime(2026, 3, 5, 10, tzinfo=UTC), datetime(2026, 3, 10, 10, tzinfo=UTC)),
        (datetime(2026, 3, 26, 10, tzinfo=UTC), datetime(2026, 3, 31, 9, tzinfo=UTC)),
    ],
)
def test_the_coach_is_asked_after_three_working_days(sent, asked):
    """On the same time of a Dutch clock, also over the change to summer time."""
    assert rules.ask_next(sent) == asked


@pytest.mark.parametrize(
    ("sent_on", "today", "found"),
    [
        (None, date(2026, 3, 9), False),
        (date(2026, 3, 5), date(2026, 3, 9), False),
        (date(2026, 3, 5), date(2026, 3, 10), True),
    ],
)
def test_the_day_page_asks_when_the_coach_should_know(sent_on, today, found):
    assert rules.is_to_ask(sent_on, today) is found


def test_a_trajectory_is_not_closed_in_silence_while_something_is_handed_over():
    rules.check_closing([], Closing.SAID_NOTHING)
    rules.check_closing(["one"], Closing.STAYS)
    with pytest.raises(rules.HandoverUnderWay):
        rules.check_closing(["one"], Closing.SAID_NOTHING)
