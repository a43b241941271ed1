"""One talk is one instant: on every page, in every mail, calendar and file, whoever booked it and wherever the server
stands."""

import re
import time
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time

import pytest

from portal.access import Role
from portal.agenda import actions as agenda
from portal.agenda.rules import Whose
from portal.availability.models import Block
from portal.offers import actions as offers
from portal.offers import queries as offer_queries
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from portal.trajectories.models import Trajectory
from tests import factories
from tests.calendars import read_by_all
from tests.conftest import START
from tests.factories import actor_of, planned_talk
from tests.page import Client

# A Monday before each clock change, a talk that is booked then for after it, and the day that people read.
NOW = {"spring": datetime(2026, 3, 23, 10, tzinfo=UTC), "autumn": datetime(2026, 10, 19, 9, tzinfo=UTC)}
TIMES = {
    "the day after spring": ("spring", datetime(2026, 3, 30, 8, tzinfo=UTC), "maandag 30 maart"),
    "the day after autumn": ("autumn", datetime(2026, 10, 26, 9, tzinfo=UTC), "maandag 26 oktober"),
}


@pytest.fixture(params=TIMES.values(), ids=TIMES)
def when(request, clock):
    """The instant, and what a Dutch reader reads of it; the clock stands in the week before."""
    season, starts_at, day = request.param
    clock.move_to(NOW[season])
    return starts_at, re.compile(rf"{day} (2026 )?om 10\.00 uur", re.IGNORECASE)


@pytest.fixture
def elsewhere(monkeypatch):
    """The server thinks that it stands in a zone of the other half of the world."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def trajectory(people, clock):
    """A coach who is there from ten to eleven, so that every day has one time."""
    coach = factories.bookable_coach(people.bram, weekdays=())
    for weekday in range(5):
        factories.WeeklyHours.create(coach=coach, weekday=weekday, opens=wall_time(10), closes=wall_time(11))
    return factories.coupled(people.noor, coach, now=START)


def by_the_participant(app, trajectory, starts_at, mailbox):
    browser = Client(app).sign_in(trajectory.participant)
    choose(browser, f"/afspraken/met/{trajectory.coach.public_id}", starts_at)


def by_the_coach(app, trajectory, starts_at, mailbox):
    browser = Client(app).sign_in(trajectory.coach.account)
    press(browser, f"/coach/traject/{trajectory.public_id}/gesprek", starts_at)


def by_the_desk(app, trajectory, starts_at, mailbox):
    wilma = factories.account("Wilma", Role.REGION_ADMIN, factories.TWENTE)
    press(Client(app).sign_in(wilma), f"/regio/aanmelding/{trajectory.enrolment.public_id}/gesprek", starts_at)


def by_a_link_that_moves(app, trajectory, starts_at, mailbox):
    planned_talk(trajectory, starts_at + timedelta(days=8))
    choose(Client(app), mailbox.last(trajectory.participant.email).link("/afspraak/") + "/verzetten", starts_at)


def by_an_offer(app, trajectory, starts_at, mailbox):
    """Somebody else had the time and gave it back."""
    kees = factories.account("Kees", Role.PARTICIPANT)
    other = planned_talk(factories.coupled(kees, trajectory.coach), starts_at)
    planned_talk(trajectory, starts_at + timedelta(days=8))
    noor, now = actor_of(trajectory.participant, Role.PARTICIPANT), factories.clock.now()
    offers.ask_for_earlier(noor, trajectory, from_on=now.date(), evenings_only=False, now=now)
    sessions.cancel_session(actor_of(kees, Role.PARTICIPANT), other, now=now)
    assert offers.offer_freed_times(now=now) == 1
    link = offer_queries.link_to(offer_queries._with_people().get())
    browser = Client(app)
    browser.submit(browser.get(link), link, answer="yes")


def press(browser, address, starts_at):
    return browser.submit(browser.get(address), address, mode="phone", starts_at=starts_at.isoformat())


def choose(browser, address, starts_at):
    page = press(browser, address, starts_at)
    assert page.h1 == "Klopt dit?"
    browser.submit(page)


WAYS = {way.__name__: way for way in (by_the_participant, by_the_coach, by_the_desk, by_a_link_that_moves, by_an_offer)}


def pages_of(app, talk, mailbox) -> dict[str, str]:
    """What each of the three reads about it, page by page, and what the link shows to whoever has it."""
    wilma = factories.Account.get_or_none(factories.Account.first_name == "Wilma")
    wilma = wilma or factories.account("Wilma", Role.REGION_ADMIN, factories.TWENTE)
    key = talk.public_id
    read = {
        talk.participant: [f"/afspraken/{key}", "/afspraken", "/mijn", f"/afspraken/{key}/verzetten"],
        talk.coach.account: ["/coach", f"/coach/traject/{talk.trajectory.public_id}"],
        wilma: [f"/regio/aanmelding/{talk.trajectory.enrolment.public_id}", f"/regio/gesprek/{key}/verzetten"],
    }
    found = {
        f"{person.first_name} at {address}": Client(app).sign_in(person).get(address).text
        for person, addresses in read.items()
        for address in addresses
    }
    return {**found, "the link": Client(app).get(mailbox.last(talk.participant.email).link("/afspraak/")).text}


def calendars_of(app, talk, mailbox) -> dict[str, list[datetime]]:
    """When it begins and ends in the calendar part of the last mail, in both feeds, and in the file to take along."""
    people = {Whose.PARTICIPANT: talk.participant, Whose.COACH: talk.coach.account}
    texts = {f"mail to {person.first_name}": mailbox.last(person.email).calendar[1] for person in people.values()}
    for whose, person in people.items():
        token = agenda.make_feed(actor_of(person, whose.role), whose, now=factories.clock.now())
        texts[f"feed of {person.first_name}"] = Client(app).get(f"/agenda/{token}.ics").html
    file = Client(app).sign_in(talk.participant).get(f"/afspraken/{talk.public_id}/afspraak.ics")
    return {name: instants(text) for name, text in {**texts, "file": file.html}.items()}


def instants(text) -> list[datetime]:
    return [event.decoded(name) for event in read_by_all(text) for name in ("dtstart", "dtend")]


@pytest.mark.nasty(6, "page, mail, calendar and export")
@pytest.mark.nasty(6, "whoever booked")
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_talk_is_the_same_instant_everywhere(app, trajectory, when, way, mailbox):
    starts_at, reads = when
    way(app, Trajectory.get_by_id(trajectory.id), starts_at, mailbox)
    shows_one_instant(app, starts_at, reads, mailbox)


@pytest.mark.nasty(6, "page, mail, calendar and export")
def test_a_talk_is_the_same_instant_wherever_the_server_stands(app, trajectory, when, elsewhere, mailbox):
    starts_at, reads = when
    by_the_participant(app, Trajectory.get_by_id(trajectory.id), starts_at, mailbox)
    shows_one_instant(app, starts_at, reads, mailbox)


def shows_one_instant(app, starts_at, reads, mailbox) -> None:
    talk = Session.get(Session.status == "planned")
    assert talk.starts_at == starts_at
    taken = Block.get_by_id(talk.block_id)
    assert (taken.starts_at, taken.wall_start[-5:]) == (starts_at, "10:00")
    assert [name for name, text in pages_of(app, talk, mailbox).items() if not reads.search(text)] == []
    for person in (talk.participant, talk.coach.account):
        letter = mailbox.last(person.email)
        assert reads.search(letter.text)
        assert reads.search(letter.html)
    assert set(map(tuple, calendars_of(app, talk, mailbox).values())) == {(starts_at, talk.ends_at)}
