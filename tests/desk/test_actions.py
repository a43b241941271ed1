"""The steps of the desk, with what they leave on the timeline and in the audit log."""

import pytest

from portal.access import Role
from portal.audit import AuditEntry
from portal.desk import actions, rules
from portal.desk.rules import Outcome, Tries
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.trajectories.models import Trajectory
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, ZUID_LIMBURG


@pytest.fixture
def wilma(people):
    return factories.actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


@pytest.fixture
def fatima(people):
    return factories.signed_up("Fatima")


def version_of(enrolment):
    return EnrolmentEvent.select().where(EnrolmentEvent.enrolment == enrolment).count()


def history(enrolment):
    rows = EnrolmentEvent.select().where(EnrolmentEvent.enrolment == enrolment).order_by(EnrolmentEvent.id)
    return [(row.kind.value, row.status.value if row.status else None) for row in rows]


def test_the_timeline_tells_every_status_by_the_day(wilma, fatima):
    actions.take_on(wilma, fatima, seen=2, now=START)
    actions.put_on_waiting_list(wilma, fatima, seen=3, now=START)
    actions.take_on(wilma, fatima, seen=4, now=START)
    actions.close_without_coach(wilma, fatima, outcome=Outcome.UNREACHABLE, tries=Tries.MADE, seen=5, now=START)
    assert history(fatima) == [
        ("submitted", None),
        ("confirmed", "confirmed"),
        ("status_set", "in_progress"),
        ("status_set", "waiting"),
        ("status_set", "in_progress"),
        ("closed", "unreachable"),
    ]
    kept = Enrolment.get()
    assert (kept.status, kept.status_at) == (EnrolmentStatus.UNREACHABLE, START)


def test_every_step_is_in_the_audit_log(wilma, fatima):
    actions.take_on(wilma, fatima, seen=2, now=START)
    actions.change_region(wilma, fatima, region=ZUID_LIMBURG, seen=3, now=START)
    actions.close_without_coach(wilma, fatima, outcome=Outcome.DUPLICATE, tries=Tries.NOT_MADE, seen=4, now=START)
    entries = AuditEntry.select().where(AuditEntry.actor_id == wilma.account_id).order_by(AuditEntry.id)
    assert [(entry.event, entry.detail, entry.subject_id) for entry in entries] == [
        ("enrolment.status_set", "in_progress", fatima.id),
        ("enrolment.region_changed", f"{TWENTE} > {ZUID_LIMBURG}", fatima.id),
        ("enrolment.closed", "duplicate", fatima.id),
    ]


@pytest.mark.parametrize("seen", [1, 3, -1])
def test_an_old_page_changes_nothing(wilma, people, fatima, seen):
    coach = factories.bookable_coach(people.bram)
    steps = [
        lambda: actions.take_on(wilma, fatima, seen=seen, now=START),
        lambda: actions.put_on_waiting_list(wilma, fatima, seen=seen, now=START),
        lambda: actions.change_region(wilma, fatima, region=ZUID_LIMBURG, seen=seen, now=START),
        lambda: actions.close_without_coach(
            wilma, fatima, outcome=Outcome.WITHDRAWN, tries=Tries.NOT_MADE, seen=seen, now=START
        ),
        lambda: actions.assign_coach(wilma, fatima, coach=coach.public_id, seen=seen, now=START),
    ]
    for step in steps:
        with pytest.raises(rules.MovedOn):
            step()
    assert len(history(fatima)) == 2
    assert Trajectory.select().count() == 0


def test_assigning_a_coach_matches_once(wilma, people, fatima, mailbox):
    coach = factories.bookable_coach(people.bram)
    made = actions.assign_coach(wilma, fatima, coach=coach.public_id, seen=2, now=START)
    assert (made.coach_id, made.chosen_by, Enrolment.get().status) == (coach.id, "desk", EnrolmentStatus.MATCHED)
    with pytest.raises(rules.MovedOn):
        actions.assign_coach(wilma, fatima, coach=coach.public_id, seen=2, now=START)
    with pytest.raises(rules.StepNotPossible):
        actions.assign_coach(wilma, fatima, coach=coach.public_id, seen=version_of(fatima), now=START)
    assert len(mailbox.to("bram@example.org")) == 1


def test_assigning_takes_a_coach_of_the_programme(wilma, people):
    kees = factories.signed_up("Kees", programme="ecz")
    coach = factories.bookable_coach(people.bram, programmes={"sijw"})
    for public_id in (coach.public_id, "", "nobody"):
        with pytest.raises(rules.CoachNotFree):
            actions.assign_coach(wilma, kees, coach=public_id, seen=2, now=START)


def test_from_the_waiting_list_to_a_coach(wilma, people, fatima):
    actions.put_on_waiting_list(wilma, fatima, seen=2, now=START)
    coach = factories.bookable_coach(people.bram)
    actions.assign_coach(wilma, fatima, coach=coach.public_id, seen=3, now=START)
    assert history(fatima)[-2:] == [("status_set", "waiting"), ("coach_chosen", "matched")]


def test_a_region_changes_without_touching_anything_else(wilma, fatima):
    before = dict(Enrolment.select().dicts().get())
    actions.change_region(wilma, fatima, region=ZUID_LIMBURG, seen=2, now=START)
    after = dict(Enrolment.select().dicts().get())
    assert {name for name in before if before[name] != after[name]} == {"region"}
    assert history(fatima)[-1] == (EventKind.REGION_CHANGED.value, None)
