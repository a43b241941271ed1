"""Keeping what was published."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from portal import audit
from portal.access import Actor
from portal.db import transaction
from portal.published import queries
from portal.published.models import PublishedFigure
from portal.published.rules import Published


def record_published(actor: Actor, figures: Iterable[Published], *, now: datetime) -> int:
    """Keep these figures, each with its source; returns how many sources said something new or else.

    What a source says of a thing takes the place of what it said of it before; the same again changes nothing.
    """
    changed = 0
    with transaction():
        for _, group in groupby(sorted(figures, key=_order), key=_order):
            changed += _record(list(group), now)
        if changed:
            audit.record(actor, "published.recorded", detail=str(changed), at=now)
    return changed


def _record(said: list[Published], now: datetime) -> bool:
    known = list(queries.about(said[0]))
    if {(row.value, row.qualifier) for row in known} == {(one.value, one.qualifier) for one in said}:
        return False
    PublishedFigure.delete().where(PublishedFigure.id.in_([row.id for row in known])).execute()
    PublishedFigure.insert_many([_row(one, now) for one in said]).execute()
    return True


def _order(one: Published) -> tuple[str, ...]:
    return tuple(str(part) for part in one.about)


def _row(one: Published, now: datetime) -> dict[str, object]:
    return {
        "counter": one.counter,
        "programme": one.programme,
        "period_from": one.period.first_day,
        "period_to": one.period.last_day,
        "reference_date": one.reference_date,
        "value": one.value,
        "qualifier": one.qualifier,
        "source": one.source,
        "recorded_at": now,
    }
