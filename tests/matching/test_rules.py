"""How well a coach fits: points, reasons in words, and an order that is fair."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching.rules import (
    BRANCH_POINTS,
    EVENING_POINTS,
    NEAR_POINTS,
    REGION_POINTS,
    ROOM_POINTS,
    THEME_POINTS,
    Offer,
    Wish,
    fit,
    ranked,
)
from portal.programmes.codes import Branch, Mode, Theme

REMOTE = frozenset({Mode.PHONE, Mode.VIDEO})
EVERYWHERE = frozenset(Mode)
TWENTE = "RA0205"


def wish(**told):
    return Wish(**{"region": TWENTE, "seed": "noor", **told})


def offer(coach_id=1, **has):
    return Offer(**{"coach_id": coach_id, "modes": REMOTE, "capacity": 4, **has})


def points(wish, offer):
    return fit(wish, offer).points


def words(wish, offer):
    return [reason.message for reason in fit(wish, offer).reasons]


NOTHING = points(wish(), offer())


def test_who_has_only_room_gets_points_for_room_and_gives_no_reason():
    assert NOTHING == ROOM_POINTS
    assert words(wish(), offer()) == []


@pytest.mark.parametrize(
    ("told", "has", "worth"),
    [
        ({"themes": frozenset({Theme.STRESS})}, {"themes": frozenset({Theme.STRESS})}, THEME_POINTS),
        (
            {"themes": frozenset({Theme.STRESS, Theme.ROLE})},
            {"themes": frozenset({Theme.STRESS, Theme.ROLE, Theme.BALANCE})},
            2 * THEME_POINTS,
        ),
        ({"themes": frozenset({Theme.STRESS})}, {"themes": frozenset({Theme.ROLE})}, 0),
        ({"branch": Branch.VVT}, {"branches": frozenset({Branch.VVT})}, BRANCH_POINTS),
        ({"branch": Branch.VVT}, {"branches": frozenset({Branch.GGZ})}, 0),
        ({}, {"branches": frozenset({Branch.VVT})}, 0),
        ({}, {"regions": frozenset({TWENTE, "RA1428"})}, REGION_POINTS),
        ({}, {"regions": frozenset({"RA1428"})}, 0),
        ({"region": None}, {"regions": frozenset({TWENTE})}, 0),
        ({"shifts": True}, {"evenings": True}, EVENING_POINTS),
        ({"shifts": False}, {"evenings": True}, 1),
        ({"shifts": True}, {"evenings": False}, 0),
        ({}, {"kilometres": 15.0, "modes": EVERYWHERE}, NEAR_POINTS),
        ({}, {"kilometres": 15.1, "modes": EVERYWHERE}, 0),
        ({}, {"kilometres": 1.0, "modes": REMOTE}, 0),
        ({}, {"kilometres": None, "modes": EVERYWHERE}, 0),
        ({}, {"languages": "Turks"}, 0),
    ],
)
def test_every_criterion_has_its_worth(told, has, worth):
    assert points(wish(**told), offer(**has)) == NOTHING + worth


def test_load_is_shared():
    """Somebody with nobody yet goes before somebody who is nearly full; a reason it is not."""
    assert [points(wish(), offer(running=running)) for running in range(4)] == [2, 2, 1, 0]
    assert words(wish(), offer(running=3)) == []


def test_strongest_reason_stands_first():
    everything = offer(
        themes=frozenset(Theme),
        branches=frozenset(Branch),
        regions=frozenset({TWENTE}),
        evenings=True,
        kilometres=3.2,
        modes=EVERYWHERE,
        languages="Fries",
    )
    wanted = wish(themes=frozenset({Theme.ROLE, Theme.STRESS}), branch=Branch.VVT, shifts=True)
    assert words(wanted, everything) == [
        "works with: %(term)s",
        "works with: %(term)s",
        "knows: %(term)s",
        "works in your region",
        "has room in the evening",
        "at %(number)s km from you",
        "also speaks %(text)s",
    ]
    assert [reason.term for reason in fit(wanted, everything).reasons[:2]] == [Theme.STRESS.label, Theme.ROLE.label]
    assert words(replace(wanted, shifts=False), everything)[-3:] == [
        "at %(number)s km from you",
        "has room in the evening",
        "also speaks %(text)s",
    ]


@pytest.mark.parametrize(("kilometres", "said"), [(0.0, 1), (0.4, 1), (3.4, 3), (14.6, 15)])
def test_distance_is_said_in_whole_kilometres_and_never_nought(kilometres, said):
    reason = fit(wish(), offer(kilometres=kilometres, modes=EVERYWHERE)).reasons[0]
    assert reason.number == said


def test_full_coaches_are_never_proposed_however_well_they_fit():
    best = offer(1, themes=frozenset(Theme), running=4)
    over = offer(2, themes=frozenset(Theme), running=5)
    none = offer(3, themes=frozenset(Theme), capacity=0)
    rest = offer(4, running=3)
    assert [f.coach_id for f in ranked(wish(themes=frozenset(Theme)), [best, over, none, rest])] == [4]


def test_who_cannot_talk_in_this_programme_is_not_proposed():
    assert ranked(wish(), [offer(modes=frozenset())]) == []


def test_best_fit_stands_first():
    offers = [offer(1), offer(2, themes=frozenset({Theme.ROLE})), offer(3, regions=frozenset({TWENTE}))]
    assert [f.coach_id for f in ranked(wish(themes=frozenset({Theme.ROLE})), offers)] == [2, 3, 1]


def order_for(seed, offers):
    return [f.coach_id for f in ranked(wish(seed=seed), offers)]


def test_equal_coaches_stand_in_another_order_for_another_person_and_always_the_same_for_one():
    equal = [offer(number) for number in range(8)]
    orders = [order_for(f"person-{n}", equal) for n in range(40)]
    assert order_for("person-0", list(reversed(equal))) == orders[0]
    assert len({tuple(order) for order in orders}) > 30
    assert {order[0] for order in orders} == set(range(8))


OFFERS = st.lists(
    st.builds(
        Offer,
        coach_id=st.integers(1, 10_000),
        themes=st.frozensets(st.sampled_from(Theme)),
        branches=st.frozensets(st.sampled_from(Branch), max_size=3),
        regions=st.frozensets(st.sampled_from([TWENTE, "RA1428"])),
        modes=st.frozensets(st.sampled_from(Mode), min_size=1),
        evenings=st.booleans(),
        kilometres=st.none() | st.floats(0, 200),
        running=st.integers(0, 4),
        capacity=st.integers(0, 5),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda o: o.coach_id,
)
WISHES = st.builds(
    Wish,
    region=st.sampled_from([None, TWENTE]),
    themes=st.frozensets(st.sampled_from(Theme), min_size=1),
    branch=st.none() | st.sampled_from(Branch),
    shifts=st.booleans(),
    seed=st.text(max_size=8),
)


@given(wanted=WISHES, offers=OFFERS, data=st.data())
def test_working_with_one_more_wished_theme_never_makes_a_coach_come_later(wanted, offers, data):
    chosen = data.draw(st.sampled_from(offers))
    theme = data.draw(st.sampled_from(sorted(wanted.themes)))
    better = [replace(o, themes=o.themes | {theme}) if o == chosen else o for o in offers]
    before, after = ([f.coach_id for f in ranked(wanted, some)] for some in (offers, better))
    assert set(before) == set(after)
    if chosen.coach_id in before:
        assert after.index(chosen.coach_id) <= before.index(chosen.coach_id)


@given(wanted=WISHES, offers=OFFERS)
def test_everyone_with_room_is_ranked_once_by_falling_points(wanted, offers):
    found = ranked(wanted, offers)
    assert sorted(f.coach_id for f in found) == sorted(o.coach_id for o in offers if o.running < o.capacity)
    assert [f.points for f in found] == sorted((f.points for f in found), reverse=True)
