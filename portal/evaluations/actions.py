"""Asking how it was, keeping the answer without a way back to who gave it, and counting grades of coaches.

The invitation keeps only that it was used. The answer goes, under a random key, among the other answers of the same
programme, region and month, and all of these are written anew each time: neither a column nor the place of a row nor
the number of the transaction that wrote it says which came last. Nothing is audited or logged here, for an entry would
hold the moment. Two things remain. Whoever is the only one of a region and month to answer is alone in that group;
figures on pages are protected against that, the table is not. And whoever can read the journal or the raw pages of the
database, or compares two copies of it made just before and just after somebody answered, sees what was written in
between.
"""

import json
from collections import Counter
from datetime import datetime

from portal import audit, clock, outbox
from portal.access import PORTAL
from portal.crypto import digest, new_public_id, new_token
from portal.db import hold_table, lock, mix_in, transaction
from portal.enrolments import actions as enrolments
from portal.enrolments.rules import EventKind
from portal.evaluations import mails, queries, rules
from portal.evaluations.models import (
    CoachGrade,
    EvaluationAnswer,
    EvaluationDraft,
    EvaluationInvitation,
    PendingCoachGrade,
)
from portal.evaluations.rules import Answers
from portal.measures import actions as measures
from portal.questionnaires import queries as questionnaires
from portal.questionnaires.rules import Occasion, values_text
from portal.reminders.rules import is_quiet
from portal.trajectories.models import Trajectory


def invite_closed(*, now: datetime) -> int:
    """Ask everybody whose trajectory was closed lately how it was, each once; returns how many are asked now."""
    return sum(_invite(trajectory, now) for trajectory in queries.to_invite(now))


def _invite(trajectory: Trajectory, now: datetime) -> bool:
    """The table takes one invitation per trajectory: of two workers one writes it, and that one mails."""
    token = new_token()
    with transaction():
        invitation = EvaluationInvitation(
            public_id=new_public_id(),
            token_hash=digest(token, purpose="evaluation"),
            trajectory=trajectory.id,
            programme=trajectory.programme,
            region=trajectory.enrolment.region_id,
            coach=trajectory.coach_id,
            closed_month=rules.month_of(clock.local_day(trajectory.closed_at)),
            invited_at=now,
            expires_at=now + rules.INVITATION_LIFETIME,
            questionnaire=questionnaires.in_use(trajectory.programme, Occasion.END),
        )
        insert = EvaluationInvitation.insert(invitation.__data__).on_conflict_ignore()
        if not insert.as_rowcount().execute():
            return False
        enrolments.note(trajectory.enrolment, EventKind.EVALUATION_INVITED, actor=PORTAL, now=now)
        audit.record(PORTAL, "evaluation.invited", trajectory)
        questions = queries.number_of_questions(invitation.questionnaire, trajectory)
        mails.post_invitation(invitation, to=trajectory.participant, token=token, questions=questions, now=now)
    return True


def remind(*, now: datetime) -> int:
    """Ask once more who did not answer in seven days, in daytime only and once; returns how many."""
    if is_quiet(now):
        return 0
    return sum(_remind(invitation, now) for invitation in queries.to_remind(now))


def _remind(invitation: EvaluationInvitation, now: datetime) -> bool:
    """Of two workers one marks it, and that one mails; who answered meanwhile gets no mail."""
    token = new_token()
    with transaction():
        marked = EvaluationInvitation.update(
            reminded_at=now, reminder_token_hash=digest(token, purpose="evaluation")
        ).where(
            EvaluationInvitation.id == invitation.id,
            EvaluationInvitation.answered == False,  # noqa: E712
            EvaluationInvitation.reminded_at.is_null(),
        )
        if not marked.execute():
            return False
        audit.record(PORTAL, "evaluation.reminded", invitation.trajectory)
        trajectory = invitation.trajectory
        questions = queries.number_of_questions(invitation.questionnaire, trajectory)
        mails.post_reminder(invitation, to=trajectory.participant, token=token, questions=questions, now=now)
    return True


