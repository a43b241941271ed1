"""Six months to the day; at the end of a month its last day."""

from datetime import date

import pytest

from portal.later import rules


@pytest.mark.parametrize(
    ("today", "closed"),
    [
        (date(2026, 9, 2), date(2026, 3, 2)),
        (date(2026, 8, 31), date(2026, 2, 28)),
        (date(2026, 9, 30), date(2026, 3, 30)),
    ],
)
def test_who_was_ready_by_this_day_is_asked(today, closed):
    assert rules.closed_by(today) == closed
