"""How the mail is doing, and whether the worker is alive. Never an address, never a text."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import outbox
from portal.errors import NotFound
from portal.jobs import Heartbeat
from portal.operations.rules import MOST_SHOWN, NotFailed
from portal.outbox import Mail, MailStatus
from portal.pages.rules import WORKER_SILENT_AFTER_MINUTES


@dataclass(frozen=True)
class PostOffice:
    """The newest mails that failed, how many failed in all, how many wait, and when the worker was last there."""

    failed: list[Mail]
    failed_in_all: int
    waiting: int
    worker_seen_at: datetime | None
    now: datetime

    @property
    def worker_is_silent(self) -> bool:
        silent_since = self.now - timedelta(minutes=WORKER_SILENT_AFTER_MINUTES)
        return self.worker_seen_at is None or self.worker_seen_at < silent_since


def post_office(now: datetime) -> PostOffice:
    """Four queries."""
    beat = Heartbeat.select().order_by(Heartbeat.seen_at.desc()).first()
    return PostOffice(
        failed=outbox.failed_mails(limit=MOST_SHOWN),
        failed_in_all=Mail.select().where(Mail.status == MailStatus.FAILED).count(),
        waiting=Mail.select().where(Mail.status == MailStatus.WAITING).count(),
        worker_seen_at=beat.seen_at if beat else None,
        now=now,
    )


def failed_mail(public_id: str) -> Mail:
    """This mail, while it is on the list; raises NotFailed when it is not there any more."""
    found = Mail.get_or_none(Mail.public_id == public_id)
    if found is None:
        raise NotFound
    if found.status != MailStatus.FAILED:
        raise NotFailed
    return found
