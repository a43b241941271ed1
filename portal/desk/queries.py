"""Reading at the desk of a region. `visible_to` is the only place that says whose enrolments a desk shows.

What somebody wrote in their own words is never read here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property, partial
from typing import Any, NamedTuple

import peewee
from peewee import JOIN, Case, fn

from portal.access import Actor
from portal.accounts.models import Account
from portal.accounts.rules import short_name
from portal.clock import local_day
from portal.coaches.rules import page_number
from portal.desk import rules
from portal.desk.rules import Choice, Shown, Standing, Tag
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.reach import readable_phone
from portal.enrolments.rules import OPEN, WITHOUT_COACH, EnrolmentStatus
from portal.errors import NotFound
from portal.i18n import brief_day, gettext, ngettext, short_day, wall_time
from portal.programmes.codes import CallTime, ProgrammeCode
from portal.regions import queries as regions
from portal.regions.models import Place
from portal.regions.rules import bare_name
from portal.roster import queries as roster
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory


@dataclass(frozen=True)
class Counts:
    """What the desk sees first. Exact: these are people to be called by name."""

    new: int
    overdue: int
    without_coach: int
    coaches_with_room: int


class Row(NamedTuple):
    """One line of the inbox; `tag` and `since` in words."""

    public_id: str
    name: str
    programme: str
    place: str
    region: str
    tag: str
    kind: str
    since: str


@dataclass(frozen=True)
class Worklist:
    """One page of enrolments, and which page it is; `total` counts no further than rules.MOST_COUNTED."""

    rows: list[Row]
    page: int
    pages: int
    total: int


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """For staff of a region the confirmed enrolments of that region, not what is left of who was erased; for others
    none."""
    return Enrolment.select().where(
        Enrolment.region.in_(sorted(actor.regions)), Enrolment.status != EnrolmentStatus.SUBMITTED, Enrolment.id > 0
    )


def own_regions(actor: Actor, today: date) -> dict[str, str]:
    """The regions of this desk with their names, by name. One query."""
    names = regions.region_names(today)
    return dict(sorted(((code, names[code]) for code in actor.regions), key=lambda item: item[1]))


# -- the inbox


def counts(actor: Actor, today: date) -> Counts:
    """The numbers above the list, of all regions of this desk. Two queries."""
    waiting = visible_to(actor).where(Enrolment.status.in_(sorted(WITHOUT_COACH)))
    new = Case(None, [(Enrolment.status == EnrolmentStatus.CONFIRMED, 1)])
    overdue = Case(None, [(Enrolment.enrolled_at < rules.overdue_before(today), 1)])
    row = waiting.select(fn.COUNT(new), fn.COUNT(overdue), fn.COUNT(Enrolment.id)).tuples().get()
    return Counts(row[0], row[1], row[2], roster.now(actor.regions, None, today).with_room)


def worklist(actor: Actor, choice: Choice, *, page: str, now: datetime) -> Worklist:
    """A page of the enrolments that fit: who waits longest first, of the past what changed last. Two queries."""
    found = _fitting(actor, choice, local_day(now))
    total = found.select(Enrolment.id).limit(rules.MOST_COUNTED).count()
    pages = -(-total // rules.PER_PAGE)
    number = page_number(page, pages=pages)
    order = _order(choice.shown)
    keys = found.select(Enrolment.id).order_by(*order).paginate(number, rules.PER_PAGE)
    lines = _lines().where(Enrolment.id.in_(keys)).order_by(*order, Session.starts_at).tuples().execute()
    rows: dict[str, tuple[Any, ...]] = {}
    for line in lines:  # Of several planned talks the first one counts.
        rows.setdefault(line[0], line)
    return Worklist(_rows(rows.values(), choice.shown, now), page=number, pages=pages, total=total)


def _fitting(actor: Actor, choice: Choice, today: date) -> peewee.ModelSelect:
    found = visible_to(actor)
    for condition in _shown(choice.shown, today):
        found = found.where(condition)
    if choice.region:
        found = found.where(Enrolment.region == choice.region)
    if choice.programme:  # "Not another one" keeps SQLite from the index of programmes: the one of regions is meant.
        found = found.where(Enrolment.programme.not_in(sorted(set(ProgrammeCode) - {choice.programme})))
    if choice.branch:
        found = found.where(Enrolment.branch == choice.branch)
    return found


def _shown(shown: Shown, today: date) -> Iterator[peewee.Expression]:
    """What holds of everybody on this list."""
    if shown in rules.OPEN_STATUSES:
        yield Enrolment.status.in_(sorted(rules.OPEN_STATUSES[shown]))
    if shown == Shown.WAITING:
        yield ~fn.EXISTS(_in_touch())
    if shown == Shown.CLOSED:
        yield Enrolment.status.not_in(sorted(OPEN))
    longer, at_most = rules.WAITED.get(shown, (None, None))
    if longer:
        yield Enrolment.enrolled_at < rules.overdue_before(today, longer)
    if at_most:
        yield Enrolment.enrolled_at >= rules.overdue_before(today, at_most)


def _in_touch() -> peewee.ModelSelect:
    """Who was called or mailed by the coach does not wait any more."""
    return Trajectory.select(Trajectory.id).where(
        Trajectory.enrolment == Enrolment.id, Trajectory.first_contact_at.is_null(False)
    )


def _order(shown: Shown) -> tuple[peewee.Ordering, peewee.Ordering]:
    if shown in rules.OPEN_STATUSES:
        return Enrolment.enrolled_at.asc(), Enrolment.id.asc()
    return Enrolment.status_at.desc(), Enrolment.id.desc()


def _lines() -> peewee.ModelSelect:
    """Everything a line shows, in one query; somebody with several planned talks comes as often."""
    planned = (Session.trajectory == Trajectory.id) & (Session.status == SessionStatus.PLANNED)
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
            Enrolment.status_at,
            Trajectory.contact_due_at,
            Trajectory.first_contact_at,
            Session.starts_at,
        )
        .join_from(Enrolment, Account, JOIN.LEFT_OUTER)
        .join_from(Enrolment, Place, JOIN.LEFT_OUTER, on=(Enrolment.pc4 == Place.pc4))
        .join_from(Enrolment, Trajectory, JOIN.LEFT_OUTER)
        .join_from(Trajectory, Session, JOIN.LEFT_OUTER, on=planned)
    )


def _rows(lines: Iterable[tuple[Any, ...]], shown: Shown, now: datetime) -> list[Row]:
    """Fifty lines share few sentences: each is translated once. Of the past the day says it, not how long ago."""
    waits = shown in rules.OPEN_STATUSES
    words, since = cache(in_words), cache(partial(_since, today=local_day(now)) if waits else short_day)
    rows = []
    for line in lines:
        public_id, first_name, last_name, programme, place, region, status, enrolled_at, status_at, *promised = line
        tag = rules.tag_of(Standing(status, programme, enrolled_at, *promised), now)
        rows.append(
            Row(
                public_id=public_id,
                name=short_name(first_name, last_name) if first_name else words(rules.NOBODY),
                programme=programme.label,
                place=place or "",
                region=region,
                tag=words(tag),
                kind=tag.kind,
                since=since(local_day(enrolled_at if waits else status_at)),
            )
        )
    return rows


def _since(day: date, today: date) -> str:
    """'today', 'yesterday', '6 working days'; a date when there was no working day yet, or when it is long ago."""
    if day == today:
        return gettext("today")
    if day == today - rules.DAY:
        return gettext("yesterday")
    waited = rules.working_days_waited(day, today)
    return ngettext("%(num)s working day", "%(num)s working days", waited) if waited else short_day(day)


def in_words(tag: Tag) -> str:
    """What a tag says, in the reader's language."""
    day, time = brief_day(tag.day) if tag.day else "", wall_time(tag.clock) if tag.clock else ""
    return gettext(tag.message, day=day, time=time)


