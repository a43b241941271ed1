"""Whether a coach begins with an introductory talk, who makes the room for a video call, and for which kind of talk a
time is held."""

from typing import Any

import peewee

KINDS = "'intro', 'talk', 'workshop', 'test', 'other'"
COLUMNS = [
    ("coach", "offers_intro", "{boolean} NOT NULL DEFAULT {true}"),
    ("coach", "video_by", "TEXT NOT NULL DEFAULT 'own_link' CHECK (video_by IN ('own_link', 'portal_room'))"),
    ("hold", "kind", f"TEXT NOT NULL DEFAULT 'talk' CHECK (kind IN ({KINDS}))"),
    ("session", "room_sealed", "{blob}"),
]
ON_SQLITE = {"boolean": "INTEGER", "true": "1", "blob": "BLOB"}
ON_POSTGRES = {"boolean": "BOOLEAN", "true": "TRUE", "blob": "BYTEA"}


def up(migrator: Any, db: peewee.Database) -> None:
    on_sqlite = isinstance(db, peewee.SqliteDatabase)
    for table, name, kind in COLUMNS:
        words = ON_SQLITE if on_sqlite else ON_POSTGRES
        db.execute_sql(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind.format(**words)}')
        if not on_sqlite and "DEFAULT" in kind:  # What was there has its value now; new rows bring their own.
            db.execute_sql(f"ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT")


def down(migrator: Any, db: peewee.Database) -> None:
    for table, name, _ in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
