"""The made-up people are the same for the same moment, of every kind, and lived by the portal's own rules."""

import json
from collections import Counter
from datetime import UTC, datetime

import peewee
import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.accounts.models import Account, Grant
from portal.availability.models import Block
from portal.coaches.models import Coach, Qualification
from portal.coaches.rules import CoachStatus
from portal.db import database, transaction
from portal.demo import actions, rules
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation
from portal.handovers.models import HandoverStep
from portal.matching import queries as matching
from portal.outbox import Mail, MailStatus
from portal.programmes.calendar import is_working_day
from portal.programmes.codes import ProgrammeCode, TalkKind
from portal.referrals.models import Referral
from portal.remarks.models import Remark
from portal.remarks.rules import RemarkState
from portal.sessions.models import Session
from portal.sessions.rules import BLOCKING, SessionStatus
from portal.trajectories.models import Trajectory
from portal.trajectories.queries import running_counts
from portal.trajectories.rules import TrajectoryStatus
from portal.yearly.models import Report
from portal.yearly.rules import ReportState
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE

# Imports and a later feature lead to these; no step of a person does.
NOT_BY_STEPS = {EnrolmentStatus.HANDED_OVER, SessionStatus.MOVED}
OVERLAPS = """SELECT COUNT(*) FROM block one JOIN block other ON one.id < other.id AND one.active AND other.active
              AND (one.coach_id = other.coach_id OR one.participant_id = other.participant_id)
              AND one.block_starts_at < other.block_ends_at AND other.block_starts_at < one.block_ends_at"""


def seen() -> dict[str, list]:
    """Everything that somebody could see of a demo, without the random keys."""
    return {
        "accounts": sorted((a.email, a.first_name, a.last_name, a.created_at) for a in Account.select()),
        "coaches": [(c.status, c.intro, c.capacity, c.pc4, c.themes) for c in Coach.select().order_by(Coach.id)],
        "enrolments": sorted(
            (e.programme, e.region_id, e.pc4 or 0, e.status, e.submitted_at, e.words or "") for e in Enrolment.select()
        ),
        "events": sorted((e.at, e.kind, e.status or "") for e in EnrolmentEvent.select()),
        "talks": sorted(
            (s.starts_at, s.status, s.mode, s.coach.account.email if s.coach else "") for s in Session.select()
        ),
        "trajectories": sorted((t.matched_at, t.status, t.closed_at or START) for t in Trajectory.select()),
        "answers": sorted((a.programme, a.region_id or "", a.coach_grade, a.comment or "") for a in EvaluationAnswer),
        "mails": sorted((m.due_at, m.template, m.recipient) for m in Mail.select()),
    }


class TakenBack(Exception):
    pass


def small_demo(now: datetime) -> dict[str, list]:
    """What a small demo looks like; afterwards the database is as it was."""
    try:
        with transaction():
            assert actions.load(now, participants=20, coaches=8) == {"coaches": 8, "participants": 21, "cast": 9}
            found = seen()
            raise TakenBack
    except TakenBack:
        return found


def test_the_same_moment_makes_the_same_people(db, clock):
    assert small_demo(START) == small_demo(START)
    assert Account.select().count() == 0


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 1, 1, 0, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    ],
)
def test_any_day_will_do(db, clock, now):
    clock.move_to(now)
    found = small_demo(now)
    assert all(at <= now for at, *_ in found["events"])
    assert any(starts_at > now for starts_at, *_ in found["talks"])


def test_broken_off_leaves_nobody_behind(db, clock):
    """Else the next start would keep half a demo: here one of the last addresses is taken."""
    factories.account("Coach", Role.COACH, rules.TWENTE, address="coach.5@example.org")
    with pytest.raises(peewee.IntegrityError):
        actions.load(START, participants=5, coaches=8)
    assert [account.email for account in Account.select()] == ["coach.5@example.org"]
    assert Coach.select().count() == 0


# -- the whole demo


def test_everybody_is_there(demo):
    assert Coach.select().count() == rules.COACHES
    confirmed = Enrolment.select().where(Enrolment.enrolled_at.is_null(False), Enrolment.tally_person.is_null())
    participants = Grant.select().where(Grant.role == Role.PARTICIPANT).count()
    assert len({enrolment.participant_id for enrolment in confirmed}) == participants
    assert Enrolment.select().count() >= rules.PARTICIPANTS
    assert len({coach_region for (coach_region,) in regions_of_coaches()}) == 28


def regions_of_coaches():
    return database.execute_sql("SELECT DISTINCT region_id FROM coach_region").fetchall()


@pytest.mark.parametrize(
    ("table", "statuses"),
    [
        (Enrolment, set(EnrolmentStatus) - NOT_BY_STEPS),
        (Session, set(SessionStatus) - NOT_BY_STEPS),
        (Trajectory, set(TrajectoryStatus)),
        (Coach, set(CoachStatus)),
    ],
)
def test_every_state_is_there(demo, table, statuses):
    assert {row.status for row in table.select(table.status)} == statuses


