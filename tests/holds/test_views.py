"""Choosing a time and confirming it, to book a talk or to move one."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from portal import clock as portal_clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.holds.models import Hold
from portal.sessions.models import Session, SessionMove
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Allowance, FormerCoach, Trajectory
from tests import factories
from tests.appointments import (
    TUESDAY_AFTERNOON,
    WEDNESDAY_AFTERNOON,
    book,
    is_dead,
    move_to,
    other_participant,
    press,
)
from tests.factories import TWENTE
from tests.page import Client


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
def participant(client, talk):
    return client.sign_in(talk.participant)


@pytest.fixture
def stranger(app, clock):
    """Whoever opens the mail: a browser in which nobody is signed in."""
    return Client(app)


@pytest.fixture
def link(talk, mailbox):
    return mailbox.last(talk.participant.email).link("/afspraak/")


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
    assert page.status == 422
    assert Session.select().count() == Hold.select().count() == 0
    assert page.errors
    assert page.by_id("starts_at") is not None


@pytest.mark.both_engines
@pytest.mark.nasty(1, "a kind answer with other times")
@pytest.mark.parametrize("get_ahead", [press, book], ids=["held", "booked"])
def test_book_loser_of_a_race_sees_other_times(app, noor, coach, get_ahead):
    other = other_participant(app)
    shown_before = other.get(f"/afspraken/met/{coach.public_id}")
    get_ahead(noor, coach)
    page = other.submit(shown_before, mode="phone", starts_at=TUESDAY_AFTERNOON)
    assert page.status == 409
    assert "Deze tijd is net door iemand anders gekozen. Kies een andere tijd." in page.errors[0]
    assert "om 9.00 uur" in page.html
    assert Hold.select().count() == 1


@pytest.mark.both_engines
@pytest.mark.nasty(1, "a kind answer with other times")
def test_book_loser_with_htmx_gets_the_block_with_other_times(app, noor, coach):
    other = other_participant(app)
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
    assert noor.submit(page).h1 == "Je afspraak staat."
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
    assert done.response.headers["HX-Redirect"] == f"/afspraken/bevestig/{Hold.get().public_id}"
    confirm = noor.get(done.response.headers["HX-Redirect"], htmx=True)
    assert [form.element.get("id") for form in confirm.forms] == ["confirm_form"]
    assert "<html" not in confirm.html
    done = noor.submit(confirm, htmx=True)
    assert (done.status, done.response.headers["HX-Redirect"]) == (204, f"/afspraken/{Session.get().public_id}")


def test_book_pressed_again_leads_to_the_talk_that_stands(noor, coach):
    """A browser that goes back, or a second click: the same time of the same coach is the talk there is."""
    shown = noor.get(f"/afspraken/met/{coach.public_id}")
    book(noor, coach)
    page = noor.submit(shown, mode="phone", starts_at=TUESDAY_AFTERNOON)
    assert page.url.endswith(f"/afspraken/{Session.get().public_id}")
    assert Session.select().count() == Hold.select().count() == 1


def test_book_asks_a_phone_number_of_who_gave_none(noor, coach, people):
    assert "phone" not in noor.get(f"/afspraken/met/{coach.public_id}").form().fields
    type(people.noor).update(phone="").execute()
    assert noor.get(f"/afspraken/met/{coach.public_id}").form().fields["phone"] == [""]
    for typed in ("", "0612"):
        page = press(noor, coach, phone=typed)
        assert page.status == 422
        assert page.by_id("phone-error") is not None
    assert Hold.select().count() == 0
    assert press(noor, coach, phone="06 - 1234 5678").h1 == "Klopt dit?"
    assert type(people.noor).get_by_id(people.noor.id).phone == "+31612345678"


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
    assert page.errors
    assert Session.select().count() == 3


def test_book_gets_acquainted_first_when_somebody_wants_to(noor, coach):
    page = noor.get(f"/afspraken/met/{coach.public_id}")
    page = noor.get(page.link("Eerst kennismaken (30 minuten)"))
    assert "In een kennismakingsgesprek merk je of het klikt." in page.text
    assert noor.get(page.link("Volgende maand")).link("Een gesprek (60 minuten)") == f"/afspraken/met/{coach.public_id}"
    done = noor.submit(page, f"/afspraken/met/{coach.public_id}", mode="phone", starts_at="2026-03-03T15:30:00+00:00")
    assert (done.h1, "Kennismakingsgesprek" in done.text, "30 minuten" in done.text) == ("Klopt dit?", True, True)
    assert done.link("Kies een andere tijd").endswith("?gesprek=kennismaking")
    noor.submit(done)
    assert [(talk.kind, talk.minutes, talk.allowance) for talk in Session.select()] == [("intro", 30, None)]


def test_book_an_introduction_from_an_old_page_is_refused_and_shows_times_of_talks(noor, coach):
    address = f"/afspraken/met/{coach.public_id}?gesprek=kennismaking"
    old = noor.get(address)
    book(noor, coach)
    page = noor.submit(old, f"/afspraken/met/{coach.public_id}", mode="phone", starts_at="2026-03-05T15:30:00+00:00")
    assert (page.status, "Kennismaken kan niet meer. Kies een tijd voor een gesprek." in page.text) == (409, True)
    assert "Een gesprek duurt 60 minuten." in page.text
    assert "2026-03-05T15:30:00+00:00" not in page.html.partition("starts_at")[2]
    assert Session.select().count() == 1


def test_book_with_htmx_keeps_to_the_introduction(noor, coach):
    page = noor.get(f"/afspraken/met/{coach.public_id}?gesprek=kennismaking")
    told = noor.submit(
        page, f"/afspraken/met/{coach.public_id}", mode="phone", starts_at="2026-03-07T15:30:00+00:00", htmx=True
    )
    assert told.status == 422
    assert "gesprek=kennismaking&amp;maand=2026-03" in told.html


def test_confirm_shows_once_more_what_was_chosen(noor, coach):
    page = press(noor, coach)
    assert page.url.endswith(f"/afspraken/bevestig/{Hold.get().public_id}")
    for fact in ("Dinsdag 3 maart 2026 om 14.00 uur", "Bram de Vries", "Telefoon", "60 minuten", "tot 11.10"):
        assert fact in page.text, fact
    assert noor.get(page.link("Kies een andere tijd")).h1 == "Maak een afspraak met Bram"
    assert Session.select().count() == 0


def test_confirm_pressed_again_leads_to_the_same_talk(noor, coach, mailbox):
    page = press(noor, coach)
    first, second = noor.submit(page), noor.submit(page)
    assert first.url == second.url
    assert noor.get(page.url).location == f"/afspraken/{Session.get().public_id}"
    assert Session.select().count() == 1
    assert len(list(mailbox)) == 2


def test_confirm_when_the_time_is_no_longer_kept_says_so_and_works_while_it_is_free(noor, coach, clock):
    page = press(noor, coach)
    clock.shift(timedelta(minutes=10))
    later = noor.get(page.url)
    assert "tot 11.10" not in later.text
    assert noor.submit(later).h1 == "Je afspraak staat."


def test_confirm_loses_to_who_took_the_time_after_it_was_over(app, noor, coach, clock):
    page = press(noor, coach)
    clock.shift(timedelta(minutes=10))
    assert book(other_participant(app), coach).h1 == "Je afspraak staat."
    page = noor.submit(page)
    assert (page.status, page.h1) == (409, "Klopt dit?")
    assert page.errors == ["Deze tijd is net door iemand anders gekozen. Kies een andere tijd."]
    assert noor.get(page.link("Kies een andere tijd")).status == 200
    assert Session.select().count() == 1
    again = noor.submit(noor.get(page.url), htmx=True)
    assert (again.status, "<html" in again.html, again.by_id("confirm_form") is not None) == (409, False, True)


def test_confirm_is_for_the_hand_that_holds_it(app, noor, coach, people):
    page = press(noor, coach)
    other = other_participant(app)
    own = press(other, coach, "2026-03-04T13:00:00+00:00")
    token = own.form().fields["csrf_token"]
    assert other.get(page.url).status == other.post(page.url, {"csrf_token": token}).status == 404
    for account in (people.bram, people.wilma, people.rik, people.fay, people.oscar):
        assert Client(app).sign_in(account).get(page.url).status == 403
    assert Client(app).get(page.url).location == "/inloggen"
    assert noor.get("/afspraken/bevestig/bestaat-niet").status == 404
    assert Session.select().count() == 0


def test_confirm_costs_the_same_for_a_free_and_a_busy_coach(noor, coach):
    page = press(noor, coach)
    noor.get(page.url)
    for_free = noor.queries
    other = factories.coupled(factories.account("Wim", factories.Role.PARTICIPANT), coach)
    for day in (4, 5, 6):
        factories.planned_talk(other, datetime(2026, 3, day, 13, tzinfo=UTC))
    noor.get(page.url)
    assert noor.queries == for_free


def test_move_keeps_the_thread_and_tells_both(participant, talk, people, mailbox):
    page = participant.get(f"/afspraken/{talk.public_id}")
    page = participant.get(page.link("Verzet"))
    assert "Nu is het op dinsdag 3 maart 2026 om 14.00 uur" in page.text
    page = participant.submit(page, mode="phone", starts_at=WEDNESDAY_AFTERNOON)
    for fact in ("Woensdag 4 maart 2026 om 14.00 uur", "dinsdag 3 maart 2026 om 14.00 uur"):
        assert fact in page.text
    assert Session.get().starts_at == talk.starts_at
    page = participant.submit(page, reason="shift_changed")
    assert page.url.endswith(f"/afspraken/{talk.public_id}")
    assert "Woensdag 4 maart 2026 om 14.00 uur" in page.text
    assert (Session.get().public_id, Session.get().sequence) == (talk.public_id, 1)
    assert (SessionMove.get().moved_by, SessionMove.get().reason) == ("participant", "shift_changed")
    for address in (people.noor.email, people.bram.email):
        assert mailbox.last(address).template == "sessions/moved"


@pytest.mark.parametrize(
    "starts_at", ["", "morgen", "2026-03-04T13:07:00+00:00", "2026-03-07T10:00:00+00:00", "2027-03-04T13:00:00+00:00"]
)
def test_move_refuses_a_time_that_is_not_offered(participant, talk, starts_at):
    page = move_to(participant, f"/afspraken/{talk.public_id}/verzetten", starts_at)
    assert page.status == 422
    assert page.errors
    assert page.by_id("starts_at") is not None
    assert (Session.get().starts_at, Hold.select().count()) == (talk.starts_at, 0)


@pytest.mark.both_engines
@pytest.mark.nasty(1, "a kind answer with other times")
def test_move_refuses_a_time_that_was_taken_meanwhile(app, participant, talk, coach):
    shown = participant.get(f"/afspraken/{talk.public_id}/verzetten")
    press(other_participant(app), coach, WEDNESDAY_AFTERNOON)
    page = participant.submit(shown, mode="phone", starts_at=WEDNESDAY_AFTERNOON, htmx=True)
    assert (page.status, "<html" in page.html, page.by_id("booking_form") is not None) == (409, False, True)
    assert set(page.errors) == {"Deze tijd is net door iemand anders gekozen. Kies een andere tijd."}


def test_move_from_an_older_page_is_refused_and_shows_how_it_is(participant, talk):
    address = f"/afspraken/{talk.public_id}/verzetten"
    shown = participant.get(address)
    move_to(participant, address)
    page = participant.submit(shown, mode="phone", starts_at="2026-03-05T13:00:00+00:00")
    assert page.status == 409
    assert "Nu is het op woensdag 4 maart 2026 om 14.00 uur" in page.text
    assert participant.submit(page, mode="phone", starts_at="2026-03-05T13:00:00+00:00").h1 == "Klopt dit?"


@pytest.mark.parametrize("seen", ["", "x", "-1", "²", "99999999999999999999"])
def test_move_with_a_made_up_version_moves_nothing(participant, talk, seen):
    page = move_to(participant, f"/afspraken/{talk.public_id}/verzetten", seen=seen)
    assert page.status == 409
    assert Session.get().sequence == Hold.select().count() == 0


@pytest.mark.both_engines
def test_move_confirmed_from_two_windows_moves_once(participant, talk):
    address = f"/afspraken/{talk.public_id}/verzetten"
    first = participant.submit(participant.get(address), mode="phone", starts_at=WEDNESDAY_AFTERNOON)
    second = participant.submit(participant.get(address), mode="phone", starts_at="2026-03-05T13:00:00+00:00")
    assert participant.submit(second).h1 == "Je afspraak staat."
    page = participant.submit(first)
    assert (page.status, page.h1) == (409, "Klopt dit?")
    assert Session.get().starts_at == datetime(2026, 3, 5, 13, tzinfo=UTC)


def test_move_with_htmx_gets_the_block_and_the_way_on(participant, talk):
    block = participant.get(f"/afspraken/{talk.public_id}/verzetten", htmx=True)
    assert [form.element.get("id") for form in block.forms] == ["booking_form"]
    done = participant.submit(block, mode="phone", starts_at=WEDNESDAY_AFTERNOON, htmx=True)
    assert (done.status, done.response.headers["HX-Redirect"]) == (204, f"/afspraken/bevestig/{Hold.get().public_id}")


def test_move_shows_ones_own_time_as_free_and_that_of_others_not(app, participant, talk, coach):
    book(other_participant(app), coach, WEDNESDAY_AFTERNOON)
    page = participant.get(f"/afspraken/{talk.public_id}/verzetten")
    offered = [value for name, value, _ in page.form().buttons if name == "starts_at"]
    assert TUESDAY_AFTERNOON in offered
    assert "2026-03-03T13:30:00+00:00" in offered
    assert WEDNESDAY_AFTERNOON not in offered


@pytest.mark.parametrize(("cancel_notice", "may_cancel"), [(0, True), (48, False)])
def test_move_too_late_for_the_coach_has_a_way_out(participant, talk, coach, cancel_notice, may_cancel):
    address = f"/afspraken/{talk.public_id}/verzetten"
    shown = participant.get(address)
    type(coach).update(move_notice_hours=48, cancel_notice_hours=cancel_notice).execute()
    refused = participant.submit(shown, mode="phone", starts_at=WEDNESDAY_AFTERNOON)
    assert refused.status == 409
    for page in (participant.get(address), refused):
        assert "Verzetten kan hier niet meer" in page.text
        assert "mailto:vragen@portal.example.org" in page.links
        assert (f"/afspraken/{talk.public_id}/afzeggen" in page.links) == may_cancel
    assert Hold.select().count() == 0


def test_move_of_what_was_leads_to_the_page_of_it(participant, talk):
    address = f"/afspraken/{talk.public_id}/verzetten"
    shown = participant.get(address)
    Session.update(status=SessionStatus.CANCELLED_COACH).execute()
    for page in (
        participant.get(address, follow=True),
        participant.submit(shown, mode="phone", starts_at=WEDNESDAY_AFTERNOON),
    ):
        assert page.url.endswith(f"/afspraken/{talk.public_id}")
        assert "Verzet" not in [" ".join("".join(a.itertext()).split()) for a in page.tree.iter("a")]


def test_move_asks_a_phone_number_of_who_gave_none(participant, talk, people):
    type(people.noor).update(phone="").execute()
    address = f"/afspraken/{talk.public_id}/verzetten"
    page = move_to(participant, address)
    assert page.status == 422
    assert page.by_id("phone-error") is not None
    assert move_to(participant, address, phone="0612345678").h1 == "Je afspraak staat."


def test_move_costs_the_same_for_a_free_and_a_busy_coach(participant, talk, coach):
    address = f"/afspraken/{talk.public_id}/verzetten"
    participant.get(address)
    for_free = participant.queries
    other = factories.coupled(factories.account("Wim", factories.Role.PARTICIPANT), coach)
    for day in (4, 5, 6):
        factories.planned_talk(other, datetime(2026, 3, day, 13, tzinfo=UTC))
    participant.get(address)
    assert participant.queries == for_free


def test_move_by_link_moves_and_the_link_of_before_is_dead(stranger, talk, link, people, mailbox):
    page = move_to(stranger, f"{link}/verzetten", reason="ill")
    assert page.h1 == "Je afspraak staat."
    assert "Woensdag 4 maart 2026 om 14.00 uur" in page.text
    newest = mailbox.last(people.noor.email).link("/afspraak/")
    assert page.url.endswith(newest)
    assert newest != link
    assert is_dead(stranger, link)
    assert (SessionMove.get().moved_by, SessionMove.get().reason) == ("participant", "ill")


@pytest.mark.both_engines
@pytest.mark.nasty(3, "a link used twice")
@pytest.mark.nasty(7, "the second click says so")
def test_move_by_link_used_twice_moves_once(app, stranger, talk, link, mailbox):
    """Two browsers with the same mail open: the first one moves, for the second the link is dead.

    A second click on the very button that moved leads to the talk, until it changes again.
    """
    other = Client(app)
    first = stranger.submit(stranger.get(f"{link}/verzetten"), mode="phone", starts_at=WEDNESDAY_AFTERNOON)
    second = other.submit(other.get(f"{link}/verzetten"), mode="phone", starts_at="2026-03-05T13:00:00+00:00")
    for page in (other.submit(second), other.submit(second), other.get(second.url, follow=True)):
        assert (page.status, page.h1) == (200, "Je afspraak staat.")
        assert page.url.endswith(mailbox.last(talk.participant.email).link("/afspraak/"))
    for page in (stranger.submit(first), stranger.get(first.url), other.get(link)):
        assert page.status == 410
    assert (Session.get().starts_at, Session.get().sequence) == (datetime(2026, 3, 5, 13, tzinfo=UTC), 1)
    assert [mail.template for mail in mailbox].count("sessions/moved") == 2
    move_to(other, f"{mailbox.last(talk.participant.email).link('/afspraak/')}/verzetten", WEDNESDAY_AFTERNOON)
    assert other.submit(second).status == other.get(second.url).status == 410
    newest, used_hold = mailbox.last(talk.participant.email).link("/afspraak/"), second.url.rpartition("/")[2]
    assert other.get(f"{newest}/bevestig/{used_hold}").location == newest


@pytest.mark.parametrize(("cancel_notice", "may_cancel"), [(0, True), (48, False)])
def test_move_by_link_too_late_has_a_way_out(stranger, talk, link, coach, cancel_notice, may_cancel):
    shown = stranger.get(f"{link}/verzetten")
    type(coach).update(move_notice_hours=48, cancel_notice_hours=cancel_notice).execute()
    refused = stranger.submit(shown, mode="phone", starts_at=WEDNESDAY_AFTERNOON)
    assert refused.status == 409
    for page in (stranger.get(f"{link}/verzetten"), refused):
        assert "Verzetten kan hier niet meer" in page.text
        assert "mailto:vragen@portal.example.org" in page.links
        assert (f"{link}/afzeggen" in page.links) == may_cancel
    assert Session.get().sequence == 0


def test_move_by_link_with_htmx_gets_the_block_and_the_way_on(stranger, talk, link):
    block = stranger.get(f"{link}/verzetten", htmx=True)
    assert [form.element.get("id") for form in block.forms] == ["booking_form"]
    done = stranger.submit(block, mode="phone", starts_at=WEDNESDAY_AFTERNOON, htmx=True)
    assert done.response.headers["HX-Redirect"] == f"{link}/bevestig/{Hold.get().public_id}"
    wrong = stranger.submit(block, mode="phone", starts_at="morgen", htmx=True)
    assert (wrong.status, "<html" in wrong.html) == (422, False)


def test_confirm_by_link_is_for_holds_of_this_talk_alone(stranger, people, coach, talk, link):
    """Not for another talk of the same person, nor for a new one: the mail was about this talk."""
    other = factories.planned_talk(talk.trajectory, datetime(2026, 3, 5, 13, tzinfo=UTC))
    at = datetime(2026, 3, 6, 13, tzinfo=UTC)
    holds = [factories.held_time(talk.trajectory, at, moving=other), factories.held_time(talk.trajectory, at)]
    token = stranger.get("/hulp").form("/taal").fields["csrf_token"]
    for hold in holds:
        address = f"{link}/bevestig/{hold.public_id}"
        assert stranger.get(address).status == stranger.post(address, {"csrf_token": token}).status == 404
    assert Session.get_by_id(other.id).sequence == 0
    assert Session.select().count() == 2


def test_confirm_by_link_of_another_person_is_not_found(app, stranger, talk, coach, link):
    other = factories.coupled(factories.account("Wim", factories.Role.PARTICIPANT), coach)
    theirs = factories.planned_talk(other, datetime(2026, 3, 5, 13, tzinfo=UTC))
    hold = factories.held_time(other, datetime(2026, 3, 6, 13, tzinfo=UTC), moving=theirs)
    assert stranger.get(f"{link}/bevestig/{hold.public_id}").status == 404


def test_clock_change_books_the_wall_time_that_was_shown(noor, people, clock):
    """The Monday after 29 March: nine o'clock is seven in UTC, no longer eight."""
    coach = factories.bookable_coach(people.bram)
    book(noor, coach, "2026-03-30T07:00:00+00:00")
    session = Session.get()
    assert portal_clock.local(session.starts_at).strftime("%H:%M") == "09:00"
