"""Reading talks. `visible_to` is the only place that says whose talks these are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import peewee

from portal.access import REGION, Actor, Role
from portal.accounts.models import Account
from portal.availability import queries as availability
from portal.availability.rules import EmptyReason
from portal.clock import local_day, start_of
from portal.coaches import queries as coaches
from portal.coaches.models import Coach
from portal.coaches.rules import PRESENT
from portal.crypto import read_signed, signed
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.programmes.codes import Mode, ProgrammeCode, TalkKind
from portal.programmes.rules import PROGRAMMES
from portal.sessions import rules
from portal.sessions.models import Session, SessionMove
from portal.sessions.rules import LINK, WHY_EMPTY, Known, LinkDead, SessionStatus, month_of, next_month
from portal.trajectories.models import Trajectory


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """A participant's own talks; for a coach the talks they hold; for staff of a region those of its enrolments."""
    mine = Session.participant.is_null(False) & (Session.participant == actor.account_id)
    if actor.has_role(Role.COACH):
        mine |= Coach.account == actor.account_id
    if actor.has_role(*REGION):
        mine |= Enrolment.region.in_(actor.regions)
    return with_people().where(mine)


def with_people() -> peewee.ModelSelect:
    """Talks with trajectory, coach and both names: one query."""
    coach_account = Account.alias()
    return (
        Session.select(Session, Trajectory, Enrolment, Coach, coach_account, Account)
        .join_from(Session, Trajectory)
        .join_from(Trajectory, Enrolment)
        .join_from(Session, Coach)
        .join_from(Coach, coach_account, on=(Coach.account == coach_account.id), attr="account")
        .join_from(Session, Account, peewee.JOIN.LEFT_OUTER, on=(Session.participant == Account.id), attr="participant")
    )


def as_it_is_now(session: Session) -> Session:
    """The same talk, read again."""
    return with_people().where(Session.id == session.id).get()


