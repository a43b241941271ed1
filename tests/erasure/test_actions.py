"""Erasing one person: nothing that leads to them is left in any table, their coach hears so, and others keep theirs."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from portal import clock as portal_clock
from portal import migrating, outbox
from portal.access import Role
from portal.accounts import actions as account_actions
from portal.accounts.models import Account, BrowserSession, Grant, SignInRequest
from portal.agenda import actions as agenda
from portal.agenda.rules import Whose
from portal.audit import AuditEntry
from portal.availability import queries as availability
from portal.availability.models import Block
from portal.clock import local_day, start_of
from portal.coaches.models import Coach
from portal.counting.models import TalkDay
from portal.db import database, on_postgres
from portal.enrolments.models import Enrolment
from portal.erasure import actions, rules
from portal.erasure.rules import SignInAgain
from portal.outbox import Mail
from portal.programmes.codes import ProgrammeCode
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.throttle import within_limit
from tests import factories
from tests.conftest import START
from tests.contract.world import Corner, stored
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of

# The log says that an account did something, by number; the name that belongs to the number is gone.
PSEUDONYMOUS = {"audit_entry"}
# The coach hears that a talk is off, as before when another one was.
TEMPLATE = re.compile(r"\w+/\w+")
CANCELLATION = "sessions/cancelled_for_coach"
# Tables outside everything that goes with an account or an enrolment, each with why nothing of a participant is in it.
STAYS = {
    "block": "what is theirs is deleted: by its participant, and by the talks, holds and offers that it was for",
    "mail": "what was written to them, or about what was theirs, is deleted; a mail to their coach loses its key",
    "rate_counter": "what counts their tries is deleted; the rest is over within hours",
    "heartbeat": "the worker's",
    "audit_entry": "numbers only",
    "draft": "known by a cookie only, gone within a day; the one of this browser is deleted",
    "invitation": "of staff and coaches; what is unanswered under this address is deleted",
    "invited_region": "of staff and coaches",
    **dict.fromkeys(["region", "region_name", "employer_org", "region_employer", "postcode_range", "place"], "facts"),
    **dict.fromkeys(
        [
            *("coach", "coach_region", "qualification", "weekly_hours", "extra_hours", "absence", "opening"),
            *("outside_calendar", "outside_busy"),
        ],
        "the coach's",
    ),
    **dict.fromkeys(
        [
            *("evaluation_answer", "coach_grade", "pending_coach_grade", "remark", "measure", "later_answer"),
            *("report", "imported_batch"),
        ],
        "of nobody from the beginning",
    ),
    "start_answer": "of nobody without the key, which goes; what has no key is deleted in the night",
    "imported_ref": "leads to a number that is nobody's any more, so that the same file does not bring them back",
    **dict.fromkeys(["upload", "uploaded_file"], "sealed, and deleted when it is loaded"),
    "talk_day": "that a coach was there for somebody on a day",
    "counted_change": "a random number: something counts anew",
    **dict.fromkeys(["destination", "backup", "published_figure", "questionnaire", "question"], "kept by staff"),
}


@pytest.fixture
def twente(once, clock, mailbox) -> Corner:
    return once(__name__, lambda: Corner(TWENTE, "Jansen", mailbox))


@pytest.fixture
def limburg(twente, mailbox) -> Corner:
    return Corner(ZUID_LIMBURG, "Peeters", mailbox)


def erase(account, now=START):
    actions.erase_myself(actor_of(account, Role.PARTICIPANT), signed_in_at=now, now=now)


# -- every table and column


def goes_along(table) -> bool:
    """Whether rows of this table go when an account or an enrolment does, through whatever lies between."""
    if table in (Account, Enrolment):
        return True
    owners = [
        field.rel_model for field in table._meta.refs if field.on_delete == "CASCADE" and field.rel_model != table
    ]
    return any(goes_along(owner) for owner in owners if owner not in (Coach, Block))


def test_every_table_has_its_fate():
    tables = {table._meta.table_name: table for table in migrating.all_tables()}
    gone = {name for name, table in tables.items() if goes_along(table)}
    assert set(tables) - gone == set(STAYS)
    assert set(rules.TALLIES) <= gone


@pytest.mark.parametrize("name", rules.TALLIES)
def test_every_column_of_a_tally_has_its_fate(name):
    table = next(table for table in migrating.all_tables() if table._meta.table_name == name)
    assert set(rules.TALLIES[name]) == set(table._meta.fields)


def values(rows) -> set:
    """What could lead to somebody: texts, sealed texts and moments. Codes are words of ours."""
    found = {value for row in rows for value in row if isinstance(value, str | bytes | datetime)}
    return {value for value in found if not isinstance(value, StrEnum) and value != ""}


def test_nothing_that_was_only_theirs_is_left_in_any_table(twente, limburg, clock):
    clock.shift(timedelta(minutes=7, seconds=3))
    noor = told_about(twente)
    factories.post(twente.bram.email, key="something else")
    before = stored([])
    clock.shift(timedelta(minutes=2, seconds=5))
    erase(noor, START + timedelta(minutes=9, seconds=8))
    after = stored([])
    stayed = {table: [row for row in rows if row in after[table]] for table, rows in before.items()}
    gone = {table: [row for row in rows if row not in after[table]] for table, rows in before.items()}
    only_theirs = set().union(*map(values, gone.values())) - set().union(*map(values, stayed.values()))
    assert {"Eleonora", "+31687654321", "eleonora@example.org"} <= only_theirs
    left = set().union(*(values(rows) for table, rows in after.items() if table not in PSEUDONYMOUS))
    assert only_theirs & left == {CANCELLATION}
    hidden = [value for value in only_theirs if isinstance(value, str) and not TEMPLATE.fullmatch(value)]
    assert [text for text in left if isinstance(text, str) for value in hidden if value in text] == []


def test_the_file_of_the_database_forgets_too(twente):
    """Freed pages are overwritten (PRAGMA secure_delete); the journal is emptied at a checkpoint."""
    if on_postgres():
        return
    noor = told_about(twente)
    assert b"Eleonora" in file_content()
    erase(noor, portal_clock.now())
    assert not [marker for marker in (b"Eleonora", b"eleonora@", b"31687654321") if marker in file_content()]


def file_content() -> bytes:
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return b"".join(path.read_bytes() for path in Path(database.obj.database).parent.glob("test.db*"))


def told_about(corner: Corner) -> Account:
    """Noor, of whom everything is there that there can be, all of it hers alone."""
    noor = corner.noor
    Account.update(
        first_name="Eleonora", phone="+31687654321", email="eleonora@example.org", email_key="eleonora@example.org"
    ).where(Account.id == noor.id).execute()
    noor = Account.get_by_id(noor.id)
    assert corner.offered
    now = portal_clock.now()
    participant = actor_of(noor, Role.PARTICIPANT)
    sessions.cancel_session(participant, corner.talk, now=now)
    factories.planned_talk(corner.trajectory, START + timedelta(days=9, hours=3), now=now)
    sign_up = {"region": TWENTE, "email": "eleonora@example.org", "words": "Eleonora zelf.", "programme": "ecz"}
    factories.sent_sign_up("Eleonora", now=now, **sign_up)
    account_actions.request_sign_in(address=noor.email, browser="x", client="y", language="nl", now=now)
    account_actions.begin_session(noor, browser="Firefox van Eleonora", now=now)
    agenda.make_feed(participant, Whose.PARTICIPANT, now=now)
    return noor


def test_the_tally_says_the_day_and_no_more(twente):
    erase(twente.noor)
    [tally] = Enrolment.select().where(Enrolment.id < 0)
    assert tally.enrolled_at == start_of(local_day(START))
    assert (tally.participant_id, tally.pc4, tally.words_sealed, tally.contact_sealed) == (None, None, None, None)
    assert tally.tally_person < 0
    [talk] = Session.select().where(Session.id < 0)
    assert (talk.coach_id, talk.participant_id, talk.status) == (None, None, SessionStatus.HELD)
    [day] = TalkDay.select()
    assert (day.coach_id, day.talked_on) == (twente.coach.id, local_day(twente.past_talk.starts_at))


def test_two_sign_ups_of_one_person_stay_together_in_their_order(people, clock):
    first = factories.enrolment(people.noor, region=ZUID_LIMBURG)
    factories.enrolment(people.noor, programme=ProgrammeCode.ECZ, now=START + timedelta(minutes=1))
    erase(people.noor)
    tallies = list(Enrolment.select().order_by(Enrolment.enrolled_at))
    assert [tally.region_id for tally in tallies] == [first.region_id, TWENTE]
    assert len({tally.tally_person for tally in tallies}) == 1


# -- what comes of it


def test_coming_talks_are_cancelled_and_the_coach_hears_so(twente, mailbox):
    block = twente.talk.block
    erase(twente.noor)
    told = mailbox.last(twente.bram.email)
    assert told.template == CANCELLATION
    assert told.calendar[0] == "CANCEL"
    assert Block.get_or_none(Block.id == block.id) is None
    assert twente.talk.starts_at in free_slots(twente.coach)
    assert mailbox.to(twente.noor.email) == []


def free_slots(coach):
    return availability.free_slots(coach, since=START, until=START + timedelta(days=14), now=START)


def test_a_coach_with_whom_nothing_is_planned_hears_that_somebody_stopped(people, mailbox):
    factories.coupled(people.noor, factories.bookable_coach(people.bram))
    erase(people.noor)
    assert "/coach" in mailbox.last(people.bram.email).text


def test_all_browsers_are_signed_out_and_no_link_works(people):
    account_actions.begin_session(people.noor, browser="Firefox", now=START)
    account_actions.request_sign_in(address="noor@example.org", browser="x", client="y", language="nl", now=START)
    erase(people.noor)
    assert BrowserSession.select().count() == SignInRequest.select().count() == 0


def test_who_coaches_too_keeps_the_account_for_that(people):
    factories.enrolment(people.bram)
    account_actions.grant(people.bram, Role.PARTICIPANT)
    factories.bookable_coach(people.bram)
    erase(people.bram)
    assert Account.get_by_id(people.bram.id).name == people.bram.name
    assert [grant.role for grant in Grant.select().where(Grant.account == people.bram)] == [Role.COACH]
    assert Enrolment.select().where(Enrolment.id > 0).count() == 0


def test_a_number_is_never_given_again(people):
    """The log still says what this number did."""
    noor, enrolment = people.noor, factories.enrolment(people.noor)
    erase(noor)
    assert people.bram.id > noor.id
    assert factories.enrolment(people.bram).id > enrolment.id
    assert [entry.subject_id for entry in AuditEntry.select().where(AuditEntry.event == "account.erased")] == [noor.id]


def test_tries_under_the_address_are_forgotten(people):
    for _ in range(6):
        allowed = within_limit("5/hour", "link-address", "noor@example.org")
    assert not allowed
    erase(people.noor)
    assert within_limit("5/hour", "link-address", "noor@example.org")


def test_mails_from_before_addresses_were_hashed_go_too(people):
    factories.post("noor@example.org", key="old")
    factories.post("bram@example.org", key="other")
    Mail.update(recipient_hash=None).execute()
    outbox.erase_to("noor@example.org")
    assert [mail.recipient for mail in Mail.select()] == ["bram@example.org"]


def test_erasing_takes_a_fresh_sign_in(people):
    late = START + rules.FRESH + timedelta(seconds=1)
    with pytest.raises(SignInAgain):
        actions.erase_myself(actor_of(people.noor, Role.PARTICIPANT), signed_in_at=START, now=late)
    assert Account.get_or_none(Account.id == people.noor.id) is not None
