"""What we ask afterwards and in which words per programme, how long a link lives, when a coach's grades are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.accounts.rules import check_no_service_number
from portal.errors import DomainError, NotFound
from portal.i18n import N_
from portal.programmes.codes import LabelledCode, Outcome, ProgrammeCode

INVITATION_LIFETIME = timedelta(days=30)
REMIND_AFTER = timedelta(days=7)
# Who was ready longer ago is not asked any more, such as after a stop of the worker or an import of years ago.
INVITE_WITHIN = timedelta(days=14)
# So long after the end the last one can answer.
ANSWERED_WITHIN = INVITE_WITHIN + INVITATION_LIFETIME
# A coach never sees, and nobody can work out, what fewer people than this said together.
SMALLEST_BATCH = 5


class Statement(LabelledCode):
    """What somebody agrees with or not (questions 3 to 5 of the evaluation)."""

    OUTSIDE_ORG = "outside_org", N_("It was good to talk with somebody from outside my organisation.")
    ENOUGH_GRIP = "enough_grip", N_("I now have enough grip on my question.")
    FEEL_BETTER = "feel_better", N_("I feel better mentally.")
    KNOW_STRENGTHS = "know_strengths", N_("I know better what I am good at.")
    KNOW_NEXT_STEP = "know_next_step", N_("I know which step I want to take.")
    MORE_JOY = "more_joy", N_("I enjoy my work more.")


# The questions whose answers have columns of their own; all others are kept by their code.
STANDARD = frozenset({"coach_grade", "trajectory_grade", "outcomes", "recommend", "comment", *Statement})
STATEMENTS: Mapping[ProgrammeCode, tuple[Statement, ...]] = {
    ProgrammeCode.SIJW: (Statement.KNOW_STRENGTHS, Statement.KNOW_NEXT_STEP, Statement.MORE_JOY),
    ProgrammeCode.ECZ: (Statement.OUTSIDE_ORG, Statement.ENOUGH_GRIP, Statement.FEEL_BETTER),
}


class Agreement(LabelledCode):
    """From fully disagree to fully agree: five points, or none at all."""

    ONE = "1", "1"
    TWO = "2", "2"
    THREE = "3", "3"
    FOUR = "4", "4"
    FIVE = "5", "5"
    NOT_APPLICABLE = "na", N_("Not applicable")


class AlreadyAnswered(NotFound):
    """The link has done its work: it is for one answer."""

    status = 410
    message = N_("You have answered already. Thank you.")


class TooLate(DomainError):
    status = 410
    message = N_("You could answer these questions for 30 days. That time is over. You need not do anything.")


@dataclass(frozen=True)
class Answers:
    """What somebody answered. Only the two grades are always there."""

    coach_grade: int
    trajectory_grade: int
    agreements: Mapping[Statement, Agreement] = field(default_factory=dict)
    outcomes: frozenset[Outcome] = frozenset()
    recommend: int | None = None
    comment: str = ""
    quote_consent: bool = False
    # What was chosen and what was written in questions that staff added, by code.
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    # The questions of signing up, asked again.
    again: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def may_be_quoted(self) -> bool:
        return self.quote_consent and bool(self.comment or self.texts)


def check_usable(*, answered: bool, expires_at: datetime, now: datetime) -> None:
    """A link is for one answer, within thirty days."""
    if answered:
        raise AlreadyAnswered
    if now >= expires_at:
        raise TooLate


def check_texts(answers: Answers) -> None:
    """No citizen service number where people write; raised at the question it stands in."""
    for code, text in {"comment": answers.comment, **answers.texts}.items():
        check_no_service_number(text, code)


def agreements_text(agreements: Mapping[Statement, Agreement]) -> str:
    """'know_strengths:4;more_joy:na', in the order of the questions; what was skipped is not in it."""
    return ";".join(f"{s.value}:{agreements[s].value}" for s in Statement if s in agreements)


def agreements_in(text: str) -> dict[Statement, Agreement]:
    """The reverse of `agreements_text`."""
    pairs = [part.split(":") for part in text.split(";") if part]
    return {Statement(statement): Agreement(value) for statement, value in pairs}


def month_of(day: date) -> date:
    return day.replace(day=1)


def quarter_of(day: date) -> str:
    """'2026-1'."""
    return f"{day.year}-{(day.month + 2) // 3}"
