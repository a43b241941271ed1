"""From draft to locked: two people, one set of figures, and never anything else again."""

import json
from dataclasses import replace
from datetime import date, timedelta

import peewee
import pytest

from portal import jobs
from portal.access import Role
from portal.accounts.models import Account
from portal.audit import AuditEntry
from portal.clock import now
from portal.counting.figures import Count
from portal.db import database, on_postgres, transaction
from portal.enrolments.models import Enrolment
from portal.errors import NotFound
from portal.programmes.codes import ReferralKind
from portal.referrals.rules import ReferralStatus
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.yearly import actions, gathering, queries, rules
from portal.yearly.models import Report
from portal.yearly.rules import Reference, ReportState
from tests import factories
from tests.conftest import START
from tests.counting.rows import Rows, at
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of
from tests.racing import at_once

LAST_YEAR = "ecz:2025"


@pytest.fixture
def rik(people):
    return actor_of(people.rik, Role.NATIONAL)


@pytest.fixture
def romy(people):
    return actor_of(factories.account("Romy", Role.NATIONAL), Role.NATIONAL)


@pytest.fixture
def last_year(db) -> Rows:
    """2025: 48 people, of whom 36 talked, in two regions."""
    rows = Rows()
    coach = rows.coach()
    for number in range(48):
        moment = at(date(2025, 1, 6) + timedelta(days=7 * number), hour=9)
        enrolment = rows.enrol(
            moment, person=rows.person(), region=TWENTE if number < 43 else ZUID_LIMBURG, themes=["stress"]
        )
        if number % 4:
            trajectory = rows.couple(enrolment, coach, moment, contact_at=moment + timedelta(hours=3))
            rows.talk(trajectory, moment + timedelta(days=3), coach=coach)
    rows.store()
    return rows


def made(actor, choice=LAST_YEAR, reference=Reference.LAST_DAY) -> Report:
    return factories.draft_report(Account.get_by_id(actor.account_id), choice=choice, reference=reference)


def checked(actor, choice=LAST_YEAR) -> Report:
    return factories.checked_report(Account.get_by_id(actor.account_id), choice=choice)


def approved(maker, approver, choice=LAST_YEAR) -> Report:
    return factories.approved_report(*(Account.get_by_id(one.account_id) for one in (maker, approver)), choice=choice)


def locked(maker, approver, choice=LAST_YEAR) -> Report:
    people = (Account.get_by_id(one.account_id) for one in (maker, approver))
    return Report.get_by_id(factories.locked_report(*people, choice=choice).id)


def told(report: Report, id: str, table: str = "", key: str = "") -> dict:
    content = json.loads(report.content)
    if not table:
        return content["figures"][id]
    found = content["tables"][table]
    return next(row["figures"][found["columns"].index(id)] for row in found["rows"] if row["key"] == key)


def number_in(figure: dict | None) -> int | None:
    return figure.get("value") if figure else None


def audited() -> list[str]:
    entries = AuditEntry.select(AuditEntry.event).where(AuditEntry.event.startswith("report.")).order_by(AuditEntry.id)
    return [entry.event for entry in entries]


# -- the way of a report


def test_a_report_is_checked_approved_by_somebody_else_and_locked(rik, romy, last_year):
    report = locked(rik, romy)
    assert (report.state, report.number, report.version) == (ReportState.LOCKED, "2026-1", 1)
    assert (report.first_day, report.last_day) == (date(2025, 1, 1), date(2025, 12, 31))
    assert report.reference_date == date(2025, 12, 31)
    assert rules.content_hash(report.content) == report.content_hash
    assert rules.canonical(json.loads(report.content)) == report.content
    assert told(report, "T01")["value"] == 50
    assert told(report, "T03")["value"] == 35
    assert told(report, "T01", "region", TWENTE)["value"] == 45
    assert told(report, "T01", "theme", "stress")["value"] == 50
    assert audited() == [
        "report.made",
        "report.check_asked",
        "report.counted",
        "report.approved",
        "report.locked",
    ]


def test_who_made_it_cannot_approve_it(rik, last_year):
    report = checked(rik)
    with pytest.raises(rules.NoSecondPerson):
        actions.approve(rik, report.public_id, check=report.check, now=now())
    assert Report.get_by_id(report.id).state == ReportState.CHECKED


def test_the_database_refuses_one_person_for_both(rik, last_year):
    report = checked(rik)
    with pytest.raises(peewee.IntegrityError, match="report_second_person"), transaction():
        Report.update(approved_by=report.made_by).where(Report.id == report.id).execute()


def test_what_was_read_is_what_is_approved(rik, romy, last_year):
    report = checked(rik)
    with pytest.raises(rules.NotInThisState):
        actions.approve(romy, report.public_id, check="2026-03-02T09:59:00+00:00", now=now())


