"""Counting: every figure by its id, for the whole or per group. The one place where figures come from.

What was counted is remembered until a row that counts is written, by whomever.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from peewee import fn

from portal.counting import journey_rows, offer_rows, people_rows
from portal.counting.catalogue import BY_DESTINATION, DEFINITIONS
from portal.counting.definitions import Definition, figures, tally
from portal.counting.figures import Figure, Tally
from portal.counting.models import CountedChange
from portal.counting.periods import month_code
from portal.counting.rows import Facts
from portal.counting.rules import Activity, Answered, By, Closed, Coupled, Invited, Journey, Offered, Scope, SignedUp
from portal.programmes.codes import Branch, BranchGrouping, DestinationClass, Origin, Theme
from portal.regions import queries as regions
from portal.regions.rules import DIVISIONS

Figures = dict[str, Figure]
Changes = tuple[int, int]
# So many countings are remembered: those of a few programmes and years, per process.
REMEMBERED = 64
SOURCES: Mapping[type, Callable[[Scope, By | None], Facts]] = {
    SignedUp: people_rows.signed_up,
    Journey: journey_rows.journeys,
    Coupled: offer_rows.coupled,
    Closed: offer_rows.closed,
    Activity: offer_rows.activities,
    Offered: offer_rows.offered,
    Invited: offer_rows.invited,
    Answered: offer_rows.answered,
}
# Which facts have a place in which groups: coaches work for several regions, answers tell their region and month only.
OF_A_PERSON = (SignedUp, Journey, Coupled, Closed, Activity)
FACTS_BY: Mapping[By, tuple[type, ...]] = {
    By.REGION: (*OF_A_PERSON, Invited, Answered),
    By.EMPLOYER_ORG: (*OF_A_PERSON, Invited, Answered),
    By.MONTH: (*OF_A_PERSON, Invited, Answered),
    By.BRANCH: OF_A_PERSON,
    By.THEME: OF_A_PERSON,
    By.ORIGIN: OF_A_PERSON,
}


def count(scope: Scope, of: Iterable[type] = tuple(SOURCES)) -> Figures:
    """The figures about these facts. One query per kind of fact."""
    kinds, result = tuple(of), Tally()
    for groups in _counted_now(kinds, scope, None):
        result.add(groups.get("", Tally()))
    return figures(result, _definitions(*kinds), scope.programme)


def count_by(
    scope: Scope,
    by: By,
    *,
    division: int = max(DIVISIONS),
    grouping: BranchGrouping | None = None,
    of: Iterable[type] = tuple(SOURCES),
) -> dict[str, Figures]:
    """The figures of every group by its code; '' holds what belongs to none, and is there only if there is any.

    Employer organisations are those of the `division`; branches are all of ours, or the rows of a published `grouping`.

    Groups exclude each other, so counts add up to the whole; only of themes and destinations one person has several.
    """
    if by == By.DESTINATION:
        definitions: Sequence[Definition] = [DEFINITIONS[id] for id in BY_DESTINATION]
        groups = _tallies(people_rows.referred(scope), definitions)
    else:
        kinds = [kind for kind in of if kind in FACTS_BY[by]]
        definitions = _definitions(*kinds)
        groups = _groups(scope, by, kinds)
    if by == By.EMPLOYER_ORG:
        groups = _merged(groups, {code: employer.slug for code, employer in regions.division(division).items()})
    if by == By.BRANCH and grouping:
        groups = _merged(groups, {branch.value: row.value for branch, row in grouping.row_of.items()})
    keys = [*_keys(scope, by, division, grouping), *([""] if "" in groups else [])]
    return {key: figures(groups.get(key, Tally()), definitions, scope.programme) for key in keys}


def count_and_split(
    scope: Scope, by: By, of: Iterable[type], split: Collection[str] = ()
) -> tuple[Figures, dict[str, Figures]]:
    """The whole, added up from groups that exclude each other, and the groups: of these only the counters in `split`,
    if any are named. One query per kind of fact."""
    kinds = tuple(of)
    groups, whole = _groups(scope, by, kinds), Tally()
    for found in groups.values():
        whole.add(found)
    definitions = _definitions(*kinds)
    wanted = [definition for definition in definitions if not split or definition.id in split]
    parts = {key: figures(found, wanted, scope.programme) for key, found in sorted(groups.items())}
    return figures(whole, definitions, scope.programme), parts


def nothing(scope: Scope, of: Iterable[type]) -> Figures:
    """The figures of a group in which nothing happened."""
    return figures(Tally(), _definitions(*of), scope.programme)


def answers(scope: Scope, by: By | None = None) -> dict[str, dict[str, Counter[int]]]:
    """How often every answer was given, by group and question: {'RA0614': {'trajectory_grade': {8: 12}}}. One query."""
    found: dict[str, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for key, answer, times in offer_rows.answered(scope, by):
        found[key][answer.question][answer.value] += times
    return found


def _groups(scope: Scope, by: By, kinds: Iterable[type]) -> dict[str, Tally]:
    groups: dict[str, Tally] = defaultdict(Tally)
    for counted in _counted_now(kinds, scope, by):
        for key, found in counted.items():
            groups[key].add(found)
    return groups


def _counted_now(kinds: Iterable[type], scope: Scope, by: By | None) -> list[Mapping[str, Tally]]:
    """Of each kind of fact the groups. What changed is looked at first: who writes meanwhile is counted next time."""
    changes = _changes()
    return [_counted(changes, kind, scope, by) for kind in kinds]


def _changes() -> Changes:
    """What tells whether any row that counts was written since."""
    row = CountedChange.select(fn.COUNT(CountedChange.id), fn.SUM(CountedChange.token)).tuples().get()
    return row[0], int(row[1] or 0)


@lru_cache(maxsize=REMEMBERED)
def _counted(changes: Changes, kind: type, scope: Scope, by: By | None) -> Mapping[str, Tally]:
    """The groups of one kind of fact; nobody writes in what comes out of here."""
    groups = dict(_tallies(SOURCES[kind](scope, by), _definitions(kind)))
    for found in groups.values():
        found.put_in_order()
    return groups


def forget() -> None:
    """Count everything anew, for who wants to know what that costs."""
    _counted.cache_clear()


def _definitions(*kinds: type) -> list[Definition]:
    return [definition for definition in DEFINITIONS.values() if definition.of in kinds]


def _tallies(facts: Facts, definitions: Sequence[Definition]) -> dict[str, Tally]:
    groups: dict[str, list] = defaultdict(list)
    for key, fact, times in facts:
        groups[key].append((fact, times))
    return defaultdict(Tally, {key: tally(found, definitions) for key, found in groups.items()})


def _merged(groups: Mapping[str, Tally], larger: Mapping[str, str]) -> dict[str, Tally]:
    merged: dict[str, Tally] = defaultdict(Tally)
    for code, found in groups.items():
        merged[larger.get(code, "")].add(found)
    return merged


def _keys(scope: Scope, by: By, division: int, grouping: BranchGrouping | None) -> list[str]:
    """The codes of all groups, also of those in which nothing happened."""
    match by:
        case By.REGION:
            return sorted(regions.region_names(scope.reference_date))
        case By.EMPLOYER_ORG:
            return sorted({employer.slug for employer in regions.division(division).values()})
        case By.MONTH:
            return [month_code(month) for month in scope.period.months]
        case By.BRANCH:
            return [code.value for code in (grouping.rows if grouping else Branch)]
        case By.THEME:
            return [code.value for code in Theme]
        case By.ORIGIN:
            return [code.value for code in Origin]
        case By.DESTINATION:
            return [code.value for code in DestinationClass]
