"""What a sign-up needs, what it refuses kindly, and how long things are kept."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Self

import phonenumbers

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import ProgrammeCode

DRAFT_LIFETIME = timedelta(hours=24)
CONFIRM_WITHIN = timedelta(days=7)
# The words people agreed to; a new text gets a new version.
CONSENT_TEXTS = "2026-11"
LONGEST_WORDS = 1000

STEPS = ("place", "situation", "themes", "contact", "check")


class EnrolmentStatus(StrEnum):
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    MATCHED = "matched"
    STARTED = "started"
    COMPLETED = "completed"
    STOPPED = "stopped"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    OUT_OF_SCOPE = "out_of_scope"
    HANDED_OVER = "handed_over"


class Purpose(StrEnum):
    """What somebody agreed to; each separately, each to be withdrawn."""

    THEMES = "themes"
    WORDS = "words"
    READ_PRIVACY = "read_privacy"


class EventKind(StrEnum):
    """What can happen to an enrolment: one typed entry on the timeline each."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    REGION_CHANGED = "region_changed"
    COACH_CHOSEN = "coach_chosen"
    COACH_CHANGED = "coach_changed"
    CONTACTED = "contacted"
    TALK_BOOKED = "talk_booked"
    TALK_HELD = "talk_held"
    TALK_NO_SHOW = "talk_no_show"
    TALK_CANCELLED = "talk_cancelled"
    REFERRED = "referred"
    CLOSED = "closed"
    STATUS_SET = "status_set"
    EVALUATION_INVITED = "evaluation_invited"


OPEN = frozenset(
    {
        EnrolmentStatus.CONFIRMED,
        EnrolmentStatus.IN_PROGRESS,
        EnrolmentStatus.WAITING,
        EnrolmentStatus.MATCHED,
        EnrolmentStatus.STARTED,
    }
)
# Without a coach: who waits here waits for us.
WITHOUT_COACH = OPEN - {EnrolmentStatus.MATCHED, EnrolmentStatus.STARTED}

MAIL_DOMAINS = (
    "gmail.com",
    "hotmail.com",
    "hotmail.nl",
    "outlook.com",
    "outlook.nl",
    "live.nl",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "yahoo.com",
    "ziggo.nl",
    "kpnmail.nl",
    "kpnplanet.nl",
    "planet.nl",
    "home.nl",
    "casema.nl",
    "chello.nl",
    "upcmail.nl",
    "xs4all.nl",
    "hetnet.nl",
    "zonnet.nl",
    "tele2.nl",
    "online.nl",
    "telfort.nl",
    "quicknet.nl",
    "protonmail.com",
    "proton.me",
)


class LooksLikeServiceNumber(DomainError):
    """Nine digits that pass the elfproef (UAVG art. 46: we may not have one)."""

    message = N_("This looks like a citizen service number. Take it out, we do not need it.")

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class ThemesWithoutConsent(DomainError):
    field = "themes_consent"
    message = N_("Give your permission for the topics you chose, or skip this step.")


class WordsWithoutConsent(DomainError):
    field = "words_consent"
    message = N_("Give your permission for what you wrote, or leave that field empty.")


class NothingChosen(DomainError):
    field = "themes"
    message = N_("Choose what you want to talk about, or skip this step.")


class MailTypo(DomainError):
    """The address is likely misspelt; `suggestion` is what was meant."""

    field = "email"
    message = N_("Is your e-mail address right? Perhaps you mean %(suggestion)s.")

    def __init__(self, suggestion: str) -> None:
        super().__init__(suggestion=suggestion)
        self.suggestion = suggestion


class NotAPhoneNumber(DomainError):
    field = "phone"
    message = N_("This phone number is not right. Fill in 10 digits, for example 06 12345678.")


class RegionMissing(DomainError):
    field = "region"
    message = N_("Choose your region.")


@dataclass(frozen=True)
class SignUp:
    """What somebody has filled in so far; empty strings and tuples are not filled in yet."""

    programme: str = ProgrammeCode.SIJW.value
    pc4: int | None = None
    region: str = ""
    region_derived: str = ""
    work_situation: str = ""
    branch: str = ""
    themes_done: bool = False
    themes: tuple[str, ...] = ()
    words: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    call_times: tuple[str, ...] = ()
    shifts: str = ""

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        known = {f.name for f in fields(cls)}
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in stored.items() if k in known})

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def steps_done(self) -> list[bool]:
        return [
            self.pc4 is not None and bool(self.region),
            bool(self.work_situation),
            self.themes_done,
            bool(self.first_name and self.email),
        ]

    @property
    def first_open_step(self) -> str:
        """The first step that still needs an answer; 'check' when all four have one."""
        return next((step for step, done in zip(STEPS, self.steps_done, strict=False) if not done), "check")

    def may_open(self, step: str) -> bool:
        """A step opens when all earlier ones have an answer."""
        return all(self.steps_done[: STEPS.index(step)])

    def without_private_answers(self) -> "SignUp":
        """For a browser that was closed and opened again: no topic and no contact data of before."""
        kept = SignUp(programme=self.programme, pc4=self.pc4, region=self.region, region_derived=self.region_derived)
        return replace(kept, work_situation=self.work_situation, branch=self.branch)


@dataclass(frozen=True)
class Topics:
    """Step three as it was sent, before anything is stored."""

    themes: Iterable[str] = field(default_factory=tuple)
    words: str = ""
    themes_consent: bool = False
    words_consent: bool = False


def check_topics(topics: Topics) -> None:
    """Topics and words are each stored only with their own consent (AVG art. 9); skipping is always possible."""
    if not tuple(topics.themes) and not topics.words:
        raise NothingChosen
    if tuple(topics.themes) and not topics.themes_consent:
        raise ThemesWithoutConsent
    if topics.words and not topics.words_consent:
        raise WordsWithoutConsent
    check_no_service_number(topics.words, "words")


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


def likely_meant(address: str) -> str | None:
    """The address that was probably meant, when the domain is nearly one that many people have."""
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in MAIL_DOMAINS:
        return None
    close = get_close_matches(domain, MAIL_DOMAINS, n=1, cutoff=0.84)
    return f"{local}@{close[0]}" if close else None


def check_typo(address: str, *, confirmed: str) -> None:
    """Ask once about an address that is nearly a well-known one; `confirmed` is the address the person stands by."""
    meant = likely_meant(address)
    if meant and address != confirmed:
        raise MailTypo(meant)


def phone_number(text: str) -> str:
    """A phone number in E.164, from any notation that leaves no doubt; '' stays ''. Raises NotAPhoneNumber."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber from error
    if not phonenumbers.is_valid_number(number):
        raise NotAPhoneNumber
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
