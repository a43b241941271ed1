"""Who is asked and how, that an answer leads back to nobody, and when a coach's grades are counted."""

import random
from datetime import UTC, date, datetime, timedelta

import peewee
import pytest

from portal import clock as portal_clock
from portal.access import Actor, Role
from portal.accounts.models import Account
from portal.accounts.rules import LooksLikeServiceNumber
from portal.audit import AuditEntry
from portal.crypto import digest
from portal.db import database, on_postgres
from portal.enrolments.models import EnrolmentEvent
from portal.enrolments.rules import EventKind
from portal.evaluations import actions, queries, rules
from portal.evaluations.models import (
    CoachGrade,
    EvaluationAnswer,
    EvaluationDraft,
    EvaluationInvitation,
    PendingCoachGrade,
)
from portal.evaluations.rules import Agreement, Answers, Statement
from portal.outbox import Mail, MailStatus
from portal.programmes.codes import CloseReason, Outcome, ProgrammeCode, TalkKind
from portal.sessions.rules import SessionStatus
from portal.trajectories import actions as trajectories
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG

TELLING_WORDS = ("coach", "mentaal", "trauma", "loopbaan", "mental", "career", "zorg")
FULL = Answers(
    coach_grade=9,
    trajectory_grade=7,
    agreements={Statement.KNOW_STRENGTHS: Agreement.FIVE, Statement.MORE_JOY: Agreement.NOT_APPLICABLE},
    outcomes=frozenset({Outcome.TRAINING, Outcome.UNKNOWN}),
    recommend=10,
    comment="Ik durf weer.",
    quote_consent=True,
)


def now():
    return portal_clock.now()


def invited(participant, coach, **facts):
    """Somebody who got the mail, with their invitation."""
    trajectory = factories.closed_trajectory(participant, coach, **facts)
    actions.invite_closed(now=now())
    return EvaluationInvitation.get(trajectory=trajectory)


def many_invited(coach, number, **facts):
    people = [factories.account(f"Deelnemer{n}", Role.PARTICIPANT) for n in range(number)]
    return [invited(person, coach, **facts) for person in people]


# -- asking


def test_invite_closed_asks_once(people, mailbox):
    trajectory = factories.closed_trajectory(people.noor, people.bram)
    assert actions.invite_closed(now=now()) == 1
    assert actions.invite_closed(now=now()) == 0
    invitation = EvaluationInvitation.get()
    assert (invitation.trajectory_id, invitation.coach_id, invitation.region_id) == (
        trajectory.id,
        trajectory.coach_id,
        TWENTE,
    )
    assert invitation.closed_month == date(2026, 3, 1)
    assert invitation.expires_at == now() + timedelta(days=30)
    assert len(mailbox.to(people.noor.email)) == 1
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.EVALUATION_INVITED).count() == 1


def test_invite_closed_leaves_running_trajectories_alone(people):
    factories.talk(factories.trajectory(people.noor, people.bram))
    assert actions.invite_closed(now=now()) == 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (SessionStatus.NO_SHOW, TalkKind.TALK),
        (SessionStatus.CANCELLED_COACH, TalkKind.TALK),
        (SessionStatus.HELD, TalkKind.TEST),
    ],
)
def test_invite_closed_asks_only_who_had_a_talk(people, status, kind):
    trajectory = factories.trajectory(people.noor, people.bram)
    factories.talk(trajectory, status=status, kind=kind)
    trajectories.close(Actor(account_id=people.bram.id), trajectory, reason=CloseReason.NO_NEED, now=now())
    assert actions.invite_closed(now=now()) == 0


def test_invite_closed_asks_whoever_had_an_introductory_talk_and_stopped(people):
    trajectory = factories.trajectory(people.noor, people.bram)
    factories.talk(trajectory, kind=TalkKind.INTRO)
    trajectories.close(Actor(account_id=people.bram.id), trajectory, reason=CloseReason.NO_CLICK, now=now())
    assert actions.invite_closed(now=now()) == 1


def test_invite_closed_does_not_ask_people_who_are_gone(people, mailbox):
    factories.closed_trajectory(people.noor, people.bram)
    Account.delete().where(Account.id == people.noor.id).execute()
    assert actions.invite_closed(now=now()) == 0
    assert list(mailbox) == []


def test_invite_closed_does_not_ask_about_long_ago(people, clock):
    factories.closed_trajectory(people.noor, people.bram)
    clock.shift(rules.INVITE_WITHIN)
    assert actions.invite_closed(now=now()) == 0


