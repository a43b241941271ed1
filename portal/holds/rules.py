"""How long a time is kept."""

from datetime import timedelta

# A time under somebody's hand is kept for so long.
HOLD = timedelta(minutes=10)
