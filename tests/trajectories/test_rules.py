"""When contact is due, who has room, and how a trajectory ends."""

from datetime import datetime

import pytest

from portal.clock import AMSTERDAM
from portal.coaches.rules import CoachStatus
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.programmes.codes import CloseReason, ProgrammeCode
from portal.trajectories import rules
from portal.trajectories.rules import RUNNING, TrajectoryStatus


def wall(text):
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("programme", "matched", "due"),
    [
        (ProgrammeCode.ECZ, "2026-03-02T11:00", "2026-03-03T11:00"),
        (ProgrammeCode.ECZ, "2026-03-06T16:00", "2026-03-09T16:00"),
        (ProgrammeCode.ECZ, "2026-03-07T16:00", "2026-03-09T17:00"),
        (ProgrammeCode.ECZ, "2026-04-03T15:00", "2026-04-07T15:00"),
        (ProgrammeCode.ECZ, "2026-03-27T11:00", "2026-03-30T11:00"),
        (ProgrammeCode.SIJW, "2026-03-02T11:00", "2026-03-09T11:00"),
    ],
    ids=[
        "Monday",
        "Friday",
        "Saturday",
        "Good Friday is worked, Easter Monday not",
        "over the clock change",
        "five days",
    ],
)
def test_contact_is_due_after_the_working_days_that_the_programme_promises(programme, matched, due):
    assert rules.contact_due(programme, wall(matched)) == wall(due)


@pytest.mark.parametrize("reason", CloseReason)
def test_only_a_reached_goal_completes(reason):
    completed = rules.closing_status(reason) == TrajectoryStatus.COMPLETED
    assert completed == (reason == CloseReason.GOAL_REACHED)
    assert rules.closing_status(reason) not in RUNNING


def test_room_until_the_capacity_is_reached():
    rules.check_has_room(running=3, capacity=4, status=CoachStatus.AVAILABLE)
    for running, capacity in ((4, 4), (5, 4), (0, 0)):
        with pytest.raises(rules.CoachFull):
            rules.check_has_room(running=running, capacity=capacity, status=CoachStatus.AVAILABLE)


@pytest.mark.parametrize("status", [status for status in CoachStatus if status != CoachStatus.AVAILABLE])
def test_who_is_not_available_has_room_for_nobody_new(status):
    with pytest.raises(rules.CoachFull):
        rules.check_has_room(running=0, capacity=4, status=status)


@pytest.mark.parametrize("status", TrajectoryStatus)
def test_what_is_closed_stays_closed(status):
    if status in (TrajectoryStatus.OPEN, TrajectoryStatus.ONGOING):
        rules.check_open(status)
    else:
        with pytest.raises(rules.AlreadyClosed):
            rules.check_open(status)


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_begins_from_an_open_enrolment_only(status):
    if status in OPEN:
        rules.check_can_begin(status)
    else:
        with pytest.raises(rules.EnrolmentEnded):
            rules.check_can_begin(status)


@pytest.mark.parametrize("error", [rules.CoachFull, rules.AlreadyClosed, rules.EnrolmentEnded, rules.AllowanceUsed])
def test_what_was_overtaken_by_events_is_a_conflict(error):
    assert error.status == 409
