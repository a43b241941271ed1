"""What a `ref` of elsewhere became here, which batches were loaded, and uploads with how far they are."""

import peewee

from portal.accounts.models import Account
from portal.crypto import Sealed
from portal.db import CodeField, ShortText, Table, UTCField
from portal.imports.rules import WAITING, FileName, LoadStatus, RefKind


class ImportedRef(Table):
    """The row that a `ref` stands for, and a keyed hash of what was last said of it: the same again changes nothing.

    That an enrolment has one is its `import_bevestigd`: no mail address was confirmed.
    """

    kind = CodeField(RefKind)
    ref = ShortText(100)
    row_id = peewee.IntegerField()
    digest = ShortText(64)
    loaded_at = UTCField()

    class Meta:
        indexes = ((("kind", "ref"), True), (("kind", "row_id"), False))


class ImportedBatch(Table):
    """An evaluations file that was loaded: a keyed hash, for nothing leads from an evaluation to its line."""

    digest = ShortText(64, unique=True)
    lines = peewee.IntegerField()
    loaded_at = UTCField()


class Upload(Table):
    """Files that somebody sent in on the page, and what became of them."""

    public_id = ShortText(40, unique=True)
    status = CodeField(LoadStatus, default=LoadStatus.TO_CHECK)
    sent_by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
    language = ShortText(5, default="nl")
    sent_at = UTCField()
    done_at = UTCField(null=True)
    # What a worker holds: since when, its last sign of life, and how often somebody began.
    claim = ShortText(40, null=True)
    seen_at = UTCField(null=True)
    tries = peewee.IntegerField(default=0)
    done = peewee.IntegerField(default=0)
    total = peewee.IntegerField(default=0)
    # JSON: per file new, changed and same; and of what is wrong the first with file, line, column and reason.
    counts = peewee.TextField(default="{}")
    problems = peewee.TextField(default="[]")
    problem_count = peewee.IntegerField(default=0)

    class Meta:
        indexes = ((("status", "sent_at"), False),)

    @property
    def is_busy(self) -> bool:
        """The worker has it, or will."""
        return self.status in WAITING

    @property
    def is_checked(self) -> bool:
        return bool(self.status == LoadStatus.CHECKED)


class UploadedFile(Table):
    """The sealed content of a file, until it is loaded or dropped."""

    public_id = ShortText(40, unique=True)
    upload = peewee.ForeignKeyField(Upload, backref="files", on_delete="CASCADE")
    name = CodeField(FileName)
    content_sealed = peewee.BlobField()

    content = Sealed()

    class Meta:
        indexes = ((("upload", "name"), True),)
