"""What the clock on the wall said when a time was taken."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import peewee

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def up(migrator: Any, db: peewee.Database) -> None:
    """What was taken before was chosen by the clock as it is known now."""
    db.execute_sql('ALTER TABLE block ADD COLUMN "wall_start" TEXT CHECK (length(wall_start) <= 16)')
    mark = "?" if isinstance(db, peewee.SqliteDatabase) else "%s"
    for id, starts_at in db.execute_sql("SELECT id, starts_at FROM block WHERE active").fetchall():
        moment = datetime.fromisoformat(starts_at) if isinstance(starts_at, str) else starts_at
        wall = f"{moment.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
        db.execute_sql(f"UPDATE block SET wall_start = {mark} WHERE id = {mark}", (wall, id))


def down(migrator: Any, db: peewee.Database) -> None:
    db.execute_sql("ALTER TABLE block DROP COLUMN wall_start")
