"""Where the facts about people who signed up come from."""

from collections.abc import Iterable
from typing import Any

import peewee
from peewee import Case, fn

from portal.counting.rows import Facts, alike, fetched, of_region, person_of, status_on, that_went, with_sessions, yes
from portal.counting.rules import FIRST_ACTIVITIES, TALKS, By, Ending, Scope, SignedUp
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.programmes.codes import DestinationClass, Origin, ReferralKind, TalkKind
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory

ENDINGS = {
    EnrolmentStatus.HANDED_OVER: Ending.HANDED_OVER,
    EnrolmentStatus.WITHDRAWN: Ending.WITHDRAWN,
    EnrolmentStatus.UNREACHABLE: Ending.UNREACHABLE,
    EnrolmentStatus.OUT_OF_SCOPE: Ending.OUT_OF_SCOPE,
    EnrolmentStatus.COMPLETED: Ending.CLOSED,
    EnrolmentStatus.STOPPED: Ending.CLOSED,
}
# On the reference date an enrolment of the period may only have been sent: then it was open, and not yet anything else.
AS_OPEN = OPEN | {EnrolmentStatus.SUBMITTED}
COLUMNS = (
    *("nth", "supported", "handovers", "referred", "in_progress", "ending"),
    *("entered", "open", "mature", "sent_here", "dropout"),
)
WORKSHOP, TALK = 1, 2


def signed_up(scope: Scope, by: By | None) -> Facts:
    """The enrolments of the period and, with the first of each person, what is true of that person."""
    for key, nth, *numbers, dropout, times in alike(_persons(scope), COLUMNS, scope, by):
        supported, handovers, referred, in_progress, ending, entered, is_open, is_mature, sent_here = map(int, numbers)
        fact = SignedUp(
            is_first=nth == 1,
            supported=bool(supported),
            handovers=handovers,
            referred=bool(referred),
            in_progress=bool(in_progress),
            ending=Ending(ending),
            entered=bool(entered),
            is_open=bool(is_open),
            is_mature=bool(is_mature),
            dropout=dropout,
            from_contact_point=bool(sent_here),
        )
        yield key, fact, times


def referred(scope: Scope) -> Facts:
    """The people of the period who were referred, once in the group of every class of destination."""
    person = _persons(scope).alias("person")
    seen = _referrals(scope, Referral.destination_class).alias("seen")
    columns = [seen.c.destination_class, person.c.person, person.c.supported]
    each = (
        peewee.Select([person], [*columns, fn.SUM(seen.c.trauma).alias("handovers")])
        .join(seen, on=(seen.c.enrolment_id == person.c.enrolment))
        .where(scope.region is None or person.c.region == scope.region)
        .group_by(*columns)
        .alias("each")
    )
    same = [each.c.destination_class, each.c.supported, each.c.handovers]
    for key, supported, handovers, times in fetched(
        peewee.Select([each], [*same, fn.COUNT(peewee.SQL("*"))]).group_by(*same)
    ):
        yield key, SignedUp.referred_person(supported=bool(supported), handovers=int(handovers)), times


def _persons(scope: Scope) -> peewee.Select:
    """One row per enrolment that counts, with what is true of its person over all of them in the period."""
    one = _enrolled(scope).cte("one", materialized=True)
    person = peewee.Window(
        partition_by=[one.c.person],
        order_by=[one.c.at, one.c.enrolment],
        start=peewee.Window.preceding(),
        end=peewee.Window.following(),
    )
    is_open, entered = one.c.status.in_(AS_OPEN), one.c.best >= WORKSHOP
    return (
        one.select_from(
            one.c.enrolment,
            one.c.person,
            one.c.region,
            one.c.branch,
            one.c.origin,
            one.c.at,
            yes(fn.ROW_NUMBER().over(window=person) == 1).alias("nth"),
            fn.MAX(yes(one.c.best == TALK)).over(window=person).alias("supported"),
            fn.SUM(one.c.trauma).over(window=person).alias("handovers"),
            fn.MAX(one.c.referred).over(window=person).alias("referred"),
            fn.MAX(yes(is_open)).over(window=person).alias("in_progress"),
            fn.MIN(_ending(one.c)).over(window=person).alias("ending"),
            yes(entered).alias("entered"),
            yes(is_open).alias("open"),
            yes(one.c.at < scope.mature_before).alias("mature"),
            yes(one.c.origin == Origin.CONTACT_POINT).alias("sent_here"),
            Case(None, [(is_open | entered, "")], fn.COALESCE(one.c.reason, one.c.status)).alias("dropout"),
        )
        .where(one.c.status != EnrolmentStatus.DUPLICATE)
        .window(person)
    )


