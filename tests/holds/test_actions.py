"""A time under somebody's hand: theirs alone for ten minutes, and no longer."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.accounts.models import Account
from portal.availability import queries as availability
from portal.availability.models import Block
from portal.availability.rules import AlreadyBusy, BlockSource, SlotTaken
from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.enrolments.models import EnrolmentEvent
from portal.enrolments.reach import NotAPhoneNumber
from portal.errors import ChangedMeanwhile, NotFound
from portal.holds import actions, queries
from portal.holds.models import Hold
from portal.programmes.codes import Mode, ProgrammeCode
from portal.sessions import actions as booking
from portal.sessions import queries as sessions
from portal.sessions import rules
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Allowance, Trajectory
from portal.trajectories.rules import CoachFull
from tests import factories
from tests.factories import TWENTE, actor_of, held_time, planned_talk

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HOUR, HALF_HOUR = timedelta(days=1), timedelta(hours=1), timedelta(minutes=30)
TEN_MINUTES, SECOND = timedelta(minutes=10), timedelta(seconds=1)


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram, talk_minutes=60)


@pytest.fixture
def enrolment(people):
    return factories.enrolment(people.noor)


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


@pytest.fixture
def wim(db, clock):
    return factories.account("Wim", Role.PARTICIPANT)


@pytest.fixture
def wims(wim):
    return factories.enrolment(wim)


def hold(actor, enrolment, coach, starts_at=TUESDAY, *, seen=0, mode="phone", **options):
    return actions.hold_time(
        actor,
        enrolment=enrolment,
        coach=coach,
        starts_at=starts_at,
        mode=mode,
        seen=seen,
        now=portal_clock.now(),
        **options,
    )


def confirm(actor, held, reason=None):
    return actions.confirm_hold(actor, Hold.get_by_id(held.id), reason=reason, now=portal_clock.now())


def by_wim(wim):
    return actor_of(wim, Role.PARTICIPANT)


def free_on_tuesday(coach):
    since = TUESDAY.replace(hour=0)
    return availability.free_slots(coach, since=since, until=since + DAY, now=portal_clock.now())


def active():
    return list(Block.select().where(Block.active == True).order_by(Block.starts_at))  # noqa: E712


# -- while it is held


def test_hold_keeps_the_time_and_tells_nobody(noor, enrolment, coach, people, mailbox):
    held = hold(noor, enrolment, coach)
    [block] = active()
    assert (block.source, block.coach_id, block.participant_id) == (BlockSource.HOLD, coach.id, people.noor.id)
    assert (block.starts_at, block.block_ends_at) == (TUESDAY, TUESDAY + timedelta(minutes=75))
    assert block.expires_at == portal_clock.now() + TEN_MINUTES
    assert (held.starts_at, held.mode, held.moving, held.became) == (TUESDAY, Mode.PHONE, None, None)
    for table in (Trajectory, Session, Allowance, EnrolmentEvent):
        assert table.select().count() == 0, table
    assert list(mailbox) == []


@pytest.mark.parametrize("shift", [-HOUR, -HALF_HOUR, timedelta(0), HALF_HOUR, HOUR])
def test_hold_keeps_others_from_every_start_that_would_overlap(noor, enrolment, coach, wim, wims, shift):
    """Shifted starts too: the talk before it has its buffer, and the hold has one of its own."""
    hold(noor, enrolment, coach)
    with pytest.raises(SlotTaken):
        hold(by_wim(wim), wims, coach, TUESDAY + shift)
    with pytest.raises(SlotTaken):
        planned_talk(factories.coupled(factories.account("Els", Role.PARTICIPANT), coach), TUESDAY + shift)


def test_hold_is_in_no_list_of_free_times_but_that_of_its_own_hand(noor, enrolment, coach):
    assert TUESDAY in free_on_tuesday(coach)
    hold(noor, enrolment, coach)
    assert TUESDAY not in free_on_tuesday(coach)
    now, ours = portal_clock.now(), queries.held_blocks(enrolment)
    shown = dict(sessions.free_month(coach, None, now=now, minutes=60, besides=ours).days)
    assert TUESDAY in shown[TUESDAY.date()]
    assert TUESDAY not in dict(sessions.free_month(coach, None, now=now, minutes=60).days)[TUESDAY.date()]


def test_hold_leaves_what_touches_its_buffer_to_others(noor, enrolment, coach, wim, wims):
    hold(noor, enrolment, coach)
    for starts_at in (TUESDAY - 3 * HALF_HOUR, TUESDAY + 3 * HALF_HOUR):
        assert hold(by_wim(wim), wims, coach, starts_at).starts_at == starts_at


def test_another_time_under_the_same_hand_lets_the_earlier_one_go(noor, enrolment, coach, wim, wims):
    first = hold(noor, enrolment, coach)
    second = hold(noor, enrolment, coach, TUESDAY + HALF_HOUR)  # Which overlaps the first.
    assert [block.id for block in active()] == [second.block_id]
    assert not Block.get_by_id(first.block_id).active
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    third = hold(noor, enrolment, samira)
    assert [block.id for block in active()] == [third.block_id]
    assert hold(by_wim(wim), wims, coach).starts_at == TUESDAY


def test_time_that_is_refused_leaves_the_earlier_one_under_the_hand(noor, enrolment, coach):
    first = hold(noor, enrolment, coach)
    with pytest.raises(rules.NotOffered):
        hold(noor, enrolment, coach, TUESDAY + timedelta(minutes=7))
    assert [block.id for block in active()] == [first.block_id]


def test_hold_while_busy_with_somebody_else_is_refused(noor, people, coach):
    planned_talk(factories.coupled(people.noor, coach), TUESDAY)
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    other = factories.enrolment(people.noor, programme=ProgrammeCode.ECZ)
    with pytest.raises(AlreadyBusy):
        hold(noor, other, samira, TUESDAY + HALF_HOUR)


@pytest.mark.parametrize("minutes", [7, -4 * 60 - 30, 3 * 60, 4 * 24 * 60])
def test_time_that_the_coach_does_not_keep_is_not_held(noor, enrolment, coach, minutes):
    with pytest.raises(rules.NotOffered):
        hold(noor, enrolment, coach, TUESDAY + timedelta(minutes=minutes))
    assert Hold.select().count() == Block.select().count() == 0


def test_mode_that_is_not_offered_is_not_held(noor, enrolment, coach):
    with pytest.raises(rules.ModeNotOffered):
        hold(noor, enrolment, coach, mode="location")
    assert Hold.select().count() == Block.select().count() == 0


def test_hold_from_a_page_that_named_another_coach_is_refused(noor, enrolment, coach, people):
    planned_talk(factories.coupled(people.noor, coach), TUESDAY)
    trajectory = Trajectory.get()
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    with pytest.raises(ChangedMeanwhile):
        hold(noor, trajectory.enrolment, samira, TUESDAY + DAY, seen=0)
    assert hold(noor, trajectory.enrolment, samira, TUESDAY + DAY, seen=trajectory.version).coach_id == samira.id


# -- the phone number


def test_talk_by_phone_asks_who_gave_no_number(noor, enrolment, coach, people):
    Account.update(phone="").execute()
    with pytest.raises(rules.PhoneMissing):
        hold(noor, enrolment, coach)
    with pytest.raises(NotAPhoneNumber):
        hold(noor, enrolment, coach, phone="0612")
    assert hold(noor, enrolment, coach, mode="video").mode == Mode.VIDEO
    assert Account.get_by_id(people.noor.id).phone == ""
    hold(noor, enrolment, coach, phone="06 - 1234 5678")
    assert Account.get_by_id(people.noor.id).phone == "+31612345678"


def test_number_that_is_known_stays_whatever_is_sent(noor, enrolment, coach, people):
    hold(noor, enrolment, coach, phone="0687654321")
    assert Account.get_by_id(people.noor.id).phone == people.noor.phone


def test_coach_plans_no_talk_by_phone_with_who_gave_no_number(people, coach):
    trajectory = factories.coupled(people.noor, coach)
    Account.update(phone="").execute()
    plan = {"trajectory": trajectory, "starts_at": TUESDAY, "now": portal_clock.now()}
    bram = actor_of(people.bram, Role.COACH)
    with pytest.raises(rules.NoPhoneKnown):
        booking.book_session(bram, mode=Mode.PHONE, **plan)
    assert booking.book_session(bram, mode=Mode.VIDEO, **plan).mode == Mode.VIDEO


# -- when it is over


@pytest.mark.parametrize(("after", "keeps"), [(TEN_MINUTES - SECOND, True), (TEN_MINUTES, False), (DAY, False)])
def test_hold_keeps_the_time_for_ten_minutes(noor, enrolment, coach, wim, wims, clock, after, keeps):
    """Nothing has to run for it to end: the clock alone does it."""
    at = TUESDAY + 2 * DAY
    held = hold(noor, enrolment, coach, at)
    clock.shift(after)
    assert held.is_kept(portal_clock.now()) == keeps
    found = availability.free_slots(coach, since=at, until=at + HOUR, now=portal_clock.now())
    assert (at not in found) == keeps
    if keeps:
        with pytest.raises(SlotTaken):
            hold(by_wim(wim), wims, coach, at)
    else:
        assert hold(by_wim(wim), wims, coach, at).starts_at == at


@pytest.mark.parametrize("shift", [timedelta(0), HALF_HOUR])
def test_hold_that_is_over_stops_neither_its_own_hand_nor_another_one(noor, enrolment, coach, wim, wims, clock, shift):
    hold(noor, enrolment, coach)
    clock.shift(TEN_MINUTES)
    taken = hold(by_wim(wim), wims, coach, TUESDAY + shift)
    assert [block.id for block in active()] == [taken.block_id]
    clock.shift(TEN_MINUTES)
    mine = hold(noor, enrolment, coach, TUESDAY + shift)
    assert [block.id for block in active()] == [mine.block_id]
    clock.shift(TEN_MINUTES)
    assert planned_talk(factories.coupled(factories.account("Els", Role.PARTICIPANT), coach), TUESDAY).block.active


def test_hold_that_is_over_does_not_make_its_person_busy_elsewhere(noor, enrolment, coach, people, clock):
    hold(noor, enrolment, coach)
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    other = factories.enrolment(people.noor, programme=ProgrammeCode.ECZ)
    with pytest.raises(AlreadyBusy):
        hold(noor, other, samira)
    clock.shift(TEN_MINUTES)
    assert hold(noor, other, samira).coach_id == samira.id


# -- confirming


def test_confirm_books_what_was_held(noor, enrolment, coach, mailbox, people):
    held = hold(noor, enrolment, coach)
    session = confirm(noor, held)
    assert (session.status, session.starts_at, session.mode) == (SessionStatus.PLANNED, TUESDAY, Mode.PHONE)
    [block] = active()
    assert (block.id, block.source, block.expires_at) == (session.block_id, BlockSource.TALK, None)
    assert Hold.get().became == session
    assert [mail.template for mail in mailbox] == ["sessions/booked"] * 2


@pytest.mark.nasty(2, "one confirmed twice")
def test_confirm_twice_is_one_talk(noor, enrolment, coach, mailbox):
    held = hold(noor, enrolment, coach)
    assert confirm(noor, held) == confirm(noor, held)
    assert Session.select().count() == Allowance.select().count() == len(active()) == 1
    assert len(list(mailbox)) == 2


def test_confirm_when_it_is_over_and_the_time_is_still_free_works(noor, enrolment, coach, clock):
    held = hold(noor, enrolment, coach)
    clock.shift(timedelta(minutes=11))
    assert confirm(noor, held).starts_at == TUESDAY


@pytest.mark.parametrize("shift", [timedelta(0), HALF_HOUR])
def test_confirm_when_it_is_over_and_somebody_took_the_time_is_refused(noor, enrolment, coach, wim, clock, shift):
    held = hold(noor, enrolment, coach)
    clock.shift(timedelta(minutes=11))
    planned_talk(factories.coupled(wim, coach), TUESDAY + shift)
    with pytest.raises(SlotTaken):
        confirm(noor, held)
    assert Session.select().where(Session.participant == enrolment.participant).count() == 0
    assert Hold.get().became is None


def test_confirm_after_the_notice_began_works_while_it_is_held(noor, enrolment, coach, clock):
    """What the page promised for ten minutes is kept, also when the coach's notice begins meanwhile."""
    clock.move_to(TUESDAY - timedelta(hours=coach.notice_hours))
    held = hold(noor, enrolment, coach)
    clock.shift(TEN_MINUTES - SECOND)
    assert confirm(noor, held).starts_at == TUESDAY


