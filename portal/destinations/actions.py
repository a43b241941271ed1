"""Keeping the directory: adding, changing, checking and retiring a place, and who is on duty."""

from dataclasses import asdict
from datetime import date, datetime

from portal import audit
from portal.access import Actor
from portal.clock import local_day
from portal.crypto import new_public_id
from portal.db import transaction
from portal.destinations import queries, rules
from portal.destinations.models import Backup, Destination
from portal.destinations.rules import Duty, Facts
from portal.errors import ChangedMeanwhile, NotFound


def add_destination(actor: Actor, facts: Facts, *, checked_on: date | None) -> Destination:
    """Add a place to the keeper's own region, or to the country; `checked_on` is empty when nobody called them yet."""
    _check_own(actor, facts.region)
    rules.check_facts(facts)
    with transaction():
        place: Destination = Destination.create(
            public_id=new_public_id(), **asdict(facts), **_checked(actor, checked_on)
        )
        audit.record(actor, "destination.added", place)
    return place


def change_destination(
    actor: Actor, place: Destination, facts: Facts, *, seen: int, checked_on: date | None
) -> Destination:
    """Store what is known now. `seen` is the version looked at; raises ChangedMeanwhile when there is a newer one."""
    _check_own(actor, facts.region)
    rules.check_facts(facts)
    with transaction():
        changed = Destination.update(
            version=Destination.version + 1, **asdict(facts), **_checked(actor, checked_on)
        ).where(Destination.id == place.id, Destination.version == seen)
        if not changed.execute():
            raise ChangedMeanwhile
        audit.record(actor, "destination.changed", place)
    return Destination.get_by_id(place.id)


def confirm_destination(actor: Actor, place: Destination, *, now: datetime) -> None:
    """Somebody made sure today that everything is still right; what it says stays as it is."""
    with transaction():
        Destination.update(**_checked(actor, local_day(now))).where(Destination.id == place.id).execute()
        audit.record(actor, "destination.checked", place)


def retire_destination(actor: Actor, place: Destination, *, now: datetime) -> None:
    """Coaches see it no more; what was referred to it before stays."""
    with transaction():
        Destination.update(retired_at=now).where(Destination.id == place.id).execute()
        audit.record(actor, "destination.retired", place)


def _checked(actor: Actor, checked_on: date | None) -> dict[str, object]:
    return {} if checked_on is None else {"checked_on": checked_on, "checked_by": actor.account_id}


def _check_own(actor: Actor, region: str | None) -> None:
    """A keeper who makes up another region finds nothing there."""
    if region not in queries.kept_regions(actor):
        raise NotFound


def set_backup(actor: Actor, duty: Duty, *, now: datetime) -> Backup:
    """Say who is on duty in a region of the keeper; several at once are several to call."""
    _check_own(actor, duty.region)
    rules.check_duty(duty, local_day(now))
    with transaction():
        made: Backup = Backup.create(public_id=new_public_id(), **asdict(duty))
        audit.record(actor, "backup.set", made)
    return made


def remove_backup(actor: Actor, backup: Backup) -> None:
    """Their name and number are gone at once."""
    with transaction():
        audit.record(actor, "backup.removed", backup)
        Backup.delete().where(Backup.id == backup.id).execute()
