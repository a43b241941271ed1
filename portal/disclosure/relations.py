"""How the numbers in one table of figures hang together: what adds up to what, and what is at most what.

These are the identities by which every count is checked, and what is known besides to whoever knows what is counted.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from portal.counting.figures import AT_MOST, SUMS, SUMS_OF_PARTS, Count, Figure
from portal.disclosure.rules import counts_behind

# Counts that a share has in common with other figures.
ALIASES = {"I03.numerator": "I02", "I03.denominator": "I01"}
# What is known besides the identities that every count is checked by; REST is what no figure tells.
REST = "rest"
LAWS: Mapping[str, tuple[str, ...]] = {
    "T01b": ("I01",),
    "T16.denominator": ("T16.numerator", "A01", "A02", "A03", "A04"),
    # Who was handed over for trauma care is supported, or among T04a.
    "T01": ("T05", "T04b", "T04c", "T04d", "T04e", "T04f", REST),
    # Without a talk and not dropped out is still open.
    "F01": ("F03", "F06", REST),
    "F03": ("F03.median_days.n",),
    "F03.median_days.n": ("F03.p90_days.n",),
    "F04": ("F04.median_days.n",),
    "F04.median_days.n": ("F04.p90_days.n",),
}
MORE_AT_MOST = (
    ("T03", "T01"),
    ("T05", "T01"),
    ("T08b", "T01"),
    ("T03", "I02"),
    ("T06", "T04a"),
    ("T04e", "T02"),
    ("T11.paused", "T11"),
    ("I05.numerator", "I02"),
    ("I05.denominator", "I01"),
    ("F02.median_hours.n", "F02"),
    ("F02.p90_hours.n", "F02"),
)
# What the desk of a region knows exactly of its own people, by name: how far they are, who had a talk, and who ended
# without one. Not why, and not who was handed over.
ENDED_BY_STATUS = ("withdrawn", "unreachable", "out_of_scope")
KNOWN_BY_NAME = (
    *("T01", "T01b", "T02", "T03", "T04", "T04b", "T04c", "T04d", "T04e", "I01", "I02", "I04", "I06"),
    *("F01", "F02", "F03", "F04", "F06"),
    *("F03.median_days.n", "F03.p90_days.n", "F04.median_days.n", "F04.p90_days.n"),
    *(f"{whole}.{status}" for whole in ("I06", "F06") for status in ENDED_BY_STATUS),
)
ANSWERS, ANSWERED = ("E02", "E03", "E04"), "E01.numerator"
# What is told of somebody who signed up: in a group in which too few did, only that.
OF_PEOPLE = ("T", "I")
PEOPLE = "T01"
# Of all these a later report about the same days has at least as many as an earlier one.
GROWING = (
    *("T01", "T01b", "T03", "T05", "T07", "T08", "T08b", "I01", "I02", "T09", "A01", "A02", "A03", "A04", "T15"),
    *("F01", "F03", "F04", "F05", "E01.numerator", "E01.denominator", "E02.n", "E02b.n", "E04.n"),
)
# A page about fewer than ten of these refuses to say anything, so it is known on which side of ten they are.
REFUSED_BELOW_TEN = (PEOPLE, "F01")


def counts_of(figures: Mapping[str, Figure]) -> Iterator[tuple[str, int]]:
    """Every number of people or events that is told, also those behind shares and means."""
    for id, figure in figures.items():
        if isinstance(figure, Count):
            yield id, figure.value
        for end, count in counts_behind(figure).items():
            yield name_of(id, end), count.value


def name_of(id: str, end: str) -> str:
    """What a count behind a figure is called: 'I03.numerator' is I02."""
    return ALIASES.get(f"{id}.{end}", f"{id}.{end}")


def cells_of(id: str, figure: Figure) -> list[str]:
    """The numbers that a figure tells; of all that it is about the last one."""
    return [id] if isinstance(figure, Count) else [name_of(id, end) for end in counts_behind(figure)]


def made_of(id: str, figures: Mapping[str, Figure]) -> Iterator[str]:
    """The figures that are shown only if this number, of all they are about, is ten or more."""
    whole, _, end = id.rpartition(".")
    if end in ("n", "denominator") and not isinstance(figures.get(whole, Count(0)), Count):
        yield whole
    yield from (name.rpartition(".")[0] for name, alias in ALIASES.items() if alias == id and "denominator" in name)


def rest_of(whole: str) -> str:
    """What is left of a number when all that is told of it is taken away."""
    return f"{whole}.{REST}"


def is_rest(id: str) -> bool:
    return id.endswith(f".{REST}")


def rests(counts: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """What no figure tells, of the numbers of which everything else is there."""
    for whole, parts in LAWS.items():
        told = [part for part in parts if part != REST]
        if REST in parts and counts.keys() >= {whole, *told}:
            yield rest_of(whole), counts[whole] - sum(counts[part] for part in told)


def laws() -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is known to be a sum of what, whatever is shown."""
    for whole, parts in LAWS.items():
        yield whole, tuple(rest_of(whole) if part == REST else part for part in parts)


def breakdowns(counts: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is a whole of what, the least important first."""
    for id in SUMS_OF_PARTS:
        yield id, tuple(part for part in counts if part.startswith(f"{id}."))
    yield from reversed([*SUMS.items()])


def pairs(counts: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is at most what: the identities, of every share the part and the whole, answers and who answered."""
    shares = ((id, f"{id.removesuffix('.numerator')}.denominator") for id in counts if id.endswith(".numerator"))
    answers = ((id, ANSWERED) for id in counts if id.startswith(ANSWERS))
    return (pair for pair in chain(AT_MOST, MORE_AT_MOST, shares, answers) if pair[0] in counts and pair[1] in counts)
