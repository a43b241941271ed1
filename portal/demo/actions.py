"""Loading the made-up people through the portal's own actions, with the clock of the day it happened."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import cache
from random import Random

from portal.access import PORTAL, Actor, Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.availability import queries as free_times
from portal.availability.models import Absence, WeeklyHours
from portal.clock import local_day
from portal.coaches.models import Coach, CoachRegion, Qualification
from portal.coaches.rules import CoachStatus
from portal.crypto import new_public_id, new_token
from portal.db import transaction
from portal.demo import rules
from portal.demo.queries import CAST
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, EventKind, SignUp
from portal.evaluations import actions as evaluations
from portal.evaluations.models import EvaluationInvitation
from portal.programmes.codes import (
    Branch,
    CloseReason,
    DestinationClass,
    Mode,
    ProgrammeCode,
    ReferralKind,
    Register,
    Theme,
)
from portal.referrals import actions as referrals
from portal.referrals.rules import ConsentGiven
from portal.regions import queries as regions
from portal.sessions import actions as sessions
from portal.sessions import queries as session_queries
from portal.sessions.models import Session
from portal.trajectories import actions as trajectories
from portal.trajectories import queries as trajectory_queries
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy
from portal.workday import actions as workday

DAY = timedelta(days=1)


@cache
def postcodes(region: str) -> list[int]:
    return regions.postcodes_in(region)


def load(now: datetime) -> dict[str, int]:
    """Make everybody, relative to now; returns how many of each."""
    codes = sorted(regions.region_names(local_day(now)))
    with transaction():
        staff = {member.name: _cast_member(member, now - 120 * DAY) for member in CAST}
        coaches = make_coaches(codes, staff, now)
    people = [rules.noor(), *rules.participants(codes)]
    for person in people:
        with transaction():
            live_through(person, coaches, now=now)
    return {"coaches": len(coaches), "participants": len(people), "cast": len(CAST)}


def _cast_member(member: rules.Member, when: datetime) -> Account:
    account = accounts.open_account(
        address=member.email, first_name=member.name, last_name=member.last_name, phone="+31612345678", now=when
    )
    accounts.grant(account, member.role, member.region)
    return account


def make_coaches(codes: list[str], staff: dict[str, Account], now: datetime) -> list[Coach]:
    """Bram and Chris, and fifty-eight others over all regions."""
    chance = Random(rules.SEED + 1)
    made = [
        _coach(chance, staff["Bram"], [rules.TWENTE], checked_by=staff["Wilma"], now=now),
        _coach(chance, staff["Chris"], [rules.ZUID_LIMBURG], checked_by=staff["Otto"], now=now),
    ]
    for number in range(rules.COACHES - len(made)):
        home = codes[number % len(codes)]
        account = accounts.open_account(
            address=f"coach.{number}@example.org",
            first_name=chance.choice(rules.FIRST_NAMES),
            last_name=chance.choice(rules.LAST_NAMES),
            now=now - 110 * DAY,
        )
        accounts.grant(account, Role.COACH, home)
        made.append(_coach(chance, account, [home], checked_by=staff["Wilma"], now=now))
    return made


def _coach(chance: Random, account: Account, working_in: list[str], *, checked_by: Account, now: datetime) -> Coach:
    known_coach = account.first_name in ("Bram", "Chris")
    coach = Coach.create(
        public_id=new_public_id(),
        account=account,
        status=CoachStatus.AVAILABLE if known_coach else _status(chance),
        intro=chance.choice(rules.INTROS),
        languages=chance.choice(rules.LANGUAGES),
        programmes={ProgrammeCode.SIJW, ProgrammeCode.ECZ}
        if known_coach or chance.random() < 0.6
        else {ProgrammeCode.SIJW},
        themes=set(chance.sample(list(Theme), k=chance.randint(4, 7))),
        branches=set(chance.sample(list(Branch), k=chance.randint(2, 5))),
        modes={Mode.PHONE, Mode.VIDEO} | ({Mode.LOCATION} if chance.random() < 0.5 else set()),
        place="Wijkgebouw De Brink, Dorpsstraat 1",
        video_link="https://beeldbellen.example.org/kamer",
        capacity=chance.randint(6, 10),
        agreed_at=now - 105 * DAY,
        available_from=local_day(now - 105 * DAY),
        created_at=now - 110 * DAY,
    )
    for code in working_in:
        CoachRegion.create(coach=coach, region=code)
    Qualification.create(
        public_id=new_public_id(),
        coach=coach,
        register=chance.choice(list(Register)),
        level="Practitioner",
        number=f"{chance.randint(10000, 99999)}",
        valid_until=local_day(now) + chance.randint(30, 900) * DAY,
        checked_at=now - 104 * DAY,
        checked_by=checked_by,
    )
    _keep_hours(chance, coach, now)
    return coach


def _status(chance: Random) -> CoachStatus:
    kinds = [CoachStatus.AVAILABLE, CoachStatus.PAUSED, CoachStatus.APPLIED]
    return chance.choices(kinds, weights=[90, 6, 4])[0]


def _keep_hours(chance: Random, coach: Coach, now: datetime) -> None:
    """Two to four days a week, some in the evening, and now and then a holiday."""
    for weekday in sorted(chance.sample(range(6), k=chance.randint(2, 4))):
        opens, closes = chance.choice([(9, 12), (9, 16), (13, 17), (18, 21), (10, 15)])
        WeeklyHours.create(coach=coach, weekday=weekday, opens=time(opens), closes=time(closes))
    if chance.random() < 0.2:
        away = local_day(now) + chance.randint(5, 40) * DAY
        Absence.create(coach=coach, from_on=away, until_on=away + 6 * DAY, created_at=now)


# -- what happened to one participant, each step at its own moment


def live_through(person: rules.MadeUp, coaches: list[Coach], *, now: datetime) -> None:
    """Sign up, and go on as far as this person's path leads."""
    chance = Random(person.email)
    began = now - person.days_ago * DAY - timedelta(hours=chance.randint(0, 8))
    enrolment = _sign_up(person, began)
    if person.path == "unconfirmed":
        return
    account = enrolments.confirm(enrolment, now=began + timedelta(minutes=12))
    enrolment = Enrolment.get_by_id(enrolment.id)
    if person.path in EARLY_ENDS:
        EARLY_ENDS[person.path](enrolment, began)
        return
    if person.path != "new":
        _with_a_coach(person, enrolment, account, coaches, chance, now)


