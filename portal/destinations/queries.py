"""Reading the directory, what its keepers keep, and who is on duty. Whose rows they are is said here alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import peewee

from portal.access import Actor, Role
from portal.accounts.models import Account
from portal.coaches import queries as coaches
from portal.destinations import rules
from portal.destinations.models import Backup, Destination
from portal.destinations.rules import Facts
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.programmes.codes import DestinationClass


@dataclass(frozen=True)
class Kept:
    """What one keeper keeps: the places to check first, then the others."""

    to_check: list[Destination]
    others: list[Destination]


# -- the directory


def regions_of(actor: Actor) -> list[str]:
    """Whose places and backups a coach sees: the regions of the profile, before there is one of the invitation."""
    coach = coaches.own_coach(actor)
    return coaches.regions_of(coach) if coach else sorted(coaches.granted_regions(actor))


def region_of(enrolment: Enrolment) -> list[str]:
    """The one region whose places fit somebody who signed up; none for somebody without a region."""
    return [enrolment.region_id] if enrolment.region_id else []


def directory(regions: Iterable[str], only: DestinationClass | None = None) -> list[Destination]:
    """The places for the whole country and for these regions, by kind of help; urgent help first. One query."""
    found = _there().where(Destination.region.is_null() | Destination.region.in_(list(regions)))
    if only is not None:
        found = found.where(Destination.destination_class == only)
    return sorted(found, key=lambda place: (_order(place.destination_class), place.name.casefold(), place.id))


def by_kind(places: Iterable[Destination]) -> list[tuple[DestinationClass, list[Destination]]]:
    """The places of a directory per kind of help, in its order."""
    return [(kind, list(group)) for kind, group in groupby(places, key=lambda place: place.destination_class)]


def offered(regions: Iterable[str], public_id: str) -> Destination:
    """A place of the directory; raises NotFound for one of another region."""
    found = next((place for place in directory(regions) if place.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _order(destination_class: DestinationClass) -> int:
    urgent = destination_class is DestinationClass.URGENT
    return -1 if urgent else list(DestinationClass).index(destination_class)


def _there() -> peewee.ModelSelect:
    return Destination.select().where(Destination.retired_at.is_null())


def on_duty(regions: Iterable[str], today: date) -> list[Backup]:
    """Whom coaches of these regions can call today. One query."""
    return list(
        Backup.select()
        .where(Backup.region.in_(list(regions)), Backup.first_day <= today, Backup.last_day >= today)
        .order_by(Backup.region, Backup.first_day.desc(), Backup.id)
    )


# -- those who keep it


def kept_regions(actor: Actor) -> list[str | None]:
    """The regions whose places this person keeps; None is the whole country."""
    own: list[str | None] = [*sorted(actor.regions)] if actor.has_role(Role.REGION_ADMIN) else []
    return [*own, None] if actor.has_role(Role.NATIONAL) else own


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """The places that this person keeps, of their regions or of the whole country."""
    kept = kept_regions(actor)
    mine = Destination.region.in_([region for region in kept if region is not None])
    if None in kept:
        mine |= Destination.region.is_null()
    return (
        Destination.select(Destination, Account)
        .join(Account, peewee.JOIN.LEFT_OUTER, attr="checked_by")
        .where(mine, Destination.retired_at.is_null())
    )


def kept_by(actor: Actor, today: date) -> Kept:
    """One query."""
    found = list(visible_to(actor).order_by(peewee.fn.LOWER(Destination.name), Destination.id))
    fresh = {place.id for place in found if place.freshness(today) == rules.Freshness.FRESH}
    return Kept(
        to_check=[place for place in found if place.id not in fresh],
        others=[place for place in found if place.id in fresh],
    )


def by_public_id(actor: Actor, public_id: str) -> Destination:
    """A place that this person keeps; raises NotFound otherwise."""
    found = visible_to(actor).where(Destination.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def facts_of(place: Destination) -> Facts:
    return Facts(
        name=place.name,
        destination_class=place.destination_class,
        region=place.region_id,
        for_what=place.for_what,
        how_in=place.how_in,
        phone=place.phone,
        website=place.website,
        email=place.email,
        hours=place.hours,
        usual_days=place.usual_days,
    )


def backups_of(actor: Actor, today: date) -> list[Backup]:
    """Who is on duty now or later in the regions of this keeper, the next one first."""
    return list(_own_backups(actor).where(Backup.last_day >= today).order_by(Backup.first_day, Backup.id))


def beside(duty: Backup) -> list[str]:
    """The names of who is on duty in the same region on some of the same days. One query."""
    others = Backup.select(Backup.name).where(
        Backup.region == duty.region_id,
        Backup.id != duty.id,
        Backup.first_day <= duty.last_day,
        Backup.last_day >= duty.first_day,
    )
    return [other.name for other in others.order_by(Backup.first_day, Backup.id)]


def backup(actor: Actor, public_id: str) -> Backup:
    """A backup in a region of this keeper; raises NotFound otherwise."""
    found = _own_backups(actor).where(Backup.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def _own_backups(actor: Actor) -> peewee.ModelSelect:
    return Backup.select().where(Backup.region.in_([region for region in kept_regions(actor) if region is not None]))
