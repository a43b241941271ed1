"""The ten nastiest bugs about time, races, mail and reminders that systems like ours have had, in words.

A test that shows one away says which, and which side of it: `@pytest.mark.nasty(1, "a shifted start")`. A contract test
holds that every side has such a test, on both engines where the database decides. `pytest -m nasty` runs them alone.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

# Where the tests that say so are written down, when this module is loaded as a plugin of a run that only collects.
LISTING = "NASTY_LISTING"


@dataclass(frozen=True)
class Bug:
    """What goes wrong, and each side of it that a test has to show away."""

    words: str
    sides: tuple[str, ...]
    # These the database decides: they are shown on both engines.
    decided_by_database: tuple[str, ...] = ()


BUGS = {
    1: Bug(
        "Two people get one time: they choose it at the same moment, or times that overlap.",
        ("the same start", "a shifted start", "another kind of talk", "a kind answer with other times"),
        ("the same start", "a shifted start", "another kind of talk", "a kind answer with other times"),
    ),
    2: Bug(
        "Two people hold one time, and both holds become a talk.",
        ("both confirmed", "one confirmed twice"),
        ("both confirmed", "one confirmed twice"),
    ),
    3: Bug(
        "A talk is moved to a time of the wrong coach, or twice by one link.",
        ("the wrong coach", "a link used twice"),
        ("a link used twice",),
    ),
    4: Bug(
        "A new status forgets to free the time that a talk took.",
        ("every status", "every way through them"),
        ("every status", "every way through them"),
    ),
    5: Bug(
        "The clock changes and hours shift, vanish or come twice.",
        (
            "every week at nine over both changes",
            "the hour that is missing",
            "the hour that comes twice",
            "the horizon on that day",
            "the notice on that day",
        ),
    ),
    6: Bug(
        "Page, mail, calendar and export show another time each, depending on who booked.",
        ("page, mail, calendar and export", "whoever booked"),
    ),
    7: Bug(
        "The scanner of a mail server follows a link and that changes something; the second click fails.",
        ("looking changes nothing", "the second click says so"),
    ),
    8: Bug(
        "Calendars keep what was moved or cancelled, or show it twice.",
        ("one UID and a rising SEQUENCE", "CANCEL removes it", "nothing twice"),
    ),
    9: Bug(
        "Reminders come after a cancellation, not after a move, twice, or never.",
        ("none after a cancel", "again after a move", "once under two workers", "not lost in a crash"),
        ("once under two workers", "not lost in a crash"),
    ),
    10: Bug(
        "A coach leaves or is away, and something goes on as if nothing had happened.",
        tuple(f"{what} when {why}" for why in ("they leave", "they are away") for what in
              ("bookings", "offers", "links", "feeds")),
    ),
}  # fmt: skip


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write down which tests show what, and on which engine: lines of JSON."""
    path = os.environ.get(LISTING)
    if path:
        lines = [json.dumps([*mark.args, engine_of(item)]) for item in session.items for mark in marks_of(item)]
        Path(path).write_text("\n".join(lines))


def marks_of(item: pytest.Item) -> list[pytest.Mark]:
    return list(item.iter_markers("nasty"))


def engine_of(item: pytest.Item) -> str:
    """The engine that this test runs on; '' when it needs none."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("engine", "") if callspec else ""
