"""Before and after are joined by a key alone, and once it is destroyed nothing leads back."""

from datetime import date, timedelta

import pytest

from portal import clock as portal_clock
from portal.audit import AuditEntry
from portal.crypto import SealBroken
from portal.db import database, on_postgres
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations import actions as evaluations
from portal.evaluations.models import EvaluationInvitation
from portal.evaluations.rules import Answers
from portal.measures import actions, queries, rules
from portal.measures.models import Measure, MeasureKey, StartAnswer
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.queries import in_use
from portal.questionnaires.rules import Occasion
from tests import factories
from tests.factories import TWENTE
from tests.racing import at_once

BEFORE = {"work_joy": ("5",), "career_grip": ("4",), "other_work": ("na",)}
AFTER = {"work_joy": ("8",), "step_known": ("5",)}
SIXTY_DAYS = timedelta(days=60)


def now():
    return portal_clock.now()


def version():
    return in_use(ProgrammeCode.SIJW, Occasion.START)


def begun(enrolment, values=BEFORE):
    actions.begin(enrolment, version(), values, now=now())
    return enrolment


@pytest.fixture
def invitation(people):
    """Of somebody who answered at the start and was asked at the end."""
    trajectory = factories.closed_trajectory(people.noor, people.bram)
    begun(trajectory.enrolment)
    evaluations.invite_closed(now=now())
    return EvaluationInvitation.get()


def answer(invitation, again=AFTER):
    evaluations.give_answer(invitation, Answers(8, 8, again=again), now=now())


def measured():
    return [(row.before, row.after, row.month) for row in Measure.select()]


# -- the start


def test_begin_keeps_the_answers_apart_from_the_person(db, clock):
    enrolment = begun(factories.sent_sign_up("Fatima"))
    [start] = StartAnswer.select()
    assert (start.programme, start.region_id, start.month) == ("sijw", TWENTE, date(2026, 3, 1))
    assert (start.questionnaire, start.answers) == (version(), "work_joy:5;career_grip:4;other_work:na")
    [key] = MeasureKey.select()
    assert (key.enrolment, key.key) == (enrolment, start.public_id)
    assert start.public_id.encode() not in bytes(key.key_sealed)


def test_begin_is_for_once(db, clock):
    enrolment = begun(factories.sent_sign_up("Fatima"))
    with pytest.raises(rules.AlreadyMeasured):
        begun(enrolment, AFTER)
    assert [start.answers for start in StartAnswer] == ["work_joy:5;career_grip:4;other_work:na"]


def test_of_many_who_begin_at_once_one_does(db, clock):
    enrolment = factories.sent_sign_up("Fatima")
    at_once(lambda number: begun(enrolment), times=8)
    assert StartAnswer.select().count() == MeasureKey.select().count() == 1


def test_nothing_is_audited(db, clock):
    enrolment = factories.sent_sign_up("Fatima")
    before = AuditEntry.select().count()
    begun(enrolment)
    assert AuditEntry.select().count() == before


# -- the end


def test_the_same_questions_are_asked_again_in_the_version_of_then(invitation, people):
    asked = queries.asked_again(invitation.trajectory)
    assert [q.code for q in asked] == ["work_joy", "career_grip", "strengths_known", "step_known", "other_work"]
    other = factories.closed_trajectory(factories.account("Sanne", factories.Role.PARTICIPANT), people.bram)
    assert queries.asked_again(other) == []


def test_the_second_measure_joins_and_destroys_the_key(invitation):
    answer(invitation)
    assert measured() == [("work_joy:5;career_grip:4;other_work:na", "work_joy:8;step_known:5", date(2026, 3, 1))]
    assert MeasureKey.select().count() == StartAnswer.select().count() == 0


def test_who_skips_the_second_measure_leaves_the_first_alone(invitation):
    answer(invitation, again={})
    assert measured() == [("work_joy:5;career_grip:4;other_work:na", "", date(2026, 3, 1))]
    assert MeasureKey.select().count() == 0


def test_who_skipped_the_start_leaves_nothing(people):
    factories.closed_trajectory(people.noor, people.bram)
    evaluations.invite_closed(now=now())
    answer(EvaluationInvitation.get(), again=AFTER)
    assert Measure.select().count() == 0


