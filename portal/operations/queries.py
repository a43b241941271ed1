"""How the mail and the worker are doing, and what the clock does to talks. Never a name, an address or a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

import peewee

from portal import outbox
from portal.availability import queries as availability
from portal.availability.models import Block
from portal.clock import local_day, start_of
from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.jobs import Heartbeat
from portal.operations import rules
from portal.operations.rules import MOST_SHOWN, ClockChange, NotFailed, PlannedTalk, Trouble
from portal.outbox import Mail, MailStatus
from portal.pages.rules import WORKER_SILENT_AFTER_MINUTES
from portal.programmes import calendar
from portal.regions import queries as regions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory


@dataclass(frozen=True)
class PostOffice:
    """The newest mails that failed, how many failed in all, how many wait, and when the worker was last there."""

    failed: list[Mail]
    failed_in_all: int
    waiting: int
    worker_seen_at: datetime | None
    now: datetime

    @property
    def worker_is_silent(self) -> bool:
        silent_since = self.now - timedelta(minutes=WORKER_SILENT_AFTER_MINUTES)
        return self.worker_seen_at is None or self.worker_seen_at < silent_since


def post_office(now: datetime) -> PostOffice:
    """Four queries."""
    beat = Heartbeat.select().order_by(Heartbeat.seen_at.desc()).first()
    return PostOffice(
        failed=outbox.failed_mails(limit=MOST_SHOWN),
        failed_in_all=Mail.select().where(Mail.status == MailStatus.FAILED).count(),
        waiting=Mail.select().where(Mail.status == MailStatus.WAITING).count(),
        worker_seen_at=beat.seen_at if beat else None,
        now=now,
    )


def failed_mail(public_id: str) -> Mail:
    """This mail, while it is on the list; raises NotFailed when it is not there any more."""
    found = Mail.get_or_none(Mail.public_id == public_id)
    if found is None:
        raise NotFound
    if found.status != MailStatus.FAILED:
        raise NotFailed
    return found


# -- the clock


@dataclass(frozen=True)
class Finding:
    """A talk that somebody has to look at, and why."""

    talk: PlannedTalk
    region: str
    troubles: list[Trouble]


@dataclass(frozen=True)
class Touched:
    """A clock change or a holiday: how many talks are planned around it, and how many of these need a look."""

    talks: int
    findings: int


@dataclass(frozen=True)
class ClockPage:
    """What the clock and the holidays of a year do to talks; the first findings, and how many there are in all."""

    changes: list[tuple[ClockChange, Touched]]
    holidays: list[tuple[date, str, Touched]]
    findings: list[Finding]
    findings_in_all: int


def clock_page(now: datetime, *, language: str) -> ClockPage:
    """Six queries: the talks, their coaches, what these keep (three), and what regions are called."""
    first, last = rules.year_from(local_day(now))
    changes = rules.clock_changes(now, number=2)
    holidays = calendar.holidays_by_name(first, last, language)
    talks = _talks_on([*(change.days for change in changes), *((day, day) for day in holidays)], now)
    findings = _findings(talks, now)

    def touched(first: date, last: date) -> Touched:
        there = list(rules.talks_between(talks, first, last))
        return Touched(len(there), sum(talk.public_id in findings for talk in there))

    return ClockPage(
        changes=[(change, touched(*change.days)) for change in changes],
        holidays=[(day, name, touched(day, day)) for day, name in holidays.items()],
        findings=list(findings.values())[:MOST_SHOWN],
        findings_in_all=len(findings),
    )


def _talks_on(periods: Iterable[tuple[date, date]], now: datetime) -> list[PlannedTalk]:
    """Planned talks that are still to come and begin on one of these days, the first one first. One query."""
    begins_then = [
        (Session.starts_at >= start_of(first)) & (Session.starts_at < start_of(last + rules.DAY))
        for first, last in periods
    ]
    rows = (
        Session.select(
            Session.public_id, Session.coach, Enrolment.region, Session.starts_at, Session.minutes, Block.wall_start
        )
        .join(Trajectory)
        .join(Enrolment)
        .join_from(Session, Block, peewee.JOIN.LEFT_OUTER)
        .where(Session.status == SessionStatus.PLANNED, Session.starts_at > now, reduce(or_, begins_then))
        .order_by(Session.starts_at, Session.id)
    )
    return [PlannedTalk(*row) for row in rows.tuples().execute()]


def _findings(talks: list[PlannedTalk], now: datetime) -> dict[str, Finding]:
    """The talks that need a look, by public id, in the order of the talks. Five queries."""
    coaches = Coach.select(Coach.id, Coach.works_on_holidays).where(Coach.id.in_({talk.coach_id for talk in talks}))
    kept = availability.kept_by_all(list(coaches), since=now)
    names = regions.region_names(local_day(now))
    found = ((talk, rules.troubles(talk, kept[talk.coach_id])) for talk in talks)
    return {
        talk.public_id: Finding(talk, names.get(talk.region or "", ""), troubles)
        for talk, troubles in found
        if troubles
    }
