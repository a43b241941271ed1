"""The operator's pages: what could not be delivered and the worker; what the clock and holidays do to talks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal import outbox
from portal.access import Role
from portal.audit import AuditEntry
from portal.availability.models import Absence, Block
from portal.availability.queries import kept_by
from portal.jobs import Heartbeat
from portal.operations.rules import MOST_SHOWN
from portal.outbox import Mail, MailStatus
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from tests import factories
from tests.conftest import START
from tests.factories import actor_of, planned_talk


@pytest.fixture
def oscar(client, people):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client.sign_in(people.oscar)


def failed(number=0, *, tries=8, cause="SMTPConnectError 421"):
    outbox.post(
        "matching/for_coach",
        to=f"kanarie{number}@example.org",
        subject="Kanarie",
        language="nl",
        dedupe_key=f"failed:{number}",
        now=START - timedelta(minutes=number),
        first_name="Kanarie",
        due=START,
    )
    mail = Mail.get(Mail.dedupe_key == f"failed:{number}")
    Mail.update(status=MailStatus.FAILED, tries=tries, last_error=cause).where(Mail.id == mail.id).execute()
    return mail


def rows(page):
    return [" ".join(" ".join(tr.itertext()).split()) for tr in page.tree.iter("tr")][1:]


def figures(page):
    return [b.text for b in page.tree.iter("b")]


def test_mails_shows_what_failed_without_address_or_text(oscar):
    failed()
    page = oscar.get("/beheer/post")
    assert rows(page) == ["matching/for_coach Monday 2 March 2026 at 11:00 8 SMTPConnectError 421 Try again"]
    assert "anarie" not in page.html
    assert figures(page) == ["1", "0"]


def test_mails_says_when_all_is_well(oscar):
    page = oscar.get("/beheer/post")
    assert "Everything was delivered" in page.text
    assert figures(page) == ["0", "0"]


@pytest.mark.both_engines
def test_mails_shows_the_newest_and_says_how_many_there_are(oscar):
    for number in range(MOST_SHOWN + 1):
        failed(number)
    page = oscar.get("/beheer/post")
    assert len(rows(page)) == MOST_SHOWN
    assert "The newest 100 of 101." in page.text


def test_mails_costs_as_many_queries_for_three_as_for_one(oscar):
    failed(1)
    oscar.get("/beheer/post")
    oscar.get("/beheer/post")
    for_one = oscar.queries
    failed(2)
    failed(3)
    assert len(rows(oscar.get("/beheer/post"))) == 3
    assert oscar.queries == for_one


def test_mails_says_whether_the_worker_is_alive(oscar, clock):
    assert "It was never there." in oscar.get("/beheer/post").text
    Heartbeat.create(seen_at=START)
    assert "The worker was last there at 11:00." in oscar.get("/beheer/post").text
    clock.shift(timedelta(minutes=6))
    page = oscar.get("/beheer/post")
    assert "The worker is silent" in page.text
    assert "It was last there on Monday 2 March 2026 at 11:00." in page.text


def test_try_again_puts_the_mail_back_in_the_queue(oscar, people):
    mail = failed()
    page = oscar.submit(oscar.get("/beheer/post"), f"/beheer/post/{mail.public_id}/opnieuw")
    assert "The mail is tried again." in page.text
    assert figures(page) == ["0", "1"]
    kept = Mail.get_by_id(mail.id)
    assert (kept.status, kept.tries, kept.due_at) == (MailStatus.WAITING, 0, START)
    entry = AuditEntry.get(AuditEntry.event == "mail.tried_again")
    assert (entry.actor_id, entry.subject_id) == (people.oscar.id, mail.id)


def test_try_again_twice_finds_it_done(oscar):
    mail = failed()
    page = oscar.get("/beheer/post")
    address = f"/beheer/post/{mail.public_id}/opnieuw"
    oscar.submit(page, address)
    again = oscar.submit(page, address)
    assert again.status == 409
    assert "not on the list any more" in again.errors[0]
    assert AuditEntry.select().where(AuditEntry.event == "mail.tried_again").count() == 1


def test_try_again_an_unknown_mail(oscar):
    mail = failed()
    page = oscar.get("/beheer/post")
    form = page.form(f"/beheer/post/{mail.public_id}/opnieuw")
    assert oscar.post("/beheer/post/unknown/opnieuw", form.fields).status == 404


def test_try_all_again_puts_every_mail_back_in_the_queue(oscar):
    failed(1)
    failed(2)
    page = oscar.submit(oscar.get("/beheer/post"), "/beheer/post/opnieuw")
    assert "2 mails are tried again." in page.text
    assert figures(page) == ["0", "2"]


@pytest.mark.parametrize("path", ["/beheer/post/opnieuw", "/beheer/post/x/opnieuw"])
def test_trying_again_takes_a_button(oscar, path):
    assert oscar.get(path).status == 405


@pytest.mark.parametrize("who", ["noor", "bram", "wilma", "rik", "fay"])
def test_no_other_role_comes_in(client, people, who):
    mail = failed()
    client.sign_in(getattr(people, who))
    assert client.get("/beheer/post").status == 403
    token = client.get("/mijn-inlog").form().fields["csrf_token"][0]
    for path in (f"/beheer/post/{mail.public_id}/opnieuw", "/beheer/post/opnieuw"):
        assert client.post(path, {"csrf_token": token}).status == 403
    assert Mail.get().status == MailStatus.FAILED


def test_a_visitor_signs_in_first(client):
    page = client.get("/beheer/post")
    assert (page.status, page.location.startswith("/inloggen")) == (303, True)


# -- the clock


MONDAY_AFTER_THE_CHANGE = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
EASTER_MONDAY = datetime(2026, 4, 6, 8, 0, tzinfo=UTC)


@pytest.fixture
def trajectory(people):
    coach = factories.bookable_coach(people.bram, works_on_holidays=True)
    return factories.coupled(people.noor, coach)


def clock_page(oscar):
    return oscar.get("/beheer/klok")


def row_of(page, word):
    return next(row for row in rows(page) if word in row)


@pytest.mark.both_engines
def test_wall_clock_says_what_comes_and_that_all_is_right(oscar, trajectory):
    planned_talk(trajectory, MONDAY_AFTER_THE_CHANGE)
    planned_talk(trajectory, EASTER_MONDAY)
    page = clock_page(oscar)
    assert "No talk around a clock change or on a holiday needs a look." in page.text
    assert "Sunday 29 March 2026" in page.text
    assert "At 02:00 the clock goes forward to 03:00." in page.text
    assert "1 talk is planned on this day, the day before or the day after. All is right" in page.text
    assert "Sunday 25 October 2026" in page.text
    assert "At 03:00 the clock goes back to 02:00." in page.text
    assert "No talk is planned on this day, the day before or the day after." in page.text
    assert len(rows(page)) == 9
    assert row_of(page, "Easter Monday") == "Monday 6 April 2026 Easter Monday 1 All is right"
    assert row_of(page, "New Year") == "Friday 1 January 2027 New Year's Day 0 –"


def test_wall_clock_lists_a_talk_on_a_holiday_without_names(oscar, trajectory):
    talk = planned_talk(trajectory, EASTER_MONDAY)
    type(trajectory.coach).update(works_on_holidays=False).execute()
    page = clock_page(oscar)
    assert rows(page)[0] == (
        f"Monday 6 April 2026 at 10:00 Twente A public holiday on which the coach does not work {talk.public_id}"
    )
    assert row_of(page, "Easter Monday").endswith("1 1 to look at")
    for name in ("Noor", "Bram", "de Vries", "example.org"):
        assert name not in page.html


def test_wall_clock_lists_a_talk_whose_clock_time_shifted(oscar, trajectory):
    talk = planned_talk(trajectory, MONDAY_AFTER_THE_CHANGE)
    assert Block.get(Block.id == talk.block_id).wall_start == "2026-03-30 10:00"
    Block.update(wall_start="2026-03-30 09:00").execute()
    page = clock_page(oscar)
    assert "The clock shows another time than the one that was booked" in rows(page)[0]
    assert "the day before or the day after. 1 to look at" in page.text


def test_wall_clock_lists_a_talk_outside_the_hours_and_on_a_day_away(oscar, trajectory):
    planned_talk(trajectory, MONDAY_AFTER_THE_CHANGE)
    outside = planned_talk(trajectory, MONDAY_AFTER_THE_CHANGE + timedelta(hours=2))
    Session.update(starts_at=outside.starts_at + timedelta(hours=8)).where(Session.id == outside.id).execute()
    assert "Outside the hours of the coach on that day" in rows(clock_page(oscar))[0]
    Absence.create(coach=trajectory.coach, from_on=date(2026, 3, 30), until_on=date(2026, 3, 30), created_at=START)
    assert kept_by(trajectory.coach).is_away_on(date(2026, 3, 30))
    found = [row for row in rows(clock_page(oscar)) if "The coach is away on that day" in row]
    assert len(found) == 2


def test_wall_clock_leaves_out_what_is_off_or_elsewhere(oscar, people, trajectory):
    off = planned_talk(trajectory, MONDAY_AFTER_THE_CHANGE)
    sessions.cancel_session(actor_of(people.noor, Role.PARTICIPANT), off, now=START)
    planned_talk(trajectory, MONDAY_AFTER_THE_CHANGE + timedelta(days=1))
    page = clock_page(oscar)
    assert page.text.count("No talk is planned on this day") == 2


def test_a_move_keeps_the_time_that_was_chosen_last(oscar, people, trajectory):
    talk = planned_talk(trajectory, MONDAY_AFTER_THE_CHANGE)
    moved = sessions.move_session(
        actor_of(people.noor, Role.PARTICIPANT),
        talk,
        starts_at=EASTER_MONDAY + timedelta(hours=1),
        mode="phone",
        seen=0,
        now=START,
    )
    assert moved.block.wall_start == "2026-04-06 11:00"
    assert "No talk around a clock change" in clock_page(oscar).text


def test_wall_clock_speaks_dutch(client, people, trajectory):
    client.sign_in(people.oscar)
    page = client.get("/beheer/klok")
    assert "Om 2.00 uur gaat de klok vooruit naar 3.00 uur." in page.text
    assert "Tweede paasdag" in page.text
    assert "Alles klopt" in page.text


@pytest.mark.both_engines
def test_wall_clock_costs_as_many_queries_for_many_talks_as_for_one(oscar, trajectory, people):
    planned_talk(trajectory, MONDAY_AFTER_THE_CHANGE)
    clock_page(oscar)
    clock_page(oscar)
    for_one = oscar.queries
    planned_talk(trajectory, EASTER_MONDAY)
    other = factories.coupled(factories.account("Fatima", Role.PARTICIPANT), factories.bookable_coach(people.chris))
    planned_talk(other, MONDAY_AFTER_THE_CHANGE)
    assert "2 talks are planned" in clock_page(oscar).text
    assert oscar.queries == for_one


@pytest.mark.parametrize("who", ["noor", "bram", "wilma", "rik", "fay"])
def test_wall_clock_is_for_operators(client, people, who):
    client.sign_in(getattr(people, who))
    assert client.get("/beheer/klok").status == 403


def test_wall_clock_asks_a_visitor_to_sign_in(client):
    page = client.get("/beheer/klok")
    assert (page.status, page.location.startswith("/inloggen")) == (303, True)
