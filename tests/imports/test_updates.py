"""The same again changes nothing, a changed line changes what it says, and what happened in the portal since stays."""

from datetime import date, timedelta

import pytest

from portal import clock as times
from portal.access import PORTAL, Actor, Role
from portal.accounts.models import Account, Grant
from portal.availability.models import Block
from portal.coaches.models import Coach, CoachRegion
from portal.coaches.rules import CoachStatus
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.evaluations import actions as evaluations
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation
from portal.imports import actions
from portal.imports.models import ImportedRef
from portal.migrating import all_tables
from portal.outbox import Mail
from portal.published.models import PublishedFigure
from portal.referrals.models import Referral
from portal.reminders import actions as reminders
from portal.sessions.models import Session
from portal.trajectories import actions as trajectories
from portal.trajectories.models import FormerCoach, Trajectory
from portal.trajectories.rules import ChosenBy, TrajectoryStatus
from tests import factories
from tests.counting.rows import at
from tests.imports import files

ADA = {"first_name": "Ada", "last_name": "Bos", "email": "ada@example.org", "phone": "06 12345678"}
ALL = {
    "coaches": [{"email": "bram@example.org", "regions": "RA0205;RA1428", "capacity": "3"}, {"ref": "c2"}],
    "enrolments": [{**ADA, "themes": "stress", "matched_at": "2020-05-01 12:00"}, {"ref": "e2"}],
    "sessions": [{}, {"ref": "s2", "starts_at": "2020-05-11 10:00"}],
    "referrals": {},
    "evaluations": [{"coach_grade": "8", "answers": "enough_grip:4", "comment": "Fijn"}, {"answered": "no"}],
    "published": {},
}


@pytest.fixture
def load(db, clock):
    def load(**lines):
        loaded = actions.load(PORTAL, files.files(**lines), now=times.now(), dry_run=False)
        assert loaded.problems == []
        return loaded

    return load


def everything() -> dict[str, list]:
    """All that is stored, but the log of who loaded what."""
    tables = [table for table in all_tables() if table.__name__ not in ("AuditEntry", "Heartbeat", "Place")]
    return {table.__name__: sorted(map(repr, table.select().tuples())) for table in tables}


def row_of(kind: str, ref: str) -> int:
    return ImportedRef.get(ImportedRef.kind == kind, ImportedRef.ref == ref).row_id


def enrolment(ref: str = "e1") -> Enrolment:
    return Enrolment.get_by_id(row_of("enrolment", ref))


def session(ref: str = "s1") -> Session:
    return Session.get_by_id(row_of("session", ref))


def trajectory(ref: str = "e1") -> Trajectory:
    return Trajectory.get(Trajectory.enrolment == row_of("enrolment", ref))


def story(ref: str = "e1") -> list[tuple]:
    events = EnrolmentEvent.select().where(EnrolmentEvent.enrolment == row_of("enrolment", ref))
    return [(e.at, e.kind, e.status) for e in events.order_by(EnrolmentEvent.at, EnrolmentEvent.id)]


# -- what a load makes


def test_an_enrolment_with_talks_becomes_a_trajectory_with_a_timeline(load):
    load(**ALL)
    coach, one, ours = Coach.get_by_id(row_of("coach", "c1")), enrolment(), trajectory()
    assert (one.status, one.status_at, one.enrolled_at) == (
        EnrolmentStatus.STARTED,
        at("2020-05-04", 10),
        at("2020-05-01", 9),
    )
    assert story() == [
        (at("2020-05-01", 9), EventKind.STATUS_SET, EnrolmentStatus.CONFIRMED),
        (at("2020-05-01", 12), EventKind.COACH_CHOSEN, EnrolmentStatus.MATCHED),
        (at("2020-05-04", 10), EventKind.TALK_HELD, EnrolmentStatus.STARTED),
    ]
    assert all(event.imported for event in EnrolmentEvent.select())
    assert (ours.coach_id, ours.participant_id, ours.status) == (coach.id, one.participant_id, TrajectoryStatus.ONGOING)
    assert (ours.matched_at, ours.closed_at) == (at("2020-05-01", 12), None)
    block = session().block
    assert (block.coach_id, block.participant_id) == (coach.id, one.participant_id)
    assert (block.block_starts_at, block.block_ends_at) == (at("2020-05-04", 10), at("2020-05-04", 11))
    assert [theme.theme for theme in EnrolmentTheme.select()] == ["stress"]
    assert (one.participant.name, one.participant.phone) == ("Ada Bos", "+31612345678")


