"""What only shows when lines are laid beside each other, and beside what was loaded before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from portal.clock import local_day
from portal.errors import DomainError
from portal.imports import mistakes
from portal.imports.rows import CoachRow, PublishedRow, ReferralRow, SessionRow
from portal.imports.rules import COLUMNS, FileName
from portal.imports.sources import Source
from portal.sessions.rules import BLOCKING


def seen_refs(source: Source) -> dict[str, int]:
    """Every ref of a file with its line; of lines that are wrong otherwise too, so that one mistake is one problem."""
    place = COLUMNS[source.file].index("ref")
    found: dict[str, int] = {}
    for line, cells in source.lines:
        ref = cells[place]
        if ref and found.setdefault(ref, line) != line:
            source.refuse(line, "ref", mistakes.RefTwice(line=found[ref]))
    return found


def check_coaches(source: Source, rows: Iterable[CoachRow]) -> None:
    lines: dict[str, int] = {}
    for row in rows:
        if row.email_key and lines.setdefault(row.email_key, row.line) != row.line:
            source.refuse(row.line, "email", mistakes.CoachTwice(line=lines[row.email_key]))


def check_published(source: Source, rows: Iterable[PublishedRow]) -> None:
    lines: dict[tuple[object, ...], int] = {}
    for row in rows:
        said = row.published.said
        if lines.setdefault(said, row.line) != row.line:
            source.refuse(row.line, "", mistakes.RowTwice(line=lines[said]))


def check_enrolments_of(
    source: Source,
    rows: Iterable[SessionRow | ReferralRow],
    known: Iterable[str],
    enrolled_at: Mapping[str, datetime],
) -> None:
    """Talks and referrals belong to an enrolment that is there, and do not come before it."""
    known = set(known)
    for row in rows:
        if row.enrolment not in known:
            source.refuse(row.line, "enrolment", mistakes.UnknownRef(file=FileName.ENROLMENTS))
            continue
        enrolled = enrolled_at.get(row.enrolment)
        column, day = (
            ("starts_at", local_day(row.starts_at)) if isinstance(row, SessionRow) else ("on", row.referred_on)
        )
        if enrolled is not None and day < local_day(enrolled):
            source.refuse(row.line, column, mistakes.BeforeEnrolment())


def with_coaches(
    source: Source, rows: Iterable[SessionRow], known: Iterable[str], usual: Mapping[str, str]
) -> list[SessionRow]:
    """The rows, each with its coach: where none is named, the one of the enrolment's other activities."""
    rows, known = list(rows), set(known)
    named = dict(usual) | {row.enrolment: row.coach for row in reversed(rows) if row.coach}
    found = []
    for row in rows:
        coach = row.coach or named.get(row.enrolment, "")
        if not coach:
            source.refuse(row.line, "coach", mistakes.NoCoach())
        elif coach not in known:
            source.refuse(row.line, "coach", mistakes.UnknownRef(file=FileName.COACHES))
        found.append(row if row.coach else replace(row, coach=coach))
    return found


# -- overlaps


class Taken(NamedTuple):
    """Time of one coach or participant (`who`); `line` is empty when the portal has it already."""

    who: Any
    starts_at: datetime
    ends_at: datetime
    line: int | None


class Clash(NamedTuple):
    line: int
    other: int | None


def ends_at(row: SessionRow) -> datetime:
    return row.starts_at + timedelta(minutes=row.minutes)


def blocking(rows: Iterable[SessionRow]) -> list[SessionRow]:
    """Those that keep the time of coach and participant taken."""
    return [row for row in rows if row.status in BLOCKING]


def clashes(taken: Iterable[Taken]) -> Iterator[Clash]:
    """Every line that begins before something earlier of the same person is over, with that other line."""
    by_person: dict[Any, list[Taken]] = defaultdict(list)
    for one in taken:
        by_person[one.who].append(one)
    for own in by_person.values():
        own.sort(key=lambda one: (one.starts_at, one.line or 0))
        longest = own[0]
        for one in own[1:]:
            if one.starts_at < longest.ends_at and not (one.line is longest.line is None):
                line, other = (one.line, longest.line) if one.line is not None else (longest.line, None)
                yield Clash(line or 0, other)
            longest = max(longest, one, key=lambda taken: taken.ends_at)


def refuse_clashes(
    source: Source, found: Iterable[Clash], in_file: type[DomainError], in_portal: type[DomainError]
) -> None:
    for clash in found:
        error = in_portal() if clash.other is None else in_file(line=clash.other)
        source.refuse(clash.line, "starts_at", error)