def _ending(one: Any) -> Any:
    ended = [(one.status == status, ending) for status, ending in ENDINGS.items()]
    return Case(None, [(one.handovers == 1, Ending.HANDED_OVER), *ended], Ending.OPEN)


def _enrolled(scope: Scope) -> peewee.Select:
    """The enrolments confirmed in the period, with what each of them was and had on the reference date."""
    seen = _referrals(scope).alias("seen")
    best = [(fn.EXISTS(_held(scope, TALKS)), TALK), (fn.EXISTS(_held(scope, FIRST_ACTIVITIES)), WORKSHOP)]
    return (
        Enrolment.select(
            Enrolment.id.alias("enrolment"),
            person_of(Enrolment.participant, Enrolment.id).alias("person"),
            Enrolment.region.alias("region"),
            Enrolment.branch.alias("branch"),
            Enrolment.origin.alias("origin"),
            Enrolment.enrolled_at.alias("at"),
            Enrolment.close_reason.alias("reason"),
            status_on(scope).alias("status"),
            Case(None, best, 0).alias("best"),
            yes(seen.c.enrolment_id.is_null(False)).alias("referred"),
            fn.COALESCE(seen.c.handovers, 0).alias("handovers"),
            fn.COALESCE(seen.c.trauma, 0).alias("trauma"),
        )
        .join_from(Enrolment, seen, peewee.JOIN.LEFT_OUTER, on=(seen.c.enrolment_id == Enrolment.id))
        .where(*of_period(scope))
    )


def of_period(scope: Scope) -> Iterable[peewee.Expression]:
    """Confirmed in the period. The whole country: what is true of a person may have happened in another region."""
    return (
        Enrolment.programme == scope.programme,
        Enrolment.enrolled_at >= scope.period.starts_at,
        Enrolment.enrolled_at < scope.period.ends_at,
    )


def of_period_here(scope: Scope) -> Iterable[peewee.Expression]:
    """The same, of the scope's region if it has one: for facts about one enrolment. Programme and period are told so
    that SQLite does not look for them: a region is the smaller group."""
    if scope.region is None:
        return of_period(scope)
    confirmed_at = fn.COALESCE(Enrolment.enrolled_at, Enrolment.submitted_at)
    return (
        *of_region(scope),
        fn.COALESCE(Enrolment.programme, "") == scope.programme,
        Enrolment.enrolled_at.is_null(False),
        confirmed_at >= scope.period.starts_at,
        confirmed_at < scope.period.ends_at,
    )


def _held(scope: Scope, kinds: Iterable[TalkKind]) -> peewee.Select:
    """What an enrolment had of these kinds that was held on or before the reference date; asked for each by itself, for
    one is enough."""
    return with_sessions(Trajectory.select(peewee.SQL("1"))).where(
        Trajectory.enrolment == Enrolment.id,
        that_went(SessionStatus.HELD),
        Session.kind.in_(sorted(kinds)),
        Session.starts_at < scope.seen_until,
    )


def _referrals(scope: Scope, *columns: peewee.Field) -> peewee.Select:
    """Per enrolment (and these columns): whether anything was handed over, and how often for trauma care.

    All as it was on the reference date: a handover counts from the day it was sent, and does not any more from the day
    on which it turned out that it had not arrived.
    """
    failed_later = (Referral.status == ReferralStatus.NOT_ARRIVED) & (Referral.settled_on > scope.reference_date)
    handover = (
        (Referral.kind == ReferralKind.WARM_HANDOVER)
        & (Referral.consent == True)  # noqa: E712
        & (fn.COALESCE(Referral.sent_on, Referral.referred_on) <= scope.reference_date)
        & (Referral.status.in_((ReferralStatus.SENT, ReferralStatus.ARRIVED)) | failed_later)
    )
    trauma = handover & (Referral.destination_class == DestinationClass.TRAUMA)
    return (
        Referral.select(
            Referral.enrolment,
            *columns,
            fn.MAX(yes(handover)).alias("handovers"),
            fn.SUM(yes(trauma)).alias("trauma"),
        )
        .where(Referral.referred_on <= scope.reference_date)
        .group_by(Referral.enrolment, *columns)
    )
