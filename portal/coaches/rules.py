"""Who may be offered to participants, what a profile needs, how long a certificate holds, and how a coach leaves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from portal.accounts.rules import LooksLikeServiceNumber, check_no_service_number, passes_elfproef
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import Branch, LabelledCode, Mode, ProgrammeCode, Theme
from portal.programmes.rules import PROGRAMMES

# Warn 60 days before a certificate ends (our choice).
WARN_BEFORE = timedelta(days=60)
# The registers renew after at most five years; ten leaves room for one that we do not know.
LONGEST_VALIDITY = timedelta(days=3653)
MOST_PEOPLE = 50
PER_PAGE = 50


class VideoBy(LabelledCode):
    """Where a coach talks online."""

    OWN_LINK = "own_link", N_("I have a link of my own")
    PORTAL_ROOM = "portal_room", N_("The portal makes a new room for every talk")


class CoachStatus(LabelledCode):
    APPLIED = "applied", N_("Not checked yet")
    AVAILABLE = "available", N_("Available")
    PAUSED = "paused", N_("On pause")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    BLOCKED = "blocked", N_("Blocked")


# Who is still with us: these can withdraw, be blocked, or go on in another programme.
PRESENT = frozenset({CoachStatus.APPLIED, CoachStatus.AVAILABLE, CoachStatus.PAUSED})


class Certificate(StrEnum):
    """How it stands with the proof of a coach."""

    MISSING = "missing"
    ENDED = "ended"
    ENDING = "ending"
    VALID = "valid"


class Shown(LabelledCode):
    """Which coaches of a region somebody wants to see."""

    PRESENT = "", N_("Everyone who is with us")
    AVAILABLE = "available", N_("Available")
    PAUSED = "paused", N_("On pause")
    APPLIED = "applied", N_("Not checked yet")
    ENDING = "ending", N_("Certificate ends or has ended")
    BLOCKED = "blocked", N_("Blocked")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class ProfileIncomplete(DomainError):
    message = N_("This profile is not complete yet.")

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class NoRemoteMode(DomainError):
    field = "modes"
    message = N_("Talks of Extra coaching are online or by phone. Choose one of these too.")


class VideoLinkMissing(DomainError):
    field = "video_link"
    message = N_("Fill in the link where you talk online, for example https://meet.example.org/your-name.")


class NotALink(DomainError):
    field = "video_link"
    message = N_("This is not a link. It looks like https://meet.example.org/your-name.")


class PlaceMissing(DomainError):
    field = "place"
    message = N_("Fill in where you receive people, and the 4 digits of its postcode.")


class NotAgreed(DomainError):
    field = "ethics"
    message = N_("You can only coach here if you agree with both.")


class LooksLikeBigNumber(DomainError):
    field = "number"
    message = N_("This looks like a BIG number. We may not keep that. Use the number of the coaching register.")


class CertificateEnded(DomainError):
    field = "valid_until"
    message = N_("This certificate has ended. Only record one that is still valid.")


class CertificateTooLong(DomainError):
    field = "valid_until"
    message = N_("This is more than ten years away. Look at the year again.")


class StatusForbids(DomainError):
    """Somebody else changed it meanwhile, or the page is old."""

    status = 409
    message = N_("This is not possible any more: the status of this coach has changed. Load the page again.")


class WithdrawnInFuture(DomainError):
    field = "withdrawn_on"
    message = N_("Fill in today or a day in the past.")


class WithdrawnBeforeStart(DomainError):
    field = "withdrawn_on"
    message = N_("This is before the day on which this coach became available.")


class NotYourRegion(DomainError):
    field = "region"
    message = N_("You can only invite coaches for your own region.")


class AlreadyACoach(DomainError):
    field = "email"
    message = N_("This person is a coach already. Ask them to choose your region in their profile.")


@dataclass(frozen=True)
class Profile:
    """What a coach says about themself; on which terms people book with them stands in `terms`."""

    intro: str = ""
    programmes: frozenset[ProgrammeCode] = frozenset()
    themes: frozenset[Theme] = frozenset()
    modes: frozenset[Mode] = frozenset()
    regions: frozenset[str] = frozenset()
    branches: frozenset[Branch] = frozenset()
    languages: str = ""
    pc4: int | None = None
    place: str = ""
    video_link: str = ""
    video_by: VideoBy = VideoBy.OWN_LINK
    capacity: int = 4


@dataclass(frozen=True)
class Standing:
    """Everything that decides whether a coach can be offered. `checked_until` is the end of the longest certificate."""

    status: CoachStatus
    agreed_at: datetime | None
    checked_until: date | None
    programmes: frozenset[ProgrammeCode]
    available_from: date | None = None
    withdrawn_on: date | None = None
    blocked_on: date | None = None


def is_bookable(standing: Standing, *, programme: ProgrammeCode, today: date) -> bool:
    """Offered to participants of this programme: available, agreed to the code, checked and valid today."""
    return (
        standing.status == CoachStatus.AVAILABLE
        and standing.agreed_at is not None
        and programme in standing.programmes
        and is_valid(standing.checked_until, today)
        and (standing.available_from is None or standing.available_from <= today)
        and standing.withdrawn_on is None
        and standing.blocked_on is None
    )


def is_valid(checked_until: date | None, today: date) -> bool:
    """A certificate holds up to and including its last day."""
    return checked_until is not None and today <= checked_until


def certificate(checked_until: date | None, today: date) -> Certificate:
    """MISSING, ENDED, ENDING within 60 days, or VALID."""
    if checked_until is None:
        return Certificate.MISSING
    if not is_valid(checked_until, today):
        return Certificate.ENDED
    return Certificate.ENDING if checked_until - WARN_BEFORE <= today else Certificate.VALID


def has_room(*, running: int, capacity: int) -> bool:
    return running < capacity


# -- the profile


def problems(profile: Profile) -> Iterator[DomainError]:
    """Everything that keeps this profile from being used."""
    for field in ("intro", "programmes", "themes", "modes", "regions"):
        if not getattr(profile, field):
            yield ProfileIncomplete(field)
    if not 1 <= profile.capacity <= MOST_PEOPLE:
        yield ProfileIncomplete("capacity")
    yield from _problems_of_modes(profile)
    for field in ("intro", "languages", "place"):
        try:
            check_no_service_number(getattr(profile, field), field)
        except LooksLikeServiceNumber as error:
            yield error


def _problems_of_modes(profile: Profile) -> Iterator[DomainError]:
    if any(profile.modes.isdisjoint(PROGRAMMES[code].modes) for code in profile.programmes if profile.modes):
        yield NoRemoteMode()
    if Mode.VIDEO in profile.modes and profile.video_by == VideoBy.OWN_LINK and not profile.video_link:
        yield VideoLinkMissing()
    if profile.video_link and not is_link(profile.video_link):
        yield NotALink()
    if Mode.LOCATION in profile.modes and not (profile.place and profile.pc4):
        yield PlaceMissing()


def check_profile(profile: Profile) -> None:
    """Raise the first of the problems, if there is one."""
    for problem in problems(profile):
        raise problem


def check_agreement(agreed_at: datetime | None, *, agrees: str) -> None:
    """Once: yes to the code of ethics and to confidentiality."""
    if agreed_at is None and agrees != "yes":
        raise NotAgreed


def full_link(text: str | None) -> str:
    """'meet.example.org/bram' as people copy it, with https:// before it; '' stays ''."""
    copied = (text or "").strip()
    return copied if not copied or "://" in copied else f"https://{copied}"


