"""A room for every video call: nobody guesses its address, and nobody else reads it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.coaches.models import Coach
from portal.coaches.rules import VideoBy
from portal.db import database
from portal.programmes.codes import Mode
from portal.sessions import actions, queries
from portal.sessions.models import Session
from tests import factories
from tests.factories import TWENTE, actor_of

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OWN = "https://meet.example.org/bram"
ROOM = re.compile(r"https://video\.example\.org/[0-9a-f]{32}")


@pytest.fixture
def host(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "portal", replace(app.extensions["portal"], video_host="video.example.org"))


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram, video_by=VideoBy.PORTAL_ROOM, video_link=OWN)


@pytest.fixture
def trajectory(people, coach):
    return factories.coupled(people.noor, coach)


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


def talk(trajectory, starts_at=TUESDAY, mode=Mode.VIDEO):
    session = actions.book_session(
        actor_of(trajectory.participant, Role.PARTICIPANT),
        trajectory=trajectory,
        starts_at=starts_at,
        mode=mode,
        now=portal_clock.now(),
    )
    return queries.as_it_is_now(session)


def move(actor, session, starts_at, *, mode=Mode.VIDEO, **options):
    return actions.move_session(
        actor, session, starts_at=starts_at, mode=mode, seen=session.sequence, now=portal_clock.now(), **options
    )


def test_every_talk_has_a_room_of_its_own(host, trajectory):
    rooms = [talk(trajectory, TUESDAY + day * DAY).video_link for day in range(3)]
    assert all(ROOM.fullmatch(room) for room in rooms)
    assert len(set(rooms)) == 3


def test_room_is_stored_sealed(host, trajectory):
    session = talk(trajectory)
    row = database.execute_sql(f"SELECT * FROM session WHERE id = {session.id}").fetchone()
    assert session.video_link.rpartition("/")[2] not in repr(row)
    assert "video.example.org" not in repr(row)


@pytest.mark.parametrize(
    ("video_by", "mode", "link"),
    [(VideoBy.OWN_LINK, Mode.VIDEO, OWN), (VideoBy.PORTAL_ROOM, Mode.PHONE, ""), (VideoBy.OWN_LINK, Mode.PHONE, "")],
)
def test_no_room_with_a_link_of_ones_own_or_by_phone(host, trajectory, video_by, mode, link):
    Coach.update(video_by=video_by).execute()
    session = talk(factories.Trajectory.get(), mode=mode)
    assert (session.room, session.video_link) == (None, link)


def test_without_a_host_the_own_link_counts(trajectory):
    assert talk(trajectory).video_link == OWN


def test_moved_with_the_same_coach_it_keeps_its_room(host, trajectory, noor):
    session = talk(trajectory)
    by_phone = move(noor, session, TUESDAY + DAY, mode=Mode.PHONE)
    assert by_phone.video_link == ""
    assert move(noor, by_phone, TUESDAY + 2 * DAY).video_link == session.video_link


def test_another_coach_takes_over_in_another_room(host, trajectory, noor, people):
    session = talk(trajectory)
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE), video_by=VideoBy.PORTAL_ROOM)
    moved = move(noor, session, TUESDAY, coach=samira)
    assert ROOM.fullmatch(moved.video_link)
    assert moved.video_link != session.video_link
    own = factories.bookable_coach(factories.account("Karim", Role.COACH, TWENTE), video_link=OWN)
    assert move(noor, moved, TUESDAY, coach=own).video_link == OWN


def test_room_is_forgotten_when_the_talk_is_over_or_off(host, trajectory, noor, people, clock):
    off, over = talk(trajectory), talk(trajectory, TUESDAY + DAY)
    actions.cancel_session(noor, off, now=portal_clock.now())
    clock.move_to(over.ends_at)
    actions.mark_held(actor_of(people.bram, Role.COACH), over, now=portal_clock.now())
    assert [session.room_sealed for session in Session.select()] == [None, None]


def test_room_is_shown_to_both_and_to_nobody_else(host, client, people, trajectory, mailbox):
    session = talk(trajectory)
    for person, address in (
        (people.noor, f"/afspraken/{session.public_id}"),
        (people.bram, f"/coach/traject/{trajectory.public_id}"),
    ):
        page = client.sign_in(person).get(address)
        assert page.link("Open het videogesprek") == session.video_link
        assert 'rel="noopener noreferrer"' in page.html
        assert "video.example.org" not in page.response.headers["Content-Security-Policy"]
    desk = client.sign_in(people.wilma).get(f"/regio/aanmelding/{trajectory.enrolment.public_id}")
    assert desk.status == 200
    assert "video.example.org" not in desk.html
    assert not any("video.example.org" in mail.text + str(mail.calendar) for mail in mailbox)


def test_room_is_there_for_the_coach_today(host, client, people, trajectory, clock):
    session = talk(trajectory)
    clock.move_to(session.starts_at - HOUR)
    page = client.sign_in(people.bram).get("/coach")
    assert page.link("Open het videogesprek") == session.video_link


# -- choosing it


def test_profile_offers_a_room_where_there_is_a_host(client, people, coach, monkeypatch, app):
    page = client.sign_in(people.bram).get("/coach/profiel")
    assert "Waar praat je online?" not in page.text
    there = replace(app.extensions["portal"], video_host="video.example.org")
    monkeypatch.setitem(app.extensions, "portal", there)
    page = client.get("/coach/profiel")
    assert page.form("/coach/profiel").fields["video_by"] == ["portal_room"]


def test_profile_needs_no_link_when_the_portal_makes_rooms(host, client, people):
    factories.applied_coach(people.bram)
    address, chosen = "/coach/profiel", {"modes": ["video"], "video_link": ""}
    client.sign_in(people.bram)
    page = client.submit(client.get(address), address, video_by="own_link", **chosen)
    assert page.status == 422
    client.submit(client.get(address), address, video_by="portal_room", **chosen)
    coach = Coach.get()
    assert (coach.video_by, coach.video_link, coach.modes) == (VideoBy.PORTAL_ROOM, "", {Mode.VIDEO})
