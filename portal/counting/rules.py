"""What can be counted: the scope of a count, the facts that rows are boiled down to, and the figures made of them.

Rows that are alike in everything that counts come as one fact with their number; `definitions` says what each is worth.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cached_property
from statistics import median

from portal.counting.periods import Period, end_of
from portal.programmes.calendar import contact_deadline
from portal.programmes.codes import Continuation, Funding, ProgrammeCode, TalkKind
from portal.sessions.rules import SessionStatus

# An introductory talk is a talk (DOMAIN.md 8.3).
TALKS = frozenset({TalkKind.INTRO, TalkKind.TALK})
FIRST_ACTIVITIES = TALKS | {TalkKind.WORKSHOP}
MATURE_AFTER = timedelta(days=90)
# The same wall time of the next day is at least this far away, also when the clock goes forward.
SURELY_A_DAY = timedelta(hours=23)
HOUR = timedelta(hours=1)
# The programme that came after it. Sterk in je werk goes on, so nobody can have gone on to its successor.
SUCCESSOR = {ProgrammeCode.ECZ: Continuation.STA_STERKER}


class By(StrEnum):
    """What figures can be split by; never by two of them at once (DOMAIN.md 5.8)."""

    REGION = "region"
    EMPLOYER_ORG = "employer_org"
    BRANCH = "branch"
    MONTH = "month"
    DESTINATION = "destination"
    THEME = "theme"


@dataclass(frozen=True)
class Scope:
    """What is counted: a programme, a period, and the day at whose end things are judged."""

    programme: ProgrammeCode
    period: Period
    reference_date: date

    @cached_property
    def seen_until(self) -> datetime:
        """The first instant that the reference date does not see any more."""
        return end_of(self.reference_date)

    @cached_property
    def events_until(self) -> datetime:
        """Up to where events of the period are counted: later ones are not yet seen."""
        return min(self.period.ends_at, self.seen_until)

    @cached_property
    def mature_before(self) -> datetime:
        """Who enrolled before this did so at least ninety days before the reference date."""
        return end_of(self.reference_date - MATURE_AFTER)

    @cached_property
    def coaches_until(self) -> date:
        """The last day on which a coach can become available: the reference date if it lies in the period."""
        within = self.period.first_day <= self.reference_date <= self.period.last_day
        return self.reference_date if within else self.period.last_day


# -- facts


class Ending(IntEnum):
    """How it went for somebody without a talk: the lowest one that fits (T04a up to and including T04f)."""

    HANDED_OVER = 1
    WITHDRAWN = 2
    UNREACHABLE = 3
    OUT_OF_SCOPE = 4
    CLOSED = 5
    OPEN = 6


@dataclass(frozen=True, slots=True)
class SignedUp:
    """An enrolment of the period; the first of a person stands for the person.

    `supported`, `handovers` (for trauma care), `referred`, `in_progress` and `ending` are true of the person, over all
    enrolments of the period; the rest of this enrolment.
    """

    is_first: bool
    supported: bool
    handovers: int
    referred: bool
    in_progress: bool
    ending: Ending
    entered: bool
    is_open: bool
    is_mature: bool
    dropout: str

    @classmethod
    def referred_person(cls, *, supported: bool, handovers: int) -> "SignedUp":
        """Somebody of whom only this is known, for counts by destination."""
        return cls(True, supported, handovers, True, False, Ending.OPEN, False, False, False, "")


@dataclass(frozen=True, slots=True)
class Coupled:
    """A person who was coupled with a coach in the period; `hours` from sign-up to first contact, if there was any."""

    is_quick: bool
    hours: float | None


@dataclass(frozen=True, slots=True)
class Closed:
    """A trajectory that was closed in the period."""

    reason: str


@dataclass(frozen=True, slots=True)
class Activity:
    """A talk or other activity of the period that was held, or to which nobody came."""

    kind: TalkKind
    status: SessionStatus
    funding: Funding

    @property
    def is_held(self) -> bool:
        return self.status == SessionStatus.HELD


@dataclass(frozen=True, slots=True)
class Offered:
    """A coach who was available in the period."""

    withdrawn: bool
    blocked: bool
    paused: bool
    deployed: bool
    continued: bool

    @property
    def stayed(self) -> bool:
        return not self.withdrawn and not self.blocked


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was asked how it was."""

    answered: bool


