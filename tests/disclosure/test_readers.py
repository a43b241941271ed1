"""Who sees more than one page or report knows more: what that hides, so that nothing small can be worked out."""

import pytest

from portal.counting.figures import Count
from portal.disclosure import bounds, linear
from portal.disclosure.cells import Reader
from portal.disclosure.rules import NOT_SHOWN, protect
from portal.disclosure.tables import Publication


def organisation(*supported: int) -> Publication:
    """Two regions of one employer organisation and one of another; who works for the first knows its own number."""
    made = Publication()
    made.add({"T03": Count(sum(supported))})
    made.split({"org:x": {"T03": Count(supported[0] + supported[1])}, "org:y": {"T03": Count(supported[2])}})
    made.split({f"region:{n}": {"T03": Count(value)} for n, value in enumerate(supported)})
    made.tie(["region:0", "region:1"], "org:x")
    made.tie(["region:2"], "org:y")
    return made


def test_who_knows_one_region_does_not_learn_its_neighbour_from_the_organisation():
    """Of the organisation 5 is told, and who knows that 5 of them, or 6 or 7, are here knows that there at most two."""
    made = organisation(6, 1, 30)
    linear.settle(made)
    assert made.shown("T03", "region:1") == NOT_SHOWN
    assert made.shown("T03", "org:x") == protect(Count(7))
    made.readers = [Reader(sees=frozenset({("region:0", "T03")}))]
    assert linear.narrowed(made) == {("region:1", "T03")}
    linear.settle(made)
    assert linear.narrowed(made) == set()
    assert made.shown("T03", "org:x") == NOT_SHOWN
    assert made.shown("T03") == protect(Count(37))


def test_who_knows_a_region_by_name_does_not_learn_its_neighbour_from_the_organisation():
    """Of the organisation 15 is told, 13 to 17; who knows that 16 of them are here knows that there is one there."""
    made = organisation(16, 1, 30)
    made.readers = [Reader(sees=frozenset({("region:0", "T03")}))]
    linear.settle(made)
    assert made.shown("T03", "org:x") == protect(Count(17))
    made.readers = [Reader(knows=frozenset({("region:0", "T03")})), Reader(knows=frozenset({("region:2", "T03")}))]
    assert linear.narrowed(made) == {("region:1", "T03")}
    linear.settle(made)
    assert linear.narrowed(made) == set()
    assert made.shown("T03", "org:x") == NOT_SHOWN
    assert made.shown("T03") == protect(Count(47))


def test_what_somebody_knows_by_name_is_no_secret_to_them():
    """Their own region, and what follows from it: of these nothing has to be hidden."""
    made = organisation(2, 1, 30)
    own = frozenset({("org:x", "T03"), ("region:0", "T03")})
    made.readers = [Reader(knows=own)]
    made.hidden = {*made.values}
    assert linear.narrowed(made) == set()
    assert ("region:1", "T03") in made.small()


def test_that_nobody_came_to_the_neighbour_is_no_secret():
    """Of an organisation with "fewer than 5" the desk of a region with four knows that the other region has nobody."""
    made = organisation(4, 0, 30)
    made.readers = [Reader(knows=frozenset({("region:0", "T03")}))]
    assert made.small() == [("org:x", "T03"), ("region:0", "T03")]
    assert linear.narrowed(made) == set()


def test_a_headline_is_rounded_where_it_gives_a_small_number_away_to_one_reader():
    """Of all fourteen are not shown; who sees twelve of them on another page would know that two or three are left."""
    made = Publication()
    made.add({"T03": Count(14)})
    made.split({"region:0": {"T03": Count(12)}, "region:1": {"T03": Count(2)}})
    made.hidden |= {("region:0", "T03"), ("region:1", "T03")}
    assert linear.exact_headlines(made, ["T03"]) == {("", "T03")}
    made.readers = [Reader(sees=frozenset({("region:0", "T03")}))]
    made.figures["region:0"]["T01"] = Count(12)
    assert linear.exact_headlines(made, ["T03"]) == {("", "T03")}
    made.values["region:0", "T03"], made.values["", "T03"] = 7, 9
    assert linear.exact_headlines(made, ["T03"]) == set()


def test_nothing_more_can_be_hidden_than_everything():
    made = organisation(6, 1, 30)
    made.withhold(lambda publication: {("region:1", "T03")})
    assert made.hidden == {*made.values}


# -- two reports in a row


def months(*people: int) -> Publication:
    made = Publication()
    made.add({"T01": Count(sum(people))})
    made.split({f"month:{number}": {"T01": Count(one)} for number, one in enumerate(people)})
    return made


def test_a_month_that_grew_by_one_is_not_told_where_hardly_anybody_came():
    """From 'fewer than 5' to 5 while one person came: it was four."""
    before, after = months(15, 11, 4), months(15, 11, 5)
    linear.settle(before)
    linear.settle(after)
    assert after.shown("T01", "month:2") == protect(Count(5))
    before.exact = {("", "T01")}
    after.exact = {("", "T01")}
    both = after.after(before.bounds())
    assert linear.narrowed(both) == {("earlier month:2", "T01")}
    linear.settle(both)
    assert both.shown("T01", "month:2") == NOT_SHOWN
    assert linear.narrowed(both) == set()


@pytest.mark.parametrize("agrees", [linear.agrees, bounds.agrees])
def test_an_earlier_report_that_cannot_be_true_any_more_says_nothing(agrees):
    """Somebody who had signed up twice was found: now there are fewer."""
    before, after = months(20, 10), months(19, 9)
    before.exact = {*before.values}
    assert agrees(after.after(before.bounds()))
    impossible = {**before.bounds(), ("month:1", "T01"): (40, 40)}
    assert not agrees(after.after(impossible))
    assert after.after_all([before.bounds(), impossible], agrees).earlier.keys() == {
        ("report 0 ", "T01"),
        ("report 0 month:0", "T01"),
        ("report 0 month:1", "T01"),
    }


def test_a_page_hides_what_it_tells_beside_an_exact_number_of_before():
    """101 exactly, then 100 and 95 of them with a talk: "fewer than 5" without one would be four."""
    page = Publication()
    page.add({"T01": Count(101), "T03": Count(97), "T04": Count(4)})
    page.withhold(bounds.suspect)
    assert page.hidden == set()
    beside = page.after({("", "T01"): (101, 101), ("", "T03"): (93, 97), ("", "T04"): (5, 7)})
    assert bounds.agrees(beside)
    beside.withhold(bounds.suspect)
    assert beside.hidden == {("", "T03"), ("", "T04")}


def test_a_page_hides_nothing_only_because_an_exact_number_was_told():
    page = Publication()
    page.add({"T01": Count(101), "T03": Count(98), "T04": Count(3)})
    beside = page.after({("", "T01"): (101, 101)})
    beside.withhold(bounds.suspect)
    assert beside.hidden == set()
