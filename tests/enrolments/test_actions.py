"""Drafts that do not stay, sign-ups that count only when they are confirmed, and the timeline."""

import json
from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Actor, Role
from portal.accounts.models import Account, Grant
from portal.accounts.rules import LinkExpired
from portal.db import database, on_postgres
from portal.enrolments import actions, jobs, queries
from portal.enrolments.models import Consent, Draft, Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.enrolments.rules import ConfirmationGone, EnrolmentStatus, EventKind, Purpose, SignUp
from portal.errors import TooManyRequests
from portal.outbox import MailStatus
from tests import factories
from tests.racing import at_once

BROWSER = "de browser van Fatima 0123456789"
WORDS = "Ik slaap slecht door de nachtdiensten."


def sign_up(**changes) -> SignUp:
    values = {
        "programme": "ecz",
        "pc4": 7511,
        "region": "RA0205",
        "region_derived": "RA0205",
        "work_situation": "in_care",
        "branch": "vvt",
        "themes_done": True,
        "themes": ("stress", "role"),
        "words": WORDS,
        "first_name": "Fatima",
        "last_name": "Bakker",
        "email": "fatima@example.org",
        "phone": "+31612345678",
        "call_times": ("evening", "morning"),
        "shifts": "yes",
    }
    return SignUp(**{**values, **changes})


def submit(*, client="192.0.2.1", draft=None, language="nl", **changes) -> Enrolment:
    return actions.submit(
        sign_up(**changes), draft=draft, browser=BROWSER, client=client, language=language, now=portal_clock.now()
    )


def confirm(enrolment: Enrolment) -> Account:
    return actions.confirm(enrolment, now=portal_clock.now())


def token_in(mailbox, address="fatima@example.org") -> str:
    return mailbox.last(address).link("/aanmelden/bevestig/").rpartition("/")[2]


def fresh(enrolment: Enrolment) -> Enrolment:
    return Enrolment.get_by_id(enrolment.id)


def everything_stored(memory) -> bytes:
    if on_postgres():
        tables = ("draft", "enrolment", "mail", "account", "audit_entry", "enrolment_event")
        rows = [row[0] for name in tables for row in database.execute_sql(f"SELECT t::text FROM {name} t")]
        return "".join(rows).encode()
    return b"".join(path.read_bytes() for path in sorted(memory.glob("test.db*")))


def absent(marker: str, stored: bytes) -> bool:
    return marker.encode() not in stored and marker.encode().hex().encode() not in stored


# -- the draft


def test_a_draft_is_sealed_and_known_by_the_token_only(db, clock, memory):
    token = actions.keep_draft(None, sign_up(), now=portal_clock.now())
    assert queries.sign_up_in(queries.draft_of(token, portal_clock.now())) == sign_up()
    stored = everything_stored(memory)
    for marker in (token, "fatima@example.org", "Fatima", WORDS, "+31612345678"):
        assert absent(marker, stored), marker
    assert queries.draft_of(token + "x", portal_clock.now()) is None
    assert queries.draft_of(Draft.get().token_hash, portal_clock.now()) is None


def test_a_draft_goes_on_under_the_same_token_and_lives_a_day_from_then(db, clock):
    token = actions.keep_draft(None, sign_up(), now=portal_clock.now())
    clock.shift(timedelta(hours=23))
    assert actions.keep_draft(token, sign_up(first_name="Noor"), now=portal_clock.now()) == token
    clock.shift(timedelta(hours=24, seconds=-1))
    assert queries.sign_up_in(queries.draft_of(token, portal_clock.now())).first_name == "Noor"
    clock.shift(timedelta(seconds=1))
    assert queries.draft_of(token, portal_clock.now()) is None, "though the row is still there"
    jobs.erase_unconfirmed.call_local()
    assert Draft.select().count() == 0