def is_link(text: str) -> bool:
    """An address on the web, of a host with a dot, without a name or password in it."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", host) is not None
        and "@" not in parts.netloc
        and not re.search(r"[\s\\<>\"]", text)
    )


# -- what the desk records


def check_qualification(number: str, valid_until: date, *, today: date) -> None:
    """Raise what is wrong with the proof of a coach."""
    check_register_number(number)
    check_last_day(valid_until, today=today)


def check_register_number(number: str) -> None:
    """Refuse a citizen service number and a BIG number (UAVG art. 46)."""
    digits = re.sub(r"[\s.-]", "", number)
    check_no_service_number(number, "number")
    if re.fullmatch(r"[0-9]{9}", digits) and passes_elfproef(digits):
        raise LooksLikeServiceNumber("number")
    if re.fullmatch(r"[0-9]{11}", digits):
        raise LooksLikeBigNumber


def check_last_day(valid_until: date, *, today: date) -> None:
    """Refuse what has ended, and a year that is likely a slip."""
    if not is_valid(valid_until, today):
        raise CertificateEnded
    if valid_until > today + LONGEST_VALIDITY:
        raise CertificateTooLong


def check_status(status: CoachStatus, allowed: frozenset[CoachStatus]) -> None:
    """Raise StatusForbids when this step does not start from this status."""
    if status not in allowed:
        raise StatusForbids


def check_withdrawal(withdrawn_on: date, *, available_from: date | None, today: date) -> None:
    if withdrawn_on > today:
        raise WithdrawnInFuture
    if available_from is not None and withdrawn_on < available_from:
        raise WithdrawnBeforeStart


def settled_status(agreed_at: datetime | None, checked_until: date | None) -> CoachStatus:
    """Where a coach stands who is not on pause, withdrawn or blocked; a certificate that ended keeps its place."""
    return CoachStatus.AVAILABLE if agreed_at and checked_until else CoachStatus.APPLIED


def check_own_region(region: str, own: frozenset[str]) -> None:
    if region not in own:
        raise NotYourRegion


def page_number(text: str, *, pages: int) -> int:
    """The page that somebody asks for, the nearest that exists for anything else."""
    asked = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 1
    return min(max(asked, 1), max(pages, 1))
