"""Who reads a report beside what they know already, or beside another draft of it, learns nothing small."""

from portal.clock import local_day, now
from portal.counting.figures import Count
from portal.disclosure import linear
from portal.disclosure.cells import WHOLE
from portal.disclosure.rules import NOT_SHOWN
from portal.enrolments.rules import EnrolmentStatus
from portal.yearly import checking, gathering
from tests import factories
from tests.counting.rows import Rows, at

IDS = gathering.PEOPLE


def people_in(rows: Rows, region: str, number: int) -> None:
    """So many people of a region who had a talk in 2025."""
    coach = rows.coach()
    for _ in range(number):
        enrolment = rows.enrol(at("2025-05-12"), person=rows.person(), region=region)
        trajectory = rows.couple(enrolment, coach, at("2025-05-13"), contact_at=at("2025-05-14"))
        rows.talk(trajectory, at("2025-05-20"), coach=coach)


def test_who_knows_a_region_by_name_does_not_learn_its_neighbour(db, people):
    """16 people in one region of Utrechtzorg, one in another: "15" for both together would say that to the desk of the
    first, who know that they have sixteen."""
    rows = Rows()
    for region, number in {"RA0511": 16, "RA0512": 1, "RA0205": 30}.items():
        people_in(rows, region, number)
    rows.store()
    draft = factories.draft_report(people.rik, choice="ecz:2025")
    gathered = gathering.gather(draft, local_day(now()))
    publication = checking.publication_of(gathered, checking.HEADLINES)
    table = gathered.table("employer_org", "utrechtzorg")
    assert publication.figures[table]["T01"] == Count(17)
    assert publication.shown("T01", table) == NOT_SHOWN
    desk = next(one for one in publication.readers if {table for table, _ in one.knows} == {"region:RA0511"})
    publication.readers = [desk]
    publication.hidden.remove((table, "T01"))
    assert ("region:RA0512", "T01") in linear.narrowed(publication)


def test_drafts_in_two_divisions_tell_no_more_than_one(db, people):
    """Until 2022 SIGRA had three regions and De Haagse Werkgevers none of theirs: two sums that differ by a region."""
    rows = Rows()
    for region, number in {"RA0614": 8, "RA0615": 12, "RA0616": 30, "RA0717": 2, "RA0205": 30}.items():
        people_in(rows, region, number)
    rows.store()
    told = {}
    for division in (14, 13, 12):
        draft = factories.draft_report(people.rik, choice="ecz:2025", division=division)
        gathered = gathering.gather(draft, local_day(now()))
        publication = checking.publication_of(gathered, [])
        told[division] = {(table, id): publication.shown(id, table) for table, id in publication.values if id in IDS}
        tables = {gathered.organisation(slug, division) for slug in gathered.tables["employer_org"]}
        assert tables <= {table for table, _ in told[division]}
        draft.delete_instance()
    assert told[12] == told[13] == told[14]
    assert ("employer_org:RA0614+RA0615+RA0616+RA0717", "T01") in told[14]


def test_a_headline_is_not_exact_where_one_desk_knows_nearly_all_of_it_by_name(db, people):
    """Thirty people without a talk, 28 of them in Twente: exactly told, the two in the only other region that
    had anybody would be known to Twente."""
    rows = Rows()
    people_in(rows, "RA0205", 60)
    people_in(rows, "RA0614", 10)
    for number in range(30):
        region = "RA0205" if number < 28 else "RA0614"
        at_once = [(EnrolmentStatus.WITHDRAWN, at("2025-06-03"))]
        rows.enrol(at("2025-06-02"), person=rows.person(), region=region, became=at_once)
    rows.store()
    draft = factories.draft_report(people.rik, choice="ecz:2025")
    publication = checking.publication_of(gathering.gather(draft, local_day(now())), ["T04"])
    assert publication.figures[WHOLE]["T04"] == Count(30)
    assert publication.exact == set()
    publication.readers = []
    assert (WHOLE, "T04") in linear.exact_headlines(publication, ["T04"])


def test_a_headline_is_not_exact_where_another_one_says_who_came_twice_elsewhere(db, people):
    """80 people with 90 sign-ups, of whom Twente knows 49 with 58: elsewhere one person signed up twice."""
    rows = Rows()
    for region, number, twice in (("RA0205", 49, 9), ("RA0614", 21, 1), ("RA0101", 10, 0)):
        for one in range(number):
            person = rows.person()
            for _ in range(2 if one < twice else 1):
                rows.enrol(at("2025-06-02"), person=person, region=region)
    rows.store()
    gathered = gathering.gather(factories.draft_report(people.rik, choice="ecz:2025"), local_day(now()))
    assert (gathered.whole["T01"], gathered.whole["T01b"]) == (Count(80), Count(90))
    assert (WHOLE, "T01b") in checking.publication_of(gathered, ["T01b"]).exact
    assert checking.publication_of(gathered, ["T01", "T01b"]).exact == {(WHOLE, "T01")}


def test_what_pages_and_reports_call_a_region_is_the_same(db, people):
    """Else who reads both would be taken for somebody who reads one."""
    rows = Rows()
    people_in(rows, "RA0205", 30)
    people_in(rows, "RA0614", 20)
    rows.store()
    publication = checking.publication_of(
        gathering.gather(factories.draft_report(people.rik, choice="ecz:2025"), local_day(now())), []
    )
    for reader in publication.readers:
        assert reader.sees | reader.knows <= publication.values.keys()
    assert ("region:RA0205", "T01") in publication.readers[0].sees
