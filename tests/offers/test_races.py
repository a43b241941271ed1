"""The waiting list with several workers, and people who answer at the same moment: one person at a time, in fair order,
and one talk of it."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.availability.models import Block, WeeklyHours
from portal.availability.rules import BlockSource
from portal.clock import AMSTERDAM
from portal.errors import DomainError
from portal.offers import actions, jobs, queries
from portal.offers.models import EarlierWish, Offer
from portal.offers.rules import TIME_TO_ANSWER, Answer
from portal.outbox import Mail
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from tests import factories
from tests.factories import actor_of, planned_talk
from tests.racing import at_once

MINUTE = timedelta(minutes=1)
WORKERS = 4
# In the order in which they asked.
PEOPLE = ("Noor", "Kees", "Fatima")


def tuesday(weeks: int) -> datetime:
    """Two in the afternoon on the Tuesday so many weeks after tomorrow, on a Dutch clock."""
    return datetime.combine(date(2026, 3, 3) + timedelta(weeks=weeks), time(14), AMSTERDAM).astimezone(UTC)


def now() -> datetime:
    return portal_clock.now()


def by(account):
    return actor_of(account, Role.PARTICIPANT)


@pytest.fixture
def coach(people):
    """One time a week."""
    made = factories.bookable_coach(people.bram, weekdays=(), buffer_after=0, capacity=50, horizon_weeks=8)
    WeeklyHours.create(coach=made, weekday=1, opens=time(14), closes=time(15))
    return made


@pytest.fixture
def anna(coach, clock):
    """She has the time of next week."""
    return planned_talk(factories.coupled(factories.account("Anna", Role.PARTICIPANT), coach), tuesday(1))


@pytest.fixture
def waiting(anna, coach, clock):
    """Everybody else has a later one and wants it earlier; who has the last one asked first."""
    found = []
    for number, name in enumerate(PEOPLE):
        account = factories.account(name, Role.PARTICIPANT)
        talk = planned_talk(factories.coupled(account, coach), tuesday(2 + len(PEOPLE) - number))
        clock.shift(MINUTE)
        actions.ask_for_earlier(by(account), talk.trajectory, from_on=date(2026, 3, 2), evenings_only=False, now=now())
        found.append(talk)
    return found


@pytest.fixture
def freed(anna, waiting):
    """Anna's time, which is free again."""
    sessions.cancel_session(by(anna.participant), anna, now=now())
    return anna.starts_at


def go_round(_number=0) -> str:
    jobs.go_round.call_local()
    return "done"


def rounds(times: int = 3) -> None:
    """All workers go their round at the same moment, several times."""
    for _ in range(times):
        assert at_once(go_round, times=WORKERS) == ["done"] * WORKERS


def made() -> list[tuple[str, datetime, Answer]]:
    return [
        (o.session.participant.first_name, o.starts_at, o.answer) for o in queries._with_people().order_by(Offer.id)
    ]


def kept_free() -> int:
    return Block.select().where(Block.active == True, Block.source == BlockSource.HOLD).count()  # noqa: E712


def mails() -> int:
    return Mail.select().where(Mail.template == "offers/earlier").count()


def outcome(action) -> str:
    try:
        action()
    except DomainError as error:
        return f"{error.status} {type(error).__name__}"
    return "done"


def test_workers_offer_a_freed_time_once_to_who_asked_first(freed):
    rounds()
    assert made() == [("Noor", freed, Answer.OPEN)]
    assert (mails(), kept_free()) == (1, 1)


def test_workers_offer_it_to_the_next_one_each_time_nobody_answers(freed, clock):
    """In the order in which people asked, until everybody had it once; then nobody again, as it was offered to all."""
    for number, name in enumerate(PEOPLE, 1):
        rounds(2)
        assert made()[-1] == (name, freed, Answer.OPEN)
        assert (len(made()), mails(), kept_free()) == (number, number, 1)
        clock.shift(TIME_TO_ANSWER - MINUTE)
        rounds(1)
        assert len(made()) == number, "not before the time to answer is over"
        clock.shift(MINUTE)
    rounds(2)
    assert [answer for _, _, answer in made()] == [Answer.EXPIRED] * len(PEOPLE)
    assert (mails(), kept_free()) == (len(PEOPLE), 0)


def test_many_clicks_accept_it_once(freed, waiting):
    rounds(1)
    offer = queries.open_offer_of(waiting[0])
    assert at_once(lambda _: outcome(lambda: actions.accept(offer, now=now())), times=8) == ["done"] * 8
    rounds(1)
    moved = Session.get_by_id(waiting[0].id)
    assert (moved.starts_at, moved.sequence) == (freed, 1)
    assert kept_free() == 0
    assert EarlierWish.select().where(EarlierWish.ended_at.is_null()).count() == len(PEOPLE) - 1


@pytest.mark.parametrize("late", [False, True], ids=["in time", "at the deadline"])
def test_accepting_while_workers_end_it_and_offer_it_to_the_next_one(freed, waiting, clock, late):
    """Either the first one has it and nobody else was asked, or it is over for the first one and the next one is."""
    rounds(1)
    offer = queries.open_offer_of(waiting[0])
    clock.shift(TIME_TO_ANSWER - (timedelta(0) if late else MINUTE))
    tries = [lambda: actions.accept(offer, now=now()), jobs.go_round.call_local]
    found = at_once(lambda number: outcome(tries[number % 2]), times=6)
    accepted = made()[0][2] == Answer.ACCEPTED
    assert accepted is not late
    assert Counter(found) == ({"done": 6} if accepted else {"410 OfferOver": 3, "done": 3})
    rounds(1)
    at_that_time = Session.select().where(Session.starts_at == freed, Session.status == SessionStatus.PLANNED)
    assert at_that_time.count() == (1 if accepted else 0)
    assert [(name, answer) for name, at, answer in made() if at == freed and answer == Answer.OPEN] == (
        [] if accepted else [("Kees", Answer.OPEN)]
    )


def test_saying_yes_and_no_at_once_is_one_answer(freed, waiting):
    rounds(1)
    offer = queries.open_offer_of(waiting[0])
    tries = [lambda: actions.accept(offer, now=now()), lambda: actions.decline(offer, now=now())]
    found = Counter(at_once(lambda number: outcome(tries[number % 2]), times=6))
    assert found == {"done": 3, "410 OfferOver": 3}
    assert made()[0][2] in (Answer.ACCEPTED, Answer.DECLINED)
    assert (Session.get_by_id(waiting[0].id).starts_at == freed) == (made()[0][2] == Answer.ACCEPTED)


def test_a_booking_while_workers_offer_it_leaves_one_of_both(freed, coach):
    """Somebody who looks at that very time gets it, or finds it kept for who waits; never both."""
    piet = factories.coupled(factories.account("Piet", Role.PARTICIPANT), coach)
    tries = [lambda: planned_talk(piet, freed), jobs.go_round.call_local]
    found = at_once(lambda number: outcome(tries[number % 2]), times=6)
    booked = Session.select().where(Session.trajectory == piet, Session.status == SessionStatus.PLANNED).count()
    assert booked + kept_free() == 1
    assert set(found) <= {"done", "409 SlotTaken"}