def _sign_up(person: rules.MadeUp, when: datetime) -> Enrolment:
    filled_in = SignUp(
        programme=person.programme.value,
        pc4=Random(person.email).choice(postcodes(person.region)),
        region=person.region,
        region_derived=person.region,
        work_situation="in_care",
        branch=person.branch.value,
        themes_done=True,
        themes=tuple(theme.value for theme in person.themes),
        words=person.words,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone="+31687654321",
        shifts="yes",
    )
    return enrolments.submit(filled_in, draft=None, browser=new_token(), client=person.email, language="nl", now=when)


def _end_early(status: EnrolmentStatus) -> Callable[[Enrolment, datetime], None]:
    def end(enrolment: Enrolment, began: datetime) -> None:
        enrolments.note(enrolment, EventKind.STATUS_SET, actor=PORTAL, now=began + 4 * DAY, status=status)

    return end


EARLY_ENDS = {
    "in_progress": _end_early(EnrolmentStatus.IN_PROGRESS),
    "withdrawn": _end_early(EnrolmentStatus.WITHDRAWN),
    "unreachable": _end_early(EnrolmentStatus.UNREACHABLE),
}


def _with_a_coach(
    person: rules.MadeUp, enrolment: Enrolment, account: Account, coaches: list[Coach], chance: Random, now: datetime
) -> None:
    coach = _coach_for(person, coaches, chance)
    actor = Actor(account_id=account.id, roles=frozenset({Role.PARTICIPANT}))
    when = min(enrolment.enrolled_at + timedelta(hours=chance.randint(2, 60)), now - timedelta(hours=1))
    trajectory = trajectories.couple(actor, enrolment=enrolment, coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=when)
    if person.path == "chosen":
        return
    keeper = Actor(account_id=coach.account_id, roles=frozenset({Role.COACH}))
    trajectories.note_contact(keeper, trajectory, now=min(when + timedelta(hours=chance.randint(1, 30)), now))
    if person.path == "handed_over_early":
        _hand_over(keeper, trajectory, when + 2 * DAY)
        trajectories.close(keeper, trajectory, reason=CloseReason.REFERRED, now=when + 3 * DAY)
        return
    _talk(person, actor, keeper, trajectory, chance, when, now)


