"""Inviting, asking for a link, using it once, and sessions that end."""

from datetime import timedelta
from itertools import count

import pytest

from portal import clock as portal_clock
from portal.access import PORTAL, Actor, Role
from portal.accounts import actions, jobs, queries, rules
from portal.accounts.models import Account, BrowserSession, Grant, Invitation, SignInRequest
from portal.audit import AuditEntry
from portal.db import database
from portal.errors import DomainError, NotFound, TooManyRequests
from portal.outbox import Mail, MailStatus
from portal.throttle import RateCounter
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.racing import at_once

BROWSER = "de browser van Noor 0123456789"
OTHER = "een andere browser 0123456789ab"


PLACES = count()


def ask(address: str, *, browser: str = BROWSER, client: str = "") -> None:
    """From a place of its own unless told otherwise."""
    client = client or f"place {next(PLACES)}"
    actions.request_sign_in(address=address, browser=browser, client=client, language="nl", now=portal_clock.now())


def by_link(mailbox, address: str, *, browser: str = BROWSER) -> Account:
    token = mailbox.last(address).link("/inloggen/link/").rpartition("/")[2]
    return actions.sign_in_by_link(token, browser=browser, now=portal_clock.now())


def code_in(letter) -> str:
    return next(word for word in letter.text.split() if word.isdigit() and len(word) == 6)


def by_code(code: str, *, browser: str = BROWSER, client: str = "192.0.2.1") -> Account:
    return actions.sign_in_by_code(code, browser=browser, client=client, now=portal_clock.now())


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def as_actor(account: Account) -> Actor:
    return Actor(account_id=account.id, roles=roles_of(account))


def roles_of(account: Account) -> set[Role]:
    return {grant.role for grant in Grant.select().where(Grant.account == account)}


# -- people


def test_nobody_is_there_at_the_beginning(db):
    assert (Account.select().count(), Grant.select().count(), Invitation.select().count()) == (0, 0, 0)


def test_a_role_given_twice_is_held_once(people):
    actions.grant(people.wilma, Role.REGION_ADMIN, TWENTE)
    actions.grant(people.wilma, Role.REGION_ADMIN, ZUID_LIMBURG)
    actions.grant(people.noor, Role.PARTICIPANT)
    held = [(g.account_id, g.region_id) for g in Grant.select().order_by(Grant.id)]
    assert held == [(people.wilma.id, TWENTE), (people.wilma.id, ZUID_LIMBURG), (people.noor.id, None)]


def test_who_comes_back_is_found_and_nothing_of_them_changes(people):
    known = people.noor
    found = actions.open_or_find_account(
        address="NOOR@example.org", first_name="Iemand", phone="+31600000000", language="en", now=portal_clock.now()
    )
    assert found.id == known.id
    fresh = Account.get_by_id(known.id)
    assert (fresh.first_name, fresh.email, fresh.phone, fresh.language) == (
        "Noor",
        "noor@example.org",
        known.phone,
        "nl",
    )


def test_two_who_come_at_once_get_one_account(db, clock):
    def come(number: int) -> int:
        return actions.open_or_find_account(
            address="nieuw@example.org", first_name=f"Nummer {number}", now=portal_clock.now()
        ).id

    assert len(set(at_once(come, times=8))) == 1
    assert Account.select().count() == 1


def test_who_is_blocked_does_not_come_back_under_a_link(people):
    Account.update(blocked_at=portal_clock.now()).where(Account.id == people.noor.id).execute()
    with pytest.raises(rules.LinkExpired):
        actions.open_or_find_account(address="noor@example.org", first_name="Noor", now=portal_clock.now())


# -- the link


def test_a_link_works_until_ten_minutes_have_passed(people, mailbox, clock):
    ask(people.noor.email)
    clock.shift(timedelta(seconds=599))
    assert by_link(mailbox, people.noor.email).id == people.noor.id


@pytest.mark.parametrize("seconds", [600, 601, 86400])
def test_a_link_does_not_work_after_ten_minutes(people, mailbox, clock, seconds):
    ask(people.noor.email)
    clock.shift(timedelta(seconds=seconds))
    with pytest.raises(rules.LinkExpired):
        by_link(mailbox, people.noor.email)
    with pytest.raises(rules.CodeExpired):
        by_code(code_in(mailbox.last(people.noor.email)))


