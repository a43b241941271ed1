"""Booking, cancelling and marking talks: what is written, and what is refused."""

from datetime import UTC, datetime, timedelta

import peewee
import pytest

from portal import clock as portal_clock
from portal.access import PORTAL, Role
from portal.audit import AuditEntry
from portal.availability.models import Block
from portal.availability.rules import AlreadyBusy, SlotTaken
from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.errors import ChangedMeanwhile, NotFound
from portal.programmes.codes import CloseReason, Mode, ProgrammeCode, TalkKind
from portal.sessions import actions, rules
from portal.sessions.models import Session
from portal.sessions.rules import BLOCKING, SessionStatus
from portal.trajectories import actions as trajectories
from portal.trajectories.models import Allowance, FormerCoach, Trajectory
from portal.trajectories.rules import AllowanceUsed, AlreadyClosed, CoachFull, TrajectoryStatus
from tests import factories
from tests.factories import TWENTE, actor_of, planned_talk

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def trajectory(people, coach):
    return factories.coupled(people.noor, coach)


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


@pytest.fixture
def bram(people, coach):
    return actor_of(people.bram, Role.COACH)


def book(actor, enrolment, coach, starts_at=TUESDAY, *, seen=0, mode="phone"):
    return actions.book_with_coach(
        actor, enrolment=enrolment, coach=coach, starts_at=starts_at, mode=mode, seen=seen, now=portal_clock.now()
    )


def stored(session):
    return Session.get_by_id(session.id)


def kinds():
    return [event.kind for event in EnrolmentEvent.select().order_by(EnrolmentEvent.id)]


# -- booking


def test_book_with_coach_does_everything_in_one_go(noor, people, coach, mailbox):
    enrolment = factories.enrolment(people.noor)
    session = book(noor, enrolment, coach)
    assert (session.status, session.starts_at, session.minutes) == (SessionStatus.PLANNED, TUESDAY, 60)
    block = Block.get()
    assert (block.starts_at, block.ends_at, block.block_ends_at) == (
        TUESDAY,
        TUESDAY + HOUR,
        TUESDAY + timedelta(minutes=75),
    )
    assert (block.coach_id, block.participant_id, block.active) == (coach.id, people.noor.id, True)
    assert Allowance.get().ordinal == 0
    assert Enrolment.get().status == EnrolmentStatus.MATCHED
    assert kinds() == [EventKind.COACH_CHOSEN, EventKind.TALK_BOOKED]
    assert [entry.event for entry in AuditEntry.select().order_by(AuditEntry.id)] == [
        "trajectory.coupled",
        "session.booked",
    ]
    assert [(mail.to, mail.template) for mail in mailbox] == [
        (people.noor.email, "sessions/booked"),
        (people.bram.email, "sessions/booked"),
    ]


def test_book_that_is_refused_leaves_nothing_behind(noor, people, coach, mailbox):
    with pytest.raises(rules.NotOffered):
        book(noor, factories.enrolment(people.noor), coach, TUESDAY + timedelta(minutes=7))
    for table in (Trajectory, Session, Block, Allowance, EnrolmentEvent, AuditEntry):
        assert table.select().count() == 0, table
    assert list(mailbox) == []


@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2026, 3, 3, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 3, 7, 30, tzinfo=UTC),
        datetime(2026, 3, 3, 15, 30, tzinfo=UTC),
        datetime(2026, 3, 7, 10, 0, tzinfo=UTC),
        datetime(2026, 4, 20, 10, 0, tzinfo=UTC),
        datetime(2026, 2, 24, 10, 0, tzinfo=UTC),
    ],
    ids=["within the notice", "before the hours", "into the evening", "weekend", "beyond the horizon", "past"],
)
def test_book_only_what_the_coach_offers(noor, people, coach, starts_at):
    with pytest.raises(rules.NotOffered):
        book(noor, factories.enrolment(people.noor), coach, starts_at)


def test_book_a_mode_that_is_not_offered_is_refused(trajectory):
    participant = actor_of(trajectory.participant, Role.PARTICIPANT)
    with pytest.raises(rules.ModeNotOffered):
        actions.book_session(
            participant, trajectory=trajectory, starts_at=TUESDAY, mode=Mode.LOCATION, now=portal_clock.now()
        )


