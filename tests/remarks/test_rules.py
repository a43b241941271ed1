"""A quote is the text with words left out, and nothing else; words that may be names are pointed at."""

from datetime import date

import pytest

from portal.remarks import rules

TEXT = "Ik durf weer. Mijn coach Bram luisterde echt, ook toen het in Enschede misging!"


@pytest.mark.parametrize(
    ("shortened", "quote"),
    [
        (TEXT, TEXT),
        ("Ik durf weer.", "Ik durf weer. (…)"),
        ("Mijn coach luisterde echt", "(…) Mijn coach (…) luisterde echt (…)"),
        ("Mijn coach (…) luisterde echt", "(…) Mijn coach (…) luisterde echt (…)"),
        ("Ik durf weer. Mijn coach luisterde echt!", "Ik durf weer. Mijn coach (…) luisterde echt (…)!"),
    ],
)
def test_what_is_left_out_is_marked(shortened, quote):
    assert rules.cut(TEXT, shortened) == quote
    assert rules.cut(TEXT, quote) == quote


@pytest.mark.parametrize(
    "shortened", ["Ik durf niet.", "Ik durf weer. Fijn!", "ik durf weer", "weer durf Ik", f"{TEXT} Ik"]
)
def test_adding_changing_and_moving_are_refused(shortened):
    with pytest.raises(rules.OnlyCutting):
        rules.cut(TEXT, shortened)


@pytest.mark.parametrize("shortened", ["", "  ", "(…)"])
def test_something_must_be_left(shortened):
    with pytest.raises(rules.NothingLeft):
        rules.cut(TEXT, shortened)


def test_words_with_a_capital_inside_a_sentence_may_be_names():
    assert rules.possible_names(TEXT) == ["Bram", "Enschede"]
    assert rules.possible_names("Fijn. Heel Fijn, en Fijn!\nDank aan Noor.\nIk ben I.") == ["Fijn", "Noor"]
    assert rules.possible_names("") == []


def test_texts_are_kept_for_24_months():
    assert rules.kept_since(date(2026, 3, 31)) == date(2024, 3, 1)
