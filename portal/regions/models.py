"""Regions, what they were called and who served them when, and the postcodes that lie in them.

Periods are half-open: `valid_from` is the first day, `valid_until` the first day after; empty is without that limit.
"""

import peewee

from portal.db import ShortText, Table
from portal.regions.rules import Point

PERIOD = "valid_from < valid_until"


class Region(Table):
    """One of the 28 regions of CBS, by its code: RA0205. Codes never changed, names and employer organisations did."""

    code = ShortText(6, primary_key=True)

    class Meta:
        constraints = (peewee.Check("length(code) = 6 AND substr(code, 1, 2) = 'RA'", name="region_code_is_of_cbs"),)


class RegionName(Table):
    """What a region was called in a period."""

    region = peewee.ForeignKeyField(Region, backref="names")
    name = ShortText(80)
    valid_from = peewee.DateField(null=True)
    valid_until = peewee.DateField(null=True)

    class Meta:
        constraints = (peewee.Check(PERIOD, name="region_name_period"),)
        indexes = ((("region", "valid_from"), True),)


RegionName.add_index(
    RegionName.index(RegionName.region, unique=True, where=RegionName.valid_until.is_null(), name="region_name_current")
)


class EmployerOrg(Table):
    """A regional organisation of employers, and into which other one it went up."""

    slug = ShortText(60, unique=True)
    name = ShortText(80)
    valid_from = peewee.DateField(null=True)
    valid_until = peewee.DateField(null=True)
    successor = peewee.ForeignKeyField("self", null=True, backref="predecessors")

    class Meta:
        constraints = (
            peewee.Check(PERIOD, name="employer_org_period"),
            peewee.Check("successor_id IS NULL OR valid_until IS NOT NULL", name="employer_org_succeeded_has_ended"),
        )


class RegionEmployer(Table):
    """Which employer organisation served a region in a period."""

    region_id: str
    region = peewee.ForeignKeyField(Region, backref="employers")
    employer_org = peewee.ForeignKeyField(EmployerOrg, backref="regions")
    valid_from = peewee.DateField(null=True)
    valid_until = peewee.DateField(null=True)

    class Meta:
        constraints = (peewee.Check(PERIOD, name="region_employer_period"),)
        indexes = ((("region", "valid_from"), True),)


RegionEmployer.add_index(
    RegionEmployer.index(
        RegionEmployer.region, unique=True, where=RegionEmployer.valid_until.is_null(), name="region_employer_current"
    )
)


class PostcodeRange(Table):
    """Four-digit postcodes that lie in a region, both ends included."""

    pc4_from = peewee.IntegerField(unique=True)
    pc4_to = peewee.IntegerField(unique=True)
    region = peewee.ForeignKeyField(Region, backref="postcode_ranges")

    class Meta:
        constraints = (
            peewee.Check("pc4_from >= 1000 AND pc4_to <= 9999", name="postcode_range_has_four_digits"),
            peewee.Check("pc4_from <= pc4_to", name="postcode_range_is_ordered"),
        )


class Place(Table):
    """The place at a four-digit postcode, with the middle of its area on the map (WGS 84)."""

    pc4 = peewee.IntegerField(primary_key=True)
    name = ShortText(60)
    province = ShortText(20)
    latitude = peewee.DoubleField()
    longitude = peewee.DoubleField()

    class Meta:
        constraints = (
            peewee.Check("pc4 BETWEEN 1000 AND 9999", name="place_has_four_digits"),
            peewee.Check(
                "latitude BETWEEN 50 AND 54 AND longitude BETWEEN 3 AND 8", name="place_is_in_the_netherlands"
            ),
        )

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)