def test_book_at_a_place_is_not_for_extra_coaching(people):
    """The coach receives people, but talks of this programme are online or by phone."""
    coach = factories.bookable_coach(people.bram, modes={Mode.LOCATION, Mode.PHONE}, place="Dorpsstraat 1")
    trajectory = factories.coupled(people.noor, coach, programme=ProgrammeCode.ECZ)
    participant = actor_of(people.noor, Role.PARTICIPANT)
    with pytest.raises(rules.ModeNotOffered):
        actions.book_session(
            participant, trajectory=trajectory, starts_at=TUESDAY, mode=Mode.LOCATION, now=portal_clock.now()
        )


@pytest.mark.parametrize(
    ("mode", "place"),
    [(Mode.PHONE, ""), (Mode.VIDEO, "https://meet.example.org/bram"), (Mode.LOCATION, "Dorpsstraat 1")],
)
def test_book_keeps_where_it_will_be(people, mode, place):
    coach = factories.bookable_coach(
        people.bram, modes=set(Mode), place="Dorpsstraat 1", video_link="https://meet.example.org/bram"
    )
    trajectory = factories.coupled(people.noor, coach)
    session = actions.book_session(
        actor_of(people.noor, Role.PARTICIPANT),
        trajectory=trajectory,
        starts_at=TUESDAY,
        mode=mode,
        now=portal_clock.now(),
    )
    assert stored(session).place == place


def test_book_while_busy_elsewhere_is_refused(noor, people, coach):
    """One person in two programmes with two coaches is in one place at a time."""
    planned_talk(factories.coupled(people.noor, coach), TUESDAY)
    chris = factories.bookable_coach(people.chris)
    other = factories.coupled(people.noor, chris, programme=ProgrammeCode.ECZ)
    with pytest.raises(AlreadyBusy):
        planned_talk(other, TUESDAY + timedelta(minutes=30))


def test_buffer_after_a_talk_keeps_the_next_half_hour_free(people, coach):
    planned_talk(factories.coupled(people.noor, coach), TUESDAY)
    other = factories.coupled(factories.account("Wim", Role.PARTICIPANT), coach)
    with pytest.raises(SlotTaken):
        planned_talk(other, TUESDAY + HOUR)
    assert planned_talk(other, TUESDAY + timedelta(minutes=90)).starts_at == TUESDAY + timedelta(minutes=90)


def test_allowance_is_the_talk_and_two_further_activities(trajectory):
    for day in range(3):
        planned_talk(trajectory, TUESDAY + day * DAY)
    assert [row.ordinal for row in Allowance.select().order_by(Allowance.ordinal)] == [0, 1, 2]
    with pytest.raises(AllowanceUsed):
        planned_talk(trajectory, TUESDAY + 6 * DAY)
    assert Session.select().count() == Block.select().count() == 3


def test_allowance_holds_over_a_change_of_coach(noor, people, trajectory, clock):
    """Two talks were held with the first coach: one activity is left with the second."""
    for day in range(2):
        session = planned_talk(trajectory, TUESDAY + 2 * day * DAY)
        clock.move_to(TUESDAY + 2 * day * DAY + HOUR)
        actions.mark_held(actor_of(people.bram, Role.COACH), session, now=portal_clock.now())
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    book(noor, trajectory.enrolment, samira, TUESDAY + 6 * DAY, seen=1)
    with pytest.raises(AllowanceUsed):
        book(noor, trajectory.enrolment, samira, TUESDAY + 7 * DAY, seen=2)


def test_introductory_talk_uses_nothing_up(trajectory):
    session = actions.book_session(
        actor_of(trajectory.participant, Role.PARTICIPANT),
        trajectory=trajectory,
        starts_at=TUESDAY,
        mode=Mode.PHONE,
        kind=TalkKind.INTRO,
        now=portal_clock.now(),
    )
    assert stored(session).allowance_id is None
    assert Allowance.select().count() == 0


