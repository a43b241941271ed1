"""What is checked before figures stand on a page."""

from portal.counting.figures import Count
from portal.disclosure.tables import Publication
from portal.i18n import speaking
from portal.reports import queries


def publication_of(nation: int, *regions: int) -> Publication:
    made = Publication()
    made.add({"T01": Count(nation), "T03": Count(nation), "T04": Count(0)})
    made.split({f"region {number}": {"T01": Count(people)} for number, people in enumerate(regions)})
    return made


def broken(publication: Publication) -> list[str]:
    with speaking("en"):
        return list(queries.broken_sums(publication))


def test_regions_add_up_to_the_country(app):
    assert broken(publication_of(40)) == []
    assert broken(publication_of(40, 33, 7)) == []
    assert broken(publication_of(40, 33, 6)) == ["T01 = all regions together"], "and not how many there are"


def test_identities_are_checked_too(app):
    made = publication_of(40, 33, 7)
    made.add({"T04": Count(2)})
    assert broken(made) == ["T01 = T03 + T04"]
