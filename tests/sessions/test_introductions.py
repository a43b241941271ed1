"""Getting to know a coach first: shorter, once, and without using anything up."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.availability.models import Block
from portal.availability.rules import SlotTaken
from portal.coaches.models import Coach
from portal.holds import actions as holds
from portal.programmes.codes import Mode, ProgrammeCode, TalkKind
from portal.sessions import actions, queries, rules
from portal.sessions.models import Session
from portal.sessions.rules import Known, SessionStatus
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Allowance
from tests import factories
from tests.factories import TWENTE, actor_of

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HOUR, HALF_HOUR = timedelta(days=1), timedelta(hours=1), timedelta(minutes=30)
INTRO, TALK = TalkKind.INTRO, TalkKind.TALK
HERE, ELSEWHERE = 1, 2


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram, talk_minutes=60, intro_minutes=30, buffer_after=15)


@pytest.fixture
def trajectory(people, coach):
    return factories.coupled(people.noor, coach)


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


def introduction(trajectory, starts_at=TUESDAY, **changes):
    told = {"mode": Mode.PHONE, "kind": INTRO, "now": portal_clock.now(), **changes}
    return actions.book_session(
        actor_of(trajectory.participant, Role.PARTICIPANT), trajectory=trajectory, starts_at=starts_at, **told
    )


def offered(trajectory, coach=None):
    coach = coach or trajectory.coach
    return queries.kinds_offered(Coach.get_by_id(coach.id), ProgrammeCode.SIJW, trajectory)


def held(session, clock):
    clock.move_to(session.starts_at + HOUR)
    actions.mark_held(actor_of(session.coach.account, Role.COACH), session, now=portal_clock.now())


# -- when


@pytest.mark.parametrize(
    ("talks", "may"),
    [
        ([], True),
        ([(INTRO, "planned", HERE)], False),
        ([(INTRO, "held", HERE)], False),
        ([(TALK, "planned", HERE)], False),
        ([(TALK, "held", HERE)], False),
        ([(INTRO, "no_show", HERE)], True),
        ([(INTRO, "cancelled_coach", HERE), (TALK, "cancelled_participant", HERE)], True),
        ([(INTRO, "held", ELSEWHERE)], False),
        ([(TALK, "held", ELSEWHERE)], True),
        ([(INTRO, "planned", ELSEWHERE)], True),
    ],
)
def test_once_in_a_trajectory_and_before_any_talk_with_this_coach(talks, may):
    known = [Known(kind, SessionStatus(status), coach) for kind, status, coach in talks]
    assert rules.may_introduce(known, HERE) is may


@pytest.mark.parametrize(
    ("talks", "decides"),
    [
        ([], False),
        ([(INTRO, "planned", HERE)], False),
        ([(INTRO, "held", HERE)], True),
        ([(INTRO, "held", ELSEWHERE)], False),
        ([(INTRO, "held", HERE), (TALK, "cancelled_participant", HERE)], True),
        ([(INTRO, "held", HERE), (TALK, "planned", HERE)], False),
        ([(INTRO, "held", HERE), (TALK, "held", HERE)], False),
    ],
)
def test_who_met_a_coach_decides_by_booking_a_talk(talks, decides):
    known = [Known(kind, SessionStatus(status), coach) for kind, status, coach in talks]
    assert rules.is_to_decide(known, HERE) is decides


def test_offered_by_coaches_who_want_it_and_talk_at_a_distance(trajectory):
    assert offered(trajectory) == [INTRO, TALK]
    for change in ({"offers_intro": False}, {"offers_intro": True, "modes": {Mode.LOCATION}}):
        Coach.update(change).execute()
        assert offered(trajectory) == [TALK]


def test_offered_no_more_when_one_is_planned_or_held_and_again_when_it_is_off(trajectory, noor, clock):
    session = introduction(trajectory)
    assert offered(trajectory) == [TALK]
    actions.cancel_session(noor, session, now=portal_clock.now())
    assert offered(trajectory) == [INTRO, TALK]
    held(introduction(trajectory, TUESDAY + DAY), clock)
    assert offered(trajectory) == [TALK]
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    assert offered(trajectory, samira) == [TALK]


@pytest.mark.parametrize("book", [introduction, factories.planned_talk])
def test_second_introduction_is_refused_whoever_books_it(trajectory, people, book):
    book(trajectory, TUESDAY)
    for account, role in ((people.noor, Role.PARTICIPANT), (people.bram, Role.COACH)):
        with pytest.raises(rules.IntroductionOver):
            actions.book_session(
                actor_of(account, role),
                trajectory=trajectory,
                starts_at=TUESDAY + DAY,
                mode=Mode.PHONE,
                kind=INTRO,
                now=portal_clock.now(),
            )
    assert Session.select().count() == 1


def test_of_two_pages_with_an_introduction_one_is_confirmed(noor, people, coach):
    enrolment = factories.enrolment(people.noor)
    told = {"enrolment": enrolment, "coach": coach, "mode": "phone", "seen": 0, "now": portal_clock.now()}
    first = holds.hold_time(noor, starts_at=TUESDAY, kind=INTRO, **told)
    second = holds.hold_time(noor, starts_at=TUESDAY + DAY, kind=INTRO, **told)
    holds.confirm_hold(noor, first, reason=None, now=portal_clock.now())
    with pytest.raises(rules.IntroductionOver):
        holds.confirm_hold(noor, second, reason=None, now=portal_clock.now())
    assert [(s.kind, s.starts_at) for s in Session.select()] == [(INTRO, TUESDAY)]


def test_place_is_no_way_to_get_acquainted(trajectory):
    Coach.update(modes=set(Mode), place="Markt 1", pc4=7551).execute()
    with pytest.raises(rules.ModeNotOffered):
        introduction(factories.Trajectory.get(), mode=Mode.LOCATION)


# -- how long


def test_length_is_that_of_the_kind(trajectory, coach):
    """Hours end at five: at half past four there is time for an introduction, not for a talk."""
    last = datetime(2026, 3, 3, 15, 30, tzinfo=UTC)
    times = {
        kind: dict(queries.free_month(coach, None, now=portal_clock.now(), minutes=coach.minutes_of(kind)).days)[
            last.date()
        ]
        for kind in (INTRO, TALK)
    }
    assert (last in times[INTRO], last in times[TALK]) == (True, False)
    with pytest.raises(rules.NotOffered):
        factories.planned_talk(trajectory, last)
    session = introduction(trajectory, last)
    assert (session.minutes, session.ends_at) == (30, last + HALF_HOUR)


def test_takes_its_own_length_and_the_buffer(trajectory, coach):
    session = introduction(trajectory)
    block = Block.get()
    assert (block.starts_at, block.ends_at) == (TUESDAY, session.ends_at)
    assert block.block_ends_at == TUESDAY + timedelta(minutes=45)
    other = factories.coupled(factories.account("Wim", Role.PARTICIPANT), coach)
    with pytest.raises(SlotTaken):
        factories.planned_talk(other, TUESDAY + HALF_HOUR)
    assert factories.planned_talk(other, TUESDAY + HOUR).starts_at == TUESDAY + HOUR


def test_before_a_talk_there_is_room_for_an_introduction_only(trajectory, coach):
    factories.planned_talk(trajectory, TUESDAY)
    wim = factories.coupled(factories.account("Wim", Role.PARTICIPANT), coach)
    with pytest.raises(SlotTaken):
        factories.planned_talk(wim, TUESDAY - HOUR)
    assert introduction(wim, TUESDAY - HOUR).minutes == 30


def test_moved_it_stays_what_it_was(trajectory, noor):
    session = introduction(trajectory)
    Coach.update(intro_minutes=45, talk_minutes=90, offers_intro=False).execute()
    last = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    moved = actions.move_session(noor, session, starts_at=last, mode="video", seen=0, now=portal_clock.now())
    assert (moved.kind, moved.minutes, moved.starts_at) == (INTRO, 30, last)
    assert Allowance.select().count() == 0


# -- what it counts for


def test_three_talks_are_left_after_it(trajectory, clock):
    held(introduction(trajectory), clock)
    for day in range(1, 4):
        factories.planned_talk(trajectory, TUESDAY + 7 * day * DAY)
    assert trajectories.used_ordinals(trajectory) == {0, 1, 2}


# -- what people read


def test_mail_and_calendar_have_the_length_and_say_no_more(trajectory, people, mailbox):
    introduction(trajectory)
    for person in (people.noor, people.bram):
        mail = mailbox.last(person.email)
        assert "Het duurt 30 minuten." in mail.text
        event = icalendar.Calendar.from_ical(mail.calendar[1]).events[0]
        assert (event.decoded("dtend") - event.decoded("dtstart"), event["summary"]) == (HALF_HOUR, "Afspraak")
        assert "ennism" not in mail.text + mail.calendar[1] + mail.subject


def test_own_page_asks_whether_it_clicks(client, people, trajectory, clock):
    session = introduction(trajectory)
    page = client.sign_in(people.noor).get("/mijn")
    assert "Kennismaking met Bram de Vries, telefoon" in page.text
    held(session, clock)
    page = client.sign_in(people.noor).get("/mijn")
    assert "Je hebt kennisgemaakt met Bram. Klikt het?" in page.text
    assert page.link("Kies een andere coach").endswith("/coaches")
    page = client.get(page.link("Het klikt: kies een tijd"))
    assert page.h1 == "Maak een afspraak met Bram"
    assert "Eerst kennismaken" not in page.text
    factories.planned_talk(trajectory, TUESDAY + 7 * DAY)
    assert "Klikt het?" not in client.get("/mijn").text


def test_pages_of_the_talk_say_what_it_is(client, people, trajectory):
    session = introduction(trajectory)
    page = client.sign_in(people.noor).get(f"/afspraken/{session.public_id}")
    assert "Kennismakingsgesprek" in page.text
    assert "30 minuten" in page.text
    assert "Kennismakingsgesprek" in client.sign_in(people.bram).get(f"/coach/traject/{trajectory.public_id}").text


@pytest.mark.parametrize("who", ["coach", "desk"])
def test_coach_and_desk_plan_one_too(client, people, trajectory, who):
    address = {
        "coach": f"/coach/traject/{trajectory.public_id}/gesprek",
        "desk": f"/regio/aanmelding/{trajectory.enrolment.public_id}/gesprek",
    }[who]
    client.sign_in({"coach": people.bram, "desk": people.wilma}[who])
    page = client.get(client.get(address).link("Eerst kennismaken (30 minuten)"))
    client.submit(page, address, mode="phone", starts_at="2026-03-03T15:30:00+00:00")
    assert [(s.kind, s.minutes) for s in Session.select()] == [(INTRO, 30)]
    assert "Eerst kennismaken" not in client.get(address).text
