"""Taking time: the table names who was first. And what coaches say about their hours and absence."""

from datetime import UTC, date, datetime, time, timedelta

import peewee
import pytest

from portal.access import Role
from portal.audit import AuditEntry
from portal.availability import actions, hours, queries
from portal.availability.hours import Away, Window
from portal.availability.models import Absence, Block, WeeklyHours
from portal.availability.rules import AlreadyBusy, BlockSource, SlotTaken
from portal.db import transaction
from portal.errors import ChangedMeanwhile, NotFound
from tests.factories import TWENTE, actor_of, bookable_coach

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)
MORNING = Window(0, time(9), time(12))


@pytest.fixture
def bram(people):
    return bookable_coach(people.bram, TWENTE, weekdays=(), buffer_before=10, buffer_after=15)


@pytest.fixture
def chris(people):
    return bookable_coach(people.chris, TWENTE, weekdays=(), buffer_after=0)


def take(coach, starts_at=NINE, minutes=60, participant=None):
    with transaction():
        return actions.take(
            coach=coach, participant=participant, starts_at=starts_at, minutes=minutes, source=BlockSource.TALK, now=NOW
        )


# -- taking and giving back


def test_a_block_has_the_buffers_of_the_coach_inside(bram, people):
    block = Block.get_by_id(take(bram, participant=people.noor.id).id)
    assert (block.starts_at, block.ends_at) == (NINE, NINE + 60 * MINUTE)
    assert (block.block_starts_at, block.block_ends_at) == (NINE - 10 * MINUTE, NINE + 75 * MINUTE)
    assert (block.coach, block.participant, block.source) == (bram, people.noor, BlockSource.TALK)


@pytest.mark.parametrize("shift", [-84, -60, -30, 0, 30, 60, 84])
def test_time_that_overlaps_is_taken(bram, shift):
    take(bram)
    with pytest.raises(SlotTaken) as refusal:
        take(bram, NINE + shift * MINUTE)
    assert (refusal.value.status, refusal.value.field) == (409, "starts_at")
    assert Block.select().count() == 1


@pytest.mark.parametrize("shift", [-85, 85])
def test_time_that_touches_is_free(bram, shift):
    take(bram)
    take(bram, NINE + shift * MINUTE)
    assert Block.select().count() == 2


def test_nobody_is_in_two_talks_at_once(bram, chris, people):
    take(bram, participant=people.noor.id)
    with pytest.raises(AlreadyBusy) as refusal:
        take(chris, NINE + 30 * MINUTE, participant=people.noor.id)
    assert refusal.value.status == 409
    take(chris, NINE + 30 * MINUTE, participant=people.wilma.id)


def test_time_given_back_can_be_taken_and_never_comes_back_over_another(bram):
    first = take(bram)
    actions.free(first)
    actions.free(first)
    actions.free(None)
    take(bram, NINE + 30 * MINUTE)
    with pytest.raises(SlotTaken), transaction(), actions.naming_conflicts():
        Block.update(active=True).where(Block.id == first.id).execute()


def test_a_block_moved_onto_another_is_refused_too(bram):
    take(bram)
    later = take(bram, NINE + 300 * MINUTE)
    with pytest.raises(SlotTaken), transaction(), actions.naming_conflicts():
        Block.update(block_starts_at=NINE, starts_at=NINE).where(Block.id == later.id).execute()


def test_what_is_no_conflict_of_time_passes_as_it_is(bram):
    with pytest.raises(peewee.IntegrityError), transaction():
        take(bram, minutes=-5)


def test_a_lost_race_leaves_nothing_of_the_transaction(bram, people):
    def write_and_take():
        with transaction():
            Absence.create(coach=bram, from_on=date(2026, 3, 3), until_on=date(2026, 3, 3), created_at=NOW)
            take(bram)

    write_and_take()
    with pytest.raises(SlotTaken):
        write_and_take()
    assert (Absence.select().count(), Block.select().count()) == (1, 1)


# -- hours


def keep(people, *windows, seen=None):
    bram = actor_of(people.bram, Role.COACH)
    known = [row for row in WeeklyHours.select()]
    stamp = hours.stamp([Window(row.weekday, row.opens, row.closes) for row in known]) if seen is None else seen
    actions.set_weekly_hours(bram, windows, seen=stamp, now=NOW)


