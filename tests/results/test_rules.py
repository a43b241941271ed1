"""Bands of answers, what is said of the same people then and now, and a coach's own grades."""

import pytest

from portal.counting.figures import Mean, Share
from portal.disclosure.bands import AGREEMENT, GRADE, RECOMMENDATION
from portal.disclosure.rules import TOO_FEW_ANSWERS
from portal.questionnaires.rules import Kind
from portal.results import rules
from portal.results.rules import before_and_after, own_mean

SCALES = {"grade": (GRADE, 1, 10), "recommendation": (RECOMMENDATION, 0, 10), "agreement": (AGREEMENT, 1, 5)}


@pytest.mark.parametrize("name", SCALES)
def test_every_answer_is_in_exactly_one_band(name):
    scale, lowest, highest = SCALES[name]
    for value in range(lowest, highest + 1):
        assert sum(scale.counts({value: 1})) == 1


def test_before_and_after_are_means_of_grades_and_shares_that_agree():
    pairs = [(4, 7), (2, 3), (5, 3)]
    assert before_and_after(Kind.GRADE, pairs) == (Mean(11, 3), Mean(13, 3))
    assert before_and_after(Kind.STATEMENT, pairs) == (Share(2, 3), Share(1, 3))


def test_a_coach_sees_the_mean_of_five_grades_and_not_of_four():
    assert own_mean({8: 3, 6: 1}) == TOO_FEW_ANSWERS
    assert own_mean({8: 4, 7: 1}).value == 7.8
    assert rules.OWN_ENOUGH == 5


def test_a_coach_sees_a_mean_near_the_end_as_it_is():
    assert own_mean({10: 5}).value == 10.0
