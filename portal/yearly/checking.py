"""What a report may say: all that it tells with how it hangs together, checked for everybody who reads it."""

import json
from collections.abc import Iterable, Iterator

from portal.counting.figures import SUMS, number_of
from portal.disclosure import linear
from portal.disclosure.cells import WHOLE, Reader
from portal.disclosure.relations import KNOWN_BY_NAME
from portal.disclosure.rules import ENOUGH, STEP
from portal.disclosure.tables import Publication
from portal.yearly import shown
from portal.yearly.gathering import PEOPLE, SPLITS, Gathered, Pages
from portal.yearly.shown import table_of

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
        ids = (*SPLITS[name].ids, *(ON_PAGES if name == "region" else ()))
        told = {table_of(name, key): {id: row[id] for id in ids} for key, row in groups.items()}
        (publication.split if SPLITS[name].excludes else publication.overlap)(told)
    publication.hidden |= {cell for cell in publication.values if cell[1].startswith(ON_PAGES) and cell[0] != WHOLE}
    if gathered.pages:
        nation = _nation_reader(publication, gathered.pages)
        publication.readers = [nation, *_desk_readers(publication, gathered.workplaces)]
    earlier = [shown.told_in(json.loads(content), gathered.table) for content in before]
    publication = publication.after_all(earlier, linear.agrees)
    linear.settle(publication)
    publication.exact = linear.exact_headlines(publication, _safe_beside_lists(gathered, headlines))
    return publication


def _safe_beside_lists(gathered: Gathered, headlines: Iterable[str]) -> list[str]:
    """Of these headlines those that may be exact although a desk knows by name how many of them are its own: then
    nobody, or five or more, must be left for everybody elsewhere."""
    telling = {id for id in KNOWN_BY_NAME if any(0 < left < STEP for left in _elsewhere(gathered, id))}
    safe: list[str] = []
    for id in headlines:
        if telling.isdisjoint(_worked_out({*safe, id})):
            safe.append(id)
    return safe


def _elsewhere(gathered: Gathered, id: str) -> Iterator[int]:
    """How many there are outside the regions of each desk."""
    of_regions = gathered.tables["region"]
    for codes in gathered.workplaces:
        own = [of_regions[code].get(id) for code in codes]
        yield number_of(gathered.whole.get(id)) - sum(map(number_of, own))


def _worked_out(exact: set[str]) -> set[str]:
    """These numbers, with those that follow from them: of a whole and all parts but one, the one."""
    missing = [{whole, *parts} - exact for whole, parts in SUMS.items()]
    return exact.union(*(one for one in missing if len(one) == 1))


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


def _desk_readers(publication: Publication, workplaces: Iterable[list[str]]) -> Iterator[Reader]:
    """What who works at a desk has besides: of each of their regions, from ten people on, how many were referred and
    the appointments to which nobody came; and by name who signed up and who had a talk.

    Judged on another day that may differ a little; for safety it is taken as the same.
    """
    told = publication.values
    for codes in workplaces:
        tables = [table_of("region", code) for code in codes]
        seen = [(table, ids) for table in tables for ids in (PEOPLE, NO_SHOWS)]
        enough = [(table, ids) for table, ids in seen if max(told[table, id] for id in ids) >= ENOUGH]
        yield Reader(
            sees=frozenset((table, id) for table, ids in enough for id in ids),
            knows=frozenset((table, id) for table in tables for id in KNOWN_BY_NAME if (table, id) in told),
        )
