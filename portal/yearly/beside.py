"""What others published over the period of a report, beside what we count."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.disclosure.rules import Protected, rounded
from portal.i18n import gettext
from portal.published.rules import Qualifier, in_words
from portal.yearly.overview import Overview
from portal.yearly.shown import Kept
from portal.yearly.words import name_of


@dataclass(frozen=True)
class Beside:
    """A figure that others published, beside the one that we count; `differs` when it must be explained."""

    id: str
    name: str
    counted: Protected
    published: str
    source: str
    differs: bool


def published(overview: Overview) -> list[Beside]:
    """Every figure that was published when the report was checked."""
    return [_beside(overview, one) for one in overview.content["published"]]


def _beside(overview: Overview, one: Mapping[str, Any]) -> Beside:
    counted = overview.content["figures"].get(one["counter"], {})
    qualifier = Qualifier(one["qualifier"])
    return Beside(
        id=one["counter"],
        name=gettext(name_of(one["counter"])),
        counted=overview.figure(one["counter"]) if counted else Protected("0"),
        published=in_words(one["value"], qualifier, counter=one["counter"]),
        source=one["source"],
        differs=differs(one["value"], qualifier, counted),
    )


def has_two_readings(overview: Overview) -> bool:
    """Whether different numbers of handovers were published over this period (41 and 23)."""
    return len({one["value"] for one in overview.content["published"] if one["counter"] in ("T05", "T06")}) > 1


def differs(value: float, qualifier: Qualifier, counted: Kept) -> bool:
    """Whether an exact number that was published is another one than we count, as far as ours is told."""
    if qualifier != Qualifier.EXACT or counted.get("kind") != "count":
        return False
    if "exact" in counted:
        return bool(counted["exact"] != value)
    return "value" in counted and rounded(int(value)) != counted["value"]
