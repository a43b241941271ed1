"""Whose enrolments a desk shows, in which order, how many, and at what price."""

from datetime import timedelta

import pytest

from portal.access import NOBODY, PORTAL, Role
from portal.clock import local_day
from portal.crypto import new_public_id
from portal.db import database, on_postgres
from portal.desk import queries, rules
from portal.desk.rules import Choice, Shown
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.programmes.codes import Branch, ProgrammeCode
from portal.trajectories import actions as trajectories
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, ZUID_LIMBURG

TODAY = local_day(START)


@pytest.fixture
def wilma(people):
    return factories.actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


def names(actor, choice=None, page=""):
    return [row.name for row in queries.worklist(actor, choice or Choice(), page=page, now=START).rows]


def in_state(name, status, **told):
    made = factories.signed_up(name, last_name="", **told)
    enrolments.note(made, EventKind.STATUS_SET, actor=PORTAL, now=START, status=EnrolmentStatus(status))
    return made


def many(number, **values):
    """Enrolments of nobody in particular, all at the same moment."""
    row = {"programme": "sijw", "region": TWENTE, "status": "confirmed", "status_at": START, "submitted_at": START}
    row |= {"enrolled_at": START, "work_situation": "other", "origin": "website", "call_times": (), "language": "nl"}
    Enrolment.insert_many([{**row, "public_id": new_public_id(), **values} for _ in range(number)]).execute()


# -- whose


def test_each_desk_sees_its_own_region(people, wilma):
    factories.signed_up("Anna", last_name="")
    factories.signed_up("Bas", last_name="", region=ZUID_LIMBURG)
    otto = factories.actor_of(people.otto, Role.REGION_STAFF, ZUID_LIMBURG)
    assert (names(wilma), names(otto)) == (["Anna"], ["Bas"])
    assert names(wilma, Choice(Shown.ALL, region=ZUID_LIMBURG)) == []


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.REGION_STAFF, Role.REGION_ADMIN)])
def test_other_roles_have_no_desk(people, role):
    anna = factories.signed_up("Anna")
    actor = factories.actor_of(anna.participant, role)
    assert queries.visible_to(actor).count() == 0
    assert queries.visible_to(NOBODY).count() == 0


def test_an_enrolment_without_region_is_at_no_desk(people, wilma):
    factories.enrolment(people.noor, region=None)
    assert names(wilma, Choice(Shown.ALL)) == []


# -- the list


def test_every_state_is_in_its_lists(wilma, people):
    states = [status for status in EnrolmentStatus if status != EnrolmentStatus.SUBMITTED]
    for number, status in enumerate(states):
        in_state(status.value.title(), status, now=START - timedelta(days=30, minutes=-number))
    found = {shown: {name.lower() for name in names(wilma, Choice(shown))} for shown in Shown}
    assert found == {
        Shown.WAITING: {"confirmed", "in_progress", "waiting", "matched"},
        Shown.NEW: {"confirmed"},
        Shown.OVERDUE: {"confirmed", "in_progress", "waiting"},
        Shown.AT_MOST_5: set(),
        Shown.UP_TO_10: set(),
        Shown.OVER_10: {"confirmed", "in_progress", "waiting"},
        Shown.WITHOUT_COACH: {"confirmed", "in_progress", "waiting"},
        Shown.WITH_COACH: {"matched", "started"},
        Shown.NO_TALK: {"matched"},
        Shown.CLOSED: {
            "completed",
            "stopped",
            "duplicate",
            "withdrawn",
            "unreachable",
            "out_of_scope",
            "handed_over",
        },
        Shown.ALL: {status.value for status in states},
    }


def test_every_wait_is_in_one_list(wilma, people):
    for days in (0, 7, 9, 14, 16):
        factories.signed_up(f"Dag{days}", last_name="", now=START - timedelta(days=days))
    lists = [Shown.AT_MOST_5, Shown.UP_TO_10, Shown.OVER_10]
    assert [set(names(wilma, Choice(shown))) for shown in lists] == [{"Dag0", "Dag7"}, {"Dag9", "Dag14"}, {"Dag16"}]
    assert set(names(wilma, Choice(Shown.OVERDUE))) == {"Dag9", "Dag14", "Dag16"}


def test_who_was_called_by_the_coach_waits_no_longer(wilma, people):
    trajectory = factories.coupled(people.noor, factories.bookable_coach(people.bram))
    assert names(wilma) == ["Noor de V."]
    trajectories.note_contact(factories.actor_of(people.bram, Role.COACH), trajectory, now=START)
    assert names(wilma) == []
    assert names(wilma, Choice(Shown.WITH_COACH)) == ["Noor de V."]


