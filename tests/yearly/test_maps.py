"""The shades of the map, and what its legend says of them."""

from portal.disclosure.rules import Protected
from portal.yearly import maps
from portal.yearly.overview import Row


def row(key: str, size: int, says: str = "") -> Row:
    return Row(key, key.title(), [Protected(says or str(size), size, size)])


def test_a_region_is_the_darker_the_more_people_and_the_legend_says_how_many():
    rows = [row("a", 120), row("b", 2, "fewer than 5"), row("c", 25), row("d", 100), row("e", 0)]
    regions = maps.shaded(rows, {one.key: [(0, 0)] for one in rows})
    assert [(region.name, region.shade) for region in regions] == [("A", 4), ("B", 1), ("C", 1), ("D", 4), ("E", 0)]
    assert list(maps.legend(regions)) == [(1, "fewer than 5", "25"), (4, "100", "120")]


def test_a_map_without_people_has_no_legend():
    assert list(maps.legend(maps.shaded([row("a", 0)], {"a": [(0, 0)]}))) == []
