"""What figures say together: nothing that narrows a number of 1 to 4 down, in any report that can be."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.config import ROOT
from portal.counting.definitions import figures, tally
from portal.counting.figures import Count, Mean, Median, Share
from portal.counting.people import ENTRY, REFERRALS, SUPPORT
from portal.counting.rules import Ending, SignedUp
from portal.disclosure import linear
from portal.disclosure.bands import WIDTH
from portal.disclosure.bounds import suspect
from portal.disclosure.rules import ENOUGH, NOT_SHOWN, TOO_FEW_PEOPLE, protect
from portal.disclosure.tables import Publication
from portal.programmes.codes import CloseReason, ProgrammeCode

GROUPS = ("T01", "T03", "T05", "T08b")
ABOUT_PEOPLE = [definition for section in (SUPPORT, REFERRALS, ENTRY) for definition in section.definitions]
TIMES = st.sampled_from([1, 1, 1, 2, 3, 4, 5, 7, 8, 12, 13, 40, 88])
thoroughly = settings(deadline=None, max_examples=300)


@st.composite
def signed_up(draw) -> SignedUp:
    """Somebody of whom all identities hold."""
    supported, is_open = draw(st.booleans()), draw(st.booleans())
    handovers = draw(st.sampled_from([0, 0, 0, 1, 2]))
    ending = Ending.HANDED_OVER if handovers else draw(st.sampled_from(list(Ending)))
    return SignedUp(
        is_first=draw(st.sampled_from([True, True, True, False])),
        supported=supported,
        handovers=handovers,
        referred=handovers > 0 or draw(st.booleans()),
        in_progress=is_open or ending == Ending.OPEN,
        ending=ending,
        entered=supported or draw(st.booleans()),
        is_open=is_open,
        is_mature=draw(st.booleans()),
        from_contact_point=draw(st.booleans()),
        dropout=draw(st.sampled_from([CloseReason.NO_NEED, CloseReason.TOO_BUSY, "withdrawn"])),
    )


facts = st.lists(st.tuples(signed_up(), TIMES), min_size=1, max_size=9)
countries = st.lists(facts, min_size=1, max_size=5)
# Of fewer than ten people a page tells nothing.
shown_countries = countries.filter(
    lambda regions: sum(times for found in regions for one, times in found if one.is_first) >= ENOUGH
)


def counted(found) -> dict:
    return figures(tally(found, ABOUT_PEOPLE), ABOUT_PEOPLE, ProgrammeCode.ECZ)


def country(regions, *ids: str) -> Publication:
    """A page or report of the country, with these figures of every region."""
    made = Publication()
    made.add(counted([fact for found in regions for fact in found]))
    split = {f"region:{number}": counted(found) for number, found in enumerate(regions)}
    made.split({name: {id: found[id] for id in ids} for name, found in split.items()})
    return made


def table(**counts: int) -> Publication:
    made = Publication()
    made.add({id.replace("_", "."): Count(value) for id, value in counts.items()})
    return made


def hidden(publication: Publication) -> set[str]:
    return {id for name, id in publication.hidden if not name}


# -- what is hidden, and why


def test_what_is_rounded_away_twice_would_come_back():
    """102 is told as 100, 13 as 15 and 89 as 90: so it is 101 or 102, 13 or 14 and 88 or 89; and 88 is told as 90."""
    made = table(T01=102, T03=13, T04=89, T04a=1, T04b=88, T04c=0, T04d=0, T04e=0, T04f=0)
    assert suspect(made) == linear.narrowed(made) == {("", "T04a")}
    assert linear.implied(made, {("", "T04a"): 1.0}) == (1, 1)
    made.withhold(suspect)
    assert hidden(made) == {f"T04{part}" for part in "abcdef"}
    assert linear.narrowed(made) == set()
    assert made.shown("T04a") == NOT_SHOWN
    assert made.shown("T04") == protect(Count(89))


def test_four_people_in_four_groups_are_not_told_apart():
    made = table(T04=4, T04a=1, T04b=1, T04c=1, T04d=1, T04e=0, T04f=0)
    assert linear.implied(made, {("", "T04a"): 1.0}) == (1, 1)
    made.withhold(suspect)
    assert hidden(made) == {f"T04{part}" for part in "abcdef"}


def test_ten_or_more_may_be_broken_down():
    made = table(T05=11, T06=3, T07=8)
    made.withhold(suspect)
    assert hidden(made) == set()
    assert linear.implied(made, {("", "T06"): 1.0}) == (1, 4)


@pytest.mark.parametrize(("whole", "parts_hidden"), [(0, False), (1, True), (4, True), (7, True), (8, False)])
def test_fewer_than_ten_are_not_broken_down(whole, parts_hidden):
    made = table(T05=whole, T06=0, T07=whole)
    made.withhold(suspect)
    assert hidden(made) == ({"T06", "T07"} if parts_hidden else set())


@pytest.mark.parametrize("is_from_ten", [True, False])
def test_that_a_question_is_there_says_that_ten_answered_it(is_from_ten):
    """Of ten or more at most seven chose one answer, so 'fewer than 5' who chose the other would be three or four."""
    made = Publication()
    made.add({"own_1": Count(10)})
    made.from_ten |= {("", "own_1")} if is_from_ten else set()
    made.break_down("own_1", {"yes": 6, "no": 4})
    made.withhold(suspect)
    assert (made.shown("own_1.no") == NOT_SHOWN) == is_from_ten


def test_a_share_goes_with_its_counts():
    made = Publication()
    made.add({"I01": Count(7), "I02": Count(4), "I03": Share(4, 7), "I04": Count(3), "I06": Count(0)})
    made.withhold(suspect)
    assert made.shown("I03") == NOT_SHOWN
    assert made.published("I03") == dict.fromkeys(("value", "numerator", "denominator"), str(NOT_SHOWN))


def test_a_share_of_eight_says_that_it_is_not_ten():
    made = Publication()
    made.add({"I01": Count(8), "I03": Share(8, 8)})
    assert made.shown("I03") == TOO_FEW_PEOPLE
    assert made.bounds()["", "I01"] == (8, 9)
    made.add({"I01": Count(10), "I03": Share(10, 10)})
    assert made.bounds()["", "I01"] == (10, 12)


def test_the_number_behind_a_mean_that_is_not_shown_is_below_ten():
    made = Publication()
    made.add({"E02": Mean(21, 3)})
    assert made.bounds() == {("", "E02.n"): (1, 4)}
    made.add({"E02": Mean(56, 8)})
    assert made.bounds() == {("", "E02.n"): (8, 9)}


def test_a_region_of_too_few_people_tells_nothing_else():
    made = Publication()
    made.add({"T01": Count(50), "T03": Count(40)})
    made.split(
        {"region:A": {"T01": Count(3), "T03": Count(2)}, "region:B": {"T01": Count(47), "T03": Count(38)}},
    )
    made.withhold(suspect)
    assert made.shown("T01", "region:A") == protect(Count(3))
    assert made.shown("T03", "region:A") == NOT_SHOWN
    assert made.shown("T03", "region:B") == protect(Count(38))


def test_regions_that_would_give_one_away_are_not_shown():
    """Twelve regions with one person each, of twelve in all: told as 'fewer than 5' of 10, which is at most 12."""
    made = Publication()
    made.add({"A01": Count(240), "T15": Count(12)})
    made.split({f"region:{n}": {"A01": Count(20), "T15": Count(1)} for n in range(12)})
    assert linear.narrowed(made) == {(f"region:{n}", "T15") for n in range(12)}
    made.withhold(suspect)
    assert made.shown("T15", "region:3") == NOT_SHOWN
    assert made.shown("T15") == protect(Count(12))
    assert made.shown("A01", "region:3") == protect(Count(20))


def of_sign_ups(people: int, talked: int, dropped_out: int) -> dict:
    days = Median((7.0,) * talked)
    return {"F01": Count(people), "F03": Count(talked), "F03.median_days": days, "F06": Count(dropped_out)}


@pytest.mark.parametrize("narrowed", [suspect, linear.narrowed])
def test_where_nothing_else_helps_only_the_group_itself_is_not_told(narrowed):
    """Of 12 sign-ups 11 led to a talk, and of 10 or more the days are told: so at most two did not, however little is
    broken down."""
    made = Publication()
    made.add(of_sign_ups(312, 211, 51))
    made.split({"large": of_sign_ups(300, 200, 50), "small": of_sign_ups(12, 11, 1)})
    made.withhold(narrowed)
    assert narrowed(made) == set()
    assert {cell for cell in made.values if cell[0] == "small"} <= made.hidden
    assert made.shown("F01") == protect(Count(312))
    assert made.shown("F01", "large") == protect(Count(300))


def test_regions_that_are_known_by_their_employer_organisation():
    """Two levels: what an organisation tells about its regions counts too."""
    made = Publication()
    made.add({"T05": Count(31)})
    made.split({"org:x": {"T05": Count(19)}, "org:y": {"T05": Count(12)}})
    made.split({f"region:{n}": {"T05": Count(2)} for n in range(6)}, "org:y")
    made.withhold(suspect)
    assert not {cell for cell in linear.narrowed(made)}
    assert ("region:1", "T05") in made.hidden or linear.implied(made, {("region:1", "T05"): 1.0}) == (1, 4)


def test_overlapping_groups_are_each_at_most_the_whole():
    made = Publication()
    made.add({"T01": Count(21)})
    made.overlap({"theme:a": {"T01": Count(20)}, "theme:b": {"T01": Count(2)}})
    made.withhold(suspect)
    assert linear.implied(made, {("theme:a", "T01"): 1.0}) == (18, 22)


# -- for every report


@thoroughly
@given(shown_countries)
def test_no_small_number_is_narrowed_down(regions):
    """What pages hide, by passing bounds only, leaves a linear program nothing to find."""
    made = country(regions, "T01")
    made.withhold(suspect)
    assert suspect(made) == set()
    assert linear.narrowed(made) == set()


@thoroughly
@given(countries)
def test_what_is_told_is_true(regions):
    made = country(regions, *GROUPS)
    made.withhold(suspect)
    for cell, (low, high) in made.bounds().items():
        assert low <= made.values[cell] <= high


@thoroughly
@given(shown_countries, signed_up())
def test_one_more_person_moves_no_number_by_one_to_four(regions, one):
    before, after = country(regions, "T01"), country([[*regions[0], (one, 1)], *regions[1:]], "T01")
    before.withhold(suspect)
    after.withhold(suspect)
    for table, of_table in before.figures.items():
        for id, figure in of_table.items():
            counts = {"value"} if isinstance(figure, Count) else {"numerator", "denominator", "n"}
            told, then = before.published(id, table), after.published(id, table)
            for name in counts & told.keys():
                if isinstance(told[name], int) and isinstance(then[name], int):
                    assert abs(then[name] - told[name]) not in (1, 2, 3, 4), (table, id)


@thoroughly
@given(countries, st.permutations(["T01", "T03", "T05", "T08b"]))
def test_exact_headlines_give_nobody_away(regions, headlines):
    made = country(regions, *GROUPS)
    linear.settle(made)
    made.exact = linear.exact_headlines(made, headlines)
    assert linear.narrowed(made) == set()
    small = [(more, less) for less, more in made.at_most if 0 < made.values[more] - made.values[less] < 5]
    for more, less in small:
        if more in made.exact and less in made.exact:
            low, high = linear.implied(replace(made, exact=set()), {more: 1.0, less: -1.0})
            assert high - low < 1e-4, f"{more} less {less} is told, and was not before"


@thoroughly
@given(countries)
def test_widths_of_all_at_once_are_those_of_each_alone(regions):
    made = country(regions, *GROUPS)
    wanted = [{cell: 1.0} for cell in made.small()]
    for terms, width in zip(wanted, linear._Program(made).widths(wanted, [WIDTH] * len(wanted)), strict=True):
        low, high = linear.implied(made, terms)
        assert min(width, WIDTH) == pytest.approx(min(high - low, WIDTH), abs=1e-4)


# -- exact headlines


def test_a_headline_is_exact_where_nothing_small_hangs_on_it():
    made = table(T01=211, T03=188, T04=23, T05=41, T06=23, T07=18)
    assert linear.exact_headlines(made, ["T01", "T05"]) == {("", "T01"), ("", "T05")}
    assert made.exact == set()


def test_a_headline_is_rounded_where_it_gives_a_small_number_away():
    assert linear.exact_headlines(table(T01=208, T03=205, T04=3), ["T03", "T01"]) == {("", "T01")}
    assert linear.exact_headlines(table(T01=210, T03=207, T04=3), ["T01", "T03"]) == {("", "T03")}
    assert linear.exact_headlines(table(T01=211, T03=208, T04=3), ["T01", "T03"]) == {("", "T03")}


def test_a_small_number_is_never_a_headline():
    made = table(T01=3, T05=12)
    assert linear.exact_headlines(made, ["T01", "T05"]) == {("", "T05")}


def test_a_hidden_number_is_never_a_headline():
    made = table(T05=7, T06=7, T07=0)
    linear.settle(made)
    assert linear.exact_headlines(made, ["T06"]) == set()


def test_a_small_difference_is_not_told_either():
    """Of 43 sign-ups of 41 people two came twice."""
    made = table(T01=41, T01b=43)
    assert linear.exact_headlines(made, ["T01", "T01b"]) == {("", "T01")}


def test_figures_that_contradict_each_other_are_not_checked():
    made = table(T01=20, T03=10, T04=10)
    made.values["", "T04"] = 30
    with pytest.raises(ValueError, match="contradict"):
        linear.implied(made, {("", "T01"): 1.0})


def test_the_portal_starts_without_what_only_the_worker_needs(tmp_path):
    heavy = "highspy", "numpy", "openpyxl"
    asked = f"import sys, wsgi; print([name for name in {heavy} if name in sys.modules])"
    environ = {"PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True, env=environ
    )
    assert done.stdout.strip() == "[]"


def test_nothing_of_the_solver_comes_between_what_a_command_says():
    """It greets from underneath Python, so only another process can hear it."""
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from portal.disclosure import linear, tables; print('begin', flush=True);"
            "linear.settle(tables.Publication()); print('end')",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["begin", "end"]
    assert "HiGHS" in said.stderr
