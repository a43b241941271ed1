"""Which referrals exist and what each of them needs: three kinds that never mix."""

from datetime import date

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import DestinationClass, LabelledCode


class ReferralStatus(LabelledCode):
    """How far it is. A handover goes from proposed by way of consented and sent; the rest is given, once."""

    PROPOSED = "proposed", N_("Proposed")
    CONSENTED = "consented", N_("Agreed, not sent yet")
    SENT = "sent", N_("Sent")
    ARRIVED = "arrived", N_("Arrived")
    NOT_ARRIVED = "not_arrived", N_("Not arrived")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    GIVEN = "given", N_("Given")


class UrgentChannel(LabelledCode):
    """By which way urgent help was called."""

    N112 = "112", "112"
    N113 = "113", "113"
    GP = "gp", N_("The GP or the emergency post")
    OTHER = "other", N_("Another way")


# Urgent help is a kind of its own, not a place for advice or for a handover.
DESTINATIONS = tuple(d for d in DestinationClass if d is not DestinationClass.URGENT)


class NotUrgentHelp(DomainError):
    field = "place"
    message = N_("Was it urgent help? Then record it as urgent help.")


class StillToCome(DomainError):
    field = "referred_on"
    message = N_("This day is still to come. Fill in the day on which it happened.")


class BeforeEnrolment(DomainError):
    field = "referred_on"
    message = N_("This day is before the enrolment. Fill in the day on which it happened.")


class RecordedAlready(DomainError):
    status = 409
    message = N_("You have recorded this already: the same help on the same day.")


def check_not_urgent(chosen: DestinationClass) -> None:
    """Urgent help is neither advised nor handed over: then safety comes first."""
    if chosen is DestinationClass.URGENT:
        raise NotUrgentHelp


def check_day(referred_on: date, *, enrolled_on: date, today: date) -> None:
    if referred_on > today:
        raise StillToCome
    if referred_on < enrolled_on:
        raise BeforeEnrolment
