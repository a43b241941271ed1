"""Trying again what could not be delivered."""

from datetime import datetime

from portal import audit, outbox
from portal.access import Actor
from portal.db import transaction
from portal.operations import queries


def try_again(actor: Actor, public_id: str, *, now: datetime) -> None:
    """Put one failed mail back in the queue; raises NotFailed when that was done already."""
    with transaction():
        mail = queries.failed_mail(public_id)
        outbox.try_again(mail, now=now)
        audit.record(actor, "mail.tried_again", mail)


def try_all_again(actor: Actor, *, now: datetime) -> int:
    """Put everything that failed back in the queue, such as after the mail server was down; returns how many."""
    with transaction():
        failed = outbox.failed_mails()
        for mail in failed:
            outbox.try_again(mail, now=now)
        audit.record(actor, "mail.all_tried_again", detail=str(len(failed)))
    return len(failed)
