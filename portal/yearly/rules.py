"""The life of a report, which periods it can be about, how it is numbered, and what differs between two versions.

draft -> checked -> approved -> locked. What is checked is what is approved and what is locked: nothing is counted
again in between, and never after.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from portal.counting.periods import Period, year_of
from portal.errors import DomainError, NotFound
from portal.i18n import N_
from portal.programmes.codes import LabelledCode, ProgrammeCode
from portal.programmes.rules import PROGRAMMES

# A year can be looked back upon at its end, or ninety days later: then everybody had as long to begin (our choice).
LATER_MONTH, LATER_DAY = 3, 31
LONGEST_REASON = 300
# The people who gave an answer, where people could give several: no counter, so it has an id of its own.
CHOSEN = "chosen"


class ReportState(LabelledCode):
    DRAFT = "draft", N_("Draft")
    CHECKED = "checked", N_("Checked")
    APPROVED = "approved", N_("Approved")
    LOCKED = "locked", N_("Locked")


class NotInThisState(DomainError):
    status = 409
    message = N_("Somebody was here before you: this report is further than you saw. Look at it again.")


class BeingChecked(DomainError):
    status = 409
    message = N_("This report is being checked at this moment.")


class FiguresContradict(DomainError):
    message = N_("These figures contradict each other, so this report cannot go on.")


class NoSecondPerson(DomainError):
    message = N_("You made this report. Somebody else has to approve it.")


class PeriodNotOver(DomainError):
    field = "period"
    message = N_("This period is not over yet.")


class DayStillToCome(DomainError):
    field = "reference"
    message = N_("That reference date is still to come. Choose the last day of the period.")


class PeriodTold(DomainError):
    field = "period"
    message = N_(
        "There is a locked report already over days of this period. Two of them side by side could give people away. "
        "Correct that report instead."
    )


class PeriodUnderWay(DomainError):
    field = "period"
    message = N_("A report over this period is being made already. Go on with that one.")


class ReasonMissing(DomainError):
    field = "reason"
    message = N_("Write down why the figures have to be counted again.")


class CorrectionUnderWay(DomainError):
    status = 409
    message = N_("A newer version of this report is there already, or is being made.")


class NumberTaken(DomainError):
    status = 409
    message = N_("Another report was locked at the very same moment. Try again.")


# -- which periods


@dataclass(frozen=True)
class ReportPeriod:
    """A year of a programme by its code: '2025'."""

    programme: ProgrammeCode
    code: str
    period: Period

    @property
    def choice(self) -> str:
        return f"{self.programme.value}:{self.code}"


def periods_of(programme: ProgrammeCode, today: date) -> list[ReportPeriod]:
    """What a report can be about: years of the programme that are over, the newest first."""
    offered = PROGRAMMES[programme]
    first, this = (offered.year_on(day) for day in (offered.phases[0].valid_from, today))
    return [ReportPeriod(programme, str(year), year_of(programme, year)) for year in range(this - 1, first - 1, -1)]


def period_of(choice: str, today: date) -> ReportPeriod:
    """The period that was chosen; raises PeriodNotOver for anything that is not offered."""
    offered = (one for programme in ProgrammeCode for one in periods_of(programme, today))
    found = next((one for one in offered if one.choice == choice), None)
    if found is None:
        raise PeriodNotOver
    return found


class Reference(LabelledCode):
    """The day at whose end everything is judged."""

    LAST_DAY = "last_day", N_("The last day of the period")
    LATER = "later", N_("The next 31 March, when everybody had three months to begin")


def reference_date(period: Period, reference: Reference, today: date) -> date:
    """The last day of the period, or the next 31 March after it; raises DayStillToCome."""
    if reference == Reference.LAST_DAY:
        return period.last_day
    later = period.last_day + relativedelta(month=LATER_MONTH, day=LATER_DAY)
    later = later if later > period.last_day else later + relativedelta(years=1)
    if later > today:
        raise DayStillToCome
    return later


def check_free(period: Period, reports: Iterable[tuple[Period, ReportState]]) -> None:
    """Periods of reports never overlap, locked or not: what two of them say could be subtracted. So exact headlines
    never cover a day twice."""
    for other, state in reports:
        if period.overlaps(other):
            raise PeriodTold if state == ReportState.LOCKED else PeriodUnderWay


def is_free(period: Period, reports: Iterable[tuple[Period, ReportState]]) -> bool:
    """Whether a report can be made over it."""
    try:
        check_free(period, reports)
    except (PeriodTold, PeriodUnderWay):
        return False
    return True


# -- from one state to the next


@dataclass(frozen=True)
class OpenTasks:
    """What still has to be done about people of this report, counted on the day of the check."""

    talks_without_outcome: int = 0
    handovers_under_way: int = 0
    unsorted_duplicates: int = 0

    @property
    def any(self) -> bool:
        return bool(self.talks_without_outcome or self.handovers_under_way or self.unsorted_duplicates)


# What they are called.
TASKS: Mapping[str, str] = {
    "talks_without_outcome": N_("Talks of which nobody said how they went"),
    "handovers_under_way": N_("Warm handovers that were begun and not sent yet"),
    "unsorted_duplicates": N_("Telephone numbers under which several people signed up"),
}


def state_after_check(broken: Iterable[str], tasks: OpenTasks) -> ReportState:
    """Checked only when every identity holds and nothing is left to do; else it stays a draft."""
    return ReportState.DRAFT if list(broken) or tasks.any else ReportState.CHECKED


def check_second_person(made_by: int, approver: int | None) -> None:
    if approver is None or approver == made_by:
        raise NoSecondPerson


def check_has_content(content: str) -> str:
    """There is something to read only after a check."""
    if not content:
        raise NotFound
    return content


def check_reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def version_asked(text: str) -> int | None:
    """The number of a version, None for the newest; raises NotFound for what is no number."""
    if text and not re.fullmatch(r"[0-9]{1,6}", text):
        raise NotFound
    return int(text) if text else None


def next_number(year: int, numbers: Iterable[str]) -> str:
    """'2026-1' is the first report that is locked in 2026."""
    taken = [int(number.partition("-")[2]) for number in numbers if number.startswith(f"{year}-")]
    return f"{year}-{max(taken, default=0) + 1}"


def canonical(content: Mapping[str, Any]) -> str:
    """The one way to write this content down: keys in order, no spaces to spare, so that it always hashes the same."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(content: str) -> str:
    """SHA-256 over the canonical text, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


# -- what differs between two versions


@dataclass(frozen=True)
class Difference:
    """A figure that is told differently: in which table ('' is the whole) and row, under which id; as it was stored."""

    table: str
    row: str
    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every figure that reads differently in the newer content, in its order; nothing that only stopped being exact."""
    old, new = dict(_figures(before)), dict(_figures(after))
    return [
        Difference(*key, old.get(key), new.get(key))
        for key in dict.fromkeys([*new, *old])
        if without_exact(old.get(key, {})) != without_exact(new.get(key, {}))
    ]


def _figures(content: Mapping[str, Any]) -> Iterable[tuple[tuple[str, str, str], Mapping[str, Any]]]:
    for id, figure in content["figures"].items():
        yield ("", "", id), figure
    for name, table in content["tables"].items():
        for row in table["rows"]:
            for id, figure in zip(table["columns"], row["figures"], strict=True):
                yield (name, row["key"], id), figure


def without_exact(figure: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored figure as it is told to who may not see it exactly, with the counts beside it."""
    rounded = {name: value for name, value in figure.items() if name != "exact"}
    return {name: without_exact(value) if isinstance(value, dict) else value for name, value in rounded.items()}
