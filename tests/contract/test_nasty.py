"""Each of the ten nastiest bugs is shown away by a test that says so, on both engines where the database decides."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.nasty import BUGS, LISTING

ROOT = Path(__file__).resolve().parents[2]
MARKED = re.compile(r"^\s*(@pytest\.mark|pytestmark = .*)\.?nasty\(|mark\.nasty\(", re.MULTILINE)


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict[tuple[int, str], set[str]]:
    """The engines on which each side of each bug is shown, as pytest itself collects the tests."""
    listing = tmp_path_factory.mktemp("nasty") / "listing"
    files = [str(path) for path in (ROOT / "tests").rglob("test_*.py") if MARKED.search(path.read_text())]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "tests.nasty", "-n0", "-qq", *files]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, LISTING: str(listing)}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for number, side, engine in map(json.loads, listing.read_text().splitlines()):
        found[number, side].add(engine)
    return found


def test_every_side_of_every_bug_is_shown_away(shown):
    assert set(shown) == {(number, side) for number, bug in BUGS.items() for side in bug.sides}


def test_what_the_database_decides_is_shown_on_both_engines(shown):
    decided = [(number, side) for number, bug in BUGS.items() for side in bug.decided_by_database]
    assert {key: shown[key] for key in decided if not shown[key] >= {"sqlite", "postgres"}} == {}
