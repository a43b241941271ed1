"""One's talks, cancelling, the calendar file."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.accounts.models import BrowserSession
from portal.availability.models import Block
from portal.crypto import signed
from portal.holds.models import Hold
from portal.sessions.models import Session, SessionMove
from portal.sessions.rules import LINK, SessionStatus
from portal.trajectories.models import Allowance
from portal.workday import actions as workday
from tests import factories
from tests.appointments import (
    PARTS,
    TUESDAY_AFTERNOON,
    WEDNESDAY_AFTERNOON,
    book,
    is_dead,
    move_to,
    other_participant,
)
from tests.contract.world import changes, stored
from tests.factories import TWENTE, actor_of
from tests.page import BASE, Client


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def noor(client, people):
    factories.enrolment(people.noor)
    return client.sign_in(people.noor)


@pytest.fixture
def talk(people, coach):
    trajectory = factories.coupled(people.noor, coach, themes=("stress",))
    return factories.planned_talk(trajectory, datetime(2026, 3, 3, 13, tzinfo=UTC))


@pytest.fixture
def stranger(app, clock):
    """Whoever opens the mail: a browser in which nobody is signed in."""
    return Client(app)


@pytest.fixture
def link(talk, mailbox):
    return mailbox.last(talk.participant.email).link("/afspraak/")


def test_show_is_for_the_participant_alone(app, noor, coach, people):
    book(noor, coach)
    session = Session.get()
    assert noor.get(f"/afspraken/{session.public_id}").status == 200
    wim = factories.account("Wim", factories.Role.PARTICIPANT)
    assert Client(app).sign_in(wim).get(f"/afspraken/{session.public_id}").status == 404
    assert Client(app).sign_in(people.bram).get(f"/afspraken/{session.public_id}").status == 403


def test_show_says_what_became_of_it(noor, coach, clock):
    book(noor, coach)
    session = Session.get()
    clock.shift(timedelta(days=1, minutes=185))
    noor.sign_in(session.participant)
    page = noor.get(f"/afspraken/{session.public_id}")
    assert page.h1 == "Je afspraak"
    assert not any("afzeggen" in link for link in page.links)
    Session.update(status=SessionStatus.HELD).execute()
    assert "Gehouden" in noor.get(f"/afspraken/{session.public_id}").text


@pytest.mark.parametrize("part", ["", "/verzetten", "/afzeggen", "/afspraak.ics"])
def test_every_page_of_a_talk_is_for_its_participant_alone(app, noor, coach, people, part):
    book(noor, coach)
    address = f"/afspraken/{Session.get().public_id}{part}"
    wim = factories.account("Wim", factories.Role.PARTICIPANT)
    assert noor.get(address).status == 200
    assert Client(app).sign_in(wim).get(address).status == 404
    for other in (people.bram, people.chris, people.wilma, people.rik, people.fay, people.oscar):
        assert Client(app).sign_in(other).get(address).status == 403
    assert Client(app).get(address).location == "/inloggen"


def test_cancel_frees_the_time_and_tells_both(noor, coach, people, mailbox):
    book(noor, coach)
    session = Session.get()
    page = noor.submit(noor.get(f"/afspraken/{session.public_id}/afzeggen"))
    assert "Je afspraak is afgezegd." in page.text
    assert Session.get().status == SessionStatus.CANCELLED_PARTICIPANT
    assert not Block.get().active
    assert Allowance.select().count() == 0
    calendar = icalendar.Calendar.from_ical(mailbox.last(people.noor.email).calendar[1])
    assert (calendar["method"], calendar.events[0]["sequence"]) == ("CANCEL", 1)
    assert book(noor, coach).h1 == "Je afspraak staat."


@pytest.mark.nasty(7, "the second click says so")
def test_cancel_twice_says_it_is_off_already(noor, coach, people, mailbox):
    book(noor, coach)
    session = Session.get()
    form = noor.get(f"/afspraken/{session.public_id}/afzeggen")
    noor.submit(form)
    page = noor.submit(form)
    assert page.url.endswith(f"/afspraken/{session.public_id}")
    assert "Door jou afgezegd" in page.text
    assert Session.get().sequence == 1
    assert len(mailbox.to(people.noor.email)) == 2


def test_cancel_with_htmx_gets_the_block_and_the_way_on(noor, coach):
    book(noor, coach)
    address = f"/afspraken/{Session.get().public_id}/afzeggen"
    block = noor.get(address, htmx=True)
    assert [form.element.get("id") for form in block.forms] == ["cancel_form"]
    assert noor.submit(block, htmx=True, reason="pigeon").status == 422
    done = noor.submit(block, htmx=True, reason="ill")
    assert (done.status, done.response.headers["HX-Redirect"]) == (204, "/afspraken")


@pytest.mark.parametrize(("reason", "status"), [("", 200), ("ill", 200), ("together", 422), ("pigeon", 422)])
def test_cancel_asks_why_and_takes_no_answer_too(noor, coach, reason, status):
    """What only a coach can say is refused to a participant."""
    book(noor, coach)
    page = noor.submit(noor.get(f"/afspraken/{Session.get().public_id}/afzeggen"), reason=reason)
    assert page.status == status
    if status == 422:
        assert page.by_id("reason-error") is not None
        assert Session.get().status == SessionStatus.PLANNED
    else:
        assert Session.get().reason == (reason or None)


def test_cancel_too_late_for_the_coach_has_a_way_out(noor, coach):
    book(noor, coach)
    address = f"/afspraken/{Session.get().public_id}/afzeggen"
    form = noor.get(address)
    type(coach).update(cancel_notice_hours=48).execute()
    page = noor.get(address)
    assert "mailto:vragen@portal.example.org" in page.links
    assert "Afzeggen kan hier niet meer" in page.text
    page = noor.submit(form)
    assert (page.status, Session.get().status) == (409, SessionStatus.PLANNED)
    assert "mailto:vragen@portal.example.org" in page.links


def test_cancelled_mails_lead_both_to_a_page_that_they_may_open(app, noor, coach, people, mailbox):
    """Also when another coach was chosen: the one of before may not see this participant any more."""
    book(noor, coach)
    samira = factories.bookable_coach(factories.account("Samira", factories.Role.COACH, TWENTE))
    book(noor, samira, "2026-03-04T09:00:00+00:00")
    for account, browser in ((people.noor, noor), (people.bram, Client(app).sign_in(people.bram))):
        letter = next(m for m in mailbox.to(account.email) if m.template.startswith("sessions/cancelled"))
        assert browser.get(letter.links[0].removeprefix("https://portal.example.org")).status == 200


def test_cancel_after_the_start_is_refused(noor, coach, clock):
    book(noor, coach)
    session = Session.get()
    clock.shift(timedelta(hours=1, days=1, minutes=170))
    noor.sign_in(session.participant)
    address, token = f"/afspraken/{session.public_id}/afzeggen", noor.get("/hulp").form("/taal").fields["csrf_token"]
    for page in (noor.get(address, follow=True), noor.post(address, {"csrf_token": token}, follow=True)):
        assert page.url.endswith(f"/afspraken/{session.public_id}")
        assert not any("afzeggen" in link for link in page.links)
    assert Session.get().status == SessionStatus.PLANNED


# -- sessions.show_by_link, sessions.cancel_by_link


def test_show_by_link_works_signed_out_and_shows_this_talk_alone(stranger, talk, link):
    factories.planned_talk(talk.trajectory, datetime(2026, 3, 5, 9, tzinfo=UTC))
    for part in PARTS:
        page = stranger.get(link + part)
        assert page.status == 200
        assert "3 maart 2026 om 14.00 uur" in page.text
        assert "Stress" not in page.text
        assert "5 maart 2026" not in page.text
        for told in (talk.participant.last_name, talk.participant.email, talk.participant.phone):
            assert told not in page.html.replace("Bram de Vries", "")
    page = stranger.get(link)
    assert "5 maart" not in page.text
    assert "Verzet" in page.text
    assert stranger.get("/afspraken").location == stranger.get("/mijn").location == "/inloggen"


@pytest.mark.parametrize("part", PARTS)
def test_show_by_link_betrays_the_address_to_nobody(stranger, talk, link, part):
    headers = stranger.get(link + part).response.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Disallow: /afspraak/" in stranger.get("/robots.txt").html.splitlines()


@pytest.mark.nasty(7, "looking changes nothing")
@pytest.mark.parametrize("headers", [{}, {"User-Agent": "SafeLinks/1.0"}, {"Sec-Purpose": "prefetch"}])
def test_show_by_link_looked_at_by_a_mail_scanner_changes_nothing(app, talk, link, headers):
    """GET and HEAD of every address behind it, by whoever reads along with the mail; afterwards it still works."""
    factories.held_time(talk.trajectory, datetime(2026, 3, 4, 13, tzinfo=UTC), moving=talk)
    before, scanner = stored([]), Client(app)
    for part in [*PARTS, f"/bevestig/{Hold.get().public_id}"]:
        for method in ("HEAD", "GET", "OPTIONS"):
            answer = scanner.flask.open(link + part, method=method, headers=headers, base_url=BASE)
            assert answer.status_code == 200, (method, part)
    assert changes(before, stored([])) == {}
    assert move_to(Client(app), f"{link}/verzetten").h1 == "Je afspraak staat."


def test_show_by_link_does_not_sign_in(app, stranger, talk, link):
    for part in PARTS:
        stranger.get(link + part)
    assert "_user_id" not in str(stranger.cookies())
    assert BrowserSession.select().count() == 0
    assert stranger.get(f"/afspraken/{talk.public_id}").location == "/inloggen"


def test_show_by_link_shows_the_same_to_who_is_signed_in_as_somebody_else(app, people, talk, link):
    """A shared computer: it stays the talk of the mail, and the other keeps their own pages."""
    wim = other_participant(app)
    assert "3 maart 2026 om 14.00 uur" in wim.get(link).text
    assert move_to(wim, f"{link}/verzetten").h1 == "Je afspraak staat."
    assert Session.get().participant_id == people.noor.id
    assert SessionMove.get().account_id == people.noor.id
    assert Client(app).sign_in(people.bram).get("/coach").status == 200


def test_cancel_by_link_frees_the_time_and_the_link_is_dead(stranger, talk, link, people, mailbox):
    page = stranger.submit(stranger.get(f"{link}/afzeggen"), reason="ill")
    assert "Je afspraak is afgezegd." in page.text
    assert (Session.get().status, Session.get().reason) == (SessionStatus.CANCELLED_PARTICIPANT, "ill")
    assert not Block.get().active
    assert mailbox.last(people.bram.email).calendar[0] == "CANCEL"
    assert is_dead(stranger, link)


@pytest.mark.nasty(7, "the second click says so")
def test_cancel_by_link_used_twice_cancels_once(app, stranger, talk, link, mailbox):
    form, other = stranger.get(f"{link}/afzeggen"), Client(app)
    others_form = other.get(f"{link}/afzeggen")
    stranger.submit(form)
    assert stranger.submit(form).status == other.submit(others_form).status == 410
    assert Session.get().sequence == 1
    assert [mail.template for mail in mailbox].count("sessions/cancelled") == 1


def test_cancel_by_link_too_late_has_a_way_out(stranger, talk, link, coach):
    form = stranger.get(f"{link}/afzeggen")
    type(coach).update(cancel_notice_hours=48).execute()
    for page, status in ((stranger.get(f"{link}/afzeggen"), 200), (stranger.submit(form), 409)):
        assert page.status == status
        assert "mailto:vragen@portal.example.org" in page.links
    assert Session.get().status == SessionStatus.PLANNED


def test_show_by_link_is_dead_when_it_begins(stranger, talk, link, clock):
    clock.move_to(talk.starts_at - timedelta(seconds=1))
    assert stranger.get(link).status == 200
    clock.move_to(talk.starts_at)
    assert is_dead(stranger, link)


@pytest.mark.parametrize("status", [status for status in SessionStatus if status != SessionStatus.PLANNED])
def test_show_by_link_is_dead_whatever_became_of_it(stranger, talk, link, status):
    Session.update(status=status).execute()
    assert is_dead(stranger, link)


def test_show_by_link_is_dead_when_the_coach_ends_the_trajectory(stranger, talk, link, people):
    workday.close(actor_of(people.bram, Role.COACH), talk.trajectory, "no_need", now=portal_clock.now())
    assert is_dead(stranger, link)


def test_show_by_link_is_dead_when_another_coach_is_chosen(client, stranger, talk, link, people):
    samira = factories.bookable_coach(factories.account("Samira", factories.Role.COACH, TWENTE))
    book(client.sign_in(people.noor), samira, WEDNESDAY_AFTERNOON)
    assert is_dead(stranger, link)


@pytest.mark.parametrize("change", [{"participant": None}, "blocked"])
def test_show_by_link_is_dead_for_who_was_erased_or_may_not_sign_in(stranger, talk, link, people, change):
    if change == "blocked":
        type(people.noor).update(blocked_at=portal_clock.now()).where(type(people.noor).id == people.noor.id).execute()
    else:
        Session.update(**change).execute()
    assert is_dead(stranger, link)


def tampered(token, talk):
    """Each a token that is not the one we signed for a link to this talk."""
    payload, signature = token.rsplit(".", 1)
    value = f"{talk.public_id} {talk.sequence}"
    yield "x"
    yield payload
    yield f"{payload}."
    yield f"{payload}.{signature[:-1]}"
    yield f"{payload}.{signature[::-1]}"
    yield f"{payload[:-1]}.{signature}"
    yield f"{token}.{signature}"
    yield token.swapcase()
    yield talk.public_id
    yield "é" * 20
    yield signed(value, purpose="feed")
    yield signed(value, purpose="")
    yield signed(talk.public_id, purpose=LINK)
    yield signed(f"{talk.public_id} 1", purpose=LINK)
    yield signed(f"{talk.public_id} -0", purpose=LINK)
    yield signed(f"{talk.public_id} 00", purpose=LINK)
    yield signed("", purpose=LINK)
    yield signed(f"bestaat-niet {talk.sequence}", purpose=LINK)


def test_show_by_link_refuses_swapped_purposes_and_tampered_tokens(stranger, talk, link):
    for token in tampered(link.removeprefix("/afspraak/"), talk):
        assert is_dead(stranger, f"/afspraak/{token}"), token
    assert stranger.get(link).status == 200


def test_show_by_link_token_opens_nothing_else(stranger, talk, link):
    """The same signature is good for this one purpose."""
    token = link.removeprefix("/afspraak/")
    for address in (f"/evaluatie/{token}", f"/aanmelden/bevestig/{token}", f"/uitnodiging/{token}"):
        assert stranger.get(address).status in (404, 410)
    assert stranger.get(f"/afspraken/{token}").location == "/inloggen"


# -- sessions.calendar_file, sessions.list_own


def test_calendar_file_opens_in_a_calendar(noor, coach):
    book(noor, coach)
    page = noor.get(f"/afspraken/{Session.get().public_id}/afspraak.ics")
    assert page.response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert icalendar.Calendar.from_ical(page.html).events[0].decoded("dtstart").isoformat() == TUESDAY_AFTERNOON


def test_list_own_has_what_comes_and_what_was(noor, coach, people):
    book(noor, coach)
    noor.submit(noor.get(f"/afspraken/{Session.get().public_id}/afzeggen"))
    book(noor, coach, "2026-03-04T13:00:00+00:00")
    page = noor.get("/afspraken")
    assert "Woensdag 4 maart 2026 om 14.00 uur" in page.text
    assert [link for link in page.links if link.startswith("/afspraken/") and link != "/afspraken/agenda"] == [
        f"/afspraken/{session.public_id}" for session in Session.select().order_by(Session.id.desc())
    ]


def test_list_own_when_there_is_nothing(app, noor, people):
    assert "Je hebt geen afspraken" in noor.get("/afspraken").text
    assert Client(app).get("/afspraken").location == "/inloggen"
    assert Client(app).sign_in(people.chris).get("/afspraken").status == 403


def test_list_own_costs_the_same_for_one_and_three(noor, coach, people):
    book(noor, coach)
    noor.get("/afspraken")
    for_one = noor.queries
    for day in (4, 5):
        book(noor, coach, f"2026-03-0{day}T13:00:00+00:00")
    page = noor.get("/afspraken")
    assert page.text.count("maart 2026") == 3
    assert noor.queries == for_one
