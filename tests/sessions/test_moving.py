"""Moving talks: one thread from the first time to the last, and the time of before free. Cancelling: who, when, why."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock as portal_clock
from portal.access import PORTAL, Role
from portal.accounts.models import Account
from portal.audit import AuditEntry
from portal.availability import queries as calendar
from portal.availability.models import Block
from portal.availability.rules import SlotTaken
from portal.coaches.models import Coach
from portal.db import database
from portal.errors import ChangedMeanwhile, DomainError
from portal.holds import actions as holds
from portal.programmes.codes import Mode
from portal.sessions import actions, rules
from portal.sessions.models import Session, SessionMove
from portal.sessions.rules import BLOCKING, ChangeReason, Party, SessionStatus
from portal.trajectories.models import Allowance, Trajectory
from tests import factories
from tests.factories import TWENTE, actor_of, planned_talk

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY, HOUR, HALF_HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=30), timedelta(minutes=1)
WEDNESDAY = TUESDAY + DAY


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram, video_link="https://meet.example.org/bram")


@pytest.fixture
def trajectory(people, coach):
    return factories.coupled(people.noor, coach)


@pytest.fixture
def talk(trajectory):
    return planned_talk(trajectory, TUESDAY)


@pytest.fixture
def actors(people, coach):
    return {
        Party.PARTICIPANT: actor_of(people.noor, Role.PARTICIPANT),
        Party.COACH: actor_of(people.bram, Role.COACH),
        Party.DESK: actor_of(people.wilma, Role.REGION_ADMIN, TWENTE),
        Party.PORTAL: PORTAL,
    }


@pytest.fixture
def noor(actors):
    return actors[Party.PARTICIPANT]


@pytest.fixture
def bram(actors):
    return actors[Party.COACH]


def stored(session):
    return Session.get_by_id(session.id)


def move(actor, session, starts_at=WEDNESDAY, *, mode="phone", seen=None, reason=None):
    return actions.move_session(
        actor,
        session,
        starts_at=starts_at,
        mode=mode,
        seen=stored(session).sequence if seen is None else seen,
        reason=reason,
        now=portal_clock.now(),
    )


def cancel(actor, session, reason=None):
    actions.cancel_session(actor, session, reason=reason, now=portal_clock.now())


def active():
    return list(Block.select().where(Block.active == True))  # noqa: E712


# -- what a move does


def test_move_keeps_the_thread_and_takes_the_other_time(noor, talk):
    moved = move(noor, talk)
    assert (moved.id, moved.public_id, moved.booked_at) == (talk.id, talk.public_id, talk.booked_at)
    assert (moved.starts_at, moved.sequence, moved.status) == (WEDNESDAY, 1, SessionStatus.PLANNED)
    assert moved.told_at == portal_clock.now()
    assert Session.select().count() == Allowance.select().count() == 1
    assert moved.allowance_id == talk.allowance_id
    [block] = active()
    assert (block.id, block.starts_at, block.participant_id) == (moved.block_id, WEDNESDAY, talk.participant_id)
    assert not Block.get_by_id(talk.block_id).active
    assert [entry.event for entry in AuditEntry.select().order_by(AuditEntry.id)][-1] == "session.moved"


def test_move_frees_the_old_time_for_others_and_keeps_them_from_the_new_one(noor, talk, coach):
    move(noor, talk)
    wim = factories.coupled(factories.account("Wim", Role.PARTICIPANT), coach)
    assert planned_talk(wim, TUESDAY).starts_at == TUESDAY
    with pytest.raises(SlotTaken):
        planned_talk(wim, WEDNESDAY + HALF_HOUR)


@pytest.mark.parametrize("party", Party)
def test_move_is_noted_with_who_when_and_why(actors, talk, coach, clock, party):
    clock.shift(MINUTE)
    move(actors[party], talk, reason=ChangeReason.TOGETHER)
    step = SessionMove.get()
    assert (step.session, step.from_starts_at, step.to_starts_at) == (talk, TUESDAY, WEDNESDAY)
    assert (step.from_coach, step.to_coach) == (coach, coach)
    assert (step.moved_by, step.account_id) == (party, actors[party].account_id)
    assert (step.reason, step.moved_at) == (ChangeReason.TOGETHER, portal_clock.now())


def test_every_step_of_a_talk_is_kept_in_its_order(noor, talk):
    for day in (1, 2, 3):
        move(noor, talk, TUESDAY + day * DAY)
    steps = actions.queries.moves_of(talk.trajectory)
    assert [(s.from_starts_at, s.to_starts_at) for s in steps] == [
        (TUESDAY + (day - 1) * DAY, TUESDAY + day * DAY) for day in (1, 2, 3)
    ]
    assert stored(talk).sequence == 3


def test_move_sends_one_mail_to_each(noor, talk, people, mailbox):
    move(noor, talk)
    for account in (people.noor, people.bram):
        booked, moved = mailbox.to(account.email)
        assert (booked.template, moved.template) == ("sessions/booked", "sessions/moved")
        assert "woensdag 4 maart 2026 om 14.00 uur" in moved.text
        assert moved.calendar[0] == "REQUEST"


def test_move_to_another_way_to_talk_changes_where(noor, talk):
    moved = move(noor, talk, TUESDAY, mode="video")
    assert (moved.mode, moved.place) == (Mode.VIDEO, "https://meet.example.org/bram")
    back = move(noor, talk, TUESDAY, mode="phone")
    assert (back.mode, back.place, back.sequence) == (Mode.PHONE, "", 2)


@pytest.mark.parametrize("shift", [-HALF_HOUR, HALF_HOUR])
def test_move_by_half_an_hour_goes_over_ones_own_old_time(noor, talk, shift):
    assert move(noor, talk, TUESDAY + shift).starts_at == TUESDAY + shift
    assert len(active()) == 1


def test_move_to_the_same_time_twice_moves_once(noor, talk, mailbox):
    """Also from the page as it was before."""
    first, second = move(noor, talk, seen=0), move(noor, talk, seen=0)
    assert (first.sequence, second.sequence) == (1, 1)
    assert SessionMove.select().count() == 1
    assert [mail.template for mail in mailbox].count("sessions/moved") == 2


# -- what a move refuses


def refused(error, actor, session, *args, **options):
    """It is refused, and nothing of it stays."""
    before, mails = stored(session).__data__, outbox_count()
    with pytest.raises(error):
        move(actor, session, *args, **options)
    assert stored(session).__data__ == before
    assert outbox_count() == mails


def outbox_count():
    return actions.mails.outbox.Mail.select().count()


def test_move_from_a_page_that_is_older_is_refused(noor, talk):
    move(noor, talk)
    refused(ChangedMeanwhile, noor, talk, TUESDAY + 2 * DAY, seen=0)
    assert len(active()) == 1


@pytest.mark.nasty(3, "the wrong coach")
def test_move_to_a_time_of_the_wrong_coach_is_refused(noor, talk, people):
    """Samira keeps Saturdays, Bram does not: only the times of the coach of the talk count."""
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE), weekdays=(5,))
    saturday = TUESDAY + 4 * DAY
    now = portal_clock.now()
    assert saturday in calendar.free_slots(samira, since=saturday, until=saturday + HOUR, now=now)
    refused(rules.NotOffered, noor, talk, saturday)
    with pytest.raises(rules.NotOffered):
        factories.held_time(talk.trajectory, saturday, moving=talk)


@pytest.mark.parametrize("shift", [-HOUR, -HALF_HOUR, timedelta(0), HALF_HOUR, HOUR])
def test_move_into_the_time_or_buffer_of_somebody_else_is_refused(noor, talk, coach, shift):
    planned_talk(factories.coupled(factories.account("Wim", Role.PARTICIPANT), coach), WEDNESDAY)
    refused(SlotTaken, noor, talk, WEDNESDAY + shift)
    assert move(noor, talk, WEDNESDAY + 3 * HALF_HOUR).starts_at == WEDNESDAY + 3 * HALF_HOUR


def test_move_keeps_the_length_of_the_talk_also_when_the_coach_talks_shorter_now(noor, talk, coach):
    """Four o'clock is kept for half an hour only before the day ends at five; the talk takes an hour."""
    Coach.update(talk_minutes=30).execute()
    refused(rules.NotOffered, noor, talk, WEDNESDAY + 5 * HALF_HOUR)
    moved = move(noor, talk, WEDNESDAY + 4 * HALF_HOUR)
    assert (moved.minutes, moved.block.ends_at - moved.block.starts_at) == (60, HOUR)


