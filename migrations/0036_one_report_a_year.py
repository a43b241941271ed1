"""One report over a year of a programme, and its corrections: no two people make one side by side."""

from typing import Any

import peewee

NAME = "report_programme_period_code_version"
INDEX = f'CREATE UNIQUE INDEX "{NAME}" ON "report" ("programme", "period_code", "version")'
# What is not locked and cannot stay: over phases and other first years of Extra coaching, and the older of two.
SUPERFLUOUS = """
    DELETE FROM report WHERE state <> 'locked' AND (
        substr(period_code, 1, 5) = 'phase'
        OR (programme = 'ecz' AND period_code IN ('2020', '2021'))
        OR EXISTS (
            SELECT 1 FROM report AS other
            WHERE other.programme = report.programme AND other.period_code = report.period_code
            AND other.version = report.version AND (other.state = 'locked' OR other.id > report.id)
        )
    )"""


def up(migrator: Any, db: peewee.Database) -> None:
    db.execute_sql(SUPERFLUOUS)
    db.execute_sql(INDEX)


def down(migrator: Any, db: peewee.Database) -> None:
    db.execute_sql(f"DROP INDEX {NAME}")
