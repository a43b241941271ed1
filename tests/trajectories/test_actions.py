"""Coupling, changing coach, first contact, the entitlement and closing: rows, timeline and log."""

from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.audit import AuditEntry
from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.programmes.codes import CloseReason, ProgrammeCode
from portal.trajectories import actions, rules
from portal.trajectories.models import Allowance, FormerCoach, Trajectory
from portal.trajectories.rules import ChosenBy, TrajectoryStatus
from tests import factories
from tests.factories import TWENTE, actor_of
from tests.racing import at_once

DAY = timedelta(days=1)


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def samira(db, clock):
    return factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))


@pytest.fixture
def enrolment(people):
    return factories.enrolment(people.noor)


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


@pytest.fixture
def bram(people):
    return actor_of(people.bram, Role.COACH)


def couple(actor, enrolment, coach, chosen_by=ChosenBy.PARTICIPANT):
    return actions.couple(actor, enrolment=enrolment, coach=coach, chosen_by=chosen_by, now=portal_clock.now())


def happened():
    return [(event.kind, event.status) for event in EnrolmentEvent.select().order_by(EnrolmentEvent.id)]


def logged():
    return [entry.event for entry in AuditEntry.select().order_by(AuditEntry.id)]


# -- coupling


@pytest.mark.parametrize("chosen_by", ChosenBy)
def test_couple_begins_and_says_who_chose(noor, enrolment, coach, people, chosen_by):
    made = couple(noor, enrolment, coach, chosen_by)
    found = Trajectory.get()
    assert found == made
    assert (found.status, found.chosen_by, found.version) == (TrajectoryStatus.OPEN, chosen_by, 1)
    assert (found.coach_id, found.participant_id) == (coach.id, people.noor.id)
    assert found.matched_at == portal_clock.now()
    assert found.contact_due_at == rules.contact_due(ProgrammeCode.SIJW, portal_clock.now())
    assert Enrolment.get().status == EnrolmentStatus.MATCHED
    assert happened() == [(EventKind.COACH_CHOSEN, EnrolmentStatus.MATCHED)]
    assert logged() == ["trajectory.coupled"]


def test_couple_twice_is_the_same(noor, enrolment, coach):
    assert couple(noor, enrolment, coach) == couple(noor, enrolment, coach)
    assert Trajectory.select().count() == 1
    assert len(happened()) == len(logged()) == 1


def test_couple_over_the_capacity_is_refused(noor, enrolment, coach):
    Coach.update(capacity=1).execute()
    other = factories.account("Wim", Role.PARTICIPANT)
    factories.coupled(other, coach)
    with pytest.raises(rules.CoachFull):
        couple(noor, enrolment, coach)
    assert Enrolment.get_by_id(enrolment.id).status == EnrolmentStatus.CONFIRMED


def test_couple_again_when_somebody_was_closed(noor, bram, enrolment, coach):
    Coach.update(capacity=1).execute()
    done = factories.coupled(factories.account("Wim", Role.PARTICIPANT), coach)
    actions.close(bram, done, reason=CloseReason.GOAL_REACHED, now=portal_clock.now())
    assert couple(noor, enrolment, coach).coach_id == coach.id


def test_capacity_does_not_count_the_one_who_is_there_already(noor, enrolment, coach):
    Coach.update(capacity=1).execute()
    assert couple(noor, enrolment, coach) == couple(noor, enrolment, coach)


def test_couple_with_a_coach_who_stopped_meanwhile_is_refused(noor, enrolment, coach):
    """The page that was read had the coach as available."""
    Coach.update(status=CoachStatus.BLOCKED).execute()
    with pytest.raises(rules.CoachFull):
        couple(noor, enrolment, coach)


def test_couple_an_enrolment_that_the_desk_just_ended_is_refused(noor, enrolment, coach):
    Enrolment.update(status=EnrolmentStatus.WITHDRAWN).execute()
    with pytest.raises(rules.EnrolmentEnded):
        couple(noor, enrolment, coach)
    assert Trajectory.select().count() == 0


def test_capacity_holds_when_many_come_at_once(people):
    coach = factories.bookable_coach(people.bram, capacity=3)
    sign_ups = [factories.enrolment(factories.account(f"Deelnemer{n}", Role.PARTICIPANT)) for n in range(10)]

    def try_one(number):
        actor = actor_of(sign_ups[number].participant, Role.PARTICIPANT)
        try:
            couple(actor, sign_ups[number], coach)
        except rules.CoachFull:
            return "full"
        return "coupled"

    assert sorted(at_once(try_one, times=10)) == ["coupled"] * 3 + ["full"] * 7
    assert Trajectory.select().count() == 3


# -- another coach


def test_another_coach_goes_on_in_the_same_trajectory(noor, enrolment, coach, samira, clock):
    first = couple(noor, enrolment, coach)
    actions.note_contact(noor, first, now=portal_clock.now())
    began = portal_clock.now()
    clock.shift(10 * DAY)
    changed = couple(noor, enrolment, samira, ChosenBy.DESK)
    found = Trajectory.get()
    assert found == changed == first
    assert (changed.coach.first_name, found.coach_id, found.chosen_by) == ("Samira", samira.id, ChosenBy.DESK)
    assert (found.version, found.first_contact_at) == (2, None)
    assert found.matched_at == portal_clock.now()
    assert found.contact_due_at == rules.contact_due(ProgrammeCode.SIJW, portal_clock.now())
    former = FormerCoach.get()
    assert (former.coach_id, former.matched_at, former.ended_at) == (coach.id, began, portal_clock.now())
    assert happened()[-1] == (EventKind.COACH_CHANGED, None)
    assert logged()[-1] == "trajectory.coach_changed"