# -- one enrolment


@dataclass(frozen=True)
class Record:
    """One enrolment as the desk may see it: whom, about which themes, what happened, and what can be done."""

    enrolment: Enrolment
    region: str
    place: str
    themes: list[str]
    call_times: list[str]
    trajectory: Trajectory | None
    talks: list[Session]
    timeline: list[tuple[datetime, str]]
    now: datetime

    @property
    def version(self) -> int:
        """Goes up with everything that happens; a form says which one its page showed."""
        return len(self.timeline)

    @property
    def name(self) -> str:
        """In full while it runs; afterwards no more than the list says."""
        person = self.enrolment.participant
        if person is None:
            return in_words(rules.NOBODY)
        return person.name if self.is_open else short_name(person.first_name, person.last_name)

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
                planned_at=min((t.starts_at for t in self.talks if t.is_planned), default=None),
            ),
            self.now,
        )

    @property
    def phone(self) -> str:
        return readable_phone(self.contact.phone) if self.contact and self.contact.phone else ""

    @property
    def bare_region(self) -> str:
        """For a sentence that says 'region' itself."""
        return bare_name(self.region)

    @property
    def is_open(self) -> bool:
        return self.enrolment.status in OPEN

    @property
    def steps(self) -> frozenset[EnrolmentStatus]:
        """What the desk can make of it now; nothing once there is a coach."""
        return rules.STEPS.get(self.enrolment.status, frozenset())

    @property
    def tag_in_words(self) -> str:
        return in_words(self.tag)


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
    is_open = enrolment.status in OPEN
    return Record(
        enrolment=enrolment,
        region=regions.region_names(local_day(now))[enrolment.region_id],
        place=place.name if place else "",
        themes=[gettext(theme.label) for theme in enrolments.themes_of(enrolment)] if is_open else [],
        call_times=[gettext(time.label) for time in CallTime if time in enrolment.call_times],
        trajectory=trajectory,
        talks=sessions.of_trajectory(trajectory) if trajectory else [],
        timeline=[
            (event.at, gettext(rules.event_label(event.kind, event.status)))
            for event in enrolments.timeline_of(enrolment)
            if event.kind not in rules.NOT_FOR_THE_DESK
        ],
        now=now,
    )
