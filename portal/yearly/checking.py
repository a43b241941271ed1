"""What a report may say: all that it tells with how it hangs together, checked for everybody who reads it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from operator import sub

from portal.counting.catalogue import definition_of
from portal.counting.figures import SUMS, number_of
from portal.counting.queries import Figures
from portal.counting.rules import SignedUp
from portal.disclosure import linear
from portal.disclosure.cells import WHOLE, Cell, Reader, table_of
from portal.disclosure.relations import KNOWN_BY_NAME, pairs
from portal.disclosure.rules import ENOUGH, STEP
from portal.disclosure.tables import Publication
from portal.yearly import shown
from portal.yearly.gathering import PEOPLE, SPLITS, Gathered, Pages
from portal.years.queries import regional_publication

# Told exactly where that gives nobody away; everything else is rounded. What is a whole or a part of another comes
# after it, so that 41 need not stand above 25 and 20.
HEADLINES = (
    *("T01", "T03", "T05", "T09", "T12"),
    *("T06", "T07", "T04", "T04a", "T01b", "I01", "I02", "I04", "T10", "T11", "T13", "T08"),
)
# What the report does not tell of a region, and pages of that region do, or could be worked out from them.
ON_PAGES = ("A02", "A03", "A04", "T16")
NO_SHOWS = ("T16.numerator", "T16.denominator")
# The table of /landelijk, where that is judged on another day.
PAGE = "page"


def publication_of(gathered: Gathered, headlines: Iterable[str], before: Iterable[str] = ()) -> Publication:
    """Everything that the report tells, with how it hangs together, and which of these headlines may be exact.

    `before` are the contents of all versions before it: who has them must not learn more than from each.
    """
    publication = Publication()
    publication.add(gathered.whole)
    for name, groups in gathered.tables.items():
        if name == "employer_org":
            _split_by_organisation(publication, gathered)
            continue
        if name == "region":
            _split_by_region(publication, groups)
            continue
        told = {table_of(name, key): {id: row[id] for id in SPLITS[name].ids} for key, row in groups.items()}
        (publication.split if SPLITS[name].excludes else publication.overlap)(told)
    nation = [_nation_reader(publication, gathered.pages)] if gathered.pages else []
    publication.readers = [*nation, *_desk_readers(publication, gathered)]
    linear.settle(publication)
    if earlier := [shown.told_in(json.loads(content), gathered.table) for content in before]:
        publication = linear.beside(publication, earlier)
        linear.settle(publication)
    publication.exact = linear.exact_headlines(publication, _safe_beside_lists(gathered, headlines))
    return publication


def _safe_beside_lists(gathered: Gathered, headlines: Iterable[str]) -> list[str]:
    """Of these headlines those that may be exact although a desk knows by name how many of them are its own: then
    nobody, or five or more, must be left for everybody elsewhere; and so of one that is in another without the other.
    """
    elsewhere = {id: _elsewhere(gathered, id) for id in KNOWN_BY_NAME if id in gathered.whole}
    telling = [{id} for id, left in elsewhere.items() if any(map(_is_small, left))]
    telling += [
        {less, more}
        for less, more in pairs(elsewhere)
        if any(map(_is_small, map(sub, elsewhere[more], elsewhere[less])))
    ]
    safe: list[str] = []
    for id in headlines:
        if not any(map(_worked_out({*safe, id}).issuperset, telling)):
            safe.append(id)
    return safe


def _elsewhere(gathered: Gathered, id: str) -> list[int]:
    """How many there are outside the regions of each desk."""
    of_regions = gathered.tables["region"]
    own = [sum(number_of(of_regions[code].get(id)) for code in codes) for codes in gathered.workplaces]
    return [number_of(gathered.whole[id]) - number for number in own]


def _is_small(number: int) -> bool:
    return 0 < number < STEP


def _worked_out(exact: set[str]) -> set[str]:
    """These numbers, with those that follow from them: of a whole and all parts but one, the one."""
    missing = [{whole, *parts} - exact for whole, parts in SUMS.items()]
    return exact.union(*(one for one in missing if len(one) == 1))


def _split_by_region(publication: Publication, groups: Mapping[str, Figures]) -> None:
    """What the report tells of each region, and what only pages tell of it besides, if anybody signed up there."""
    ids = SPLITS["region"].ids
    tables = {table_of("region", key): row for key, row in groups.items()}
    with_people = [table for table, row in tables.items() if number_of(row["T01"])]
    for table, row in tables.items():
        told = {id: row[id] for id in row if id in ids or id.startswith(ON_PAGES) or table in with_people}
        publication.add(told, table)
    cells = {cell for cell in publication.values if cell[0] in tables and cell[1] not in ids}
    publication.hidden |= cells
    publication.at_desks |= {(table, id) for table, id in cells if not id.startswith(ON_PAGES)}
    # Within a region nothing of this can be hidden, for it is not told.
    publication.laws += [sum_ for sum_ in publication.sums if not cells.isdisjoint(sum_.parts)]
    publication.sums = [sum_ for sum_ in publication.sums if cells.isdisjoint(sum_.parts)]
    publication.tie(with_people, WHOLE, but=ids)
    publication.tie(tables, WHOLE)


def _split_by_organisation(publication: Publication, gathered: Gathered) -> None:
    """The organisations of every division, each with its regions: somebody may have made a draft in another division
    before, and must not learn more from both than from this one."""
    for number, groups in gathered.organisations.items():
        names = {key: gathered.organisation(key, number) for key in groups}
        for key, row in groups.items():
            if names[key] not in publication.figures:
                publication.add({id: row[id] for id in SPLITS["employer_org"].ids}, names[key])
        publication.tie(names.values(), WHOLE)
        for key, codes in gathered.divisions[number].items():
            publication.tie([table_of("region", code) for code in codes], names[key])


def _nation_reader(publication: Publication, pages: Pages) -> Reader:
    """What who works for the nation sees besides: /landelijk. Judged on another day it is a table of its own, in which
    what does not depend on the day is the same."""
    told = {cell for cell in pages.national.values if cell not in pages.national.hidden}
    if pages.is_same:
        return Reader(sees=frozenset(told))
    publication.add(pages.national.figures[WHOLE], PAGE)
    cells = {(table, id) for table, id in publication.values if table == PAGE}
    publication.hidden |= cells
    publication.equal((((PAGE, id), (WHOLE, id)) for _, id in cells))
    return Reader(sees=frozenset((table or PAGE, id) for table, id in told))


def _desk_readers(publication: Publication, gathered: Gathered) -> Iterator[Reader]:
    """What who works at a desk has besides: of each of their regions the page, from ten people on, and the appointments
    to which nobody came; and by name who signed up, who had a talk, and how it ended.

    Judged on another day that may differ a little; for safety it is taken as the same.
    """
    seen = {code: set(_on_its_page(publication, code, row)) for code, row in gathered.tables["region"].items()}
    for codes in gathered.workplaces:
        tables = [table_of("region", code) for code in codes]
        yield Reader(
            sees=frozenset().union(*(seen[code] for code in codes)),
            knows=frozenset(publication.values.keys() & {(table, id) for table in tables for id in KNOWN_BY_NAME}),
        )


def _on_its_page(publication: Publication, code: str, figures: Figures) -> Iterator[Cell]:
    """The numbers that are told on the pages of a region."""
    table = table_of("region", code)
    if any(publication.values[table, id] >= ENOUGH for id in PEOPLE):
        people = {id: figure for id, figure in figures.items() if definition_of(id).of is SignedUp}
        page = regional_publication(people, {})
        yield from ((table, id) for _, id in page.values if (WHOLE, id) not in page.hidden)
    if any(publication.values[table, id] >= ENOUGH for id in NO_SHOWS):
        yield from ((table, id) for id in NO_SHOWS)