@pytest.mark.parametrize("step", ["approve", "lock_report", "accept_open_tasks", "correct_report"])
def test_no_step_can_be_left_out(rik, romy, last_year, step):
    report = made(rik)
    more = {
        "approve": {"check": ""},
        "lock_report": {"is_public": False},
        "correct_report": {"reason": "Een late uitslag."},
    }
    with pytest.raises(rules.NotInThisState):
        getattr(actions, step)(romy, report.public_id, now=now(), **more.get(step, {}))


@pytest.mark.parametrize("role", [Role.REGION_ADMIN, Role.COACH, Role.PARTICIPANT, Role.OPERATOR])
def test_for_others_a_report_is_not_there(people, rik, last_year, role):
    report = made(rik)
    with pytest.raises(NotFound):
        actions.discard(actor_of(people.wilma, role), report.public_id, now=now())


def test_a_reference_date_that_is_still_to_come_is_refused(rik, clock):
    with pytest.raises(rules.DayStillToCome):
        made(rik, reference=Reference.LATER)


def test_another_check_makes_an_approval_void(rik, romy, last_year):
    report = approved(rik, romy)
    actions.ask_for_check(rik, report.public_id, now=now())
    again = Report.get_by_id(report.id)
    assert (again.state, again.approved_by, again.content) == (ReportState.DRAFT, None, "")
    with pytest.raises(rules.BeingChecked):
        actions.ask_for_check(rik, report.public_id, now=now())


def test_the_worker_is_woken_by_who_asks(rik, last_year):
    report = made(rik)
    actions.ask_for_check(rik, report.public_id, now=now())
    jobs.queue.execute(jobs.queue.dequeue())
    assert Report.get_by_id(report.id).state == ReportState.CHECKED


def test_what_is_not_locked_can_be_thrown_away(rik, romy, last_year):
    report = approved(rik, romy)
    actions.discard(rik, report.public_id, now=now())
    assert Report.get_or_none(Report.id == report.id) is None
    assert audited()[-1] == "report.discarded"
    done = locked(rik, romy)
    with pytest.raises(rules.NotInThisState):
        actions.discard(rik, done.public_id, now=now())


# -- what a check finds


def test_open_tasks_hold_it_up_until_somebody_goes_on(rik, romy, last_year):
    Session.update(status=SessionStatus.PLANNED).where(Session.id == last_year[Session][0]["id"]).execute()
    report = checked(rik)
    assert report.state == ReportState.DRAFT
    assert json.loads(report.findings)["tasks"]["talks_without_outcome"] == 1
    actions.accept_open_tasks(rik, report.public_id, now=now())
    report = Report.get_by_id(report.id)
    assert report.state == ReportState.CHECKED
    assert json.loads(report.content)["tasks"]["talks_without_outcome"]["says"] == "fewer"
    assert audited()[-1] == "report.tasks_accepted"


def test_handovers_under_way_and_shared_numbers_are_open_tasks(rik, last_year):
    enrolments = [row["id"] for row in last_year[Enrolment]]
    rows = Rows(first_number=3_000_000)
    for number, status in enumerate((ReferralStatus.PROPOSED, ReferralStatus.CONSENTED, ReferralStatus.SENT)):
        rows.refer(enrolments[number], date(2025, 6, 1), status=status)
    rows.refer(enrolments[5], date(2025, 6, 1), kind=ReferralKind.ADVICE, status=ReferralStatus.GIVEN)
    rows.refer(enrolments[6], date(2026, 1, 1), status=ReferralStatus.PROPOSED)
    rows.store()
    people = [row["participant"] for row in last_year[Enrolment]][:5]
    Account.update(phone="+31612345678").where(Account.id.in_(people[:3])).execute()
    Account.update(phone="+31687654321").where(Account.id.in_(people[3:4])).execute()
    tasks = queries.open_tasks(made(rik).scope)
    assert (tasks.talks_without_outcome, tasks.handovers_under_way, tasks.unsorted_duplicates) == (0, 2, 1)


def test_a_broken_identity_is_found_in_the_whole_in_every_group_and_between_them(rik, last_year):
    gathered = gathering.gather(made(rik), date(2026, 3, 2))
    assert gathered.broken == []
    region = {**gathered.tables["region"], TWENTE: {**gathered.tables["region"][TWENTE], "T04": Count(99)}}
    wrong = replace(gathered, whole={**gathered.whole, "T04": Count(1)}, tables={**gathered.tables, "region": region})
    assert {"T01 = T03 + T04", "region: T01 = T03 + T04"} < set(wrong.broken)
    assert any(sum.startswith("region: T04: 1 = ") for sum in wrong.broken)