@pytest.mark.parametrize("token", [None, "", "planted by somebody else"])
def test_a_draft_that_is_not_there_begins_under_a_new_token(db, clock, token):
    made = actions.keep_draft(token, sign_up(), now=portal_clock.now())
    assert made != token
    assert len(made) == 43


def test_a_draft_can_be_erased_at_once(db, clock):
    token = actions.keep_draft(None, sign_up(), now=portal_clock.now())
    actions.erase_draft("another")
    actions.erase_draft(None)
    assert Draft.select().count() == 1
    actions.erase_draft(token)
    assert Draft.select().count() == 0


# -- sending


def test_a_sign_up_is_stored_sealed_with_what_was_agreed_to(db, clock, memory, mailbox):
    token = actions.keep_draft(None, sign_up(), now=portal_clock.now())
    enrolment = fresh(submit(draft=token))
    assert (enrolment.programme, enrolment.region_id, enrolment.pc4, enrolment.branch) == ("ecz", "RA0205", 7511, "vvt")
    assert (enrolment.status, enrolment.participant, enrolment.enrolled_at) == (EnrolmentStatus.SUBMITTED, None, None)
    assert (enrolment.shifts, enrolment.call_times) == (True, {"morning", "evening"})
    assert (enrolment.words, json.loads(enrolment.contact)["first_name"]) == (WORDS, "Fatima")
    assert {row.theme for row in EnrolmentTheme.select()} == {"stress", "role"}
    assert {row.purpose for row in Consent.select()} == {Purpose.THEMES, Purpose.WORDS, Purpose.READ_PRIVACY}
    assert {row.text_version for row in Consent.select()} == {"2026-11"}
    assert Draft.select().count() == 0
    stored = everything_stored(memory)
    for marker in ("fatima@example.org", WORDS, "+31612345678", token_in(mailbox)):
        assert absent(marker, stored), marker


def test_what_was_skipped_leaves_no_topic_no_words_and_no_permission(db, clock):
    enrolment = submit(themes=(), words="", branch="", shifts="", last_name="", phone="", call_times=())
    assert (fresh(enrolment).words, fresh(enrolment).branch, fresh(enrolment).shifts) == (None, None, None)
    assert EnrolmentTheme.select().count() == 0
    assert [row.purpose for row in Consent.select()] == [Purpose.READ_PRIVACY]


@pytest.mark.parametrize(("shifts", "stored"), [("yes", True), ("no", False), ("", None)])
def test_shifts_are_yes_no_or_unknown(db, clock, shifts, stored):
    assert fresh(submit(shifts=shifts)).shifts is stored


def test_nothing_of_an_unconfirmed_sign_up_changes_somebody_we_know(people):
    before = Account.get_by_id(people.noor.id).__data__
    submit(email="NOOR@example.org", first_name="Iemand", phone="+31600000000", language="en")
    assert Account.get_by_id(people.noor.id).__data__ == before
    assert Enrolment.get().participant is None
    assert queries.newest_open(as_actor(people.noor)) is None


def as_actor(account: Account) -> Actor:
    return Actor(account_id=account.id, roles=frozenset({Role.PARTICIPANT}))


def test_the_mail_speaks_the_language_of_the_sign_up_and_names_no_topic(db, clock, mailbox):
    submit(language="en")
    letter = mailbox.last("fatima@example.org")
    assert letter.subject == "Confirm your registration"
    assert "Dear Fatima," in letter.text
    for marker in ("stress", WORDS, "coach", "Twente", "ecz"):
        assert marker not in letter.text + letter.html


def test_five_mails_an_hour_to_one_mailbox_and_the_rest_is_silent(db, clock, mailbox):
    made = [submit(email=email) for email in ("fatima@gmail.com", "fa.tima+x@gmail.com") * 4]
    assert len(made) == 8
    assert len([letter for letter in mailbox if letter.status == MailStatus.WAITING]) == 5