def test_confirm_after_the_notice_began_is_refused_when_it_is_over(noor, enrolment, coach, clock):
    clock.move_to(TUESDAY - timedelta(hours=coach.notice_hours))
    held = hold(noor, enrolment, coach)
    clock.shift(TEN_MINUTES)
    with pytest.raises(rules.NotOffered):
        confirm(noor, held)


@pytest.mark.nasty(2, "both confirmed")
@pytest.mark.parametrize("shift", [timedelta(0), HALF_HOUR])
def test_two_holds_of_two_participants_are_never_both_confirmed(noor, enrolment, coach, wim, wims, clock, shift):
    """The first one is over, the second has the time under the hand: it wins whatever the first presses, and when."""
    first = hold(noor, enrolment, coach)
    clock.shift(TEN_MINUTES)
    second = hold(by_wim(wim), wims, coach, TUESDAY + shift)
    with pytest.raises(SlotTaken):
        confirm(noor, first)
    session = confirm(by_wim(wim), second)
    with pytest.raises(SlotTaken):
        confirm(noor, first)
    assert list(Session.select()) == [session]
    assert [block.id for block in active()] == [session.block_id]


def test_confirm_lets_go_of_what_another_window_holds(noor, enrolment, coach):
    """Two windows of one person: what overlaps under their own hand does not stop them."""
    first = hold(noor, enrolment, coach)
    hold(noor, enrolment, coach, TUESDAY + HALF_HOUR)
    session = confirm(noor, first)
    assert [block.id for block in active()] == [session.block_id]