@pytest.mark.parametrize("status", [status for status in SessionStatus if status != SessionStatus.PLANNED])
@pytest.mark.parametrize("party", [Party.PARTICIPANT, Party.COACH])
def test_move_of_what_is_not_planned_any_more_is_refused(actors, talk, status, party):
    Session.update(status=status).execute()
    refused(rules.NotPlanned, actors[party], talk)


def test_move_of_a_talk_that_has_begun_is_refused_to_all(actors, talk, clock):
    clock.move_to(TUESDAY)
    for actor in actors.values():
        refused(rules.NotPlanned, actor, talk, TUESDAY + 7 * DAY)


def test_move_notice_binds_the_participant_and_neither_coach_nor_desk(actors, talk, clock):
    Coach.update(move_notice_hours=4).execute()
    clock.move_to(TUESDAY - timedelta(hours=4) + MINUTE)
    refused(rules.TooLateToMove, actors[Party.PARTICIPANT], talk, TUESDAY + 2 * DAY)
    assert move(actors[Party.COACH], talk, TUESDAY + 2 * DAY).sequence == 1
    assert move(actors[Party.DESK], talk, TUESDAY + 3 * DAY).sequence == 2


def test_move_at_the_last_moment_of_the_notice_works(noor, talk, clock):
    Coach.update(move_notice_hours=4).execute()
    clock.move_to(TUESDAY - timedelta(hours=4))
    assert move(noor, talk, TUESDAY + 2 * DAY).sequence == 1


