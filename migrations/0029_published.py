"""Figures that were published elsewhere, with their source."""

from typing import Any

import peewee

from portal.db import UTCField


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The table as it was made here, whatever becomes of the model."""

    class PublishedFigure(peewee.Model):
        id = peewee.AutoField()
        counter = peewee.TextField(constraints=[peewee.Check("length(counter) <= 40")])
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        period_from = peewee.DateField()
        period_to = peewee.DateField()
        reference_date = peewee.DateField(null=True)
        value = peewee.DoubleField()
        qualifier = peewee.TextField(constraints=[peewee.Check("qualifier IN ('exact', 'ruim', 'bijna', 'circa')")])
        source = peewee.TextField(constraints=[peewee.Check("length(source) <= 200")])
        recorded_at = UTCField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "published_figure"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            constraints = (peewee.Check("period_from <= period_to", name="published_figure_period"),)
            indexes = ((("programme", "counter", "period_from", "period_to"), False),)

    return [PublishedFigure]


def up(migrator: Any, db: peewee.Database) -> None:
    db.create_tables(models(db))


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))
