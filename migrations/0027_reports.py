"""Reports that are checked, approved and locked; the database keeps a locked one as it is."""

from typing import Any

import peewee

from portal.db import ShortText, UTCField


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Report(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        period_code = ShortText(20)
        first_day = peewee.DateField()
        last_day = peewee.DateField()
        reference_date = peewee.DateField()
        division = peewee.IntegerField()
        state = peewee.TextField(constraints=[peewee.Check("state IN ('draft', 'checked', 'approved', 'locked')")])
        number = ShortText(12, null=True)
        version = peewee.IntegerField()
        replaces = peewee.ForeignKeyField("self", null=True, backref="+")
        reason = ShortText(300)
        made_by = peewee.IntegerField()
        made_at = UTCField()
        check_asked_at = UTCField(null=True)
        checked_at = UTCField(null=True)
        findings = ShortText(2_000_000)
        content = ShortText(2_000_000)
        content_hash = ShortText(64)
        definitions_version = peewee.IntegerField(null=True)
        protection_version = peewee.IntegerField(null=True)
        approved_by = peewee.IntegerField(null=True)
        approved_at = UTCField(null=True)
        locked_at = UTCField(null=True)
        is_public = peewee.BooleanField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "report"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [
                peewee.Check("approved_by <> made_by", name="report_second_person"),
                peewee.Check("first_day <= last_day", name="report_period"),
                peewee.Check("division IN (12, 13, 14)", name="report_division"),
                peewee.Check("state = 'draft' OR (length(content_hash) = 64 AND checked_at IS NOT NULL)", name="report_checked"),
                peewee.Check("state NOT IN ('approved', 'locked') OR (approved_by IS NOT NULL AND approved_at IS NOT NULL)", name="report_approved"),
                peewee.Check("state <> 'locked' OR (number IS NOT NULL AND locked_at IS NOT NULL)", name="report_locked"),
            ]
            indexes = ((("number", "version"), True), (("state", "check_asked_at"), False))

    return [Report]


NEVER_CHANGES_SQLITE = [
    f"""CREATE TRIGGER report_never_{what} BEFORE {deed} ON report WHEN OLD.state = 'locked'
        BEGIN SELECT RAISE(ABORT, 'report_is_locked'); END"""
    for what, deed in (("changes", "UPDATE"), ("goes", "DELETE"))
]
NEVER_CHANGES_POSTGRES = [
    """CREATE FUNCTION report_is_locked() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'report_is_locked'; END $$""",
    """CREATE TRIGGER report_never_changes BEFORE UPDATE OR DELETE ON report
       FOR EACH ROW WHEN (OLD.state = 'locked') EXECUTE FUNCTION report_is_locked()""",
]


def on_sqlite(db: peewee.Database) -> bool:
    return isinstance(db, peewee.SqliteDatabase)


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))
    for statement in NEVER_CHANGES_SQLITE if on_sqlite(db) else NEVER_CHANGES_POSTGRES:
        db.execute_sql(statement)


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
    if not on_sqlite(db):
        db.execute_sql("DROP FUNCTION report_is_locked()")
