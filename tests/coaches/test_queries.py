"""Who is offered, held against the rule in plain Python; whose coaches these are; and lists in few queries."""

from datetime import date, timedelta
from itertools import product

import pytest

from portal import clock as portal_clock
from portal.access import NOBODY, Role
from portal.accounts import actions as accounts
from portal.coaches import actions, queries, rules
from portal.coaches.models import Coach, Qualification
from portal.coaches.rules import CoachStatus, Shown, Standing
from portal.crypto import new_public_id
from portal.db import database
from portal.errors import NotFound
from portal.programmes.codes import ProgrammeCode, Register
from tests.factories import TWENTE, ZUID_LIMBURG, account, actor_of, applied_coach, checked_coach, proof

DAY = timedelta(days=1)
SIJW, ECZ = ProgrammeCode.SIJW, ProgrammeCode.ECZ


def today() -> date:
    return portal_clock.local_day(portal_clock.now())


def offered(programme=SIJW, region=None) -> list[Coach]:
    return queries.bookable_coaches(programme=programme, today=today(), region=region)


def names(listing) -> list[str]:
    return [coach.first_name for coach in listing.coaches]


def of_region(actor, shown=Shown.PRESENT, name="", page=""):
    return queries.of_region(actor, shown=shown, name=name, today=today(), page=page)


def counted(action) -> int:
    seen = []
    database.query_hooks.append(seen.append)
    try:
        action()
    finally:
        database.query_hooks.remove(seen.append)
    return len(seen)


# -- who can be offered


def test_the_database_and_the_rule_agree_on_who_is_offered(db, clock):
    """Every combination of what decides it, each coach with one of them."""
    now = portal_clock.now()
    everything = product(
        CoachStatus,
        (None, now),
        (None, today() - DAY, today(), today() + DAY),
        ({SIJW}, {ECZ}, {SIJW, ECZ}, set()),
        (None, today(), today() + DAY),
        (None, today()),
    )
    standings = {}
    for number, (status, agreed_at, until, programmes, available_from, gone_on) in enumerate(everything):
        coach = Coach.create(
            public_id=new_public_id(),
            account=accounts.open_account(address=f"c{number}@example.org", first_name="C", now=now),
            status=status,
            agreed_at=agreed_at,
            programmes=programmes,
            available_from=available_from,
            withdrawn_on=gone_on,
            created_at=now,
        )
        if until:
            Qualification.create(
                public_id=new_public_id(),
                coach=coach,
                register=Register.EIA,
                number="1",
                valid_until=until,
                checked_at=now,
            )
        standings[coach.id] = Standing(status, agreed_at, until, frozenset(programmes), available_from, gone_on)
    for programme in ProgrammeCode:
        expected = {i for i, s in standings.items() if rules.is_bookable(s, programme=programme, today=today())}
        assert {coach.id for coach in offered(programme)} == expected
        assert 0 < len(expected) < len(standings)


def test_a_coach_is_offered_in_the_regions_they_work_for(people):
    bram = checked_coach(people.bram)
    chris = checked_coach(people.chris, regions=frozenset({TWENTE, ZUID_LIMBURG}))
    assert offered() == [bram, chris]
    assert offered(region=TWENTE) == [bram, chris]
    assert offered(region=ZUID_LIMBURG) == [chris]
    assert offered(region="RA0101") == []


def test_every_coach_offered_comes_with_a_name_in_one_query(people):
    checked_coach(people.bram)
    checked_coach(people.chris)
    assert counted(lambda: [coach.name for coach in offered()]) == 1


def test_one_coach_is_found_by_public_id_while_bookable(people):
    bram = checked_coach(people.bram)
    assert queries.bookable(bram.public_id, programme=SIJW, today=today()) == bram
    actions.pause(actor_of(people.bram, Role.COACH))
    for public_id in (bram.public_id, "unknown", ""):
        with pytest.raises(NotFound):
            queries.bookable(public_id, programme=SIJW, today=today())


def test_the_longest_certificate_counts(people):
    bram = checked_coach(people.bram)
    Qualification.update(valid_until=today() - DAY).execute()
    assert offered() == []
    actions.record_qualification(actor_of(people.wilma, Role.REGION_ADMIN), bram, proof(), now=portal_clock.now())
    assert offered() == [bram]


def test_the_coach_who_asks(people):
    with pytest.raises(NotFound):
        queries.coach_of(actor_of(people.bram, Role.COACH))
    bram = applied_coach(people.bram)
    assert queries.coach_of(actor_of(people.bram, Role.COACH)) == bram
    assert queries.own_coach(actor_of(people.chris, Role.COACH)) is None


# -- the desk


@pytest.fixture
def wilma(people):
    return actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


@pytest.fixture
def otto(people):
    return actor_of(people.otto, Role.REGION_STAFF, ZUID_LIMBURG)


