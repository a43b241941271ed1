"""The mail about a quarter: once per person and quarter, without a figure, and only to who wants it."""

import re

import pytest

from portal.access import Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.dashboard import actions
from tests import factories
from tests.conftest import START
from tests.counting.rows import at
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of
from tests.racing import at_once

FIRST_DAY = at("2026-04-01", 9)


@pytest.fixture
def wilma(people):
    return people.wilma


def test_region_admins_get_a_link_and_no_figure(wilma, people, mailbox):
    assert people.rik.id
    assert actions.mail_quarter(now=FIRST_DAY) == 1
    [mail] = list(mailbox)
    assert (mail.to, mail.subject) == (wilma.email, "Het kwartaal is voorbij")
    assert mail.link("/regio/overzicht") == "/regio/overzicht?period=2026"
    assert re.findall(r"\d+", mail.text.replace(mail.link("/regio/overzicht"), "")) == []


def test_each_gets_one_however_often_the_job_runs_and_however_many_regions(wilma, mailbox):
    accounts.grant(wilma, Role.REGION_ADMIN, ZUID_LIMBURG)
    for hour in (9, 10, 17):
        actions.mail_quarter(now=at("2026-04-01", hour))
    actions.mail_quarter(now=at("2026-04-02", 9))
    assert len(mailbox.to(wilma.email)) == 1
    actions.mail_quarter(now=at("2026-07-01", 9))
    assert len(mailbox.to(wilma.email)) == 2


def test_two_workers_write_one_each(wilma, people, mailbox):
    assert people.otto.id
    at_once(lambda number: actions.mail_quarter(now=FIRST_DAY), times=2)
    assert [len(mailbox.to(account.email)) for account in (wilma, people.otto)] == [1, 1]


def test_nothing_goes_out_at_night_or_later(wilma, mailbox):
    for moment in (at("2026-04-01", 7), at("2026-04-01", 19), at("2026-05-01", 9)):
        assert actions.mail_quarter(now=moment) == 0
    assert list(mailbox) == []


def test_who_switched_it_off_gets_none_until_it_is_on_again(wilma, mailbox):
    actor = actor_of(wilma, Role.REGION_ADMIN, TWENTE)
    for _ in range(2):
        actions.switch_mail_off(actor, now=START)
    actions.mail_quarter(now=FIRST_DAY)
    assert list(mailbox) == []
    actions.switch_mail_on(actor)
    actions.mail_quarter(now=FIRST_DAY)
    assert len(mailbox.to(wilma.email)) == 1


def test_who_is_blocked_or_no_admin_any_more_gets_none(wilma, mailbox):
    factories.account("Anna", Role.REGION_STAFF, TWENTE)
    Account.update(blocked_at=START).where(Account.id == wilma.id).execute()
    actions.mail_quarter(now=FIRST_DAY)
    assert list(mailbox) == []
