"""Bands of answers: what is shown of them, and that nothing small can be worked out from what is shown."""

from collections import Counter
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.counting.figures import Count, Mean, Score, Share
from portal.counting.rules import agrees, recommends
from portal.disclosure import linear
from portal.disclosure.bands import AGREEMENT, GRADE, RECOMMENDATION
from portal.disclosure.bounds import suspect
from portal.disclosure.rules import ENOUGH, NOT_SHOWN, told
from portal.disclosure.tables import Publication

thoroughly = settings(deadline=None, max_examples=100)
SCALES = (
    (lambda answers: Mean(sum(value * times for value, times in answers.items()), answers.total()), GRADE, 1, 10),
    (
        lambda answers: Score(sum(recommends(value) * times for value, times in answers.items()), answers.total()),
        RECOMMENDATION,
        0,
        10,
    ),
    (
        lambda answers: Share(sum(times for value, times in answers.items() if agrees(value)), answers.total()),
        AGREEMENT,
        1,
        5,
    ),
)


@st.composite
def answered(draw):
    """A figure about answers on a scale, and how often every answer was given; mostly nearly all are alike."""
    made, scale, lowest, highest = draw(st.sampled_from(SCALES))
    values = st.integers(lowest, highest)
    answers = Counter({draw(values): draw(st.sampled_from([0, 5, 8, 9, 12, 30, 104]))})
    answers.update(draw(st.lists(values, min_size=5, max_size=9)))
    return made(answers), scale, answers


def spread(figure, scale, answers) -> Publication:
    made = Publication()
    made.add({"E02": figure})
    made.spread("E02", answers, scale)
    return made


@thoroughly
@given(answered())
def test_a_mean_or_score_alone_narrows_no_band(given):
    made = spread(*given)
    made.hidden |= {cell for sum_ in made.sums for cell in sum_.parts}
    assert linear.narrowed(made) == set()


@thoroughly
@given(answered())
def test_bands_beside_their_mean_or_score_narrow_no_band(given):
    """Found by trying all that looks the same; the linear program finds nothing either."""
    made = spread(*given)
    made.withhold(suspect)
    assert suspect(made) == linear.narrowed(made) == set()
    assert made.shown("E02") != NOT_SHOWN


@thoroughly
@given(answered())
def test_bands_that_are_shown_could_each_be_any_small_number(given):
    _, scale, answers = given
    made = spread(*given)
    made.withhold(suspect)
    counts, shown = scale.counts(answers), [made.figures[""].get(f"E02.{name}") for name in scale.names]
    if None in shown or not made.hidden.isdisjoint(made.sums[0].parts):
        return
    [whole] = {sum_.whole for sum_ in made.sums}
    people = range(*(int(end) + place for place, end in enumerate(made.bounds()[whole])))
    fits = [
        guess
        for guess in product(*(range(told(count)[0], told(count)[1] + 1) for count in counts))
        if sum(guess) in people and all(one.scale.fits(guess, one.span) for one in made.averages)
    ]
    for place, count in enumerate(counts):
        if 0 < count < 5:
            assert {guess[place] for guess in fits} == {1, 2, 3, 4}


def test_a_mean_that_gives_a_low_grade_away_hides_the_spread():
    """Nine eights and a single one: with a mean of 7.3 at most three people can be in the lowest band."""
    made = spread(Mean(73, 10), GRADE, Counter({8: 9, 1: 1}))
    made.withhold(suspect)
    assert [made.shown(f"E02.{name}") for name in GRADE.names] == [NOT_SHOWN] * 3
    assert str(made.shown("E02")) == "7,3"


def test_a_spread_is_rounded_band_by_band():
    answers = Counter({8: 23, 7: 11, 4: 2})
    made = spread(Mean(269, 36), GRADE, answers)
    made.withhold(suspect)
    assert [str(made.shown(f"E02.{name}")) for name in GRADE.names] == ["fewer than 5", "10", "25"]


def test_nothing_is_spread_of_fewer_than_ten():
    made = spread(Mean(72, 9), GRADE, Counter({8: ENOUGH - 1}))
    assert made.sums == []


def test_answers_of_a_question_are_divided_where_nothing_small_can_be_told():
    for numbers, is_shown in [((22, 13, 2), True), ((5, 5, 1), False), ((3, 2, 2), False)]:
        made = Publication()
        made.add({"own_1": Count(sum(numbers))})
        made.break_down("own_1", dict(zip("abc", numbers, strict=True)))
        made.withhold(suspect)
        assert (made.shown("own_1.a") != NOT_SHOWN) == is_shown
