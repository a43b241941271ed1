"""A time that comes free goes to one person at a time; an absent coach's talk to a stand-in who is free."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import peewee
import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.availability.models import Block
from portal.coaches.models import Coach
from portal.offers import actions, queries, rules
from portal.offers.models import EarlierWish, Offer
from portal.offers.rules import Answer
from portal.sessions import actions as sessions
from portal.sessions.models import Session, SessionMove
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import FormerCoach, Trajectory
from tests import factories
from tests.factories import actor_of, planned_talk

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def now():
    return portal_clock.now()


@pytest.fixture
def coach(people):
    """Only on Tuesday from two to three, so that every week has one time."""
    made = factories.bookable_coach(people.bram, weekdays=(), buffer_after=0)
    factories.WeeklyHours.create(coach=made, weekday=1, opens=time(14), closes=time(15))
    return made


def participant(name):
    return factories.account(name, Role.PARTICIPANT)


def ask(account, trajectory, **values):
    told = {"from_on": date(2026, 3, 3), "evenings_only": False, **values}
    return actions.ask_for_earlier(actor_of(account, Role.PARTICIPANT), trajectory, now=now(), **told)


def waiting(account, coach, weeks):
    """Somebody with a talk so many weeks later who wants an earlier time."""
    talk = planned_talk(factories.coupled(account, coach), TUESDAY + weeks * 7 * DAY)
    ask(account, talk.trajectory)
    return talk


@pytest.fixture
def three(people, coach):
    """Anna has the time of next week; Noor and Kees, later, want an earlier one: Noor asked first."""
    anna = planned_talk(factories.coupled(participant("Anna"), coach), TUESDAY + 7 * DAY)
    noor = waiting(people.noor, coach, 2)
    return anna, noor, waiting(participant("Kees"), coach, 3)


def cancel(talk):
    sessions.cancel_session(actor_of(talk.participant, Role.PARTICIPANT), talk, now=now())


def all_offers():
    return list(queries._with_people().order_by(Offer.id))


def offers():
    return [(offer.session.participant.first_name, offer.starts_at, offer.answer) for offer in all_offers()]


def stored(talk):
    return Session.get_by_id(talk.id)


def test_times_that_were_free_already_are_not_mailed(three, mailbox):
    """Tomorrow was free when they asked: they saw it on the page."""
    assert actions.offer_freed_times(now=now()) == 0


def test_a_freed_time_is_offered_to_who_asked_first(three, mailbox):
    anna, noor, _ = three
    cancel(anna)
    assert actions.offer_freed_times(now=now()) == 1
    assert offers() == [("Noor", anna.starts_at, Answer.OPEN)]
    letter = mailbox.last("noor@example.org")
    assert letter.subject == "Er is een eerdere tijd vrij"
    assert "dinsdag 10 maart 2026 om 14.00 uur" in letter.text
    assert "/aanbod/" in letter.link("/aanbod/")
    assert actions.offer_freed_times(now=now()) == 0, "one person at a time"
    assert stored(noor).starts_at == noor.starts_at


def test_a_time_on_offer_cannot_be_booked_by_somebody_else(three, coach):
    anna = three[0]
    cancel(anna)
    actions.offer_freed_times(now=now())
    other = factories.coupled(participant("Piet"), coach)
    with pytest.raises(rules.DomainError):
        planned_talk(other, anna.starts_at)


def test_accepting_moves_the_talk_once_and_ends_the_wish(three):
    anna, noor, _ = three
    cancel(anna)
    actions.offer_freed_times(now=now())
    offer = queries.open_offer_of(noor)
    for _ in range(2):
        moved = actions.accept(offer, now=now())
        assert (moved.public_id, moved.starts_at, moved.sequence) == (noor.public_id, anna.starts_at, 1)
    assert SessionMove.select().count() == 1
    assert offers() == [("Noor", anna.starts_at, Answer.ACCEPTED)]
    assert queries.wish_of(Trajectory.get_by_id(noor.trajectory_id)) is None
    active = Block.select().where(Block.active == True, Block.participant == noor.participant_id)  # noqa: E712
    assert [block.starts_at for block in active] == [anna.starts_at]


def test_what_nobody_answers_goes_to_the_next_one(three, clock):
    anna = three[0]
    cancel(anna)
    actions.offer_freed_times(now=now())
    clock.shift(2 * HOUR - timedelta(seconds=1))
    assert actions.end_old_offers(now=now()) == 0
    clock.shift(timedelta(seconds=1))
    assert actions.end_old_offers(now=now()) == 1
    assert actions.offer_freed_times(now=now()) == 1
    assert offers() == [("Noor", anna.starts_at, Answer.EXPIRED), ("Kees", anna.starts_at, Answer.OPEN)]
    with pytest.raises(rules.OfferOver):
        actions.accept(all_offers()[0], now=now())


def test_an_offer_can_be_accepted_when_the_notice_began_meanwhile(three, coach, clock):
    """The time was kept for two hours, so for two hours it can be had."""
    anna, noor, _ = three
    clock.move_to(anna.starts_at - timedelta(hours=coach.notice_hours))
    cancel(anna)
    assert actions.offer_freed_times(now=now()) == 1
    clock.shift(timedelta(minutes=90))
    assert actions.accept(queries.open_offer_of(noor), now=now()).starts_at == anna.starts_at


def test_saying_no_keeps_the_talk_and_frees_the_time_at_once(three):
    anna, noor, _ = three
    cancel(anna)
    actions.offer_freed_times(now=now())
    for _ in range(2):
        with suppress(rules.OfferOver):  # The second click says that it is over.
            actions.decline(all_offers()[0], now=now())
    assert stored(noor).status == SessionStatus.PLANNED
    actions.offer_freed_times(now=now())
    assert [name for name, _, answer in offers() if answer == Answer.OPEN] == ["Kees"]


def test_nothing_is_offered_at_night(three, clock):
    cancel(three[0])
    clock.move_to(datetime(2026, 3, 2, 20, 0, tzinfo=UTC))  # Nine in the evening.
    assert actions.offer_freed_times(now=now()) == 0
    clock.move_to(datetime(2026, 3, 3, 7, 0, tzinfo=UTC))
    assert actions.offer_freed_times(now=now()) == 1


def test_an_offer_ends_when_its_talk_was_changed_meanwhile(three):
    anna, noor, _ = three
    cancel(anna)
    actions.offer_freed_times(now=now())
    cancel(noor)
    assert actions.end_old_offers(now=now()) == 1
    actions.offer_freed_times(now=now())
    assert [name for name, _, answer in offers() if answer == Answer.OPEN] == ["Kees"]


def test_no_offer_after_the_start(three, clock):
    anna = three[0]
    clock.move_to(anna.starts_at - HOUR)
    sessions.cancel_session(actor_of(anna.participant, Role.PARTICIPANT), anna, now=now())
    assert actions.offer_freed_times(now=now()) == 0, "the coach wants a day's notice"


def test_asking_again_changes_the_wish_and_stopping_ends_it(three, people):
    noor = three[1]
    actor = actor_of(people.noor, Role.PARTICIPANT)
    ask(people.noor, noor.trajectory, from_on=date(2026, 3, 20), evenings_only=True)
    assert EarlierWish.select().count() == 2
    actions.stop_asking(actor, noor.trajectory, now=now())
    actions.stop_asking(actor, noor.trajectory, now=now())
    assert queries.wish_of(noor.trajectory) is None
    cancel(three[0])
    actions.offer_freed_times(now=now())
    assert [name for name, *_ in offers()] == ["Kees"]


def test_who_has_nothing_planned_cannot_want_it_earlier(people, coach):
    trajectory = factories.coupled(people.noor, coach)
    with pytest.raises(rules.NothingPlanned):
        ask(people.noor, trajectory)


# -- a stand-in


@pytest.fixture
def samira(coach):
    """Another coach in the region, free all day."""
    return factories.bookable_coach(factories.account("Samira", Role.COACH, factories.TWENTE))


@pytest.fixture
def talk(people, coach):
    return planned_talk(factories.coupled(people.noor, coach), TUESDAY + 7 * DAY)


def test_a_stand_in_fits_and_is_free_at_that_very_time(talk, samira):
    assert queries.stand_ins(talk, now()) == [samira]
    planned_talk(factories.coupled(participant("Anna"), samira), talk.starts_at)
    assert queries.stand_ins(talk, now()) == []


def test_a_stand_in_who_cannot_talk_this_way_is_not_proposed(talk, samira):
    Coach.update(modes={"video"}).where(Coach.id == samira.id).execute()
    assert queries.stand_ins(talk, now()) == []


def test_accepting_a_stand_in_takes_the_talk_and_the_person_along(people, talk, samira, coach, mailbox):
    offer = actions.offer_stand_in(actor_of(people.bram, Role.COACH), talk, samira, now=now())
    assert mailbox.last("noor@example.org").subject == "Over je afspraak"
    moved = actions.accept(queries.of_link(queries.link_to(offer).split("/")[-1]), now=now())
    assert (moved.public_id, moved.coach, moved.starts_at, moved.sequence) == (
        talk.public_id,
        samira,
        talk.starts_at,
        1,
    )
    assert Trajectory.get_by_id(talk.trajectory_id).coach == samira
    assert [row.coach for row in FormerCoach.select()] == [coach]
    assert mailbox.last("bram@example.org").calendar[0] == "CANCEL"
    assert mailbox.last("samira@example.org").calendar[0] == "REQUEST"


@pytest.mark.parametrize("way", ["no", "nothing"])
def test_without_the_stand_in_the_talk_does_not_go_on(people, talk, samira, mailbox, clock, way):
    offer = actions.offer_stand_in(actor_of(people.bram, Role.COACH), talk, samira, now=now())
    if way == "no":
        actions.decline(queries.as_it_is_now(offer), now=now())
    else:
        clock.shift(3 * HOUR)
        actions.end_old_offers(now=now())
    assert stored(talk).status == SessionStatus.CANCELLED_DESK
    assert mailbox.last("noor@example.org").subject == "Je afspraak is afgezegd"
    assert not Block.select().where(Block.coach == samira, Block.active == True).exists()  # noqa: E712


def test_one_talk_has_one_open_offer(people, talk, samira):
    actor = actor_of(people.bram, Role.COACH)
    actions.offer_stand_in(actor, talk, samira, now=now())
    other = factories.bookable_coach(factories.account("Omar", Role.COACH, factories.TWENTE))
    with pytest.raises(peewee.IntegrityError):
        actions.offer_stand_in(actor, talk, other, now=now())
