"""What a coach has to do on a day, and what they may know of a participant."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.programmes.codes import CloseReason
from portal.sessions.models import Session
from portal.trajectories import actions as trajectories
from portal.trajectories import queries as trajectory_queries
from portal.workday import queries
from tests import factories
from tests.factories import TWENTE, actor_of, planned_talk
from tests.statements import counted

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def coach(people):
    return factories.bookable_coach(people.bram)


@pytest.fixture
def trajectory(people, coach):
    return factories.coupled(people.noor, coach)


def day_of(coach):
    return queries.day_of(coach, portal_clock.now())


def test_somebody_new_waits_for_contact_until_there_was_any(people, coach, trajectory):
    assert (day_of(coach).new, day_of(coach).others) == ([trajectory], [])
    trajectories.note_contact(actor_of(people.bram, Role.COACH), trajectory, now=portal_clock.now())
    assert (day_of(coach).new, day_of(coach).others) == ([], [trajectory])


@pytest.mark.parametrize("days", [0, 35])
def test_who_booked_a_talk_does_not_wait_for_contact(coach, trajectory, days):
    """Also when the talk lies beyond the weeks that are shown."""
    planned_talk(trajectory, TUESDAY + days * DAY)
    assert day_of(coach).new == []
    assert len(day_of(coach).coming) == (1 if days == 0 else 0)


def test_talk_moves_from_coming_over_today_to_unmarked(coach, trajectory, clock):
    talk = planned_talk(trajectory, TUESDAY)
    for moment, place in (
        (TUESDAY - DAY, "coming"),
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), "coming"),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), "today"),
        (TUESDAY + timedelta(hours=2), "today"),
        (datetime(2026, 3, 3, 23, 0, tzinfo=UTC), "unmarked"),
    ):
        clock.move_to(moment)
        day = day_of(coach)
        assert {name: getattr(day, name) for name in ("coming", "today", "unmarked")} == {
            "coming": [],
            "today": [],
            "unmarked": [],
            place: [talk],
        }


@pytest.mark.parametrize("status", ["held", "no_show", "cancelled_participant", "cancelled_coach", "moved"])
def test_talk_with_an_outcome_is_nowhere(coach, trajectory, status):
    planned_talk(trajectory, TUESDAY)
    Session.update(status=status).execute()
    day = day_of(coach)
    assert day.today == day.coming == day.unmarked == []


def test_day_is_of_this_coach_alone(people, coach, trajectory):
    planned_talk(trajectory, TUESDAY)
    samira = factories.bookable_coach(factories.account("Samira", Role.COACH, TWENTE))
    day = day_of(samira)
    assert day.today == day.coming == day.unmarked == day.new == day.others == []


def test_who_was_closed_is_gone(people, coach, trajectory):
    trajectories.close(
        actor_of(people.bram, Role.COACH), trajectory, reason=CloseReason.GOAL_REACHED, now=portal_clock.now()
    )
    assert day_of(coach).new == day_of(coach).others == []


def test_day_costs_three_queries_however_many_people(coach, trajectory):
    planned_talk(trajectory, TUESDAY)
    assert counted(lambda: day_of(coach)) == 3
    for number in range(3):
        person = factories.account(f"Deelnemer{number}", Role.PARTICIPANT)
        planned_talk(factories.coupled(person, coach), TUESDAY + (number + 1) * DAY)
    assert counted(lambda: day_of(coach)) == 3


def case_of(account):
    trajectory = trajectory_queries.of_coach(
        actor_of(account, Role.COACH), trajectory_queries.visible_to(actor_of(account, Role.COACH)).get().public_id
    )
    return queries.case_of(trajectory, activities=3)


def test_case_has_contact_and_words_while_it_runs(people, coach):
    noor = factories.account("Noor2", Role.PARTICIPANT, phone="+31612345678")
    trajectory = factories.coupled(noor, coach, themes=("role", "stress"))
    trajectory.enrolment.words = "Zit ik nog op mijn plek?"
    trajectory.enrolment.save()
    case = case_of(people.bram)
    assert (case.contact.email, case.phone) == (noor.email, "06 12 34 56 78")
    assert case.words == "Zit ik nog op mijn plek?"
    assert case.activities_left == 3
    trajectories.close(actor_of(people.bram, Role.COACH), trajectory, reason=CloseReason.ILL, now=portal_clock.now())
    case = case_of(people.bram)
    assert (case.contact, case.phone, case.words) == (None, "", None)


def test_case_counts_what_is_left(people, coach, trajectory):
    planned_talk(trajectory, TUESDAY)
    assert case_of(people.bram).activities_left == 2
