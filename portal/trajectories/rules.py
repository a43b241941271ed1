"""When contact is due, what a trajectory entitles to, and how it ends."""

from enum import StrEnum


class TrajectoryStatus(StrEnum):
    OPEN = "open"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    STOPPED = "stopped"


class ChosenBy(StrEnum):
    PARTICIPANT = "participant"
    PORTAL = "portal"
    DESK = "desk"
