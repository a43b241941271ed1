"""What something sends to the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from portal.db import database


@contextmanager
def statements() -> Iterator[list[Any]]:
    """Every statement that is sent meanwhile, with its `sql` and `params`."""
    sent: list[Any] = []
    database.query_hooks.append(sent.append)
    try:
        yield sent
    finally:
        database.query_hooks.remove(sent.append)


def counted(action: Callable[[], object]) -> int:
    with statements() as sent:
        action()
    return len(sent)