def test_forty_sign_ups_in_a_quarter_of_an_hour_from_one_place(db, clock):
    for number in range(40):
        submit(email=f"{number}@example.org")
    with pytest.raises(TooManyRequests) as caught:
        submit(email="x@example.org")
    assert caught.value.retry_after <= 15 * 60
    submit(email="x@example.org", client="192.0.2.2")
    clock.shift(timedelta(minutes=15))
    submit(email="y@example.org")


def test_there_is_a_ceiling_on_the_mails_of_everybody_together(db, clock, mailbox, monkeypatch):
    monkeypatch.setattr(actions, "MAILS_IN_ALL", "2/hour")
    enrolment = submit()
    for number in range(3):
        actions.mail_again(enrolment, client=f"192.0.2.{number}", now=portal_clock.now())
    assert len(mailbox.to("fatima@example.org")) == 2


# -- the mail again


def test_the_mail_sent_again_holds_a_new_link_and_the_old_one_ends(db, clock, mailbox):
    enrolment = submit()
    old = token_in(mailbox)
    actions.mail_again(enrolment, client="192.0.2.1", now=portal_clock.now())
    assert queries.by_confirmation(token_in(mailbox), portal_clock.now()).id == enrolment.id
    with pytest.raises(ConfirmationGone):
        queries.by_confirmation(old, portal_clock.now())


def test_over_the_limit_the_last_link_that_was_mailed_keeps_working(db, clock, mailbox):
    enrolment = submit()
    for number in range(6):
        actions.mail_again(enrolment, client=f"192.0.2.{number}", now=portal_clock.now())
    assert len(mailbox.to("fatima@example.org")) == 5
    assert queries.by_confirmation(token_in(mailbox), portal_clock.now()).id == enrolment.id


def test_the_mail_again_is_limited_per_place(db, clock):
    enrolment = submit()
    for _ in range(3):
        actions.mail_again(enrolment, client="192.0.2.1", now=portal_clock.now())
    with pytest.raises(TooManyRequests, check=lambda error: error.retry_after == 900):
        actions.mail_again(enrolment, client="192.0.2.1", now=portal_clock.now())


# -- confirming


def test_confirming_makes_a_participant_and_from_then_on_it_counts(db, clock):
    enrolment = submit()
    clock.shift(timedelta(hours=3))
    account = confirm(enrolment)
    assert (account.name, account.email, account.phone, account.language) == (
        "Fatima Bakker",
        "fatima@example.org",
        "+31612345678",
        "nl",
    )
    assert [grant.role for grant in Grant.select()] == [Role.PARTICIPANT]
    now = fresh(enrolment)
    assert (now.participant_id, now.status, now.enrolled_at) == (
        account.id,
        EnrolmentStatus.CONFIRMED,
        portal_clock.now(),
    )
    assert (now.status_at, now.contact, now.words) == (portal_clock.now(), None, WORDS)
    events = [(e.kind, e.status, e.at) for e in EnrolmentEvent.select().order_by(EnrolmentEvent.id)]
    assert events == [
        (EventKind.SUBMITTED, None, portal_clock.now() - timedelta(hours=3)),
        (EventKind.CONFIRMED, EnrolmentStatus.CONFIRMED, portal_clock.now()),
    ]


def test_confirming_twice_confirms_once(db, clock):
    enrolment = submit()
    first = confirm(enrolment)
    clock.shift(timedelta(hours=1))
    assert confirm(enrolment).id == first.id
    assert fresh(enrolment).enrolled_at == portal_clock.now() - timedelta(hours=1)
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.CONFIRMED).count() == 1


def test_confirmed_by_many_at_once_it_is_confirmed_once(db, clock):
    enrolment = submit()
    assert len(set(at_once(lambda number: confirm(enrolment).id, times=8))) == 1
    assert Account.select().count() == 1
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.CONFIRMED).count() == 1


def test_two_sign_ups_of_one_person_confirmed_at_once_are_one_person(db, clock):
    enrolments = [submit(programme=programme) for programme in ("sijw", "ecz")]
    assert len(set(at_once(lambda number: confirm(enrolments[number]).id, times=2))) == 1
    assert (Account.select().count(), Grant.select().count()) == (1, 1)


