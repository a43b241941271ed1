"""Bands of answers: what is shown of them, and that nothing small can be worked out from what is shown."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.counting.figures import Count, Mean
from portal.disclosure.rules import ENOUGH, TOO_FEW_ANSWERS, protect
from portal.results import rules
from portal.results.rules import (
    AGREEMENT,
    GRADE,
    RECOMMENDATION,
    Scale,
    keeps_small,
    one_of,
    own_mean,
    spread,
)

SCALES = {"grade": (GRADE, 1, 10), "recommendation": (RECOMMENDATION, 0, 10), "agreement": (AGREEMENT, 1, 5)}


@pytest.mark.parametrize("name", SCALES)
def test_every_answer_is_in_exactly_one_band(name):
    scale, lowest, highest = SCALES[name]
    for value in range(lowest, highest + 1):
        assert sum(scale.counts({value: 1})) == 1


def test_a_spread_is_rounded_band_by_band():
    rows = spread({8: 23, 7: 11, 4: 2}, GRADE)
    assert [str(row.people) for row in rows] == ["fewer than 5", "10", "25"]


def test_nothing_is_spread_of_fewer_than_ten():
    assert spread({8: ENOUGH - 1}, GRADE) == []
    assert spread({}, GRADE) == []


def test_a_mean_that_gives_a_low_grade_away_hides_the_spread():
    """Nine tens and a single one: with the mean of 9.1 nobody else could be in the lowest band."""
    answers = {10: 9, 1: 1}
    assert not keeps_small(answers, GRADE)
    assert spread(answers, GRADE) == []


def attacked(answers: Counter[int], scale: Scale) -> dict[int, set[int]]:
    """By brute force over single answers: which counts of every small band fit all that was shown."""
    shown = [(row.label, row.people) for row in spread(answers, scale)]
    counts = scale.counts(answers)
    small = {place for place, count in enumerate(counts) if 0 < count < 5}
    found: dict[int, set[int]] = {place: set() for place in small}
    ranges = [range(max(0, count - 5), count + 6) for count in counts]
    for guess in product(*ranges):
        people = sum(guess)
        if [
            (b.label, protect(Count(n))) for b, n in zip(scale.bands, guess, strict=True)
        ] != shown or people != answers.total():
            continue
        least = sum(number * band.low for band, number in zip(scale.bands, guess, strict=True))
        most = sum(number * band.high for band, number in zip(scale.bands, guess, strict=True))
        means = {str(protect(Mean(total, people), enough=1)) for total in range(least, most + 1)}
        if str(protect(Mean(sum(v * n for v, n in answers.items()), answers.total()))) in means:
            for place in small:
                found[place].add(guess[place])
    return found


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 10), min_size=10, max_size=24))
def test_from_bands_and_mean_no_small_band_can_be_told(grades):
    answers = Counter(grades)
    if spread(answers, GRADE):
        for possible in attacked(answers, GRADE).values():
            assert max(possible) - min(possible) >= 3


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from([0, 7, 10]), min_size=10, max_size=60))
def test_a_spread_and_its_score_leave_small_bands_open(values):
    answers = Counter(values)
    rows = spread(answers, RECOMMENDATION)
    seen = RECOMMENDATION.seen
    assert seen is not None
    counts = RECOMMENDATION.counts(answers)
    for place, count in enumerate(counts):
        if rows and 0 < count < 5:
            fits = {
                guess[place]
                for guess in product(*[range(max(0, n - 5), n + 6) for n in counts])
                if sum(guess) == sum(counts)
                and [protect(Count(n)) for n in guess] == [row.people for row in rows]
                and seen(guess) == seen(counts)
            }
            assert fits == {1, 2, 3, 4}


def test_a_coach_sees_the_mean_of_five_grades_and_not_of_four():
    assert own_mean({8: 3, 6: 1}) == TOO_FEW_ANSWERS
    assert own_mean({8: 4, 7: 1}).value == 7.8
    assert rules.OWN_ENOUGH == 5


@given(st.lists(st.integers(0, 12), min_size=2, max_size=5))
def test_of_one_answer_out_of_several_no_small_one_can_be_told(numbers):
    """Also when the attacker knows how many people answered."""
    counts = {str(place): number for place, number in enumerate(numbers)}
    seen = one_of(counts)
    looks = [[n for n in range(18) if protect(Count(n)) == protect(Count(number))] for number in numbers]
    fits = [guess for guess in product(*looks) if sum(guess) == sum(numbers)]
    for place, number in enumerate(numbers):
        if seen and 0 < number < 5:
            assert {guess[place] for guess in fits} == {1, 2, 3, 4}


def test_one_answer_out_of_several_is_shown_when_nothing_can_be_told():
    assert [str(shown) for shown in one_of({"a": 22, "b": 13, "c": 2}).values()] == ["20", "15", "fewer than 5"]
    assert one_of({"a": 5, "b": 5, "c": 1}) == {}
