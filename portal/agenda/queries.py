"""Reading the addresses that calendars fetch, and the talks that they get."""

from datetime import datetime

import peewee

from portal.access import Actor
from portal.accounts.models import Account, Grant
from portal.agenda.models import Feed
from portal.agenda.rules import AHEAD, BACK, PURPOSE, Whose
from portal.coaches.models import Coach
from portal.coaches.rules import PRESENT
from portal.crypto import digest
from portal.errors import NotFound
from portal.sessions import queries as sessions
from portal.sessions.models import Session
from portal.sessions.rules import BLOCKING


def live_feed(actor: Actor, whose: Whose) -> Feed | None:
    """The one address of this person that works; None when there is none."""
    return Feed.get_or_none(Feed.account == actor.account_id, Feed.whose == whose, Feed.revoked_at.is_null())


def feed_of(token: str) -> Feed:
    """What this address stands for. NotFound, always the same, when it was never made or does not work any more.

    It dies with the account that is blocked, with the role that was taken away, and with the coach who has left.
    """
    holds_the_role = Grant.select().where(Grant.account == Feed.account, Grant.role == Feed.whose)
    is_coach = Coach.select().where(Coach.account == Feed.account, Coach.status.in_(PRESENT))
    found = (
        Feed.select(Feed, Account)
        .join(Account)
        .where(
            Feed.token_hash == digest(token, purpose=PURPOSE),
            Feed.revoked_at.is_null(),
            Account.blocked_at.is_null(),
            peewee.fn.EXISTS(holds_the_role),
            (Feed.whose == Whose.PARTICIPANT) | peewee.fn.EXISTS(is_coach),
        )
        .first()
    )
    if found is None:
        raise NotFound
    return found


def talks_for(feed: Feed, now: datetime) -> list[Session]:
    """The talks that stand, of a month ago until a year ahead, the first one first. One query."""
    of_whom = Coach.account if feed.whose == Whose.COACH else Session.participant
    return list(
        sessions.with_people()
        .where(
            of_whom == feed.account_id,
            Session.status.in_(BLOCKING),
            Session.starts_at >= now - BACK,
            Session.starts_at < now + AHEAD,
        )
        .order_by(Session.starts_at, Session.id)
    )
