"""The counters about people who signed up: support, handing over and referring, and entry."""

from collections.abc import Callable
from functools import partial

from portal.counting.definitions import Definition, Section
from portal.counting.rules import Ending, SignedUp
from portal.i18n import N_

_sign_up = partial(Definition, of=SignedUp)


def _ended(ending: Ending) -> Callable[[SignedUp], bool]:
    return lambda one: one.is_first and not one.supported and one.ending == ending


SUPPORT = Section(
    "support",
    N_("Sign-ups and support"),
    (
        _sign_up(
            id="T01",
            name=N_("People who signed up"),
            text=N_(
                "People with at least one sign-up that was confirmed in the period. "
                "Anyone who signed up twice counts once."
            ),
            counts=lambda one: one.is_first,
        ),
        _sign_up(
            id="T01b",
            name=N_("Sign-ups"),
            text=N_("All sign-ups that were confirmed in the period. Anyone who signed up twice counts twice."),
            counts=lambda one: 1,
        ),
        _sign_up(
            id="T02",
            name=N_("Under way"),
            text=N_("Of the people who signed up: those whose sign-up was still open on the reference date."),
            counts=lambda one: one.is_first and one.in_progress,
        ),
        _sign_up(
            id="T03",
            name=N_("Supported"),
            text=N_(
                "Of the people who signed up: those with at least one talk with a coach that was held on or before "
                "the reference date. An introductory talk counts. A talk to which nobody came does not."
            ),
            counts=lambda one: one.is_first and one.supported,
        ),
        _sign_up(
            id="T04",
            name=N_("Not supported"),
            text=N_(
                "The people who signed up and were not supported. "
                "Each of them is in exactly one of the six groups below: the first that fits."
            ),
            counts=lambda one: one.is_first and not one.supported,
        ),
        _sign_up(
            id="T04a",
            name=N_("Not supported: handed over"),
            text=N_("Handed over to other help without a talk: any kind of help, with consent, and sent or arrived."),
            counts=_ended(Ending.HANDED_OVER),
        ),
        _sign_up(
            id="T04b",
            name=N_("Not supported: withdrew"),
            text=N_("Withdrew the sign-up on or before the reference date."),
            counts=_ended(Ending.WITHDRAWN),
        ),
        _sign_up(
            id="T04c",
            name=N_("Not supported: could not be reached"),
            text=N_("Could not be reached: three tries, in two ways, within ten working days."),
            counts=_ended(Ending.UNREACHABLE),
        ),
        _sign_up(
            id="T04d",
            name=N_("Not supported: outside the programme"),
            text=N_("Does not belong to the people for whom the programme is."),
            counts=_ended(Ending.OUT_OF_SCOPE),
        ),
        _sign_up(
            id="T04e",
            name=N_("Not supported: still open"),
            text=N_("All others: their sign-up was still open on the reference date."),
            counts=_ended(Ending.OPEN),
        ),
        _sign_up(
            id="T04f",
            name=N_("Not supported: closed without a talk"),
            text=N_("Completed or stopped without a talk. For example after a workshop only."),
            counts=_ended(Ending.CLOSED),
        ),
    ),
)

REFERRALS = Section(
    "referrals",
    N_("Handed over and referred"),
    (
        _sign_up(
            id="T05",
            name=N_("Handed over for trauma care"),
            text=N_(
                "Of the people who signed up: those whom a coach handed over for trauma care on or before the "
                "reference date. They agreed to it, and it was sent or has arrived. People are counted, not events: "
                "two handovers of one person count once. Advice does not count."
            ),
            counts=lambda one: one.is_first and one.handovers > 0,
        ),
        _sign_up(
            id="T06",
            name=N_("Handed over without a talk"),
            text=N_("Of the people who were handed over for trauma care: those who were not supported."),
            counts=lambda one: one.is_first and one.handovers > 0 and not one.supported,
        ),
        _sign_up(
            id="T07",
            name=N_("Handed over during or after support"),
            text=N_("Of the people who were handed over for trauma care: those who were supported too."),
            counts=lambda one: one.is_first and one.handovers > 0 and one.supported,
        ),
        _sign_up(
            id="T08",
            name=N_("Handovers"),
            text=N_("All handovers for trauma care of the people who signed up. Two of one person count twice."),
            counts=lambda one: one.is_first * one.handovers,
        ),
        _sign_up(
            id="T08b",
            name=N_("Referred (all kinds)"),
            text=N_(
                "Of the people who signed up: those with at least one referral on or before the reference date. "
                "Advice, handover and urgent help all count, to any kind of help, whatever became of it."
            ),
            counts=lambda one: one.is_first and one.referred,
        ),
    ),
)

ENTRY = Section(
    "entry",
    N_("From sign-up to first activity"),
    (
        _sign_up(
            id="I01",
            name=N_("Sign-ups of this group"),
            text=N_("All sign-ups that were confirmed in the period. They are followed up to the reference date."),
            counts=lambda one: 1,
        ),
        _sign_up(
            id="I02",
            name=N_("Entered"),
            text=N_(
                "Of these sign-ups: those with a first activity, a talk or a workshop, "
                "that was held on or before the reference date."
            ),
            counts=lambda one: one.entered,
        ),
        _sign_up(
            id="I03",
            name=N_("Share that entered"),
            text=N_("The sign-ups that entered, as a share of all these sign-ups."),
            counts=lambda one: one.entered,
            among=lambda one: 1,
        ),
        _sign_up(
            id="I04",
            name=N_("Still waiting"),
            text=N_("Of these sign-ups: not entered, and still open on the reference date."),
            counts=lambda one: not one.entered and one.is_open,
        ),
        _sign_up(
            id="I05",
            name=N_("Share that entered, after 90 days"),
            text=N_(
                "The share that entered, of the sign-ups of at least 90 days before the reference date. "
                "So people who signed up last week do not lower it."
            ),
            counts=lambda one: one.is_mature and one.entered,
            among=lambda one: one.is_mature,
        ),
        _sign_up(
            id="I06",
            name=N_("Dropped out before the start"),
            text=N_("Of these sign-ups: not entered and not open any more on the reference date, by reason."),
            counts=lambda one: not one.entered and not one.is_open,
            part=lambda one: one.dropout,
        ),
        _sign_up(
            id="C01",
            name=N_("Came by way of a contact point"),
            text=N_(
                "The sign-ups of the period by people whom a regional contact point sent to us, as a share of the "
                "referrals to this programme that the contact points reported themselves over the same period. "
                "Without such a report there is no share."
            ),
            counts=lambda one: one.from_contact_point,
            among=lambda one: 0,
            whole_is_reported=True,
        ),
    ),
)
