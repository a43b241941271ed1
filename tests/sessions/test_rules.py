"""When a talk may be booked and marked, and which month of free times is looked at."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.availability.rules import EmptyReason, SlotTaken
from portal.coaches.rules import CoachStatus
from portal.errors import ChangedMeanwhile
from portal.programmes.codes import Mode
from portal.sessions import rules
from portal.sessions.models import Session
from portal.sessions.rules import BLOCKING, SessionStatus

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_what_blocks_time_is_what_the_importers_were_told():
    """Importers rely on it: planned, held and no_show block time; cancelled and moved do not."""
    assert {status.value for status in BLOCKING} == {"planned", "held", "no_show"}
    assert set(SessionStatus) - BLOCKING == {
        SessionStatus.CANCELLED_PARTICIPANT,
        SessionStatus.CANCELLED_COACH,
        SessionStatus.CANCELLED_DESK,
        SessionStatus.MOVED,
    }


def test_outcome_can_be_said_from_the_first_minute_on():
    rules.check_begun(NOW, NOW)
    with pytest.raises(rules.NotYetHeld):
        rules.check_begun(NOW, NOW - MINUTE)


def test_participant_cancels_until_the_talk_begins():
    rules.check_not_begun(NOW, NOW - MINUTE)
    with pytest.raises(rules.TooLateToCancel):
        rules.check_not_begun(NOW, NOW)


def test_mode_must_be_one_that_is_offered():
    rules.check_mode("phone", [Mode.VIDEO, Mode.PHONE])
    for mode in ("location", "", "pigeon"):
        with pytest.raises(rules.ModeNotOffered):
            rules.check_mode(mode, [Mode.VIDEO, Mode.PHONE])


def test_time_must_be_one_that_is_offered():
    rules.check_offered(NOW, [NOW])
    with pytest.raises(SlotTaken):
        rules.check_offered(NOW + MINUTE, [NOW])


def test_eight_bookings_a_day_are_enough():
    rules.check_churn(7)
    with pytest.raises(rules.TooManyBookings):
        rules.check_churn(8)


@pytest.mark.parametrize("status", CoachStatus)
def test_who_left_talks_with_nobody_and_who_is_paused_with_their_own(status):
    if status in (CoachStatus.WITHDRAWN, CoachStatus.BLOCKED):
        with pytest.raises(rules.CoachStopped):
            rules.check_coach_present(status)
    else:
        rules.check_coach_present(status)


def test_another_coach_takes_over_only_from_the_one_the_page_named():
    rules.check_seen(3, 3)
    with pytest.raises(ChangedMeanwhile):
        rules.check_seen(0, 1)


@pytest.mark.parametrize(
    "error", [rules.NotPlanned, rules.NotYetHeld, rules.TooLateToCancel, rules.TooManyBookings, rules.CoachStopped]
)
def test_what_was_overtaken_by_events_is_a_conflict(error):
    assert error.status == 409


@pytest.mark.parametrize(
    ("asked", "month"),
    [
        ("2026-03", date(2026, 3, 1)),
        ("2026-04", date(2026, 4, 1)),
        ("2026-12", date(2026, 12, 1)),
        ("2026-02", date(2026, 3, 1)),
        ("0001-01", date(2026, 3, 1)),
        ("9999-12", date(2027, 3, 1)),
        ("2026-13", date(2026, 3, 1)),
        ("2026-3", date(2026, 3, 1)),
        ("maart", date(2026, 3, 1)),
        ("", date(2026, 3, 1)),
        (None, date(2026, 3, 1)),
    ],
)
def test_month_is_one_that_can_be_looked_at(asked, month):
    assert rules.month_of(asked, date(2026, 3, 2)) == month


def test_month_far_ahead_begins_on_its_first_day_also_after_a_leap_year():
    assert rules.month_of("2030-01", date(2027, 6, 30)) == date(2028, 6, 1)


def test_next_month_goes_over_the_year():
    assert rules.next_month(date(2026, 1, 1)) == date(2026, 2, 1)
    assert rules.next_month(date(2026, 12, 1)) == date(2027, 1, 1)


def test_participant_is_not_spoken_of_as_a_stranger():
    session = Session(status=SessionStatus.CANCELLED_PARTICIPANT)
    assert session.own_label == "Cancelled by you"
    assert Session(status=SessionStatus.HELD).own_label == SessionStatus.HELD.label


def test_every_reason_for_an_empty_month_has_words():
    assert set(rules.WHY_EMPTY) == set(EmptyReason)