def test_move_over_and_over_is_refused_for_the_rest_of_the_day(noor, bram, talk, clock):
    for number in range(rules.MOVES_A_DAY):
        move(noor, talk, [WEDNESDAY, TUESDAY + 2 * DAY][number % 2])
    refused(rules.TooManyMoves, noor, talk, TUESDAY + 3 * DAY)
    move(bram, talk, TUESDAY + 3 * DAY)
    clock.shift(DAY + MINUTE)
    assert move(noor, talk, TUESDAY + 6 * DAY).starts_at == TUESDAY + 6 * DAY


def test_move_by_the_coach_to_a_phone_without_a_number_is_refused(bram, noor, talk):
    move(noor, talk, TUESDAY, mode="video")
    Account.update(phone="").execute()
    refused(rules.NoPhoneKnown, bram, talk, WEDNESDAY, mode="phone")
    assert move(bram, talk, WEDNESDAY, mode="video").starts_at == WEDNESDAY


# -- cancelling


@pytest.mark.parametrize("reason", [None, ChangeReason.ILL])
def test_cancel_keeps_the_reason_that_was_given(noor, talk, reason):
    cancel(noor, talk, reason)
    assert stored(talk).reason == reason
    assert stored(talk).outcome_at == portal_clock.now()


@pytest.mark.parametrize(
    ("before", "late"), [(timedelta(hours=24), False), (timedelta(hours=23, minutes=59), True), (MINUTE, True)]
)
@pytest.mark.parametrize("party", [Party.PARTICIPANT, Party.COACH])
def test_cancel_within_a_day_is_noted_as_late_and_nothing_comes_of_it(actors, talk, clock, party, before, late):
    clock.move_to(TUESDAY - before)
    cancel(actors[party], talk)
    assert stored(talk).was_cancelled_late == late
    assert (Allowance.select().count(), active()) == (0, [])


@pytest.mark.parametrize(
    ("party", "template"),
    [
        (Party.PARTICIPANT, "sessions/cancelled"),
        (Party.COACH, "sessions/cancelled_by_us"),
        (Party.DESK, "sessions/cancelled_by_us"),
        (Party.PORTAL, "sessions/cancelled_by_us"),
    ],
)
def test_cancelled_mail_says_to_each_what_fits_who_did_it(actors, talk, people, mailbox, party, template):
    cancel(actors[party], talk)
    assert mailbox.last(people.noor.email).template == template
    assert mailbox.last(people.bram.email).template == "sessions/cancelled_for_coach"
    assert [mail.calendar[0] for mail in mailbox][2:] == ["CANCEL", "CANCEL"]


def test_cancel_notice_binds_the_participant_and_neither_coach_nor_desk(actors, trajectory, clock):
    first, second = planned_talk(trajectory, TUESDAY), planned_talk(trajectory, TUESDAY + 2 * HOUR)
    Coach.update(cancel_notice_hours=12).execute()
    clock.move_to(TUESDAY - HOUR)
    for talk, party in ((first, Party.COACH), (second, Party.DESK)):
        with pytest.raises(rules.TooLateToCancel):
            cancel(actors[Party.PARTICIPANT], talk)
        cancel(actors[party], talk)
    assert active() == []


def test_cancel_of_a_talk_that_moved_meanwhile_frees_the_time_it_has_now(noor, bram, talk, people, mailbox):
    """Somebody still looks at the talk as it was: its time of now is freed, and the calendars are told with a number
    that no mail had before."""
    move(bram, talk)
    cancel(noor, talk)
    assert active() == []
    assert stored(talk).sequence == 2
    last = mailbox.last(people.noor.email)
    assert "woensdag 4 maart" in last.text
    assert ("METHOD:CANCEL" in last.calendar[1], "SEQUENCE:2" in last.calendar[1]) == (True, True)


