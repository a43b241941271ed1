"""Reports. Once locked a row never changes and never goes: the database refuses it too."""

import peewee

from portal.counting.periods import Period
from portal.counting.rules import Scope
from portal.db import CodeField, ShortText, Table, UTCField
from portal.programmes.codes import ProgrammeCode
from portal.yearly.rules import LONGEST_REASON, ReportState

LONGEST_CONTENT = 2_000_000


class Report(Table):
    """One version of one report: what it is about, who made and approved it, and what it says.

    `content` is canonical JSON (see `gathering`), with protected figures only, and `content_hash` its SHA-256.
    `findings` is what the last check found: the identities that do not hold, and what is left to do. The people are
    ids of accounts, as in the audit log: who leaves is forgotten, the number stays.
    """

    public_id = ShortText(40, unique=True)
    programme = CodeField(ProgrammeCode)
    period_code = ShortText(20)
    first_day = peewee.DateField()
    last_day = peewee.DateField()
    reference_date = peewee.DateField()
    division = peewee.IntegerField()
    state = CodeField(ReportState, default=ReportState.DRAFT)
    number = ShortText(12, null=True)
    version = peewee.IntegerField(default=1)
    replaces = peewee.ForeignKeyField("self", null=True, backref="+")
    reason = ShortText(LONGEST_REASON, default="")
    made_by = peewee.IntegerField()
    made_at = UTCField()
    check_asked_at = UTCField(null=True)
    checked_at = UTCField(null=True)
    findings = ShortText(LONGEST_CONTENT, default="")
    content = ShortText(LONGEST_CONTENT, default="")
    content_hash = ShortText(64, default="")
    definitions_version = peewee.IntegerField(null=True)
    protection_version = peewee.IntegerField(null=True)
    approved_by = peewee.IntegerField(null=True)
    approved_at = UTCField(null=True)
    locked_at = UTCField(null=True)
    is_public = peewee.BooleanField(default=False)

    class Meta:
        constraints = (
            peewee.Check("approved_by <> made_by", name="report_second_person"),
            peewee.Check("first_day <= last_day", name="report_period"),
            peewee.Check("division IN (12, 13, 14)", name="report_division"),
            peewee.Check(
                "state = 'draft' OR (length(content_hash) = 64 AND checked_at IS NOT NULL)", name="report_checked"
            ),
            peewee.Check(
                "state NOT IN ('approved', 'locked') OR (approved_by IS NOT NULL AND approved_at IS NOT NULL)",
                name="report_approved",
            ),
            peewee.Check("state <> 'locked' OR (number IS NOT NULL AND locked_at IS NOT NULL)", name="report_locked"),
        )
        indexes = (
            (("number", "version"), True),
            (("programme", "period_code", "version"), True),
            (("state", "check_asked_at"), False),
        )

    @property
    def scope(self) -> Scope:
        return Scope(ProgrammeCode(self.programme), Period(self.first_day, self.last_day), self.reference_date)

    @property
    def is_locked(self) -> bool:
        return bool(self.state == ReportState.LOCKED)

    def file_name(self, ending: str) -> str:
        version = f"-v{self.version}" if self.version > 1 else ""
        return f"cijfers-{self.number}{version}.{ending}"

    @property
    def check(self) -> str:
        """By what the last check is told from others: when it was."""
        return self.checked_at.isoformat() if self.checked_at else ""

    @property
    def is_being_checked(self) -> bool:
        return self.check_asked_at is not None
