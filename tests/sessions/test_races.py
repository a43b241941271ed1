"""Real processes that book, cancel and close at the same moment: what may happen once happens once, and all else is a
refusal in words."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.availability.models import Block
from portal.coaches.models import Coach
from portal.db import database
from portal.enrolments.models import Enrolment
from portal.errors import DomainError
from portal.holds import actions as holds
from portal.holds.models import Hold
from portal.matching import actions as matching
from portal.offers import actions as offers
from portal.programmes.codes import CloseReason, TalkKind
from portal.sessions import actions
from portal.sessions.models import Session, SessionMove
from portal.sessions.rules import SessionStatus
from portal.trajectories import actions as trajectories
from portal.trajectories.models import Allowance, FormerCoach, Trajectory
from portal.trajectories.rules import RUNNING, ChosenBy
from portal.workday import actions as workday
from tests import factories
from tests.factories import TWENTE, actor_of, planned_talk
from tests.racing import at_once

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)
RACERS = 20


def refusal_or_done(action: Callable[[], object]) -> str:
    """'done', or the status and name of the rule that forbade it; any other error is left to be seen."""
    try:
        action()
    except DomainError as error:
        return f"{error.status} {type(error).__name__}"
    return "done"


def race(actions_of_all: list[Callable[[], object]]) -> Counter:
    return Counter(at_once(lambda number: refusal_or_done(actions_of_all[number]), times=len(actions_of_all)))


def book(account, enrolment, coach, starts_at=TUESDAY, seen=0) -> Callable[[], object]:
    return lambda: actions.book_with_coach(
        actor_of(account, Role.PARTICIPANT),
        enrolment=Enrolment.get_by_id(enrolment.id),
        coach=Coach.get_by_id(coach.id),
        starts_at=starts_at,
        mode="phone",
        seen=seen,
        now=portal_clock.now(),
    )


def overlapping() -> int:
    """Pairs of active blocks of one coach or one participant that share time, by the database itself."""
    pairs = database.execute_sql(
        """SELECT COUNT(*) FROM block one JOIN block other ON one.id < other.id AND one.active AND other.active
           AND (one.coach_id = other.coach_id OR one.participant_id = other.participant_id)
           AND one.block_starts_at < other.block_ends_at AND other.block_starts_at < one.block_ends_at"""
    )
    return pairs.fetchone()[0]


def nothing_is_taken_twice() -> bool:
    """No overlap, and a planned talk for every active block."""
    active = Block.select().where(Block.active == True).count()  # noqa: E712
    return overlapping() == 0 and active == Session.select().where(Session.status == SessionStatus.PLANNED).count()


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram, capacity=50)


@pytest.fixture
def sign_ups(db, clock):
    """Enough people who signed up, each with their enrolment."""
    accounts = [factories.account(f"Deelnemer{number}", Role.PARTICIPANT) for number in range(RACERS)]
    return [(account, factories.enrolment(account)) for account in accounts]


@pytest.mark.nasty(1, "the same start")
def test_twenty_for_one_time(sign_ups, coach):
    found = race([book(account, enrolment, coach) for account, enrolment in sign_ups])
    assert found == {"done": 1, "409 SlotTaken": RACERS - 1}
    assert nothing_is_taken_twice()
    assert Trajectory.select().count() == Session.select().count() == Allowance.select().count() == 1


@pytest.mark.nasty(1, "a shifted start")
def test_twenty_for_times_that_overlap(sign_ups, people):
    """Talks of an hour and a half with a quarter after them: of four starts half an hour apart any two overlap."""
    coach = factories.bookable_coach(people.bram, capacity=50, talk_minutes=90)
    starts = [TUESDAY + number % 4 * HALF_HOUR for number in range(RACERS)]
    found = race([book(*sign_up, coach, start) for sign_up, start in zip(sign_ups, starts, strict=True)])
    assert found == {"done": 1, "409 SlotTaken": RACERS - 1}
    assert nothing_is_taken_twice()


def test_one_participant_with_two_coaches_at_one_time(sign_ups, coach):
    """Whichever coach it becomes, the other is not slipped in after it by a page that did not name the first."""
    account, enrolment = sign_ups[0]
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    found = race([book(account, enrolment, [coach, samira][number % 2]) for number in range(6)])
    assert found.pop("done") == 1
    assert found.total() == 5
    assert set(found) <= {"409 SlotTaken", "409 ChangedMeanwhile"}
    assert nothing_is_taken_twice()
    assert FormerCoach.select().count() == 0


def test_two_programmes_and_two_coaches_at_one_time(sign_ups, coach):
    """Two enrolments of one person: neither coach is taken, but the person is in one place at a time."""
    account, enrolment = sign_ups[0]
    other = factories.enrolment(account, programme="ecz")
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    found = race([book(account, enrolment, coach), book(account, other, samira, TUESDAY + HALF_HOUR)])
    assert found == {"done": 1, "409 AlreadyBusy": 1}
    assert nothing_is_taken_twice()


def test_one_activity_left_is_used_once(sign_ups, coach):
    account, enrolment = sign_ups[0]
    trajectory = trajectories.couple(
        actor_of(account, Role.PARTICIPANT),
        enrolment=enrolment,
        coach=coach,
        chosen_by=ChosenBy.PARTICIPANT,
        now=portal_clock.now(),
    )
    for day in (1, 2):
        planned_talk(trajectory, TUESDAY + day * DAY)
    found = race([book(account, enrolment, coach, TUESDAY + number * 3 * HALF_HOUR) for number in range(2)])
    assert found == {"done": 1, "409 AllowanceUsed": 1}
    assert Allowance.select().count() == 3


def test_last_place_with_a_coach_goes_to_one(sign_ups, people):
    coach = factories.bookable_coach(people.bram, capacity=1)
    bookings = [book(*sign_up, coach, TUESDAY + number * 3 * HALF_HOUR) for number, sign_up in enumerate(sign_ups[:2])]
    choices = [
        lambda sign_up=sign_up: matching.choose(
            actor_of(sign_up[0], Role.PARTICIPANT),
            enrolment=sign_up[1],
            coach=coach,
            chosen_by=ChosenBy.PARTICIPANT,
            now=portal_clock.now(),
        )
        for sign_up in sign_ups[2:8]
    ]
    assert race(bookings + choices) == {"done": 1, "409 CoachFull": 7}
    assert Trajectory.select().count() == 1


def test_cancel_while_others_book_that_time(sign_ups, coach):
    account, _ = sign_ups[0]
    session = planned_talk(factories.coupled(account, coach), TUESDAY)
    cancel = lambda: actions.cancel_session(  # noqa: E731
        actor_of(account, Role.PARTICIPANT), Session.get_by_id(session.id), now=portal_clock.now()
    )
    found = race([cancel, *(book(*sign_up, coach) for sign_up in sign_ups[1:10])])
    assert found["done"] in (1, 2)
    assert found["done"] + found["409 SlotTaken"] == 10
    assert Session.get_by_id(session.id).status == SessionStatus.CANCELLED_PARTICIPANT
    assert nothing_is_taken_twice()


def test_two_who_cancel_one_talk_do_it_once(people, coach, mailbox):
    session = planned_talk(factories.coupled(people.noor, coach), TUESDAY)
    actors = [actor_of(people.noor, Role.PARTICIPANT), actor_of(people.bram, Role.COACH)] * 3
    found = race(
        [
            lambda actor=actor: actions.cancel_session(actor, Session.get_by_id(session.id), now=portal_clock.now())
            for actor in actors
        ]
    )
    assert found == {"done": 1, "409 NotPlanned": 5}
    assert Session.get_by_id(session.id).sequence == 1
    assert len(mailbox.to(people.noor.email)) == 2


def test_close_while_the_participant_books_leaves_no_talk_behind(people, coach):
    trajectory = factories.coupled(people.noor, coach)
    close = lambda: workday.close(  # noqa: E731
        actor_of(people.bram, Role.COACH), trajectory, CloseReason.NO_NEED.value, now=portal_clock.now()
    )
    bookings = [book(people.noor, trajectory.enrolment, coach, TUESDAY + day * DAY) for day in range(3)]
    found = race([close, *bookings])
    assert found["done"] + found["409 AlreadyClosed"] == 4
    assert Trajectory.get().status not in RUNNING
    assert Session.select().where(Session.status == SessionStatus.PLANNED).count() == 0
    assert nothing_is_taken_twice()


# -- holds


def hold(account, enrolment, coach, starts_at=TUESDAY, **options) -> Callable[[], object]:
    return lambda: holds.hold_time(
        actor_of(account, Role.PARTICIPANT),
        enrolment=Enrolment.get_by_id(enrolment.id),
        coach=Coach.get_by_id(coach.id),
        starts_at=starts_at,
        mode="phone",
        now=portal_clock.now(),
        **{"seen": 0, **options},
    )


def confirm(account, held) -> Callable[[], object]:
    return lambda: holds.confirm_hold(
        actor_of(account, Role.PARTICIPANT), Hold.get_by_id(held.id), reason=None, now=portal_clock.now()
    )


def planned() -> int:
    return Session.select().where(Session.status == SessionStatus.PLANNED).count()


@pytest.mark.nasty(1, "the same start")
@pytest.mark.nasty(1, "a shifted start")
@pytest.mark.parametrize("shift", [timedelta(0), HALF_HOUR], ids=["same start", "shifted start"])
def test_twenty_hands_for_one_time(sign_ups, coach, shift):
    found = race([hold(*sign_up, coach, TUESDAY + number % 2 * shift) for number, sign_up in enumerate(sign_ups)])
    assert found == {"done": 1, "409 SlotTaken": RACERS - 1}
    assert Hold.select().count() == Block.select().where(Block.active == True).count() == 1  # noqa: E712


@pytest.mark.nasty(1, "the same start")
@pytest.mark.nasty(1, "a shifted start")
@pytest.mark.parametrize("shift", [timedelta(0), HALF_HOUR], ids=["same start", "shifted start"])
def test_hands_and_bookings_for_one_time(sign_ups, coach, shift):
    tries = [hold, book]
    found = race([tries[n % 2](*sign_up, coach, TUESDAY + n % 3 * shift) for n, sign_up in enumerate(sign_ups[:12])])
    assert found == {"done": 1, "409 SlotTaken": 11}
    assert overlapping() == 0
    assert Block.select().where(Block.active == True).count() == 1  # noqa: E712


def test_twenty_for_a_time_of_which_the_hold_is_over(sign_ups, coach, clock):
    """Each has to let go of it first; one does, and the others find who did."""
    hold(*sign_ups[0], coach)()
    clock.shift(timedelta(minutes=10))
    found = race([book(*sign_up, coach) for sign_up in sign_ups[1:]])
    assert found == {"done": 1, "409 SlotTaken": RACERS - 2}
    assert nothing_is_taken_twice()


@pytest.mark.nasty(2, "both confirmed")
@pytest.mark.parametrize("shift", [timedelta(0), HALF_HOUR], ids=["same start", "shifted start"])
def test_two_holds_that_are_both_confirmed_become_one_talk(sign_ups, coach, clock, shift):
    """Both ran out and both pages still stand open: the table decides, whoever held it first."""
    (first, enrolment), (second, other) = sign_ups[:2]
    held = hold(first, enrolment, coach)()
    clock.shift(timedelta(minutes=10))
    later = hold(second, other, coach, TUESDAY + shift)()
    clock.shift(timedelta(minutes=10))
    found = race([confirm(first, held), confirm(second, later)] * 3)
    assert found["done"] == 3, "each click of the one who won leads to the same talk"
    assert found["409 SlotTaken"] == 3
    assert planned() == 1
    assert nothing_is_taken_twice()


@pytest.mark.nasty(2, "one confirmed twice")
def test_many_clicks_on_one_confirmation_are_one_talk(sign_ups, coach, mailbox):
    account, enrolment = sign_ups[0]
    held = hold(account, enrolment, coach)()
    assert race([confirm(account, held)] * 8) == {"done": 8}
    assert Session.select().count() == Allowance.select().count() == 1
    assert len(mailbox.to(account.email)) == 1
    assert nothing_is_taken_twice()


# -- talks of every kind, and every way to take a time


def plan(coach, trajectory, starts_at, kind) -> Callable[[], object]:
    return lambda: actions.book_session(
        actor_of(coach.account, Role.COACH),
        trajectory=Trajectory.get_by_id(trajectory.id),
        starts_at=starts_at,
        mode="phone",
        kind=kind,
        now=portal_clock.now(),
    )


@pytest.mark.nasty(1, "another kind of talk")
@pytest.mark.parametrize("shift", [timedelta(0), HALF_HOUR], ids=["same start", "shifted start"])
def test_every_way_to_take_one_time(sign_ups, coach, people, shift):
    """Introductory talks and others that the coach plans, bookings, holds, a move and the offer of a stand-in."""
    chris = factories.bookable_coach(people.chris)
    starts = [TUESDAY + number % 2 * shift for number in range(RACERS)]
    kinds = [TalkKind.INTRO, TalkKind.TALK]
    tries = [plan(coach, factories.coupled(sign_ups[n][0], coach), starts[n], kinds[n % 2]) for n in range(6)]
    tries += [[hold, book][n % 2](*sign_ups[n], coach, starts[n]) for n in range(6, 12)]
    moving = planned_talk(factories.coupled(sign_ups[12][0], coach), TUESDAY + DAY)
    tries.append(move(sign_ups[12][0], moving, starts[12]))
    ill = planned_talk(factories.coupled(sign_ups[13][0], chris), starts[13])
    tries.append(lambda: offers.offer_stand_in(actor_of(people.chris, Role.COACH), ill, coach, now=portal_clock.now()))
    assert race(tries) == {"done": 1, "409 SlotTaken": len(tries) - 1}
    assert overlapping() == 0


# -- moves


@pytest.fixture
def talk(people, coach):
    return planned_talk(factories.coupled(people.noor, coach), TUESDAY)


def move(account, talk, starts_at, role=Role.PARTICIPANT) -> Callable[[], object]:
    return lambda: actions.move_session(
        actor_of(account, role), talk, starts_at=starts_at, mode="phone", seen=0, now=portal_clock.now()
    )


def test_many_clicks_on_one_move_are_one_move(people, talk, mailbox):
    assert race([move(people.noor, talk, TUESDAY + DAY)] * 8) == {"done": 8}
    assert (Session.get().starts_at, Session.get().sequence) == (TUESDAY + DAY, 1)
    assert SessionMove.select().count() == 1
    assert len(mailbox.to(people.noor.email)) == 2
    assert nothing_is_taken_twice()


@pytest.mark.nasty(2, "one confirmed twice")
@pytest.mark.nasty(3, "a link used twice")
def test_many_clicks_on_one_confirmation_of_a_move_are_one_move(people, talk, mailbox):
    held = factories.held_time(talk.trajectory, TUESDAY + HALF_HOUR, moving=talk)
    assert race([confirm(people.noor, held)] * 8) == {"done": 8}
    assert (Session.get().starts_at, SessionMove.select().count()) == (TUESDAY + HALF_HOUR, 1)
    assert len(mailbox.to(people.noor.email)) == 2
    assert nothing_is_taken_twice()


def test_one_talk_is_moved_to_many_times_at_once_and_gets_to_one(people, talk):
    moves = [move(people.noor, talk, TUESDAY + day * DAY) for day in (1, 2, 3)]
    moves += [move(people.bram, talk, TUESDAY + day * DAY + HALF_HOUR, Role.COACH) for day in (1, 2, 3)]
    assert race(moves) == {"done": 1, "409 ChangedMeanwhile": 5}
    assert Session.get().sequence == SessionMove.select().count() == 1
    assert nothing_is_taken_twice()


def test_two_talks_that_move_to_one_time(people, talk, sign_ups, coach):
    account, _ = sign_ups[0]
    other = planned_talk(factories.coupled(account, coach), TUESDAY + DAY)
    found = race([move(people.noor, talk, TUESDAY + 2 * DAY), move(account, other, TUESDAY + 2 * DAY + HALF_HOUR)])
    assert found == {"done": 1, "409 SlotTaken": 1}
    assert nothing_is_taken_twice()


def test_two_talks_that_change_places_keep_their_own(people, talk, sign_ups, coach):
    """Neither time is free before the other is: both stay, and nobody waits for ever."""
    account, _ = sign_ups[0]
    other = planned_talk(factories.coupled(account, coach), TUESDAY + DAY)
    found = race([move(people.noor, talk, TUESDAY + DAY), move(account, other, TUESDAY)])
    assert found == {"409 SlotTaken": 2}
    assert nothing_is_taken_twice()


def test_move_while_others_book_the_old_and_the_new_time(people, talk, sign_ups, coach):
    bookings = [book(*sign_up, coach, TUESDAY + n % 2 * DAY) for n, sign_up in enumerate(sign_ups[:10])]
    found = race([move(people.noor, talk, TUESDAY + DAY), *bookings])
    assert set(found) == {"done", "409 SlotTaken"}
    assert 1 <= found["done"] <= 2
    assert planned() == 2
    assert nothing_is_taken_twice()


def test_move_while_it_is_cancelled_leaves_no_time_taken(people, talk, mailbox):
    """The page of who cancels shows the talk as it was before the move: the time of now is freed all the same."""
    stale = Session.get_by_id(talk.id)
    cancel = lambda: actions.cancel_session(  # noqa: E731
        actor_of(people.noor, Role.PARTICIPANT), stale, now=portal_clock.now()
    )
    found = race([move(people.bram, talk, TUESDAY + DAY, Role.COACH), cancel])
    assert found in ({"done": 2}, {"done": 1, "409 NotPlanned": 1})
    assert Session.get().status == SessionStatus.CANCELLED_PARTICIPANT
    assert Session.get().sequence == found["done"]
    assert Block.select().where(Block.active == True).count() == 0  # noqa: E712
    assert mailbox.last(people.noor.email).calendar[0] == "CANCEL"


def test_move_while_another_coach_is_chosen_leaves_one_talk(people, talk):
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    switch = book(people.noor, talk.trajectory.enrolment, samira, TUESDAY + 2 * DAY, seen=1)
    found = race([move(people.noor, talk, TUESDAY + DAY), switch])
    assert found in ({"done": 2}, {"done": 1, "409 NotPlanned": 1})
    assert Trajectory.get().coach_id == samira.id
    assert planned() == 1
    assert nothing_is_taken_twice()


def test_talks_are_marked_while_another_coach_is_chosen(people, coach, clock):
    """Coach and participant at once: no two wait for each other, and the talk that was held stays held."""
    trajectory = factories.coupled(people.noor, coach)
    session = planned_talk(trajectory, TUESDAY)
    planned_talk(trajectory, TUESDAY + 6 * DAY)
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    clock.move_to(TUESDAY + DAY)
    mark = lambda: actions.mark_held(  # noqa: E731
        actor_of(people.bram, Role.COACH), Session.get_by_id(session.id), now=portal_clock.now()
    )
    switch = book(people.noor, trajectory.enrolment, samira, TUESDAY + 7 * DAY, seen=1)
    assert race([mark, switch]) == {"done": 2}
    assert Session.get_by_id(session.id).status == SessionStatus.HELD
    assert Trajectory.get().coach_id == samira.id
    assert overlapping() == 0