def test_a_coach_waits_for_the_desk_to_check_the_proof(load):
    gone = {"withdrawn_on": "2020-10-01"}
    load(coaches=[*ALL["coaches"], {"ref": "c3", **gone}, {"ref": "c4", "blocked_on": "2020-10-01", **gone}])
    status = {ref: Coach.get_by_id(row_of("coach", ref)).status for ref in ("c1", "c2", "c3", "c4")}
    assert status == {
        "c1": CoachStatus.APPLIED,
        "c2": CoachStatus.APPLIED,
        "c3": CoachStatus.WITHDRAWN,
        "c4": CoachStatus.BLOCKED,
    }
    assert [(grant.account.email, grant.role) for grant in Grant.select()] == [("bram@example.org", Role.COACH)]
    regions = CoachRegion.select().where(CoachRegion.coach == row_of("coach", "c1")).order_by(CoachRegion.region)
    assert [row.region_id for row in regions] == ["RA0205", "RA1428"]


@pytest.mark.parametrize(
    ("line", "region", "derived"),
    [
        ({"region": "", "pc4": "7511"}, "RA0205", "RA0205"),
        ({"region": "RA1428", "pc4": "7511"}, "RA1428", "RA0205"),
        ({"region": "RA1428"}, "RA1428", None),
        ({"region": "", "pc4": "1114"}, None, None),
        ({"region": ""}, None, None),
    ],
)
def test_a_region_wins_over_a_postcode(load, line, region, derived):
    load(enrolments=line)
    assert (enrolment().region_id, enrolment().region_derived_id) == (region, derived)


@pytest.mark.parametrize(
    ("line", "status", "closed", "ongoing"),
    [
        ({"status": "completed", "reason": "goal_reached"}, EnrolmentStatus.COMPLETED, "completed", False),
        ({"status": "stopped", "reason": "no_click"}, EnrolmentStatus.STOPPED, "stopped", False),
        ({"status": "handed_over"}, EnrolmentStatus.HANDED_OVER, "stopped", False),
        ({"status": "waiting"}, EnrolmentStatus.WAITING, "ongoing", True),
        ({}, EnrolmentStatus.STARTED, "ongoing", True),
    ],
)
def test_a_status_of_the_registration_has_the_last_word(load, line, status, closed, ongoing):
    load(coaches={}, enrolments={**line, "status_on": "2020-05-10"}, sessions=ALL["sessions"])
    assert (enrolment().status, trajectory().status) == (status, closed)
    assert (trajectory().closed_at is None) == ongoing
    assert enrolment().status_at == (at("2020-05-10", 0) if line else at("2020-05-04", 10))


def test_talks_with_two_coaches_are_one_trajectory_with_a_former_coach(load):
    load(
        coaches=ALL["coaches"],
        enrolments={},
        sessions=[{}, {"ref": "s2", "coach": "c2", "starts_at": "2020-06-01 10:00"}],
    )
    former = FormerCoach.get()
    assert (trajectory().coach_id, former.coach_id) == (row_of("coach", "c2"), row_of("coach", "c1"))
    assert (former.matched_at, former.ended_at) == (at("2020-05-04", 10), at("2020-06-01", 10))


def test_an_activity_without_a_coach_is_with_the_coach_of_the_talks(load):
    load(coaches={}, enrolments={}, sessions={})
    load(sessions=[{"ref": "w", "kind": "workshop", "coach": "", "starts_at": "2020-06-01 10:00"}])
    assert session("w").coach_id == row_of("coach", "c1")


def test_a_coupling_without_a_known_coach_is_for_the_desk(load):
    load(enrolments={"matched_at": "2020-05-02 10:00"})
    assert enrolment().status == EnrolmentStatus.CONFIRMED
    assert Trajectory.select().count() == 0


def test_the_same_confirmed_address_is_one_person(load, people):
    """A person is one: with who is here already, and within a file, however it is written; name and number stay."""
    noor = people.noor
    load(enrolments=[{"email": "Noor@EXAMPLE.org", "first_name": "N."}, {"ref": "e2", "email": "noor@example.org"}])
    assert {enrolment("e1").participant_id, enrolment("e2").participant_id} == {noor.id}
    assert Account.get_by_id(noor.id).first_name == "Noor"


def test_two_people_without_an_address_are_two(load):
    same = {"first_name": "Ada", "phone": "0612345678"}
    load(enrolments=[same, {"ref": "e2", **same}, {"ref": "e3"}, {"ref": "e4"}])
    assert enrolment("e1").participant_id != enrolment("e2").participant_id
    assert (enrolment("e3").participant_id, enrolment("e4").participant_id) == (None, None)


def test_answers_lead_back_to_nobody_and_count(load):
    load(evaluations=ALL["evaluations"])
    answer = EvaluationAnswer.get()
    assert (answer.coach_grade, answer.answers, answer.comment) == (8, "enough_grip:4", "Fijn")
    assert [(i.trajectory_id, i.answered) for i in EvaluationInvitation.select().order_by(EvaluationInvitation.id)] == [
        (None, True),
        (None, False),
    ]
    assert ImportedRef.select().count() == 0


