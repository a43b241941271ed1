"""How answers are spread over bands, and when that may be seen.

Grades are not shown one by one: a mean beside a count of every grade would tell who gave the lowest. They are shown in
bands, rounded like every count. A spread that, together with the figure that pages show about the same answers, would
narrow a group of one to four people is not shown at all (our choice, after the rule on small cells).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, floor

from portal.counting.figures import Count, Mean, Score, Share
from portal.counting.rules import agrees
from portal.disclosure.rules import ENOUGH, STEP, Protected, protect
from portal.i18n import N_
from portal.questionnaires.rules import Kind

SMALL = range(1, STEP)
# From so many grades together a coach sees the mean of them: per coach from five, and only to that coach.
OWN_ENOUGH = 5


@dataclass(frozen=True)
class Band:
    """Answers from `low` up to and including `high`, taken together."""

    label: str
    low: int
    high: int


@dataclass(frozen=True)
class Scale:
    """The bands of a question, and whether the figure beside them follows from the people in each band."""

    bands: tuple[Band, ...]
    seen: Callable[[Sequence[int]], Protected] | None = None

    def counts(self, answers: Mapping[int, int]) -> list[int]:
        """How many people answered within each band; `answers` says how often every value was given."""
        return [sum(times for value, times in answers.items() if b.low <= value <= b.high) for b in self.bands]


GRADE = Scale((Band(N_("1 to 5"), 1, 5), Band(N_("6 and 7"), 6, 7), Band(N_("8 to 10"), 8, 10)))
RECOMMENDATION = Scale(
    (Band(N_("0 to 6"), 0, 6), Band(N_("7 and 8"), 7, 8), Band(N_("9 and 10"), 9, 10)),
    lambda counts: protect(Score(counts[2] - counts[0], sum(counts))),
)
AGREEMENT = Scale(
    (Band(N_("Disagree"), 1, 2), Band(N_("In between"), 3, 3), Band(N_("Agree"), 4, 5)),
    lambda counts: protect(Share(counts[2], sum(counts))),
)


@dataclass(frozen=True)
class Row:
    """One band as it may be seen."""

    label: str
    people: Protected


def spread(answers: Mapping[int, int], scale: Scale) -> list[Row]:
    """The bands with their people, rounded; none when there are too few answers or a band could be worked out."""
    counts = scale.counts(answers)
    if sum(counts) < ENOUGH or not keeps_small(answers, scale):
        return []
    return [Row(band.label, protect(Count(count))) for band, count in zip(scale.bands, counts, strict=True)]


def keeps_small(answers: Mapping[int, int], scale: Scale) -> bool:
    """Whether every band of one to four people may still be any of them for who sees the bands and their figure.

    It tries all counts that look the same; they are few, since each of them is seen within a range of five. How many
    people answered is taken as known: the shares of several questions together can give it away.
    """
    counts = scale.counts(answers)
    possible: dict[int, set[int]] = {place: set() for place, count in enumerate(counts) if count in SMALL}
    for guess in product(*map(_alike, counts)):
        if _looks_the_same(guess, answers, scale):
            for place, found in possible.items():
                found.add(guess[place])
    return all(found == {*SMALL} for found in possible.values())


def one_of(counts: Mapping[str, int]) -> dict[str, Protected]:
    """The people behind every answer to a question with one answer, rounded; none when one could be worked out."""
    looks = {answer: _alike(count) for answer, count in counts.items()}
    least, most = (sum(end(look) for look in looks.values()) for end in (min, max))
    total = sum(counts.values())
    small = [look for answer, look in looks.items() if counts[answer] in SMALL]
    is_open = all(least - min(look) <= total - n <= most - max(look) for look in small for n in SMALL)
    if total < ENOUGH or not is_open:
        return {}
    return {answer: protect(Count(count)) for answer, count in counts.items()}


def any_of(counts: Mapping[str, int]) -> dict[str, Protected]:
    """The people behind every answer to a question with several answers, rounded; none of too few."""
    if sum(counts.values()) < ENOUGH:
        return {}
    return {answer: protect(Count(count)) for answer, count in counts.items()}


def _alike(count: int) -> list[int]:
    """The counts that are shown in the same words."""
    around = range(max(0, count - STEP), count + STEP + 1)
    return [other for other in around if protect(Count(other)) == protect(Count(count))]


def _looks_the_same(guess: Sequence[int], answers: Mapping[int, int], scale: Scale) -> bool:
    counts, people = scale.counts(answers), sum(guess)
    if people != sum(counts):
        return False
    if scale.seen is not None:
        return scale.seen(guess) == scale.seen(counts)
    mean = _mean(sum(value * times for value, times in answers.items()), sum(counts))
    lowest, highest = (
        sum(end * count for end, count in zip(ends, guess, strict=True))
        for ends in ([band.low for band in scale.bands], [band.high for band in scale.bands])
    )
    nearby = range(max(lowest, floor((mean - 1) * people)), min(highest, ceil((mean + 1) * people)) + 1)
    return any(_mean(total, people) == mean for total in nearby)


def _mean(total: int, people: int) -> float:
    """As it is shown."""
    return protect(Mean(total, people), enough=1).value or 0


def before_and_after(kind: Kind, pairs: Sequence[tuple[int, int]]) -> tuple[Protected, Protected]:
    """Of the same people then and now: the mean grade, or the share that agrees with a statement."""
    n = len(pairs)
    if kind == Kind.GRADE:
        return protect(Mean(sum(then for then, _ in pairs), n)), protect(Mean(sum(now for _, now in pairs), n))
    then, now = (sum(map(agrees, answers)) for answers in ([t for t, _ in pairs], [n for _, n in pairs]))
    return protect(Share(then, n)), protect(Share(now, n))


def own_mean(grades: Mapping[int, int]) -> Protected:
    """The mean of a coach's own grades, for that coach; `grades` says how often each was given."""
    return protect(Mean(sum(grade * times for grade, times in grades.items()), sum(grades.values())), enough=OWN_ENOUGH)