def test_invite_closed_keeps_the_dutch_month_of_closing(people):
    just_april = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    factories.closed_trajectory(people.noor, people.bram, now=just_april)
    actions.invite_closed(now=just_april + timedelta(hours=1))
    assert EvaluationInvitation.get().closed_month == date(2026, 4, 1)


def test_a_worker_that_comes_second_mails_nobody(people, mailbox):
    factories.closed_trajectory(people.noor, people.bram)
    seen_by_both = queries.to_invite(now())
    assert actions.invite_closed(now=now()) == 1
    assert not actions._invite(seen_by_both[0], now())
    assert EvaluationInvitation.select().count() == 1
    assert len(mailbox.to(people.noor.email)) == 1


def test_to_invite_costs_one_query(people):
    for number in range(3):
        factories.closed_trajectory(factories.account(f"Noor{number}", Role.PARTICIPANT), people.bram)
    counted = []
    database.query_hooks.append(counted.append)
    try:
        assert [t.participant.email and t.enrolment.region_id for t in queries.to_invite(now())] == [TWENTE] * 3
    finally:
        database.query_hooks.remove(counted.append)
    assert len(counted) == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_mail_shows_nothing_of_what_it_is_about(people, mailbox, language):
    participant = factories.account("Fatima", Role.PARTICIPANT, language=language)
    invited(participant, people.bram, programme=ProgrammeCode.ECZ)
    letter = mailbox.last(participant.email)
    assert letter.link("/evaluatie/")
    for text in (letter.subject, letter.text, letter.html):
        assert not [word for word in TELLING_WORDS if word in text.lower().replace(letter.links[0].lower(), "")]
    assert "Bram" not in letter.text
    assert letter.calendar is None


def test_only_the_digest_of_the_link_is_kept(people, mailbox):
    invitation = invited(people.noor, people.bram)
    token = mailbox.last(people.noor.email).link("/evaluatie/").rpartition("/")[2]
    assert invitation.token_hash == digest(token, purpose="evaluation")
    assert queries.open_invitation(token, now()) == invitation
    assert token not in str([row for table in (EvaluationInvitation, Mail) for row in table.select().tuples()])


# -- reminding


SEVEN_DAYS = timedelta(days=7)


def test_remind_after_seven_days_once(people, mailbox, clock):
    invited(people.noor, people.bram)
    clock.shift(SEVEN_DAYS - timedelta(minutes=1))
    assert actions.remind(now=now()) == 0
    clock.shift(timedelta(minutes=1))
    assert actions.remind(now=now()) == 1
    assert actions.remind(now=now()) == 0
    clock.shift(SEVEN_DAYS)
    assert actions.remind(now=now()) == 0
    assert len(mailbox.to(people.noor.email)) == 2


def test_both_links_lead_to_the_same_questions_and_one_answer(people, mailbox, clock):
    invitation = invited(people.noor, people.bram)
    clock.shift(SEVEN_DAYS)
    actions.remind(now=now())
    tokens = [letter.link("/evaluatie/").rpartition("/")[2] for letter in mailbox.to(people.noor.email)]
    assert len(set(tokens)) == 2
    assert [queries.open_invitation(token, now()) for token in tokens] == [invitation] * 2
    actions.give_answer(invitation, Answers(8, 8), now=now())
    for token in tokens:
        with pytest.raises(rules.AlreadyAnswered):
            queries.open_invitation(token, now())


def test_remind_leaves_who_answered_alone(people, mailbox, clock):
    actions.give_answer(invited(people.noor, people.bram), Answers(8, 8), now=now())
    clock.shift(SEVEN_DAYS)
    assert actions.remind(now=now()) == 0
    assert len(mailbox.to(people.noor.email)) == 1


def test_who_answers_at_the_last_moment_gets_no_reminder(people, clock):
    invitation = invited(people.noor, people.bram)
    clock.shift(SEVEN_DAYS)
    seen = queries.to_remind(now())
    actions.give_answer(invitation, Answers(8, 8), now=now())
    assert not actions._remind(seen[0], now())
    assert EvaluationInvitation.get_by_id(invitation.id).reminded_at is None


def test_a_reminder_that_waits_is_taken_back_by_answering(people, mailbox, clock):
    invitation = invited(people.noor, people.bram)
    clock.shift(SEVEN_DAYS)
    actions.remind(now=now())
    actions.give_answer(invitation, Answers(8, 8), now=now())
    assert Mail.get(Mail.dedupe_key == f"evaluation-reminder:{invitation.public_id}").status == MailStatus.WITHDRAWN


