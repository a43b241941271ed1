"""What is wrong within a line, between lines, and beside what is here; and that then nothing at all is stored."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as times
from portal.access import PORTAL
from portal.audit import AuditEntry
from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment
from portal.evaluations.models import EvaluationAnswer
from portal.imports import actions, mistakes
from portal.imports.models import ImportedRef
from portal.imports.rules import FileName
from portal.published.models import PublishedFigure
from portal.referrals.models import Referral
from portal.sessions.models import Session
from tests import factories
from tests.imports import files

TABLES = (Coach, Enrolment, Session, Referral, EvaluationAnswer, PublishedFigure, ImportedRef, AuditEntry)


@pytest.fixture
def load(db, clock):
    def load(*, dry_run: bool = False, **lines):
        return actions.load(PORTAL, files.files(**lines), now=times.now(), dry_run=dry_run)

    return load


def said(loaded) -> list[tuple]:
    return [(problem.file, problem.line, problem.column, type(problem.error).__name__) for problem in loaded.problems]


def rows() -> dict:
    return {table.__name__: table.select().count() for table in TABLES}


@pytest.mark.parametrize(
    ("name", "line", "column", "error"),
    [
        ("coaches", {"ref": ""}, "ref", "Missing"),
        ("coaches", {"email": "bram@"}, "email", "NotAnAddress"),
        ("coaches", {"programmes": "ecz;zzz"}, "programmes", "UnknownCode"),
        ("coaches", {"capacity": "51"}, "capacity", "NotAWholeNumber"),
        ("coaches", {"regions": "RA0205;XX"}, "regions", "UnknownRegion"),
        ("coaches", {"withdrawn_on": "2019-12-31"}, "withdrawn_on", "BeforeStart"),
        ("coaches", {"withdrawn_on": "2027-01-01"}, "withdrawn_on", "StillToCome"),
        ("coaches", {"withdrawn_reason": "no_time"}, "withdrawn_reason", "WithoutWithdrawal"),
        ("coaches", {"withdrawn_on": "2020-12-31", "withdrawn_reason": "tired"}, "withdrawn_reason", "UnknownCode"),
        ("coaches", {"continued_to": "elsewhere"}, "continued_to", "UnknownCode"),
        ("coaches", {"name": "Bram 111222333"}, "name", "LooksLikeServiceNumber"),
        ("enrolments", {"programme": ""}, "programme", "Missing"),
        ("enrolments", {"enrolled_at": ""}, "enrolled_at", "Missing"),
        ("enrolments", {"enrolled_at": "2027-01-01"}, "enrolled_at", "StillToCome"),
        ("enrolments", {"enrolled_at": "2020-03-29 02:30"}, "enrolled_at", "NoSuchHour"),
        ("enrolments", {"phone": "12"}, "phone", "PhoneNumberTooShort"),
        ("enrolments", {"status": "matched"}, "status", "UnknownCode"),
        ("enrolments", {"status": "withdrawn", "status_on": "2020-04-30"}, "status_on", "BeforeEnrolment"),
        ("enrolments", {"reason": "too_busy"}, "reason", "StillOpen"),
        ("enrolments", {"matched_at": "2020-04-30 10:00"}, "matched_at", "BeforeEnrolment"),
        (
            "enrolments",
            {"matched_at": "2020-05-03 10:00", "first_contact_at": "2020-05-02 10:00"},
            "first_contact_at",
            "BeforeMatch",
        ),
        ("sessions", {"enrolment": "e9"}, "enrolment", "UnknownRef"),
        ("sessions", {"coach": "c9"}, "coach", "UnknownRef"),
        ("sessions", {"coach": ""}, "coach", "NoCoach"),
        ("sessions", {"starts_at": "2020-04-30 10:00"}, "starts_at", "BeforeEnrolment"),
        ("sessions", {"starts_at": "2027-01-01 10:00"}, "starts_at", "StillToCome"),
        ("sessions", {"minutes": "4"}, "minutes", "NotAWholeNumber"),
        ("sessions", {"kind": ""}, "kind", "Missing"),
        ("referrals", {"consent": ""}, "consent", "ConsentMissing"),
        ("referrals", {"destination_class": ""}, "destination_class", "Missing"),
        ("referrals", {"kind": "advice", "destination_class": "urgent"}, "destination_class", "NotUrgentHelp"),
        ("referrals", {"on": "2020-04-30"}, "on", "BeforeEnrolment"),
        ("referrals", {"on": "2027-01-01"}, "on", "StillToCome"),
        ("evaluations", {"answers": "know_strengths:4"}, "answers", "NotAnAnswer"),
        ("evaluations", {"answers": "enough_grip:6"}, "answers", "NotAnAnswer"),
        ("evaluations", {"answers": "enough_grip:4;enough_grip:5"}, "answers", "CodeTwice"),
        ("evaluations", {"answered": "no", "recommend": "9"}, "recommend", "NothingAnswered"),
        ("evaluations", {"answered": ""}, "answered", "Missing"),
        ("evaluations", {"coach_grade": "11"}, "coach_grade", "NotAWholeNumber"),
        ("evaluations", {"comment": "111222333"}, "comment", "LooksLikeServiceNumber"),
        ("published", {"counter": "T99"}, "counter", "UnknownCounter"),
        ("published", {"value": "bijna 700"}, "value", "NotAFigure"),
        ("published", {"period_to": "2020-01-01"}, "period_to", "PeriodReversed"),
        ("published", {"source": ""}, "source", "Missing"),
        ("published", {"qualifier": "zo'n"}, "qualifier", "UnknownCode"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_stored(load, name, line, column, error):
    before = rows()
    usual = {word: {} for word in ("coaches", "enrolments", "sessions", "referrals", "evaluations", "published")}
    loaded = load(**usual | {name: line})
    assert (f"{name}.csv", 2, column, error) in said(loaded)
    assert rows() == before


def test_every_wrong_line_is_named_in_the_order_of_the_files(load):
    loaded = load(
        coaches=[{}, {"ref": "c2", "capacity": "x", "pc4": "x"}],
        enrolments=[{"programme": "x"}, {"ref": "e2", "status": "x"}],
        sessions=[{"enrolment": "e1"}, {"ref": "s2", "enrolment": "e2", "coach": "c2", "minutes": "x"}],
    )
    assert [(file, line, column) for file, line, column, _ in said(loaded)] == [
        ("coaches.csv", 3, "pc4"),
        ("coaches.csv", 3, "capacity"),
        ("enrolments.csv", 2, "programme"),
        ("enrolments.csv", 3, "status"),
        ("sessions.csv", 3, "minutes"),
    ]


@pytest.mark.parametrize("word", ["coaches", "enrolments", "sessions", "referrals"])
def test_a_ref_is_there_once(load, word):
    usual = {name: [{}] for name in ("coaches", "enrolments", "sessions", "referrals")}
    again = {"starts_at": "2020-06-01 10:00"} if word == "sessions" else {}
    loaded = load(**usual | {word: [{}, again]})
    assert (f"{word}.csv", 3, "ref", "RefTwice") in said(loaded)


def test_one_coach_has_one_line(load):
    loaded = load(coaches=[{"email": "Bram@example.org"}, {"ref": "c2", "email": "bram@EXAMPLE.org"}])
    assert said(loaded) == [("coaches.csv", 3, "email", "CoachTwice")]
    assert str(loaded.problems[0].error).startswith("Regel 2 ")


def test_the_same_published_figure_is_there_once(load):
    assert said(load(published=[{}, {}])) == [("published.csv", 3, "", "RowTwice")]


# -- overlaps

TWO = [{}, {"ref": "e2", "email": "ada@example.org"}]


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        ({}, {"starts_at": "2020-05-04 10:30"}, "CoachBusy"),
        ({}, {"starts_at": "2020-05-04 09:01", "status": "no_show"}, "CoachBusy"),
        ({}, {"starts_at": "2020-05-04 10:15", "minutes": "5", "enrolment": "e2"}, "CoachBusy"),
        ({}, {"starts_at": "2020-05-04 10:30", "coach": "c2"}, "ParticipantBusy"),
        ({"status": "planned"}, {"status": "planned"}, "CoachBusy"),
    ],
)
def test_two_activities_at_once_are_refused(load, first, second, error):
    loaded = load(coaches=[{}, {"ref": "c2"}], enrolments=TWO, sessions=[first, {"ref": "s2", **second}])
    assert error in {name for *_, name in said(loaded)}
    assert {line for _, line, _, _ in said(loaded)} <= {2, 3}
    assert any(number in str(loaded.problems[0].error) for number in ("2", "3"))
    assert Session.select().count() == 0


@pytest.mark.parametrize(
    "second",
    [
        {"starts_at": "2020-05-04 11:00"},
        {"starts_at": "2020-05-04 09:00"},
        {"status": "cancelled_participant"},
        {"status": "cancelled_coach"},
        {"status": "cancelled_desk"},
        {"status": "moved"},
        {"coach": "c2", "enrolment": "e2"},
    ],
)
def test_what_frees_the_time_or_follows_on_it_is_no_overlap(load, second):
    loaded = load(coaches=[{}, {"ref": "c2"}], enrolments=TWO, sessions=[{}, {"ref": "s2", **second}])
    assert said(loaded) == []
    assert Session.select().count() == 2


def test_one_person_with_two_enrolments_is_not_in_two_places(load):
    both = [{"email": "ada@example.org"}, {"ref": "e2", "email": "ADA@example.org", "programme": "sijw"}]
    loaded = load(
        coaches=[{}, {"ref": "c2"}],
        enrolments=both,
        sessions=[{}, {"ref": "s2", "enrolment": "e2", "coach": "c2", "starts_at": "2020-05-04 10:45"}],
    )
    assert said(loaded) == [("sessions.csv", 3, "starts_at", "ParticipantBusy")]


def test_an_overlap_with_an_earlier_load_is_refused(load):
    load(coaches={}, enrolments={}, sessions={})
    loaded = load(sessions={"ref": "s2", "starts_at": "2020-05-04 10:59"})
    assert said(loaded) == [
        ("sessions.csv", 2, "starts_at", "CoachBusyHere"),
    ]
    assert said(load(sessions={"ref": "s2", "starts_at": "2020-05-04 11:00"})) == []


def test_an_overlap_with_a_talk_in_the_portal_is_refused(load, people):
    """Bram has a talk with Noor in the portal, and the file says that he, or she, talked with somebody else then."""
    trajectory = factories.trajectory(people.noor, people.bram)
    coming = times.now() + timedelta(days=7)
    block(trajectory, coming)
    here = f"{coming:%Y-%m-%dT%H:%M}Z"
    bram, noor = {"email": "bram@example.org"}, {"email": "noor@example.org"}
    plan = {"starts_at": here, "status": "planned"}
    assert {name for *_, name in said(load(coaches=bram, enrolments={}, sessions=plan))} == {"CoachBusyHere"}
    assert {name for *_, name in said(load(coaches={}, enrolments=noor, sessions=plan))} == {"ParticipantBusyHere"}


def block(trajectory, starts_at: datetime) -> None:
    from portal.availability.models import Block
    from portal.availability.rules import BlockSource

    ends_at = starts_at + timedelta(hours=1)
    Block.create(
        coach=trajectory.coach_id,
        participant=trajectory.participant_id,
        starts_at=starts_at,
        ends_at=ends_at,
        block_starts_at=starts_at,
        block_ends_at=ends_at,
        source=BlockSource.TALK,
    )


# -- all or nothing


def test_a_dry_run_says_what_would_change_and_stores_nothing(load):
    before = rows()
    loaded = load(coaches={}, enrolments=TWO, sessions={}, dry_run=True)
    assert (loaded.counts[FileName.ENROLMENTS].new, loaded.problems) == (2, [])
    assert rows() == before


def test_what_others_stored_meanwhile_is_noticed(load, monkeypatch):
    made = files.files(coaches={}, enrolments={})
    checked = actions.load(PORTAL, made, now=times.now(), dry_run=True)
    load(coaches={"ref": "c7"})
    with pytest.raises(mistakes.OtherLoad):
        actions.store(PORTAL, checked)
    assert Enrolment.select().count() == 0


def test_a_time_that_was_booked_meanwhile_stores_nothing(load, people):
    trajectory = factories.trajectory(people.noor, people.bram)
    made = files.files(
        coaches={"email": "bram@example.org"},
        enrolments={},
        sessions={"status": "planned", "starts_at": "2026-03-09T10:00Z"},
    )
    checked = actions.load(PORTAL, made, now=times.now(), dry_run=True)
    block(trajectory, datetime(2026, 3, 9, 10, 30, tzinfo=UTC))
    before = rows()
    with pytest.raises(mistakes.OtherLoad):
        actions.store(PORTAL, checked)
    assert rows() == before
