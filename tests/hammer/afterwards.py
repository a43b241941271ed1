"""Looking at what was stored without the portal: its tables alone, and arithmetic."""

import sqlite3
from datetime import datetime, timedelta
from itertools import pairwise

import psycopg


def rows(database_url: str, statement: str) -> list[tuple]:
    """What stands in the tables, read without the portal."""
    if database_url.startswith("sqlite"):
        with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
            return connection.execute(statement).fetchall()
    with psycopg.connect(database_url) as connection:
        return connection.execute(statement).fetchall()


def overlaps(database_url: str) -> list[str]:
    """What shares time with something else of the same coach, or of the same person: talks that stand, with the buffers
    that their coach wants, and taken times as they are stored. And whatever was lost on the way."""
    talks = rows(
        database_url,
        """SELECT session.id, coach_id, participant_id, starts_at, minutes, buffer_before, buffer_after
           FROM session JOIN coach ON coach.id = coach_id WHERE session.status = 'planned'""",
    )
    blocks = rows(
        database_url, "SELECT id, coach_id, participant_id, block_starts_at, block_ends_at FROM block WHERE active"
    )
    of_coach, of_person, taken = [], [], []
    for key, coach, person, starts_at, minutes, before, after in talks:
        begins, ends = instant(starts_at), instant(starts_at) + timedelta(minutes=minutes)
        of_person.append((person, begins, ends, key))
        of_coach.append((coach, begins - timedelta(minutes=before), ends + timedelta(minutes=after), key))
    for key, coach, person, begins, ends in blocks:
        taken += [((what, who), instant(begins), instant(ends), key) for what, who in enumerate((coach, person)) if who]
    return [
        *(f"talks of one coach: {pair}" for pair in sharing_time(of_coach)),
        *(f"talks of one participant: {pair}" for pair in sharing_time(of_person)),
        *(f"times taken: {pair}" for pair in sharing_time(taken)),
        *lost(database_url),
    ]


def instant(stored: str | datetime) -> datetime:
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


def sharing_time(times: list[tuple]) -> list[tuple]:
    """Keys of neighbours that overlap, of (whose, from, until, key). Where any two overlap, two neighbours do."""
    return [(a[3], b[3]) for a, b in pairwise(sorted(times)) if a[0] == b[0] and b[1] < a[2]]


def lost(database_url: str) -> list[str]:
    """Talks without their time, times without their talk, and activities that nobody gave back."""
    wrong = {
        "a talk that stands without its time": """SELECT session.id FROM session LEFT JOIN block ON block.id = block_id
            WHERE status = 'planned' AND (block.id IS NULL OR NOT active OR block.starts_at <> session.starts_at)""",
        "a time taken for no talk": """SELECT block.id FROM block LEFT JOIN session ON block_id = block.id
            WHERE active AND source = 'talk' AND (session.id IS NULL OR status <> 'planned')""",
        "an activity used by no talk": """SELECT allowance.id FROM allowance LEFT JOIN session
            ON allowance_id = allowance.id WHERE session.id IS NULL OR status <> 'planned'""",
    }
    return [f"{what}: {row[0]}" for what, statement in wrong.items() for row in rows(database_url, statement)]