def test_somebody_we_know_keeps_name_and_number(people):
    noor = people.noor
    assert confirm(submit(email="Noor@example.org", first_name="Iemand", phone="+31600000000")).id == noor.id
    known = Account.get_by_id(noor.id)
    assert (known.first_name, known.phone, known.email) == ("Noor", noor.phone, "noor@example.org")


def test_a_second_one_for_the_same_programme_is_a_double(db, clock):
    first, second, other = submit(), submit(), submit(programme="sijw")
    for enrolment in (first, second, other):
        confirm(enrolment)
    assert [fresh(e).status for e in (first, second, other)] == [
        EnrolmentStatus.CONFIRMED,
        EnrolmentStatus.DUPLICATE,
        EnrolmentStatus.CONFIRMED,
    ]
    assert fresh(second).enrolled_at is not None


def test_after_one_has_ended_a_new_one_for_the_programme_counts(db, clock):
    first = submit()
    confirm(first)
    actions.note(
        first, EventKind.CLOSED, actor=as_actor(Account.get()), now=portal_clock.now(),
        status=EnrolmentStatus.COMPLETED,
    )  # fmt: skip
    second = submit()
    confirm(second)
    assert fresh(second).status == EnrolmentStatus.CONFIRMED


def test_somebody_who_is_blocked_cannot_come_in_by_signing_up(people):
    Account.update(blocked_at=portal_clock.now()).where(Account.id == people.noor.id).execute()
    enrolment = submit(email=people.noor.email)
    with pytest.raises(LinkExpired):
        confirm(enrolment)
    assert (fresh(enrolment).status, fresh(enrolment).participant) == (EnrolmentStatus.SUBMITTED, None)


def test_a_link_lives_seven_days_also_when_the_worker_is_away(db, clock, mailbox):
    enrolment = submit()
    token = token_in(mailbox)
    clock.shift(timedelta(days=7, seconds=-1))
    assert queries.by_confirmation(token, portal_clock.now()).id == enrolment.id
    clock.shift(timedelta(seconds=1))
    with pytest.raises(ConfirmationGone):
        queries.by_confirmation(token, portal_clock.now())


def test_after_seven_days_what_nobody_confirmed_is_gone_without_a_trace(db, clock, memory):
    confirmed, forgotten = submit(email="ja@example.org"), submit()
    confirm(confirmed)
    clock.shift(timedelta(days=7, seconds=-1))
    jobs.erase_unconfirmed.call_local()
    assert Enrolment.select().count() == 2
    clock.shift(timedelta(seconds=1))
    assert actions.erase_unconfirmed(now=portal_clock.now()) == 1
    assert [row.id for row in Enrolment.select()] == [confirmed.id]
    for table in (EnrolmentTheme, Consent, EnrolmentEvent):
        assert table.select().where(table.enrolment == forgotten.id).count() == 0
    assert actions.erase_unconfirmed(now=portal_clock.now()) == 0


# -- the timeline


def test_a_note_may_move_the_status_and_says_when_and_by_whom(people):
    enrolment = factories.enrolment(people.noor)
    actor = as_actor(people.noor)
    actions.note(enrolment, EventKind.CONTACTED, actor=actor, now=portal_clock.now())
    assert fresh(enrolment).status == EnrolmentStatus.CONFIRMED
    actions.note(enrolment, EventKind.STATUS_SET, actor=actor, now=portal_clock.now(), status=EnrolmentStatus.WAITING)
    assert fresh(enrolment).status == EnrolmentStatus.WAITING
    newest = queries.timeline_of(enrolment)
    assert [(e.kind, e.status, e.actor_id) for e in newest] == [
        (EventKind.STATUS_SET, EnrolmentStatus.WAITING, people.noor.id),
        (EventKind.CONTACTED, None, people.noor.id),
    ]
