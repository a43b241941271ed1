"""Regions with their names, employer organisations, postcodes and places, filled from portal/regions/data."""

import csv
import itertools
import re
from datetime import date
from pathlib import Path
from typing import Any

import peewee

from portal.db import ShortText

Row = dict[str, Any]

DATA = Path(__file__).resolve().parent.parent / "portal" / "regions" / "data"
ROWS_AT_ONCE = 500
RENAMED = date(2022, 9, 1)
# The columns of regions.csv that hold the divisions of 14, 13 and 12, with their first day and the first day after.
DIVISIONS = [
    ("wgo_t/m_2020(14)", None, date(2021, 1, 1)),
    ("wgo_2021(13)", date(2021, 1, 1), date(2022, 7, 1)),
    ("wgo_vanaf_2022-07-01(12)", date(2022, 7, 1), None),
]


def up(migrator: Any, db: peewee.Database) -> None:
    tables = models(db)
    db.create_tables(tables)
    region, region_name, employer_org, region_employer, postcode_range, place = tables
    regions = read("regions.csv")
    fill(region, [{"code": row["ra_code"]} for row in regions])
    fill(region_name, [name for row in regions for name in names_of(row)])
    served = [period for row in regions for period in employers_of(row)]
    add_employer_orgs(employer_org, served)
    ids = dict(employer_org.select(employer_org.name, employer_org.id).tuples())
    fill(region_employer, [period | {"employer_org": ids[period["employer_org"]]} for period in served])
    fill(postcode_range, [range_of(row) for row in read("pc4_regions.csv")])
    fill(place, [place_of(row) for row in read("pc4_places.csv")])


def down(migrator: Any, db: peewee.Database) -> None:
    db.drop_tables(models(db))


def read(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill(table: type[peewee.Model], rows: list[Row]) -> None:
    for batch in peewee.chunked(rows, ROWS_AT_ONCE):
        table.insert_many(batch).execute()


def names_of(row: Row) -> list[Row]:
    before, after = row["region_2020"], row["region_2023"]
    if before == after:
        return [{"region": row["ra_code"], "name": after, "valid_from": None, "valid_until": None}]
    return [
        {"region": row["ra_code"], "name": before, "valid_from": None, "valid_until": RENAMED},
        {"region": row["ra_code"], "name": after, "valid_from": RENAMED, "valid_until": None},
    ]


def employers_of(row: Row) -> list[Row]:
    """Who served this region, in order; divisions in a row under the same employer organisation are one period."""
    periods: list[Row] = []
    for column, valid_from, valid_until in DIVISIONS:
        if periods and periods[-1]["employer_org"] == row[column]:
            periods[-1]["valid_until"] = valid_until
        else:
            period = {"employer_org": row[column], "valid_from": valid_from, "valid_until": valid_until}
            periods.append({"region": row["ra_code"], **period})
    return periods


def add_employer_orgs(table: type[peewee.Model], served: list[Row]) -> None:
    """Every organisation with the days on which it began and ended, and its successor where another one followed."""
    names = sorted({period["employer_org"] for period in served}, key=str.casefold)
    fill(table, [organisation(name, [p for p in served if p["employer_org"] == name]) for name in names])
    for earlier, later in itertools.pairwise(served):
        if earlier["region"] == later["region"]:
            successor = table.get(table.name == later["employer_org"])
            table.update(successor=successor).where(table.name == earlier["employer_org"]).execute()


def organisation(name: str, periods: list[Row]) -> Row:
    first_days = {period["valid_from"] for period in periods}
    ends = {period["valid_until"] for period in periods}
    return {
        "slug": re.sub(r"[^a-z0-9]+", "-", name.lower()),
        "name": name,
        "valid_from": None if None in first_days else min(first_days),
        "valid_until": None if None in ends else max(ends),
    }


def range_of(row: Row) -> Row:
    return {"pc4_from": int(row["pc4_from"]), "pc4_to": int(row["pc4_to"]), "region": row["ra_code"]}


def place_of(row: Row) -> Row:
    return {
        "pc4": int(row["pc4"]),
        "name": row["place"],
        "province": row["province"],
        "latitude": float(row["lat"]),
        "longitude": float(row["lon"]),
    }


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Frozen(peewee.Model):
        id = peewee.AutoField()

        class Meta:
            database = db
            legacy_table_names = False
            strict_tables = isinstance(db, peewee.SqliteDatabase)

    class Region(Frozen):
        code = ShortText(6, primary_key=True)

        class Meta:
            table_name = "region"
            constraints = (peewee.Check("length(code) = 6 AND substr(code, 1, 2) = 'RA'", name="region_code_is_of_cbs"),)

    class RegionName(Frozen):
        region = peewee.ForeignKeyField(Region, backref="+")
        name = ShortText(80)
        valid_from = peewee.DateField(null=True)
        valid_until = peewee.DateField(null=True)

        class Meta:
            table_name = "region_name"
            constraints = (peewee.Check("valid_from < valid_until", name="region_name_period"),)
            indexes = ((("region", "valid_from"), True),)

    RegionName.add_index(
        RegionName.index(RegionName.region, unique=True, where=RegionName.valid_until.is_null(), name="region_name_current")
    )

    class EmployerOrg(Frozen):
        slug = ShortText(60, unique=True)
        name = ShortText(80)
        valid_from = peewee.DateField(null=True)
        valid_until = peewee.DateField(null=True)
        successor = peewee.ForeignKeyField("self", null=True, backref="+")

        class Meta:
            table_name = "employer_org"
            constraints = (
                peewee.Check("valid_from < valid_until", name="employer_org_period"),
                peewee.Check("successor_id IS NULL OR valid_until IS NOT NULL", name="employer_org_succeeded_has_ended"),
            )

    class RegionEmployer(Frozen):
        region = peewee.ForeignKeyField(Region, backref="+")
        employer_org = peewee.ForeignKeyField(EmployerOrg, backref="+")
        valid_from = peewee.DateField(null=True)
        valid_until = peewee.DateField(null=True)

        class Meta:
            table_name = "region_employer"
            constraints = (peewee.Check("valid_from < valid_until", name="region_employer_period"),)
            indexes = ((("region", "valid_from"), True),)

    RegionEmployer.add_index(
        RegionEmployer.index(RegionEmployer.region, unique=True, where=RegionEmployer.valid_until.is_null(), name="region_employer_current")
    )

    class PostcodeRange(Frozen):
        pc4_from = peewee.IntegerField(unique=True)
        pc4_to = peewee.IntegerField(unique=True)
        region = peewee.ForeignKeyField(Region, backref="+")

        class Meta:
            table_name = "postcode_range"
            constraints = (
                peewee.Check("pc4_from >= 1000 AND pc4_to <= 9999", name="postcode_range_has_four_digits"),
                peewee.Check("pc4_from <= pc4_to", name="postcode_range_is_ordered"),
            )

    class Place(Frozen):
        pc4 = peewee.IntegerField(primary_key=True)
        name = ShortText(60)
        province = ShortText(20)
        latitude = peewee.DoubleField()
        longitude = peewee.DoubleField()

        class Meta:
            table_name = "place"
            constraints = (
                peewee.Check("pc4 BETWEEN 1000 AND 9999", name="place_has_four_digits"),
                peewee.Check(
                    "latitude BETWEEN 50 AND 54 AND longitude BETWEEN 3 AND 8", name="place_is_in_the_netherlands"
                ),
            )

    return [Region, RegionName, EmployerOrg, RegionEmployer, PostcodeRange, Place]