def test_another_browser_is_refused_and_the_owner_still_can(people, mailbox):
    ask(people.noor.email)
    for _ in range(3):
        with pytest.raises(rules.OtherBrowser):
            by_link(mailbox, people.noor.email, browser=OTHER)
        with pytest.raises(rules.CodeExpired):
            by_code(code_in(mailbox.last(people.noor.email)), browser=OTHER)
    assert by_link(mailbox, people.noor.email).id == people.noor.id


def test_link_and_code_work_once_together(people, mailbox):
    ask(people.noor.email)
    letter = mailbox.last(people.noor.email)
    by_code(code_in(letter))
    with pytest.raises(rules.LinkExpired):
        by_link(mailbox, people.noor.email)
    with pytest.raises(rules.CodeExpired):
        by_code(code_in(letter))


def test_of_many_at_once_one_gets_in(people, mailbox):
    ask(people.noor.email)
    token = mailbox.last(people.noor.email).link("/inloggen/link/").rpartition("/")[2]

    def press(number: int) -> str:
        try:
            return actions.sign_in_by_link(token, browser=BROWSER, now=portal_clock.now()).first_name
        except rules.LinkExpired:
            return "expired"

    assert sorted(at_once(press, times=16)) == ["Noor"] + ["expired"] * 15
    assert AuditEntry.select().where(AuditEntry.event == "account.signed_in").count() == 1


def test_of_many_codes_at_once_one_gets_in(people, mailbox):
    ask(people.noor.email)
    code = code_in(mailbox.last(people.noor.email))
    heard = at_once(lambda number: answer_to(code, client=str(number)), times=5)
    assert heard.count("in") == 1
    assert set(heard) <= {"in", "LinkExpired", "CodeExpired"}


def test_guesses_at_once_are_five_and_no_more(people, mailbox):
    ask(people.noor.email)
    guess = wrong(code_in(mailbox.last(people.noor.email)))
    heard = at_once(lambda number: answer_to(guess, client=str(number)), times=12)
    assert sorted(heard) == ["CodeExpired"] * 7 + ["WrongCode"] * 5


@pytest.mark.parametrize("browser", [BROWSER, OTHER])
def test_a_newer_link_ends_the_older_one(people, mailbox, browser):
    ask(people.noor.email)
    old = mailbox.last(people.noor.email)
    ask(people.noor.email.upper(), browser=browser)
    with pytest.raises(rules.LinkExpired):
        actions.sign_in_by_link(old.link("/inloggen/link/").rpartition("/")[2], browser=BROWSER, now=portal_clock.now())
    with pytest.raises((rules.CodeExpired, rules.WrongCode)):
        by_code(code_in(old))
    assert by_link(mailbox, people.noor.email, browser=browser).id == people.noor.id


def test_a_link_for_another_address_ends_nothing(people, mailbox):
    ask(people.noor.email)
    ask(people.rik.email)
    assert by_link(mailbox, people.noor.email).id == people.noor.id


def test_five_wrong_codes_end_link_and_code(people, mailbox):
    ask(people.noor.email)
    letter = mailbox.last(people.noor.email)
    for _ in range(5):
        with pytest.raises(rules.WrongCode):
            by_code(wrong(code_in(letter)))
    with pytest.raises(rules.CodeExpired):
        by_code(code_in(letter))
    with pytest.raises(rules.LinkExpired):
        by_link(mailbox, people.noor.email)


def test_after_four_wrong_codes_the_right_one_works(people, mailbox):
    ask(people.noor.email)
    letter = mailbox.last(people.noor.email)
    for _ in range(4):
        with pytest.raises(rules.WrongCode):
            by_code(wrong(code_in(letter)))
    assert by_code(code_in(letter)).id == people.noor.id


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "x" * 20, "123456\x00"])
def test_what_is_no_code_is_wrong(people, mailbox, typed):
    ask(people.noor.email)
    with pytest.raises(rules.WrongCode):
        by_code(typed)


