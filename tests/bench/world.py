"""A portal as large as the largest year: 2,184 coaches, 43,835 enrolments, 45,000 talks, written in bulk."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random

import peewee

from portal import clock
from portal.access import Role
from portal.accounts.models import Account, Grant
from portal.availability.models import Block, WeeklyHours
from portal.availability.rules import BlockSource
from portal.coaches.models import Coach, CoachRegion, Qualification
from portal.coaches.rules import CoachStatus
from portal.crypto import new_public_id
from portal.db import database, on_postgres
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.programmes.codes import Branch, Mode, ProgrammeCode, Register, Theme
from portal.regions import queries as regions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy, TrajectoryStatus

COACHES, ENROLMENTS, TALKS = 2_184, 43_835, 45_000
DAY = timedelta(days=1)
STATUSES = [EnrolmentStatus.COMPLETED] * 8 + [EnrolmentStatus.STARTED, EnrolmentStatus.CONFIRMED]


def fill(now: datetime, talks: int = TALKS) -> None:
    """Everybody and everything, the same every time. Talks beyond TALKS are only to be counted: they hold no time."""
    chance = Random(7)
    codes = sorted(regions.region_names(clock.local_day(now)))
    with database.atomic():
        _staff(codes, now)
        coaches = _coaches(chance, codes, now)
        people = _enrolments(chance, codes, now)
        _talks(coaches, people, talks, now)
    # What the autovacuum of PostgreSQL does within a minute.
    database.execute_sql("VACUUM (ANALYZE)" if on_postgres() else "ANALYZE")


def _write(table: type[peewee.Model], rows: Iterable[dict]) -> None:
    for batch in peewee.chunked(rows, 400):
        table.insert_many(batch).execute()


def _account(number: int, name: str, now: datetime) -> dict:
    address = f"{name}{number}@example.org"
    return {
        "id": number,
        "public_id": new_public_id(),
        "email": address,
        "email_key": address,
        "first_name": name.title(),
        "last_name": str(number),
        "created_at": now - 400 * DAY,
    }


def _staff(codes: list[str], now: datetime) -> None:
    _write(Account, [_account(1, "wilma", now), _account(2, "rik", now)])
    _write(Grant, [{"account": 1, "role": Role.REGION_ADMIN, "region": codes[4]}])
    _write(Grant, [{"account": 2, "role": Role.NATIONAL, "region": None}])


def _coaches(chance: Random, codes: list[str], now: datetime) -> range:
    first = 10
    numbers = range(first, first + COACHES)
    _write(Account, (_account(n, "coach", now) for n in numbers))
    _write(Grant, ({"account": n, "role": Role.COACH, "region": codes[n % len(codes)]} for n in numbers))
    _write(Coach, (_coach(chance, n, now) for n in numbers))
    _write(CoachRegion, ({"coach": n, "region": codes[n % len(codes)]} for n in numbers))
    _write(Qualification, (_qualification(n, now) for n in numbers))
    _write(WeeklyHours, (row for n in numbers for row in _hours(chance, n)))
    return numbers


def _coach(chance: Random, number: int, now: datetime) -> dict:
    return {
        "id": number,
        "public_id": new_public_id(),
        "account": number,
        "status": CoachStatus.AVAILABLE,
        "intro": "Luistert goed.",
        "programmes": set(ProgrammeCode),
        "themes": set(chance.sample(list(Theme), k=5)),
        "branches": set(chance.sample(list(Branch), k=3)),
        "modes": {Mode.PHONE, Mode.VIDEO},
        "capacity": 40,
        "agreed_at": now - 300 * DAY,
        "available_from": (now - 300 * DAY).date(),
        "created_at": now - 300 * DAY,
    }


def _qualification(number: int, now: datetime) -> dict:
    return {
        "public_id": new_public_id(),
        "coach": number,
        "register": Register.EIA,
        "number": str(number),
        "valid_until": date(now.year + 2, 1, 1),
        "checked_at": now - 300 * DAY,
    }


def _hours(chance: Random, number: int) -> Iterator[dict]:
    for weekday in chance.sample(range(6), k=3):
        opens = chance.choice([9, 13, 18])
        yield {"coach": number, "weekday": weekday, "opens": time(opens), "closes": time(opens + 3)}


def _enrolments(chance: Random, codes: list[str], now: datetime) -> range:
    first = 10_000
    numbers = range(first, first + ENROLMENTS)
    _write(Account, (_account(n, "noor", now) for n in numbers))
    _write(Grant, ({"account": n, "role": Role.PARTICIPANT, "region": None} for n in numbers))
    made = [_enrolment(chance, n, codes, now) for n in numbers]
    _write(Enrolment, made)
    _write(EnrolmentTheme, ({"enrolment": n, "theme": list(Theme)[n % 10]} for n in numbers))
    _write(EnrolmentEvent, (event for row in made for event in _events(row)))
    return numbers


def _enrolment(chance: Random, number: int, codes: list[str], now: datetime) -> dict:
    at = now - timedelta(minutes=chance.randint(60, 365 * 24 * 60))
    return {
        "id": number,
        "public_id": new_public_id(),
        "programme": chance.choice([ProgrammeCode.SIJW, ProgrammeCode.SIJW, ProgrammeCode.ECZ]),
        "participant": number,
        "region": codes[number % len(codes)],
        "pc4": 7511,
        "branch": list(Branch)[number % 11],
        "status": STATUSES[number % 10],
        "status_at": at,
        "submitted_at": at,
        "enrolled_at": at,
    }


def _events(row: dict) -> Iterator[dict]:
    confirmed = {"enrolment": row["id"], "at": row["enrolled_at"], "kind": EventKind.CONFIRMED}
    yield {**confirmed, "status": EnrolmentStatus.CONFIRMED}
    if row["status"] != EnrolmentStatus.CONFIRMED:
        yield {**confirmed, "at": row["enrolled_at"] + DAY, "kind": EventKind.STATUS_SET, "status": row["status"]}


def _talks(coaches: range, people: range, talks: int, now: datetime) -> None:
    """One trajectory each for those with a coach, and talks on a grid, so that none overlaps."""
    with_coach = [n for n in people if STATUSES[n % 10] != EnrolmentStatus.CONFIRMED]
    coach_of = {n: coaches[n % len(coaches)] for n in with_coach}
    _write(Trajectory, (_trajectory(n, coach_of[n], now) for n in with_coach))
    hour = {n: 0 for n in coaches}
    rows = []
    for number in range(talks):
        person = with_coach[number % len(with_coach)]
        coach = coach_of[person]
        hour[coach] += 26
        rows.append((number + 1, person, coach, (now + 20 * DAY - timedelta(hours=hour[coach])).replace(minute=0)))
    _write(Block, (_block(*row) for row in rows[:TALKS]))
    _write(Session, (_session(*row, now) for row in rows))


def _trajectory(number: int, coach: int, now: datetime) -> dict:
    running = STATUSES[number % 10] == EnrolmentStatus.STARTED
    return {
        "id": number,
        "public_id": new_public_id(),
        "enrolment": number,
        "participant": number,
        "coach": coach,
        "programme": ProgrammeCode.SIJW,
        "status": TrajectoryStatus.ONGOING if running else TrajectoryStatus.COMPLETED,
        "chosen_by": ChosenBy.PARTICIPANT,
        "matched_at": now - 30 * DAY,
        "contact_due_at": now - 28 * DAY,
        "first_contact_at": now - 29 * DAY,
        "closed_at": None if running else now - DAY,
    }


def _block(number: int, person: int, coach: int, at: datetime) -> dict:
    ends = at + timedelta(minutes=60)
    return {
        "id": number,
        "coach": coach,
        "participant": person,
        "starts_at": at,
        "ends_at": ends,
        "block_starts_at": at,
        "block_ends_at": ends + timedelta(minutes=15),
        "source": BlockSource.TALK,
    }


def _session(number: int, person: int, coach: int, at: datetime, now: datetime) -> dict:
    return {
        "id": number,
        "public_id": new_public_id(),
        "trajectory": person,
        "coach": coach,
        "participant": person,
        "mode": Mode.PHONE,
        "starts_at": at,
        "minutes": 60,
        "status": SessionStatus.PLANNED if at > now else SessionStatus.HELD,
        "block": number if number <= TALKS else None,
        "booked_at": at - 5 * DAY,
    }
