"""Reading invitations and grades that wait. Answers are read by reports only: nobody may see one by itself."""

from collections import defaultdict
from datetime import datetime

import peewee

from portal.accounts.models import Account
from portal.crypto import digest
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.evaluations import rules
from portal.evaluations.models import EvaluationDraft, EvaluationInvitation, PendingCoachGrade
from portal.measures.queries import asked_again
from portal.programmes.codes import TalkKind
from portal.questionnaires.models import Questionnaire
from portal.questionnaires.queries import questions_of
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory

TALKS = frozenset({TalkKind.INTRO, TalkKind.TALK})


def open_invitation(token: str, now: datetime) -> EvaluationInvitation:
    """What a mailed link stands for; raises NotFound, AlreadyAnswered or TooLate."""
    invitation = by_token(token)
    rules.check_usable(answered=invitation.answered, expires_at=invitation.expires_at, now=now)
    return invitation


def by_token(token: str) -> EvaluationInvitation:
    """With its questionnaire and trajectory, by either link, used or not; raises NotFound."""
    hashed = digest(token, purpose="evaluation")
    invitation = (
        EvaluationInvitation.select(EvaluationInvitation, Questionnaire, Trajectory)
        .join_from(EvaluationInvitation, Questionnaire, peewee.JOIN.LEFT_OUTER)
        .join_from(EvaluationInvitation, Trajectory)
        .where((EvaluationInvitation.token_hash == hashed) | (EvaluationInvitation.reminder_token_hash == hashed))
        .first()
    )
    if invitation is None:
        raise NotFound
    return invitation


def will_be_asked(trajectory: Trajectory) -> bool:
    """Whether its participant is asked how it was once it is closed: only who talked with a coach can say."""
    held = Session.trajectory == trajectory, Session.status == SessionStatus.HELD, Session.kind.in_(TALKS)
    return Session.select().where(*held).exists()


def to_invite(now: datetime) -> list[Trajectory]:
    """Trajectories closed lately, with a talk that was held and somebody to mail to, who were not asked yet."""
    held = Session.select(Session.trajectory).where(Session.status == SessionStatus.HELD, Session.kind.in_(TALKS))
    invited = EvaluationInvitation.select(EvaluationInvitation.trajectory).where(
        EvaluationInvitation.trajectory.is_null(False)
    )
    return list(
        Trajectory.select(Trajectory, Enrolment, Account)
        .join_from(Trajectory, Enrolment)
        .join_from(Trajectory, Account, on=(Trajectory.participant == Account.id), attr="participant")
        .where(
            Trajectory.closed_at > now - rules.INVITE_WITHIN,
            Trajectory.closed_at <= now,
            Trajectory.imported_at.is_null() | (Trajectory.closed_at > Trajectory.imported_at),
            Account.email != "",
            Trajectory.id.in_(held),
            Trajectory.id.not_in(invited),
        )
        .order_by(Trajectory.closed_at, Trajectory.id)
    )


def to_remind(now: datetime) -> list[EvaluationInvitation]:
    """Who was asked seven days ago, can still answer and did not, and was not reminded yet."""
    return list(
        EvaluationInvitation.select(EvaluationInvitation, Trajectory, Account)
        .join_from(EvaluationInvitation, Trajectory)
        .join_from(Trajectory, Account, on=(Trajectory.participant == Account.id), attr="participant")
        .where(
            EvaluationInvitation.answered == False,  # noqa: E712
            EvaluationInvitation.reminded_at.is_null(),
            EvaluationInvitation.invited_at <= now - rules.REMIND_AFTER,
            EvaluationInvitation.expires_at > now,
            Account.email != "",
        )
        .order_by(EvaluationInvitation.id)
    )


def number_of_questions(questionnaire: Questionnaire, trajectory: Trajectory) -> int:
    """How many this person gets: those of this version, and again those that were answered when signing up."""
    return len(questions_of(questionnaire)) + len(asked_again(trajectory))


def half_filled(invitation: EvaluationInvitation) -> str:
    """What somebody filled in before and did not send yet; nothing when there is none."""
    draft = EvaluationDraft.get_or_none(EvaluationDraft.invitation == invitation.id)
    return draft.content if draft else ""


def countable_grades() -> dict[int, list[int]]:
    """The grades that wait, by coach id; only coaches for whom enough of them came in."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for row in PendingCoachGrade.select():
        waiting[row.coach_id].append(int(row.grade))
    return {coach: grades for coach, grades in waiting.items() if len(grades) >= rules.SMALLEST_BATCH}
