"""When texts are shown, how they become quotes by cutting only, and when they go."""

import re
from datetime import date
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode

# Fewer texts than this of one programme and region are not shown: who knows who answered could guess.
SMALLEST_BATCH = 5
KEPT_MONTHS = 24
# On one page; the next appear when these are done.
MOST_SHOWN = 50
LEFT_OUT = "(…)"
TOKEN = re.compile(r"\w+|[^\w\s]")
PUNCTUATION = re.compile(r"[.,;:!?)]")


class RemarkState(LabelledCode):
    """What the moderator made of it."""

    NEW = "new", N_("To be read")
    APPROVED = "approved", N_("Approved as a quote")
    PUT_ASIDE = "put_aside", N_("Read, not quoted")


class NoConsent(DomainError):
    status = 409
    message = N_("The writer did not allow this to be quoted.")


class OnlyCutting(DomainError):
    field = "quote"
    message = N_("You can only leave words out. Do not add, change or move anything.")


class NothingLeft(DomainError):
    field = "quote"
    message = N_("Leave some of the text, or put it aside.")


def cut(text: str, shortened: str) -> str:
    """The text with what was left out as '(…)'; raises OnlyCutting when anything was added, changed or moved."""
    wanted = [word.group() for word in TOKEN.finditer(shortened.replace(LEFT_OUT, " "))]
    if not wanted:
        raise NothingLeft
    kept: list[re.Match[str]] = []
    left = iter(TOKEN.finditer(text))
    for word in wanted:
        found = next((token for token in left if token.group() == word), None)
        if found is None:
            raise OnlyCutting
        kept.append(found)
    return _joined(text, kept)


def _joined(text: str, kept: list[re.Match[str]]) -> str:
    parts = [kept[0].group()] if not TOKEN.search(text[: kept[0].start()]) else [f"{LEFT_OUT} {kept[0].group()}"]
    for before, after in pairwise(kept):
        between = text[before.end() : after.start()]
        gap = f" {LEFT_OUT}" if PUNCTUATION.fullmatch(after.group()) else f" {LEFT_OUT} "
        parts += [gap if TOKEN.search(between) else between, after.group()]
    if TOKEN.search(text[kept[-1].end() :]):
        parts.append(f" {LEFT_OUT}")
    return "".join(parts)


def possible_names(text: str) -> list[str]:
    """Words with a capital inside a sentence, each once: they may name somebody."""
    found = [
        word.group()
        for word in re.finditer(r"\w+", text)
        if word.group()[0].isupper() and len(word.group()) > 1 and not _begins_a_sentence(text[: word.start()])
    ]
    return list(dict.fromkeys(found))


def _begins_a_sentence(before: str) -> bool:
    return not before.strip(" \t\"'(„“‘") or before.rstrip(" \t\"'(„“‘")[-1] in ".!?:\n"


def kept_since(today: date) -> date:
    """The first month of which texts are still kept."""
    return (today - relativedelta(months=KEPT_MONTHS)).replace(day=1)