def test_another_coach_who_is_full_leaves_everything_as_it_was(noor, enrolment, coach, samira):
    couple(noor, enrolment, coach)
    Coach.update(capacity=0).where(Coach.id == samira.id).execute()
    with pytest.raises(rules.CoachFull):
        couple(noor, enrolment, samira)
    assert Trajectory.get().coach_id == coach.id
    assert FormerCoach.select().count() == 0


def test_back_to_the_first_coach_keeps_the_whole_history(noor, enrolment, coach, samira):
    for chosen in (coach, samira, coach):
        couple(noor, enrolment, chosen)
    assert [row.coach_id for row in FormerCoach.select().order_by(FormerCoach.id)] == [coach.id, samira.id]
    assert Trajectory.get().version == 3


@pytest.mark.parametrize("same", ["the same coach", "another coach"])
def test_a_closed_trajectory_takes_no_coach(noor, bram, enrolment, coach, samira, same):
    trajectory = couple(noor, enrolment, coach)
    actions.close(bram, trajectory, reason=CloseReason.ILL, now=portal_clock.now())
    with pytest.raises(rules.AlreadyClosed):
        couple(noor, enrolment, coach if same == "the same coach" else samira)


# -- contact


def test_contact_is_noted_once(noor, bram, enrolment, coach, clock):
    trajectory = couple(noor, enrolment, coach)
    at = portal_clock.now()
    actions.note_contact(bram, trajectory, now=at)
    clock.shift(DAY)
    actions.note_contact(bram, trajectory, now=portal_clock.now())
    assert Trajectory.get().first_contact_at == at
    assert [kind for kind, _ in happened()].count(EventKind.CONTACTED) == 1
    assert logged().count("trajectory.contacted") == 1


def test_contact_with_the_coach_of_before_is_not_contact_with_this_one(noor, bram, enrolment, coach, samira):
    trajectory = couple(noor, enrolment, coach)
    couple(noor, enrolment, samira)
    actions.note_contact(bram, trajectory, now=portal_clock.now())
    assert Trajectory.get().first_contact_at is None


def test_contact_after_closing_is_refused(noor, bram, enrolment, coach):
    trajectory = couple(noor, enrolment, coach)
    actions.close(bram, trajectory, reason=CloseReason.NO_NEED, now=portal_clock.now())
    with pytest.raises(rules.AlreadyClosed):
        actions.note_contact(bram, trajectory, now=portal_clock.now())


# -- the entitlement


def test_activities_are_taken_from_the_lowest_and_given_back(noor, enrolment, coach):
    trajectory = couple(noor, enrolment, coach)
    taken = [actions.use_allowance(trajectory) for _ in range(3)]
    assert [row.ordinal for row in taken] == [0, 1, 2]
    with pytest.raises(rules.AllowanceUsed):
        actions.use_allowance(trajectory)
    actions.give_back(taken[1].id)
    actions.give_back(taken[1].id)
    actions.give_back(None)
    assert actions.use_allowance(trajectory).ordinal == 1
    assert Allowance.select().count() == 3


# -- closing


@pytest.mark.parametrize(
    ("reason", "status", "became"),
    [
        (CloseReason.GOAL_REACHED, TrajectoryStatus.COMPLETED, EnrolmentStatus.COMPLETED),
        (CloseReason.NO_CLICK, TrajectoryStatus.STOPPED, EnrolmentStatus.STOPPED),
        (CloseReason.REFERRED, TrajectoryStatus.STOPPED, EnrolmentStatus.STOPPED),
    ],
)
def test_close_says_how_it_ended(noor, bram, enrolment, coach, reason, status, became):
    trajectory = couple(noor, enrolment, coach)
    actions.close(bram, trajectory, reason=reason, now=portal_clock.now())
    found = Trajectory.get()
    assert (found.status, found.close_reason, found.closed_at) == (status, reason, portal_clock.now())
    assert not found.is_running
    ended = Enrolment.get()
    assert (ended.status, ended.close_reason) == (became, reason)
    assert happened()[-1] == (EventKind.CLOSED, became)
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert (entry.event, entry.detail, entry.actor_id) == ("trajectory.closed", reason, bram.account_id)


def test_close_happens_once(noor, bram, enrolment, coach):
    trajectory = couple(noor, enrolment, coach)
    actions.close(bram, trajectory, reason=CloseReason.GOAL_REACHED, now=portal_clock.now())
    with pytest.raises(rules.AlreadyClosed):
        actions.close(bram, trajectory, reason=CloseReason.ILL, now=portal_clock.now())
    assert Trajectory.get().close_reason == CloseReason.GOAL_REACHED
    assert [kind for kind, _ in happened()].count(EventKind.CLOSED) == 1