def test_confirm_what_is_under_the_hand_of_somebody_else_is_not_found(noor, enrolment, coach, wim):
    held = hold(noor, enrolment, coach)
    with pytest.raises(NotFound):
        confirm(by_wim(wim), held)
    assert Session.select().count() == 0
    assert Block.get().active


def test_confirm_that_is_refused_leaves_the_hold_as_it_was(noor, enrolment, coach):
    held = hold(noor, enrolment, coach)
    Coach.update(status=CoachStatus.WITHDRAWN).execute()
    with pytest.raises(CoachFull):
        confirm(noor, held)
    assert Block.get().active
    assert Session.select().count() == Trajectory.select().count() == 0


def test_confirm_another_coach_than_the_page_named_is_refused(noor, enrolment, coach, people):
    """Between holding and confirming, another window chose somebody else."""
    held = hold(noor, enrolment, coach)
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    confirm(noor, held_elsewhere := hold(noor, enrolment, samira))
    with pytest.raises(ChangedMeanwhile):
        confirm(noor, held)
    assert Trajectory.get().coach_id == samira.id
    assert [s.id for s in Session.select()] == [Hold.get_by_id(held_elsewhere.id).became_id]


# -- for a talk that moves


@pytest.fixture
def talk(people, coach):
    return planned_talk(factories.coupled(people.noor, coach), TUESDAY)