def _coach_for(person: rules.MadeUp, coaches: list[Coach], chance: Random) -> Coach:
    """Somebody of the region who does this programme, else of the country; Noor has Bram."""
    if person.path == "noor":
        return coaches[0]
    able = [c for c in coaches if c.status == CoachStatus.AVAILABLE and person.programme in c.programmes]
    near = [c for c in able if person.region in {row.region_id for row in c.coach_regions}]
    running = trajectory_queries.running_counts(able)
    with_room = [c for c in near or able if running.get(c.id, 0) < c.capacity]
    return chance.choice(with_room or [c for c in able if running.get(c.id, 0) < c.capacity])


def _talk(
    person: rules.MadeUp,
    actor: Actor,
    keeper: Actor,
    trajectory: Trajectory,
    chance: Random,
    began: datetime,
    now: datetime,
) -> None:
    """Talks as the path has them, and how it ended."""
    planned_at = now - 2 * DAY if person.path in ("planned", "cancelled") else began + 2 * DAY
    for _ in range(chance.randint(1, 3) if person.path in ("completed", "talking", "noor") else 1):
        session = _book(actor, trajectory, planned_at, chance)
        if session is None or session.starts_at >= now:
            break
        after = session.starts_at + timedelta(hours=2)
        if person.path == "no_show":
            sessions.mark_no_show(keeper, session, now=after)
        else:
            sessions.mark_held(keeper, session, now=after)
        planned_at = after + DAY
    _end_of(person, keeper, trajectory, chance, planned_at, now)


def _book(actor: Actor, trajectory: Trajectory, when: datetime, chance: Random) -> Session | None:
    """A free time of the coach in the two weeks after, booked as it was then."""
    coach = trajectory.coach
    free = free_times.free_slots(coach, since=when + 2 * DAY, until=when + 14 * DAY, now=when)
    if not free:
        return None
    mode = chance.choice(session_queries.modes_offered(coach, ProgrammeCode(trajectory.programme)))
    return sessions.book_session(actor, trajectory=trajectory, starts_at=chance.choice(free), mode=mode, now=when)


def _end_of(
    person: rules.MadeUp, keeper: Actor, trajectory: Trajectory, chance: Random, after: datetime, now: datetime
) -> None:
    ended = min(after + chance.randint(1, 10) * DAY, now - timedelta(hours=3))
    if person.path == "cancelled":
        for session in session_queries.planned_of(trajectory):
            sessions.cancel_session(keeper, session, now=now - DAY)
    if person.path == "handed_over":
        _hand_over(keeper, trajectory, ended)
    if person.path in CLOSINGS:
        workday.close(keeper, trajectory, CLOSINGS[person.path].value, now=ended)
        _evaluate(trajectory, chance, ended)


CLOSINGS = {
    "completed": CloseReason.GOAL_REACHED,
    "stopped": CloseReason.TOO_BUSY,
    "handed_over": CloseReason.REFERRED,
}


def _hand_over(keeper: Actor, trajectory: Trajectory, when: datetime) -> None:
    referrals.record_referral(
        keeper,
        trajectory=trajectory,
        kind=ReferralKind.WARM_HANDOVER,
        destination_class=DestinationClass.TRAUMA,
        consent_given=ConsentGiven.YES,
        referred_on=local_day(when),
        now=when,
    )


def _evaluate(trajectory: Trajectory, chance: Random, when: datetime) -> None:
    """Asked when it was closed; six in ten answer."""
    evaluations.invite_closed(now=when + timedelta(minutes=10))
    invitation = EvaluationInvitation.get_or_none(EvaluationInvitation.trajectory == trajectory)
    if invitation is not None and chance.random() < 0.6:
        answers = rules.answers(chance, ProgrammeCode(trajectory.programme))
        evaluations.give_answer(invitation, answers, now=when + timedelta(hours=1))
