"""What happened to one made-up participant, each step by the portal's own action at its own moment."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from portal.access import Actor, Role
from portal.availability import queries as free_times
from portal.clock import local_day
from portal.coaches.models import Coach
from portal.crypto import new_token
from portal.demo import places
from portal.demo.queries import Crew
from portal.demo.rules import MadeUp, answers, state
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, EventKind, SignUp
from portal.evaluations import actions as evaluations
from portal.evaluations.models import EvaluationInvitation
from portal.measures import actions as measures
from portal.programmes.codes import CloseReason, ProgrammeCode, TalkKind
from portal.questionnaires.queries import in_use
from portal.questionnaires.rules import Occasion
from portal.sessions import actions as sessions
from portal.sessions import queries as session_queries
from portal.sessions.models import Session
from portal.trajectories import actions as trajectories
from portal.trajectories import queries as trajectory_queries
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy
from portal.workday import actions as workday

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# Somebody at the desk of a region of which nobody is in the cast.
A_DESK = Actor(roles=frozenset({Role.REGION_STAFF}))
MEASURING = 0.7
ANSWERING = 0.8

# How it ended at the desk, without a coach.
AT_THE_DESK = {
    "in_progress": (EventKind.STATUS_SET, EnrolmentStatus.IN_PROGRESS),
    "waiting": (EventKind.STATUS_SET, EnrolmentStatus.WAITING),
    "withdrawn": (EventKind.CLOSED, EnrolmentStatus.WITHDRAWN),
    "unreachable": (EventKind.CLOSED, EnrolmentStatus.UNREACHABLE),
    "out_of_scope": (EventKind.CLOSED, EnrolmentStatus.OUT_OF_SCOPE),
}
CLOSINGS = {
    "completed": CloseReason.GOAL_REACHED,
    "stopped": CloseReason.TOO_BUSY,
    "handed_over": CloseReason.REFERRED,
}
SEVERAL_TALKS = frozenset({"completed", "talking"})
JUST_BOOKED = frozenset({"planned", "cancelled"})
# Of these some get acquainted with their coach first.
MAY_BEGIN_SHORT = SEVERAL_TALKS | JUST_BOOKED | {"stopped"}
BEGINNING_SHORT = 0.3
# So many people fewer than they said: somebody new can always choose somebody near.
KEPT_FREE = 2


@dataclass(frozen=True)
class Story:
    """Somebody with a coach since a moment, and everyone who acts in it."""

    person: MadeUp
    trajectory: Trajectory
    participant: Actor
    coach: Actor
    desk: Actor
    chance: Random
    since: datetime
    now: datetime


def live_through(person: MadeUp, crew: Crew, postcodes: list[int], desk: Actor, *, now: datetime) -> None:
    """Sign up, and go on as far as this person's path leads."""
    chance = Random(person.email)
    began = now - person.days_ago * DAY - chance.randint(0, 8) * HOUR
    enrolment = _sign_up(person, chance.choice(postcodes), began)
    _measure(person, enrolment, began)
    if person.path == "unconfirmed":
        return
    account = enrolments.confirm(enrolment, now=began + timedelta(minutes=12))
    participant = Actor(account_id=account.id, roles=frozenset({Role.PARTICIPANT}))
    if person.path == "twice":
        again = _sign_up(person, chance.choice(postcodes), began + DAY)
        enrolments.confirm(again, now=began + DAY + HOUR)
    elif person.path in AT_THE_DESK:
        kind, status = AT_THE_DESK[person.path]
        enrolments.note(enrolment, kind, actor=desk, now=min(began + 4 * DAY, now), status=status)
    elif person.path != "new":
        _with_a_coach(person, Enrolment.get_by_id(enrolment.id), participant, desk, crew, chance, now)


def _measure(person: MadeUp, enrolment: Enrolment, when: datetime) -> None:
    """Most people answer the questions after signing up."""
    chance = Random(f"{person.email} before")
    if chance.random() < MEASURING:
        version = in_use(person.programme, Occasion.START)
        measures.begin(enrolment, version, state(chance, person.programme, 3, 8), now=when)


