"""Reading times under somebody's hand: only their own."""

from portal.access import Actor
from portal.accounts.models import Account
from portal.availability.models import Block
from portal.availability.rules import BlockSource
from portal.coaches.models import Coach
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.holds.models import Hold
from portal.sessions import queries as sessions
from portal.sessions.models import Session


def own_hold(actor: Actor, public_id: str, *, moving: Session | None = None) -> Hold:
    """A time that this participant keeps under their hand, for this talk if one is given; raises NotFound otherwise."""
    found = (
        Hold.select(Hold, Block, Enrolment, Coach, Account)
        .join_from(Hold, Block)
        .join_from(Hold, Enrolment)
        .join_from(Hold, Coach)
        .join_from(Coach, Account)
        .where(Hold.public_id == public_id, Enrolment.participant == actor.account_id)
        .first()
    )
    if found is None or (moving is not None and found.moving_id != moving.id):
        raise NotFound
    return found


def held_blocks(enrolment: Enrolment) -> list[int]:
    """The blocks of times that this participant keeps under their hand."""
    rows = (
        Hold.select(Hold.block)
        .join(Block)
        .where(Hold.enrolment == enrolment, Block.active == True, Block.source == BlockSource.HOLD)  # noqa: E712
    )
    return [block_id for (block_id,) in rows.tuples().execute()]


def moved_by_link(token: str, public_id: str) -> Session | None:
    """The talk that was moved by this link to what it held, as long as it stayed there: the button is pressed again."""
    hold = Hold.get_or_none(Hold.public_id == public_id)
    if hold is None or hold.became is None or sessions.said_by_link(token) != (hold.became.public_id, str(hold.seen)):
        return None
    moved = sessions.as_it_is_now(hold.became)
    return moved if moved.sequence == hold.seen + 1 else None
