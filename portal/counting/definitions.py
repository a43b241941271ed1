"""What a counter is: a name and a meaning that people read, and the rule by which facts are counted."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from portal.counting.figures import Count, Figure, Median, NineInTen, Share, Tally
from portal.programmes.codes import ProgrammeCode

# What can be said of how long something took: parts of a counter.
MEDIAN_HOURS, NINE_IN_TEN_HOURS = "median_hours", "p90_hours"
MEDIAN_DAYS, NINE_IN_TEN_DAYS = "median_days", "p90_days"
IN_HOURS: Mapping[str, type[Median]] = {MEDIAN_HOURS: Median, NINE_IN_TEN_HOURS: NineInTen}
IN_DAYS: Mapping[str, type[Median]] = {MEDIAN_DAYS: Median, NINE_IN_TEN_DAYS: NineInTen}


@dataclass(frozen=True)
class Definition:
    """A counter. `counts` says what one fact of type `of` adds to it, `among` what it adds to the whole of a share.

    Where `whole_is_reported`, the whole of a share is a number that others published: here it is 0.
    `took` is how long it took, None when it did not happen; `durations` are the parts that say so of all.
    `part` names the part that a fact belongs to ('' is none), `parts` those that are there even when they are empty.
    Change what it counts, or the words that say so, and it gets a higher version.
    """

    id: str
    of: type
    name: str
    text: str
    counts: Callable[[Any], int]
    among: Callable[[Any], int] | None = None
    part: Callable[[Any], str] = lambda fact: ""
    parts: Callable[[ProgrammeCode], Sequence[str]] = lambda programme: ()
    made: Callable[[int, int], Figure] = Share
    took: Callable[[Any], float | None] = lambda fact: None
    durations: Mapping[str, type[Median]] = field(default_factory=dict)
    has_whole: bool = True
    whole_is_reported: bool = False
    version: int = 1

    def ids(self, fact: Any) -> Iterable[str]:
        """What a fact that counts is counted under: the counter, and its part."""
        part = self.part(fact)
        return (self.id, f"{self.id}.{part}") if part else (self.id,)

    def figure(self, id: str, tally: Tally) -> Figure:
        """The figure under this id: the counter's own or that of a part."""
        if self.among is None:
            return Count(tally.numerators[id])
        return self.made(tally.numerators[id], tally.denominators[id])


@dataclass(frozen=True)
class Section:
    """Counters that are shown together."""

    id: str
    title: str
    definitions: tuple[Definition, ...]


def tally(facts: Iterable[tuple[Any, int]], definitions: Sequence[Definition]) -> Tally:
    """Count these facts, each with how often it occurs."""
    result = Tally()
    for fact, times in facts:
        for definition in definitions:
            if definition.of is not type(fact):
                continue
            if (took := definition.took(fact)) is not None:
                result.times[definition.id] += [took] * times
            amount = definition.counts(fact) * times
            whole = definition.among(fact) * times if definition.among else 0
            if amount or whole:
                for id in definition.ids(fact):
                    result.numerators[id] += amount
                    result.denominators[id] += whole
    return result


def figures(result: Tally, definitions: Sequence[Definition], programme: ProgrammeCode) -> dict[str, Figure]:
    """Every figure by its id: 'T15' and its parts 'T15.goal_reached', in the order of the definitions."""
    made: dict[str, Figure] = {}
    seen: dict[str, list[str]] = defaultdict(list)
    for id in sorted({*result.numerators, *result.denominators}):
        counter, _, part = id.partition(".")
        if part:
            seen[counter].append(id)
    for definition in definitions:
        always = [f"{definition.id}.{part}" for part in definition.parts(programme)]
        own = [definition.id] if definition.has_whole else []
        for id in dict.fromkeys(chain(own, always, seen[definition.id])):
            made[id] = definition.figure(id, result)
        times = tuple(sorted(result.times[definition.id])) if definition.durations else ()
        made |= {f"{definition.id}.{part}": of_times(times) for part, of_times in definition.durations.items()}
    return made


def by_id(sections: Iterable[Section]) -> Mapping[str, Definition]:
    return {definition.id: definition for section in sections for definition in section.definitions}
