"""Addresses, lifetimes and refusals of signing in: links live ten minutes, sessions end by themselves.

And what we never keep of a person: a citizen service number.
"""

import re
from datetime import datetime, timedelta
from itertools import takewhile

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from portal.access import WITH_SECOND_FACTOR, Role
from portal.errors import DomainError
from portal.i18n import N_

LINK_LIFETIME = timedelta(minutes=10)
INVITATION_LIFETIME = timedelta(days=7)
CODE_TRIES = 5
LONGEST_SESSION = timedelta(hours=12)
IDLE_PARTICIPANT = timedelta(hours=2)
IDLE_STAFF = timedelta(minutes=30)
# So long before the end somebody is warned.
WARNING_BEFORE_END = timedelta(minutes=5)
LONGEST_LOCAL_PART = 64  # RFC 5321; other mail servers refuse more.
SEEN_EVERY = timedelta(minutes=1)
# Words that stand before a family name and are not the name itself.
PARTICLE = re.compile(
    "['’][st]|aan|al|bij|da|das|de|del|den|der|di|do|dos|du|el|het|in|la|le|les|op|te|ten|ter|tot|uit|van|vom|von|voor|zu",
    re.IGNORECASE,
)
HOMES = {
    Role.COACH: "/coach",
    Role.REGION_ADMIN: "/regio",
    Role.REGION_STAFF: "/regio",
    Role.NATIONAL: "/landelijk",
    Role.OPERATOR: "/beheer/post",
    Role.PARTICIPANT: "/mijn",
}


class NotAnAddress(DomainError):
    field = "email"
    message = N_("Fill in your e-mail address. For example name@example.org.")


class LinkExpired(DomainError):
    status = 410
    message = N_("This link does not work any more. Ask for a new one.")


class InvitationExpired(LinkExpired):
    message = N_("This invitation does not work any more. Ask for a new one from the person who invited you.")


class OtherBrowser(DomainError):
    status = 409
    message = N_(
        "This link belongs to another browser. Go back to the page where you asked for it, and type the code there."
    )


class WrongCode(DomainError):
    field = "code"
    message = N_("This code is not right. Look at the newest mail and try again.")


class CodeExpired(DomainError):
    field = "code"
    message = N_("This code does not work any more. Ask for a new one.")


class LooksLikeServiceNumber(DomainError):
    """Nine digits that pass the elfproef (UAVG art. 46: we may not have one)."""

    message = N_("This looks like a citizen service number. Take it out, we do not need it.")

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class RegionMissing(DomainError):
    field = "regions"
    message = N_("Choose at least one region.")


def check_address(text: str) -> str:
    """The address as people write it, with a normal domain; raises NotAnAddress."""
    return _parsed(text).normalized


def address_key(address: str) -> str:
    """One key per mailbox owner: case-folded, IDNA domain. Plus-tags and dots stay: they may be another person.

    The domain by IDNA 2008, where ß is not ss: else the owner of the one domain would be let in as the other's.
    """
    return address_with_key(address)[1]


def address_with_key(text: str) -> tuple[str, str]:
    """Both of these, for who has very many addresses; raises NotAnAddress."""
    parsed = _parsed(text)
    return parsed.normalized, f"{parsed.local_part.casefold()}@{parsed.ascii_domain.lower()}"


def _parsed(text: str) -> ValidatedEmail:
    try:
        parsed = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnAddress from error
    if len(parsed.local_part) > LONGEST_LOCAL_PART:
        raise NotAnAddress
    return parsed


def limit_key(address: str) -> str:
    """One key per mailbox for limits only: without plus-tag, and without dots at gmail.com."""
    local, _, domain = address_key(address).rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain == 'gmail.com' else local}@{domain}"


def check_no_service_number(text: str, field: str) -> None:
    """Refuse a run of exactly nine digits that passes the elfproef, unless it is the tail of a phone number."""
    for run in re.finditer(r"(?<!\d)\d{9}(?!\d)", text):
        before = re.sub(r"[\s().-]+$", "", text[: run.start()])
        if passes_elfproef(run.group()) and not re.search(r"(?<!\d)(0|\+31|0031)$", before):
            raise LooksLikeServiceNumber(field)


def passes_elfproef(digits: str) -> bool:
    """Nine digits with weights 9…2 and -1: divisible by eleven, and not all zero."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return set(digits) != {"0"} and sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0


def needs_second_factor(roles: frozenset[Role]) -> bool:
    return not roles.isdisjoint(WITH_SECOND_FACTOR)


def has_ended(*, created_at: datetime, last_seen_at: datetime, roles: frozenset[Role], now: datetime) -> bool:
    """Idle for 30 minutes (participants: two hours), or older than twelve hours."""
    idle = IDLE_STAFF if needs_second_factor(roles) else IDLE_PARTICIPANT
    return now - last_seen_at > idle or now - created_at > LONGEST_SESSION


def seconds_until_warning(roles: frozenset[Role]) -> int:
    """How long after a page was opened its reader is warned; 0 for participants, who have the time.

    A minute early: so old can the moment be when we last noted that they were there.
    """
    warned = IDLE_STAFF - WARNING_BEFORE_END - SEEN_EVERY
    return int(warned.total_seconds()) if needs_second_factor(roles) else 0


def check_regions(role: Role, regions: list[str]) -> None:
    """Staff of a region, and coaches, are invited for at least one region."""
    if role in (Role.REGION_STAFF, Role.REGION_ADMIN, Role.COACH) and not regions:
        raise RegionMissing


def code_digits(text: str) -> str:
    """'123 456' and '123-456' are the same code."""
    return re.sub(r"[\s-]", "", text)


def home_of(roles: frozenset[Role]) -> str:
    """The page where this person's work is; who has several roles starts at the first of them."""
    return next((path for role, path in HOMES.items() if role in roles), "/mijn-inlog")


def safe_path(target: str | None) -> str | None:
    """A path on this portal to go on to, or None for anything else."""
    if not target or not re.fullmatch(r"/(?![/\\])[A-Za-z0-9/_.~%?=&+-]*", target):
        return None
    return target


# -- names


def short_name(first_name: str, last_name: str) -> str:
    """'Fatima B.', 'Lotte van den B.', 'Jan IJ.': enough to recognise somebody on a list. The last word is the name."""
    words = last_name.split()
    if not words:
        return first_name
    before = list(takewhile(PARTICLE.fullmatch, words[:-1]))
    return " ".join([first_name, *before, f"{_initial(words[len(before)])}."])


def _initial(word: str) -> str:
    letters = word.lstrip("'’-") or word
    return "IJ" if letters[:2].casefold() == "ij" else letters[0].upper()
