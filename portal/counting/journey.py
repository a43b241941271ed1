"""The counters about how far people come, from the sign-up to the evaluation, and how long that takes."""

from functools import partial

from portal.counting.definitions import IN_DAYS, IN_HOURS, Definition, Section
from portal.counting.rules import Journey
from portal.i18n import N_

_stage = partial(Definition, of=Journey)

JOURNEY = Section(
    "journey",
    N_("From sign-up to evaluation"),
    (
        _stage(
            id="F01",
            name=N_("Signed up"),
            text=N_(
                "All sign-ups that were confirmed in the period. They are followed up to the reference date: "
                "each next stage counts those of the stage before that came so far."
            ),
            counts=lambda one: 1,
        ),
        _stage(
            id="F02",
            name=N_("Contact with a coach"),
            text=N_(
                "Of these sign-ups: those with whom a coach was in touch on or before the reference date. Beside it "
                "the hours from sign-up to first contact: for half of the people it took no longer than the middle "
                "(the median), for nine in ten no longer than the other number."
            ),
            counts=lambda one: one.contacted,
            took=lambda one: one.hours_to_contact,
            durations=IN_HOURS,
        ),
        _stage(
            id="F03",
            name=N_("First talk"),
            text=N_(
                "Of these sign-ups: those with at least one talk with a coach that was held on or before the "
                "reference date. Beside it the days from sign-up to the first talk, by the calendar."
            ),
            counts=lambda one: one.talked,
            took=lambda one: one.days_to_talk,
            durations=IN_DAYS,
        ),
        _stage(
            id="F04",
            name=N_("Closed after a talk"),
            text=N_(
                "Of the sign-ups with a talk: those that the coach closed on or before the reference date. "
                "Beside it the days from sign-up to closing, by the calendar."
            ),
            counts=lambda one: one.closed,
            took=lambda one: one.days_to_closing,
            durations=IN_DAYS,
        ),
        _stage(
            id="F05",
            name=N_("Evaluation filled in"),
            text=N_(
                "Of the closed sign-ups with a talk: those who filled in the evaluation. "
                "We do not keep when they did, so the reference date leaves none out. "
                "Answers come along at least 10 at once."
            ),
            counts=lambda one: one.evaluated,
            version=2,
        ),
        _stage(
            id="F06",
            name=N_("Dropped out before the first talk"),
            text=N_("Of these sign-ups: without a talk and not open any more on the reference date, by reason."),
            counts=lambda one: bool(one.dropout),
            part=lambda one: one.dropout,
        ),
    ),
)
