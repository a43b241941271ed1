"""How the tests are shared out over processes: those of a file and engine stay together, the longest come first."""

import re

import pytest
from xdist.scheduler import LoadScopeScheduling

# Their files share what takes long to make.
TOGETHER = ("tests/demo/",)
# What takes half a minute or more, the longest first: the others fill up the time until all are done.
LONGEST = (
    "tests/browser/test_pages", "tests/demo/", "tests/journeys/", "tests/disclosure/", "tests/browser/",
    "tests/contract/", "tests/erasure/", "tests/outside/", "tests/yearly/", "tests/sessions/", "tests/reports/",
)  # fmt: skip
ENGINE = re.compile(r"\[(sqlite|postgres)\b")


class ByFile(LoadScopeScheduling):
    """Gives a process all tests of a file on an engine, so that what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        found = ENGINE.search(test)
        return f"{next(filter(file.startswith, TOGETHER), file)} {found.group(1) if found else ''}"


def longest_first(items: list[pytest.Item]) -> list[pytest.Item]:
    return sorted(items, key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    return next((number for number, begins in enumerate(LONGEST) if nodeid.startswith(begins)), len(LONGEST))