def by_public_id(actor: Actor, public_id: str) -> Session:
    found = visible_to(actor).where(Session.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def held_by(actor: Actor, public_id: str) -> Session:
    """A talk that the actor holds as coach; raises NotFound otherwise."""
    found = with_people().where(Session.public_id == public_id, Coach.account == actor.account_id).first()
    if found is None:
        raise NotFound
    return found


def own(actor: Actor, public_id: str) -> Session:
    """A talk of this participant; raises NotFound otherwise."""
    found = with_people().where(Session.public_id == public_id, Session.participant == actor.account_id).first()
    if found is None:
        raise NotFound
    return found


def of_link(token: str, now: datetime) -> Session:
    """The talk that a mailed link is about, as it was when the mail was written; raises LinkDead when it changed."""
    public_id, sequence = said_by_link(token)
    found = with_people().where(Session.public_id == public_id, Session.status == SessionStatus.PLANNED).first()
    if found is None or str(found.sequence) != sequence or not found.is_coming(now) or not may_enter(found):
        raise LinkDead
    return found


def said_by_link(token: str) -> tuple[str, str]:
    """The public id and the sequence of the talk; nothing that any talk has when we did not sign it."""
    public_id, _, sequence = (read_signed(token, purpose=LINK) or "").partition(" ")
    return public_id, sequence


def may_enter(session: Session) -> bool:
    """Whoever may not sign in gets in by no link either."""
    return session.participant is not None and session.participant.blocked_at is None


def link_to(session: Session) -> str:
    """The path of a link in a mail that shows this talk and no more; dead as soon as the talk changes."""
    return f"/afspraak/{signed(f'{session.public_id} {session.sequence}', purpose=LINK)}"


def actor_of_link(session: Session) -> Actor:
    """Who holds a mailed link acts for the participant, on this talk only."""
    return Actor(
        account_id=session.participant_id,
        roles=frozenset({Role.PARTICIPANT}),
        name=session.participant.name,
        language=session.participant.language,
    )


def at_this_time(enrolment: Enrolment, coach: Coach, starts_at: datetime) -> Session | None:
    """The talk that this participant has with this coach at this very time: the button was pressed again."""
    return (
        with_people()
        .where(
            Trajectory.enrolment == enrolment,
            Session.coach == coach,
            Session.starts_at == starts_at,
            Session.status == SessionStatus.PLANNED,
        )
        .first()
    )


def moves_since(session: Session, since: datetime) -> int:
    return SessionMove.select().where(SessionMove.session == session, SessionMove.moved_at >= since).count()


def moves_of(trajectory: Trajectory) -> list[SessionMove]:
    """Every step of the talks of this trajectory, the first one first."""
    return list(
        SessionMove.select(SessionMove, Session)
        .join(Session)
        .where(Session.trajectory == trajectory)
        .order_by(SessionMove.moved_at, SessionMove.id)
    )


def upcoming(actor: Actor, now: datetime) -> list[Session]:
    """Planned talks of this participant that are not over, the next one first."""
    return list(
        with_people()
        .where(
            Session.participant == actor.account_id,
            Session.status == SessionStatus.PLANNED,
            Session.starts_at > now - timedelta(hours=3),
        )
        .order_by(Session.starts_at, Session.id)
    )


def past(actor: Actor, now: datetime) -> list[Session]:
    """Talks of this participant that were, or that did not go on, newest first."""
    return list(
        with_people()
        .where(
            Session.participant == actor.account_id,
            (Session.status != SessionStatus.PLANNED) | (Session.starts_at <= now - timedelta(hours=3)),
        )
        .order_by(Session.starts_at.desc(), Session.id.desc())
        .limit(50)
    )


def of_trajectory(trajectory: Trajectory) -> list[Session]:
    """Every talk of this trajectory, newest first."""
    return list(
        with_people().where(Session.trajectory == trajectory).order_by(Session.starts_at.desc(), Session.id.desc())
    )


def planned_by(coach: Coach) -> list[Session]:
    """Talks of this coach of which nobody said what became of them, the first one first."""
    return list(
        with_people()
        .where(Session.coach == coach, Session.status == SessionStatus.PLANNED)
        .order_by(Session.starts_at, Session.id)
    )


def coming_with(coach: Coach, now: datetime) -> list[Session]:
    """Planned talks of this coach that have not begun, the next one first. One query."""
    return list(
        with_people()
        .where(Session.coach == coach, Session.status == SessionStatus.PLANNED, Session.starts_at > now)
        .order_by(Session.starts_at, Session.id)
    )


def coming_with_who_left(now: datetime) -> list[Session]:
    """Planned talks that have not begun, of coaches who are not with us any more, the next one first. One query."""
    return list(
        with_people()
        .where(Session.status == SessionStatus.PLANNED, Session.starts_at > now, Coach.status.not_in(list(PRESENT)))
        .order_by(Session.starts_at, Session.id)
    )


def coming_of(trajectory: Trajectory, now: datetime) -> list[Session]:
    """Planned talks of this trajectory that have not begun, the next one first."""
    return list(
        with_people()
        .where(Session.trajectory == trajectory, Session.status == SessionStatus.PLANNED, Session.starts_at > now)
        .order_by(Session.starts_at, Session.id)
    )


def bookings_since(trajectory: Trajectory, since: datetime) -> int:
    """How often a talk of this trajectory was booked since then, whatever became of it."""
    return Session.select().where(Session.trajectory == trajectory, Session.booked_at >= since).count()


def modes_offered(coach: Coach, programme: ProgrammeCode, kind: TalkKind) -> list[Mode]:
    """How one can have a talk of this kind with this coach in this programme."""
    return [mode for mode in PROGRAMMES[programme].modes_of(kind) if mode in coach.modes]


def kinds_offered(coach: Coach, programme: ProgrammeCode, trajectory: Trajectory | None) -> list[TalkKind]:
    """A talk, and before the first one an introductory talk when coach and programme have it. At most one query."""
    introduces = coach.offers_intro and modes_offered(coach, programme, TalkKind.INTRO)
    if introduces and rules.may_introduce(_known(trajectory) if trajectory else [], coach.id):
        return [TalkKind.INTRO, TalkKind.TALK]
    return [TalkKind.TALK]


def is_to_decide(trajectory: Trajectory) -> bool:
    """Whether this participant met their coach in an introductory talk, and said nothing yet by what they did since."""
    return rules.is_to_decide(_known(trajectory), trajectory.coach_id)


def _known(trajectory: Trajectory) -> list[Known]:
    rows = Session.select(Session.kind, Session.status, Session.coach).where(Session.trajectory == trajectory)
    return [Known(*row) for row in rows.tuples().execute()]


@dataclass(frozen=True)
class Month:
    """A coach's free times in one month, by Dutch day; when there are none, why."""

    first: date
    days: list[tuple[date, list[datetime]]]
    empty: EmptyReason | None
    previous: date | None
    following: date | None

    @property
    def why(self) -> str:
        """A marked sentence that says why there is nothing to choose."""
        return WHY_EMPTY[self.empty] if self.empty else ""


def free_month(coach: Coach, asked: str | None, *, now: datetime, minutes: int, besides: Collection[int] = ()) -> Month:
    """The month that was asked for, else the one in which this coach is free first. Four queries, when empty seven.

    `minutes` and `besides` are those of `free_slots`.
    """
    today = local_day(now)
    last_bookable = today + timedelta(weeks=coach.horizon_weeks)
    free = availability.free_slots(
        coach,
        since=now,
        until=start_of(last_bookable + timedelta(days=1)),
        now=now,
        minutes=minutes,
        besides=besides,
    )
    first = month_of(asked, today) if asked else (local_day(free[0]) if free else today).replace(day=1)
    until = next_month(first)
    shown = [start for start in free if first <= local_day(start) < until]
    return Month(
        first=first,
        days=by_day(shown),
        empty=None if shown else availability.why_empty(coach, first, until - timedelta(days=1), now, minutes),
        previous=(first - timedelta(days=1)).replace(day=1) if first > today else None,
        following=until if until <= last_bookable else None,
    )


def by_day(starts: list[datetime]) -> list[tuple[date, list[datetime]]]:
    """Free times grouped by the Dutch day they fall on."""
    return [(day, list(times)) for day, times in groupby(sorted(starts), key=local_day)]


def coach_for(enrolment: Enrolment, chosen: Trajectory | None, public_id: str, *, today: date) -> Coach:
    """The coach this participant has, or another one who can be chosen; raises NotFound otherwise."""
    if chosen is not None and chosen.coach.public_id == public_id and chosen.coach.status in PRESENT:
        coach: Coach = chosen.coach
        return coach
    return coaches.bookable(public_id, programme=ProgrammeCode(enrolment.programme), today=today)
