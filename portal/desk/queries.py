"""Reading at the desk of a region. `visible_to` is the only place that says whose enrolments a desk shows.

What somebody wrote in their own words is never read here.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import peewee
from peewee import JOIN, Case, fn

from portal.access import Actor
from portal.accounts.models import Account
from portal.clock import local_day
from portal.coaches import queries as coaches
from portal.coaches.models import Coach
from portal.coaches.rules import page_number
from portal.desk import rules
from portal.desk.rules import Outcome, Shown, Standing, Tag
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import OPEN, WITHOUT_COACH, EnrolmentStatus, EventKind
from portal.errors import NotFound
from portal.programmes.codes import Branch, ProgrammeCode, Theme
from portal.regions import queries as regions
from portal.regions.models import Place
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import RUNNING


@dataclass(frozen=True)
class Choice:
    """Which enrolments somebody wants to see; None is any."""

    shown: Shown = Shown.WAITING
    programme: ProgrammeCode | None = None
    branch: Branch | None = None
    region: str | None = None


@dataclass(frozen=True)
class Counts:
    """What the desk sees first. Exact: these are people to be called by name."""

    new: int
    overdue: int
    without_coach: int
    coaches_with_room: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the inbox. `waited` is in working days, None when a date says more."""

    public_id: str
    name: str
    programme: ProgrammeCode
    place: str
    region: str
    tag: Tag
    enrolled_on: date
    waited: int | None


@dataclass(frozen=True)
class Worklist:
    """One page of enrolments, and which page it is."""

    rows: list[Row]
    page: int
    pages: int
    total: int


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """For staff of a region the confirmed enrolments of that region; for others none."""
    return Enrolment.select().where(
        Enrolment.region.in_(sorted(actor.regions)), Enrolment.enrolled_at.is_null(False)
    )


def own_regions(actor: Actor, today: date) -> dict[str, str]:
    """The regions of this desk with their names, by name. One query."""
    names = regions.region_names(today)
    return dict(sorted(((code, names[code]) for code in actor.regions), key=lambda item: item[1]))


# -- the inbox


def counts(actor: Actor, *, region: str | None, today: date) -> Counts:
    """The numbers above the list, for one region or for all of this desk. Two queries."""
    waiting = _in_region(visible_to(actor), region).where(Enrolment.status.in_(sorted(WITHOUT_COACH)))
    new = Case(None, [(Enrolment.status == EnrolmentStatus.CONFIRMED, 1)])
    overdue = Case(None, [(Enrolment.enrolled_at < rules.overdue_before(today), 1)])
    row = waiting.select(fn.COUNT(new), fn.COUNT(overdue), fn.COUNT(Enrolment.id)).tuples().get()
    return Counts(*row, coaches_with_room=_with_room([region] if region else sorted(actor.regions), today))


def _with_room(codes: list[str], today: date) -> int:
    running = Trajectory.select(fn.COUNT(Trajectory.id)).where(
        Trajectory.coach == Coach.id, Trajectory.status.in_(sorted(RUNNING))
    )
    return coaches.bookable_in(codes, today=today).where(Coach.capacity > running).count()


