"""What is here already of what a load tells."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import peewee

from portal.accounts.models import Account, Grant
from portal.availability.models import Block
from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.errors import NotFound
from portal.imports.bulk import IDS_AT_ONCE
from portal.imports.models import ImportedBatch, ImportedRef, Upload
from portal.imports.rules import MOST_TRIES, SILENT, STATUSES, WAITING, Counts, RefKind
from portal.imports.stories import Talk, Told
from portal.sessions.models import Session
from portal.trajectories.models import Trajectory


@dataclass(frozen=True, slots=True)
class Ref:
    row_id: int
    digest: str


Refs = dict[RefKind, dict[str, Ref]]


@dataclass
class Life:
    """An enrolment that was loaded before: what the registration said then, its talks, and its trajectory.

    `goes_on_here`: somebody in the portal did something with it since. `is_told_now`: this load says it anew.
    """

    id: int
    participant: int | None
    told: Told
    goes_on_here: bool = False
    is_told_now: bool = False
    trajectory: int | None = None
    coach: int | None = None
    talks: dict[int, Talk] = field(default_factory=dict)
    blocks: dict[int, int | None] = field(default_factory=dict)


def refs() -> Refs:
    """Everything that was loaded before, by kind and ref. One query."""
    found: Refs = {kind: {} for kind in RefKind}
    rows = ImportedRef.select(ImportedRef.kind, ImportedRef.ref, ImportedRef.row_id, ImportedRef.digest)
    for kind, ref, row_id, digest in rows.tuples().execute():
        found[kind][ref] = Ref(row_id, digest)
    return found


def stamp() -> tuple[object, ...]:
    """Something else once another load was stored."""
    rows = ImportedRef.select(
        peewee.fn.COUNT(ImportedRef.id), peewee.fn.MAX(ImportedRef.id), peewee.fn.MAX(ImportedRef.loaded_at)
    )
    return (*rows.tuples().get(), ImportedBatch.select().count())


def ids_of_refs(places: Iterable[tuple[RefKind, str]]) -> dict[tuple[RefKind, str], int]:
    """The keys of the rows that keep these refs."""
    found: dict[tuple[RefKind, str], int] = {}
    by_kind: dict[RefKind, list[str]] = {kind: [] for kind in RefKind}
    for kind, ref in places:
        by_kind[kind].append(ref)
    for kind, names in by_kind.items():
        for some in peewee.chunked(names, IDS_AT_ONCE):
            rows = ImportedRef.select(ImportedRef.ref, ImportedRef.id)
            kept = rows.where(ImportedRef.kind == kind, ImportedRef.ref.in_(some)).tuples().execute()
            found.update({(kind, ref): id for ref, id in kept})
    return found


def is_loaded(digest: str) -> bool:
    return ImportedBatch.select().where(ImportedBatch.digest == digest).exists()


def accounts(keys: Iterable[str]) -> dict[str, int]:
    """The people who have these addresses, by the key of the address."""
    found: dict[str, int] = {}
    for some in peewee.chunked(keys, IDS_AT_ONCE):
        rows = Account.select(Account.email_key, Account.id).where(Account.email_key.in_(some))
        found.update(rows.tuples().execute())
    return found


def coaches_of(account_ids: Iterable[int]) -> dict[int, int]:
    """The coaches who have these accounts, by account."""
    found: dict[int, int] = {}
    for some in peewee.chunked(account_ids, IDS_AT_ONCE):
        found.update(Coach.select(Coach.account, Coach.id).where(Coach.account.in_(some)).tuples().execute())
    return found


def coaches(ids: Iterable[int]) -> dict[int, Coach]:
    return {
        one.id: one for some in peewee.chunked(ids, IDS_AT_ONCE) for one in Coach.select().where(Coach.id.in_(some))
    }


def accounts_of_coaches(ids: Iterable[int]) -> dict[int, int]:
    return {id: coach.account_id for id, coach in coaches(ids).items()}


def lives(enrolment_ids: Iterable[int]) -> dict[int, Life]:
    """These enrolments as they are; those that were erased since are not there. Four queries per five hundred."""
    found: dict[int, Life] = {}
    for some in peewee.chunked(enrolment_ids, IDS_AT_ONCE):
        for one in Enrolment.select().where(Enrolment.id.in_(some), Enrolment.enrolled_at.is_null(False)):
            told = Told(one.programme, one.enrolled_at, one.status, one.status_at, one.close_reason)
            if one.status not in STATUSES:  # What the portal made of it by itself.
                told = told.replaced(status=EnrolmentStatus.CONFIRMED, status_at=one.enrolled_at)
            found[one.id] = Life(one.id, one.participant_id, told)
        _add_events(found, some)
        _add_talks(found, some)
    return found


def enrolments_of_sessions(session_ids: Collection[int]) -> list[int]:
    """The enrolments to which these talks belong now."""
    found: list[int] = []
    for some in peewee.chunked(session_ids, IDS_AT_ONCE):
        rows = Trajectory.select(Trajectory.enrolment).join(Session).where(Session.id.in_(some))
        found += [id for (id,) in rows.tuples().execute()]
    return found


def _add_events(found: dict[int, Life], ids: list[int]) -> None:
    events = EnrolmentEvent.select().where(EnrolmentEvent.enrolment.in_(ids))
    for event in events.order_by(EnrolmentEvent.at, EnrolmentEvent.id):
        life = found.get(event.enrolment_id)
        if life is None:
            continue
        if not event.imported:
            life.goes_on_here = True
        elif event.kind == EventKind.COACH_CHOSEN:
            life.told = life.told.replaced(matched_at=event.at)
        elif event.kind == EventKind.CONTACTED:
            life.told = life.told.replaced(contact_at=event.at)


def _add_talks(found: dict[int, Life], ids: list[int]) -> None:
    for id, enrolment, coach in (
        Trajectory.select(Trajectory.id, Trajectory.enrolment, Trajectory.coach)
        .where(Trajectory.enrolment.in_(ids))
        .tuples()
        .execute()
    ):
        if enrolment in found:
            found[enrolment].trajectory, found[enrolment].coach = id, coach
    sessions = Session.select(Session, Trajectory).join(Trajectory).where(Trajectory.enrolment.in_(ids))
    for one in sessions:
        life = found.get(one.trajectory.enrolment_id)
        if life is not None:
            life.talks[one.id] = Talk(one.coach_id, one.kind, one.starts_at, one.minutes, one.status)
            life.blocks[one.id] = one.block_id


def blocks_of_sessions(session_ids: Collection[int]) -> dict[int, int]:
    """The block of each of these talks that has one."""
    found: dict[int, int] = {}
    for some in peewee.chunked(session_ids, IDS_AT_ONCE):
        rows = Session.select(Session.id, Session.block).where(Session.id.in_(some), Session.block.is_null(False))
        found.update(rows.tuples().execute())
    return found


@dataclass(frozen=True, slots=True)
class Busy:
    """Time that is taken in the portal, by the block that takes it."""

    block: int
    coach: int | None
    participant: int | None
    starts_at: datetime
    ends_at: datetime


def busy(coaches: Collection[int], participants: Collection[int], since: datetime, until: datetime) -> list[Busy]:
    """What is taken of these people between two moments, expired holds left out by who asks."""
    found: dict[int, Busy] = {}
    columns = (Block.id, Block.coach, Block.participant, Block.block_starts_at, Block.block_ends_at)
    for who, ids in ((Block.coach, coaches), (Block.participant, participants)):
        for some in peewee.chunked(ids, IDS_AT_ONCE):
            taken = Block.select(*columns).where(
                Block.active == True,  # noqa: E712  (PostgreSQL wants the comparison)
                who.in_(some),
                Block.block_starts_at < until,
                Block.block_ends_at > since,
            )
            found.update({row[0]: Busy(*row) for row in taken.tuples().execute()})
    return list(found.values())


def granted(account_ids: Iterable[int], role: str) -> set[int]:
    """Who of these people has this role."""
    from_accounts: set[int] = set()
    for some in peewee.chunked(account_ids, IDS_AT_ONCE):
        rows = Grant.select(Grant.account).where(Grant.account.in_(some), Grant.role == role)
        from_accounts |= {id for (id,) in rows.tuples().execute()}
    return from_accounts


# -- uploads


@dataclass(frozen=True)
class Found:
    """Something wrong in an upload, as the worker noted it."""

    file: str
    line: int
    column: str
    reason: str


def uploads() -> list[Upload]:
    """What was sent in lately, newest first, with who sent it. One query."""
    return list(
        Upload.select(Upload, Account)
        .join(Account, peewee.JOIN.LEFT_OUTER)
        .order_by(Upload.sent_at.desc(), Upload.id.desc())
        .limit(20)
    )


def upload(public_id: str) -> Upload:
    """What somebody sent in: any national coordinator may go on with it. Raises NotFound."""
    found = Upload.get_or_none(Upload.public_id == public_id)
    if found is None:
        raise NotFound
    return found


def problems_of(one: Upload) -> list[Found]:
    return [Found(*problem) for problem in json.loads(one.problems)]


def counts_of(one: Upload) -> list[tuple[str, Counts]]:
    return [(name, Counts(**counts)) for name, counts in json.loads(one.counts).items()]


def is_claimable(now: datetime) -> tuple[peewee.Expression, ...]:
    """It waits for a worker, and nobody is at it who showed a sign of life lately."""
    free = Upload.seen_at.is_null() | (Upload.seen_at <= now - SILENT)
    return Upload.status.in_(list(WAITING)), free, Upload.tries < MOST_TRIES


def claimable(now: datetime) -> list[int]:
    rows = Upload.select(Upload.id).where(*is_claimable(now)).order_by(Upload.sent_at, Upload.id)
    return [id for (id,) in rows.tuples().execute()]


def tried_too_often(now: datetime) -> list[int]:
    free = Upload.seen_at.is_null() | (Upload.seen_at <= now - SILENT)
    rows = Upload.select(Upload.id).where(Upload.status.in_(list(WAITING)), free, Upload.tries >= MOST_TRIES)
    return [id for (id,) in rows.tuples().execute()]
