"""When a talk may be booked and marked, and which month of free times is looked at."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.availability.rules import EmptyReason, SlotTaken
from portal.coaches.rules import CoachStatus
from portal.errors import ChangedMeanwhile
from portal.programmes.codes import Mode
from portal.sessions import rules
from portal.sessions.models import Session
from portal.sessions.rules import BLOCKING, Party, SessionStatus

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


LATE = [rules.TooLateToMove, rules.TooLateToCancel]


@pytest.mark.parametrize("late", LATE)
def test_participant_changes_a_talk_until_it_begins(late):
    rules.check_change(NOW, NOW - MINUTE, party=Party.PARTICIPANT, notice_hours=0, late=late)
    for now in (NOW, NOW + MINUTE):
        with pytest.raises(late):
            rules.check_change(NOW, now, party=Party.PARTICIPANT, notice_hours=0, late=late)


@pytest.mark.parametrize("late", LATE)
def test_notice_of_the_coach_binds_the_participant_and_nobody_else(late):
    in_time, too_late = NOW - timedelta(hours=4), NOW - timedelta(hours=4) + MINUTE
    rules.check_change(NOW, in_time, party=Party.PARTICIPANT, notice_hours=4, late=late)
    with pytest.raises(late):
        rules.check_change(NOW, too_late, party=Party.PARTICIPANT, notice_hours=4, late=late)
    for party in set(Party) - {Party.PARTICIPANT}:
        rules.check_change(NOW, too_late, party=party, notice_hours=4, late=late)


def test_five_moves_a_day_are_enough_for_a_participant():
    rules.check_moves(4, Party.PARTICIPANT)
    with pytest.raises(rules.TooManyMoves):
        rules.check_moves(5, Party.PARTICIPANT)
    for party in set(Party) - {Party.PARTICIPANT}:
        rules.check_moves(50, party)


@pytest.mark.parametrize(("before", "late"), [(timedelta(hours=24), False), (timedelta(hours=23, minutes=59), True)])
@pytest.mark.parametrize("status", SessionStatus)
def test_cancelled_within_a_day_is_late(status, before, late):
    """By participant or coach: what the desk calls off is nobody's lateness, and what was held is not cancelled."""
    told = Session(status=status, starts_at=NOW, outcome_at=NOW - before)
    by_them = status in (SessionStatus.CANCELLED_PARTICIPANT, SessionStatus.CANCELLED_COACH)
    assert told.was_cancelled_late == (late and by_them)


def test_every_party_cancels_to_a_status_that_frees_the_time():
    assert set(rules.CANCELLED_BY) == set(Party)
    assert not BLOCKING & set(rules.CANCELLED_BY.values())


def test_whoever_gives_a_reason_chooses_from_a_short_list():
    assert set(rules.REASONS) == set(Party) - {Party.PORTAL}
    for reasons in rules.REASONS.values():
        assert rules.ChangeReason.OTHER in reasons
        assert len(reasons) <= 5


def test_mode_must_be_one_that_is_offered():
    rules.check_mode("phone", [Mode.VIDEO, Mode.PHONE])
    for mode in ("location", "", "pigeon"):
        with pytest.raises(rules.ModeNotOffered):
            rules.check_mode(mode, [Mode.VIDEO, Mode.PHONE])


def test_time_must_be_one_that_is_offered():
    rules.check_offered(NOW, free=[NOW], kept=[NOW])
    with pytest.raises(SlotTaken):
        rules.check_offered(NOW, free=[], kept=[NOW])
    for free in ([NOW], [NOW + MINUTE]):
        with pytest.raises(rules.NotOffered):
            rules.check_offered(NOW + MINUTE, free=free, kept=[NOW])


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (rules.NotOffered, "starts_at"),
        (rules.ModeNotOffered, "mode"),
        (rules.NoPhoneKnown, "mode"),
        (rules.PhoneMissing, "phone"),
    ],
)
def test_what_was_filled_in_wrong_is_said_at_its_field(error, field):
    assert (error.status, error.field) == (422, field)


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
    "error",
    [
        rules.NotPlanned,
        rules.NotYetHeld,
        rules.TooLateToCancel,
        rules.TooLateToMove,
        rules.TooManyBookings,
        rules.TooManyMoves,
        rules.CoachStopped,
        SlotTaken,
    ],
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
