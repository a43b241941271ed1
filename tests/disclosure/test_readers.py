"""Who sees more than one page or report knows more: what that hides, so that nothing small can be worked out."""

from portal.counting.figures import Count
from portal.disclosure import linear
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
    assert made.shown("T03", "org:y") == made.shown("T03", "region:2") == protect(Count(30)), (
        "nothing is hidden in vain"
    )


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
    both = linear.beside(after, [before.bounds()])
    assert linear.narrowed(both) == {("version 0 month:2", "T01")}
    linear.settle(both)
    assert both.shown("T01", "month:2") == NOT_SHOWN
    assert linear.narrowed(both) == set()


def test_an_earlier_report_that_cannot_be_true_any_more_says_nothing():
    """Somebody who had signed up twice was found: now there are fewer."""
    before, after = months(20, 10), months(19, 9)
    impossible = {**before.bounds(), ("month:1", "T01"): (40, 40)}
    both = linear.beside(after, [before.bounds(), impossible])
    assert both.earlier.keys() == {
        ("version 0 ", "T01"),
        ("version 0 month:0", "T01"),
        ("version 0 month:1", "T01"),
    }


def test_an_earlier_report_that_cannot_be_true_for_a_desk_says_nothing():
    """31 exactly; now there are 30, and who knows all of them by name sees that as well."""
    before, after = organisation(16, 11, 4), organisation(16, 10, 4)
    before.exact = {("", "T03")}
    after.readers = [Reader(knows=frozenset({(f"region:{n}", "T03")})) for n in range(3)]
    assert linear.beside(after, [before.bounds()]).earlier == {}
    after.readers = []
    assert linear.beside(after, [before.bounds()]).earlier != {}


def test_a_version_of_which_one_region_grew_by_one_is_told_but_for_that_region():
    """31 exactly, then one more from where nobody was: which region that is stays open, nothing else does."""
    before, after = organisation(16, 0, 15), organisation(16, 1, 15)
    before.exact = {("", "T03")}
    linear.settle(after)
    both = linear.beside(after, [before.bounds()])
    linear.settle(both)
    assert linear.narrowed(both) == set()
    assert both.shown("T03") == protect(Count(32))
    assert both.shown("T03", "region:1") == NOT_SHOWN
