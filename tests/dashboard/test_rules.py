"""When the mail about a quarter goes out, how long people wait, and equal places."""

import pytest

from portal.dashboard import rules
from tests.counting.rows import at


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        (at("2026-01-01", 10), None),  # New Year's Day.
        (at("2026-01-02", 7, 59), None),
        (at("2026-01-02", 8), "2025-Q4"),
        (at("2026-01-02", 17, 59), "2025-Q4"),
        (at("2026-01-02", 18), None),
        (at("2026-01-03", 10), None),  # A Saturday.
        (at("2026-01-08", 10), "2025-Q4"),
        (at("2026-01-09", 10), None),
        (at("2026-04-01", 8), "2026-Q1"),
        (at("2026-04-06", 8), None),  # Easter Monday.
        (at("2026-07-01", 8), "2026-Q2"),
        (at("2026-10-01", 8), "2026-Q3"),
        (at("2026-05-01", 8), None),
        (at("2026-09-30", 12), None),
    ],
)
def test_the_mail_goes_out_at_working_hours_after_the_quarter(moment, quarter):
    assert rules.quarter_to_mail(moment) == quarter


def test_what_is_as_long_has_the_same_place():
    rows = [("a", 20.0, "20"), ("b", 10.0, "10"), ("c", 10.0, "10"), ("d", 2.5, "fewer than 5")]
    assert [(row.place, row.name) for row in rules.ranked(rows)] == [(1, "a"), (2, "b"), (2, "c"), (4, "d")]
    assert rules.ranked([]) == []
