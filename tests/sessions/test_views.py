"""Booking a talk, one's talks, cancelling, the calendar file."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from portal import clock as portal_clock
from portal.availability.models import Block
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Allowance, FormerCoach, Trajectory
from tests import factories
from tests.factories import TWENTE
from tests.page import Client

# Tuesday 3 March 2026, 14.00 on a Dutch clock: a day and three hours after the tests' clock.
TUESDAY_AFTERNOON = "2026-03-03T13:00:00+00:00"


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def noor(client, people):
    factories.enrolment(people.noor)
    return client.sign_in(people.noor)


def book(client, coach, starts_at=TUESDAY_AFTERNOON, **options):
    page = client.get(f"/afspraken/met/{coach.public_id}")
    return client.submit(page, f"/afspraken/met/{coach.public_id}", mode="phone", starts_at=starts_at, **options)


def test_book_shows_the_first_free_day_open(noor, coach):
    page = noor.get(f"/afspraken/met/{coach.public_id}")
    days = [e for e in page.tree.iter("details") if e.get("class") == "day"]
    assert days[0].get("open") is not None
    assert "Dinsdag 3 maart" in page.text
    assert "dinsdag 3 maart om 14.00 uur" in page.html


def test_book_stores_the_talk_and_mails_both(noor, coach, people, mailbox):
    page = book(noor, coach)
    assert page.h1 == "Je afspraak staat."
    assert "Dinsdag 3 maart 2026 om 14.00 uur" in page.text
    session = Session.get()
    assert (session.status, session.minutes, session.mode) == (SessionStatus.PLANNED, 60, "phone")
    assert Trajectory.get().coach_id == coach.id
    assert Enrolment.get().status == EnrolmentStatus.MATCHED
    assert Allowance.select().count() == 1
    for address in (people.noor.email, people.bram.email):
        letter = mailbox.last(address)
        assert "dinsdag 3 maart 2026 om 14.00 uur" in letter.text
        assert letter.calendar[0] == "REQUEST"


def test_book_calendar_part_is_correct_and_neutral(noor, coach, people, mailbox):
    book(noor, coach)
    event = icalendar.Calendar.from_ical(mailbox.last(people.noor.email).calendar[1]).events[0]
    assert event.decoded("dtstart").isoformat() == TUESDAY_AFTERNOON
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=1)
    assert str(event["summary"]) == "Afspraak"
    assert people.bram.email not in mailbox.last(people.noor.email).calendar[1]
    assert event["attendee"].params["rsvp"] == "FALSE"


@pytest.mark.parametrize(
    "starts_at",
    [
        "",
        "   ",
        "morgen",
        "2026-03-03T13:07:00+00:00",
        "2026-03-02T10:30:00+00:00",
        "2027-03-02T10:00:00+00:00",
        "2026-03-03T13:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59+00:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_book_refuses_a_time_that_is_not_offered(noor, coach, starts_at):
    page = book(noor, coach, starts_at)
    assert page.status in (409, 422)
    assert Session.select().count() == 0
    assert page.errors


def test_book_loser_of_a_race_sees_other_times(app, noor, coach, people):
    wim = factories.account("Wim", factories.Role.PARTICIPANT)
    factories.enrolment(wim)
    other = Client(app).sign_in(wim)
    shown_before = other.get(f"/afspraken/met/{coach.public_id}")
    book(noor, coach)
    page = other.submit(shown_before, mode="phone", starts_at=TUESDAY_AFTERNOON)
    assert page.status == 409
    assert "Deze tijd is net door iemand anders gekozen. Kies een andere tijd." in page.errors[0]
    assert "om 9.00 uur" in page.html
    assert Session.select().count() == 1


def test_book_loser_with_htmx_gets_the_block_with_other_times(app, noor, coach):
    wim = factories.account("Wim", factories.Role.PARTICIPANT)
    factories.enrolment(wim)
    other = Client(app).sign_in(wim)
    shown_before = other.get(f"/afspraken/met/{coach.public_id}")
    book(noor, coach)
    page = other.submit(shown_before, mode="phone", starts_at=TUESDAY_AFTERNOON, htmx=True)
    assert (page.status, "<html" in page.html) == (409, False)
    assert page.by_id("booking_form") is not None
    assert "om 9.00 uur" in page.html


def test_book_from_a_page_that_named_no_coach_does_not_replace_one(noor, coach):
    """Two windows, two coaches: the second one says first whom it would replace."""
    samira = factories.bookable_coach(factories.account("Samira", factories.Role.COACH, TWENTE))
    shown_before = noor.get(f"/afspraken/met/{samira.public_id}")
    book(noor, coach)
    page = noor.submit(shown_before, mode="phone", starts_at="2026-03-04T09:00:00+00:00")
    assert page.status == 409
    assert page.errors
    assert "Je hebt nu Bram als coach." in page.text
    assert Session.select().count() == 1
    page = noor.submit(page, mode="phone", starts_at="2026-03-04T09:00:00+00:00")
    assert page.h1 == "Je afspraak staat."
    assert Trajectory.get().coach_id == samira.id


@pytest.mark.parametrize("seen", ["", "x", "-1", "²", "99999999999999999999"])
def test_book_with_a_made_up_version_replaces_nobody(noor, coach, seen):
    samira = factories.bookable_coach(factories.account("Samira", factories.Role.COACH, TWENTE))
    book(noor, coach)
    page = book(noor, samira, "2026-03-04T09:00:00+00:00", seen=seen)
    assert page.status == 409
    assert Trajectory.get().coach_id == coach.id


def test_book_with_htmx_gets_the_block_and_the_way_on(noor, coach):
    page = noor.get(f"/afspraken/met/{coach.public_id}", htmx=True)
    assert page.by_id("booking_form") is not None
    assert "<html" not in page.html
    done = noor.submit(
        noor.get(f"/afspraken/met/{coach.public_id}"), mode="phone", starts_at=TUESDAY_AFTERNOON, htmx=True
    )
    assert done.status == 204
    assert "/afspraken/" in done.response.headers["HX-Redirect"]


def test_book_with_another_coach_cancels_what_was_planned(noor, coach, people, mailbox):
    book(noor, coach)
    samira = factories.bookable_coach(factories.account("Samira", factories.Role.COACH, TWENTE))
    book(noor, samira, "2026-03-04T09:00:00+00:00")
    assert [s.status for s in Session.select().order_by(Session.id)] == [
        SessionStatus.CANCELLED_PARTICIPANT,
        SessionStatus.PLANNED,
    ]
    assert FormerCoach.get().coach_id == coach.id
    assert Trajectory.get().coach_id == samira.id
    assert mailbox.last(people.bram.email).calendar[0] == "CANCEL"


def test_book_unknown_or_paused_coach_is_404(noor, coach):
    assert noor.get("/afspraken/met/nobody").status == 404
    type(coach).update(status="paused").execute()
    assert noor.get(f"/afspraken/met/{coach.public_id}").status == 404


def test_book_without_enrolment_goes_to_the_coaches(client, people, coach):
    page = client.sign_in(people.noor).get(f"/afspraken/met/{coach.public_id}")
    assert page.location == "/coaches"


def test_book_anonymous_goes_to_sign_in_and_coach_may_not(app, client, coach, people):
    assert client.get(f"/afspraken/met/{coach.public_id}").location == "/inloggen"
    assert Client(app).sign_in(people.chris).get(f"/afspraken/met/{coach.public_id}").status == 403


def test_book_with_ones_own_coach_who_stopped_is_404(noor, coach):
    book(noor, coach)
    type(coach).update(status="withdrawn").execute()
    assert noor.get(f"/afspraken/met/{coach.public_id}").status == 404


def test_book_with_ones_own_coach_who_is_paused_or_full_goes_on(noor, coach):
    book(noor, coach)
    type(coach).update(status="paused", capacity=0).execute()
    assert book(noor, coach, "2026-03-04T09:00:00+00:00").h1 == "Je afspraak staat."


@pytest.mark.parametrize(
    ("month", "heading"),
    [("2026-04", "April 2026"), ("2026-01", "Maart 2026"), ("9999-12", "Maart 2027"), ("x", "Maart 2026")],
)
def test_book_shows_the_month_that_was_asked_for(noor, coach, month, heading):
    page = noor.get(f"/afspraken/met/{coach.public_id}?maand={month}")
    assert heading in [" ".join("".join(e.itertext()).split()) for e in page.tree.iter("h2")]


def test_book_leads_no_further_than_the_horizon(noor, coach):
    page = noor.get(f"/afspraken/met/{coach.public_id}")
    april = noor.get(page.link("Volgende maand"))
    assert "Volgende maand" not in april.text
    assert noor.get(april.link("Vorige maand")).status == 200


def test_book_costs_the_same_for_a_free_and_a_busy_coach(noor, coach, people):
    address = f"/afspraken/met/{coach.public_id}"
    noor.get(address)
    for_free = noor.queries
    other = factories.coupled(factories.account("Wim", factories.Role.PARTICIPANT), coach)
    for day in (3, 4, 5):
        factories.planned_talk(other, datetime(2026, 3, day, 13, tzinfo=UTC))
    noor.get(address)
    assert noor.queries == for_free


def test_empty_month_says_why(noor, people):
    idle = factories.bookable_coach(people.bram, weekdays=())
    page = noor.get(f"/afspraken/met/{idle.public_id}")
    assert "De coach heeft in deze maand geen tijden." in page.text


def test_more_than_talk_and_two_activities_is_refused(noor, coach):
    for day in (3, 4, 5):
        book(noor, coach, f"2026-03-0{day}T13:00:00+00:00")
    assert Session.select().count() == 3
    page = book(noor, coach, "2026-03-06T13:00:00+00:00")
    assert page.status == 409
    assert Session.select().count() == 3


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


@pytest.mark.parametrize("part", ["", "/afzeggen", "/afspraak.ics"])
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


def test_cancel_twice_says_it_is_off_already(noor, coach):
    book(noor, coach)
    session = Session.get()
    form = noor.get(f"/afspraken/{session.public_id}/afzeggen")
    noor.submit(form)
    assert noor.submit(form).status == 409


def test_cancelled_mails_lead_both_to_a_page_that_they_may_open(app, noor, coach, people, mailbox):
    """Also when another coach was chosen: the one of before may not see this participant any more."""
    book(noor, coach)
    samira = factories.bookable_coach(factories.account("Samira", factories.Role.COACH, TWENTE))
    book(noor, samira, "2026-03-04T09:00:00+00:00")
    for account, browser in ((people.noor, noor), (people.bram, Client(app).sign_in(people.bram))):
        letter = next(m for m in mailbox.to(account.email) if m.template == "sessions/cancelled")
        assert browser.get(letter.links[0].removeprefix("https://portal.example.org")).status == 200


def test_cancel_after_the_start_is_refused(noor, coach, clock):
    book(noor, coach)
    session = Session.get()
    form = noor.get(f"/afspraken/{session.public_id}/afzeggen")
    clock.shift(timedelta(hours=1, days=1, minutes=170))
    factories.account("Keep", factories.Role.PARTICIPANT)
    noor.sign_in(session.participant)
    assert noor.submit(noor.get(f"/afspraken/{session.public_id}/afzeggen")).status == 409
    assert form.status == 200
    assert Session.get().status == SessionStatus.PLANNED


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
    assert [link for link in page.links if link.startswith("/afspraken/")] == [
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


def test_clock_change_books_the_wall_time_that_was_shown(noor, people, clock):
    """The Monday after 29 March: nine o'clock is seven in UTC, no longer eight."""
    coach = factories.bookable_coach(people.bram)
    book(noor, coach, "2026-03-30T07:00:00+00:00")
    session = Session.get()
    assert portal_clock.local(session.starts_at).strftime("%H:%M") == "09:00"
