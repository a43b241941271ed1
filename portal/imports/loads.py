"""A load: all files read, laid beside each other and beside what is here, before anything is written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from portal.config import current as settings
from portal.crypto import keyed_digest
from portal.errors import DomainError
from portal.imports import checks, mistakes, queries
from portal.imports.checks import Taken
from portal.imports.lines import rows_of
from portal.imports.queries import Life, Ref, Refs
from portal.imports.rows import (
    CoachRow,
    EnrolmentRow,
    EvaluationRow,
    PublishedRow,
    ReferralRow,
    SessionRow,
    Surroundings,
)
from portal.imports.rules import Counts, FileName, Problem, RefKind
from portal.imports.sources import Source, read
from portal.published import queries as published
from portal.published.queries import said_by
from portal.regions import queries as regions

KINDS = {
    FileName.COACHES: RefKind.COACH,
    FileName.ENROLMENTS: RefKind.ENROLMENT,
    FileName.SESSIONS: RefKind.SESSION,
    FileName.REFERRALS: RefKind.REFERRAL,
}


@dataclass
class Load:
    """What the files say, sorted by what it changes. `lives` are the earlier enrolments that it touches, by ref."""

    now: datetime
    refs: Refs
    stamp: tuple[object, ...]
    coaches: list[CoachRow] = field(default_factory=list)
    enrolments: list[EnrolmentRow] = field(default_factory=list)
    sessions: list[SessionRow] = field(default_factory=list)
    referrals: list[ReferralRow] = field(default_factory=list)
    evaluations: list[EvaluationRow] = field(default_factory=list)
    published: list[PublishedRow] = field(default_factory=list)
    batch: str = ""
    digests: dict[tuple[RefKind, str], str] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    counts: dict[FileName, Counts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: int = 0

    def known(self, kind: RefKind, ref: str) -> Ref | None:
        return self.refs[kind].get(ref)


def check(files: Mapping[FileName, bytes], *, now: datetime, told: Callable[[int, int], None]) -> Load:
    """Read and check these files. Nothing is written and nothing raised: what is wrong is among the problems.

    `told` hears how many of the lines are read; a load is as long again, so the total is twice their number.
    """
    load = Load(now=now, refs=queries.refs(), stamp=queries.stamp())
    sources = {name: read(name, files[name]) for name in FileName if name in files}
    load.lines = sum(len(source.lines) for source in sources.values())
    around = Surroundings(now, frozenset(regions.region_names(now.date())), regions.region_by_postcode())
    rows: dict[FileName, list[Any]] = {name: [] for name in FileName}
    before = 0
    for name, source in sources.items():
        rows[name] = rows_of(source, around, told=partial(_tell, told, before, 2 * load.lines))
        before += len(source.lines)
    told(load.lines, 2 * load.lines)
    _Together(load, {name: sources.get(name, Source(name)) for name in FileName}, rows).lay()
    return load


def _tell(told: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    told(before + done, total)


def problem_at(file: str, error: DomainError) -> Problem:
    """Something about a file as a whole."""
    return Problem(file, 0, "", error)


class _Together:
    """The rows of all files, beside each other."""

    def __init__(self, load: Load, sources: Mapping[FileName, Source], rows: Mapping[FileName, list[Any]]) -> None:
        self.load, self.sources, self.rows = load, sources, rows
        self.seen = {name: checks.seen_refs(sources[name]) for name in KINDS}

    def lay(self) -> None:
        load, sources, rows = self.load, self.sources, self.rows
        changing = {name: self._changing(name) for name in KINDS}
        self._look_up(changing)
        changing = {name: [row for row in found if not self._is_gone(row)] for name, found in changing.items()}
        checks.check_coaches(sources[FileName.COACHES], rows[FileName.COACHES])
        checks.check_published(sources[FileName.PUBLISHED], rows[FileName.PUBLISHED])
        self._check_enrolments(changing)
        load.coaches, load.enrolments = changing[FileName.COACHES], changing[FileName.ENROLMENTS]
        load.referrals = changing[FileName.REFERRALS]
        load.sessions = checks.with_coaches(
            sources[FileName.SESSIONS],
            changing[FileName.SESSIONS],
            self._refs_of(FileName.COACHES),
            self._usual_coaches(),
        )
        load.published = rows[FileName.PUBLISHED]
        load.counts[FileName.PUBLISHED] = self._published_counts()
        self._keep_batch()
        self._check_overlaps()
        load.problems = sorted((p for s in sources.values() for p in s.problems), key=lambda problem: problem.order)
        self._leave_out_absent_files()

    def _published_counts(self) -> Counts:
        known = {said_by(figure) for figure in published.all_figures()}
        same = sum(row.published.said in known for row in self.load.published)
        return Counts(new=len(self.load.published) - same, same=same)

    def _leave_out_absent_files(self) -> None:
        self.load.counts = {name: counts for name, counts in self.load.counts.items() if self.sources[name].lines}

    def _changing(self, name: FileName) -> list[Any]:
        """The rows that say something new; the others are left alone."""
        kind, counts, found = KINDS[name], Counts(), []
        for row in self.rows[name]:
            digest = digest_of(row.said)
            known = self.load.known(kind, row.ref)
            if known is not None and known.digest == digest:
                counts.same += 1
                continue
            counts.new += known is None
            counts.changed += known is not None
            self.load.digests[kind, row.ref] = digest
            found.append(row)
        self.load.counts[name] = counts
        return found

    def _look_up(self, changing: Mapping[FileName, list[Any]]) -> None:
        """The earlier enrolments that this load touches, and the people whom it knows by their address."""
        load = self.load
        touched = {row.ref for row in changing[FileName.ENROLMENTS]}
        touched |= {row.enrolment for name in (FileName.SESSIONS, FileName.REFERRALS) for row in changing[name]}
        ids = {ref: known.row_id for ref in touched if (known := load.known(RefKind.ENROLMENT, ref))}
        lives = queries.lives(ids.values())
        moved = [known.row_id for row in changing[FileName.SESSIONS] if (known := load.known(RefKind.SESSION, row.ref))]
        for life in queries.lives(set(queries.enrolments_of_sessions(moved)) - lives.keys()).values():
            lives[life.id] = life
        names = {known.row_id: ref for ref, known in load.refs[RefKind.ENROLMENT].items()} if lives else {}
        load.lives = {names[id]: life for id, life in lives.items()}
        load.accounts = queries.accounts({r.email_key for r in changing[FileName.ENROLMENTS] if r.email_key})

    def _is_gone(self, row: Any) -> bool:
        """Of somebody who was erased since: they stay erased, whatever is loaded of them."""
        ref = row.ref if isinstance(row, EnrolmentRow) else getattr(row, "enrolment", None)
        return ref in self.load.refs[RefKind.ENROLMENT] and ref not in self.load.lives

    def _refs_of(self, name: FileName) -> set[str]:
        return self.seen[name].keys() | self.load.refs[KINDS[name]].keys()

    def _usual_coaches(self) -> dict[str, str]:
        names = {known.row_id: ref for ref, known in self.load.refs[RefKind.COACH].items()} if self.load.lives else {}
        return {ref: names[life.coach] for ref, life in self.load.lives.items() if life.coach in names}

    def _check_enrolments(self, changing: Mapping[FileName, list[Any]]) -> None:
        enrolled = {ref: life.told.enrolled_at for ref, life in self.load.lives.items()}
        enrolled |= {row.ref: row.enrolled_at for row in self.rows[FileName.ENROLMENTS]}
        known = self._refs_of(FileName.ENROLMENTS)
        for name in (FileName.SESSIONS, FileName.REFERRALS):
            checks.check_enrolments_of(self.sources[name], changing[name], known, enrolled)

    def _keep_batch(self) -> None:
        """An evaluations file as a whole: loaded before, or new."""
        rows: list[EvaluationRow] = self.rows[FileName.EVALUATIONS]
        if not rows:
            return
        digest = digest_of("\x1f".join(row.said) for row in rows)
        if queries.is_loaded(digest):
            self.load.counts[FileName.EVALUATIONS] = Counts(same=len(rows))
        else:
            self.load.counts[FileName.EVALUATIONS] = Counts(new=len(rows))
            self.load.evaluations, self.load.batch = rows, digest

    def _check_overlaps(self) -> None:
        load, source = self.load, self.sources[FileName.SESSIONS]
        rows = checks.blocking(load.sessions)
        if not rows:
            return
        taken = self._taken(rows)
        for number, errors in enumerate(
            ((mistakes.CoachBusy, mistakes.CoachBusyHere), (mistakes.ParticipantBusy, mistakes.ParticipantBusyHere))
        ):
            checks.refuse_clashes(source, checks.clashes(taken[number]), *errors)

    def _taken(self, rows: list[SessionRow]) -> tuple[list[Taken], list[Taken]]:
        """Per coach and per participant what these rows take, and what is taken already and stays so."""
        load = self.load
        person_of = self._people()
        coach_ids = {ref: known.row_id for ref, known in load.refs[RefKind.COACH].items()} | self._coaches_here()
        of_coaches = [
            Taken(coach_ids.get(row.coach, row.coach), row.starts_at, checks.ends_at(row), row.line) for row in rows
        ]
        of_people = [Taken(person_of(row.enrolment), row.starts_at, checks.ends_at(row), row.line) for row in rows]
        coaches = {one.who for one in of_coaches if isinstance(one.who, int)}
        people = {one.who for one in of_people if isinstance(one.who, int)}
        since, until = min(row.starts_at for row in rows), max(checks.ends_at(row) for row in rows)
        blocks = {number: block for life in load.lives.values() for number, block in life.blocks.items()}
        known = (load.known(RefKind.SESSION, row.ref) for row in load.sessions)
        going = {blocks.get(ref.row_id) for ref in known if ref}
        for one in queries.busy(coaches, people, since, until):
            if one.block not in going:
                of_coaches.append(Taken(one.coach, one.starts_at, one.ends_at, None))
                of_people.append(Taken(one.participant, one.starts_at, one.ends_at, None))
        return of_coaches, [one for one in of_people if one.who is not None]

    def _coaches_here(self) -> dict[str, int]:
        """New refs of people who are a coach here already, by their address."""
        news = [row for row in self.load.coaches if row.email_key and not self.load.known(RefKind.COACH, row.ref)]
        accounts = queries.accounts(row.email_key for row in news)
        coaches = queries.coaches_of(accounts.values())
        owners = {row.ref: accounts.get(row.email_key) for row in news}
        return {ref: coaches[account] for ref, account in owners.items() if account in coaches}

    def _people(self) -> Callable[[str], Any]:
        """Who an enrolment's participant is: an account, an address that is new, or the enrolment itself."""
        rows = {row.ref: row for row in self.load.enrolments}

        def person_of(ref: str) -> Any:
            row, life = rows.get(ref), self.load.lives.get(ref)
            if row is not None and row.email_key:
                return self.load.accounts.get(row.email_key, row.email_key)
            if life is not None and life.participant is not None:
                return life.participant
            return ("enrolment", ref)

        return person_of


def digest_of(said: Iterable[str]) -> str:
    return keyed_digest("\x1f".join(said), purpose="import", key=settings().secret_key)
