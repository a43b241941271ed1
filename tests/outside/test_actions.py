"""Calendars elsewhere close the hours of their coach: read by the real reader, from a real CalDAV server."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask

from portal import clock as portal_clock
from portal import jobs
from portal.access import Role
from portal.accounts.models import Account
from portal.availability import actions as availability
from portal.availability import queries as calendar
from portal.availability.models import Block
from portal.availability.rules import BlockSource, Interval, SlotTaken
from portal.coaches import actions as coach_actions
from portal.coaches.models import Coach
from portal.db import database
from portal.holds import actions as holds
from portal.outside import actions, queries, rules
from portal.outside import jobs as outside_jobs
from portal.outside.models import OutsideBusy, OutsideCalendar
from portal.outside.rules import Trouble
from portal.programmes.codes import CoachWithdrawal
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from tests.factories import TWENTE, account, actor_of, bookable_coach, coupled, held_time, planned_talk
from tests.outside.calendars import busy_at, event, served, serving
from tests.outside.calendars import calendar as calendar_of
from tests.outside.radicale_server import Radicale, radicale
from tests.statements import counted

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def at(hour: float) -> datetime:
    """This hour on Tuesday, in UTC: the coach is there from eight to sixteen."""
    return TUESDAY + hour * HOUR


@pytest.fixture
def coach(people) -> Coach:
    return bookable_coach(people.bram, TWENTE, buffer_after=0, weekdays=(1,))


@pytest.fixture
def bram(people, coach):
    return actor_of(people.bram, Role.COACH)


@pytest.fixture(scope="module")
def caldav(tmp_path_factory):
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def vouched_for(app: Flask, monkeypatch) -> Callable[..., None]:
    """These hosts are named in the settings."""

    def name(*hosts: str) -> None:
        settings = replace(app.extensions["portal"], outside_calendar_hosts=frozenset(hosts))
        monkeypatch.setitem(app.extensions, "portal", settings)

    return name


@pytest.fixture
def server(vouched_for):
    with serving() as running:
        vouched_for(running.host)
        running.answers["/agenda.ics"] = served(calendar_of())
        yield running


def connected(bram, address: str, now: datetime = NOW) -> OutsideCalendar:
    actions.add_calendar(bram, address, now=now)
    return OutsideCalendar.select().order_by(OutsideCalendar.id.desc()).first()


def stored(calendar: OutsideCalendar) -> OutsideCalendar:
    return OutsideCalendar.get_by_id(calendar.id)


def says(calendar: OutsideCalendar, *busy: tuple[float, float], now: datetime = NOW) -> None:
    """As if the reader had found these hours of Tuesday in it."""
    times = [[int(at(start).timestamp()), int(at(end).timestamp())] for start, end in busy]
    actions.keep_answer(calendar, {"hash": str(hash(busy)), "busy": times}, now=now)


def closed(coach: Coach) -> list[tuple[float, float]]:
    """The hours of Tuesday that calendars elsewhere close."""
    blocks = Block.select().where(Block.coach == coach, Block.active, Block.source == BlockSource.OUTSIDE)
    return [((b.starts_at - TUESDAY) / HOUR, (b.ends_at - TUESDAY) / HOUR) for b in blocks.order_by(Block.starts_at)]


def free(coach: Coach) -> list[float]:
    """The hours of Tuesday at which a talk can begin."""
    found = calendar.free_slots(coach, since=TUESDAY, until=TUESDAY + 24 * HOUR, now=NOW - 3 * 24 * HOUR)
    return [(start - TUESDAY) / HOUR for start in found]


# -- a real CalDAV server


def test_a_real_calendar_closes_hours_and_follows_every_change(bram, coach, caldav: Radicale, vouched_for):
    vouched_for(caldav.host)
    caldav.put("een", calendar_of(busy_at("20260303T090000Z", "20260303T100000Z", "een")))
    caldav.put(
        "elke-dag", calendar_of(busy_at("20260302T140000Z", "20260302T150000Z", "dag", "RRULE:FREQ=DAILY;COUNT=2"))
    )
    caldav.put("vrij", calendar_of(busy_at("20260303T110000Z", "20260303T120000Z", "vrij", "TRANSP:TRANSPARENT")))
    made = connected(bram, caldav.address)
    assert actions.read_some(now=NOW) == 1
    assert stored(made).trouble is None
    assert [hours for hours in closed(coach) if hours[0] > 0] == [(9, 10), (14, 15)]
    assert 9 not in free(coach)
    assert 11 in free(coach)
    caldav.put("een", calendar_of(busy_at("20260303T110000Z", "20260303T113000Z", "een")))
    caldav.put("vakantie", calendar_of(event("DTSTART;VALUE=DATE:20260304", "DTEND;VALUE=DATE:20260306", uid="v")))
    actions.read_some(now=NOW + 20 * MINUTE)
    assert [hours for hours in closed(coach) if hours[0] > 0] == [(11, 11.5), (14, 15), (23, 71)]
    for name in ("een", "elke-dag", "vrij", "vakantie"):
        caldav.delete(name)
    actions.read_some(now=NOW + 40 * MINUTE)
    assert closed(coach) == []


def test_our_own_feed_comes_back_without_closing_anything(bram, coach, caldav: Radicale, vouched_for, people):
    """A coach who has our talks in the calendar that we read is not busy twice."""
    vouched_for(caldav.host)
    talk = planned_talk(coupled(people.noor, coach), at(11))
    own = calendar_of(busy_at("20260303T110000Z", "20260303T120000Z", f"{talk.public_id}@portal.example.org"))
    caldav.put("van-ons", own)
    connected(bram, caldav.address)
    actions.read_some(now=NOW)
    caldav.delete("van-ons")
    assert closed(coach) == []
    assert OutsideBusy.select().count() == 0


# -- what it closes


def test_free_times_and_the_first_of_them_respect_it(bram, coach, server):
    made = connected(bram, server.address())
    assert calendar.first_free([coach], now=NOW)[coach.id] == at(10)  # A day's notice.
    says(made, (10, 12), (15, 15.5))
    assert calendar.first_free([coach], now=NOW)[coach.id] == at(12)
    assert free(coach) == [8, 8.5, 9, 12, 12.5, 13, 13.5, 14]


def test_the_first_free_time_that_is_kept_at_hand_follows(bram, coach, server, people):
    def known() -> datetime:
        availability.work_out_openings([coach.id], now=NOW)
        return calendar.first_free_known([coach.id], now=NOW)[coach.id]

    made = connected(bram, server.address())
    assert known() == at(10)
    says(made, (10, 12))
    assert known() == at(12)
    talk = planned_talk(coupled(people.noor, coach), at(12))
    says(made, (10, 12.5))
    assert known() == at(13)
    sessions.cancel_session(actor_of(people.noor, Role.PARTICIPANT), talk, now=NOW)
    assert known() == at(12.5)
    actions.remove_calendar(bram, made.public_id, now=NOW)
    assert known() == at(10)


def test_a_time_that_is_closed_cannot_be_booked_or_held(bram, coach, server, people):
    trajectory = coupled(people.noor, coach)
    says(connected(bram, server.address()), (11, 13))
    with pytest.raises(SlotTaken):
        planned_talk(trajectory, at(12))
    with pytest.raises(SlotTaken):
        holds.hold_time(
            actor_of(people.noor, Role.PARTICIPANT),
            enrolment=trajectory.enrolment,
            coach=coach,
            starts_at=at(10.5),
            mode="phone",
            seen=0,
            now=NOW,
        )
    assert planned_talk(trajectory, at(13)).starts_at == at(13)


def test_buffers_of_a_talk_stay_clear_of_it(bram, coach, server):
    Coach.update(buffer_before=30, buffer_after=15).execute()
    says(connected(bram, server.address()), (10, 12))
    assert free(Coach.get_by_id(coach.id)) == [8, 8.5, 12.5, 13, 13.5, 14, 14.5, 15]


def test_a_booked_talk_stays_and_what_lies_around_it_closes(bram, coach, server, people):
    talk = planned_talk(coupled(people.noor, coach), at(11))
    says(connected(bram, server.address()), (10, 14))
    assert closed(coach) == [(10, 11), (12, 14)]
    assert Session.get_by_id(talk.id).is_planned


def test_a_cancelled_talk_gives_its_time_back_to_what_is_elsewhere(bram, coach, server, people):
    talk = planned_talk(coupled(people.noor, coach), at(11))
    says(connected(bram, server.address()), (10, 11.5))
    assert closed(coach) == [(10, 11)]
    sessions.cancel_session(actor_of(people.noor, Role.PARTICIPANT), talk, now=NOW)
    assert closed(coach) == [(10, 11), (11, 11.5)]
    assert free(coach)[:4] == [8, 8.5, 9, 11.5]
    says(connected(bram, f"{server.address()}?2"), (10, 11.5))
    assert closed(coach) == [(10, 11.5)]


def test_a_moved_talk_does_so_too(bram, coach, server, people):
    talk = planned_talk(coupled(people.noor, coach), at(11))
    says(connected(bram, server.address()), (10.5, 11.5))
    noor = actor_of(people.noor, Role.PARTICIPANT)
    sessions.move_session(noor, talk, starts_at=at(14), mode="phone", seen=0, now=NOW)
    assert closed(coach) == [(10.5, 11), (11, 11.5)]
    assert 14 not in free(coach)


def test_a_hold_keeps_its_time_and_gives_it_up_when_it_is_over(bram, coach, server, people):
    trajectory = coupled(people.noor, coach)
    hold = holds.hold_time(
        actor_of(people.noor, Role.PARTICIPANT),
        enrolment=trajectory.enrolment, coach=coach, starts_at=at(11), mode="phone", seen=trajectory.version, now=NOW,
    )  # fmt: skip
    made = connected(bram, server.address())
    says(made, (10, 13), now=NOW + MINUTE)
    assert closed(coach) == [(10, 11), (12, 13)]
    says(made, (10, 13), now=NOW + 11 * MINUTE)
    assert closed(coach) == [(10, 13)]
    with pytest.raises(SlotTaken):
        holds.confirm_hold(actor_of(people.noor, Role.PARTICIPANT), hold, reason=None, now=NOW + 12 * MINUTE)


@pytest.fixture
def held(bram, coach, server, people):
    """Noor has eleven to twelve under her hand, and what is elsewhere closes the hours around it."""
    trajectory = coupled(people.noor, coach)
    made = held_time(trajectory, at(11), now=NOW)
    says(connected(bram, server.address()), (10, 13), now=NOW + MINUTE)
    assert closed(coach) == [(10, 11), (12, 13)]
    return made


def test_what_is_elsewhere_counts_again_a_minute_after_a_hold_ran_out(held, coach, clock):
    """Without anybody who takes or looks at anything: the worker goes its round."""
    clock.move_to(NOW + 9 * MINUTE)
    outside_jobs.count_again_what_was_let_go.call_local()
    assert closed(coach) == [(10, 11), (12, 13)]
    clock.move_to(NOW + 10 * MINUTE)
    outside_jobs.count_again_what_was_let_go.call_local()
    assert closed(coach) == [(10, 13)]


def test_what_is_elsewhere_counts_again_after_somebody_else_let_go_of_the_hold(held, coach, people):
    """Whoever takes another time of this coach lets it go first, and knows no calendars."""
    other = coupled(account("Kees", Role.PARTICIPANT), coach)
    planned_talk(other, at(14), now=NOW + 11 * MINUTE)
    assert closed(coach) == [(10, 11), (12, 13)]
    assert actions.count_again_what_was_let_go(now=NOW + 12 * MINUTE) == 1
    assert closed(coach) == [(10, 13)]


def test_what_is_elsewhere_counts_again_after_another_time_was_taken_under_the_hand(held, coach):
    held_time(held.enrolment.trajectories.get(), at(14), now=NOW + 2 * MINUTE)
    actions.count_again_what_was_let_go(now=NOW + 3 * MINUTE)
    assert closed(coach) == [(10, 13)]


def test_what_became_a_talk_stays_one(held, coach, people):
    holds.confirm_hold(actor_of(people.noor, Role.PARTICIPANT), held, reason=None, now=NOW + 2 * MINUTE)
    actions.count_again_what_was_let_go(now=NOW + 3 * MINUTE)
    assert closed(coach) == [(10, 11), (12, 13)]
    assert Block.select().where(Block.active, Block.source == BlockSource.TALK).count() == 1


def test_coaches_without_calendars_are_not_looked_at(coach, people):
    held_time(coupled(people.noor, coach), at(11), now=NOW)
    assert actions.count_again_what_was_let_go(now=NOW + 12 * MINUTE) == 0


def test_calendars_together_close_what_either_says(bram, coach, server):
    one, two = connected(bram, server.address()), connected(bram, f"{server.address()}?2")
    says(one, (9, 11), (13, 14))
    says(two, (10, 12), (14, 15))
    assert closed(coach) == [(9, 12), (13, 15)]
    actions.remove_calendar(bram, one.public_id, now=NOW)
    assert closed(coach) == [(10, 12), (14, 15)]
    actions.remove_calendar(bram, two.public_id, now=NOW)
    assert closed(coach) == []
    assert OutsideBusy.select().count() == 0


def test_others_are_not_closed(bram, coach, server, people):
    chris = bookable_coach(people.chris, TWENTE, buffer_after=0, weekdays=(1,))
    says(connected(bram, server.address()), (8, 16))
    assert free(coach) == []
    assert len(free(chris)) == 15


def test_the_same_again_touches_no_block(bram, coach, server):
    made = connected(bram, server.address())
    says(made, (9, 10), (11, 12), (13, 14))
    before = {(b.id, b.ends_at) for b in Block.select()}
    says(made, (9, 10), (11, 12), (13, 14.5), now=NOW + 15 * MINUTE)
    assert len(before & {(b.id, b.ends_at) for b in Block.select()}) == 2


def test_a_full_calendar_is_kept_in_a_second(bram, coach, server):
    made = connected(bram, server.address())
    busy = [(n / 4, n / 4 + 0.125) for n in range(5_000)]
    before = datetime.now(UTC)
    says(made, *busy)
    assert len(closed(coach)) == 5_000
    says(made, *busy[1:])
    assert len(closed(coach)) == 4_999
    assert datetime.now(UTC) - before < timedelta(seconds=20)


def test_no_two_blocks_overlap_whatever_order_things_happen_in(bram, coach, server, people):
    """Booking, cancelling and reading by turns: the table refuses what must not be, and nothing else breaks."""
    trajectory, made = coupled(people.noor, coach), connected(bram, server.address())
    noor = actor_of(people.noor, Role.PARTICIPANT)
    for number, hour in enumerate((9, 11, 13, 15)):
        talk = planned_talk(trajectory, at(hour), now=NOW - 24 * HOUR * (number + 1))
        says(made, (8, hour + 0.5), now=NOW)
        sessions.cancel_session(noor, talk, now=NOW)
        says(made, (8 + number / 4, 8.5 + number / 4), now=NOW)
    assert closed(coach) == [(8.75, 9.25)]


# -- when it cannot be read


def test_trouble_keeps_the_last_good_copy_and_is_told_with_since_when(bram, coach, server):
    made = connected(bram, server.address())
    server.answers["/agenda.ics"] = served(calendar_of(busy_at("20260303T090000Z", "20260303T100000Z")))
    actions.read_some(now=NOW)
    assert closed(coach) == [(9, 10)]
    del server.answers["/agenda.ics"]
    actions.read_some(now=NOW + 20 * MINUTE)
    server.answers["/agenda.ics"] = served("<html>")
    actions.read_some(now=NOW + 60 * MINUTE)
    seen = stored(made)
    assert (seen.trouble, seen.failing_since, seen.read_at) == (Trouble.NOT_A_CALENDAR, NOW + 20 * MINUTE, NOW)
    assert closed(coach) == [(9, 10)]
    server.answers["/agenda.ics"] = served(calendar_of())
    actions.read_some(now=NOW + 24 * HOUR)
    seen = stored(made)
    assert (seen.trouble, seen.failing_since, seen.tries, seen.read_at) == (None, None, 0, NOW + 24 * HOUR)
    assert closed(coach) == []


def test_trouble_for_a_day_is_mailed_once(bram, coach, server, people, mailbox):
    made = connected(bram, server.address())
    for hours in (0, 12, 23, 24, 30, 48):
        actions.keep_answer(made, {"trouble": "not_there"}, now=NOW + hours * HOUR)
        assert len(mailbox.to(people.bram.email)) == (hours >= 24), hours
    letter = mailbox.last(people.bram.email)
    assert letter.subject == "Kijk even op je pagina"
    assert letter.link("/coach/agenda")
    assert server.host not in letter.text
    says(made, now=NOW + 50 * HOUR)
    for hours in (60, 90):
        actions.keep_answer(made, {"trouble": "too_slow"}, now=NOW + hours * HOUR)
    assert len(mailbox.to(people.bram.email)) == 2, "a new time of trouble is a new mail"


def test_trouble_makes_it_look_less_and_less_often(bram, coach, server):
    made = connected(bram, server.address())
    waits = []
    for _ in range(8):
        actions.keep_answer(made, {"trouble": "not_reached"}, now=NOW)
        waits.append((stored(made).due_at - NOW) / MINUTE)
    assert 26 < waits[0] < 34
    assert all(earlier < later * 1.3 for earlier, later in pairwise(waits))
    assert 320 < waits[-1] < 400
    says(made)
    assert 13 < (stored(made).due_at - NOW) / MINUTE < 17


def test_an_address_that_cannot_be_unsealed_is_trouble_too(bram, coach, server):
    made = connected(bram, server.address())
    OutsideCalendar.update(address_sealed=b"\1" * 40).execute()
    assert actions.read_some(now=NOW) == 1
    assert stored(made).trouble == Trouble.UNSEALED
    assert server.requests == []


def test_every_trouble_of_the_reader_has_words():
    told = {
        "not_reached",
        "server_error",
        "too_slow",
        "not_there",
        "not_a_calendar",
        "too_big",
        "too_much",
        "not_allowed",
    }
    source = actions.READER.read_text()
    assert {code for code in told if f'"{code}"' in source} == told
    assert told | {"unsealed"} == set(Trouble)
    assert set(rules.ADVICE) == set(Trouble)


def test_a_copy_that_seems_the_same_is_worked_out_anew_every_day(bram, coach, server):
    daily = calendar_of(busy_at("20260303T090000Z", "20260303T100000Z", "een", "RRULE:FREQ=DAILY"))
    server.answers["/agenda.ics"] = served(daily)
    made = connected(bram, server.address())
    actions.read_some(now=NOW)
    first = OutsideBusy.select().order_by(OutsideBusy.starts_at.desc()).first().starts_at
    actions.read_some(now=NOW + HOUR)
    assert stored(made).copied_at == NOW
    actions.read_some(now=NOW + 24 * HOUR)
    assert stored(made).copied_at == NOW + 24 * HOUR
    last = OutsideBusy.select().order_by(OutsideBusy.starts_at.desc()).first().starts_at
    assert last - first == 24 * HOUR


# -- the worker


def test_a_calendar_that_was_added_wakes_the_worker(bram, coach, server):
    server.answers["/agenda.ics"] = served(calendar_of(busy_at("20260303T090000Z", "20260303T100000Z")))
    connected(bram, server.address(), now=portal_clock.now())
    jobs.queue.execute(jobs.queue.dequeue())
    assert closed(coach) == [(9, 10)]
    assert jobs.queue.pending() == []


def test_the_worker_reads_what_is_due_and_no_more(bram, coach, server, clock):
    connected(bram, server.address())
    outside_jobs.read_due.call_local()
    assert len(server.requests) == 1
    outside_jobs.read_due.call_local()
    assert len(server.requests) == 1
    clock.shift(timedelta(minutes=17))
    outside_jobs.read_due.call_local()
    assert len(server.requests) == 2


def test_two_workers_read_a_calendar_once(bram, coach, server, app):
    for number in range(3):
        connected(bram, server.address(f"/{number}"))

    def work(_: int) -> None:
        with app.app_context():
            actions.read_some(now=NOW)
            database.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert len(server.requests) == 3


def test_a_claim_of_a_worker_that_died_is_over_after_a_while(bram, coach, server):
    made = connected(bram, server.address())
    OutsideCalendar.update(claimed_until=NOW + rules.CLAIM).execute()
    assert actions.read_some(now=NOW + MINUTE) == 0
    assert actions.read_some(now=NOW + 2 * MINUTE) == 1
    assert stored(made).claimed_until is None


def test_a_calendar_removed_while_it_was_read_leaves_nothing(bram, coach, server):
    made = connected(bram, server.address())
    actions.remove_calendar(bram, made.public_id, now=NOW)
    says(made, (9, 10))
    assert closed(coach) == []
    assert OutsideBusy.select().count() == 0


def test_nothing_is_read_for_who_has_left(bram, coach, server, people):
    desk, reason = actor_of(people.wilma, Role.REGION_ADMIN, TWENTE), next(iter(CoachWithdrawal))
    says(connected(bram, server.address()), (9, 10))
    Account.update(blocked_at=NOW).where(Account.id == people.bram.id).execute()
    assert actions.read_some(now=NOW + HOUR) == 0
    Account.update(blocked_at=None).execute()
    coach_actions.withdraw_coach(desk, coach, withdrawn_on=NOW.date(), reason=reason, now=NOW)
    assert actions.read_some(now=NOW + HOUR) == 0
    outside_jobs.forget_of_withdrawn.call_local()
    assert OutsideCalendar.select().count() == 0
    assert closed(coach) == []
    assert server.requests == []


def test_reading_takes_one_thread_of_the_worker_and_mail_has_the_other(bram, coach, server):
    connected(bram, server.address())
    assert jobs.consumer().workers == 2
    with actions._one_at_a_time:
        actions.read_soon.call_local()
    assert server.requests == []


# -- what is stored


def test_an_address_is_stored_sealed_and_shown_as_its_host(bram, coach, server):
    made = connected(bram, server.address("/geheim-123.ics"))
    assert b"geheim-123" not in bytes(made.address_sealed)
    assert stored(made).address == server.address("/geheim-123.ics")
    [shown] = queries.connected_to(coach, NOW)
    assert shown.host == "127.0.0.1"
    assert "geheim" not in repr(shown)


def test_only_times_are_stored(bram, coach, server):
    server.answers["/agenda.ics"] = served(calendar_of(busy_at("20260303T090000Z", "20260303T100000Z")))
    connected(bram, server.address())
    actions.read_some(now=NOW)
    rows = [str(row.__data__) for table in (OutsideCalendar, OutsideBusy, Block) for row in table.select()]
    assert "Geheim" not in "".join(rows)


def test_a_coach_has_three_calendars_at_most_and_each_once(bram, coach, server):
    for number in range(3):
        connected(bram, server.address(f"/{number}"))
    with pytest.raises(rules.AlreadyThere):
        connected(bram, server.address("/1"))
    with pytest.raises(rules.TooManyCalendars):
        connected(bram, server.address("/3"))


def test_pages_that_show_free_times_take_no_more_queries_for_it(bram, coach, server):
    before = counted(lambda: free(coach))
    says(connected(bram, server.address()), (9, 10), (11, 12))
    assert counted(lambda: free(coach)) == before


def test_a_period_without_anything_elsewhere_is_not_written(coach, people, bram, server):
    talk = planned_talk(coupled(people.noor, coach), at(11))
    actions.count_again(talk.block)
    actions.count_again(None)
    assert closed(coach) == []
    availability.add_outside(coach.id, [], within=Interval(at(9), at(10)))
    assert closed(coach) == []