def test_a_link_to_somebody_who_was_blocked_since_does_not_work(people, mailbox):
    ask(people.noor.email)
    Account.update(blocked_at=portal_clock.now()).execute()
    with pytest.raises(rules.LinkExpired):
        by_link(mailbox, people.noor.email)
    with pytest.raises(rules.LinkExpired):
        by_code(code_in(mailbox.last(people.noor.email)))
    assert SignInRequest.get().ended_at is None, "nothing was used"


def test_the_link_goes_to_the_address_we_know_and_not_to_how_it_was_typed(people, mailbox):
    _ = people.noor
    ask("NOOR@Example.org")
    assert [letter.to for letter in mailbox] == ["noor@example.org"]


# -- nobody learns who is here


def statements(work) -> list[str]:
    """The SQL that this takes."""
    done: list[str] = []

    def note(event) -> None:
        done.append(event.sql)

    database.query_hooks.append(note)
    work()
    database.query_hooks.remove(note)
    return done


def test_an_unknown_address_costs_the_same_work_and_gets_nothing(people):
    addresses = [people.noor.email, "nobody@example.org", people.rik.email]
    Account.update(blocked_at=portal_clock.now()).where(Account.id == people.rik.id).execute()
    known, unknown, blocked = [statements(lambda address=address: ask(address)) for address in addresses]
    assert known == unknown == blocked
    assert [(mail.status, mail.recipient) for mail in Mail.select().order_by(Mail.id)] == [
        (MailStatus.WAITING, "noor@example.org"),
        (MailStatus.UNADDRESSED, "nobody@example.org"),
        (MailStatus.UNADDRESSED, "rik@example.org"),
    ]


@pytest.mark.parametrize("address", ["noor@example.org", "nobody@example.org"])
def test_codes_typed_for_a_known_and_an_unknown_address_are_answered_alike(people, address):
    """Also when somebody asks for a link for the same address from a second browser."""
    _ = people.noor
    ask(address)
    heard = [answer_to("000000") for _ in range(2)]
    ask(address, browser=OTHER)
    heard += [answer_to("000000")] + [answer_to("000000", browser=OTHER) for _ in range(6)]
    assert heard == ["WrongCode"] * 2 + ["CodeExpired"] + ["WrongCode"] * 5 + ["CodeExpired"]


def answer_to(code: str, *, browser: str = BROWSER, client: str = "") -> str:
    """'in', or the name of the refusal; from a place of its own unless told otherwise."""
    try:
        by_code(code, browser=browser, client=client or f"place {next(PLACES)}")
    except DomainError as error:
        return type(error).__name__
    return "in"


def everything_readable() -> str:
    """Every value of every row of the tables of this feature, the outbox and the audit log."""
    tables = [Account, SignInRequest, Invitation, BrowserSession, Mail, AuditEntry, RateCounter]
    rows = [row for table in tables for row in table.select().tuples()]
    return " ".join(bytes(v).hex() if isinstance(v, bytes | memoryview) else str(v) for row in rows for v in row)


def test_no_token_and_no_code_can_be_read_in_the_database(people, mailbox):
    ask(people.noor.email)
    letter = mailbox.last(people.noor.email)
    actions.invite(PORTAL, address="nieuw@example.org", role=Role.COACH, regions=[TWENTE], now=portal_clock.now())
    printed = actions.make_helpdesk_link(people.rik.email, now=portal_clock.now())
    session = actions.begin_session(people.fay, browser="test", now=portal_clock.now())
    secrets = [
        letter.link("/inloggen/link/").rpartition("/")[2],
        mailbox.last("nieuw@example.org").link("/uitnodiging/").rpartition("/")[2],
        printed.rpartition("/")[2],
        session,
    ]
    stored = everything_readable()
    assert [secret for secret in secrets if secret in stored or secret.encode().hex() in stored] == []
    assert f" {code_in(letter)} " not in f" {stored} "
    assert {len(secret) for secret in secrets} == {43}


# -- limits


def sent_to(address: str) -> int:
    return sum(1 for mail in Mail.select() if mail.recipient == address and mail.status == MailStatus.WAITING)


def test_five_links_an_hour_for_one_mailbox_under_any_spelling(people, clock):
    noor, plus = people.noor, factories.account("Plus", Role.PARTICIPANT, address="noor+werk@example.org")
    for address in ["noor@example.org", "Noor@Example.org", plus.email, "NOOR@example.org"] * 3:
        ask(address)
    assert sent_to(noor.email) + sent_to(plus.email) == 5
    clock.shift(timedelta(hours=1))
    ask(noor.email)
    assert sent_to(noor.email) + sent_to(plus.email) == 6


