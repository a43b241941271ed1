"""Places to go to, filled from portal/destinations/data, and who is the backup of a region."""

import csv
import secrets
from pathlib import Path
from typing import Any

import peewee

from portal.db import ShortText, UTCField

DATA = Path(__file__).resolve().parent.parent / "portal" / "destinations" / "data" / "destinations.csv"


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Account(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "account"

    class Region(peewee.Model):
        code = ShortText(6, primary_key=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "region"

    class Destination(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        name = ShortText(120)
        destination_class = peewee.TextField(constraints=[peewee.Check("destination_class IN ('trauma', 'medical', 'urgent', 'listening', 'work', 'career', 'life', 'register')")])
        region = peewee.ForeignKeyField(Region, null=True, backref="+")
        for_what = ShortText(300)
        how_in = ShortText(300)
        phone = ShortText(40)
        website = ShortText(200)
        email = ShortText(254)
        hours = ShortText(200)
        usual_days = peewee.IntegerField(null=True)
        checked_on = peewee.DateField(null=True)
        checked_by = peewee.ForeignKeyField(Account, null=True, backref="+", on_delete="SET NULL")
        retired_at = UTCField(null=True)
        version = peewee.IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "destination"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("usual_days BETWEEN 0 AND 365", name="destination_usual_days")]

    class Backup(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        region = peewee.ForeignKeyField(Region, backref="+", index=False)
        name = ShortText(100)
        phone = ShortText(40)
        first_day = peewee.DateField()
        last_day = peewee.DateField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "backup"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = [peewee.Check("first_day <= last_day", name="backup_period")]
            indexes = ((("region", "last_day"), False),)

    return [Destination, Backup]


def up(migrator: Any, db: peewee.Database) -> None:
    """Nobody has checked any of these places yet, so none says that somebody did."""
    tables = models(db)
    db.create_tables(tables)
    with DATA.open(encoding="utf-8", newline="") as file:
        tables[0].insert_many([place_of(row) for row in csv.DictReader(file)]).execute()


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))


def place_of(row: dict[str, str]) -> dict[str, Any]:
    told = {column: text for column, text in row.items() if column != "class"}
    return {**told, "public_id": secrets.token_urlsafe(16), "destination_class": row["class"], "email": "", "version": 1}