def test_hours_replace_those_before(bram, people):
    evening = Window(0, time(19), time(0))
    keep(people, MORNING)
    keep(people, evening, Window(2, time(9), time(17)))
    assert queries.windows_of(bram) == [evening, Window(2, time(9), time(17))]
    assert AuditEntry.select().where(AuditEntry.event == "availability.hours_set").count() == 2


def test_hours_that_cannot_stand_together_are_not_stored(bram, people):
    keep(people, MORNING)
    with pytest.raises(hours.HoursOverlap):
        keep(people, MORNING, Window(0, time(11), time(13)))
    assert queries.windows_of(bram) == [MORNING]


def test_hours_changed_elsewhere_meanwhile_are_not_overwritten(bram, people):
    stamp_of_nothing = hours.stamp([])
    keep(people, MORNING, seen=stamp_of_nothing)
    with pytest.raises(ChangedMeanwhile):
        keep(people, Window(4, time(9), time(17)), seen=stamp_of_nothing)
    assert queries.windows_of(bram) == [MORNING]


def test_the_stamp_depends_on_the_hours_and_not_on_their_order():
    other = Window(1, time(9), time(12))
    assert hours.stamp([MORNING, other]) == hours.stamp([other, MORNING])
    assert len({hours.stamp([]), hours.stamp([MORNING]), hours.stamp([other]), hours.stamp([MORNING, other])}) == 4


def test_every_problem_of_the_hours_is_told_at_its_own_place():
    backwards = Window(1, time(12), time(9))
    found = hours.problems_of_hours([MORNING, backwards, Window(0, time(11), time(13)), Window(2, time(9), time(0))])
    assert {place: type(problem) for place, problem in found.items()} == {
        1: hours.ClosesBeforeOpening,
        2: hours.HoursOverlap,
    }


def test_new_hours_leave_booked_talks_alone(bram, people):
    block = take(bram)
    keep(people, Window(4, time(9), time(17)))
    assert Block.get_by_id(block.id).active


# -- absence


def away(first, last=None):
    return Away(first, last or first)


def test_an_absence_is_added_once_and_removed(bram, people):
    actor, week = actor_of(people.bram, Role.COACH), away(date(2026, 3, 9), date(2026, 3, 13))
    for _ in range(2):
        actions.add_absence(actor, week, now=NOW)
    (absence,) = queries.absences_of(bram, since=date(2026, 3, 2))
    assert (absence.from_on, absence.until_on) == (week.from_on, week.until_on)
    actions.remove_absence(actor, week, now=NOW)
    assert Absence.select().count() == 0
    with pytest.raises(NotFound):
        actions.remove_absence(actor, week, now=NOW)


def test_an_absence_has_an_order_and_is_not_over(bram, people):
    actor = actor_of(people.bram, Role.COACH)
    with pytest.raises(hours.AbsenceEndsBeforeStart):
        actions.add_absence(actor, away(date(2026, 3, 9), date(2026, 3, 8)), now=NOW)
    with pytest.raises(hours.AbsenceIsOver):
        actions.add_absence(actor, away(date(2026, 2, 1), date(2026, 3, 1)), now=NOW)
    actions.add_absence(actor, away(date(2026, 2, 1), date(2026, 3, 2)), now=NOW)


def test_an_absence_of_somebody_else_cannot_be_removed(bram, chris, people):
    day = away(date(2026, 3, 9))
    actions.add_absence(actor_of(people.bram, Role.COACH), day, now=NOW)
    with pytest.raises(NotFound):
        actions.remove_absence(actor_of(people.chris, Role.COACH), day, now=NOW)
    assert Absence.select().count() == 1


def test_a_talk_in_the_absence_stays_and_a_new_one_is_not_offered(bram, people):
    keep(people, Window(1, time(9), time(17)))
    block = take(bram)
    actions.add_absence(actor_of(people.bram, Role.COACH), away(date(2026, 3, 3)), now=NOW)
    assert Block.get_by_id(block.id).active
    day = datetime(2026, 3, 3, tzinfo=UTC)
    assert queries.free_slots(bram, since=day, until=day + timedelta(days=1), now=NOW) == []
