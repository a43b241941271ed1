"""Phone numbers as people read them."""

import pytest

from portal.enrolments import rules


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+31612345678", "06 12 34 56 78"),
        ("+31531234567", "053 123 4567"),
        ("+31201234567", "020 123 4567"),
        ("+32470123456", "+32 470 12 34 56"),
    ],
)
def test_a_phone_number_is_read_in_groups(stored, read):
    assert rules.readable_phone(stored) == read
    assert rules.phone_number(read) == stored