@pytest.mark.parametrize("shift", [-HALF_HOUR, HALF_HOUR])
def test_hold_to_move_by_half_an_hour_works_over_ones_own_old_time(noor, talk, coach, wim, shift):
    """Old and new time overlap: what the talk has already is not taken twice, and the rest is kept for it."""
    held = held_time(talk.trajectory, TUESDAY + shift, moving=talk)
    assert len(active()) == 2
    for starts_at in (TUESDAY, TUESDAY + shift):
        with pytest.raises(SlotTaken):
            planned_talk(
                factories.coupled(factories.account(f"Els{starts_at:%H%M}", Role.PARTICIPANT), coach), starts_at
            )
    moved = confirm(noor, held)
    [block] = active()
    assert (moved.starts_at, block.id, block.starts_at) == (TUESDAY + shift, moved.block_id, TUESDAY + shift)
    assert block.block_ends_at == TUESDAY + shift + timedelta(minutes=75)


def test_hold_to_move_does_not_stop_its_own_participant(noor, talk, coach):
    """Neither another time to move to, nor the old one, nor a further talk on that day."""
    held_time(talk.trajectory, TUESDAY + DAY, moving=talk)
    assert held_time(talk.trajectory, TUESDAY + DAY + HALF_HOUR, moving=talk).starts_at == TUESDAY + DAY + HALF_HOUR
    held = held_time(talk.trajectory, TUESDAY + HALF_HOUR, moving=talk)
    assert hold(noor, talk.trajectory.enrolment, coach, TUESDAY + DAY, seen=1).starts_at == TUESDAY + DAY
    assert confirm(noor, held).starts_at == TUESDAY + HALF_HOUR


