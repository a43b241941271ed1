"""Files of reports that are locked and not public: what is asked for can be a report."""

from typing import Any

import peewee

SUBJECTS = "subject IN ('enrolments', 'region_figures', 'national_figures')"
WITH_REPORTS = "subject IN ('enrolments', 'region_figures', 'national_figures', 'report')"
CONTENT = 'CONSTRAINT "download_content"'
REPORT = """CONSTRAINT "download_report" CHECK ((subject = 'report') = (report_id IS NOT NULL))"""


def on_sqlite(db: peewee.Database) -> bool:
    return isinstance(db, peewee.SqliteDatabase)


def up(migrator: Any, db: peewee.Database) -> None:
    db.execute_sql('ALTER TABLE download ADD COLUMN "report_id" INTEGER REFERENCES "report" ("id")')
    db.execute_sql('CREATE INDEX "download_report_id" ON "download" ("report_id")')
    if on_sqlite(db):
        rewrite(db, SUBJECTS, WITH_REPORTS)
        rewrite(db, CONTENT, f"{REPORT}, {CONTENT}")
    else:
        check_subjects(db, WITH_REPORTS)
        db.execute_sql(f"ALTER TABLE download ADD {REPORT}")


def down(migrator: Any, db: peewee.Database) -> None:
    """Nothing is left of files of reports: before there was no word for them."""
    db.execute_sql("DELETE FROM download WHERE subject = 'report'")
    if on_sqlite(db):
        rewrite(db, f"{REPORT}, {CONTENT}", CONTENT)
        rewrite(db, WITH_REPORTS, SUBJECTS)
    else:
        db.execute_sql('ALTER TABLE download DROP CONSTRAINT "download_report"')
        check_subjects(db, SUBJECTS)
    db.execute_sql('DROP INDEX "download_report_id"')
    db.execute_sql("ALTER TABLE download DROP COLUMN report_id")


def check_subjects(db: peewee.Database, check: str) -> None:
    db.execute_sql("ALTER TABLE download DROP CONSTRAINT download_subject_check")
    db.execute_sql(f"ALTER TABLE download ADD CONSTRAINT download_subject_check CHECK ({check})")


def rewrite(db: peewee.Database, words: str, instead: str) -> None:
    """Change what SQLite checks; what is stored stays as it is and fits.

    SQLite has no ALTER for this. Its manual gives this way for changes that leave the content alone ("Making Other
    Kinds Of Table Schema Changes").
    """
    [(version,)] = db.execute_sql("PRAGMA schema_version").fetchall()
    db.execute_sql("PRAGMA writable_schema = ON")
    changed = db.execute_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'download' AND instr(sql, ?)",
        (words, instead, words),
    )
    if changed.rowcount != 1:
        raise RuntimeError(f"The table of files is not as expected: {words}")
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = OFF")
