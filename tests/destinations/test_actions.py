"""Who keeps which places and backups, and what becomes of two who change the same one."""

import csv
from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.access import Role
from portal.audit import AuditEntry
from portal.config import ROOT
from portal.destinations import actions, queries, rules
from portal.destinations.models import Backup, Destination
from portal.destinations.rules import Duty, Facts
from portal.errors import ChangedMeanwhile, NotFound
from portal.programmes.codes import DestinationClass
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of

FACTS = Facts(name="De Brug", destination_class=DestinationClass.TRAUMA, region=TWENTE, phone="053 123 4567")
DUTY = Duty(TWENTE, "Anja", "053 765 4321", START.date(), START.date() + timedelta(days=6))


@pytest.fixture
def wilma(people):
    return actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


@pytest.fixture
def rik(people):
    return actor_of(people.rik, Role.NATIONAL)


def test_adding_a_place_says_whether_it_was_checked(wilma):
    place = actions.add_destination(wilma, FACTS, checked_on=None)
    assert (place.checked_on, place.checked_by_id, place.version) == (None, None, 1)
    checked = actions.add_destination(wilma, replace(FACTS, name="Elders"), checked_on=START.date())
    assert (checked.checked_on, checked.checked_by_id) == (START.date(), wilma.account_id)
    assert AuditEntry.select().where(AuditEntry.event == "destination.added").count() == 2


@pytest.mark.parametrize("region", [ZUID_LIMBURG, None, "RA9999", ""])
def test_a_region_keeps_its_own_places_only(wilma, region):
    with pytest.raises(NotFound):
        actions.add_destination(wilma, replace(FACTS, region=region), checked_on=None)
    place = actions.add_destination(wilma, FACTS, checked_on=None)
    with pytest.raises(NotFound):
        actions.change_destination(wilma, place, replace(FACTS, region=region), seen=1, checked_on=None)
    assert [place.region_id for place in Destination.select()] == [TWENTE]


def test_the_national_coordinator_keeps_those_for_the_country(rik, wilma):
    national = actions.add_destination(rik, replace(FACTS, region=None), checked_on=None)
    regional = actions.add_destination(wilma, FACTS, checked_on=None)
    with pytest.raises(NotFound):
        actions.add_destination(rik, FACTS, checked_on=None)
    assert queries.by_public_id(rik, national.public_id) == national
    assert queries.by_public_id(wilma, regional.public_id) == regional
    for actor, place in ((rik, regional), (wilma, national)):
        with pytest.raises(NotFound):
            queries.by_public_id(actor, place.public_id)


def test_changing_without_checking_leaves_the_day_of_before(wilma):
    place = factories.destination(checked_on=date(2025, 1, 1))
    changed = actions.change_destination(wilma, place, FACTS, seen=1, checked_on=None)
    assert (changed.name, changed.checked_on, changed.version) == ("De Brug", date(2025, 1, 1), 2)


def test_of_two_who_change_the_same_place_the_second_is_told(wilma):
    place = factories.destination()
    actions.change_destination(wilma, place, FACTS, seen=1, checked_on=None)
    with pytest.raises(ChangedMeanwhile):
        actions.change_destination(wilma, place, replace(FACTS, name="Anders"), seen=1, checked_on=None)
    assert Destination.get().name == "De Brug"


def test_confirming_makes_it_fresh_again(wilma):
    place = factories.destination(checked_on=date(2025, 1, 1))
    assert queries.kept_by(wilma, START.date()).to_check == [place]
    actions.confirm_destination(wilma, place, now=START)
    kept = queries.kept_by(wilma, START.date())
    assert (kept.to_check, kept.others) == ([], [place])
    assert kept.others[0].checked_by == factories.Account.get_by_id(wilma.account_id)


def test_a_retired_place_is_in_no_list(wilma):
    place = factories.destination()
    actions.retire_destination(wilma, place, now=START)
    assert queries.directory([TWENTE]) == []
    assert queries.kept_by(wilma, START.date()).others == []
    with pytest.raises(NotFound):
        queries.by_public_id(wilma, place.public_id)


# -- the directory


def test_directory_has_urgent_help_first_and_nothing_of_another_region(people):
    far = factories.destination("Ver weg", region=ZUID_LIMBURG)
    brug = factories.destination("De Brug")
    urgent = factories.destination("113", region=None, destination_class=DestinationClass.URGENT)
    work = factories.destination("Arbo", region=None, destination_class=DestinationClass.WORK)
    assert queries.directory([TWENTE]) == [urgent, brug, work]
    assert queries.directory([TWENTE], DestinationClass.WORK) == [work]
    assert queries.offered([TWENTE], brug.public_id) == brug
    with pytest.raises(NotFound):
        queries.offered([TWENTE], far.public_id)


def test_a_coach_sees_the_regions_of_the_profile_else_of_the_invitation(people):
    bram = actor_of(people.bram, Role.COACH)
    assert queries.regions_of(bram) == [TWENTE]
    factories.bookable_coach(people.bram, ZUID_LIMBURG)
    assert queries.regions_of(bram) == [ZUID_LIMBURG]


def test_the_places_to_begin_with_are_there_for_everybody_and_checked_by_nobody():
    """As the migration reads them: no address that nobody knows, and urgent help in it."""
    with (ROOT / "portal" / "destinations" / "data" / "destinations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 15
    assert {row["class"] for row in rows} == set(DestinationClass)
    assert {row["phone"] for row in rows} >= {"112", "113", "088 0767 000"}
    for row in rows:
        rules.check_facts(
            Facts(
                name=row["name"],
                destination_class=DestinationClass(row["class"]),
                **{column: row[column] for column in ("for_what", "how_in", "phone", "website", "hours")},
            )
        )


# -- who is on duty


def test_the_backup_of_today_is_who_is_on_duty_today(wilma):
    actions.set_backup(wilma, DUTY, now=START)
    for day, there in ((-1, 0), (0, 1), (6, 1), (7, 0)):
        assert len(queries.on_duty([TWENTE], START.date() + timedelta(days=day))) == there
    assert queries.on_duty([ZUID_LIMBURG], START.date()) == []


def test_a_region_says_who_is_on_duty_for_itself_only(wilma, people):
    otto = actor_of(people.otto, Role.REGION_ADMIN, ZUID_LIMBURG)
    made = actions.set_backup(wilma, DUTY, now=START)
    for call in (
        lambda: actions.set_backup(otto, DUTY, now=START),
        lambda: queries.backup(otto, made.public_id),
        lambda: actions.set_backup(wilma, replace(DUTY, region=""), now=START),
    ):
        with pytest.raises(NotFound):
            call()
    assert queries.backups_of(otto, START.date()) == []


def test_removing_a_backup_leaves_no_name(wilma):
    made = actions.set_backup(wilma, DUTY, now=START)
    actions.remove_backup(wilma, queries.backup(wilma, made.public_id))
    assert Backup.select().count() == 0
