"""How many statements something sends to the database."""

from collections.abc import Callable

from portal.db import database


def counted(action: Callable[[], object]) -> int:
    seen: list[object] = []
    database.query_hooks.append(seen.append)
    try:
        action()
    finally:
        database.query_hooks.remove(seen.append)
    return len(seen)