def test_a_broken_identity_blocks_for_good(rik, last_year):
    Session.update(status=SessionStatus.PLANNED).where(Session.id == last_year[Session][0]["id"]).execute()
    report = checked(rik)
    findings = {**json.loads(report.findings), "broken": ["T01 = T03 + T04"]}
    Report.update(findings=json.dumps(findings)).where(Report.id == report.id).execute()
    with pytest.raises(rules.FiguresContradict):
        actions.accept_open_tasks(rik, report.public_id, now=now())
    with pytest.raises(rules.NotInThisState):
        actions.lock_report(rik, report.public_id, is_public=False, now=now())


# -- locked is locked


@pytest.mark.parametrize("change", ["UPDATE report SET reason = 'x'", "DELETE FROM report"])
def test_the_database_keeps_a_locked_report_as_it_is(rik, romy, last_year, change):
    report = locked(rik, romy)
    refused = peewee.DatabaseError if on_postgres() else peewee.IntegrityError
    with pytest.raises(refused, match="report_is_locked"), transaction():
        database.execute_sql(f"{change} WHERE id = {report.id}")


def test_what_is_not_locked_may_change_in_the_database(rik, last_year):
    report = checked(rik)
    assert Report.update(reason="x").where(Report.id == report.id).execute() == 1


def test_nothing_that_happens_later_changes_it(rik, romy, last_year):
    report = locked(rik, romy)
    before = Report.get_by_id(report.id).content
    later = Rows(first_number=5_000_000)
    coach = later.coach()
    for _ in range(20):
        enrolment = later.enrol(at("2025-06-01"))
        later.talk(later.couple(enrolment, coach, at("2025-06-02")), at("2025-06-03"), coach=coach)
    later.store()
    Enrolment.delete().where(Enrolment.id == last_year[Enrolment][0]["id"]).execute()
    actions.check_asked(now=now())
    assert Report.get_by_id(report.id).content == before


def test_a_talk_after_the_reference_date_changes_no_figure_of_a_new_count(rik, last_year, clock):
    first = checked(rik)
    without_talk = last_year[Enrolment][0]
    later = Rows(first_number=5_000_000)
    later[Enrolment].append(without_talk)
    coach = later.coach(available_from=date(2026, 1, 1))
    trajectory = later.couple(without_talk["id"], coach, at("2026-01-01"))
    later[Enrolment].clear()
    later.talk(trajectory, at("2026-01-01", 0), coach=coach)
    later.store()
    clock.shift(timedelta(minutes=1))
    actions.ask_for_check(rik, first.public_id, now=now())
    actions.check_asked(now=now())
    second = Report.get_by_id(first.id)
    assert second.checked_at > first.checked_at
    assert second.content == first.content


def test_a_year_has_one_report(rik, romy, last_year):
    first = made(rik, "sijw:2025")
    with pytest.raises(rules.PeriodUnderWay):
        made(romy, "sijw:2025")
    assert made(romy, "sijw:2024").state == ReportState.DRAFT
    assert made(romy, "ecz:2025").state == ReportState.DRAFT
    actions.discard(rik, first.public_id, now=now())
    locked(rik, romy, "sijw:2025")
    with pytest.raises(rules.PeriodTold):
        made(rik, "sijw:2025")


# -- correcting


def test_a_correction_is_a_new_version_with_a_reason_and_its_differences(rik, romy, last_year):
    first = locked(rik, romy)
    rows = Rows(first_number=5_000_000)
    for _ in range(10):
        rows.enrol(at("2025-06-01"), region=TWENTE)
    rows.store()
    with pytest.raises(rules.ReasonMissing):
        actions.correct_report(rik, first.public_id, reason="  ", now=now())
    correction = actions.correct_report(rik, first.public_id, reason="Tien late aanmeldingen.", now=now())
    assert (correction.number, correction.version, correction.replaces_id) == ("2026-1", 2, first.id)
    actions.ask_for_check(rik, correction.public_id, now=now())
    actions.check_asked(now=now())
    ready = Report.get_by_id(correction.id)
    actions.approve(romy, ready.public_id, check=ready.check, now=now())
    actions.lock_report(rik, ready.public_id, is_public=True, now=now())
    second = Report.get_by_id(ready.id)
    assert (second.number, second.version) == ("2026-1", 2)
    changed = rules.differences(json.loads(first.content), json.loads(second.content))
    found = {(one.table, one.row, one.id): (number_in(one.before), number_in(one.after)) for one in changed}
    assert found["", "", "T01"] == (50, 60)
    assert found["region", TWENTE, "T01"] == (45, 55)
    assert ("", "", "T03") not in found
    assert ("region", ZUID_LIMBURG, "T01") not in found
    assert queries.locked(rik, "2026-1") == second
    assert queries.locked(rik, "2026-1", 1) == first