def test_staff_see_who_works_for_their_region_and_nobody_else_sees_anyone(people, wilma, otto):
    bram, chris = checked_coach(people.bram), checked_coach(people.chris, regions=frozenset({ZUID_LIMBURG}))
    assert of_region(wilma).coaches == [bram]
    assert of_region(otto).coaches == [chris]
    assert queries.by_public_id(wilma, bram.public_id) == bram
    for actor in (otto, actor_of(people.bram, Role.COACH), actor_of(people.rik, Role.NATIONAL), NOBODY):
        with pytest.raises(NotFound):
            queries.by_public_id(actor, bram.public_id)


def test_who_was_invited_stays_visible_also_after_choosing_another_region(people, wilma, mailbox):
    actions.invite_coach(wilma, address="anna@example.org", region=TWENTE, language="nl", now=portal_clock.now())
    token = mailbox.last("anna@example.org").link("/uitnodiging/").rsplit("/", 1)[1]
    anna = accounts.accept_invitation(token, first_name="Anna", last_name="Bakker", now=portal_clock.now())
    coach = applied_coach(anna, regions=frozenset({ZUID_LIMBURG}))
    assert of_region(wilma).coaches == [coach]
    actions.block_coach(wilma, coach, now=portal_clock.now())
    assert queries.by_public_id(wilma, coach.public_id) == coach


def make_coaches(*first_names: str) -> None:
    for first_name in first_names:
        checked_coach(account(first_name, Role.COACH, TWENTE))


def test_the_list_is_in_order_of_name_then_key(people, wilma):
    make_coaches("Zora", "anna", "Bram")
    twin = checked_coach(account("Bram", Role.COACH, TWENTE, address="bram2@example.org"))
    listing = of_region(wilma)
    assert names(listing) == ["anna", "Bram", "Bram", "Zora"]
    assert listing.coaches[2] == twin


def test_filters_show_each_state_apart(people, wilma):
    make_coaches("Anna", "Bea", "Cor", "Daan", "Els")
    applied_coach(account("Fien", Role.COACH, TWENTE))
    by_name = {coach.first_name: coach for coach in of_region(wilma).coaches}
    actions.pause(actor_of(by_name["Bea"].account, Role.COACH))
    actions.block_coach(wilma, by_name["Cor"], now=portal_clock.now())
    Coach.update(status=CoachStatus.WITHDRAWN).where(Coach.id == by_name["Daan"].id).execute()
    Qualification.update(valid_until=today() + 60 * DAY).where(Qualification.coach == by_name["Els"]).execute()
    assert names(of_region(wilma)) == ["Anna", "Bea", "Els", "Fien"]
    assert names(of_region(wilma, Shown.AVAILABLE)) == ["Anna", "Els"]
    assert names(of_region(wilma, Shown.PAUSED)) == ["Bea"]
    assert names(of_region(wilma, Shown.APPLIED)) == ["Fien"]
    assert names(of_region(wilma, Shown.ENDING)) == ["Els"]
    assert names(of_region(wilma, Shown.BLOCKED)) == ["Cor"]
    assert names(of_region(wilma, Shown.WITHDRAWN)) == ["Daan"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("ann", ["Anna"]), ("ANNA vries", ["Anna"]), ("vries", ["Anna", "Bea"]), ("%", []), ("_", []), ("Anna x", [])],
)
def test_a_name_is_searched_word_by_word_and_literally(people, wilma, asked, found):
    make_coaches("Anna", "Bea")
    assert names(of_region(wilma, name=asked)) == found


def test_a_long_list_comes_in_pages_of_fifty(people, wilma):
    make_coaches(*(f"C{number:02}" for number in range(52)))
    first, second = of_region(wilma), of_region(wilma, page="2")
    assert (len(first.coaches), first.pages, first.total) == (50, 2, 52)
    assert names(second) == ["C50", "C51"]
    assert of_region(wilma, page="99").page == 2


def test_invited_people_are_listed_until_they_have_a_profile(people, wilma, otto, mailbox, clock):
    now = portal_clock.now()
    for address in ("anna@example.org", "bea@example.org", "anna@example.org"):
        actions.invite_coach(wilma, address=address, region=TWENTE, language="nl", now=now)
    found = queries.invited(wilma)
    assert [person.email for person in found] == ["anna@example.org", "bea@example.org"]
    assert not any(person.has_expired(now) for person in found)
    assert queries.invited(otto) == []
    token = mailbox.last("bea@example.org").link("/uitnodiging/").rsplit("/", 1)[1]
    bea = accounts.accept_invitation(token, first_name="Bea", last_name="Bos", now=now)
    clock.shift(8 * DAY)
    anna, accepted = queries.invited(wilma)
    assert anna.has_expired(portal_clock.now())
    assert (accepted.name, accepted.expires_at) == ("Bea Bos", None)
    applied_coach(bea)
    assert [person.email for person in queries.invited(wilma)] == ["anna@example.org"]


def test_certificates_of_many_coaches_in_one_query(people):
    coaches = [checked_coach(people.bram), checked_coach(people.chris)]
    assert counted(lambda: queries.checked_until(coaches)) == 1
    assert set(queries.checked_until(coaches).values()) == {today() + 400 * DAY}