def test_a_limit_on_one_mailbox_does_not_touch_another(people):
    for _ in range(8):
        ask(people.noor.email)
    ask(people.rik.email)
    assert sent_to(people.rik.email) == 1


def test_five_links_from_one_place_in_fifteen_minutes(people, clock):
    for number in range(5):
        ask(f"{number}@example.org", client="192.0.2.1")
    with pytest.raises(TooManyRequests) as caught:
        ask(people.noor.email, client="192.0.2.1")
    assert caught.value.retry_after == 900
    ask(people.noor.email, client="192.0.2.2")
    clock.shift(timedelta(minutes=15))
    ask(people.noor.email, client="192.0.2.1")


def test_limits_are_exact_when_many_ask_at_once(people):
    _ = people.noor
    at_once(lambda number: ask("noor@example.org", browser=f"{BROWSER}{number}", client=str(number)), times=12)
    assert sent_to("noor@example.org") == 5


def test_codes_are_limited_per_place_too(people):
    for _ in range(7):
        with pytest.raises(rules.CodeExpired):
            by_code("123456")
    with pytest.raises(TooManyRequests):
        by_code("123456")
    with pytest.raises(rules.CodeExpired):
        by_code("123456", client="192.0.2.2")


# -- the helpdesk's link


def test_a_printed_link_belongs_to_the_first_browser_that_presses_the_button(people):
    noor = people.noor
    token = actions.make_helpdesk_link("NOOR@example.org", now=portal_clock.now()).rpartition("/")[2]
    assert actions.sign_in_by_link(token, browser=OTHER, now=portal_clock.now()).id == noor.id
    with pytest.raises(rules.LinkExpired):
        actions.sign_in_by_link(token, browser=BROWSER, now=portal_clock.now())
    events = [(e.event, e.actor_id, e.subject_id) for e in AuditEntry.select().order_by(AuditEntry.id)]
    assert events == [
        ("account.link_printed", None, people.noor.id),
        ("account.signed_in", people.noor.id, people.noor.id),
    ]


def test_for_nobody_no_link_is_printed(people):
    Account.update(blocked_at=portal_clock.now()).where(Account.id == people.rik.id).execute()
    assert actions.make_helpdesk_link("nobody@example.org", now=portal_clock.now()) is None
    assert actions.make_helpdesk_link(people.rik.email, now=portal_clock.now()) is None
    assert SignInRequest.select().count() == 0


def test_a_printed_link_lives_ten_minutes_and_ends_the_mailed_one(people, mailbox, clock):
    ask(people.noor.email)
    printed = actions.make_helpdesk_link(people.noor.email, now=portal_clock.now()).rpartition("/")[2]
    with pytest.raises(rules.LinkExpired):
        by_link(mailbox, people.noor.email)
    clock.shift(timedelta(minutes=10))
    with pytest.raises(rules.LinkExpired):
        actions.sign_in_by_link(printed, browser=BROWSER, now=portal_clock.now())


# -- invitations


def invite(address="nieuw@example.org", *, role=Role.REGION_STAFF, regions=(TWENTE,), by=PORTAL) -> None:
    actions.invite(by, address=address, role=role, regions=list(regions), now=portal_clock.now())


def invitation_token(mailbox, address="nieuw@example.org") -> str:
    return mailbox.last(address).link("/uitnodiging/").rpartition("/")[2]


def accept(token: str, first_name: str = "Nieuw") -> Account:
    return actions.accept_invitation(token, first_name=first_name, last_name="Iemand", now=portal_clock.now())


def test_who_accepts_an_invitation_has_the_role_in_those_regions(people, mailbox):
    invite(regions=[ZUID_LIMBURG, TWENTE, TWENTE], by=as_actor(people.wilma))
    account = accept(invitation_token(mailbox))
    assert (account.email, account.first_name) == ("nieuw@example.org", "Nieuw")
    held = [(g.role, g.region_id) for g in Grant.select().where(Grant.account == account).order_by(Grant.region)]
    assert held == [(Role.REGION_STAFF, TWENTE), (Role.REGION_STAFF, ZUID_LIMBURG)]
    events = [(e.event, e.actor_id, e.detail) for e in AuditEntry.select().order_by(AuditEntry.id)]
    assert events == [
        ("account.invited", people.wilma.id, "region_staff"),
        ("account.invitation_accepted", account.id, "region_staff"),
    ]


