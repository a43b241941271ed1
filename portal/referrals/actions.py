"""Recording that somebody was referred: kind, class, day and consent, never words."""

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
from portal.referrals.rules import ConsentGiven
from portal.trajectories.models import Trajectory


def record_referral(
    actor: Actor,
    *,
    trajectory: Trajectory,
    kind: ReferralKind,
    destination_class: DestinationClass | None,
    consent_given: ConsentGiven,
    referred_on: date,
    now: datetime,
) -> Referral:
    """Keep what a coach did together with the participant, as one step; the trajectory goes on.

    Consent is kept for a warm handover only: nothing else needs it.
    """
    enrolment = trajectory.enrolment
    rules.check_consent(kind, consent_given)
    rules.check_day(referred_on, enrolled_on=clock.local_day(enrolment.enrolled_at), today=clock.local_day(now))
    referral = Referral(
        public_id=new_public_id(),
        enrolment=enrolment,
        coach=trajectory.coach_id,
        kind=kind,
        destination_class=rules.destination(kind, destination_class),
        consent=kind == ReferralKind.WARM_HANDOVER,
        status=rules.status_of(kind),
        referred_on=referred_on,
        recorded_at=now,
    )
    with transaction():
        lock(enrolment)
        if queries.is_recorded(referral):
            raise rules.RecordedAlready
        referral.save(force_insert=True)
        enrolments.note(enrolment, EventKind.REFERRED, actor=actor, now=now)
        audit.record(actor, "referral.recorded", referral)
    return referral
