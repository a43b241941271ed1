"""Real processes that do the same thing at the same moment, each with a database connection of its own."""

import multiprocessing
import warnings
from collections.abc import Callable
from typing import Any

from portal.db import database

# Forked: a process has the application, the clock and the browsers of the test, and starts in no time.
processes = multiprocessing.get_context("fork")
SECONDS = 60


def at_once(work: Callable[[int], Any], *, times: int) -> list[Any]:
    """What `work(number)` answers in so many processes that begin together; what it raises becomes its repr."""
    _close_database()
    barrier, answers = processes.Barrier(times), processes.SimpleQueue()
    workers = [processes.Process(target=_run, args=(work, number, barrier, answers)) for number in range(times)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Beside threads that wait and hold nothing.
        for worker in workers:
            worker.start()
    found = [answers.get() for _ in workers]
    for worker in workers:
        worker.join(SECONDS)
    return found


def _run(work: Callable[[int], Any], number: int, barrier: Any, answers: Any) -> None:
    try:
        barrier.wait(SECONDS)
        answers.put(work(number))
    except BaseException as error:
        answers.put(repr(error))
    finally:
        _close_database()


def _close_database() -> None:
    if database.obj is not None:
        database.close()