def test_who_was_here_already_gets_the_role_too_and_keeps_the_name(people, mailbox):
    noor = people.noor
    invite("NOOR@example.org")
    session = actions.begin_session(noor, browser="test", now=portal_clock.now())
    account = accept(invitation_token(mailbox, "NOOR@example.org"))
    assert account.id == people.noor.id
    assert Account.get_by_id(account.id).first_name == "Noor"
    assert roles_of(account) == {Role.PARTICIPANT, Role.REGION_STAFF}
    assert queries.signed_in(session, portal_clock.now()) is None, "the old session does not have the new role"


def test_an_invitation_is_taken_once_also_by_many_at_once(people, mailbox):
    invite()
    token = invitation_token(mailbox)

    def press(number: int) -> str:
        try:
            return accept(token, f"Nummer {number}").email
        except rules.LinkExpired:
            return "expired"

    assert sorted(at_once(press, times=8)) == ["expired"] * 7 + ["nieuw@example.org"]
    assert Account.select().count() == 1


def test_an_invitation_lives_seven_days(people, mailbox, clock):
    invite()
    token = invitation_token(mailbox)
    clock.shift(timedelta(days=7, seconds=-1))
    assert queries.open_invitation(token, portal_clock.now()).role == Role.REGION_STAFF
    clock.shift(timedelta(seconds=1))
    with pytest.raises(rules.LinkExpired):
        accept(token)


def test_a_newer_invitation_for_the_role_ends_the_older_one(people, mailbox):
    invite()
    old = invitation_token(mailbox)
    invite("Nieuw@example.org")
    with pytest.raises(rules.LinkExpired):
        accept(old)
    assert accept(invitation_token(mailbox, "Nieuw@example.org")).email == "Nieuw@example.org"


def test_invitations_for_two_roles_live_side_by_side(people, mailbox):
    invite()
    staff = invitation_token(mailbox)
    invite(role=Role.NATIONAL, regions=[])
    accept(invitation_token(mailbox))
    assert roles_of(accept(staff)) == {Role.NATIONAL, Role.REGION_STAFF}


def test_an_invitation_to_somebody_who_is_blocked_does_not_work(people, mailbox):
    invite(people.noor.email)
    Account.update(blocked_at=portal_clock.now()).execute()
    with pytest.raises(rules.LinkExpired):
        accept(invitation_token(mailbox, people.noor.email))
    assert Invitation.get().accepted_at is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"address": "geen adres"}, rules.NotAnAddress), ({"regions": []}, rules.RegionMissing)],
)
def test_an_invitation_that_makes_no_sense_is_not_written(people, changes, error):
    with pytest.raises(error):
        invite(**changes)
    assert (Invitation.select().count(), Mail.select().count()) == (0, 0)


# -- sessions


def test_a_session_is_known_by_its_token_only(people, clock):
    token = actions.begin_session(people.noor, browser="Firefox " + "x" * 300, now=portal_clock.now())
    signed_in = queries.signed_in(token, portal_clock.now())
    assert (signed_in.account.id, signed_in.roles, signed_in.actor.name) == (
        people.noor.id,
        {Role.PARTICIPANT},
        "Noor de Vries",
    )
    assert queries.signed_in(token + "x", portal_clock.now()) is None
    assert queries.signed_in(BrowserSession.get().token_hash, portal_clock.now()) is None


def test_who_is_signed_in_is_one_query(people):
    token = actions.begin_session(people.wilma, browser="", now=portal_clock.now())
    actions.grant(people.wilma, Role.REGION_STAFF, ZUID_LIMBURG)
    counted: list[object] = []
    database.query_hooks.append(counted.append)
    signed_in = queries.signed_in(token, portal_clock.now())
    database.query_hooks.remove(counted.append)
    assert len(counted) == 1
    assert signed_in.regions == {TWENTE, ZUID_LIMBURG}