class Question(StrEnum):
    """What is asked besides the statements; the codes are the columns of the answers."""

    TRAJECTORY_GRADE = "trajectory_grade"
    COACH_GRADE = "coach_grade"
    RECOMMENDATION = "recommend"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to a question, or from 1 to 5 to a statement."""

    question: str
    value: int


def agrees(value: int) -> bool:
    return value >= 4


def recommends(value: int) -> int:
    """A 9 or 10 adds one to the recommendation score, a 0 up to and including 6 takes one off."""
    return 1 if value >= 9 else -1 if value <= 6 else 0


def coupled(enrolled_at: datetime, matched_at: datetime, contact_at: datetime | None, scope: Scope) -> Coupled:
    """Quick is within one working day of coupling, whatever the programme promises (T14)."""
    if contact_at is None or contact_at >= scope.seen_until:
        return Coupled(is_quick=False, hours=None)
    is_quick = contact_at - matched_at <= SURELY_A_DAY or contact_at <= contact_deadline(matched_at, 1)
    return Coupled(is_quick=is_quick, hours=(contact_at - enrolled_at) / HOUR)


# -- figures


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people or events."""

    value: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, as a fraction; None of nothing."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Score(Share):
    """Who recommends less who does not, as a fraction of all who answered: from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of so many grades."""

    total: int
    n: int

    @property
    def value(self) -> float | None:
        return self.total / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of so many waiting times, in hours."""

    hours: tuple[float, ...]

    @property
    def n(self) -> int:
        return len(self.hours)

    @property
    def value(self) -> float | None:
        return median(self.hours) if self.hours else None


Figure = Count | Share | Mean | Median


@dataclass
class Tally:
    """Sums over facts, by counter id; of groups that exclude each other they can be added up."""

    numerators: Counter[str] = field(default_factory=Counter)
    denominators: Counter[str] = field(default_factory=Counter)
    hours: list[float] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.numerators.update(other.numerators)
        self.denominators.update(other.denominators)
        self.hours += other.hours


# -- what always holds (DOMAIN.md 8.3)

SUMS: Mapping[str, tuple[str, ...]] = {
    "T01": ("T03", "T04"),
    "T04": ("T04a", "T04b", "T04c", "T04d", "T04e", "T04f"),
    "T05": ("T06", "T07"),
    "T09": ("T10", "T09.blocked", "T11"),
    "I01": ("I02", "I04", "I06"),
}
AT_MOST = (
    ("T01", "T01b"),
    ("T02", "T01"),
    ("T06", "T04"),
    ("T07", "T03"),
    ("T05", "T08"),
    ("T05", "T08b"),
    ("T12", "T09"),
    ("T13", "T11"),
)
SUMS_OF_PARTS = ("T15", "I06", "A01", "A02", "A03", "A04")


def broken_identities(figures: Mapping[str, Figure]) -> list[str]:
    """Which of the identities do not hold, such as 'T01 = T03 + T04'; those about figures that are not there do."""
    values = {id: figure.value for id, figure in figures.items() if isinstance(figure, Count)}
    sums = {**SUMS, **{id: tuple(i for i in values if i.startswith(f"{id}.")) for id in SUMS_OF_PARTS}}
    broken = [
        f"{whole} = {' + '.join(parts)}"
        for whole, parts in sums.items()
        if whole in values and {*parts} <= {*values} and values[whole] != sum(values[part] for part in parts)
    ]
    at_most = [pair for pair in AT_MOST if {*pair} <= {*values}]
    return broken + [f"{less} <= {more}" for less, more in at_most if values[less] > values[more]]


def broken_totals(whole: Mapping[str, Figure], groups: Iterable[Mapping[str, Figure]]) -> list[str]:
    """Which counts do not add up over groups that exclude each other."""
    sums: Counter[str] = Counter()
    for group in groups:
        sums.update({id: figure.value for id, figure in group.items() if isinstance(figure, Count)})
    return [
        f"{id}: {figure.value} = {sums[id]}"
        for id, figure in whole.items()
        if isinstance(figure, Count) and id in sums and figure.value != sums[id]
    ]
