"""A coach leaves or is away: talks, offers, links and feeds follow, and people are told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.agenda import actions as agenda
from portal.agenda.rules import Whose
from portal.availability.hours import Away
from portal.availability.models import Block
from portal.coaches import actions as coaches
from portal.holds import actions as holds
from portal.offers import actions as offers
from portal.offers import jobs as offer_jobs
from portal.offers import queries as offer_queries
from portal.offers.models import Offer
from portal.offers.rules import Answer, OfferOver
from portal.programmes.codes import CoachWithdrawal
from portal.schedule import actions as schedule
from portal.schedule import queries as schedule_queries
from portal.sessions import actions, jobs
from portal.sessions.models import Session
from portal.sessions.rules import CoachStopped, NotOffered, SessionStatus
from tests import factories
from tests.calendars import read_by_all
from tests.factories import TWENTE, actor_of, planned_talk

TUESDAY = datetime(2026, 3, 3, 13, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def now() -> datetime:
    return portal_clock.now()


@pytest.fixture
def coach(people):
    """Every Tuesday from two to four."""
    made = factories.bookable_coach(people.bram, weekdays=(), buffer_after=0)
    factories.WeeklyHours.create(coach=made, weekday=1, opens=time(14), closes=time(16))
    return made


@pytest.fixture
def samira(people):
    return factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE), notice_hours=0)


@pytest.fixture
def trajectory(people, coach):
    return factories.coupled(people.noor, coach)


@pytest.fixture
def talk(trajectory):
    return planned_talk(trajectory, TUESDAY + WEEK)


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


@pytest.fixture
def desk(people):
    return actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


def withdraw(desk, coach):
    reason = next(iter(CoachWithdrawal))
    coaches.withdraw_coach(desk, coach, withdrawn_on=date(2026, 3, 2), reason=reason, now=now())


def block(desk, coach):
    coaches.block_coach(desk, coach, now=now())


WAYS = {"withdrawn": withdraw, "blocked": block}


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def leave(request, desk):
    """The coach leaves, and the worker has gone its round."""

    def left(coach):
        request.param(desk, coach)
        jobs.call_off_with_who_left.call_local()
        offer_jobs.go_round.call_local()

    return left


def be_away(coach, day, way="choose"):
    """Away on that day; with each talk on it what begins like this."""
    actor, away = actor_of(coach.account, Role.COACH), Away(day, day)
    touched = schedule_queries.during(coach, away, now())
    outs = schedule_queries.ways_out(coach, touched, away, now())
    choices = {out.talk.public_id: next(value for value, _ in out.choices if value.startswith(way)) for out in outs}
    schedule.go_away(actor, away, agreed=schedule_queries.stamp(touched), choices=choices, now=now())


def feed(person, whose=Whose.PARTICIPANT):
    role = Role.COACH if whose == Whose.COACH else Role.PARTICIPANT
    return f"/agenda/{agenda.make_feed(actor_of(person, role), whose, now=now())}.ics"


def times_in(client, address):
    return [event.decoded("dtstart") for event in read_by_all(client.get(address).html)]


def stored(talk):
    return Session.get_by_id(talk.id)


def taken():
    return Block.select().where(Block.active == True).count()  # noqa: E712


# -- who leaves


@pytest.mark.nasty(10, "bookings when they leave")
def test_what_was_to_come_is_off_and_both_calendars_hear_it(leave, coach, talk, people, mailbox):
    leave(coach)
    assert stored(talk).status == SessionStatus.CANCELLED_DESK
    assert taken() == 0
    told = mailbox.last(people.noor.email)
    assert (told.template, told.calendar[0]) == ("sessions/cancelled_by_us", "CANCEL")
    assert mailbox.last(people.bram.email).calendar[0] == "CANCEL"
    letters = len(list(mailbox))
    assert actions.call_off_with_who_left(now=now()) == 0
    assert len(list(mailbox)) == letters, "told once"


def test_the_activity_can_be_used_with_somebody_else(leave, coach, talk, noor, samira):
    leave(coach)
    booked = actions.book_with_coach(
        noor, enrolment=talk.trajectory.enrolment, coach=samira, starts_at=TUESDAY, mode="phone", seen=1, now=now()
    )
    assert (booked.coach, booked.allowance.ordinal) == (samira, 0)


def test_what_has_begun_is_left_as_it_is(leave, coach, talk, clock):
    clock.move_to(talk.starts_at)
    leave(coach)
    assert stored(talk).status == SessionStatus.PLANNED


@pytest.mark.parametrize("change", [coaches.pause, coaches.resume], ids=["pauses", "goes on"])
def test_who_stays_keeps_their_talks(change, coach, talk, people):
    coaches.pause(actor_of(people.bram, Role.COACH))
    change(actor_of(people.bram, Role.COACH))
    assert actions.call_off_with_who_left(now=now()) == 0
    assert stored(talk).status == SessionStatus.PLANNED


def test_other_coaches_keep_their_talks(leave, coach, talk, samira):
    other = planned_talk(factories.coupled(factories.account("Kees", Role.PARTICIPANT), samira), TUESDAY)
    leave(coach)
    assert stored(other).status == SessionStatus.PLANNED


def test_a_time_that_was_held_is_not_booked_any_more(leave, coach, trajectory, noor):
    held = factories.held_time(trajectory, TUESDAY)
    leave(coach)
    with pytest.raises(CoachStopped):
        holds.confirm_hold(noor, held, reason=None, now=now())
    assert Session.select().count() == 0


@pytest.mark.nasty(10, "offers when they leave")
def test_an_earlier_time_is_not_offered_any_more(leave, coach, talk, noor, clock):
    offers.ask_for_earlier(noor, talk.trajectory, from_on=date(2026, 3, 2), evenings_only=False, now=now())
    leave(coach)
    assert offers.offer_freed_times(now=now()) == 0
    assert offer_queries.coaches_with_wishes(now()) == []


@pytest.fixture
def offered(talk, samira, people):
    """Bram is ill; Noor is asked whether Samira may take over."""
    return offers.offer_stand_in(actor_of(people.bram, Role.COACH), talk, samira, now=now())


@pytest.mark.nasty(10, "offers when they leave")
def test_a_stand_in_who_leaves_is_no_stand_in(leave, offered, talk, samira):
    leave(samira)
    assert Offer.get().answer == Answer.EXPIRED
    assert stored(talk).status == SessionStatus.CANCELLED_DESK, "its own coach cannot be there"
    assert taken() == 0


@pytest.mark.nasty(10, "offers when they leave")
def test_a_stand_in_who_left_a_moment_ago_cannot_be_accepted(offered, desk, talk, samira):
    """Before the worker has gone its round."""
    withdraw(desk, samira)
    with pytest.raises(OfferOver):
        offers.accept(offered, now=now())
    assert (stored(talk).status, stored(talk).sequence) == (SessionStatus.PLANNED, 0)


@pytest.mark.nasty(10, "links when they leave")
def test_the_link_of_before_is_dead_and_the_page_leads_to_other_coaches(
    leave, coach, talk, people, samira, mailbox, client
):
    link = mailbox.last(people.noor.email).link("/afspraak/")
    leave(coach)
    assert client.get(link).status == 410
    page = client.sign_in(people.noor).get(mailbox.last(people.noor.email).link("/mijn"))
    assert page.link("Kies een andere coach") == "/coaches"


@pytest.mark.nasty(10, "feeds when they leave")
def test_the_feed_of_the_participant_is_empty_and_that_of_the_coach_gone(leave, coach, talk, people, client):
    hers, his = feed(people.noor), feed(people.bram, Whose.COACH)
    leave(coach)
    assert times_in(client, hers) == []
    assert client.get(his).status == 404


# -- who is away


@pytest.mark.nasty(10, "bookings when they are away")
@pytest.mark.parametrize(
    ("way", "status", "starts_at"),
    [
        ("choose", SessionStatus.CANCELLED_COACH, TUESDAY + WEEK),
        ("move", SessionStatus.PLANNED, TUESDAY + 2 * WEEK),
        ("keep", SessionStatus.PLANNED, TUESDAY + WEEK),
    ],
)
def test_talks_on_a_day_away_follow_what_was_chosen(coach, talk, people, mailbox, way, status, starts_at):
    letters = len(mailbox.to(people.noor.email))
    be_away(coach, date(2026, 3, 10), way)
    assert (stored(talk).status, stored(talk).starts_at) == (status, starts_at)
    assert len(mailbox.to(people.noor.email)) == letters + (way != "keep")
    assert taken() == (status == SessionStatus.PLANNED)


@pytest.mark.nasty(10, "bookings when they are away")
def test_a_time_that_was_held_on_a_day_away_is_refused(coach, trajectory, noor):
    held = factories.held_time(trajectory, TUESDAY)
    be_away(coach, date(2026, 3, 3))
    with pytest.raises(NotOffered):
        holds.confirm_hold(noor, held, reason=None, now=now())


@pytest.mark.nasty(10, "offers when they are away")
def test_a_time_on_offer_on_a_day_away_is_over_and_the_talk_stands(coach, talk, noor, people):
    first = planned_talk(factories.coupled(factories.account("Anna", Role.PARTICIPANT), coach), TUESDAY)
    planned_talk(factories.coupled(factories.account("Kees", Role.PARTICIPANT), coach), TUESDAY + timedelta(hours=1))
    offers.ask_for_earlier(noor, talk.trajectory, from_on=date(2026, 3, 2), evenings_only=False, now=now())
    actions.cancel_session(actor_of(first.participant, Role.PARTICIPANT), first, now=now())
    assert offers.offer_freed_times(now=now()) == 1
    be_away(coach, date(2026, 3, 3))
    with pytest.raises(OfferOver):
        offers.accept(offer_queries.open_offer_of(talk), now=now())
    assert offers.end_old_offers(now=now()) == 1
    assert offers.offer_freed_times(now=now()) == 0
    assert (stored(talk).status, stored(talk).starts_at) == (SessionStatus.PLANNED, talk.starts_at)


@pytest.mark.nasty(10, "offers when they are away")
def test_a_stand_in_who_is_away_too_is_no_stand_in(offered, talk, samira):
    be_away(samira, date(2026, 3, 10))
    assert offers.end_old_offers(now=now()) == 1
    assert stored(talk).status == SessionStatus.CANCELLED_DESK


@pytest.mark.nasty(10, "links when they are away")
def test_the_link_of_before_is_dead_and_the_new_one_shows_the_new_time(coach, talk, people, mailbox, client):
    before = mailbox.last(people.noor.email).link("/afspraak/")
    be_away(coach, date(2026, 3, 10), "move")
    assert client.get(before).status == 410
    page = client.get(mailbox.last(people.noor.email).link("/afspraak/"))
    assert "Dinsdag 17 maart 2026 om 14.00 uur" in page.text


@pytest.mark.nasty(10, "feeds when they are away")
@pytest.mark.parametrize(("way", "left"), [("choose", []), ("move", [TUESDAY + 2 * WEEK])])
def test_both_feeds_show_what_became_of_it(coach, talk, people, client, way, left):
    hers, his = feed(people.noor), feed(people.bram, Whose.COACH)
    be_away(coach, date(2026, 3, 10), way)
    assert times_in(client, hers) == times_in(client, his) == left


@pytest.mark.nasty(10, "feeds when they are away")
def test_the_feed_of_a_stand_in_takes_over(offered, coach, samira, people, client, mailbox):
    his, hers = feed(people.bram, Whose.COACH), feed(samira.account, Whose.COACH)
    offers.accept(offered, now=now())
    assert times_in(client, his) == []
    assert times_in(client, hers) == [TUESDAY + WEEK]
    assert mailbox.last(people.bram.email).calendar[0] == "CANCEL"