# -- again


def test_the_same_again_changes_nothing_at_all(load, clock):
    load(**ALL)
    before = everything()
    clock.shift(timedelta(days=1))
    again = load(**ALL)
    assert everything() == before
    assert {(counts.new, counts.changed) for counts in again.counts.values()} == {(0, 0)}


def test_an_evaluations_file_in_another_dress_is_still_the_same_batch(load):
    load(evaluations=ALL["evaluations"])
    made = files.files(evaluations=ALL["evaluations"])
    dressed = {name: b"\xef\xbb\xbf" + written.replace(b"\n", b"\r\n") for name, written in made.items()}
    actions.load(PORTAL, dressed, now=times.now(), dry_run=False)
    assert EvaluationInvitation.select().count() == 2
    load(evaluations=ALL["evaluations"][:1])
    assert EvaluationInvitation.select().count() == 3


@pytest.mark.parametrize(
    ("word", "line", "changed"),
    [
        ("coaches", {"name": "Bart Bos"}, lambda: Coach.get_by_id(row_of("coach", "c1")).name == "Bart Bos"),
        ("coaches", {"capacity": "7"}, lambda: Coach.get_by_id(row_of("coach", "c1")).capacity == 7),
        (
            "coaches",
            {"withdrawn_on": "2020-10-01"},
            lambda: Coach.get_by_id(row_of("coach", "c1")).withdrawn_on == date(2020, 10, 1),
        ),
        ("enrolments", {"branch": "vvt"}, lambda: enrolment().branch == "vvt"),
        ("enrolments", {"region": "RA1428"}, lambda: enrolment().region_id == "RA1428"),
        ("enrolments", {"themes": "role"}, lambda: [t.theme for t in EnrolmentTheme.select()] == ["role"]),
        ("enrolments", {"programme": "sijw"}, lambda: trajectory().programme == "sijw"),
        ("enrolments", {"matched_at": "2020-05-02 12:00"}, lambda: trajectory().matched_at == at("2020-05-02", 12)),
        ("enrolments", {"status": "stopped"}, lambda: trajectory().status == TrajectoryStatus.STOPPED),
        ("sessions", {"minutes": "90"}, lambda: session().block.ends_at == at("2020-05-04", 11, 30)),
        ("sessions", {"status": "moved"}, lambda: (session().block_id, Block.select().count()) == (None, 0)),
        ("sessions", {"status": "no_show"}, lambda: enrolment().status == EnrolmentStatus.MATCHED),
        ("sessions", {"starts_at": "2020-06-04 10:00"}, lambda: enrolment().status_at == at("2020-06-04", 10)),
        ("sessions", {"enrolment": "e2"}, lambda: session().trajectory_id == trajectory("e2").id),
        ("sessions", {"coach": "c2"}, lambda: trajectory().coach_id == row_of("coach", "c2")),
        ("referrals", {"status": "sent"}, lambda: Referral.get().status == "sent"),
        ("published", {"value": "42"}, lambda: [row.value for row in PublishedFigure.select()] == [42]),
    ],
)
def test_a_changed_line_is_changed_and_never_added(load, word, line, changed):
    first = {
        **ALL,
        "coaches": [{}, {"ref": "c2"}],
        "enrolments": [{}, {"ref": "e2"}],
        "sessions": [{}],
        "referrals": [{}],
    }
    load(**first)
    before = {name: len(rows) for name, rows in everything().items()}
    load(**{word: line})
    assert changed()
    after = {name: len(rows) for name, rows in everything().items()}
    same = ("Coach", "Enrolment", "Session", "Referral", "ImportedRef", "PublishedFigure")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_talks_can_change_places(load):
    load(coaches={}, enrolments={}, sessions=ALL["sessions"])
    load(sessions=[{"starts_at": "2020-05-11 10:00"}, {"ref": "s2", "starts_at": "2020-05-04 10:00"}])
    assert session("s2").starts_at == at("2020-05-04", 10)
    assert Block.select().count() == 2


def test_a_name_changes_when_the_file_changes_it(load):
    load(enrolments=ADA)
    Account.update(first_name="Adje").execute()
    load(enrolments={**ADA, "branch": "vvt"})
    assert enrolment().participant.first_name == "Adje"
    load(enrolments={**ADA, "branch": "vvt", "last_name": "Bosch"})
    assert enrolment().participant.name == "Ada Bosch"


