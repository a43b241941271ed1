"""What the desk reads of an enrolment, how long somebody waits, and which steps are possible."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.desk import rules
from portal.desk.rules import Outcome, Shown, Standing, Tag, Tries
from portal.enrolments.rules import OPEN, EnrolmentStatus, EventKind
from portal.matching.rules import Offer, Wish, fit
from portal.programmes.codes import Mode, ProgrammeCode

# Monday, eleven o'clock on a Dutch clock.
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FRIDAY = datetime(2026, 2, 27, 14, 0, tzinfo=UTC)
ENDINGS = ["completed", "stopped", "handed_over"]


def standing(status="confirmed", programme="sijw", **facts):
    return Standing(EnrolmentStatus(status), ProgrammeCode(programme), **{"enrolled_at": NOW, **facts})


def tag(*codes, **facts):
    return rules.tag_of(standing(*codes, **facts), NOW)


# -- how it stands


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("confirmed", Tag("New", "good")),
        ("in_progress", Tag("Choosing a coach")),
        ("waiting", Tag("Without a coach")),
        ("matched", Tag("Has a coach")),
        ("started", Tag("Talking")),
        ("withdrawn", Tag("Withdrawn", "quiet")),
        ("unreachable", Tag("Could not be reached", "quiet")),
        ("duplicate", Tag("Double", "quiet")),
        ("out_of_scope", Tag("Not for this programme", "quiet")),
    ],
)
def test_tag_by_status(status, expected):
    assert tag(status) == expected


@pytest.mark.parametrize("status", ENDINGS)
def test_every_end_of_a_trajectory_reads_the_same(status):
    assert tag(status) == Tag("Closed", "quiet")
    assert rules.status_label(EnrolmentStatus(status)) == "Closed"
    for kind in (EventKind.STATUS_SET, EventKind.CLOSED):
        assert rules.event_label(kind, EnrolmentStatus(status)) == "Closed"


@pytest.mark.parametrize("status", ["confirmed", "in_progress", "waiting"])
@pytest.mark.parametrize(
    ("enrolled_at", "late"),
    [
        (datetime(2026, 2, 22, 22, 59, tzinfo=UTC), True),  # The last minute of Sunday: six working days ago.
        (datetime(2026, 2, 22, 23, 0, tzinfo=UTC), False),  # Monday: five.
    ],
)
def test_late_is_longer_than_five_working_days(status, enrolled_at, late):
    assert (tag(status, enrolled_at=enrolled_at) == Tag("Without a coach", "late")) is late


@pytest.mark.parametrize(
    ("enrolled_at", "expected"),
    [
        (FRIDAY, Tag("Contact before %(time)s", "late", date(2026, 3, 2), time(15))),
        (NOW, Tag("Contact before %(day)s, %(time)s", "late", date(2026, 3, 3), time(11))),
        (FRIDAY + DAY, Tag("Contact before %(time)s", "late", date(2026, 3, 2), time(17))),
        (FRIDAY - DAY, Tag("Contact is late", "late")),
    ],
)
def test_extra_coaching_says_until_when(enrolled_at, expected):
    """One working day: somebody who signed up at the weekend has the whole of Monday."""
    assert tag("confirmed", "ecz", enrolled_at=enrolled_at) == expected


def test_a_coach_has_to_be_in_touch_in_time():
    due = NOW + DAY
    moment = (date(2026, 3, 3), time(11))
    assert tag("matched", contact_due_at=due) == Tag("Contact before %(day)s, %(time)s", "", *moment)
    assert tag("matched", "ecz", contact_due_at=due) == Tag("Contact before %(day)s, %(time)s", "late", *moment)
    assert tag("matched", contact_due_at=NOW) == Tag("Contact is late", "late")
    assert tag("matched", contact_due_at=NOW, first_contact_at=NOW) == Tag("Has a coach")


def test_an_appointment_says_most():
    planned = NOW + 3 * DAY
    for status in ("matched", "started"):
        assert tag(status, contact_due_at=NOW, planned_at=planned) == Tag("Appointment %(day)s", day=date(2026, 3, 5))
    assert tag("started", planned_at=NOW - timedelta(hours=2)) == Tag("Appointment %(day)s", day=date(2026, 3, 2))
    assert tag("started", planned_at=NOW - DAY) == Tag("No outcome yet of %(day)s", day=date(2026, 3, 1))
    assert tag("stopped", planned_at=planned) == Tag("Closed", "quiet")


@pytest.mark.parametrize(
    ("kind", "status", "label"),
    [
        (EventKind.CONFIRMED, EnrolmentStatus.CONFIRMED, "Confirmed the address"),
        (EventKind.COACH_CHOSEN, EnrolmentStatus.MATCHED, "Coach chosen"),
        (EventKind.STATUS_SET, EnrolmentStatus.WAITING, "Waiting"),
        (EventKind.CLOSED, EnrolmentStatus.WITHDRAWN, "Withdrawn"),
        (EventKind.STATUS_SET, None, "Status changed"),
    ],
)
def test_event_label(kind, status, label):
    assert rules.event_label(kind, status) == label


@pytest.mark.parametrize(
    ("since", "waited"),
    [
        (date(2026, 3, 2), 0),
        (date(2026, 2, 28), 1),
        (date(2026, 2, 27), 1),
        (date(2026, 2, 20), 6),
        (date(2026, 1, 1), 42),
        (date(2025, 12, 31), None),
    ],
)
def test_working_days_waited(since, waited):
    assert rules.working_days_waited(since, NOW.date()) == waited


def test_contact_data_are_shown_while_it_runs():
    assert {status for status in EnrolmentStatus if rules.shows_contact(status)} == OPEN


def test_waits_are_told_apart_by_working_days():
    monday = date(2026, 3, 16)
    begins = [rules.overdue_before(monday, days) for days in rules.PATIENCE]
    assert begins == [datetime(2026, 3, 8, 23, tzinfo=UTC), datetime(2026, 3, 1, 23, tzinfo=UTC)]


def test_every_list_of_who_waits_is_open():
    for shown, statuses in rules.OPEN_STATUSES.items():
        assert statuses <= OPEN, shown
    assert set(Shown) - set(rules.OPEN_STATUSES) == {Shown.CLOSED, Shown.ALL}


def test_reasons_at_the_desk_are_reasons_that_exist():
    wish = Wish(region="RA0205")
    offer = Offer(coach_id=1, regions=frozenset({"RA0205"}), kilometres=3, modes=frozenset({Mode.LOCATION}))
    assert {reason.message for reason in fit(wish, offer).reasons} == set(rules.REASONS_AT_THE_DESK)


# -- steps


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        ("confirmed", {"in_progress", "waiting", "withdrawn", "out_of_scope", "duplicate"}),
        ("in_progress", {"waiting", "withdrawn", "unreachable", "out_of_scope", "duplicate"}),
        ("waiting", {"in_progress", "withdrawn", "unreachable", "out_of_scope", "duplicate"}),
        *((status.value, set()) for status in EnrolmentStatus if status not in rules.STEPS),
    ],
)
def test_steps(status, becomes):
    found = {wanted.value for wanted in EnrolmentStatus if rules.may_become(EnrolmentStatus(status), wanted)}
    assert found == becomes
    for wanted in EnrolmentStatus:
        if wanted.value not in becomes:
            with pytest.raises(rules.StepNotPossible):
                rules.check_step(EnrolmentStatus(status), wanted)


def test_unreachable_takes_somebody_who_tried_three_times():
    outcome = Outcome.UNREACHABLE
    with pytest.raises(rules.FirstTakeItOn):
        rules.check_closing(EnrolmentStatus.CONFIRMED, outcome, Tries.MADE)
    for status in (EnrolmentStatus.IN_PROGRESS, EnrolmentStatus.WAITING):
        with pytest.raises(rules.TriesMissing):
            rules.check_closing(status, outcome, Tries.NOT_MADE)
        rules.check_closing(status, outcome, Tries.MADE)
    rules.check_closing(EnrolmentStatus.CONFIRMED, Outcome.WITHDRAWN, Tries.NOT_MADE)


@pytest.mark.parametrize("status", ["matched", "started", "completed", "withdrawn", "submitted"])
def test_only_without_a_coach_can_the_desk_end_it(status):
    for outcome in Outcome:
        with pytest.raises(rules.StepNotPossible):
            rules.check_closing(EnrolmentStatus(status), outcome, Tries.MADE)
    with pytest.raises(rules.StepNotPossible):
        rules.check_without_coach(EnrolmentStatus(status))


@pytest.mark.parametrize("status", list(EnrolmentStatus))
def test_what_is_open_can_go_to_another_region(status):
    if status in OPEN:
        rules.check_move(status, "RA0205", "RA1428")
        with pytest.raises(rules.SameRegion):
            rules.check_move(status, "RA0205", "RA0205")
    else:
        with pytest.raises(rules.StepNotPossible):
            rules.check_move(status, "RA0205", "RA1428")


def test_an_old_page_changes_nothing():
    rules.check_unchanged(3, 3)
    for seen in (2, 4, -1):
        with pytest.raises(rules.MovedOn):
            rules.check_unchanged(seen, 3)
