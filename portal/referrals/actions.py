"""Recording advice and urgent help: kind, class, place and day, never words. Handovers have a feature of their own."""

from datetime import date, datetime

from portal import audit, clock
from portal.access import Actor
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.enrolments import actions as enrolments
from portal.enrolments.rules import EventKind
from portal.programmes.codes import DestinationClass, ReferralKind
from portal.referrals import queries, rules
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus, UrgentChannel
from portal.trajectories.models import Trajectory


def record_advice(
    actor: Actor,
    *,
    trajectory: Trajectory,
    destination_class: DestinationClass,
    destination_name: str = "",
    referred_on: date,
    now: datetime,
) -> Referral:
    """The coach named a place, the participant goes there alone. No data leave, so nobody has to agree."""
    rules.check_not_urgent(destination_class)
    return _record(
        actor,
        Referral(kind=ReferralKind.ADVICE, destination_class=destination_class, destination_name=destination_name),
        trajectory,
        referred_on,
        now,
    )


def record_urgent_help(
    actor: Actor, *, trajectory: Trajectory, channel: UrgentChannel, referred_on: date, now: datetime
) -> Referral:
    """Safety came first. Afterwards only that it was, when, and by which channel."""
    return _record(
        actor,
        Referral(kind=ReferralKind.URGENT, destination_class=DestinationClass.URGENT, channel=channel),
        trajectory,
        referred_on,
        now,
    )


def _record(actor: Actor, referral: Referral, trajectory: Trajectory, referred_on: date, now: datetime) -> Referral:
    """One step; the trajectory goes on. Raises RecordedAlready for the same help on the same day."""
    enrolment = trajectory.enrolment
    rules.check_day(referred_on, enrolled_on=clock.local_day(enrolment.enrolled_at), today=clock.local_day(now))
    referral.public_id = new_public_id()
    referral.enrolment, referral.coach = enrolment, trajectory.coach_id
    referral.status = ReferralStatus.GIVEN
    referral.referred_on, referral.recorded_at = referred_on, now
    with transaction():
        lock(enrolment)
        if queries.is_recorded(referral):
            raise rules.RecordedAlready
        referral.save(force_insert=True)
        enrolments.note(enrolment, EventKind.REFERRED, actor=actor, now=now)
        audit.record(actor, "referral.recorded", referral)
    return referral
