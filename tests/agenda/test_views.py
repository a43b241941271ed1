"""The address that calendars fetch: secret, shown once, dead at once when it has to be, and without a telling word."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.access import Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.agenda import actions
from portal.agenda.models import Feed
from portal.agenda.rules import Whose
from portal.coaches import actions as coach_actions
from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.programmes.codes import CoachWithdrawal
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from tests import factories
from tests.calendars import read_by_all
from tests.factories import TWENTE, account, actor_of, bookable_coach, coupled, planned_talk

OWN, REVOKE_OWN = "/afspraken/agenda", "/afspraken/agenda/intrekken"
OF_COACH, REVOKE_OF_COACH = "/coach/agenda", "/coach/agenda/intrekken"
SHOW, HIDE = "/coach/agenda/namen-tonen", "/coach/agenda/namen-verbergen"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 13, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def coach(people) -> Coach:
    return bookable_coach(people.bram, TWENTE, place="Stationsplein 1", video_link="https://meet.example.org/bram")


@pytest.fixture
def talk(people, coach) -> Session:
    return planned_talk(coupled(people.noor, coach), TUESDAY)


def feed_of(person: Account, whose: Whose = Whose.PARTICIPANT) -> str:
    return f"/agenda/{actions.make_feed(actor_of(person, whose.role), whose, now=NOW)}.ics"


def address_on(page) -> str:
    field = page.by_id("address")
    assert field is not None
    return field.get("value").removeprefix("https://portal.example.org")


def events_at(client, address):
    page = client.get(address)
    assert page.status == 200
    return read_by_all(page.html)


# -- agenda.feed


def test_feed_has_the_talk_as_the_mail_knows_it(client, people, talk, mailbox):
    [event] = events_at(client, feed_of(people.noor))
    [mailed] = read_by_all(mailbox.last(people.noor.email).calendar[1])
    for name in ("uid", "sequence", "dtstart", "dtend", "summary", "status", "class"):
        assert event[name] == mailed[name], name
    assert set(event.keys()) == {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "STATUS", "CLASS",
    }  # fmt: skip
    assert str(event["summary"]) == "Afspraak"
    assert event.decoded("last-modified") == event.decoded("dtstamp") == NOW


def test_feed_says_how_it_is_to_be_kept(client, people, talk):
    headers = client.get(feed_of(people.noor)).response.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("whose", Whose)
def test_feed_names_nobody_and_no_place(client, people, talk, whose):
    person = people.noor if whose == Whose.PARTICIPANT else people.bram
    text = client.get(feed_of(person, whose)).html
    for betraying in ("Noor", "Bram", "Vries", "@example.org", "Stationsplein", "meet.", "oach", "zorg"):
        assert betraying not in text, betraying


@pytest.mark.both_engines
def test_feed_of_a_coach_has_first_names_when_they_want_so(client, people, talk):
    address = feed_of(people.bram, Whose.COACH)
    actions.show_names(actor_of(people.bram, Role.COACH), now=NOW)
    text = client.get(address).html
    assert "SUMMARY:Afspraak met Noor\r\n" in text
    assert "Vries" not in text
    actions.hide_names(actor_of(people.bram, Role.COACH), now=NOW)
    assert "Noor" not in client.get(address).html


def test_feed_survives_a_hostile_name(client, people, coach):
    name = "Zoë\r\nEND:VEVENT\r\nBEGIN:VEVENT;,\\" + "é" * 80
    planned_talk(coupled(account(name[:100], Role.PARTICIPANT, address="zoe@example.org"), coach), TUESDAY)
    address = feed_of(people.bram, Whose.COACH)
    actions.show_names(actor_of(people.bram, Role.COACH), now=NOW)
    [event] = events_at(client, address)
    assert str(event["summary"]).startswith("Afspraak met Zoë")


def test_feed_has_what_was_a_month_ago_until_a_year_ahead(client, people, coach):
    trajectory = coupled(people.noor, coach)
    shown = {
        factories.talk(trajectory, now=NOW + when, status=status).public_id
        for when, status in [
            (-29 * DAY, SessionStatus.HELD),
            (-1 * DAY, SessionStatus.NO_SHOW),
            (DAY, SessionStatus.PLANNED),
            (364 * DAY, SessionStatus.PLANNED),
        ]
    }
    for when, status in [
        (-31 * DAY, SessionStatus.HELD),
        (365 * DAY, SessionStatus.PLANNED),
        (2 * DAY, SessionStatus.CANCELLED_COACH),
        (3 * DAY, SessionStatus.CANCELLED_PARTICIPANT),
        (4 * DAY, SessionStatus.CANCELLED_DESK),
        (5 * DAY, SessionStatus.MOVED),
    ]:
        factories.talk(trajectory, now=NOW + when, status=status)
    for person, whose in ((people.noor, Whose.PARTICIPANT), (people.bram, Whose.COACH)):
        events = events_at(client, feed_of(person, whose))
        assert {event["uid"].partition("@")[0] for event in events} == shown


@pytest.mark.nasty(8, "nothing twice")
def test_feed_follows_a_move_and_a_cancel(client, people, talk, clock):
    address = feed_of(people.noor)
    noor = actor_of(people.noor, Role.PARTICIPANT)
    [before] = events_at(client, address)
    clock.shift(timedelta(minutes=5))
    sessions.move_session(noor, talk, starts_at=TUESDAY + DAY, mode=talk.mode, seen=0, now=NOW + timedelta(minutes=5))
    [after] = events_at(client, address)
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("dtstart") == TUESDAY + DAY
    assert after.decoded("last-modified") > before.decoded("last-modified")
    sessions.cancel_session(noor, Session.get_by_id(talk.id), now=NOW + timedelta(minutes=6))
    assert events_at(client, address) == []


def test_feed_has_only_ones_own_talks(client, people, talk, coach):
    lotte = account("Lotte", Role.PARTICIPANT)
    planned_talk(coupled(lotte, coach), TUESDAY + DAY)
    bookable_coach(people.chris, TWENTE)
    assert [e.decoded("dtstart") for e in events_at(client, feed_of(lotte))] == [TUESDAY + DAY]
    assert len(events_at(client, feed_of(people.bram, Whose.COACH))) == 2
    assert events_at(client, feed_of(people.chris, Whose.COACH)) == []


def test_feed_keeps_work_and_own_talks_apart(client, people, talk):
    """Bram is also a participant, of Chris."""
    accounts.grant(people.bram, Role.PARTICIPANT)
    factories.talk(coupled(people.bram, bookable_coach(people.chris, TWENTE)), now=TUESDAY + DAY, status="planned")
    assert [e.decoded("dtstart") for e in events_at(client, feed_of(people.bram))] == [TUESDAY + DAY]
    assert [e.decoded("dtstart") for e in events_at(client, feed_of(people.bram, Whose.COACH))] == [TUESDAY]


def test_feed_speaks_the_language_of_its_owner(client, coach):
    fatima = account("Fatima", Role.PARTICIPANT, language="en")
    planned_talk(coupled(fatima, coach), TUESDAY)
    [event] = events_at(client, feed_of(fatima))
    assert str(event["summary"]) == "Appointment"


def test_feed_takes_three_queries_for_one_talk_and_for_three(client, people, coach):
    address, trajectory = feed_of(people.bram, Whose.COACH), coupled(people.noor, coach)
    seen = []
    for number in range(3):
        factories.talk(trajectory, now=NOW + number * DAY, status=SessionStatus.PLANNED)
        client.get(address)
        seen.append(client.queries)
    assert len(set(seen)) == 1, seen
    assert seen[0] <= 3


def revoked(people) -> str:
    address = feed_of(people.noor)
    actions.revoke_feed(actor_of(people.noor, Role.PARTICIPANT), Whose.PARTICIPANT, now=NOW)
    return address


def renewed(people) -> str:
    address = feed_of(people.noor)
    feed_of(people.noor)
    return address


def of_blocked_account(people) -> str:
    address = feed_of(people.noor)
    Account.update(blocked_at=NOW).where(Account.id == people.noor.id).execute()
    return address


def of_withdrawn_coach(people) -> str:
    address, reason = feed_of(people.bram, Whose.COACH), next(iter(CoachWithdrawal))
    desk, coach = actor_of(people.wilma, Role.REGION_ADMIN, TWENTE), Coach.get(account=people.bram)
    coach_actions.withdraw_coach(desk, coach, withdrawn_on=NOW.date(), reason=reason, now=NOW)
    return address


def of_blocked_coach(people) -> str:
    address = feed_of(people.bram, Whose.COACH)
    desk = actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)
    coach_actions.block_coach(desk, Coach.get(account=people.bram), now=NOW)
    return address


def of_lost_role(people) -> str:
    address = feed_of(people.bram, Whose.COACH)
    accounts.take_away(people.bram, Role.COACH)
    return address


DEAD = {
    "unknown": lambda people: "/agenda/bestaat-niet.ics",
    "cut short": lambda people: f"{feed_of(people.noor).removesuffix('.ics')[:-1]}.ics",
    "of another purpose": lambda people: f"/agenda/{accounts.begin_session(people.noor, browser='x', now=NOW)}.ics",
    "revoked": revoked,
    "renewed": renewed,
    "blocked account": of_blocked_account,
    "withdrawn coach": of_withdrawn_coach,
    "blocked coach": of_blocked_coach,
    "lost role": of_lost_role,
}


@pytest.mark.both_engines
@pytest.mark.nasty(10, "feeds when they leave")
@pytest.mark.parametrize("address_of", DEAD.values(), ids=DEAD)
def test_feed_that_does_not_work_answers_as_one_that_never_was(client, people, talk, address_of):
    address = address_of(people)
    client.get("/hulp")  # From here on the browser has its cookie.
    never, page = client.get("/agenda/nooit-gemaakt.ics"), client.get(address)
    assert (page.status, page.text) == (never.status, never.text) == (404, never.text)
    assert set(page.response.headers.keys()) == set(never.response.headers.keys())


def test_feed_of_a_coach_on_pause_goes_on(client, people, talk):
    Coach.update(status=CoachStatus.PAUSED).execute()
    assert len(events_at(client, feed_of(people.bram, Whose.COACH))) == 1


def test_feed_takes_no_other_methods(client, people, talk):
    token = client.get("/hulp").form("/taal").fields["csrf_token"][0]
    assert client.post(feed_of(people.noor), {"csrf_token": token}).status == 405


def test_feed_is_good_on_no_other_address(client, people, talk):
    token = feed_of(people.noor).split("/")[-1].removesuffix(".ics")
    for path in (f"/inloggen/link/{token}", f"/afspraak/{token}", f"/uitnodiging/{token}"):
        assert "Afspraak" not in client.get(path).text or client.get(path).status in (404, 410, 422), path
    client.flask.set_cookie("__Host-sessie", token, domain="portal.example.org")
    assert client.get("/mijn").status == 303


def test_feed_that_is_asked_for_all_the_time_has_to_wait(client, people, talk):
    address, other = feed_of(people.noor), feed_of(people.bram, Whose.COACH)
    for _ in range(60):
        assert client.get(address).status == 200
    page = client.get(address)
    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) > 0
    assert client.get(other).status == 200


def test_feed_that_is_unknown_leaves_nothing_behind(client, people, talk):
    client.get("/agenda/een.ics")
    before = client.queries
    for number in range(70):
        assert client.get(f"/agenda/{number}.ics").status == 404
    assert client.queries == before


# -- agenda.own


@pytest.fixture
def noor(client, people, talk):
    return client.sign_in(people.noor)


def test_own_makes_an_address_that_is_shown_once(noor, people):
    assert noor.get("/afspraken").link("agenda") == OWN
    page = noor.submit(noor.get(OWN), OWN, follow=False)
    address = address_on(page)
    assert len(address.split("/")[-1]) >= 43
    assert len(events_at(noor, address)) == 1
    assert Feed.get().token_hash not in address
    page = noor.get(OWN)
    assert address not in page.html
    assert "maandag 2 maart 2026" in page.text


def test_own_makes_another_address_and_the_old_one_stops(noor):
    old, new = (address_on(noor.submit(noor.get(OWN), OWN, follow=False)) for _ in range(2))
    assert (noor.get(old).status, noor.get(new).status) == (404, 200)
    assert Feed.select().where(Feed.revoked_at.is_null()).count() == 1


def test_own_says_what_others_see_and_how_to_add_it(noor):
    assert "Je agenda laat het woord 'Afspraak' en de tijd zien." in noor.get(OWN).text
    page = noor.submit(noor.get(OWN), OWN, follow=False)
    for word in ("iPhone", "Google", "Outlook"):
        assert word in page.text


def test_own_is_for_participants(client, people, coach):
    assert client.get(OWN).location == "/inloggen"
    for person in (people.bram, people.wilma, people.rik, people.oscar):
        assert client.sign_in(person).get(OWN).status == 403


def test_revoke_own_ends_it_and_twice_is_the_same(noor):
    address = address_on(noor.submit(noor.get(OWN), OWN, follow=False))
    page = noor.get(OWN)
    for _ in range(2):
        assert "werkt niet meer" in noor.submit(page, REVOKE_OWN).text
    assert noor.get(address).status == 404
    assert noor.get(OWN).form(OWN, "Maak een adres")


def test_revoke_own_is_a_button(noor, people):
    assert noor.get(REVOKE_OWN).status == 405
    token = noor.get(OWN).form(OWN).fields["csrf_token"][0]
    assert noor.post(REVOKE_OWN, {}).status == 400
    assert noor.sign_in(people.wilma).post(REVOKE_OWN, {"csrf_token": token}).status in (400, 403)


# -- agenda.of_coach


@pytest.fixture
def bram(client, people, talk):
    return client.sign_in(people.bram)


def test_of_coach_makes_an_address_that_is_shown_once(bram):
    assert bram.get("/coach/uren").link("agenda") == OF_COACH
    address = address_on(bram.submit(bram.get(OF_COACH), OF_COACH, follow=False))
    assert len(events_at(bram, address)) == 1
    assert address not in bram.get(OF_COACH).html


def test_of_coach_without_a_profile_leads_there(client, people):
    assert client.sign_in(people.bram).get(OF_COACH).location == "/coach/profiel"


def test_of_coach_is_for_coaches(client, people):
    assert client.get(OF_COACH).location == "/inloggen"
    assert client.sign_in(people.noor).get(OF_COACH).status == 403


def test_revoke_of_coach_ends_the_address_of_the_coach_only(bram, people):
    own = feed_of(people.noor)
    address = address_on(bram.submit(bram.get(OF_COACH), OF_COACH, follow=False))
    bram.submit(bram.get(OF_COACH), REVOKE_OF_COACH)
    assert (bram.get(address).status, bram.get(own).status) == (404, 200)
    assert bram.get(REVOKE_OF_COACH).status == 405


def test_show_names_and_hide_names_change_the_titles(bram):
    address = address_on(bram.submit(bram.get(OF_COACH), OF_COACH, follow=False))
    assert "voornamen" in bram.submit(bram.get(OF_COACH), SHOW).text
    assert "Noor" in bram.get(address).html
    newer = address_on(bram.submit(bram.get(OF_COACH), OF_COACH, follow=False))
    assert "Noor" in bram.get(newer).html, "another address keeps the choice"
    bram.submit(bram.get(OF_COACH), HIDE)
    assert "Noor" not in bram.get(newer).html


def test_show_names_needs_an_address(bram, people):
    bram.submit(bram.get(OF_COACH), OF_COACH, follow=False)
    page = bram.get(OF_COACH)
    bram.submit(page, REVOKE_OF_COACH)
    assert bram.submit(page, SHOW).status == 404
    assert bram.get(SHOW).status == 405


def test_hide_names_is_for_coaches(client, people, talk):
    noor = client.sign_in(people.noor)
    token = noor.get(OWN).form(OWN).fields["csrf_token"][0]
    for path in (HIDE, SHOW, REVOKE_OF_COACH):
        assert noor.post(path, {"csrf_token": token}).status == 403
    assert noor.get(HIDE).status == 405