def worklist(actor: Actor, choice: Choice, *, page: str, now: datetime) -> Worklist:
    """A page of the enrolments that fit: who waits longest first, of the past the newest first. Two queries."""
    found = _fitting(actor, choice, local_day(now))
    total = found.count()
    pages = -(-total // rules.PER_PAGE)
    number = page_number(page, pages=pages)
    order = _order(choice.shown)
    keys = found.select(Enrolment.id).order_by(*order).paginate(number, rules.PER_PAGE)
    rows = _lines(now).where(Enrolment.id.in_(keys)).order_by(*order).tuples().execute() if total else ()
    return Worklist([_row(row, now) for row in rows], page=number, pages=pages, total=total)


def _fitting(actor: Actor, choice: Choice, today: date) -> peewee.ModelSelect:
    found = _in_region(visible_to(actor), choice.region)
    if choice.shown != Shown.ALL:
        found = found.where(Enrolment.status.in_(sorted(rules.SHOWN_STATUSES[choice.shown])))
    if choice.shown == Shown.OVERDUE:
        found = found.where(Enrolment.enrolled_at < rules.overdue_before(today))
    if choice.programme:
        found = found.where(Enrolment.programme == choice.programme)
    if choice.branch:
        found = found.where(Enrolment.branch == choice.branch)
    return found


def _in_region(found: peewee.ModelSelect, region: str | None) -> peewee.ModelSelect:
    return found.where(Enrolment.region == region) if region else found


def _order(shown: Shown) -> tuple[peewee.Ordering, peewee.Ordering]:
    if shown in rules.NEWEST_FIRST:
        return Enrolment.enrolled_at.desc(), Enrolment.id.desc()
    return Enrolment.enrolled_at.asc(), Enrolment.id.asc()


def _lines(now: datetime) -> peewee.ModelSelect:
    """Everything a line shows, in one query: names, place, what was promised, the next talk."""
    next_talk = Session.select(fn.MIN(Session.starts_at)).where(
        Session.trajectory == Trajectory.id,
        Session.status == SessionStatus.PLANNED,
        Session.starts_at > now - sessions.OVER_AFTER,
    )
    return (
        Enrolment.select(
            Enrolment.public_id,
            Account.first_name,
            Account.last_name,
            Enrolment.programme,
            Place.name,
            Enrolment.region,
            Enrolment.status,
            Enrolment.enrolled_at,
            Trajectory.contact_due_at,
            Trajectory.first_contact_at,
            next_talk,
        )
        .join_from(Enrolment, Account, JOIN.LEFT_OUTER)
        .join_from(Enrolment, Place, JOIN.LEFT_OUTER, on=(Enrolment.pc4 == Place.pc4))
        .join_from(Enrolment, Trajectory, JOIN.LEFT_OUTER)
    )


def _row(line: tuple[Any, ...], now: datetime) -> Row:
    public_id, first_name, last_name, programme, place, region, status, enrolled_at, due, contact, next_talk = line
    standing = Standing(status, programme, enrolled_at, due, contact, Session.starts_at.python_value(next_talk))
    enrolled_on, today = local_day(enrolled_at), local_day(now)
    return Row(
        public_id=public_id,
        name=rules.short_name(first_name, last_name or "") if first_name else "",
        programme=programme,
        place=place or "",
        region=region,
        tag=rules.tag_of(standing, now),
        enrolled_on=enrolled_on,
        waited=rules.working_days_waited(enrolled_on, today) if status in OPEN else None,
    )


# -- one enrolment


@dataclass(frozen=True)
class Record:
    """One enrolment as the desk may see it: whom, about which themes, what happened, and what can be done."""

    enrolment: Enrolment
    region: str
    place: str
    themes: list[Theme]
    trajectory: Trajectory | None
    talks: list[Session]
    events: list[EnrolmentEvent]
    now: datetime

    @property
    def public_id(self) -> str:
        return self.enrolment.public_id

    @property
    def version(self) -> int:
        """Goes up with everything that happens; a form says which one its page showed."""
        return len(self.events)

    @property
    def name(self) -> str:
        return self.enrolment.participant.name if self.enrolment.participant else ""

    @property
    def contact(self) -> Account | None:
        """Whom to call or mail, while it runs."""
        return self.enrolment.participant if rules.shows_contact(self.enrolment.status) else None

    @cached_property
    def tag(self) -> Tag:
        return rules.tag_of(
            Standing(
                status=self.enrolment.status,
                programme=self.enrolment.programme,
                enrolled_at=self.enrolment.enrolled_at,
                contact_due_at=self.trajectory.contact_due_at if self.trajectory else None,
                first_contact_at=self.trajectory.first_contact_at if self.trajectory else None,
                next_talk_at=self._next_talk_at,
            ),
            self.now,
        )

    @property
    def _next_talk_at(self) -> datetime | None:
        coming = [t.starts_at for t in self.talks if t.is_planned and t.starts_at > self.now - sessions.OVER_AFTER]
        return min(coming, default=None)

    @property
    def timeline(self) -> list[tuple[datetime, str]]:
        """When and what, newest first, in marked sentences; no more of a referral than that there was one."""
        return [(event.at, rules.event_label(event.kind, event.status)) for event in self.events]

    @property
    def is_without_coach(self) -> bool:
        return self.enrolment.status in WITHOUT_COACH

    @property
    def is_open(self) -> bool:
        return self.enrolment.status in OPEN

    @property
    def may_be_taken_on(self) -> bool:
        return rules.may_become(self.enrolment.status, EnrolmentStatus.IN_PROGRESS)

    @property
    def may_wait(self) -> bool:
        return rules.may_become(self.enrolment.status, EnrolmentStatus.WAITING)

    @property
    def outcomes(self) -> list[Outcome]:
        """How the desk can end it now."""
        return [outcome for outcome in Outcome if rules.may_become(self.enrolment.status, outcome.status)]


def enrolment_at_desk(actor: Actor, public_id: str) -> Enrolment:
    """This enrolment with its participant; raises NotFound when it belongs to another region."""
    found = (
        visible_to(actor)
        .select(Enrolment, Account)
        .join_from(Enrolment, Account, JOIN.LEFT_OUTER, attr="participant")
        .where(Enrolment.public_id == public_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def record_of(enrolment: Enrolment, now: datetime) -> Record:
    """Everything the desk may know of this enrolment. Six queries."""
    trajectory = trajectories.of_enrolment(enrolment)
    place = regions.place_of(enrolment.pc4) if enrolment.pc4 else None
    return Record(
        enrolment=enrolment,
        region=regions.region_names(local_day(now))[enrolment.region_id],
        place=place.name if place else "",
        themes=enrolments.themes_of(enrolment),
        trajectory=trajectory,
        talks=sessions.of_trajectory(trajectory) if trajectory else [],
        events=enrolments.timeline_of(enrolment),
        now=now,
    )


def version_of(enrolment: Enrolment) -> int:
    """The version that a page opened now would show."""
    return EnrolmentEvent.select().where(EnrolmentEvent.enrolment == enrolment).count()
