"""Processes that run for the same time: each has its own connection and starts when all are ready."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import Any

from portal import clock
from portal.availability import actions
from portal.availability.models import Block
from portal.availability.rules import BlockSource
from portal.coaches.models import Coach
from portal.db import connect_to, database, transaction

SECONDS = 60


@dataclass(frozen=True)
class Try:
    """What one process goes for: minutes of this coach and participant from this moment on."""

    coach: int
    participant: int | None
    starts_at: datetime
    minutes: int


class Racers:
    """As many processes as there will be runners; they live through many races.

    They come from a server that is as fresh as a spawned process, and has imported the portal once for all of them.
    """

    def __init__(self, number: int, database_url: str) -> None:
        server = multiprocessing.get_context("forkserver")
        server.set_forkserver_preload([__name__])
        self.barrier = server.Barrier(number)
        self.ends = [server.Pipe() for _ in range(number)]
        self.processes = [
            server.Process(target=_run, args=(database_url, self.barrier, theirs), daemon=True)
            for _, theirs in self.ends
        ]
        for process in self.processes:
            process.start()

    def race(self, tries: list[Try]) -> list[str]:
        """Let everyone go at once; returns what became of each: 'won', or the name of what was raised."""
        for (ours, _), one in zip(self.ends, tries, strict=True):
            ours.send(one)
        return [self._answer(ours) for ours, _ in self.ends]

    def _answer(self, end: Any) -> str:
        assert end.poll(SECONDS), "a runner did not answer"
        answer: str = end.recv()
        return answer

    def stop(self) -> None:
        for (ours, _), process in zip(self.ends, self.processes, strict=True):
            ours.send(None)
            process.join(SECONDS)


@contextmanager
def racers(number: int, database_url: str) -> Iterator[Racers]:
    started = Racers(number, database_url)
    try:
        yield started
    finally:
        started.stop()


def _run(database_url: str, barrier: Barrier, end: Any) -> None:
    database.initialize(connect_to(database_url))
    while (one := end.recv()) is not None:
        with database.connection_context():
            barrier.wait(SECONDS)
            end.send(_outcome(one))


def _outcome(one: Try) -> str:
    try:
        with transaction():
            actions.take(
                coach=Coach.get_by_id(one.coach),
                participant=one.participant,
                starts_at=one.starts_at,
                minutes=one.minutes,
                source=BlockSource.TALK,
                now=clock.now(),
            )
    except Exception as error:
        return type(error).__name__
    return "won"


def overlaps() -> int:
    """How many pairs of active blocks of one coach or one participant overlap, counted in plain Python."""
    blocks = list(Block.select().where(Block.active == True))  # noqa: E712
    return sum(
        one.block_starts_at < other.block_ends_at and other.block_starts_at < one.block_ends_at
        for position, one in enumerate(blocks)
        for other in blocks[:position]
        if one.coach_id == other.coach_id or (one.participant_id and one.participant_id == other.participant_id)
    )