@pytest.mark.parametrize(("hour", "asked"), [(7, 0), (8, 1), (20, 1), (21, 0), (23, 0)])
def test_remind_in_daytime_only(people, hour, asked):
    invited(people.noor, people.bram)
    at = datetime(2026, 3, 10, hour - 1, 30, tzinfo=UTC)  # Half past this hour on a Dutch clock in winter.
    assert actions.remind(now=at) == asked


def test_remind_ends_with_the_link_and_with_the_person(people, clock):
    invited(people.noor, people.bram)
    clock.shift(rules.INVITATION_LIFETIME)
    assert actions.remind(now=now()) == 0
    clock.shift(-timedelta(days=20))
    Account.update(email="").where(Account.id == people.noor.id).execute()
    assert actions.remind(now=now()) == 0


@pytest.mark.parametrize("language", ["nl", "en"])
def test_reminder_shows_nothing_of_what_it_is_about(people, mailbox, clock, language):
    participant = factories.account("Fatima", Role.PARTICIPANT, language=language)
    invited(participant, people.bram, programme=ProgrammeCode.ECZ)
    clock.shift(SEVEN_DAYS)
    actions.remind(now=now())
    letter = mailbox.last(participant.email)
    for text in (letter.subject, letter.text, letter.html):
        assert not [word for word in TELLING_WORDS if word in text.lower().replace(letter.links[0].lower(), "")]


# -- half filled in


def test_drafts_go_when_the_link_ends(people, clock):
    invitation = invited(people.noor, people.bram)
    actions.keep_draft(invitation, "{}")
    clock.shift(rules.INVITATION_LIFETIME - timedelta(seconds=1))
    assert actions.wipe_expired_drafts(now=now()) == 0
    clock.shift(timedelta(seconds=1))
    assert actions.wipe_expired_drafts(now=now()) == 1
    assert EvaluationDraft.select().count() == 0


# -- answering


def test_give_answer_keeps_everything_and_the_comment_sealed(people):
    invitation = invited(people.noor, people.bram)
    actions.give_answer(invitation, FULL, now=now())
    answer = EvaluationAnswer.get()
    assert (answer.programme, answer.region_id, answer.closed_month) == ("sijw", TWENTE, date(2026, 3, 1))
    assert (answer.coach_grade, answer.trajectory_grade, answer.recommend) == (9, 7, 10)
    assert answer.answers == "know_strengths:5;more_joy:na"
    assert answer.outcomes == {Outcome.TRAINING, Outcome.UNKNOWN}
    assert (answer.comment, answer.quote_consent) == ("Ik durf weer.", True)
    assert b"durf" not in bytes(answer.comment_sealed)
    assert EvaluationInvitation.get_by_id(invitation.id).answered


def test_give_answer_takes_the_two_grades_alone(people):
    actions.give_answer(invited(people.noor, people.bram, region=None), Answers(6, 5), now=now())
    answer = EvaluationAnswer.get()
    assert (answer.region_id, answer.recommend, answer.answers, answer.outcomes) == (None, None, "", frozenset())
    assert answer.comment is None
    assert not answer.quote_consent


def test_give_answer_works_once(people):
    invitation = invited(people.noor, people.bram)
    actions.give_answer(invitation, Answers(8, 8), now=now())
    with pytest.raises(rules.AlreadyAnswered):
        actions.give_answer(invitation, FULL, now=now())
    assert [row.coach_grade for row in EvaluationAnswer.select()] == [8]
    assert PendingCoachGrade.select().count() == 1


def test_give_answer_refused_by_a_rule_leaves_the_link_usable(people):
    invitation = invited(people.noor, people.bram)
    with pytest.raises(LooksLikeServiceNumber):
        actions.give_answer(invitation, Answers(8, 8, comment="111222333"), now=now())
    assert EvaluationAnswer.select().count() == PendingCoachGrade.select().count() == 0
    actions.give_answer(invitation, Answers(8, 8), now=now())
    assert EvaluationAnswer.select().count() == 1


def test_give_answer_leaves_other_regions_and_months_as_they_are(people, clock):
    first = invited(people.noor, people.bram)
    other = invited(factories.account("Fatima", Role.PARTICIPANT), people.chris, region=ZUID_LIMBURG)
    for invitation in (first, other):
        actions.give_answer(invitation, FULL, now=now())
    rows = {row.region_id: row for row in EvaluationAnswer.select()}
    assert set(rows) == {TWENTE, ZUID_LIMBURG}
    assert all(row.comment == "Ik durf weer." for row in rows.values())


# -- no way back