def test_nothing_that_remains_leads_back(people):
    """No key, no reference to a person, and rows in the order of keys that were never anywhere else."""
    keys = set()
    for number in range(12):
        participant = factories.account(f"Deelnemer{number}", factories.Role.PARTICIPANT)
        begun(factories.closed_trajectory(participant, people.bram).enrolment)
        keys |= {start.public_id for start in StartAnswer}
    evaluations.invite_closed(now=now())
    for invitation in EvaluationInvitation.select():
        answer(invitation)
    rows = "SELECT public_id FROM measure" + (" ORDER BY ctid" if on_postgres() else "")
    stored = [key for (key,) in database.execute_sql(rows).fetchall()]
    assert len(stored) == 12
    assert stored == sorted(stored)
    assert not set(stored) & keys
    references = {field.rel_model.__name__ for field in Measure._meta.refs}
    assert references == {"Region", "Questionnaire"}
    assert {field.name for field in Measure._meta.sorted_fields} == {
        "public_id", "programme", "region", "month", "questionnaire", "before", "after",
    }  # fmt: skip
    if on_postgres():
        assert len(database.execute_sql("SELECT DISTINCT xmin::text FROM measure").fetchall()) == 1


# -- destroying


def test_keys_are_destroyed_sixty_days_after_closing(invitation, clock):
    clock.shift(SIXTY_DAYS - timedelta(minutes=1))
    assert actions.destroy_keys(now=now()) == 0
    assert MeasureKey.select().count() == 1
    clock.shift(timedelta(minutes=1))
    assert actions.destroy_keys(now=now()) == 1
    assert MeasureKey.select().count() == StartAnswer.select().count() == 0
    assert measured() == [("work_joy:5;career_grip:4;other_work:na", "", date(2026, 3, 1))]
    assert actions.destroy_keys(now=now()) == 0


def test_keys_of_running_trajectories_and_waiting_people_stay(people, clock):
    begun(factories.trajectory(people.noor, people.bram).enrolment)
    begun(factories.signed_up("Fatima"))
    clock.shift(timedelta(days=400))
    assert actions.destroy_keys(now=now()) == 0
    assert StartAnswer.select().count() == 2


@pytest.mark.parametrize("status", [EnrolmentStatus.WITHDRAWN, EnrolmentStatus.UNREACHABLE, EnrolmentStatus.DUPLICATE])
def test_keys_go_too_when_an_enrolment_ended_without_a_coach(db, clock, status):
    enrolment = begun(factories.signed_up("Fatima"))
    Enrolment.update(status=status, status_at=now()).where(Enrolment.id == enrolment.id).execute()
    clock.shift(SIXTY_DAYS)
    assert actions.destroy_keys(now=now()) == 1
    assert len(measured()) == 1


def test_what_was_never_confirmed_goes_with_the_sign_up(db, clock):
    begun(factories.sent_sign_up("Fatima"))
    kept = begun(factories.signed_up("Lotte"))
    clock.shift(timedelta(days=7))
    enrolments.erase_unconfirmed(now=now())
    assert actions.destroy_keys(now=now()) == 0
    assert [key.enrolment_id for key in MeasureKey] == [kept.id]
    assert StartAnswer.select().count() == 1
    assert Measure.select().count() == 0


def test_two_workers_destroy_each_key_once(people, clock):
    for number in range(5):
        participant = factories.account(f"Deelnemer{number}", factories.Role.PARTICIPANT)
        begun(factories.closed_trajectory(participant, people.bram).enrolment)
    clock.shift(SIXTY_DAYS)
    done = at_once(lambda number: actions.destroy_keys(now=now()), times=2)
    assert sum(done) == 5
    assert Measure.select().count() == 5


def test_a_key_opens_in_its_own_row_only(db, clock):
    first, second = begun(factories.sent_sign_up("Fatima")), begun(factories.sent_sign_up("Lotte"))
    sealed = MeasureKey.get(enrolment=first).key_sealed
    MeasureKey.update(key_sealed=sealed).where(MeasureKey.enrolment == second.id).execute()
    with pytest.raises(SealBroken):
        assert MeasureKey.get(enrolment=second).key