def test_who_waits_longest_comes_first_and_of_the_past_what_changed_last(wilma):
    for days, name in ((1, "Anna"), (3, "Bas"), (2, "Cor")):
        factories.signed_up(name, last_name="", now=START - timedelta(days=days))
    assert names(wilma) == ["Bas", "Cor", "Anna"]
    for name, minute in (("Bas", 1), ("Anna", 3), ("Cor", 2)):
        made = Enrolment.get(Enrolment.participant == queries.Account.get(first_name=name))
        status, moment = EnrolmentStatus.WITHDRAWN, START + timedelta(minutes=minute)
        enrolments.note(made, EventKind.CLOSED, actor=PORTAL, now=moment, status=status)
    assert names(wilma, Choice(Shown.CLOSED)) == names(wilma, Choice(Shown.ALL)) == ["Anna", "Cor", "Bas"]


@pytest.mark.parametrize("shown", [Shown.NEW, Shown.ALL])
def test_pages_of_people_who_came_at_the_same_moment_hold_everyone_once(wilma, shown):
    many(rules.PER_PAGE + 7)
    pages = [queries.worklist(wilma, Choice(shown), page=page, now=START) for page in ("1", "2")]
    assert [len(page.rows) for page in pages] == [rules.PER_PAGE, 7]
    assert len({row.public_id for page in pages for row in page.rows}) == rules.PER_PAGE + 7
    assert [(page.page, page.pages, page.total) for page in pages] == [(1, 2, 57), (2, 2, 57)]


def test_nobody_leafs_through_thousands(wilma):
    for _ in range(4):
        many(rules.MOST_COUNTED // 4 + 5)
    last = queries.worklist(wilma, Choice(Shown.ALL), page="99", now=START)
    assert (last.total, last.page, last.pages, len(last.rows)) == (rules.MOST_COUNTED, 20, 20, rules.PER_PAGE)


def test_somebody_with_two_planned_talks_is_one_row_with_the_first(wilma, people):
    made = factories.signed_up("Anna")
    coach = factories.bookable_coach(people.bram)
    trajectory = trajectories.couple(PORTAL, enrolment=made, coach=coach, chosen_by="desk", now=START)
    for days in (8, 3, 5):
        factories.talk(trajectory, status="planned", now=START + timedelta(days=days))
    found = queries.worklist(wilma, Choice(), page="", now=START)
    assert [row.tag for row in found.rows] == ["Afspraak do 5 maart"]


# -- the numbers


def test_counts_are_the_lengths_of_the_lists(wilma, people):
    in_state("Anna", "confirmed")
    in_state("Bas", "waiting", now=START - timedelta(days=20))
    in_state("Cor", "in_progress")
    in_state("Dirk", "matched", now=START - timedelta(days=20))
    factories.signed_up("Els", region=ZUID_LIMBURG)
    counts = queries.counts(wilma, TODAY)
    totals = [
        queries.worklist(wilma, Choice(shown), page="", now=START).total
        for shown in (Shown.NEW, Shown.OVERDUE, Shown.WITHOUT_COACH)
    ]
    assert [counts.new, counts.overdue, counts.without_coach] == totals == [1, 1, 3]


def test_coaches_with_room_can_be_offered_here_and_are_not_full(wilma, people):
    def coach(name, *regions, **values):
        return factories.bookable_coach(factories.account(name, Role.COACH), *regions, **values)

    free = coach("Free", TWENTE, ZUID_LIMBURG)
    full = coach("Full", TWENTE, capacity=1)
    coach("Elsewhere", ZUID_LIMBURG)
    coach("Paused", TWENTE, status="paused")
    coach("Unagreed", TWENTE, agreed_at=None)
    coach("Withdrawn", TWENTE, withdrawn_on=TODAY)
    coach("Later", TWENTE, available_from=TODAY + timedelta(days=1))
    coach("Nothing", TWENTE, programmes=set())
    ended = coach("Ended", TWENTE)
    type(ended.qualifications.get()).update(valid_until=TODAY - timedelta(days=1)).where(
        type(ended.qualifications.get()).coach == ended
    ).execute()
    for number, chosen in enumerate((full, free)):
        made = factories.signed_up(f"Anna{number}")
        trajectories.couple(PORTAL, enrolment=made, coach=chosen, chosen_by="desk", now=START)
    assert queries.counts(wilma, TODAY).coaches_with_room == 1


# -- the price


@pytest.mark.parametrize(
    "choice",
    [*map(Choice, Shown), Choice(Shown.ALL, programme=ProgrammeCode.ECZ), Choice(Shown.CLOSED, branch=Branch.VVT)],
    ids=str,
)
def test_a_page_is_found_in_an_index_alone(wilma, choice):
    """SQLite knows nothing of how much there is in a table, and still has to take the index that was made for this."""
    if on_postgres():
        return
    asked = []
    database.query_hooks.append(lambda event: asked.append((event.sql, event.params)))
    many(1)
    asked.clear()
    queries.worklist(wilma, choice, page="", now=START)
    database.query_hooks.pop()
    assert len(asked) == 2
    for sql, params in asked:
        plan = [step[-1] for step in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()]
        assert any("COVERING INDEX enrolment_region_id_status" in step for step in plan), plan
        assert not any(step.startswith("SCAN ") and "_wrapped" not in step for step in plan), plan
