"""Who changed what, and who read whose record. Rows are only ever added; the database refuses the rest."""

from datetime import datetime
from enum import StrEnum

import peewee

from portal.access import Actor
from portal.clock import now
from portal.db import CodeField, ShortText, Table, UTCField


class Deed(StrEnum):
    CHANGED = "changed"
    READ = "read"
    REFUSED = "refused"


class AuditEntry(Table):
    """One fact: this actor did this to that at that moment. Never the content."""

    at = UTCField()
    deed = CodeField(Deed)
    event = ShortText(60)
    actor_id = peewee.IntegerField(null=True)
    actor_roles = ShortText(120, default="")
    subject_table = ShortText(60, null=True)
    subject_id = peewee.IntegerField(null=True)
    detail = ShortText(200, default="")

    class Meta:
        indexes = ((("subject_table", "subject_id"), False), (("actor_id", "at"), False))


def record(
    actor: Actor, event: str, subject: Table | None = None, *, detail: str = "", at: datetime | None = None
) -> None:
    """Somebody changed something; call it inside the transaction of the change."""
    _write(Deed.CHANGED, actor, event, subject, detail, at)


def record_read(actor: Actor, event: str, subject: Table, *, at: datetime | None = None) -> None:
    """Somebody opened a record of a person."""
    _write(Deed.READ, actor, event, subject, "", at)


def record_refusal(actor: Actor, event: str, *, detail: str = "") -> None:
    """Somebody tried a door that is closed to them."""
    _write(Deed.REFUSED, actor, event, None, detail, None)


def _write(deed: Deed, actor: Actor, event: str, subject: Table | None, detail: str, at: datetime | None) -> None:
    AuditEntry.insert(
        at=at or now(),
        deed=deed,
        event=event,
        actor_id=actor.account_id,
        actor_roles=" ".join(sorted(actor.roles)),
        subject_table=subject._meta.table_name if subject else None,
        subject_id=subject.get_id() if subject else None,
        detail=detail[:200],
    ).execute()
