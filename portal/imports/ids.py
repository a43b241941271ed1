"""Which row every ref stands for, of earlier loads and of this one."""

from datetime import datetime

from portal.imports import queries
from portal.imports.bulk import Store
from portal.imports.loads import Load
from portal.imports.models import ImportedRef
from portal.imports.rules import RefKind


class Ids:
    """The row of every ref, and what is to be remembered of it."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._found: dict[tuple[RefKind, str], int] = {}
        self._kept: dict[tuple[RefKind, str], str] = {}

    def __getitem__(self, place: tuple[RefKind, str]) -> int:
        """Raises KeyError for a ref that stands for nothing."""
        return self._found[place] if place in self._found else self._load.refs[place[0]][place[1]].row_id

    def keep(self, kind: RefKind, ref: str, row_id: int, digest: str = "") -> None:
        self._found[kind, ref] = row_id
        self._kept[kind, ref] = digest or self._load.digests[kind, ref]

    def store(self, store: Store, now: datetime) -> None:
        news, changed = [], []
        ids = queries.ids_of_refs(place for place in self._kept if self._load.known(*place))
        for (kind, ref), digest in self._kept.items():
            row = {"row_id": self._found[kind, ref], "digest": digest, "loaded_at": now}
            if (kind, ref) in ids:
                changed.append({"id": ids[kind, ref], **row})
            else:
                news.append({"kind": kind, "ref": ref, **row})
        store.insert(ImportedRef, news)
        store.update(ImportedRef, changed)
