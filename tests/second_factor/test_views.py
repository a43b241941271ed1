"""The second step as coaches and staff see it; before it, they see nothing else."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
import segno

from portal import clock as portal_clock
from portal.access import PERMISSIONS, PUBLIC, Role, policy
from portal.accounts.models import BrowserSession
from portal.second_factor import rules
from portal.second_factor.models import Authenticator, RecoveryCode
from tests.page import BASE, Client, Page
from tests.words import dutch

GIVE, SET_UP, BEGIN = "/inloggen/tweede-stap", "/inloggen/tweede-stap/instellen", "/inloggen/tweede-stap/begin"
RENEW = "/mijn-inlog/herstelcodes"
STEP = timedelta(seconds=30)


def sign_in_by_mail(client: Client, account, mailbox) -> Page:
    """Through the mailed link, as far as that leads."""
    client.submit(client.get("/inloggen"), email=account.email)
    link = mailbox.last(account.email).link("/inloggen/link/")
    return client.submit(client.get(link), link)


def code_of_the_app(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(portal_clock.now().timestamp()) // 30 + steps)


def set_up(client: Client) -> tuple[str, list[str]]:
    """From the first page to the recovery codes; gives the secret of the app and the codes."""
    page = client.submit(client.get(SET_UP), BEGIN)
    secret = page.tree.find(".//strong[@class='code']").text.replace(" ", "")
    page = client.submit(page, SET_UP, code=code_of_the_app(secret))
    return secret, [item.text for item in page.tree.iter("li") if item.get("class") == "code"]


@pytest.fixture
def bram(client, people, mailbox) -> tuple[Client, str, list[str]]:
    """Bram with his app set up, signed in halfway in a fresh browser."""
    first = Client(client.app).sign_in(people.bram, second_step=False)
    secret, codes = set_up(first)
    client.sign_in(people.bram, second_step=False)
    return client, secret, codes


# -- setting up


def test_set_up_leads_from_the_mail_to_the_recovery_codes(client, people, mailbox):
    page = sign_in_by_mail(client, people.bram, mailbox)
    assert (page.url, page.h1) == (BASE + SET_UP, dutch("Set up your second step"))
    assert Authenticator.select().count() == 0, "looking makes no secret"
    page = client.submit(page, BEGIN)
    secret = page.tree.find(".//strong[@class='code']").text.replace(" ", "")
    assert len(secret) == 32
    assert client.get(SET_UP).tree.find(".//strong[@class='code']").text.replace(" ", "") == secret
    page = client.submit(page, SET_UP, code=code_of_the_app(secret))
    assert (page.status, page.h1) == (200, dutch("Keep these codes"))
    assert len([item for item in page.tree.iter("li") if item.get("class") == "code"]) == 10
    assert client.get("/mijn-inlog").status == 200


def test_set_up_shows_the_secret_as_a_picture_of_the_same_address(client, people):
    client.sign_in(people.bram, second_step=False)
    page = client.submit(client.get(SET_UP), BEGIN)
    secret = page.tree.find(".//strong[@class='code']").text.replace(" ", "")
    uri = rules.provisioning_uri(secret, name=people.bram.email)
    assert segno.make(uri).svg_inline(scale=5, border=2) in page.html
    assert parse_qs(urlsplit(uri).query)["secret"] == [secret]
    assert "bram@example.org" in unquote(uri)


@pytest.mark.parametrize("typed", ["", "000000", "abc", "x" * 31, "½½½½½½"])
def test_set_up_refuses_a_wrong_code_at_the_field_and_shows_the_same_secret(client, people, typed):
    client.sign_in(people.bram, second_step=False)
    page = client.submit(client.get(SET_UP), BEGIN)
    secret = Authenticator.get().secret
    page = client.submit(page, SET_UP, code=typed)
    assert (page.status, len(set(page.errors))) == (422, 1)
    assert rules.grouped(secret) in page.html
    assert client.get("/mijn-inlog").status == 303


def test_set_up_is_not_possible_twice(bram):
    client, secret, _ = bram
    fields = client.get(GIVE).form(GIVE).fields
    assert client.post(BEGIN, fields).status == 409
    page = client.post(SET_UP, {**fields, "code": code_of_the_app(secret, 1)})
    assert (page.status, page.location) == (303, GIVE)
    assert client.get("/mijn-inlog").location == GIVE


@pytest.mark.parametrize("path", [GIVE, SET_UP, "/mijn-inlog"])
def test_the_secret_is_never_shown_once_it_is_in_use(bram, path):
    """Else who has the mail would have both steps."""
    client, secret, _ = bram
    shown = [client.get(path), client.get(path, follow=True), client.get(path, htmx=True)]
    assert not [page for page in shown if secret in page.html.replace(" ", "")]
    assert client.get(SET_UP).location == GIVE


# -- giving the code


def test_give_lets_in_under_a_new_session(app, bram, clock):
    client, secret, _ = bram
    clock.shift(2 * STEP)
    before = client.cookies()["__Host-sessie"]
    page = client.submit(client.get(GIVE), GIVE, code=code_of_the_app(secret), follow=False)
    assert (page.status, page.location) == (303, "/begin")
    assert client.get("/mijn-inlog").status == 200
    thief = Client(app)
    thief.flask.set_cookie("__Host-sessie", before, domain="portal.example.org", secure=True)
    assert thief.get("/mijn-inlog").location == "/inloggen"


def test_give_goes_on_to_the_page_that_was_wanted(bram, clock):
    client, secret, _ = bram
    clock.shift(2 * STEP)
    assert client.get("/mijn-inlog?x=1").location == GIVE
    page = client.submit(client.get(GIVE), GIVE, code=code_of_the_app(secret), follow=False)
    assert page.location == "/mijn-inlog?x=1"


def test_give_refuses_a_code_that_was_used_in_another_browser(app, bram, people, clock):
    client, secret, _ = bram
    clock.shift(2 * STEP)
    code = code_of_the_app(secret)
    other = Client(app).sign_in(people.bram, second_step=False)
    assert other.submit(other.get(GIVE), GIVE, code=code, follow=False).status == 303
    page = client.submit(client.get(GIVE), GIVE, code=f"{code[:3]} {code[3:]}")
    assert page.status == 422
    assert set(page.errors) == {dutch("This code is not right. Wait for the next code in your app and try again.")}


def test_give_makes_wait_after_five_wrong_codes(bram, clock):
    client, secret, _ = bram
    clock.shift(2 * STEP)
    page = client.get(GIVE)
    right = {code_of_the_app(secret, steps) for steps in (-1, 0, 1)}
    wrong = next(code for code in ("000000", "111111", "222222", "333333") if code not in right)
    for _ in range(5):
        page = client.submit(page, GIVE, code=wrong)
        assert page.status == 422
    page = client.submit(page, GIVE, code=code_of_the_app(secret))
    assert page.status == 429
    assert set(page.errors) == {dutch("Too many wrong codes. Wait five minutes and try again.")}
    clock.shift(timedelta(minutes=5))
    assert client.submit(page, GIVE, code=code_of_the_app(secret), follow=False).status == 303


def test_give_takes_a_recovery_code_once(app, bram, people):
    client, _, codes = bram
    assert client.submit(client.get(GIVE), GIVE, code=codes[3].upper(), follow=False).status == 303
    other = Client(app).sign_in(people.bram, second_step=False)
    assert other.submit(other.get(GIVE), GIVE, code=codes[3]).status == 422


def test_give_by_htmx_gets_the_form(bram):
    client, _, _ = bram
    fields = client.get(GIVE).form(GIVE).fields
    page = client.post(GIVE, {**fields, "code": "1"}, htmx=True)
    assert (page.status, page.by_id("code_form") is not None, "<html" in page.html) == (422, True, False)


# -- recovery codes


def test_renew_codes_shows_how_many_are_left_and_needs_a_code(bram, clock):
    client, secret, codes = bram
    client.submit(client.get(GIVE), GIVE, code=codes[0])
    page = client.get(RENEW)
    assert re.search(r"\b9\b", page.text)
    assert client.submit(page, RENEW, code="000000").status == 422
    clock.shift(2 * STEP)
    page = client.submit(page, RENEW, code=code_of_the_app(secret))
    new = [item.text for item in page.tree.iter("li") if item.get("class") == "code"]
    assert len(new) == 10
    assert not set(new) & set(codes)
    assert RecoveryCode.select().where(RecoveryCode.used_at.is_null()).count() == 10


def test_recovery_codes_are_shown_once(bram):
    client, _, codes = bram
    client.submit(client.get(GIVE), GIVE, code=codes[0])
    for path in (RENEW, "/mijn-inlog", "/begin"):
        assert not [code for code in codes if code in client.get(path).html]


@pytest.mark.parametrize("path", [GIVE, SET_UP, RENEW])
def test_who_is_not_signed_in_is_asked_to(client, path):
    assert client.get(path).location == "/inloggen"


@pytest.mark.parametrize("path", [GIVE, SET_UP, RENEW])
def test_participants_have_no_second_step(client, people, path):
    client.sign_in(people.noor)
    assert client.get(path).status == 403


@pytest.mark.parametrize("path", [GIVE, SET_UP])
def test_after_the_second_step_there_is_none_to_give(client, people, path):
    client.sign_in(people.rik)
    assert client.get(path).status == 403


def test_begin_is_a_button_only(client, people):
    client.sign_in(people.rik, second_step=False)
    assert client.get(BEGIN).status == 405
    assert client.post(BEGIN).status == 400


# -- before the second step


def addresses(app) -> list[tuple[str, str, str]]:
    """Every route with its permission and an address in its shape."""
    return [
        (row["endpoint"], row["permission"], re.sub(r"<[^>]+>", "1", row["path"]))
        for row in policy(app)
        if row["permission"] != PUBLIC
    ]


@pytest.mark.parametrize(("who", "htmx"), [("bram", False), ("wilma", True), ("oscar", False)])
def test_staff_reach_no_page_before_the_second_step(app, client, people, who, htmx):
    client.sign_in(getattr(people, who), second_step=False)
    token = {"csrf_token": client.get(SET_UP).form(BEGIN).fields["csrf_token"][0]}
    reached = []
    for endpoint, permission, path in addresses(app):
        if Role.HALFWAY in PERMISSIONS[permission]:
            reached.append(endpoint)
            continue
        for page in (client.get(path, htmx=htmx), client.post(path, token, htmx=htmx)):
            if page.status == 405:
                continue
            where = page.response.headers.get("HX-Redirect" if htmx else "Location")
            assert (page.status, where) == (204 if htmx else 303, GIVE), f"{endpoint} {path}"
    assert sorted(reached) == ["accounts.sign_out", "second_factor.begin", "second_factor.give", "second_factor.set_up"]
    assert BrowserSession.select().count() == 1


def test_halfway_one_may_still_sign_out(client, people):
    client.sign_in(people.rik, second_step=False)
    client.submit(client.get("/uitloggen"), "/uitloggen")
    assert BrowserSession.select().count() == 0


def test_confirm_asks_for_a_code(client, people):
    page = client.sign_in(people.wilma).get("/mijn-inlog/bevestig")
    assert page.status == 200
    assert "hoogstens tien minuten" in page.text