def keep_draft(invitation: EvaluationInvitation, half_filled: str) -> None:
    """Keep what somebody filled in so far, sealed, until it is sent; raises AlreadyAnswered when it was."""
    with transaction():
        lock(invitation)
        if EvaluationInvitation.get_by_id(invitation.id).answered:
            raise rules.AlreadyAnswered
        wipe_draft(invitation)
        draft = EvaluationDraft(public_id=new_public_id(), invitation=invitation)
        draft.content = half_filled
        draft.save(force_insert=True)


def wipe_draft(invitation: EvaluationInvitation) -> None:
    EvaluationDraft.delete().where(EvaluationDraft.invitation == invitation.id).execute()


def wipe_expired_drafts(*, now: datetime) -> int:
    """What was half filled in when the link ended; returns how many."""
    expired = EvaluationInvitation.select(EvaluationInvitation.id).where(EvaluationInvitation.expires_at <= now)
    return int(EvaluationDraft.delete().where(EvaluationDraft.invitation.in_(expired)).execute())


def give_answer(invitation: EvaluationInvitation, answers: Answers, *, now: datetime) -> None:
    """Keep what somebody answered; raises AlreadyAnswered for all but the first. Who asks does not matter here."""
    rules.check_texts(answers)
    with transaction():
        _use_up(invitation, now)
        wipe_draft(invitation)
        outbox.withdraw([mails.reminder_key(invitation)])
        _keep_answer(invitation, answers)
        measures.finish(invitation.trajectory.enrolment_id, answers.again, closed_month=invitation.closed_month)
        if invitation.coach_id is not None:
            _keep_grade(invitation.coach_id, answers.coach_grade)


def _use_up(invitation: EvaluationInvitation, now: datetime) -> None:
    """The database decides who of several senders is the first."""
    used = EvaluationInvitation.update(answered=True).where(
        EvaluationInvitation.id == invitation.id,
        EvaluationInvitation.answered == False,  # noqa: E712
        EvaluationInvitation.expires_at > now,
    )
    if not used.execute():
        raise rules.AlreadyAnswered


def _keep_answer(invitation: EvaluationInvitation, answers: Answers) -> None:
    answer = EvaluationAnswer(
        public_id=new_public_id(),
        programme=invitation.programme,
        region=invitation.region_id,
        closed_month=invitation.closed_month,
        coach_grade=answers.coach_grade,
        trajectory_grade=answers.trajectory_grade,
        recommend=answers.recommend,
        answers=rules.agreements_text(answers.agreements),
        outcomes=answers.outcomes,
        quote_consent=answers.may_be_quoted,
        questionnaire=invitation.questionnaire_id,
        more=values_text(answers.more),
    )
    answer.comment = answers.comment
    answer.texts = json.dumps(answers.texts) if answers.texts else ""
    region = EvaluationAnswer.region
    mix_in(
        answer,
        EvaluationAnswer.programme == invitation.programme,
        region.is_null() if invitation.region_id is None else region == invitation.region_id,
        EvaluationAnswer.closed_month == invitation.closed_month,
    )


def _keep_grade(coach_id: int, grade: int) -> None:
    """Sealed while it waits: a grade that is alone would lead back, through the coach, to who gave it."""
    pending = PendingCoachGrade(public_id=new_public_id(), coach=coach_id)
    pending.grade = f"{grade:02}"
    mix_in(pending, PendingCoachGrade.coach == coach_id)


def count_grades(*, now: datetime) -> int:
    """Add the grades that wait to the tally of their coach, five or more at a time; returns how many.

    They count in the quarter in which they are added. By the quarter of the talks a tally could hold one person; as it
    is, a tally says of every grade that one of at least five people gave it.
    """
    quarter = rules.quarter_of(clock.local_day(now))
    with transaction():
        hold_table(PendingCoachGrade)
        countable = queries.countable_grades()
        for coach_id, grades in sorted(countable.items()):
            _add_to_tally(coach_id, quarter, grades)
    return sum(map(len, countable.values()))


def _add_to_tally(coach_id: int, quarter: str, grades: list[int]) -> None:
    PendingCoachGrade.delete().where(PendingCoachGrade.coach == coach_id).execute()
    for grade, people in sorted(Counter(grades).items()):
        CoachGrade.insert(coach=coach_id, quarter=quarter, grade=grade, people=people).on_conflict(
            conflict_target=[CoachGrade.coach, CoachGrade.quarter, CoachGrade.grade],
            update={CoachGrade.people: CoachGrade.people + people},
        ).execute()
