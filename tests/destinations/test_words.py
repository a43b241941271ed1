"""What the portal says of urgent help in both languages."""

import csv

import pytest

from portal.destinations.words import BROUGHT_ALONG, in_own_language
from portal.i18n import speaking
from tests.live import ROOT

DATA = ROOT / "portal" / "destinations" / "data" / "destinations.csv"


def brought_along() -> set[str]:
    """The words about urgent help, but for names that are numbers."""
    with DATA.open(encoding="utf-8", newline="") as file:
        urgent = [row for row in csv.DictReader(file) if row["class"] == "urgent"]
    texts = {row[column] for row in urgent for column in ("name", "for_what", "how_in", "hours")}
    return {text for text in texts if text and not text.isdigit()}


def test_all_that_was_brought_along_about_urgent_help_is_there_in_both_languages(app):
    assert set(BROUGHT_ALONG) == brought_along()
    for text, english in BROUGHT_ALONG.items():
        with speaking("nl"):
            assert in_own_language(text) == text
        with speaking("en"):
            assert in_own_language(text) == english


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_a_keeper_wrote_stays_as_it_is(app, language):
    with speaking(language):
        assert in_own_language("Bel eerst even.") == "Bel eerst even."
