"""All counters in the order in which pages show them, and what their parts are called."""

from portal.counting.definitions import (
    MEDIAN_DAYS,
    MEDIAN_HOURS,
    NINE_IN_TEN_DAYS,
    NINE_IN_TEN_HOURS,
    Definition,
    by_id,
)
from portal.counting.journey import JOURNEY
from portal.counting.offer import ACTIVITIES, COACHES, CONTACT, EVALUATION
from portal.counting.people import ENTRY, REFERRALS, SUPPORT
from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations.rules import Statement
from portal.i18n import N_
from portal.programmes.codes import CloseReason, Funding

# Raised with every change of any definition: a report says by which set it was counted.
DEFINITIONS_VERSION = 2
SECTIONS = (SUPPORT, REFERRALS, ENTRY, CONTACT, ACTIVITIES, COACHES, EVALUATION)
# What the overview of a region shows besides.
OVERVIEW = (JOURNEY,)
DEFINITIONS = by_id(SECTIONS + OVERVIEW)
# All that can be said of a class of destination: persons per class may overlap.
BY_DESTINATION = tuple(definition.id for definition in REFERRALS.definitions)

PART_LABELS: dict[str, str] = {
    **{code.value: code.label for codes in (CloseReason, Funding, Statement) for code in codes},
    EnrolmentStatus.WITHDRAWN: N_("Withdrawn"),
    EnrolmentStatus.OUT_OF_SCOPE: N_("Outside the programme"),
    EnrolmentStatus.HANDED_OVER: N_("Handed over"),
    EnrolmentStatus.COMPLETED: N_("Completed, reason unknown"),
    EnrolmentStatus.STOPPED: N_("Stopped, reason unknown"),
    "blocked": N_("Of these, blocked"),
    "paused": N_("Of these, taking a pause"),
    MEDIAN_HOURS: N_("Hours from sign-up to first contact (median)"),
    NINE_IN_TEN_HOURS: N_("Hours from sign-up to first contact (nine in ten people)"),
    MEDIAN_DAYS: N_("Days since the sign-up (median)"),
    NINE_IN_TEN_DAYS: N_("Days since the sign-up (nine in ten people)"),
}


def definition_of(figure_id: str) -> Definition:
    """The definition of a figure or of a part: 'T15.ill' is defined by T15."""
    return DEFINITIONS[figure_id.partition(".")[0]]