def test_hold_to_move_keeps_both_times_until_it_is_confirmed(noor, talk, coach, clock):
    held_time(talk.trajectory, TUESDAY + DAY, moving=talk)
    assert Session.get().starts_at == TUESDAY
    clock.shift(TEN_MINUTES)
    assert TUESDAY not in free_on_tuesday(coach)
    other = factories.coupled(factories.account("Els", Role.PARTICIPANT), coach)
    assert planned_talk(other, TUESDAY + DAY).starts_at == TUESDAY + DAY


def test_hold_to_talk_another_way_at_the_same_time_works(noor, talk):
    """No time has to be kept for it that the talk does not have."""
    held = hold(noor, talk.trajectory.enrolment, talk.coach, TUESDAY, seen=0, mode="video", moving=talk)
    assert [block.id for block in active()] == [talk.block_id]
    moved = confirm(noor, held)
    assert (moved.starts_at, moved.mode, moved.sequence) == (TUESDAY, Mode.VIDEO, 1)
    assert [block.id for block in active()] == [moved.block_id]


@pytest.mark.nasty(2, "both confirmed")
def test_two_holds_to_move_one_talk_are_never_both_confirmed(noor, talk, mailbox):
    """Two windows: whichever is confirmed first, the other page no longer shows what there is."""
    first = held_time(talk.trajectory, TUESDAY + DAY, moving=talk)
    second = held_time(talk.trajectory, TUESDAY + 2 * DAY, moving=talk)
    confirm(noor, second)
    with pytest.raises(ChangedMeanwhile):
        confirm(noor, first)
    assert (Session.get().starts_at, Session.get().sequence) == (TUESDAY + 2 * DAY, 1)
    assert len(active()) == 1
    assert [mail.template for mail in mailbox].count("sessions/moved") == 2


def test_hold_is_refused_where_its_confirmation_would_be(noor, people, talk, coach):
    """Nobody is kept from a time that can never be confirmed."""
    move = {"enrolment": talk.trajectory.enrolment, "coach": coach, "moving": talk}
    with pytest.raises(ChangedMeanwhile):
        hold(noor, starts_at=TUESDAY + DAY, seen=7, **move)
    Coach.update(move_notice_hours=48).execute()
    with pytest.raises(rules.TooLateToMove):
        hold(noor, starts_at=TUESDAY + DAY, seen=0, **move)
    booking.cancel_session(actor_of(people.bram, Role.COACH), talk, now=portal_clock.now())
    with pytest.raises(rules.NotPlanned):
        hold(noor, starts_at=TUESDAY + DAY, seen=1, **move)
    assert Hold.select().count() == len(active()) == 0


def test_confirm_after_the_talk_was_cancelled_is_refused(noor, people, talk):
    held = held_time(talk.trajectory, TUESDAY + DAY, moving=talk)
    booking.cancel_session(actor_of(people.bram, Role.COACH), talk, now=portal_clock.now())
    with pytest.raises(rules.NotPlanned):
        confirm(noor, held)
    assert Session.get().status == SessionStatus.CANCELLED_COACH
    assert Session.get().starts_at == TUESDAY
