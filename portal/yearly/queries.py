"""Reading reports. Whoever has to do with national figures sees all of them; everybody sees the public ones."""

import json
from dataclasses import dataclass

import peewee
from peewee import fn

from portal.access import NOBODY, Actor
from portal.accounts.models import Account
from portal.counting.figures import Count
from portal.counting.periods import Period
from portal.counting.rules import Scope
from portal.disclosure.rules import Protected, protect
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.errors import NotFound
from portal.i18n import gettext
from portal.programmes.codes import ProgrammeCode, ReferralKind
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory
from portal.yearly.models import Report
from portal.yearly.rules import TASKS, OpenTasks, ReportState
from portal.years.rules import Selection

UNDER_WAY = (ReferralStatus.PROPOSED, ReferralStatus.CONSENTED)


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """Every report for who sees national figures; for anybody else those that were locked to be public."""
    if actor.may("report.see"):
        return Report.select()
    return Report.select().where(Report.state == ReportState.LOCKED, Report.is_public == True)  # noqa: E712


def reports_of(actor: Actor) -> list[Report]:
    """All of them, the newest first. One query."""
    return list(visible_to(actor).order_by(Report.made_at.desc(), Report.id.desc()))


def report(actor: Actor, public_id: str) -> Report:
    found: Report | None = visible_to(actor).where(Report.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def locked(actor: Actor, number: str, version: int | None = None) -> Report:
    """The locked report with this number: this version of it, or the newest; raises NotFound."""
    versions = visible_to(actor).where(Report.number == number, Report.state == ReportState.LOCKED)
    if version is not None:
        versions = versions.where(Report.version == version)
    found: Report | None = versions.order_by(Report.version.desc()).first()
    if found is None:
        raise NotFound
    return found


def public(number: str, version: int | None = None) -> Report:
    return locked(NOBODY, number, version)


def newest_public() -> Report | None:
    """The public report over the latest days, for everybody. One query."""
    found: Report | None = visible_to(NOBODY).order_by(Report.last_day.desc(), Report.locked_at.desc()).first()
    return found


def versions_of(actor: Actor, found: Report) -> list[Report]:
    """Every locked version of a report, the newest first. One query."""
    locked_ones = visible_to(actor).where(Report.number == found.number, Report.state == ReportState.LOCKED)
    return list(locked_ones.order_by(Report.version.desc()))


def contents_before(found: Report) -> list[str]:
    """What every locked version before this one says, the oldest first. One query."""
    earlier = Report.select(Report.content).where(
        Report.number == found.number, Report.version < found.version, Report.state == ReportState.LOCKED
    )
    return [content for (content,) in earlier.order_by(Report.version).tuples().execute()]


def locked_over(selection: Selection) -> Report | None:
    """The newest locked version of the report over this year. One query, of a year that is over."""
    if not selection.is_over:
        return None
    found: Report | None = (
        Report.select()
        .where(
            Report.programme == selection.programme,
            Report.period_code == selection.code,
            Report.first_day == selection.period.first_day,
            Report.last_day == selection.period.last_day,
            Report.state == ReportState.LOCKED,
        )
        .order_by(Report.version.desc())
        .first()
    )
    return found


def is_being_corrected(found: Report) -> bool:
    return bool(Report.select().where(Report.replaces == found).exists())


def names_of(found: Report) -> dict[int, str]:
    """Who made and approved it, by account id; who has left has no name any more. One query."""
    people = Account.select().where(Account.id.in_([found.made_by, found.approved_by]))
    return {account.id: account.name for account in people}


@dataclass(frozen=True)
class Findings:
    """What the last check found: identities that do not hold, and what is left to do, rounded."""

    broken: list[str]
    tasks: list[tuple[str, Protected]]


def findings_of(found: Report) -> Findings | None:
    """None before the first check."""
    if not found.findings:
        return None
    stored = json.loads(found.findings)
    tasks = [(gettext(TASKS[name]), protect(Count(number))) for name, number in stored["tasks"].items() if number]
    return Findings(stored["broken"], tasks)


def to_check() -> list[Report]:
    """What the worker has to check, the longest waiting first."""
    waiting = Report.select().where(Report.state == ReportState.DRAFT, Report.check_asked_at.is_null(False))
    return list(waiting.order_by(Report.check_asked_at, Report.id))


def numbers() -> list[str]:
    rows = Report.select(Report.number).where(Report.number.is_null(False)).distinct()
    return [number for (number,) in rows.tuples().execute()]


def periods_of_reports(programme: ProgrammeCode) -> list[tuple[Period, ReportState]]:
    """What the reports of this programme are about, with the state of each."""
    rows = Report.select(Report.first_day, Report.last_day, Report.state).where(Report.programme == programme)
    return [(Period(first, last), ReportState(state)) for first, last, state in rows.tuples().execute()]


def open_tasks(scope: Scope) -> OpenTasks:
    """What is still to be done about people of this scope. Three queries."""
    return OpenTasks(
        talks_without_outcome=_talks_without_outcome(scope),
        handovers_under_way=_handovers_under_way(scope),
        unsorted_duplicates=_unsorted_duplicates(scope),
    )


def _talks_without_outcome(scope: Scope) -> int:
    """Talks of the period that should have been held by the reference date, and of which nobody said how they went."""
    planned = (
        Session.select()
        .join(Trajectory)
        .where(
            Trajectory.programme == scope.programme,
            Session.status == SessionStatus.PLANNED,
            Session.starts_at >= scope.period.starts_at,
            Session.starts_at < scope.events_until,
        )
    )
    return int(planned.count())


def _handovers_under_way(scope: Scope) -> int:
    """Warm handovers of people of the period that were begun by the reference date and not sent yet."""
    begun = (
        Referral.select()
        .join(Enrolment)
        .where(
            *_confirmed_in(scope),
            Referral.kind == ReferralKind.WARM_HANDOVER,
            Referral.status.in_(UNDER_WAY),
            Referral.referred_on <= scope.reference_date,
        )
    )
    return int(begun.count())


def _unsorted_duplicates(scope: Scope) -> int:
    """Telephone numbers under which more than one account signed up in the period: one person, or a family?"""
    shared = (
        Enrolment.select(Account.phone)
        .join(Account)
        .where(*_confirmed_in(scope), Enrolment.status != EnrolmentStatus.DUPLICATE, Account.phone != "")
        .group_by(Account.phone)
        .having(fn.COUNT(Account.id.distinct()) > 1)
    )
    return int(shared.count())


def _confirmed_in(scope: Scope) -> tuple[peewee.Expression, ...]:
    return (
        Enrolment.programme == scope.programme,
        Enrolment.enrolled_at >= scope.period.starts_at,
        Enrolment.enrolled_at < scope.period.ends_at,
    )
