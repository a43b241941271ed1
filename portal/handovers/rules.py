"""How a handover goes, what may be in it, how long it can be read, and when the coach is asked whether it worked."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.accounts.rules import check_no_service_number, code_digits
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.calendar import add_working_days, contact_deadline
from portal.programmes.codes import LabelledCode
from portal.referrals.rules import ReferralStatus

LONGEST_WORDS = 500
LINK_LIFETIME = timedelta(days=7)
CODE_TRIES = 5
# So long the words stay after they were read or told, in case something went wrong on the other side.
KEPT_AFTER_READING = timedelta(hours=24)
# So long they stay when nobody reads them: the week of the link, and one more to send it again.
KEPT_UNREAD = 2 * LINK_LIFETIME
# After so many working days the coach is asked whether it worked, and again as long as nobody knows (our choice).
ASK_AFTER_WORKING_DAYS = 3
# The words on the page with which the participant agrees; a new text gets a new version.
CONSENT_TEXT = "2026-11"


class Way(LabelledCode):
    """How it gets across."""

    MAIL = "mail", N_("By mail: the place reads the words once, with a code that you tell them by phone")
    PHONE = "phone", N_("By phone: you call the place and tell them the words")


class Step(LabelledCode):
    """What happened to a handover, in the words of its history."""

    PROPOSED = "proposed", N_("Proposed")
    WORDED = "worded", N_("Words changed by the participant")
    CONSENTED = "consented", N_("Approved by the participant")
    ALONE = "alone", N_("The participant makes contact alone")
    DECLINED = "declined", N_("Not now, said the participant")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    SENT = "sent", N_("Sent by mail")
    TOLD = "told", N_("Told by phone")
    READ = "read", N_("Read at the place")
    UNREAD = "unread", N_("Not read: the link does not work any more")
    ARRIVED = "arrived", N_("There was contact")
    NOT_ARRIVED = "not_arrived", N_("There was no contact")


class Answer(StrEnum):
    """What the participant says to a proposal."""

    YES = "yes"
    ALONE = "alone"
    NOT_NOW = "not_now"


class Closing(StrEnum):
    """Whether a coach who closes a trajectory says that they know of the handover under way."""

    SAID_NOTHING = "said_nothing"
    STAYS = "stays"


UNSENT = frozenset({ReferralStatus.PROPOSED, ReferralStatus.CONSENTED})
UNDER_WAY = UNSENT | {ReferralStatus.SENT}


class NothingToHandOver(DomainError):
    status = 409
    message = N_("This trajectory is closed, so nothing can be handed over any more.")


class ProposedAlready(DomainError):
    status = 409
    message = N_("A handover to this place is under way already.")


class NoMailAddress(DomainError):
    field = "way"
    message = N_("This place has no e-mail address that may receive a handover. Choose by phone.")


class WordsMissing(DomainError):
    field = "words"
    message = N_("Fill in what is passed on.")


class MovedOn(DomainError):
    """Somebody was first: it is not as it was when the page was opened."""

    status = 409
    message = N_("This has changed meanwhile. Open the page again to see how it stands now.")


class WordsGone(DomainError):
    status = 409
    message = N_("The words are erased by now. Propose it again, then the participant can approve them again.")


class LinkWorksStill(DomainError):
    status = 409
    message = N_("The link still works. Tell the code once more by phone.")


class LinkOver(DomainError):
    status = 410
    message = N_("This link does not work any more. Call the person who told you about it.")


class WrongCode(DomainError):
    field = "code"
    message = N_("This code is not right. Look again at the code that you were told by phone.")


class HandoverUnderWay(DomainError):
    field = "stays"
    message = N_("A handover is under way. Tick that you know this, or first say what became of it.")


def before(outcome: ReferralStatus) -> frozenset[ReferralStatus]:
    """From where it can turn out so: there may be contact after all, but no contact is not told twice."""
    late = {ReferralStatus.NOT_ARRIVED} if outcome == ReferralStatus.ARRIVED else set()
    return frozenset({ReferralStatus.SENT, *late})


def check_words(words: str) -> None:
    """No story is asked for, and no citizen service number may be in it (UAVG art. 46)."""
    if not words.strip():
        raise WordsMissing
    check_no_service_number(words, "words")


def check_way(way: Way, address: str) -> None:
    if way == Way.MAIL and not address:
        raise NoMailAddress


def check_closing(under_way: Sequence[object], closing: Closing) -> None:
    """The coach stays until it has arrived; closing is possible when they say that they know (our choice)."""
    if under_way and closing is Closing.SAID_NOTHING:
        raise HandoverUnderWay


def new_code() -> str:
    """Six digits to tell by phone. The link takes five tries, so guessing works once in 200,000 times."""
    return f"{secrets.randbelow(1_000_000):06d}"


def is_the_code(typed: str, code: str) -> bool:
    return hmac.compare_digest(code_digits(typed).encode(), code.encode())


def ask_next(now: datetime) -> datetime:
    """The moment, in UTC, from which the coach is asked (again) whether it worked: three working days later."""
    return contact_deadline(now, ASK_AFTER_WORKING_DAYS)


def is_to_ask(sent_on: date | None, today: date) -> bool:
    """Whether it was sent so long ago that the coach should know by now."""
    return sent_on is not None and add_working_days(sent_on, ASK_AFTER_WORKING_DAYS) <= today
