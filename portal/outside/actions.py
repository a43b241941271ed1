"""Connecting calendars that a coach keeps elsewhere, reading them, and closing hours by what they say."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from secrets import SystemRandom
from typing import Any
from urllib.parse import urlsplit

import peewee
import structlog

from portal import audit, clock, config, jobs
from portal.access import Actor
from portal.availability import actions as availability
from portal.availability.models import Block
from portal.availability.rules import Interval
from portal.clock import local_day, start_of
from portal.coaches.models import Coach
from portal.coaches.queries import coach_of
from portal.coaches.rules import CoachStatus
from portal.crypto import SealBroken, new_public_id
from portal.db import lock, on_postgres, transaction
from portal.outside import mails, queries, rules
from portal.outside.models import OutsideBusy, OutsideCalendar
from portal.outside.rules import Trouble

logger = structlog.get_logger()

READER = Path(__file__).with_name("reader.py")
# Far more than the reader allows itself, for a busy machine; then it is ended.
READER_SECONDS = 60
AT_ONCE = 4
# What a program needs to know of this machine to trust the certificates of others.
HANDED_ON = ("SSL_CERT_FILE", "SSL_CERT_DIR")

_one_at_a_time = threading.Lock()


# -- the coach's choice


def add_calendar(actor: Actor, typed: str, *, now: datetime) -> None:
    """Connect a calendar by its secret address; the worker reads it at once."""
    settings = config.current()
    own_host = urlsplit(settings.public_url).hostname or ""
    address = rules.check_address(typed, own_host=own_host, allowed=settings.outside_calendar_hosts)
    with transaction():
        coach = coach_of(actor)
        lock(coach)
        rules.check_room([address_of(other) for other in queries.calendars_of(coach)], address)
        made = OutsideCalendar(public_id=new_public_id(), coach=coach, added_at=now, due_at=now)
        made.address, made.host = address, urlsplit(address).hostname
        made.save(force_insert=True)
        audit.record(actor, "outside.added", coach, at=now)
        jobs.wake(read_soon)


def remove_calendar(actor: Actor, public_id: str, *, now: datetime) -> None:
    """What this calendar said counts no more, at once."""
    with transaction():
        calendar = queries.own(actor, public_id)
        coach = calendar.coach
        lock(coach)
        calendar.delete_instance()
        availability.keep_outside(coach, queries.busy_of(coach, now), now=now)
        audit.record(actor, "outside.removed", coach, at=now)


def count_again(block: Block | None) -> None:
    """A talk gave this time back: what its coach has elsewhere counts again, without waiting for the next look."""
    if block is not None and block.coach_id is not None:
        freed = Interval(block.block_starts_at, block.block_ends_at)
        availability.add_outside(block.coach_id, queries.busy_during(block.coach_id, freed), within=freed)


# -- by the worker


def count_again_what_was_let_go(*, now: datetime) -> int:
    """Under a hold that is over counts again what its coach has elsewhere; returns of how many coaches.

    Nobody is there to do it at the moment in which a hold runs out, and who takes another time lets it go.
    """
    coaches = queries.coaches_with_time_let_go(now)
    for coach in coaches:
        with transaction():
            lock(coach)
            availability.keep_outside(coach, queries.busy_of(coach, now), now=now)
    return len(coaches)


@jobs.job
def read_soon() -> None:
    """Woken by a calendar that was just added, and every minute. One at a time: mail keeps a thread of its own."""
    if _one_at_a_time.acquire(blocking=False):
        try:
            while read_some(now=clock.now()):
                pass
        finally:
            _one_at_a_time.release()


def read_some(*, now: datetime) -> int:
    """Read a few calendars that are due, each in a process of its own; returns how many.

    No transaction is open while they are read: a slow server keeps nobody waiting.
    """
    claimed = _claim(now)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(ask_reader, [_question(calendar, now) for calendar in claimed])
        for calendar, answer in zip(claimed, answers, strict=True):
            keep_answer(calendar, answer, now=now)
    return len(claimed)


def _claim(now: datetime) -> list[OutsideCalendar]:
    with transaction():
        due = queries.due(now, AT_ONCE)
        claimed = list(due.for_update("FOR UPDATE", of=OutsideCalendar, skip_locked=True) if on_postgres() else due)
        ids = [calendar.id for calendar in claimed]
        OutsideCalendar.update(claimed_until=now + rules.CLAIM).where(OutsideCalendar.id.in_(ids)).execute()
    return claimed


def _question(calendar: OutsideCalendar, now: datetime) -> dict[str, Any]:
    settings = config.current()
    known = calendar.copied_at is not None and now - calendar.copied_at < rules.READ_ANEW
    return {
        "address": address_of(calendar),
        "allowed": sorted(settings.outside_calendar_hosts),
        "own_host": urlsplit(settings.public_url).hostname,
        "since": start_of(local_day(now)).timestamp(),
        "until": (now + rules.AHEAD).timestamp(),
        "known": calendar.copy_hash if known else "",
        "fetch_seconds": rules.FETCH_SECONDS,
        "read_seconds": rules.READ_SECONDS,
    }


def address_of(calendar: OutsideCalendar) -> str:
    """The address; '' when its seal cannot be opened any more."""
    try:
        return str(calendar.address)
    except SealBroken:
        return ""


def ask_reader(question: dict[str, Any]) -> dict[str, Any]:
    """What the reader says, whatever becomes of it. It gets no settings and no secrets of ours."""
    if not question["address"]:
        return {"trouble": Trouble.UNSEALED}
    environment = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  (our own program; the address goes in as data)
            [sys.executable, "-I", str(READER)],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=READER_SECONDS,
            env=environment,
        )
        answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"trouble": Trouble.TOO_MUCH}
    except subprocess.TimeoutExpired:
        return {"trouble": Trouble.TOO_MUCH}
    return answer


def keep_answer(calendar: OutsideCalendar, answer: dict[str, Any], *, now: datetime) -> None:
    """Note what was read, or why it was not; the hours of the coach follow the last good copies. One transaction."""
    with transaction():
        lock(calendar.coach)
        stored = OutsideCalendar.get_or_none(OutsideCalendar.id == calendar.id)
        if stored is None:  # Removed while it was read.
            return
        if "trouble" in answer:
            _note_trouble(stored, Trouble(answer["trouble"]), now)
        else:
            _note_copy(stored, answer, now)
        availability.keep_outside(stored.coach, queries.busy_of(stored.coach, now), now=now)


def _note_copy(calendar: OutsideCalendar, answer: dict[str, Any], now: datetime) -> None:
    changes = {
        OutsideCalendar.read_at: now,
        OutsideCalendar.due_at: rules.next_look(now, 0, SystemRandom()),
        OutsideCalendar.claimed_until: None,
        OutsideCalendar.trouble: None,
        OutsideCalendar.failing_since: None,
        OutsideCalendar.tries: 0,
        OutsideCalendar.told_at: None,
    }
    if not answer.get("same"):
        _keep_copy(
            calendar, ((datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC)) for a, b in answer["busy"])
        )
        changes |= {OutsideCalendar.copy_hash: answer["hash"], OutsideCalendar.copied_at: now}
    OutsideCalendar.update(changes).where(OutsideCalendar.id == calendar.id).execute()


def _keep_copy(calendar: OutsideCalendar, busy: Iterable[tuple[datetime, datetime]]) -> None:
    OutsideBusy.delete().where(OutsideBusy.calendar == calendar).execute()
    rows = [{"calendar": calendar.id, "starts_at": starts_at, "ends_at": ends_at} for starts_at, ends_at in busy]
    for some in peewee.chunked(rows, availability.SOME):
        OutsideBusy.insert_many(some).execute()


def _note_trouble(calendar: OutsideCalendar, trouble: Trouble, now: datetime) -> None:
    since, told_at = calendar.failing_since or now, calendar.told_at
    if rules.is_to_be_told(since, told_at, now):
        mails.post_trouble(calendar, since=since, now=now)
        told_at = now
    OutsideCalendar.update(
        trouble=trouble,
        failing_since=since,
        told_at=told_at,
        tries=calendar.tries + 1,
        due_at=rules.next_look(now, calendar.tries + 1, SystemRandom()),
        claimed_until=None,
    ).where(OutsideCalendar.id == calendar.id).execute()
    logger.warning("outside_calendar_not_read", calendar=calendar.id, trouble=trouble, tries=calendar.tries + 1)


def forget_of_withdrawn(*, now: datetime) -> int:
    """Secret addresses of coaches who have left are not ours to keep; returns how many there were."""
    left = OutsideCalendar.select(OutsideCalendar, Coach).join(Coach).where(Coach.status == CoachStatus.WITHDRAWN)
    with transaction():
        for calendar in (gone := list(left)):
            calendar.delete_instance()
            availability.keep_outside(calendar.coach, queries.busy_of(calendar.coach, now), now=now)
    return len(gone)