def test_book_and_cancel_over_and_over_is_refused_for_the_rest_of_the_day(noor, trajectory, clock):
    for _ in range(rules.BOOKINGS_A_DAY):
        actions.cancel_session(noor, planned_talk(trajectory, TUESDAY), now=portal_clock.now())
    with pytest.raises(rules.TooManyBookings):
        planned_talk(trajectory, TUESDAY)
    clock.shift(DAY + timedelta(seconds=1))
    assert planned_talk(trajectory, TUESDAY + 2 * DAY).status == SessionStatus.PLANNED


def test_coach_may_plan_talks_with_many_people_on_one_day(people, bram):
    coach = Coach.get()
    Coach.update(capacity=20).execute()
    for number in range(rules.BOOKINGS_A_DAY + 1):
        person = factories.account(f"Deelnemer{number}", Role.PARTICIPANT)
        actions.book_session(
            bram,
            trajectory=factories.coupled(person, coach),
            starts_at=TUESDAY + (number // 3) * DAY + (number % 3 - 1) * timedelta(minutes=90),
            mode=Mode.PHONE,
            now=portal_clock.now(),
        )
    assert Session.select().count() == rules.BOOKINGS_A_DAY + 1


def test_book_in_a_closed_trajectory_is_refused(bram, trajectory):
    trajectories.close(bram, trajectory, reason=CloseReason.NO_NEED, now=portal_clock.now())
    with pytest.raises(AlreadyClosed):
        planned_talk(trajectory, TUESDAY)


@pytest.mark.parametrize("status", [CoachStatus.WITHDRAWN, CoachStatus.BLOCKED])
def test_book_with_a_coach_who_stopped_is_refused(trajectory, status):
    Coach.update(status=status).execute()
    with pytest.raises(rules.CoachStopped):
        planned_talk(trajectory, TUESDAY)


def test_book_with_ones_own_coach_goes_on_while_they_are_paused(trajectory):
    Coach.update(status=CoachStatus.PAUSED).execute()
    assert planned_talk(trajectory, TUESDAY).status == SessionStatus.PLANNED


def test_book_with_a_new_coach_who_just_paused_is_refused(noor, people, coach):
    enrolment = factories.enrolment(people.noor)
    Coach.update(status=CoachStatus.PAUSED).execute()
    with pytest.raises(CoachFull):
        book(noor, enrolment, coach)


# -- another coach


@pytest.fixture
def samira(db, clock):
    return factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))


def test_another_coach_ends_what_was_to_come_and_frees_it(noor, people, trajectory, samira, mailbox):
    first = planned_talk(trajectory, TUESDAY)
    second = book(noor, trajectory.enrolment, samira, TUESDAY, seen=1)
    assert stored(first).status == SessionStatus.CANCELLED_PARTICIPANT
    assert not Block.get_by_id(first.block_id).active
    assert stored(second).coach_id == samira.id
    assert FormerCoach.get().coach_id == trajectory.coach_id
    assert [mail.template for mail in mailbox.to(people.noor.email)] == [
        "sessions/booked",
        "sessions/cancelled",
        "sessions/booked",
    ]
    assert [mail.template for mail in mailbox.to(people.bram.email)] == [
        "sessions/booked",
        "sessions/cancelled_for_coach",
    ]


def test_another_coach_tells_the_former_one_also_when_nothing_was_planned(noor, people, trajectory, samira, mailbox):
    book(noor, trajectory.enrolment, samira, TUESDAY, seen=1)
    assert [mail.template for mail in mailbox.to(people.bram.email)] == ["sessions/left"]


def test_another_coach_leaves_a_talk_that_was_for_its_coach_to_mark(noor, bram, trajectory, samira, clock):
    """It took place yesterday; that nobody said so yet does not make it cancelled."""
    before = planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY + DAY)
    book(noor, trajectory.enrolment, samira, TUESDAY + 3 * DAY, seen=1)
    assert stored(before).status == SessionStatus.PLANNED
    actions.mark_held(bram, before, now=portal_clock.now())
    now = Trajectory.get()
    assert (now.status, now.coach_id) == (TrajectoryStatus.ONGOING, samira.id)
    assert now.first_contact_at is None