def test_before_the_second_step_nobody_has_a_role_or_region(people):
    token = actions.begin_session(people.wilma, browser="", now=portal_clock.now())
    halfway = queries.signed_in(token, portal_clock.now())
    assert (halfway.actor.roles, halfway.actor.regions) == ({Role.HALFWAY}, frozenset())
    renewed = actions.renew_session(halfway.session, now=portal_clock.now())
    assert queries.signed_in(token, portal_clock.now()) is None
    assert queries.signed_in(renewed, portal_clock.now()).actor.regions == {TWENTE}


def test_a_region_of_another_role_is_no_region_of_ours(people):
    token = actions.begin_session(people.bram, browser="", now=portal_clock.now(), second_factor_at=portal_clock.now())
    assert queries.signed_in(token, portal_clock.now()).actor.regions == frozenset()


@pytest.mark.parametrize("what", ["block", "take_away", "end"])
def test_a_session_ends_at_once(people, what):
    token = actions.begin_session(people.noor, browser="", now=portal_clock.now())
    if what == "block":
        Account.update(blocked_at=portal_clock.now()).execute()
    elif what == "take_away":
        actions.take_away(people.noor, Role.PARTICIPANT)
    else:
        actions.end_session(token)
    assert queries.signed_in(token, portal_clock.now()) is None


def test_being_there_is_noted_at_most_once_a_minute(people, clock):
    token = actions.begin_session(people.noor, browser="", now=portal_clock.now())
    begun = portal_clock.now()
    for seconds, seen in [(30, begun), (60, begun), (61, begun + timedelta(seconds=61))]:
        clock.move_to(begun + timedelta(seconds=seconds))
        actions.touch_session(queries.signed_in(token, portal_clock.now()).session, now=portal_clock.now())
        assert BrowserSession.get().last_seen_at == seen


def test_the_list_shows_living_sessions_of_oneself_newest_first(people, clock):
    actions.begin_session(people.noor, browser="oud", now=portal_clock.now())
    clock.shift(timedelta(hours=1))
    actions.begin_session(people.noor, browser="nieuw", now=portal_clock.now())
    actions.begin_session(people.rik, browser="van Rik", now=portal_clock.now())
    listed = queries.sessions_of(as_actor(people.noor), portal_clock.now())
    assert [session.browser for session in listed] == ["nieuw", "oud"]
    clock.shift(timedelta(hours=1, seconds=1))
    listed = queries.sessions_of(as_actor(people.noor), portal_clock.now())
    assert [session.browser for session in listed] == ["nieuw"]


def test_nobody_ends_a_session_of_somebody_else(people):
    actions.begin_session(people.rik, browser="", now=portal_clock.now())
    for public_id in (BrowserSession.get().public_id, "onbekend"):
        with pytest.raises(NotFound):
            actions.end_one_session(as_actor(people.noor), public_id)
    assert BrowserSession.select().count() == 1


def test_signing_out_everywhere_ends_links_in_the_mail_too(people, mailbox):
    ask(people.noor.email)
    for account in (people.noor, people.noor, people.rik):
        actions.begin_session(account, browser="", now=portal_clock.now())
    actions.end_all_sessions(as_actor(people.noor))
    assert [session.account_id for session in BrowserSession.select()] == [people.rik.id]
    with pytest.raises(rules.LinkExpired):
        by_link(mailbox, people.noor.email)


def test_what_ended_is_forgotten_by_the_clock(people, clock):
    ask(people.noor.email)
    actions.begin_session(people.noor, browser="", now=portal_clock.now())
    clock.shift(timedelta(hours=11))
    jobs.forget_what_ended.call_local()
    assert (BrowserSession.select().count(), SignInRequest.select().count()) == (1, 1)
    clock.shift(timedelta(hours=1, seconds=1))
    jobs.forget_what_ended.call_local()
    assert (BrowserSession.select().count(), RateCounter.select().count()) == (0, 0)
    clock.shift(timedelta(days=7))
    jobs.forget_what_ended.call_local()
    assert SignInRequest.select().count() == 0


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge (Windows)"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Safari/604.1", "Safari (iPhone)"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome (Android)"),
        ("", "Browser"),
    ],
)
def test_a_browser_has_a_name_that_its_owner_knows(agent, name):
    assert BrowserSession(browser=agent).browser_name == name
