"""The coach's day: today, one participant, contact, planning, outcomes and closing."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal.audit import AuditEntry, Deed
from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.programmes.codes import CloseReason, ProgrammeCode
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import actions as trajectories
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy, TrajectoryStatus
from tests import factories
from tests.factories import TWENTE, Role, actor_of, planned_talk
from tests.page import Client

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def noor(db, clock):
    return factories.account("Noor", Role.PARTICIPANT, last_name="Bakker", phone="+31612345678")


@pytest.fixture
def trajectory(noor, coach):
    trajectory = factories.coupled(noor, coach, themes=("stress",))
    trajectory.enrolment.words = "Zit ik nog op mijn plek?"
    trajectory.enrolment.save()
    return trajectory


@pytest.fixture
def bram(client, people, coach):
    return client.sign_in(people.bram)


@pytest.fixture
def page_of(trajectory):
    return f"/coach/traject/{trajectory.public_id}"


def at(clock, client, account, moment):
    """The same coach in the same browser, signed in again at another moment."""
    clock.move_to(moment)
    return client.sign_in(account)


def other_coach(trajectory, name="Samira"):
    """The participant goes on with somebody else."""
    account = factories.account(name, Role.COACH, TWENTE)
    trajectories.couple(
        actor_of(trajectory.participant, Role.PARTICIPANT),
        enrolment=trajectory.enrolment,
        coach=factories.bookable_coach(account),
        chosen_by=ChosenBy.PARTICIPANT,
        now=portal_clock.now(),
    )
    return account


EVERY_PAGE = ["", "/gesprek", "/afsluiten"]


# -- today


def test_today_without_anything_says_that_it_is_not_about_you(bram):
    page = bram.get("/coach")
    assert page.h1 == "Vandaag: geen gesprekken"
    assert "Je hebt nu geen deelnemers" in page.text


def test_today_shows_the_talks_of_today_and_what_comes(bram, people, trajectory, clock, client):
    planned_talk(trajectory, TUESDAY)
    planned_talk(trajectory, TUESDAY + 2 * DAY)
    assert "Dinsdag 3 maart om 14.00 uur" in bram.get("/coach").text
    page = at(clock, client, people.bram, TUESDAY - 4 * HOUR).get("/coach")
    assert page.h1 == "Vandaag: 1 gesprek"
    assert "14.00 Noor" in page.text
    assert "Donderdag 5 maart om 14.00 uur" in page.text
    assert "Zeg hoe het ging" not in page.text
    page = at(clock, client, people.bram, TUESDAY).get("/coach")
    assert client.get(page.link("Zeg hoe het ging")).status == 200


def test_today_asks_about_talks_of_before(people, trajectory, clock, client, bram):
    planned_talk(trajectory, TUESDAY)
    page = at(clock, client, people.bram, TUESDAY + DAY).get("/coach")
    assert "Dinsdag 3 maart om 14.00 uur, Noor" in page.text.replace(" ,", ",")
    assert client.get(page.link("Zeg hoe het ging")).h1 == "Hoe ging het?"


def test_today_shows_who_is_new_and_until_when_to_be_in_touch(bram, trajectory):
    page = bram.get("/coach")
    assert "1 nieuwe deelnemer" in page.text
    assert "Neem contact op vóór maandag 9 maart om 11.00 uur" in page.text
    assert bram.get(page.link("Noor")).h1 == "Noor Bakker"


def test_today_says_until_when_and_marks_what_is_late(people, coach, noor, client, clock):
    clock.move_to(datetime(2026, 3, 7, 12, 0, tzinfo=UTC))
    factories.coupled(noor, coach, programme=ProgrammeCode.ECZ)
    page = client.sign_in(people.bram).get("/coach")
    tag = next(e for e in page.tree.iter("span") if "tag" in (e.get("class") or "").split())
    assert "maandag 9 maart om 17.00 uur" in "".join(tag.itertext())
    assert "late" not in tag.get("class")
    page = at(clock, client, people.bram, datetime(2026, 3, 9, 23, 1, tzinfo=UTC)).get("/coach")
    assert any((e.get("class") or "").split() == ["tag", "late"] for e in page.tree.iter("span"))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("paused", "Je staat op pauze."),
        ("applied", "Je regio moet je certificaat nog controleren."),
        ("available", ""),
    ],
)
def test_today_says_when_nobody_new_can_come(bram, status, said):
    Coach.update(status=status).execute()
    page = bram.get("/coach")
    notices = [e for e in page.tree.iter("div") if (e.get("class") or "") == "notice"]
    assert len(notices) == (1 if said else 0)
    assert said in page.text


def test_today_without_a_profile_begins_with_the_profile(client, people):
    assert client.sign_in(people.bram).get("/coach").location == "/coach/profiel"


def test_today_is_for_coaches(app, people):
    assert Client(app).get("/coach").location == "/inloggen"
    for account in (people.noor, people.wilma, people.rik, people.fay, people.oscar):
        assert Client(app).sign_in(account).get("/coach").status == 403


def test_today_shows_a_talk_with_somebody_who_has_another_coach_now_without_a_dead_link(
    bram, people, trajectory, clock, client
):
    planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY + HOUR)
    other_coach(trajectory)
    page = client.sign_in(people.bram).get("/coach")
    assert "Noor" in page.text
    assert not any(link.startswith("/coach/traject/") for link in page.links)
    outcome = client.get(page.link("Zeg hoe het ging"))
    assert client.get(outcome.link("Terug")).status == 200
    done = client.submit(outcome, outcome="held")
    assert (done.status, done.url.endswith("/coach")) == (200, True)
    assert Session.get().status == SessionStatus.HELD


def test_today_costs_the_same_for_one_and_three(bram, coach, trajectory):
    Coach.update(capacity=20).execute()
    planned_talk(trajectory, TUESDAY)
    bram.get("/coach")
    for_one = bram.queries
    for number in range(2):
        person = factories.account(f"Deelnemer{number}", Role.PARTICIPANT)
        planned_talk(factories.coupled(person, coach), TUESDAY + (number + 1) * DAY)
        factories.coupled(factories.account(f"Nieuw{number}", Role.PARTICIPANT), coach, programme="ecz")
    page = bram.get("/coach")
    assert page.text.count("om 14.00 uur") == 3
    assert bram.queries == for_one


# -- one participant


def test_trajectory_shows_what_the_coach_may_know_and_notes_who_looked(bram, people, page_of, trajectory):
    page = bram.get(page_of)
    assert page.h1 == "Noor Bakker"
    for known in ("noor@example.org", "06 12 34 56 78", "Stress herkennen en ermee omgaan", "Zit ik nog op mijn plek?"):
        assert known in page.text
    read = AuditEntry.select().where(AuditEntry.deed == Deed.READ).get()
    assert (read.event, read.actor_id, read.subject_id) == ("trajectory.read", people.bram.id, trajectory.id)
    assert (read.subject_table, read.detail) == ("trajectory", "")


def test_trajectory_hides_contact_and_words_after_closing(bram, people, page_of, trajectory):
    trajectories.close(
        actor_of(people.bram, Role.COACH), trajectory, reason=CloseReason.GOAL_REACHED, now=portal_clock.now()
    )
    page = bram.get(page_of)
    assert page.h1 == "Noor Bakker"
    for hidden in ("noor@example.org", "06 12 34 56 78", "Zit ik nog op mijn plek?", "Plan een gesprek"):
        assert hidden not in page.text
    assert not any(form.action.endswith("/contact") for form in page.forms)


@pytest.mark.parametrize("part", EVERY_PAGE)
def test_every_page_of_a_participant_is_for_their_coach_now(app, bram, people, page_of, trajectory, part):
    assert bram.get(page_of + part).status == 200
    assert bram.get(f"/coach/traject/unknown{part}").status == 404
    factories.bookable_coach(people.chris)
    assert Client(app).sign_in(people.chris).get(page_of + part).status == 404
    for account in (trajectory.participant, people.wilma, people.rik, people.fay, people.oscar):
        assert Client(app).sign_in(account).get(page_of + part).status == 403
    assert Client(app).get(page_of + part).location == "/inloggen"
    other_coach(trajectory)
    assert bram.get(page_of + part).status == 404


def test_words_are_for_the_coach_alone(app, bram, people, page_of, trajectory):
    """Neither the region nor a list shows what somebody wrote."""
    words = "Zit ik nog op mijn plek?"
    assert words in bram.get(page_of).text
    assert words not in bram.get("/coach").text
    wilma = Client(app).sign_in(people.wilma)
    for address in ("/regio", f"/regio/aanmelding/{trajectory.enrolment.public_id}"):
        page = wilma.get(address)
        assert (page.status, words in page.text) == (200, False)


def test_trajectory_leaves_a_talk_of_the_coach_before_to_that_coach(people, trajectory, clock, client, page_of):
    planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY + HOUR)
    samira = other_coach(trajectory)
    page = client.sign_in(samira).get(page_of)
    assert "Dinsdag 3 maart" in page.text
    assert not any(link.startswith("/coach/gesprek/") for link in page.links)


def test_trajectory_costs_the_same_for_one_and_three_talks(bram, page_of, trajectory):
    planned_talk(trajectory, TUESDAY)
    bram.get(page_of)
    for_one = bram.queries
    for day in (1, 2):
        planned_talk(trajectory, TUESDAY + day * DAY)
    assert bram.get(page_of).text.count("om 14.00 uur") == 3
    assert bram.queries == for_one


# -- contact


def test_note_contact_takes_the_deadline_away(bram, page_of):
    page = bram.submit(bram.get(page_of), f"{page_of}/contact")
    assert "We hebben genoteerd dat je contact hebt gehad." in page.text
    assert "Neem contact op vóór" not in page.text
    assert Trajectory.get().first_contact_at == portal_clock.now()


def test_note_contact_is_not_by_a_link_nor_for_others(app, bram, people, page_of, trajectory):
    assert bram.get(f"{page_of}/contact").status == 405
    page = bram.get(page_of)
    other_coach(trajectory)
    assert bram.submit(page, f"{page_of}/contact").status == 404
    assert Trajectory.get().first_contact_at is None


def test_note_contact_after_closing_is_refused(bram, people, page_of, trajectory):
    page = bram.get(page_of)
    trajectories.close(actor_of(people.bram, Role.COACH), trajectory, reason=CloseReason.ILL, now=portal_clock.now())
    assert bram.submit(page, f"{page_of}/contact").status == 409


# -- planning


def test_plan_shows_ones_own_free_times_and_tells_the_participant(bram, noor, page_of, mailbox):
    page = bram.get(f"{page_of}/gesprek")
    assert "dinsdag 3 maart om 14.00 uur met Noor" in page.html
    done = bram.submit(page, mode="phone", starts_at=TUESDAY.isoformat())
    assert done.url.endswith(page_of)
    assert "Dinsdag 3 maart om 14.00 uur" in done.text
    session = Session.get()
    assert (session.status, session.starts_at, session.booked_by_id) == (
        SessionStatus.PLANNED,
        TUESDAY,
        session.coach.account_id,
    )
    assert "dinsdag 3 maart 2026 om 14.00 uur" in mailbox.last(noor.email).text


@pytest.mark.both_engines
def test_plan_a_time_that_is_taken_meanwhile_shows_other_times(bram, coach, page_of):
    page = bram.get(f"{page_of}/gesprek")
    planned_talk(factories.coupled(factories.account("Wim", Role.PARTICIPANT), coach), TUESDAY)
    again = bram.submit(page, mode="phone", starts_at=TUESDAY.isoformat())
    assert again.status == 409
    assert "Deze tijd is net door iemand anders gekozen. Kies een andere tijd." in again.errors[0]
    assert "dinsdag 3 maart om 9.00 uur" not in again.html
    assert "woensdag 4 maart om 9.00 uur met Noor" in again.html
    assert bram.submit(page, mode="phone", starts_at=TUESDAY.isoformat(), htmx=True).by_id("booking_form") is not None


@pytest.mark.parametrize("fields", [{}, {"mode": "phone"}, {"mode": "location", "starts_at": TUESDAY.isoformat()}])
def test_plan_without_choosing_is_asked_again(bram, page_of, fields):
    page = bram.submit(bram.get(f"{page_of}/gesprek"), **{"mode": "", **fields})
    assert page.status == 422
    assert page.errors
    assert Session.select().count() == 0


def test_plan_more_than_there_is_says_so_to_the_coach(bram, page_of, trajectory):
    page = bram.get(f"{page_of}/gesprek")
    for day in range(3):
        planned_talk(trajectory, TUESDAY + day * DAY)
    page = bram.submit(page, mode="phone", starts_at=(TUESDAY + 6 * DAY).isoformat())
    assert page.status == 409
    assert len(page.errors) == 1
    assert "Plan een gesprek" not in bram.get(page_of).text


# -- what became of it


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("held", SessionStatus.HELD),
        ("no_show", SessionStatus.NO_SHOW),
        ("cancelled", SessionStatus.CANCELLED_COACH),
    ],
)
def test_outcome_is_noted(bram, people, trajectory, page_of, clock, client, outcome, status):
    talk = planned_talk(trajectory, TUESDAY)
    at(clock, client, people.bram, TUESDAY + HOUR)
    page = bram.submit(bram.get(f"/coach/gesprek/{talk.public_id}"), outcome=outcome)
    assert page.url.endswith(page_of)
    assert "We hebben genoteerd hoe het gesprek ging." in page.text
    assert Session.get().status == status


@pytest.mark.parametrize("fields", [{}, {"outcome": "moved"}])
def test_outcome_without_choosing_is_asked_again(bram, trajectory, fields):
    talk = planned_talk(trajectory, TUESDAY)
    address = f"/coach/gesprek/{talk.public_id}"
    page = bram.submit(bram.get(address), **fields)
    assert page.status == 422
    assert page.errors
    assert bram.submit(bram.get(address), htmx=True, **fields).by_id("outcome_form") is not None
    assert Session.get().status == SessionStatus.PLANNED


@pytest.mark.parametrize("outcome", ["held", "no_show"])
def test_outcome_before_the_start_is_refused_at_the_form(bram, trajectory, outcome):
    talk = planned_talk(trajectory, TUESDAY)
    page = bram.submit(bram.get(f"/coach/gesprek/{talk.public_id}"), outcome=outcome)
    assert page.status == 409
    assert page.errors == ["Dit kun je pas zeggen als het gesprek is begonnen."]
    assert Session.get().status == SessionStatus.PLANNED


def test_coach_cancels_a_talk_that_is_to_come(bram, noor, trajectory, mailbox):
    talk = planned_talk(trajectory, TUESDAY)
    bram.submit(bram.get(f"/coach/gesprek/{talk.public_id}"), outcome="cancelled")
    assert Session.get().status == SessionStatus.CANCELLED_COACH
    assert mailbox.last(noor.email).template == "sessions/cancelled_by_us"


def test_outcome_twice_keeps_the_first(bram, people, trajectory, clock, client):
    talk = planned_talk(trajectory, TUESDAY)
    at(clock, client, people.bram, TUESDAY + HOUR)
    form = bram.get(f"/coach/gesprek/{talk.public_id}")
    bram.submit(form, outcome="held")
    page = bram.submit(form, outcome="no_show")
    assert page.status == 409
    assert page.errors
    assert Session.get().status == SessionStatus.HELD


def test_outcome_is_for_the_coach_of_the_talk(app, bram, people, trajectory):
    talk = planned_talk(trajectory, TUESDAY)
    address = f"/coach/gesprek/{talk.public_id}"
    samira = other_coach(trajectory)
    assert bram.get(address).status == 200
    assert Client(app).sign_in(samira).get(address).status == 404
    assert Client(app).sign_in(trajectory.participant).get(address).status == 403
    assert Client(app).get(address).location == "/inloggen"


# -- closing


def test_close_ends_it_and_cancels_what_was_to_come(bram, noor, trajectory, page_of, clock, client, people, mailbox):
    before = planned_talk(trajectory, TUESDAY)
    planned_talk(trajectory, TUESDAY + 2 * DAY)
    at(clock, client, people.bram, TUESDAY + HOUR)
    sessions.mark_held(actor_of(people.bram, Role.COACH), before, now=portal_clock.now())
    page = bram.submit(bram.get(f"{page_of}/afsluiten"), reason="goal_reached")
    assert page.url.endswith("/coach")
    assert "Dit traject is afgesloten." in page.text
    found = Trajectory.get()
    assert (found.status, found.close_reason) == (TrajectoryStatus.COMPLETED, CloseReason.GOAL_REACHED)
    assert Enrolment.get().status == EnrolmentStatus.COMPLETED
    assert [s.status for s in Session.select().order_by(Session.id)] == [
        SessionStatus.HELD,
        SessionStatus.CANCELLED_COACH,
    ]
    assert mailbox.last(noor.email).template == "sessions/cancelled_by_us"


def test_close_leaves_a_talk_of_before_to_be_marked(bram, trajectory, page_of, clock, client, people):
    planned_talk(trajectory, TUESDAY)
    at(clock, client, people.bram, TUESDAY + DAY)
    page = bram.submit(bram.get(f"{page_of}/afsluiten"), reason="no_need")
    assert Session.get().status == SessionStatus.PLANNED
    bram.submit(bram.get(page.link("Zeg hoe het ging")), outcome="held")
    assert Session.get().status == SessionStatus.HELD
    assert Trajectory.get().status == TrajectoryStatus.STOPPED


def test_close_without_choosing_is_asked_again(bram, page_of, trajectory):
    page = bram.submit(bram.get(f"{page_of}/afsluiten"))
    assert page.status == 422
    assert "Kies hoe het is afgelopen." in page.errors
    assert bram.submit(page, htmx=True).by_id("close_form") is not None
    assert Trajectory.get().is_running


def test_close_twice_is_refused_at_the_form(bram, page_of, trajectory):
    form = bram.get(f"{page_of}/afsluiten")
    bram.submit(form, reason="goal_reached")
    page = bram.submit(form, reason="ill")
    assert page.status == 409
    assert page.errors == ["Dit traject is al afgesloten."]
    assert Trajectory.get().close_reason == CloseReason.GOAL_REACHED


# -- moving a talk


def test_move_keeps_one_thread_and_tells_the_participant(bram, trajectory, page_of, mailbox):
    talk = planned_talk(trajectory, portal_clock.now() + timedelta(days=3, hours=3))
    address = f"/coach/gesprek/{talk.public_id}/verzetten"
    page = bram.get(bram.get(page_of).link("Verzet"))
    assert page.h1 == "Kies een nieuwe tijd voor het gesprek met Noor"
    page = bram.submit(page, address, mode="phone", starts_at="2026-03-06T09:00:00+00:00")
    assert "Het gesprek is verzet. De deelnemer krijgt een mail." in page.text
    moved = Session.get_by_id(talk.id)
    assert (moved.public_id, moved.sequence) == (talk.public_id, 1)
    assert mailbox.last("noor@example.org").template == "sessions/moved"


def test_move_of_a_talk_of_another_coach_is_not_there(app, people, trajectory):
    talk = planned_talk(trajectory, portal_clock.now() + timedelta(days=3, hours=3))
    factories.bookable_coach(people.chris, factories.ZUID_LIMBURG)
    assert Client(app).sign_in(people.chris).get(f"/coach/gesprek/{talk.public_id}/verzetten").status == 404