def _sign_up(person: MadeUp, pc4: int, when: datetime) -> Enrolment:
    filled_in = SignUp(
        programme=person.programme.value,
        pc4=pc4,
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


def _with_a_coach(
    person: MadeUp, enrolment: Enrolment, participant: Actor, desk: Actor, crew: Crew, chance: Random, now: datetime
) -> None:
    coach = _coach_for(person, crew, chance)
    when = min(enrolment.enrolled_at + chance.randint(2, 60) * HOUR, now - HOUR)
    trajectory = trajectories.couple(
        participant, enrolment=enrolment, coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=when
    )
    keeper = Actor(account_id=coach.account_id, roles=frozenset({Role.COACH}))
    story = Story(person, trajectory, participant, keeper, desk, chance, when, now)
    if person.path == "chosen":
        return
    trajectories.note_contact(keeper, trajectory, now=min(when + chance.randint(1, 30) * HOUR, now))
    if person.path == "handed_over_early":
        handed_over_at = _hand_over(story, local_day(when + 2 * DAY))
        trajectories.close(keeper, trajectory, reason=CloseReason.REFERRED, now=handed_over_at + DAY)
    else:
        _end(story, _talk(story))


def _coach_for(person: MadeUp, crew: Crew, chance: Random) -> Coach:
    """Somebody of the region who does this programme and has room, else of the country; Noor has Bram."""
    if person.path == "noor":
        return crew.coaches[0]
    able = [coach for coach in crew.available if person.programme in coach.programmes]
    running = trajectory_queries.running_counts(able)
    with_room = [coach for coach in able if running.get(coach.id, 0) < coach.capacity]
    roomy = [coach for coach in with_room if running.get(coach.id, 0) < coach.capacity - KEPT_FREE]
    near = [coach for coach in roomy if person.region in crew.regions[coach.id]]
    return chance.choice(near or roomy or with_room)


def _talk(story: Story) -> datetime:
    """Talks as the path has them, each after the one before; returns when this was over."""
    just_now = max(story.since, story.now - 2 * DAY)
    after = just_now if story.person.path in JUST_BOOKED else story.since + 2 * DAY
    kinds = [TalkKind.TALK] * (story.chance.randint(1, 3) if story.person.path in SEVERAL_TALKS else 1)
    if story.person.path in MAY_BEGIN_SHORT and story.chance.random() < BEGINNING_SHORT:
        kinds = [TalkKind.INTRO, *kinds]
    for kind in kinds:
        session = _book(story, after, kind)
        if session is None or session.starts_at >= story.now:
            break
        mark = sessions.mark_no_show if story.person.path == "no_show" else sessions.mark_held
        mark(story.coach, session, now=session.starts_at + 2 * HOUR)
        after = session.starts_at + DAY
    if story.person.path == "noor":
        _book(story, story.now - DAY, TalkKind.TALK)
    return after


def _book(story: Story, when: datetime, kind: TalkKind) -> Session | None:
    """A free time of the coach in the two weeks after, booked as it was then."""
    coach, minutes = story.trajectory.coach, story.trajectory.coach.minutes_of(kind)
    free = free_times.free_slots(coach, since=when + 2 * DAY, until=when + 14 * DAY, now=when, minutes=minutes)
    if not free:
        return None
    modes = session_queries.modes_offered(coach, ProgrammeCode(story.trajectory.programme), kind)
    mode, starts_at = story.chance.choice(modes), story.chance.choice(free)
    return sessions.book_session(
        story.participant, trajectory=story.trajectory, kind=kind, starts_at=starts_at, mode=mode, now=when
    )


def _end(story: Story, after: datetime) -> None:
    path, ended = story.person.path, min(after + story.chance.randint(1, 10) * DAY, story.now - 3 * HOUR)
    if path == "cancelled":
        by = story.chance.choice([story.participant, story.participant, story.coach, story.desk])
        for session in session_queries.coming_of(story.trajectory, story.now - DAY):
            sessions.cancel_session(by, session, now=story.now - DAY)
    if path == "handed_over":
        ended = max(ended, _hand_over(story, local_day(after)))
    if path == "noor":
        places.propose_to_noor(story.coach, story.trajectory, before=local_day(story.now))
    if path in CLOSINGS:
        workday.close(story.coach, story.trajectory, CLOSINGS[path].value, now=ended)
        _evaluate(story, ended)


def _hand_over(story: Story, since: date) -> datetime:
    trajectory = trajectory_queries.as_it_is_now(story.trajectory)
    return places.hand_over(story.coach, story.participant, trajectory, since=since)


def _evaluate(story: Story, when: datetime) -> None:
    """Asked when it was closed; most people answer."""
    evaluations.invite_closed(now=when + timedelta(minutes=10))
    invitation = EvaluationInvitation.get_or_none(EvaluationInvitation.trajectory == story.trajectory)
    if invitation is not None and story.chance.random() < ANSWERING:
        programme = ProgrammeCode(story.trajectory.programme)
        again = state(Random(f"{story.person.email} after"), programme, 5, 10)
        given = replace(answers(story.chance, programme), again=again)
        evaluations.give_answer(invitation, given, now=when + HOUR)
