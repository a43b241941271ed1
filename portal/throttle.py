"""Limits per address and per client: fixed windows, counted in the database so that all workers share them."""

import time

import peewee
from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from portal import clock
from portal.crypto import digest
from portal.db import ShortText, Table, database
from portal.errors import TooManyRequests


class RateCounter(Table):
    """How often something was tried in the window that ends at `expires_at` (Unix seconds)."""

    key = ShortText(200, unique=True)
    count = peewee.IntegerField()
    expires_at = peewee.IntegerField(index=True)


class TableStorage(Storage):
    """Storage for the `limits` library in our own table: one atomic upsert per hit."""

    STORAGE_SCHEME = ["table"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return peewee.PeeweeException

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = int(clock.now().timestamp())
        over = RateCounter.expires_at <= now
        rows = (
            RateCounter.insert(key=key, count=amount, expires_at=now + expiry)
            .on_conflict(
                conflict_target=[RateCounter.key],
                update={
                    RateCounter.count: peewee.Case(None, [(over, amount)], RateCounter.count + amount),
                    RateCounter.expires_at: peewee.Case(None, [(over, now + expiry)], RateCounter.expires_at),
                },
            )
            .returning(RateCounter.count)
            .execute()
        )
        return next(iter(rows)).count

    def get(self, key: str) -> int:
        row = RateCounter.get_or_none((RateCounter.key == key) & (RateCounter.expires_at > clock.now().timestamp()))
        return row.count if row else 0

    def get_expiry(self, key: str) -> float:
        row = RateCounter.get_or_none(RateCounter.key == key)
        return row.expires_at if row else time.time()

    def check(self) -> bool:
        return RateCounter.table_exists()

    def reset(self) -> int:
        return RateCounter.delete().execute()

    def clear(self, key: str) -> None:
        RateCounter.delete().where(RateCounter.key == key).execute()


_limiter = FixedWindowRateLimiter(TableStorage())


def within_limit(limit: str, purpose: str, who: str) -> bool:
    """Count one try of `who`; False when there were more than e.g. '5/hour'."""
    return _limiter.hit(parse(limit), purpose, _key(purpose, who))


def check_limit(limit: str, purpose: str, who: str) -> None:
    """Count one try of `who`; raises TooManyRequests when there were more than e.g. '20/hour'."""
    if not within_limit(limit, purpose, who):
        expiry, _ = _limiter.get_window_stats(parse(limit), purpose, _key(purpose, who))
        raise TooManyRequests(retry_after=max(1, int(expiry - clock.now().timestamp())))


def _key(purpose: str, who: str) -> str:
    return digest(who, purpose=f"limit:{purpose}")


def forget(purpose: str, who: str) -> None:
    """As if `who` had never tried: nothing is left of somebody who is erased."""
    RateCounter.delete().where(RateCounter.key.contains(_key(purpose, who))).execute()


def forget_finished_windows() -> int:
    """Delete counters whose window is over; returns how many."""
    with database.atomic():
        return RateCounter.delete().where(RateCounter.expires_at <= int(clock.now().timestamp())).execute()
