"""What a published figure may say."""

import pytest

from portal.published import rules


@pytest.mark.parametrize(
    ("text", "counter", "value"),
    [
        ("211", "T01", 211),
        ("0", "T05", 0),
        ("12", "T15.ill", 12),
        ("88%", "I03", 0.88),
        ("88", "I03", 0.88),
        ("0.88", "I03", 0.88),
        ("-25%", "E04", -0.25),
        ("8.1", "E02", 8.1),
        ("26.5", "T14.median_hours", 26.5),
        ("35%", "C01", 0.35),
        ("0.35", "C01", 0.35),
        ("3545", "C01", 3545),
    ],
)
def test_a_figure_is_a_count_a_mean_or_a_share(text, counter, value):
    assert rules.figure_in(text, counter=rules.check_counter(counter)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "counter", "error"),
    [
        ("", "T01", rules.NotAFigure),
        ("43.835,0", "T01", rules.NotAFigure),
        ("bijna 700", "T13", rules.NotAFigure),
        ("٧", "T01", rules.NotAFigure),
        ("88%", "T01", rules.NotAFigure),
        ("1.5", "T01", rules.NotACount),
        ("-1", "T01", rules.NotACount),
        ("188%", "I03", rules.NotAShare),
        ("188%", "C01", rules.NotAShare),
        ("3545.5", "C01", rules.NotACount),
    ],
)
def test_anything_else_is_refused(text, counter, error):
    with pytest.raises(error):
        rules.figure_in(text, counter=counter)


@pytest.mark.parametrize("counter", ["", "T99", "t01", "T01x"])
def test_a_counter_must_exist(counter):
    with pytest.raises(rules.UnknownCounter):
        rules.check_counter(counter)
