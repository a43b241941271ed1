"""Decisions of the public pages on plain values: where a menu may lead, which path is safe, which mailbox is ours."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from portal.access import PUBLIC, Actor

WORKER_SILENT_AFTER_MINUTES = 5
SECURITY_TXT_DAYS = 180


@dataclass(frozen=True)
class Item:
    """A place in the menu. `permission` narrows what the page itself asks; `sends` makes it a button that posts.

    `holds` are the pages that stand beside the one it leads to.
    """

    endpoint: str
    label: str
    anchor: str | None = None
    permission: str = ""
    sends: bool = False
    holds: tuple[str, ...] = ()


def visible(items: Sequence[Item], actor: Actor, access_of: Callable[[str], str | None]) -> list[Item]:
    """The items whose page exists and is open to this person; `access_of` gives None for a page that is not there."""
    return [item for item in items if _is_open(item, actor, access_of(item.endpoint))]


def _is_open(item: Item, actor: Actor, access: str | None) -> bool:
    if access is None:
        return False
    permission = item.permission or access
    return permission == PUBLIC or actor.may(permission)


def current_place(paths: Sequence[str], path: str) -> str | None:
    """The one of these paths that `path` is at or below; the longest when there are more."""
    above = [p for p in paths if path == p or (p != "/" and path.startswith(p + "/"))]
    return max(above, key=len, default=None)


def safe_path(target: str | None) -> str | None:
    """A path on this portal to go back to, or None for anything else."""
    if not target or not re.fullmatch(r"/(?![/\\])[A-Za-z0-9/_.~%?=&+-]*", target):
        return None
    return target


def mailbox(name: str, mail_from: str) -> str:
    """Our own address for this, at the domain that our mail comes from: 'privacy@example.org'."""
    return f"{name}@{parseaddr(mail_from)[1].rpartition('@')[2]}"
