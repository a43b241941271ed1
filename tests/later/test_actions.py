"""Only who said so is asked six months later, once; and the answer leads back to nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import NOBODY, Role
from portal.accounts.models import Account
from portal.audit import AuditEntry
from portal.evaluations.rules import AlreadyAnswered, TooLate
from portal.later import actions, queries, rules
from portal.later.models import LaterAnswer, LaterConsent, LaterInvitation
from portal.outbox import Mail
from portal.programmes.codes import ProgrammeCode
from tests import factories
from tests.factories import TWENTE, actor_of
from tests.racing import at_once

TELLING_WORDS = ("coach", "mentaal", "loopbaan", "mental", "career", "zorg")
CLOSED = datetime(2026, 3, 30, 12, tzinfo=UTC)
DUE = datetime(2026, 9, 30, 12, tzinfo=UTC)
CHOSEN = {"work_situation": ("outside",), "work_joy": ("7",)}


def now():
    return portal_clock.now()


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


@pytest.fixture
def trajectory(people):
    return factories.closed_trajectory(people.noor, people.bram, now=CLOSED)


@pytest.fixture
def invitation(trajectory, noor):
    actions.allow(noor, trajectory, now=CLOSED)
    actions.invite(now=DUE)
    return LaterInvitation.get()


def test_invite_asks_who_allowed_it_on_the_day_six_months_later(trajectory, noor, mailbox, people):
    assert actions.invite(now=DUE) == 0
    actions.allow(noor, trajectory, now=CLOSED)
    assert actions.invite(now=DUE - timedelta(days=1)) == 0
    assert actions.invite(now=DUE) == 1
    assert actions.invite(now=DUE) == 0
    [made] = LaterInvitation.select()
    assert (made.region_id, made.closed_month, made.questionnaire.occasion) == (TWENTE, date(2026, 3, 1), "six_months")
    assert mailbox.last(people.noor.email).link("/evaluatie/later/")


def test_invite_leaves_who_took_it_back_or_is_gone(trajectory, noor, people):
    actions.allow(noor, trajectory, now=CLOSED)
    actions.withdraw(noor, trajectory, now=CLOSED + timedelta(days=10))
    assert actions.invite(now=DUE) == 0
    actions.allow(noor, trajectory, now=CLOSED + timedelta(days=20))
    Account.update(email="").where(Account.id == people.noor.id).execute()
    assert actions.invite(now=DUE) == 0


def test_invite_in_daytime_only_and_not_long_after(trajectory, noor):
    actions.allow(noor, trajectory, now=CLOSED)
    assert actions.invite(now=DUE.replace(hour=20)) == 0
    assert actions.invite(now=DUE + timedelta(days=31)) == 0
    assert actions.invite(now=DUE + timedelta(days=28)) == 1


def test_two_workers_ask_once(trajectory, noor):
    actions.allow(noor, trajectory, now=CLOSED)
    assert sum(at_once(lambda number: actions.invite(now=DUE), times=2)) == 1
    assert Mail.select().where(Mail.template == "later/invitation").count() == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_mail_shows_nothing_of_what_it_is_about(people, mailbox, language):
    participant = factories.account("Fatima", Role.PARTICIPANT, language=language)
    made = factories.closed_trajectory(participant, people.bram, programme=ProgrammeCode.ECZ, now=CLOSED)
    actions.allow(NOBODY, made, now=CLOSED)
    actions.invite(now=DUE)
    letter = mailbox.last(participant.email)
    for text in (letter.subject, letter.text, letter.html):
        assert not [word for word in TELLING_WORDS if word in text.lower()]


def test_saying_it_again_counts_from_then(trajectory, noor):
    actions.allow(noor, trajectory, now=CLOSED)
    actions.withdraw(noor, trajectory, now=CLOSED + timedelta(days=1))
    assert not queries.is_given(trajectory)
    actions.allow(noor, trajectory, now=CLOSED + timedelta(days=2))
    [consent] = LaterConsent.select()
    assert (consent.given_on, consent.withdrawn_on) == (date(2026, 4, 1), None)
    assert consent.text_version == rules.CONSENT_TEXT


def test_saying_it_just_after_answering_leaves_only_the_day(trajectory):
    before = AuditEntry.select().count()
    actions.allow_by_link(trajectory, now=CLOSED)
    assert queries.is_given(trajectory)
    assert AuditEntry.select().count() == before


# -- answering


def test_give_answer_keeps_programme_region_and_month_only(invitation):
    actions.give_answer(invitation, CHOSEN, now=DUE)
    [row] = LaterAnswer.select()
    assert (row.programme, row.region_id, row.closed_month) == ("sijw", TWENTE, date(2026, 3, 1))
    assert row.answers == "work_situation:outside;work_joy:7"
    assert {field.name for field in LaterAnswer._meta.sorted_fields} == {
        "public_id", "programme", "region", "closed_month", "questionnaire", "answers",
    }  # fmt: skip
    with pytest.raises(AlreadyAnswered):
        actions.give_answer(invitation, CHOSEN, now=DUE)


def test_thirty_two_senders_leave_one_answer(invitation):
    at_once(lambda number: actions.give_answer(invitation, CHOSEN, now=DUE), times=32)
    assert LaterAnswer.select().count() == 1


def test_the_link_works_for_thirty_days(invitation, people, mailbox):
    token = mailbox.last(people.noor.email).link("/later/").rpartition("/")[2]
    assert queries.open_invitation(token, DUE + timedelta(days=29)) == invitation
    with pytest.raises(TooLate):
        queries.open_invitation(token, DUE + timedelta(days=30))


def test_permissions_are_ones_own(trajectory, noor, people):
    [permission] = queries.permissions_of(noor)
    assert (permission.public_id, permission.is_given) == (trajectory.enrolment.public_id, False)
    actions.allow(noor, trajectory, now=CLOSED)
    assert [p.is_given for p in queries.permissions_of(noor)] == [True]
    assert queries.permissions_of(actor_of(people.fay, Role.PARTICIPANT)) == []
    assert queries.permissions_of(NOBODY) == []