def test_another_coach_needs_a_page_that_named_the_one_there_is(noor, people, coach, samira):
    enrolment = factories.enrolment(people.noor)
    book(noor, enrolment, coach)
    with pytest.raises(ChangedMeanwhile):
        book(noor, enrolment, samira, TUESDAY + DAY)
    assert Session.select().where(Session.status == SessionStatus.PLANNED).count() == 1
    assert Trajectory.get().coach_id == coach.id


def test_same_coach_from_an_older_page_is_booked(noor, people, coach):
    enrolment = factories.enrolment(people.noor)
    book(noor, enrolment, coach)
    assert book(noor, enrolment, coach, TUESDAY + DAY).status == SessionStatus.PLANNED


def test_coach_of_before_plans_nothing_any_more(noor, bram, trajectory, samira):
    book(noor, trajectory.enrolment, samira, seen=1)
    with pytest.raises(NotFound):
        actions.book_session(
            bram, trajectory=trajectory, starts_at=TUESDAY + DAY, mode=Mode.PHONE, now=portal_clock.now()
        )


# -- what became of it


def test_held_counts_and_brings_the_trajectory_under_way(bram, trajectory, clock):
    session = planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY + HOUR)
    actions.mark_held(bram, session, now=portal_clock.now())
    now = Trajectory.get()
    assert (now.status, now.first_contact_at) == (TrajectoryStatus.ONGOING, TUESDAY)
    assert Enrolment.get().status == EnrolmentStatus.STARTED
    assert kinds()[-2:] == [EventKind.CONTACTED, EventKind.TALK_HELD]
    assert stored(session).allowance_id is not None
    assert stored(session).outcome_at == TUESDAY + HOUR


def test_second_talk_held_leaves_the_first_contact_alone(bram, trajectory, clock):
    for day in range(2):
        session = planned_talk(trajectory, TUESDAY + 2 * day * DAY)
        clock.move_to(TUESDAY + 2 * day * DAY + HOUR)
        actions.mark_held(bram, session, now=portal_clock.now())
    assert Trajectory.get().first_contact_at == TUESDAY
    assert kinds().count(EventKind.CONTACTED) == 1
    assert kinds().count(EventKind.TALK_HELD) == 2


def test_held_after_closing_does_not_open_it_again(bram, trajectory, clock):
    session = planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY + HOUR)
    trajectories.close(bram, trajectory, reason=CloseReason.GOAL_REACHED, now=portal_clock.now())
    actions.mark_held(bram, session, now=portal_clock.now())
    assert Trajectory.get().status == TrajectoryStatus.COMPLETED
    assert Enrolment.get().status == EnrolmentStatus.COMPLETED


def test_no_show_gives_the_activity_back_and_keeps_the_time(bram, people, trajectory, clock, mailbox):
    session = planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY + HOUR)
    actions.mark_no_show(bram, session, now=portal_clock.now())
    assert Allowance.select().count() == 0
    assert Block.get().active
    assert Trajectory.get().status == TrajectoryStatus.OPEN
    assert mailbox.last(people.noor.email).template == "sessions/missed"
    assert len(mailbox.to(people.bram.email)) == 1


@pytest.mark.parametrize("mark", [actions.mark_held, actions.mark_no_show])
def test_outcome_before_the_start_is_refused(bram, trajectory, clock, mark):
    session = planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY - timedelta(seconds=1))
    with pytest.raises(rules.NotYetHeld):
        mark(bram, session, now=portal_clock.now())
    assert stored(session).status == SessionStatus.PLANNED


OUTCOMES = [actions.mark_held, actions.mark_no_show, actions.cancel_session]


@pytest.mark.parametrize("first", OUTCOMES)
@pytest.mark.parametrize("second", OUTCOMES)
def test_outcome_is_said_once(bram, trajectory, clock, first, second):
    session = planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY + HOUR)
    first(bram, Session.get_by_id(session.id), now=portal_clock.now())
    before = stored(session)
    with pytest.raises(rules.NotPlanned):
        second(bram, Session.get_by_id(session.id), now=portal_clock.now())
    with pytest.raises(rules.NotPlanned):
        second(bram, session, now=portal_clock.now())  # As an older page still knows it.
    after = stored(session)
    assert (after.status, after.sequence) == (before.status, before.sequence)