def test_only_one_correction_at_a_time(rik, romy, last_year):
    first = locked(rik, romy)
    actions.correct_report(rik, first.public_id, reason="Een late uitslag.", now=now())
    with pytest.raises(rules.CorrectionUnderWay):
        actions.correct_report(romy, first.public_id, reason="Nog een.", now=now())


def test_a_report_that_cannot_be_checked_keeps_no_other_waiting(rik, romy, last_year):
    """Its version before cannot be read any more, whatever happened to it."""
    first = locked(rik, romy)
    values = {field.name: getattr(first, field.name) for field in Report._meta.sorted_fields if field.name != "id"}
    elsewhere = {"public_id": "unreadable", "number": "2026-9", "period_code": "2024", "content": "{"}
    unreadable = Report.create(**values | elsewhere)
    broken = actions.correct_report(rik, unreadable.public_id, reason="Een late uitslag.", now=now())
    other = made(rik, "sijw:2025")
    for one in (broken, other):
        actions.ask_for_check(rik, one.public_id, now=now())
    assert actions.check_asked(now=now()) == 1
    assert [Report.get_by_id(one.id).is_being_checked for one in (broken, other)] == [True, False]
    assert actions.check_asked(now=now()) == 0


def test_numbers_go_up_within_a_year(rik, romy, last_year, clock):
    assert [locked(rik, romy, choice).number for choice in (LAST_YEAR, "sijw:2025")] == ["2026-1", "2026-2"]
    clock.shift(timedelta(days=365))
    assert locked(rik, romy, "ecz:2024").number == "2027-1"


# -- two at the same moment


def test_of_two_who_lock_at_once_one_does(rik, romy, last_year):
    report = approved(rik, romy)

    def try_to_lock(number: int) -> str:
        actions.lock_report((rik, romy)[number], report.public_id, is_public=False, now=START)
        return "locked"

    answers = at_once(try_to_lock, times=2)
    assert sorted(answer == "locked" for answer in answers) == [False, True]
    assert Report.get_by_id(report.id).number == "2026-1"


def test_of_two_who_make_the_same_report_at_once_one_does(rik, romy, last_year):
    """The table decides between them, whatever each of them saw."""

    def try_to_make(number: int) -> str:
        return made((rik, romy)[number]).state

    answers = at_once(try_to_make, times=2)
    assert sorted("PeriodUnderWay" in answer for answer in answers) == [False, True]
    assert Report.select().count() == 1


def test_two_reports_locked_at_once_get_two_numbers_or_one_has_to_wait(rik, romy, last_year):
    reports = [approved(rik, romy, choice) for choice in (LAST_YEAR, "sijw:2025")]

    def try_to_lock(number: int) -> str:
        return actions.lock_report(rik, reports[number].public_id, is_public=False, now=START).number

    answers = at_once(try_to_lock, times=2)
    given = [answer for answer in answers if answer.startswith("2026-")]
    assert len(given) == len(set(given)) >= 1
    assert all("NumberTaken" in answer for answer in answers if answer not in given)


def test_a_third_version_is_checked_with_the_first_too(rik, romy, db):
    """101 of whom 95 talked, exactly; then two more talk. 'Fewer than 5' did not, in a third version, would be four."""
    rows = Rows()
    coach = rows.coach()
    late = []
    for number in range(101):
        moment = at(date(2025, 1, 6) + timedelta(days=3 * number))
        trajectory = rows.couple(rows.enrol(moment, person=rows.person()), coach, moment)
        if number < 6:
            late.append((trajectory, moment))
        else:
            rows.talk(trajectory, moment + timedelta(days=1), coach=coach)
    rows.store()
    first = locked(rik, romy)
    told = json.loads(first.content)["figures"]
    assert (told["T01"]["exact"], told["T04"]["exact"]) == (101, 6)
    later = Rows(first_number=5_000_000)
    for trajectory, moment in late[:2]:
        later.talk(trajectory, moment + timedelta(days=1), coach=coach)
    later.store()
    for version in (2, 3):
        made = actions.correct_report(rik, Report.get(version=version - 1).public_id, reason="Te laat.", now=now())
        actions.ask_for_check(rik, made.public_id, now=now())
        actions.check_asked(now=now())
        ready = Report.get_by_id(made.id)
        actions.approve(romy, ready.public_id, check=ready.check, now=now())
        actions.lock_report(rik, ready.public_id, is_public=True, now=now())
        assert json.loads(ready.content)["figures"]["T04"]["says"] == "not_shown"
