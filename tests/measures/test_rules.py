"""How long the key exists."""

from datetime import timedelta

from portal.measures import rules


def test_a_key_is_kept_sixty_days_after_the_end():
    assert timedelta(days=60) == rules.KEY_KEPT