@pytest.mark.parametrize("mark", [actions.mark_held, actions.mark_no_show])
def test_outcome_of_a_talk_that_moved_meanwhile_waits_for_its_new_time(noor, bram, talk, clock, mark):
    move(noor, talk)
    clock.move_to(TUESDAY + HOUR)
    with pytest.raises(rules.NotYetHeld):
        mark(bram, talk, now=portal_clock.now())
    assert stored(talk).status == SessionStatus.PLANNED


# -- whatever happens, the table knows which times are taken

STEPS = {
    "book": lambda actors, talk, at: planned_talk(Trajectory.get(), at),
    "move": lambda actors, talk, at: move(actors[Party.PARTICIPANT], talk, at),
    "move by coach": lambda actors, talk, at: move(actors[Party.COACH], talk, at, mode="video"),
    "move as it was": lambda actors, talk, at: move(actors[Party.DESK], talk, at, seen=talk.sequence),
    "cancel": lambda actors, talk, at: cancel(actors[Party.PARTICIPANT], talk),
    "cancel by coach": lambda actors, talk, at: cancel(actors[Party.COACH], talk),
    "cancel by desk": lambda actors, talk, at: cancel(actors[Party.DESK], talk),
    "held": lambda actors, talk, at: actions.mark_held(actors[Party.COACH], talk, now=talk.starts_at + 9 * DAY),
    "no show": lambda actors, talk, at: actions.mark_no_show(actors[Party.COACH], talk, now=talk.starts_at + 9 * DAY),
    "hold": lambda actors, talk, at: factories.held_time(Trajectory.get(), at),
    "hold to move": lambda actors, talk, at: factories.held_time(Trajectory.get(), at, moving=talk),
    "let go": lambda actors, talk, at: holds.let_go(Trajectory.get().enrolment),
}


def nothing_forgot_to_free_the_time() -> bool:
    """Every talk has its block, with its own time; it is active exactly while the status blocks, and no other is."""
    talks = list(Session.select())
    assert all((talk.block.starts_at, talk.block.ends_at) == (talk.starts_at, talk.ends_at) for talk in talks)
    assert [talk.status for talk in talks if talk.block.active != (talk.status in BLOCKING)] == []
    return {b.id for b in active() if b.source == "talk"} == {t.block_id for t in talks if t.status in BLOCKING}


@pytest.mark.nasty(4, "every way through them")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 3), st.integers(0, 10), st.integers(1, 3)), max_size=12
    )
)
def test_no_way_through_the_statuses_forgets_to_free_the_time(actors, trajectory, steps):
    """Talks are looked at as they were read at first, so that every step also comes from an older page."""
    with database.atomic() as everything:
        talks = [planned_talk(trajectory, TUESDAY)]
        for name, which, half_hours, days in steps:
            at = TUESDAY.replace(hour=9) + half_hours * HALF_HOUR + days * DAY
            try:
                with database.atomic():
                    done = STEPS[name](actors, talks[which % len(talks)], at)
            except DomainError:
                continue
            talks += [done] if name == "book" else []
            assert nothing_forgot_to_free_the_time()
        everything.rollback()


# Which status a talk gets by which action; a new status has to be told here how it comes about.
LEADS_TO = {
    SessionStatus.PLANNED: ["move"],
    SessionStatus.HELD: ["held"],
    SessionStatus.NO_SHOW: ["no show"],
    SessionStatus.CANCELLED_PARTICIPANT: ["cancel"],
    SessionStatus.CANCELLED_COACH: ["cancel by coach"],
    SessionStatus.CANCELLED_DESK: ["cancel by desk"],
    SessionStatus.MOVED: [],  # Only in what is imported: here a talk that moves stays the same talk.
}


@pytest.mark.nasty(4, "every status")
@pytest.mark.parametrize("moved", [0, 1, 2])
@pytest.mark.parametrize("status", SessionStatus)
def test_no_status_forgets_to_free_the_time(actors, talk, status, moved):
    for day in range(moved):
        move(actors[Party.COACH], talk, TUESDAY + (day + 2) * DAY)
    for name in LEADS_TO[status]:
        STEPS[name](actors, talk, WEDNESDAY)
        assert stored(talk).status == status
        assert stored(talk).block.active == (status in BLOCKING)
        assert nothing_forgot_to_free_the_time()
    wim = factories.coupled(factories.account("Wim", Role.PARTICIPANT), Coach.get())
    if LEADS_TO[status] and status not in BLOCKING:
        assert planned_talk(wim, stored(talk).starts_at).block.active