def test_talks_lie_over_three_months_and_some_are_to_come(demo):
    months = {(s.starts_at.year, s.starts_at.month) for s in Session.select() if s.status == SessionStatus.HELD}
    assert len(months) >= 3
    coming = [s for s in Session.select() if s.starts_at > START]
    assert len(coming) > 20
    assert {s.status for s in coming} <= {
        SessionStatus.PLANNED,
        SessionStatus.CANCELLED_PARTICIPANT,
        SessionStatus.CANCELLED_COACH,
        SessionStatus.CANCELLED_DESK,
    }


def test_no_time_is_taken_twice_and_time_is_taken_exactly_while_the_status_blocks(demo):
    assert database.execute_sql(OVERLAPS).fetchone()[0] == 0
    talks = Session.select(Session, Block).join(Block)
    assert all(talk.block.active == (talk.status in BLOCKING) for talk in talks)


def test_nobody_has_more_people_than_they_said(demo):
    coaches = list(Coach.select())
    running = running_counts(coaches)
    assert all(running.get(coach.id, 0) <= coach.capacity for coach in coaches)
    gone = [coach.id for coach in coaches if coach.status in (CoachStatus.WITHDRAWN, CoachStatus.APPLIED)]
    assert not set(gone) & set(running)


def test_nothing_has_happened_yet_that_is_to_come(demo):
    assert EnrolmentEvent.select().where(EnrolmentEvent.at > START).count() == 0
    assert (
        Trajectory.select().where((Trajectory.closed_at > START) | (Trajectory.first_contact_at > START)).count() == 0
    )
    assert Session.select().where((Session.outcome_at > START) | (Session.booked_at > START)).count() == 0
    assert Referral.select().where(Referral.referred_on > START.date()).count() == 0
    assert Qualification.select().where(Qualification.checked_at > START).count() == 0


def test_what_happened_did_so_in_order(demo):
    for trajectory in Trajectory.select(Trajectory, Enrolment).join(Enrolment):
        steps = [
            trajectory.enrolment.submitted_at,
            trajectory.enrolment.enrolled_at,
            trajectory.matched_at,
            trajectory.first_contact_at,
            trajectory.closed_at,
        ]
        assert [at for at in steps if at] == sorted(at for at in steps if at), trajectory.public_id
    for talk in Session.select(Session, Trajectory).join(Trajectory):
        assert talk.trajectory.matched_at <= talk.booked_at < talk.starts_at


def test_figures_can_be_shown_in_one_region_and_are_protected_elsewhere(demo):
    answers = Counter((a.programme, a.region_id) for a in EvaluationAnswer.select())
    assert max(answers.values()) >= 10
    assert min(answers.values()) < 10
    assert len([n for n in answers.values() if n < 10]) > 10
    assert EvaluationInvitation.select().where(EvaluationInvitation.answered == False).count() > 0  # noqa: E712


def test_people_wrote_all_kinds_of_things_and_some_of_it_is_quoted(demo):
    remarks = list(Remark.select())
    assert len({remark.text for remark in remarks}) > 10
    quotes = [remark.quote for remark in remarks if remark.state == RemarkState.APPROVED]
    assert len(quotes) == len({*quotes}) >= 6
    locked = Report.get(Report.state == ReportState.LOCKED)
    assert len(json.loads(locked.content)["quotes"]) >= 3
    assert any(remark.state == RemarkState.NEW for remark in remarks)


def test_handovers_are_made_while_offices_are_open(demo):
    moments = [portal_clock.local(step.at) for step in HandoverStep.select()]
    assert len(moments) > 5
    assert all(is_working_day(moment.date()) and 9 <= moment.hour < 17 for moment in moments)


def test_mails_of_the_past_are_sent_and_can_be_read(demo):
    statuses = Counter(mail.status for mail in Mail.select(Mail.status))
    assert set(statuses) == {MailStatus.SENT}
    assert Mail.select().where(Mail.content_sealed.is_null()).count() == 0
    assert Mail.select().where(Mail.sent_at > START).count() == 0


@pytest.mark.parametrize("programme", ProgrammeCode)
def test_somebody_new_where_the_cast_lives_has_coaches_to_choose_from(demo, programme):
    somebody = Enrolment.select().where(Enrolment.region == TWENTE, Enrolment.programme == programme).first()
    assert len(matching.proposals(somebody, now=portal_clock.now(), region=TWENTE)) == 3


def test_some_get_acquainted_first(demo):
    begun = Session.select().where(Session.kind == TalkKind.INTRO)
    assert {session.status for session in begun} >= {SessionStatus.HELD, SessionStatus.PLANNED}
    assert {session.minutes for session in begun} == {30}
