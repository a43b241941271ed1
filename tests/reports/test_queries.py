"""What is checked before figures stand on a page."""

from datetime import date, timedelta

from portal.access import Role
from portal.counting.figures import Count
from portal.disclosure.rules import NOT_SHOWN, protect
from portal.disclosure.tables import Publication
from portal.enrolments.rules import EnrolmentStatus
from portal.i18n import speaking
from portal.regions.queries import NamedRegion
from portal.reports import queries
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.years.rules import select
from tests import factories
from tests.counting.rows import Rows, at
from tests.factories import TWENTE


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


def test_who_ended_without_a_talk_is_known_by_name_so_a_handover_is_not_told(db):
    """The desk sees twenty who withdrew and one record that was closed without a talk: that one was handed over."""
    rows = Rows()
    coach = rows.coach()
    endings = [*[EnrolmentStatus.WITHDRAWN] * 20, EnrolmentStatus.HANDED_OVER]
    for number in range(51):
        moment = at(date(2025, 3, 1) + timedelta(days=number))
        ended = endings[number] if number < len(endings) else None
        became = [(ended, moment + timedelta(days=2))] if ended else []
        enrolment = rows.enrol(moment, person=rows.person(), became=became)
        if not ended:
            rows.talk(rows.couple(enrolment, coach, moment), moment + timedelta(days=1), coach=coach)
    rows.store()
    found = queries.regional(select("ecz", "2025", today=date(2026, 4, 2)), NamedRegion(TWENTE, "Twente", "", ""))
    assert found.line("T04").figure == protect(Count(21))
    assert [found.line(id).figure for id in ("T04a", "T04f")] == [NOT_SHOWN, NOT_SHOWN]


# -- a year with a locked report

REGIONS = ("RA0101", "RA0205", "RA0410", "RA0513", "RA1428")
TODAY, DAY = date(2026, 4, 2), timedelta(days=1)


def told_of_2025(*ids: str) -> list[str]:
    found = queries.national(select("ecz", "2025", today=TODAY))
    return [str(found.line(id).figure) for id in ids]


def test_a_page_of_a_year_tells_what_its_locked_report_tells(db, people):
    """101 people exactly, of whom "95" had a talk. With two more talks "fewer than 5" would be without one, and who has
    the report would know that it are four: so the page says what it said until a correction is locked."""
    rows, late = Rows(), []
    coach = rows.coach()
    for number in range(101):
        moment = at(date(2025, 3, 1) + timedelta(days=number))
        enrolment = rows.enrol(moment, person=rows.person(), region=REGIONS[number % 5])
        if number < 97:
            status = SessionStatus.HELD if number < 95 else SessionStatus.NO_SHOW
            talk = rows.talk(rows.couple(enrolment, coach, moment), moment + DAY, coach=coach, status=status)
            late += [talk] * (status == SessionStatus.NO_SHOW)
    rows.store()
    romy = factories.account("Romy", Role.NATIONAL)
    with speaking("en"):
        assert told_of_2025("T01", "T03", "T04") == ["100", "95", "5"]
        locked = factories.locked_report(people.rik, romy, choice="ecz:2025")
        assert told_of_2025("T01", "T03", "T04") == ["101", "about 95", "about 5"]
        found = queries.national(select("ecz", "2025", today=TODAY))
        assert (found.locked, found.reference_date, found.has_exact) == (locked, date(2025, 12, 31), True)
        assert [str(figure) for _, figure in found.by_region].count("20") == len(REGIONS)
        Session.update(status=SessionStatus.HELD).where(Session.id.in_(late)).execute()
        assert told_of_2025("T01", "T03", "T04") == ["101", "about 95", "about 5"]
        correction = factories.corrected_report(people.rik, romy, locked)
        assert queries.national(select("ecz", "2025", today=TODAY)).locked == correction
        assert told_of_2025("T01") == ["100"]
        assert "fewer than 5" not in told_of_2025("T03", "T04")
