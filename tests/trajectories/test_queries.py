"""Whose trajectories these are."""

import pytest

from portal import clock as portal_clock
from portal.access import NOBODY, PORTAL, Actor, Role
from portal.coaches.models import Coach
from portal.errors import NotFound
from portal.programmes.codes import CloseReason
from portal.trajectories import actions, queries
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of
from tests.statements import counted


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def trajectory(people, coach):
    return factories.coupled(people.noor, coach)


@pytest.fixture
def elsewhere(people):
    """Somebody in Zuid-Limburg with Chris."""
    chris = factories.bookable_coach(people.chris, ZUID_LIMBURG)
    return factories.coupled(factories.account("Wim", Role.PARTICIPANT), chris, region=ZUID_LIMBURG)


def seen_by(actor):
    return set(queries.visible_to(actor))


def test_visible_to_each_role(people, trajectory, elsewhere):
    assert seen_by(actor_of(people.noor, Role.PARTICIPANT)) == {trajectory}
    assert seen_by(actor_of(people.bram, Role.COACH)) == {trajectory}
    assert seen_by(actor_of(people.chris, Role.COACH)) == {elsewhere}
    for role in (Role.REGION_STAFF, Role.REGION_ADMIN):
        assert seen_by(actor_of(people.wilma, role, TWENTE)) == {trajectory}
        assert seen_by(actor_of(people.otto, role, ZUID_LIMBURG)) == {elsewhere}
        assert seen_by(actor_of(people.wilma, role, TWENTE, ZUID_LIMBURG)) == {trajectory, elsewhere}
    for account, role in (
        (people.rik, Role.NATIONAL),
        (people.fay, Role.PRIVACY_OFFICER),
        (people.oscar, Role.OPERATOR),
        (people.bram, Role.HALFWAY),
    ):
        assert seen_by(actor_of(account, role)) == set()


def test_regions_without_a_role_of_the_region_show_nothing(people, trajectory):
    assert seen_by(actor_of(people.rik, Role.NATIONAL, TWENTE)) == set()


def test_nobody_sees_those_of_erased_people(people, trajectory):
    """Somebody without an account is not the participant of what has no participant any more."""
    Trajectory.update(participant=None).execute()
    for actor in (NOBODY, PORTAL, Actor(roles=frozenset({Role.PARTICIPANT}))):
        assert seen_by(actor) == set()
    assert seen_by(actor_of(people.bram, Role.COACH)) == {trajectory}


def test_coach_of_before_loses_access_at_once(people, trajectory):
    samira = factories.account("Samira", Role.COACH, TWENTE)
    actions.couple(
        actor_of(people.noor, Role.PARTICIPANT),
        enrolment=trajectory.enrolment,
        coach=factories.bookable_coach(samira),
        chosen_by=ChosenBy.PARTICIPANT,
        now=portal_clock.now(),
    )
    assert seen_by(actor_of(people.bram, Role.COACH)) == set()
    assert seen_by(actor_of(samira, Role.COACH)) == {trajectory}
    with pytest.raises(NotFound):
        queries.of_coach(actor_of(people.bram, Role.COACH), trajectory.public_id)
    assert queries.of_coach(actor_of(samira, Role.COACH), trajectory.public_id) == trajectory


def test_of_coach_is_for_the_coach_alone(people, trajectory, elsewhere):
    bram = actor_of(people.bram, Role.COACH)
    assert queries.of_coach(bram, trajectory.public_id) == trajectory
    for actor, public_id in (
        (bram, elsewhere.public_id),
        (bram, "unknown"),
        (actor_of(people.noor, Role.PARTICIPANT), trajectory.public_id),
        (actor_of(people.wilma, Role.REGION_ADMIN, TWENTE), trajectory.public_id),
        (NOBODY, trajectory.public_id),
    ):
        with pytest.raises(NotFound):
            queries.of_coach(actor, public_id)


def test_found_with_everybody_in_one_query(people, trajectory):
    def names():
        found = queries.of_coach(actor_of(people.bram, Role.COACH), trajectory.public_id)
        assert (found.participant.first_name, found.coach.first_name) == ("Noor", "Bram")
        assert found.enrolment.region_id == TWENTE

    assert counted(names) == 1


def test_running_of_coach_longest_waiting_first(people, coach, clock):
    later = factories.coupled(people.noor, coach)
    sooner = factories.coupled(factories.account("Wim", Role.PARTICIPANT), coach, programme="ecz")
    done = factories.coupled(factories.account("Els", Role.PARTICIPANT), coach)
    actions.close(actor_of(people.bram, Role.COACH), done, reason=CloseReason.GOAL_REACHED, now=portal_clock.now())
    assert queries.running_of_coach(coach) == [sooner, later]


def test_running_counts_leave_out_what_ended_and_who_has_nobody(people, coach, elsewhere):
    for name in ("Noor", "Wim2", "Els"):
        last = factories.coupled(factories.account(name, Role.PARTICIPANT, address=f"{name}@x.example.org"), coach)
    actions.close(actor_of(people.bram, Role.COACH), last, reason=CloseReason.ILL, now=portal_clock.now())
    idle = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    assert queries.running_counts([coach, idle]) == {coach.id: 2}
    assert queries.running_counts([]) == {}
    assert Coach.select().count() == 3


def test_used_ordinals_are_those_of_this_trajectory(trajectory, elsewhere):
    actions.use_allowance(trajectory)
    actions.use_allowance(trajectory)
    actions.use_allowance(elsewhere)
    assert queries.used_ordinals(trajectory) == {0, 1}
