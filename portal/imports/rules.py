"""Which files there are, what is refused, and how long an upload is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.enrolments.rules import EnrolmentStatus
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode

# Told with every step: how many rows are done, of how many.
Progress = Callable[[int, int], None]
# A file full of mistakes is told apart by its first mistakes and their number.
MOST_PROBLEMS = 1000
LARGEST_UPLOAD = 48 * 1024 * 1024
LARGEST_CONTENT = 96 * 1024 * 1024
# So long a checked upload waits for somebody to load it; its content is removed as soon as nothing comes of it.
KEPT = timedelta(hours=24)
# The list of uploads, and what was wrong with them, is kept longer: it holds nothing of what was in them.
LISTED = timedelta(days=30)
# Who said nothing for so long has crashed, and another worker takes over; three times at most.
SILENT = timedelta(minutes=5)
MOST_TRIES = 3
SAID_EVERY = timedelta(seconds=1)
LONGEST_REF = 99


class FileName(StrEnum):
    """The files of the contract, in the order in which they are read: later ones refer to earlier ones."""

    COACHES = "coaches.csv"
    ENROLMENTS = "enrolments.csv"
    SESSIONS = "sessions.csv"
    REFERRALS = "referrals.csv"
    EVALUATIONS = "evaluations.csv"
    PUBLISHED = "published.csv"


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COLUMNS: Mapping[FileName, tuple[str, ...]] = {
    FileName.COACHES: _columns(
        "ref name email programmes themes branches regions modes pc4 capacity available_from withdrawn_on "
        "withdrawn_reason continued_to blocked_on"
    ),
    FileName.ENROLMENTS: _columns(
        "ref programme enrolled_at pc4 region branch work_situation origin themes first_name last_name email phone "
        "status status_on reason matched_at first_contact_at"
    ),
    FileName.SESSIONS: _columns("ref enrolment coach kind starts_at minutes status funding"),
    FileName.REFERRALS: _columns("ref enrolment kind destination_class destination consent status on"),
    FileName.EVALUATIONS: _columns(
        "programme region closed_month answered coach_grade trajectory_grade recommend answers outcomes comment "
        "quote_consent"
    ),
    FileName.PUBLISHED: _columns("counter programme period_from period_to reference_date value qualifier source"),
}
# What an enrolment can be in a file: where it stands, never who is doing what.
STATUSES = (
    EnrolmentStatus.CONFIRMED,
    EnrolmentStatus.DUPLICATE,
    EnrolmentStatus.WITHDRAWN,
    EnrolmentStatus.UNREACHABLE,
    EnrolmentStatus.OUT_OF_SCOPE,
    EnrolmentStatus.HANDED_OVER,
    EnrolmentStatus.WAITING,
    EnrolmentStatus.COMPLETED,
    EnrolmentStatus.STOPPED,
)


class RefKind(StrEnum):
    """What a `ref` of elsewhere stands for. `contact`: the name and number of an enrolment's person."""

    COACH = "coach"
    ENROLMENT = "enrolment"
    CONTACT = "contact"
    SESSION = "session"
    REFERRAL = "referral"


class LoadStatus(LabelledCode):
    """How far an upload is."""

    TO_CHECK = "to_check", N_("Waits to be checked")
    CHECKED = "checked", N_("Checked, nothing loaded yet")
    REFUSED = "refused", N_("There are mistakes in it, nothing loaded")
    TO_LOAD = "to_load", N_("Waits to be loaded")
    LOADED = "loaded", N_("Loaded")
    DROPPED = "dropped", N_("Not loaded")
    FAILED = "failed", N_("Went wrong, nothing loaded")


# A worker has something to do here.
WAITING = frozenset({LoadStatus.TO_CHECK, LoadStatus.TO_LOAD})


@dataclass(frozen=True)
class Problem:
    """Something wrong, and where: line 1 is the header, line 0 the file as a whole. Never what stands there."""

    file: str
    line: int
    column: str
    error: DomainError

    @property
    def order(self) -> tuple[str, int]:
        return self.file, self.line


@dataclass
class Counts:
    """What a load does with the rows of a file."""

    new: int = 0
    changed: int = 0
    same: int = 0
