"""Protected figures as plain values, to be kept in a report and read again in the language of whoever reads it.

A figure is a dict: `kind`, `size` (how long it is drawn), `value` (the number that may be seen, if there is one) and
`says` (the words that stand for it or around it, with their `limit`, which is a number where it is a mean); `exact`
besides where a headline is told exactly, or a share in whole percents with both its counts. The counts that stand
beside a share or mean are figures of their own: `numerator` and `denominator`, or `n`.
"""

from collections.abc import Callable, Mapping
from math import floor
from typing import Any

from portal.counting.figures import Count, Figure, Mean, Median, NineInTen, Score, Share
from portal.disclosure.cells import FEW, UNKNOWN, WHOLE, Bounds, Cell
from portal.disclosure.relations import name_of
from portal.disclosure.rules import (
    ABOUT,
    BASES,
    FEWER,
    LEAST,
    LESS,
    MOST,
    NOT_SHOWN,
    TOO_FEW_ANSWERS,
    TOO_FEW_PEOPLE,
    Basis,
    Protected,
    counts_behind,
    protect,
    told,
)
from portal.exports.sheets import Percentage
from portal.i18n import balance, grade, number

Kept = Mapping[str, Any]
KINDS = {Count: "count", Share: "share", Score: "score", Mean: "mean", Median: "hours", NineInTen: "hours"}
# The counts that stand beside a figure of each kind; a count is one itself.
ENDS = {
    "count": ("",),
    "share": ("numerator", "denominator"),
    **dict.fromkeys(("score", "mean", "hours"), ("n",)),
}
SAYINGS = {
    "fewer": FEWER.words,
    "less": LESS,
    "about": ABOUT,
    "least": LEAST,
    "most": MOST,
    "too_few_answers": TOO_FEW_ANSWERS.words,
    "too_few_people": TOO_FEW_PEOPLE.words,
    "not_shown": NOT_SHOWN.words,
}
SAID_AS = {words: code for code, words in SAYINGS.items()}
WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "count": number,
    "share": lambda part: f"{round(100 * part)}%",
    "score": balance,
    "mean": grade,
    "hours": number,
}


def kept(figure: Figure, shown: Protected, *, exact: bool = False) -> dict[str, Any]:
    """What may be seen of a figure, as `shown` has it, and of the counts behind it if it is told at all.

    `exact` adds the number itself, for a headline that the linear check allows.
    """
    entry: dict[str, Any] = {"kind": KINDS[type(figure)], "size": round(shown.size, 2)}
    if shown.words in SAID_AS:
        entry["says"] = SAID_AS[shown.words]
        if shown.numbers:
            entry["limit"] = shown.size if isinstance(figure, Mean) else shown.numbers[0][1]
    if shown.value is not None:
        entry["value"] = shown.value
    if exact:
        entry["exact"] = _in_percents(figure) if isinstance(figure, Share) else figure.value
    behind = counts_behind(figure) if shown.is_told else {}
    return entry | {name: kept(count, protect(count), exact=exact) for name, count in behind.items()}


def _in_percents(share: Share) -> float:
    """A share in whole percents, a half upwards, so that every program writes the same."""
    return floor(100 * (share.value or 0) + 0.5) / 100


def bounds(entry: Kept) -> Bounds:
    """The least and the most that a count can have been of which this was told."""
    if "exact" in entry:
        return entry["exact"], entry["exact"]
    if entry.get("says") == SAID_AS[FEWER.words]:
        return FEW
    return told(int(entry["value"])) if "value" in entry else UNKNOWN


def told_in(content: Mapping[str, Any], table: Callable[[str, str], str]) -> dict[Cell, Bounds]:
    """What this content tells of each number in it; `table` names the table of a group."""
    figures = [(WHOLE, id, entry) for id, entry in content["figures"].items()]
    for name, one in content["tables"].items():
        for row in one["rows"]:
            of_group = zip(one["columns"], row["figures"], strict=True)
            figures += [(table(name, row["key"]), id, entry) for id, entry in of_group]
    return {
        (of, name_of(id, end) if end else id): bounds(entry.get(end, {}) if end else entry)
        for of, id, entry in figures
        for end in ENDS[entry["kind"]]
    }


def read(entry: Kept) -> Protected:
    """The figure for a page, in the language of the reader."""
    value = entry.get("exact", entry.get("value"))
    if value is not None and entry["kind"] == "share":
        value = Percentage(value)
    if "says" in entry and "exact" not in entry:
        numbers = (("share", _limit(entry)),) if "limit" in entry else ()
        return Protected(SAYINGS[entry["says"]], value, entry["size"], numbers)
    return Protected("%(number)s", value, entry["size"], (("number", WRITTEN[entry["kind"]](value)),))


def _limit(entry: Kept) -> str:
    return WRITTEN["mean"](entry["limit"]) if entry["kind"] == "mean" else str(entry["limit"])


def basis(entry: Kept) -> Basis | None:
    """Such as 'of 115' for a share and 'N = 35' for a mean; nothing for a figure that is not told."""
    return Basis.behind({name: read(entry[name]) for name in BASES if name in entry}) if read(entry).is_told else None