def test_nothing_is_audited_or_timed_when_somebody_answers(people):
    invitation = invited(people.noor, people.bram)
    kept = (AuditEntry.select().count(), EnrolmentEvent.select().count(), Mail.select().count())
    actions.give_answer(invitation, FULL, now=now())
    assert (AuditEntry.select().count(), EnrolmentEvent.select().count(), Mail.select().count()) == kept


def test_the_columns_of_an_answer_name_nobody_and_no_moment():
    """A new column here is a way back until somebody has thought about it."""
    assert set(EvaluationAnswer._meta.fields) == {
        "public_id",
        "programme",
        "region",
        "closed_month",
        "coach_grade",
        "trajectory_grade",
        "recommend",
        "answers",
        "outcomes",
        "comment_sealed",
        "quote_consent",
        "questionnaire",
        "more",
        "texts_sealed",
    }


def answers_as_they_lie():
    """Per answer, in the order of storage: the transaction that wrote it, and a grade that tells the answers apart."""
    query = "SELECT xmin::text, coach_grade FROM evaluation_answer ORDER BY ctid"
    rows = database.execute_sql(query if on_postgres() else "SELECT '', coach_grade FROM evaluation_answer").fetchall()
    return {writer for writer, _ in rows}, [grade for _, grade in rows]


def test_answers_in_known_order_cannot_be_put_in_order_again(people):
    """Ten people answer one after the other, each with a grade of their own. (By chance they lie in order in one of
    three million runs.)"""
    invitations = many_invited(people.bram, 10)
    random.Random(7).shuffle(invitations)
    for grade, invitation in enumerate(invitations, start=1):
        actions.give_answer(invitation, Answers(grade, grade), now=now())
    writers, grades = answers_as_they_lie()
    assert len(writers) == 1
    assert sorted(grades) == list(range(1, 11)) != grades
    by_key = [row.coach_grade for row in EvaluationAnswer.select().order_by(EvaluationAnswer.public_id)]
    assert by_key != list(range(1, 11))
    assert [invitation.answered for invitation in EvaluationInvitation.select()] == [True] * 10


@pytest.mark.parametrize("table", [EvaluationAnswer, PendingCoachGrade])
def test_tables_without_way_back_have_no_hidden_row_number(db, table):
    if on_postgres():
        return
    with pytest.raises(peewee.OperationalError, match="no such column: rowid"):
        database.execute_sql(f"SELECT rowid FROM {table._meta.table_name}")


# -- the coach's grades


def test_a_waiting_grade_is_sealed_and_has_no_time(people):
    actions.give_answer(invited(people.noor, people.bram), FULL, now=now())
    pending = PendingCoachGrade.get()
    assert pending.grade == "09"
    assert set(PendingCoachGrade._meta.fields) == {"public_id", "coach", "grade_sealed"}
    assert b"09" not in bytes(pending.grade_sealed)


def test_grades_wait_until_five_came_in(people):
    invitations = many_invited(people.bram, 6)
    for invitation in invitations[:4]:
        actions.give_answer(invitation, Answers(8, 6), now=now())
    assert actions.count_grades(now=now()) == 0
    assert CoachGrade.select().count() == 0
    actions.give_answer(invitations[4], Answers(3, 6), now=now())
    assert actions.count_grades(now=now()) == 5
    tally = {(row.quarter, row.grade): row.people for row in CoachGrade.select()}
    assert tally == {("2026-1", 8): 4, ("2026-1", 3): 1}
    assert PendingCoachGrade.select().count() == 0
    actions.give_answer(invitations[5], Answers(1, 1), now=now())
    assert actions.count_grades(now=now()) == 0
    assert sum(row.people for row in CoachGrade.select()) == 5


def test_grades_of_one_coach_do_not_wait_for_those_of_another(people):
    for invitation in many_invited(people.bram, 4):
        actions.give_answer(invitation, Answers(8, 6), now=now())
    actions.give_answer(invited(people.noor, people.chris), Answers(8, 6), now=now())
    assert actions.count_grades(now=now()) == 0


def test_a_second_batch_adds_to_the_tally_of_its_own_quarter(people, clock):
    invitations = many_invited(people.bram, 15)
    for batch, day in enumerate((0, 1, 45)):
        clock.shift(timedelta(days=day))
        for invitation in invitations[5 * batch : 5 * batch + 5]:
            EvaluationInvitation.update(expires_at=now() + timedelta(days=1)).execute()
            actions.give_answer(invitation, Answers(7, 7), now=now())
        assert actions.count_grades(now=now()) == 5
    assert {row.quarter: row.people for row in CoachGrade.select()} == {"2026-1": 10, "2026-2": 5}
