"""Who may be offered to participants, and how a coach leaves."""

from enum import StrEnum


class CoachStatus(StrEnum):
    APPLIED = "applied"
    AVAILABLE = "available"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    BLOCKED = "blocked"
