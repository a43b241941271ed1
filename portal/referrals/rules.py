"""Which referrals exist and what each of them needs: three kinds that never mix."""

from datetime import date
from enum import StrEnum

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import DestinationClass, ReferralKind


class ReferralStatus(StrEnum):
    PROPOSED = "proposed"
    CONSENTED = "consented"
    SENT = "sent"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    WITHDRAWN = "withdrawn"
    GIVEN = "given"


class ConsentGiven(StrEnum):
    """What the participant said when the coach asked for permission."""

    YES = "yes"
    NO = "no"


# Urgent help is a kind of its own, not a place for advice or for a handover.
DESTINATIONS = tuple(d for d in DestinationClass if d is not DestinationClass.URGENT)


class ConsentMissing(DomainError):
    field = "consent"
    message = N_("A warm handover needs the permission of the participant. Ask for it first, or give advice instead.")


class DestinationMissing(DomainError):
    field = "destination_class"
    message = N_("Choose what kind of help it is.")


class NotUrgentHelp(DomainError):
    field = "kind"
    message = N_("Was it urgent help? Then choose that as what you did.")


class StillToCome(DomainError):
    field = "referred_on"
    message = N_("This day is still to come. Fill in the day on which it happened.")


class BeforeEnrolment(DomainError):
    field = "referred_on"
    message = N_("This day is before the enrolment. Fill in the day on which it happened.")


class RecordedAlready(DomainError):
    status = 409
    message = N_("You have recorded this already: the same help on the same day.")


def check_consent(kind: ReferralKind, given: ConsentGiven) -> None:
    """Data about somebody leave only with a warm handover, so that one needs explicit consent, each time."""
    if kind == ReferralKind.WARM_HANDOVER and given != ConsentGiven.YES:
        raise ConsentMissing


def destination(kind: ReferralKind, chosen: DestinationClass | None) -> DestinationClass:
    """The kind of help that is kept: of urgent help only that it was urgent, whatever was chosen."""
    if kind == ReferralKind.URGENT:
        return DestinationClass.URGENT
    if chosen is None:
        raise DestinationMissing
    if chosen == DestinationClass.URGENT:
        raise NotUrgentHelp
    return chosen


def status_of(kind: ReferralKind) -> ReferralStatus:
    """Where a referral stands that a coach records afterwards, as one step."""
    return ReferralStatus.SENT if kind == ReferralKind.WARM_HANDOVER else ReferralStatus.GIVEN


def check_day(referred_on: date, *, enrolled_on: date, today: date) -> None:
    if referred_on > today:
        raise StillToCome
    if referred_on < enrolled_on:
        raise BeforeEnrolment