def test_cancelled_by_says_who_it_was(noor, bram, people, trajectory):
    desk = actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)
    for day, (actor, status) in enumerate(
        [
            (noor, SessionStatus.CANCELLED_PARTICIPANT),
            (bram, SessionStatus.CANCELLED_COACH),
            (desk, SessionStatus.CANCELLED_DESK),
            (PORTAL, SessionStatus.CANCELLED_DESK),
        ]
    ):
        session = planned_talk(trajectory, TUESDAY + day % 3 * DAY)
        actions.cancel_session(actor, session, now=portal_clock.now())
        assert stored(session).status == status


def test_cancel_gives_time_and_activity_back(noor, trajectory, people, mailbox):
    session = planned_talk(trajectory, TUESDAY)
    actions.cancel_session(noor, session, now=portal_clock.now())
    assert not Block.get().active
    assert Allowance.select().count() == 0
    assert stored(session).allowance_id is None
    assert mailbox.last(people.noor.email).template == "sessions/cancelled"
    assert mailbox.last(people.bram.email).template == "sessions/cancelled_for_coach"
    other = factories.coupled(factories.account("Wim", Role.PARTICIPANT), Coach.get())
    assert planned_talk(other, TUESDAY).status == SessionStatus.PLANNED


def test_lowest_activity_is_taken_again(noor, trajectory):
    first = planned_talk(trajectory, TUESDAY)
    planned_talk(trajectory, TUESDAY + DAY)
    actions.cancel_session(noor, first, now=portal_clock.now())
    planned_talk(trajectory, TUESDAY + 2 * DAY)
    assert sorted(row.ordinal for row in Allowance.select()) == [0, 1]


def test_participant_cannot_cancel_what_has_begun_and_a_coach_can_note_it(noor, bram, trajectory, clock):
    session = planned_talk(trajectory, TUESDAY)
    clock.move_to(TUESDAY)
    with pytest.raises(rules.TooLateToCancel):
        actions.cancel_session(noor, session, now=portal_clock.now())
    actions.cancel_session(bram, session, now=portal_clock.now())
    assert stored(session).status == SessionStatus.CANCELLED_COACH


def reached(trajectory, status, noor, bram, desk):
    """A talk that came to this status by the actions, where there is one that leads there."""
    session = planned_talk(trajectory, TUESDAY)
    by = {
        SessionStatus.HELD: lambda now: actions.mark_held(bram, session, now=now),
        SessionStatus.NO_SHOW: lambda now: actions.mark_no_show(bram, session, now=now),
        SessionStatus.CANCELLED_PARTICIPANT: lambda now: actions.cancel_session(noor, session, now=now),
        SessionStatus.CANCELLED_COACH: lambda now: actions.cancel_session(bram, session, now=now),
        SessionStatus.CANCELLED_DESK: lambda now: actions.cancel_session(desk, session, now=now),
    }
    if status in by:
        by[status](TUESDAY - HOUR if status not in BLOCKING else TUESDAY + HOUR)
    return stored(session)


@pytest.mark.nasty(4, "every status")
@pytest.mark.parametrize("status", [status for status in SessionStatus if status != SessionStatus.MOVED])
def test_time_is_taken_exactly_while_the_status_blocks(noor, bram, people, trajectory, status):
    """No action moves a talk to MOVED; every other status is reached here."""
    desk = actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)
    session = reached(trajectory, status, noor, bram, desk)
    assert session.status == status
    assert session.block.active == (status in BLOCKING)
    assert (session.allowance_id is not None) == (status in (SessionStatus.PLANNED, SessionStatus.HELD))


def test_table_refuses_an_overlap_whatever_the_code_does(trajectory):
    """The invariant is in the database: a second active block over the first is refused on both engines."""
    planned_talk(trajectory, TUESDAY)
    values = Block.select().dicts().get() | {"id": None, "participant": None}
    with pytest.raises(peewee.IntegrityError):
        Block.create(**values)