def test_another_address_is_another_person_with_all_talks(load):
    load(coaches={}, enrolments=ADA, sessions={})
    load(enrolments={**ADA, "email": "bea@example.org", "first_name": "Bea"})
    bea = Account.get(Account.email == "bea@example.org")
    owners = {enrolment().participant_id, trajectory().participant_id, session().participant_id}
    assert owners | {session().block.participant_id} == {bea.id}
    assert Account.get(Account.email == "ada@example.org").first_name == "Ada"


# -- what goes on in the portal


def test_what_was_done_in_the_portal_since_stays(load, clock):
    load(coaches={}, enrolments={}, sessions={})
    clock.shift(timedelta(days=1))
    trajectories.close(PORTAL, trajectory(), reason="ill", now=times.now())
    closed = story()
    load(enrolments={"branch": "vvt", "status": "waiting", "status_on": "2020-06-01"})
    assert enrolment().branch == "vvt"
    assert (enrolment().status, trajectory().status) == (EnrolmentStatus.STOPPED, TrajectoryStatus.STOPPED)
    assert story()[-1] == closed[-1]
    assert EnrolmentStatus.WAITING in {status for _, _, status in story()}


def test_a_coach_of_the_portal_keeps_their_own_profile(load, people):
    coach = factories.checked_coach(people.bram)
    load(coaches={"email": "bram@example.org", "themes": "role", "capacity": "1", "withdrawn_on": "2021-01-01"})
    kept = Coach.get_by_id(coach.id)
    assert (kept.capacity, kept.withdrawn_on, kept.status) == (coach.capacity, None, CoachStatus.AVAILABLE)
    assert kept.available_from == date(2020, 1, 1)


def test_who_was_erased_stays_erased(load):
    load(coaches={}, enrolments=ADA, sessions={}, referrals={})
    Enrolment.delete().execute()
    load(enrolments={**ADA, "branch": "vvt"}, sessions={"minutes": "30"}, referrals={"status": "sent"})
    assert (Enrolment.select().count(), Session.select().count(), Referral.select().count()) == (0, 0, 0)


# -- nobody hears of it


def test_nobody_is_mailed_about_what_was_over(load, clock):
    """Not by the load, and not by the jobs afterwards: no reminder, no question how it went, no evaluation."""
    today, yesterday = times.local_day(times.now()), times.local_day(times.now() - timedelta(days=1))
    load(
        coaches={"email": "bram@example.org"},
        enrolments=[
            {**ADA, "status": "completed", "reason": "goal_reached", "status_on": f"{yesterday}"},
            {**ADA, "ref": "e2", "email": "bea@example.org"},
        ],
        sessions=[
            {"starts_at": f"{yesterday} 10:00"},
            {"ref": "s2", "enrolment": "e2", "starts_at": f"{yesterday} 12:00", "status": "planned"},
        ],
    )
    for _ in range(4):
        reminders.remind(now=times.now())
        evaluations.invite_closed(now=times.now())
        clock.shift(timedelta(hours=20))
    assert Mail.select().count() == 0
    assert today > yesterday


def test_who_is_closed_in_the_portal_afterwards_is_asked(load, clock):
    load(coaches={}, enrolments=ADA, sessions={})
    clock.shift(timedelta(days=1))
    trajectories.close(PORTAL, trajectory(), reason="goal_reached", now=times.now())
    assert evaluations.invite_closed(now=times.now()) == 1


def test_a_talk_to_come_is_reminded_of(load, clock):
    """That one is not over: people count on it."""
    load(
        coaches={"email": "bram@example.org"},
        enrolments=ADA,
        sessions={"starts_at": "2026-03-06 15:00", "status": "planned"},
    )
    clock.shift(timedelta(days=2, hours=5))
    reminders.remind(now=times.now())
    assert {Mail.get_by_id(mail.id).recipient for mail in Mail.select()} == {"ada@example.org", "bram@example.org"}


def test_nobody_without_an_address_is_mailed(load, clock):
    load(coaches={}, enrolments={"first_name": "Ada"}, sessions={"starts_at": "2026-03-06 15:00", "status": "planned"})
    clock.shift(timedelta(days=2, hours=5))
    reminders.remind(now=times.now())
    assert {mail.status for mail in Mail.select()} <= {"unaddressed"}


def test_who_is_loaded_can_sign_up_and_be_coupled_as_everybody(load, people, clock):
    load(enrolments=ADA)
    coach = factories.checked_coach(people.bram)
    actor = Actor(account_id=enrolment().participant_id, roles=frozenset({Role.PARTICIPANT}))
    trajectories.couple(actor, enrolment=enrolment(), coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=times.now())
    enrolments.note(enrolment(), EventKind.CONTACTED, actor=actor, now=times.now())
    load(coaches={"ref": "c9"}, sessions={"coach": "c9"})
    assert (trajectory().coach_id, session().coach_id) == (coach.id, row_of("coach", "c9"))
