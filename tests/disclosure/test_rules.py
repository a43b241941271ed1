"""The protection of small numbers, one by one."""

import re
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.counting.figures import Count, Mean, Median, Score, Share
from portal.disclosure.rules import (
    ENOUGH,
    FEWER,
    TOO_FEW_ANSWERS,
    TOO_FEW_PEOPLE,
    Basis,
    by_size,
    counts_behind,
    exact,
    protect,
    published,
    rough,
    span,
    told,
)
from portal.exports.sheets import Percentage

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


@patiently
@given(people)
def test_what_is_told_of_a_count_is_what_is_told_alike(count):
    low, high = told(count)
    assert low <= count <= high
    assert {protect(Count(other)) for other in range(low, high + 1)} == {protect(Count(count))}
    assert protect(Count(count)) not in [protect(Count(other)) for other in (low - 1, high + 1) if other >= 0]


# -- shares, means and the rest


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Share(0, 40), "0%"),
        (Share(40, 40), "at least 90%"),
        (Share(188, 211), "90%"),
        (Share(38575, 43835), "88%"),
        (Share(5, 10), "about 50%"),
        (Share(7, 15), "about 33%"),
        (Share(3, 12), "less than 50%"),
        (Share(9, 12), "at least 66%"),
        (Share(1, 43), "less than 12%"),
        (Share(42, 43), "about 89%"),
        (Share(203, 203), "100%"),
        (Share(9, 9), "too few people"),
        (Share(0, 0), "too few people"),
    ],
)
def test_a_share_in_words(share, words):
    assert str(protect(share)) == words


@patiently
@given(shares(least=10), st.data())
def test_a_share_says_no_more_than_its_counts(share, data):
    """Any other counts that are told in the same words are told as the same share."""
    numerator, denominator = (data.draw(st.integers(*told(count))) for count in (share.numerator, share.denominator))
    assume(ENOUGH <= denominator >= numerator)
    assert protect(Share(numerator, denominator)) == protect(share)


@patiently
@given(shares(least=10))
def test_a_share_is_true(share):
    shown = str(protect(share))
    percents = Fraction(int(re.search(r"(\d+)%", shown).group(1)), 100)
    exactly = Fraction(share.numerator, share.denominator)
    if shown.startswith("less"):
        assert exactly < percents
    elif shown.startswith("at least"):
        assert exactly >= percents
    else:  # Two people more or less on both sides, and half a per cent.
        assert abs(exactly - percents) <= Fraction(4, share.denominator) + Fraction(1, 200)


@patiently
@given(st.integers(10, 20_000), st.data())
def test_a_score_fits_every_number_of_answers_that_it_can_be_about(n, data):
    shown = protect(Score(data.draw(st.integers(-n, n)), n))
    other = data.draw(st.integers(max(told(n)[0], ENOUGH), told(n)[1]))
    assert any(protect(Score(balance, other)) == shown for balance in range(-other, other + 1))


@patiently
@given(st.integers(10, 5_000), st.data())
def test_a_mean_fits_every_number_of_answers_that_it_can_be_about(n, data):
    mean = Mean(data.draw(st.integers(n, 10 * n)), n)
    other = data.draw(st.integers(max(told(n)[0], ENOUGH), told(n)[1]))
    least, most = (round(end * other) for end in span(mean))
    totals = {*range(least - 1, least + other // 10 + 2), *range(most - other // 10 - 1, most + 2)}
    assert any(protect(Mean(total, other)) == protect(mean) for total in totals)


@patiently
@given(st.integers(10, 5_000), st.data())
def test_a_mean_or_score_lies_where_it_is_told_to_lie(n, data):
    for figure, real in [
        (Mean(total := data.draw(st.integers(n, 10 * n)), n), Fraction(total, n)),
        (Score(balance := data.draw(st.integers(-n, n)), n), Fraction(100 * balance, n)),
    ]:
        low, high = span(figure)
        assert low - 1e-9 <= real <= high + 1e-9


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
    assert str(protect(Score(-1, 12))) == "-10"
    assert str(protect(Median((1.0,) * 5 + (30.4,) * 6))) == "30"


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Mean(88, 10), "8,8"),
        (Mean(89, 10), "at least 8,8"),
        (Mean(120, 12), "at least 8,8"),
        (Mean(27, 10), "2,7"),
        (Mean(10, 10), "at most 2,7"),
        (Mean(1980, 200), "9,9"),
        (Score(5, 10), "+50"),
        (Score(10, 10), "at least +50"),
        (Score(-12, 12), "at most -50"),
        (Score(0, 10), "0"),
        (Score(190, 200), "+95"),
        (Score(200, 200), "at least +97"),
    ],
)
def test_a_mean_or_score_near_the_end_leaves_it_open_how_near(figure, words):
    """Of ten people who give 9.5 at most one can have given a 5."""
    assert str(protect(figure)) == words


# -- what leaves by an export


def test_a_rounded_number_beside_an_exact_one_is_about_so_many():
    assert [str(rough(protect(Count(number)))) for number in (44, 3, 0)] == ["about 45", "fewer than 5", "0"]


@pytest.mark.parametrize(
    ("figure", "cell", "precision"),
    [
        (Count(48), 50, ""),
        (Count(3), "fewer than 5", ""),
        (Share(180, 200), 0.9, ""),
        (Share(20, 30), 0.67, "roughly"),
        (Share(3, 200), "less than 3%", ""),
        (Share(3, 9), "too few people", ""),
        (Mean(75, 10), 7.5, ""),
    ],
)
def test_a_cell_holds_the_number_that_is_told_and_else_the_words(figure, cell, precision):
    shown = protect(figure)
    assert (shown.cell, shown.precision) == (cell, precision)
    assert isinstance(shown.cell, Percentage) == (isinstance(figure, Share) and isinstance(cell, float))


def test_a_basis_is_a_number_and_says_what_of():
    of_share, of_mean = (
        Basis.behind({name: protect(count) for name, count in counts_behind(figure).items()})
        for figure in (Share(180, 211), Mean(300, 37))
    )
    assert (str(of_share), of_share.number.cell) == ("of 210", 210)
    assert (str(of_mean), of_mean.number.cell) == ("N = 35", 35)
    assert Basis.behind({}) is None


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


def test_the_longest_stand_first_and_equals_by_name():
    rows = [("B", protect(Count(3))), ("C", protect(Count(20))), ("A", protect(Count(1))), ("D", protect(Count(0)))]
    assert by_size(rows) == [
        ("C", 20.0, "20"),
        ("A", 2.5, "fewer than 5"),
        ("B", 2.5, "fewer than 5"),
        ("D", 0.0, "0"),
    ]
