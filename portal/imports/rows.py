"""What one line of each file says, once its cells are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.clock import local_day
from portal.enrolments.rules import EnrolmentStatus
from portal.programmes.codes import (
    Branch,
    CloseReason,
    CoachWithdrawal,
    Continuation,
    DestinationClass,
    Funding,
    Mode,
    Origin,
    Outcome,
    ProgrammeCode,
    ReferralKind,
    TalkKind,
    Theme,
    WorkSituation,
)
from portal.published.rules import Published
from portal.referrals.rules import ReferralStatus
from portal.sessions.rules import SessionStatus


@dataclass(frozen=True)
class Surroundings:
    """What reading a line needs to know: the moment, the regions, and in which of them a postcode lies."""

    now: datetime
    regions: frozenset[str]
    region_by_postcode: Mapping[int, str]

    @property
    def today(self) -> date:
        return local_day(self.now)


@dataclass(frozen=True, slots=True)
class Row:
    """A line with the ref it has elsewhere. `said` is what stood there, to see whether it changes."""

    line: int
    ref: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoachRow(Row):
    first_name: str
    last_name: str
    email: str
    email_key: str
    programmes: frozenset[ProgrammeCode]
    themes: frozenset[Theme]
    branches: frozenset[Branch]
    regions: frozenset[str]
    modes: frozenset[Mode]
    pc4: int | None
    capacity: int
    available_from: date | None
    withdrawn_on: date | None
    withdrawn_reason: CoachWithdrawal | None
    continued_to: Continuation | None
    blocked_on: date | None


@dataclass(frozen=True, slots=True)
class EnrolmentRow(Row):
    programme: ProgrammeCode
    enrolled_at: datetime
    pc4: int | None
    region: str | None
    region_derived: str | None
    branch: Branch | None
    work_situation: WorkSituation
    origin: Origin
    themes: frozenset[Theme]
    first_name: str
    last_name: str
    email: str
    email_key: str
    phone: str
    status: EnrolmentStatus
    status_on: date | None
    reason: CloseReason | None
    matched_at: datetime | None
    contact_at: datetime | None

    @property
    def contact(self) -> tuple[str, str, str]:
        return self.first_name, self.last_name, self.phone


@dataclass(frozen=True, slots=True)
class SessionRow(Row):
    enrolment: str
    coach: str
    kind: TalkKind
    starts_at: datetime
    minutes: int
    status: SessionStatus
    funding: Funding


@dataclass(frozen=True, slots=True)
class ReferralRow(Row):
    enrolment: str
    kind: ReferralKind
    destination_class: DestinationClass
    destination: str
    consent: bool
    status: ReferralStatus
    referred_on: date


@dataclass(frozen=True, slots=True)
class EvaluationRow(Row):
    programme: ProgrammeCode
    region: str | None
    closed_month: date
    answered: bool
    coach_grade: int | None
    trajectory_grade: int | None
    recommend: int | None
    answers: str
    outcomes: frozenset[Outcome]
    comment: str
    quote_consent: bool


@dataclass(frozen=True, slots=True)
class PublishedRow(Row):
    published: Published
