"""Whether a talk can be booked or moved as everything is stored now: the rules, with what they ask for read first."""

from collections.abc import Collection
from datetime import datetime

from portal.accounts.models import Account
from portal.availability import queries as calendar
from portal.availability.rules import DAY
from portal.coaches.models import Coach
from portal.programmes.codes import Mode, ProgrammeCode, TalkKind
from portal.sessions import queries, rules
from portal.sessions.models import Session
from portal.sessions.rules import Party
from portal.trajectories.models import Trajectory


def check_offered(
    coach: Coach, starts_at: datetime, now: datetime, *, minutes: int, besides: Collection[int] = ()
) -> None:
    """The caller holds the coach and looks first whether the time is still there: who lost a race keeps nobody else
    waiting."""
    offered = calendar.offered_at(coach, starts_at, now=now, minutes=minutes, besides=besides)
    rules.check_offered(starts_at, kept=offered.kept, free=offered.free)


def check_kind_and_mode(
    coach: Coach, programme: ProgrammeCode, trajectory: Trajectory | None, kind: TalkKind, mode: str
) -> None:
    rules.check_kind(kind, queries.kinds_offered(coach, programme, trajectory))
    rules.check_mode(mode, queries.modes_offered(coach, programme, kind))


def check_named(known: Trajectory | None, coach: Coach, seen: int) -> None:
    """The page said whom this coach would replace."""
    if known is not None and known.coach_id != coach.id:
        rules.check_seen(seen, known.version)


def check_phone_known(participant: Account | None, mode: str) -> None:
    if mode == Mode.PHONE and participant is not None and not participant.phone:
        raise rules.NoPhoneKnown


def check_may_move(
    session: Session,
    coach: Coach,
    party: Party,
    starts_at: datetime,
    mode: str,
    *,
    seen: int,
    asked_at: datetime,
    now: datetime,
) -> None:
    """Notices count from `asked_at`: now, or when the time was promised."""
    if not session.is_coming(now):
        raise rules.NotPlanned
    rules.check_seen(seen, session.sequence)
    rules.check_coach_present(coach.status)
    notice = session.coach.move_notice_hours
    rules.check_change(session.starts_at, asked_at, party=party, notice_hours=notice, late=rules.TooLateToMove)
    rules.check_moves(queries.moves_since(session, now - DAY), party)
    programme = ProgrammeCode(session.trajectory.programme)
    rules.check_mode(mode, queries.modes_offered(coach, programme, session.kind))
    check_offered(coach, starts_at, asked_at, minutes=session.minutes, besides=[session.block_id])
