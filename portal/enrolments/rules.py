"""What a sign-up needs, what it refuses kindly, and how long things are kept."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Self

from portal.accounts.rules import LooksLikeServiceNumber, check_no_service_number
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode, ProgrammeCode

DRAFT_LIFETIME = timedelta(hours=24)
CONFIRM_WITHIN = timedelta(days=7)
# The words people agreed to; a new text gets a new version.
CONSENT_TEXTS = "2026-11"
# Nobody reads and fills in five pages in so short a time, not even with everything filled in by the browser.
SHORTEST_SIGN_UP = timedelta(seconds=2)
LONGEST_WORDS = 1000

STEPS = ("place", "situation", "themes", "contact", "check")


class EnrolmentStatus(LabelledCode):
    SUBMITTED = "submitted", N_("Not confirmed yet")
    CONFIRMED = "confirmed", N_("New")
    IN_PROGRESS = "in_progress", N_("In progress")
    WAITING = "waiting", N_("Waiting")
    MATCHED = "matched", N_("Has a coach")
    STARTED = "started", N_("Talking")
    COMPLETED = "completed", N_("Completed")
    STOPPED = "stopped", N_("Stopped")
    DUPLICATE = "duplicate", N_("Double")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    UNREACHABLE = "unreachable", N_("Could not be reached")
    OUT_OF_SCOPE = "out_of_scope", N_("Not for this programme")
    HANDED_OVER = "handed_over", N_("Closed")


class Purpose(LabelledCode):
    """What somebody agreed to; each separately, each to be withdrawn."""

    THEMES = "themes", N_("Use my topics to find a coach")
    WORDS = "words", N_("Let my coach read what I wrote")
    READ_PRIVACY = "read_privacy", N_("I have read what you do with my data.")


class EventKind(LabelledCode):
    """What can happen to an enrolment: one typed entry on the timeline each."""

    SUBMITTED = "submitted", N_("Signed up")
    CONFIRMED = "confirmed", N_("Confirmed the address")
    REGION_CHANGED = "region_changed", N_("Region changed")
    COACH_CHOSEN = "coach_chosen", N_("Coach chosen")
    COACH_CHANGED = "coach_changed", N_("Another coach chosen")
    CONTACTED = "contacted", N_("Coach was in touch")
    TALK_BOOKED = "talk_booked", N_("Appointment made")
    TALK_HELD = "talk_held", N_("Talk held")
    TALK_NO_SHOW = "talk_no_show", N_("Did not come")
    TALK_CANCELLED = "talk_cancelled", N_("Appointment cancelled")
    REFERRED = "referred", N_("Referred")
    CLOSED = "closed", N_("Closed")
    STATUS_SET = "status_set", N_("Status changed")
    EVALUATION_INVITED = "evaluation_invited", N_("Asked for an evaluation")


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


class ThemesWithoutConsent(DomainError):
    field = "themes_consent"
    message = N_("Give your permission for the topics you chose, or skip this step.")


class WordsWithoutConsent(DomainError):
    field = "words_consent"
    message = N_("Give your permission for what you wrote, or leave that field empty.")


class NothingChosen(DomainError):
    field = "themes"
    message = N_("Choose what you want to talk about, or skip this step.")


class AlreadySent(DomainError):
    status = 409
    message = N_("You have sent this registration already.")


class ConfirmationGone(DomainError):
    status = 410
    message = N_("This link does not work any more. Sign up again, it takes five minutes.")


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
        answers: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items() if k in known}
        return cls(**answers)

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


def filled_by_a_robot(begun_at: datetime, now: datetime) -> bool:
    """All steps were done faster than a person can."""
    return now - begun_at < SHORTEST_SIGN_UP


def problems_of_topics(topics: Topics) -> Iterator[DomainError]:
    """Topics and words are each stored only with their own consent (AVG art. 9); skipping is always possible."""
    if not tuple(topics.themes) and not topics.words:
        yield NothingChosen()
    if tuple(topics.themes) and not topics.themes_consent:
        yield ThemesWithoutConsent()
    if topics.words and not topics.words_consent:
        yield WordsWithoutConsent()
    try:
        check_no_service_number(topics.words, "words")
    except LooksLikeServiceNumber as error:
        yield error
