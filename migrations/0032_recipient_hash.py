"""Finding what was mailed to somebody without opening every mail."""

from typing import Any

import peewee


def up(migrator: Any, db: peewee.Database) -> None:
    db.execute_sql('ALTER TABLE mail ADD COLUMN "recipient_hash" TEXT CHECK (length(recipient_hash) <= 64)')
    db.execute_sql('CREATE INDEX "mail_recipient_hash" ON "mail" ("recipient_hash")')


def down(migrator: Any, db: peewee.Database) -> None:
    db.execute_sql("DROP INDEX mail_recipient_hash")
    db.execute_sql("ALTER TABLE mail DROP COLUMN recipient_hash")
