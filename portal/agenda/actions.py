"""Making, renewing and ending the address that a calendar fetches."""

from datetime import datetime

from portal import audit
from portal.access import Actor
from portal.accounts.models import Account
from portal.agenda import queries
from portal.agenda.models import Feed
from portal.agenda.rules import PURPOSE, Whose
from portal.crypto import digest, new_token
from portal.db import lock, transaction
from portal.errors import NotFound


def make_feed(actor: Actor, whose: Whose, *, now: datetime) -> str:
    """A new address instead of the one that was there; returns its token, which is shown once and kept nowhere."""
    token = new_token()
    with transaction():
        lock(Account(id=actor.account_id))
        before = _end(actor, whose, now)
        made = Feed.create(
            account=actor.account_id,
            whose=whose,
            token_hash=digest(token, purpose=PURPOSE),
            made_at=now,
            shows_names=before is not None and before.shows_names,
        )
        audit.record(actor, "feed.made", made, at=now)
    return token


def revoke_feed(actor: Actor, whose: Whose, *, now: datetime) -> None:
    """The address stops at once. Pressing the button again changes nothing."""
    with transaction():
        lock(Account(id=actor.account_id))
        ended = _end(actor, whose, now)
        if ended is not None:
            audit.record(actor, "feed.revoked", ended, at=now)


def _end(actor: Actor, whose: Whose, now: datetime) -> Feed | None:
    known = queries.live_feed(actor, whose)
    if known is not None:
        Feed.update(revoked_at=now).where(Feed.id == known.id).execute()
    return known


def show_names(actor: Actor, *, now: datetime) -> None:
    """From now on the titles have first names; raises NotFound when this coach has no address."""
    _set_names(actor, True, "feed.names_shown", now)


def hide_names(actor: Actor, *, now: datetime) -> None:
    """From now on every title is the same neutral word; raises NotFound when this coach has no address."""
    _set_names(actor, False, "feed.names_hidden", now)


def _set_names(actor: Actor, shown: bool, event: str, now: datetime) -> None:
    with transaction():
        known = queries.live_feed(actor, Whose.COACH)
        if known is None:
            raise NotFound
        Feed.update(shows_names=shown).where(Feed.id == known.id).execute()
        audit.record(actor, event, known, at=now)
