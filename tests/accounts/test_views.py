"""Signing in by link and code, invitations, and one's own sessions, as a browser sees it."""

import re
from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.access import PORTAL, Role
from portal.accounts import actions, rules
from portal.accounts.models import Account, BrowserSession, Invitation, SignInRequest
from portal.audit import AuditEntry
from portal.enrolments.models import Enrolment
from portal.outbox import Mail
from tests.factories import TWENTE
from tests.page import BASE, Client, Page
from tests.racing import at_once
from tests.words import dutch

OTHER_BROWSER = (
    "This link belongs to another browser. Go back to the page where you asked for it, and type the code there."
)
SCANNERS = [
    {},
    {"User-Agent": "Mozilla/5.0 (compatible; MSIE 9.0) SafeLinks"},
    {"User-Agent": "Barracuda Sentinel (EE)", "Purpose": "prefetch", "Sec-Purpose": "prefetch"},
    {"HX-Request": "true"},
]


def ask_for_link(client: Client, address: str) -> Page:
    return client.submit(client.get("/inloggen"), email=address)


def link_for(mailbox, address: str) -> str:
    return mailbox.last(address).link("/inloggen/link/")


def code_for(mailbox, address: str) -> str:
    return re.search(r"\b\d{6}\b", mailbox.last(address).text).group()


def press(client: Client, link: str) -> Page:
    return client.submit(client.get(link), link, follow=False)


def signed_in(client: Client) -> bool:
    return client.get("/mijn-inlog").status == 200


# -- asking for a link


def test_sign_in_asks_for_an_address_and_no_password(client):
    page = client.get("/inloggen")
    assert (page.status, page.h1) == (200, dutch("Sign in"))
    assert set(page.form("/inloggen").fields) == {"csrf_token", "email"}


@pytest.mark.parametrize("typed", ["", "   ", "noor", "noor@", "noor@example.org\r\nBcc: x@example.org", "x" * 300])
def test_sign_in_refuses_what_is_no_address_at_the_field(client, typed):
    page = client.submit(client.get("/inloggen"), email=typed)
    assert page.status == 422
    assert len(set(page.errors)) == 1
    assert page.by_id("email").get("aria-invalid") == "true"
    assert Mail.select().count() == 0


def test_sign_in_by_htmx_gets_the_form_or_where_to_go(client, people):
    fields = client.get("/inloggen").form("/inloggen").fields
    wrong = client.post("/inloggen", {**fields, "email": "noor"}, htmx=True)
    assert (wrong.status, wrong.by_id("sign_in_form") is not None, "<html" in wrong.html) == (422, True, False)
    right = client.post("/inloggen", {**fields, "email": people.noor.email}, htmx=True)
    assert (right.status, right.response.headers["HX-Redirect"]) == (204, "/inloggen/code")


def seen(page: Page) -> tuple:
    """All that an answer tells: status, headers, cookies by name, and the page without its token."""
    headers = {k: v for k, v in page.response.headers.items() if k not in ("X-Request-ID", "Set-Cookie")}
    cookies = [re.sub(r"=[^;]+;", "=…;", line, count=1) for line in page.response.headers.getlist("Set-Cookie")]
    return page.status, headers, cookies, re.sub(r'name="csrf_token" value="[^"]+"', "", page.html)


@pytest.mark.parametrize("htmx", [False, True])
def test_nobody_learns_from_the_answer_whether_an_address_is_known(app, client, people, htmx):
    _ = people.noor
    Account.update(blocked_at=portal_clock.now()).where(Account.id == people.rik.id).execute()
    told = []
    for address in ("noor@example.org", "nobody@example.org", "rik@example.org", "NOOR@example.org"):
        browser = Client(app)
        form = browser.get("/inloggen").form("/inloggen").fields
        answer = browser.post("/inloggen", {**form, "email": address}, htmx=htmx)
        told.append((seen(answer), browser.queries, seen(browser.get("/inloggen/code"))))
    assert told[1:] == [told[0]] * 3


def test_the_answer_stays_the_same_over_the_limit(app, client, people, mailbox, monkeypatch):
    monkeypatch.setattr(actions, "LINKS_PER_CLIENT", "100/hour")  # This is about the limit of the address.
    told = []
    for _ in range(7):
        browser = Client(app)
        told.append(seen(browser.submit(browser.get("/inloggen"), email=people.noor.email, follow=False)))
    assert told[1:] == [told[0]] * 6
    assert len(mailbox.to(people.noor.email)) == 5


def test_too_many_from_one_place_hear_when_they_may_come_back(app, client, people, clock):
    for number in range(5):
        assert ask_for_link(Client(app), f"{number}@example.org").status == 200
    page = ask_for_link(client, people.noor.email)
    assert (page.status, page.h1) == (429, dutch("You tried this too often"))
    assert page.response.headers["Retry-After"] == "900"
    assert "Wacht 15 minuten en probeer het opnieuw." in page.text
    clock.shift(timedelta(minutes=14, seconds=30))
    assert "Wacht 1 minuut en probeer het opnieuw." in ask_for_link(client, people.noor.email).text
    clock.shift(timedelta(seconds=31))
    assert ask_for_link(client, people.noor.email).status == 200


def test_another_address_in_front_is_not_another_place(app, client):
    for number in range(5):
        form = client.get("/inloggen").form("/inloggen").fields
        told = {"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}", "Forwarded": f"for={number}"}
        assert client.post("/inloggen", {**form, "email": "x@example.org"}, headers=told).status == 303
    assert client.submit(client.get("/inloggen"), email="x@example.org").status == 429


# -- the link


def test_sign_in_link_works_once_in_the_browser_that_asked(client, people, mailbox):
    noor = people.noor
    page = ask_for_link(client, noor.email)
    assert page.url.endswith("/inloggen/code")
    link = link_for(mailbox, noor.email)
    page = press(client, link)
    assert (page.status, page.location) == (303, "/begin")
    assert BrowserSession.select().count() == 1
    assert press(client, link).status == 410


@pytest.mark.parametrize("headers", SCANNERS)
def test_link_is_not_used_by_looking(app, client, people, mailbox, headers):
    ask_for_link(client, people.noor.email)
    link = link_for(mailbox, people.noor.email)
    before = SignInRequest.get().__data__
    for _ in range(20):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = app.test_client().open(link, method=method, headers=headers, base_url=BASE)
            assert answer.status_code == 200
        assert client.get(link, headers=headers).status == 200
    assert SignInRequest.get().__data__ == before
    assert BrowserSession.select().count() == 0
    assert press(client, link).status == 303


def test_link_does_nothing_by_itself_and_leaves_no_trace(client, people, mailbox):
    ask_for_link(client, people.noor.email)
    page = client.get(link_for(mailbox, people.noor.email))
    assert not re.search(r"http-equiv|hx-trigger|onload|autofocus", page.html)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"


def test_link_of_somebody_else_is_refused_and_stays_theirs(app, client, people, mailbox):
    ask_for_link(client, people.noor.email)
    link = link_for(mailbox, people.noor.email)
    stranger = Client(app)
    ask_for_link(stranger, "stranger@example.org")
    for browser in (Client(app), stranger):
        page = press(browser, link)
        assert page.status == 409
        assert dutch(OTHER_BROWSER) in page.text
        assert not signed_in(browser)
    assert press(client, link).status == 303


@pytest.mark.both_engines
def test_of_many_presses_in_one_browser_one_signs_in(client, people, mailbox):
    ask_for_link(client, people.noor.email)
    link = link_for(mailbox, people.noor.email)
    page = client.get(link)
    answers = at_once(lambda number: client.submit(page, link, follow=False).status, times=12)
    assert sorted(answers) == [303] + [410] * 11
    assert BrowserSession.select().count() == 1


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (601, 410)])
def test_link_lives_ten_minutes(client, people, mailbox, clock, seconds, status):
    ask_for_link(client, people.noor.email)
    clock.shift(timedelta(seconds=seconds))
    assert press(client, link_for(mailbox, people.noor.email)).status == status


def test_link_that_is_newer_ends_the_older_one(client, people, mailbox):
    ask_for_link(client, people.noor.email)
    old = link_for(mailbox, people.noor.email)
    ask_for_link(client, people.noor.email)
    assert press(client, old).status == 410
    assert press(client, link_for(mailbox, people.noor.email)).status == 303


def test_link_of_somebody_who_is_blocked_since_does_not_work(client, people, mailbox):
    ask_for_link(client, people.noor.email)
    Account.update(blocked_at=portal_clock.now()).execute()
    assert press(client, link_for(mailbox, people.noor.email)).status == 410
    assert not signed_in(client)


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 5000, "%F0%9F%98%80", "-1", "٣", "' OR 1=1 --"])
def test_link_that_is_made_up_does_not_work(client, token):
    assert press(client, f"/inloggen/link/{token}").status == 410


def test_tokens_fit_one_purpose_only(client, people, mailbox):
    ask_for_link(client, people.noor.email)
    actions.invite(PORTAL, address="nieuw@example.org", role=Role.COACH, regions=[TWENTE], now=portal_clock.now())
    client.submit(client.get("/aanmelden"), postcode="7511")
    page = client.submit(client.get("/aanmelden/situatie"), work_situation="in_care")
    page = client.submit(client.submit(page, button=dutch("Rather not? Skip this step.")), button=dutch("Go on"),
                         first_name="Fatima", email="fatima@example.org")  # fmt: skip
    client.submit(page, read_privacy="y")
    tokens = {
        "/inloggen/link/": link_for(mailbox, people.noor.email),
        "/uitnodiging/": mailbox.last("nieuw@example.org").link("/uitnodiging/"),
        "/aanmelden/bevestig/": mailbox.last("fatima@example.org").link("/aanmelden/bevestig/"),
    }
    csrf = client.get("/inloggen").form("/inloggen").fields["csrf_token"][0]
    filled_in = {"csrf_token": csrf, "first_name": "X", "last_name": "Y"}
    for purpose in tokens:
        for other, path in tokens.items():
            if purpose != other:
                swapped = purpose + path.rpartition("/")[2]
                assert client.post(swapped, filled_in).status == 410, swapped
                assert client.get(f"/evaluatie/{path.rpartition('/')[2]}").status in (404, 410)
    assert BrowserSession.select().count() == 0
    assert Invitation.get().accepted_at is None
    assert Enrolment.get().status == "submitted"
    assert press(client, tokens["/inloggen/link/"]).status == 303


def test_a_link_that_ended_leads_to_a_new_one(client):
    page = client.get("/inloggen")
    page = client.post("/inloggen/link/abc", page.form("/inloggen").fields)
    assert (page.status, page.h1) == (410, dutch("This link does not work any more"))
    assert page.link(dutch("Send me a new link")) == "/inloggen"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"


# -- the code


def test_code_signs_in_the_browser_that_asked(client, people, mailbox):
    page = ask_for_link(client, people.noor.email)
    code = code_for(mailbox, people.noor.email)
    page = client.submit(page, code=f"{code[:3]} {code[3:]}", follow=False)
    assert (page.status, page.location) == (303, "/begin")
    assert signed_in(client)


def test_code_of_the_mail_does_nothing_in_another_browser(app, client, people, mailbox):
    ask_for_link(client, people.noor.email)
    other = Client(app)
    page = other.submit(other.get("/inloggen/code"), code=code_for(mailbox, people.noor.email))
    assert (page.status, signed_in(other)) == (422, False)
    assert client.submit(client.get("/inloggen/code"), code=code_for(mailbox, people.noor.email)).status == 200


def test_code_that_is_wrong_is_said_at_the_field_and_five_times_is_the_end(client, people, mailbox):
    page = ask_for_link(client, people.noor.email)
    code = code_for(mailbox, people.noor.email)
    for _ in range(5):
        page = client.submit(page, code="000000" if code != "000000" else "111111")
        assert page.status == 422
        assert set(page.errors) == {dutch("This code is not right. Look at the newest mail and try again.")}
    page = client.submit(page, code=code)
    assert set(page.errors) == {dutch("This code does not work any more. Ask for a new one.")}
    assert press(client, link_for(mailbox, people.noor.email)).status == 410


@pytest.mark.parametrize("typed", ["", "  ", "x" * 21, "½", "\x00\x00\x00"])
def test_code_refuses_what_is_none(client, people, typed):
    assert client.submit(ask_for_link(client, people.noor.email), code=typed).status == 422


# -- sessions


def test_signing_in_gives_a_new_session_and_forgets_the_planted_one(app, client, people, mailbox):
    ask_for_link(client, people.noor.email)
    before = client.cookies()["__Host-sessie"]
    press(client, link_for(mailbox, people.noor.email))
    after = client.cookies()["__Host-sessie"]
    assert before != after
    thief = Client(app)
    thief.flask.set_cookie("__Host-sessie", before, domain="portal.example.org", secure=True)
    assert (signed_in(thief), signed_in(client)) == (False, True)


def test_signing_in_again_ends_the_session_before(app, client, people, mailbox):
    client.sign_in(people.rik)
    old = client.cookies()["__Host-sessie"]
    ask_for_link(client, people.noor.email)
    press(client, link_for(mailbox, people.noor.email))
    assert [session.account_id for session in BrowserSession.select()] == [people.noor.id]
    thief = Client(app)
    thief.flask.set_cookie("__Host-sessie", old, domain="portal.example.org", secure=True)
    assert not signed_in(thief)


@pytest.mark.parametrize("where", ["/uitloggen", "/mijn-inlog/overal-uit"])
def test_signing_out_ends_the_session_also_for_who_kept_the_cookie(app, client, people, where):
    client.sign_in(people.noor)
    page = client.get("/uitloggen" if where == "/uitloggen" else "/mijn-inlog")
    cookie = client.cookies()["__Host-sessie"]
    page = client.submit(page, where, follow=False)
    assert (page.status, page.location) == (303, "/uitgelogd")
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.follow(page).h1 == dutch("You are signed out")
    replay = Client(app)
    replay.flask.set_cookie("__Host-sessie", cookie, domain="portal.example.org", secure=True)
    again = replay.get("/mijn-inlog")
    assert (again.status, again.location) == (303, "/inloggen")
    assert BrowserSession.select().count() == 0


def test_signing_out_needs_a_button_of_our_own(client, people):
    client.sign_in(people.noor)
    assert client.post("/uitloggen").status == 400
    assert client.get("/mijn-inlog/overal-uit").status == 405
    assert signed_in(client)


def test_signing_out_with_htmx_reloads_the_whole_page(client, people):
    client.sign_in(people.noor)
    page = client.submit(client.get("/uitloggen"), "/uitloggen", htmx=True, follow=False)
    assert (page.status, page.response.headers["HX-Redirect"]) == (204, "/uitgelogd")


def test_signed_out_is_a_page_for_everybody(client, people):
    page = client.get("/uitgelogd")
    assert (page.status, page.h1) == (200, dutch("You are signed out"))
    assert client.sign_in(people.noor).get("/uitgelogd").status == 200
    assert signed_in(client), "the page itself signs nobody out"


@pytest.mark.parametrize(("role", "minutes"), [("noor", 120), ("rik", 30)])
def test_a_session_ends_when_nobody_is_there(client, people, clock, role, minutes):
    client.sign_in(getattr(people, role))
    clock.shift(timedelta(minutes=minutes))
    assert signed_in(client)
    clock.shift(timedelta(minutes=minutes, seconds=61))
    page = client.get("/mijn-inlog")
    assert (page.status, page.location) == (303, "/inloggen")


def test_a_session_ends_after_twelve_hours_also_for_who_is_busy(client, people, clock):
    client.sign_in(people.noor)
    for _ in range(12):
        clock.shift(timedelta(hours=1))
        assert signed_in(client)
    clock.shift(timedelta(seconds=1))
    assert not signed_in(client)


@pytest.mark.parametrize("change", ["block", "role"])
def test_who_is_blocked_or_loses_a_role_is_out_at_the_next_page(client, people, change):
    client.sign_in(people.rik)
    assert signed_in(client)
    if change == "block":
        Account.update(blocked_at=portal_clock.now()).execute()
    else:
        actions.take_away(people.rik, Role.NATIONAL)
    assert not signed_in(client)
    assert client.get("/", follow=True).status == 200


def test_sessions_are_listed_and_can_be_ended_one_by_one(app, client, people):
    phone = Client(app).sign_in(people.noor)
    client.sign_in(people.noor)
    page = client.get("/mijn-inlog")
    assert page.text.count(dutch("This browser")) == 1
    (form,) = [form for form in page.forms if form.action.endswith("/beeindig")]
    page = client.post(form.action, form.fields, follow=True)
    assert dutch("That browser is signed out.") in page.text
    assert (signed_in(client), signed_in(phone)) == (True, False)


def test_sessions_lists_one_or_three_with_the_same_number_of_queries(app, client, people):
    client.sign_in(people.noor)
    client.get("/mijn-inlog")
    one = client.queries
    for _ in range(2):
        Client(app).sign_in(people.noor)
    client.get("/mijn-inlog")
    assert client.queries == one


def test_end_session_of_somebody_else_is_not_there(app, client, people):
    Client(app).sign_in(people.rik)
    theirs = BrowserSession.get().public_id
    client.sign_in(people.noor)
    fields = client.get("/mijn-inlog").form("/mijn-inlog/overal-uit").fields
    answers = [client.post(f"/mijn-inlog/{name}/beeindig", fields) for name in (theirs, "bestaat-niet")]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].html.replace(theirs, "") == answers[1].html.replace("bestaat-niet", "")
    assert BrowserSession.select().count() == 2


def test_sign_out_everywhere_ends_every_browser_and_no_other_person(app, client, people):
    phone, rik = Client(app).sign_in(people.noor), Client(app).sign_in(people.rik)
    client.sign_in(people.noor)
    client.submit(client.get("/mijn-inlog"), "/mijn-inlog/overal-uit")
    assert (signed_in(client), signed_in(phone), signed_in(rik)) == (False, False, True)
    assert AuditEntry.get(AuditEntry.event == "account.signed_out_everywhere").actor_id == people.noor.id


@pytest.mark.parametrize("path", ["/mijn-inlog", "/begin", "/uitloggen"])
@pytest.mark.parametrize("htmx", [False, True])
def test_who_is_not_signed_in_is_asked_to(client, path, htmx):
    page = client.get(path, htmx=htmx)
    if htmx:
        assert (page.status, page.response.headers["HX-Redirect"], page.html) == (204, "/inloggen", "")
    else:
        assert (page.status, page.location) == (303, "/inloggen")


@pytest.mark.parametrize(
    ("who", "home"),
    [("noor", "/mijn"), ("bram", "/coach"), ("wilma", "/regio"), ("rik", "/landelijk"), ("fay", "/mijn-inlog")],
)
def test_home_leads_to_the_start_of_ones_work(client, people, who, home):
    client.sign_in(getattr(people, who))
    page = client.get("/begin")
    assert (page.status, page.location) == (303, home)


# -- going on to the page one wanted


def test_who_signs_in_goes_on_to_the_page_they_wanted(client, people, mailbox):
    assert client.get("/mijn-inlog?x=1").location == "/inloggen"
    ask_for_link(client, people.noor.email)
    page = press(client, link_for(mailbox, people.noor.email))
    assert page.location == "/mijn-inlog?x=1"
    assert client.get("/begin").location == "/mijn", "once only"


def test_nobody_is_sent_to_an_address_in_the_link(client, people, mailbox):
    for number, target in enumerate(["https://evil.test", "//evil.test", "/\\evil.test", "javascript:alert(1)"]):
        for name in ("next", "terug", "url", "redirect", "volgende"):
            client.get("/inloggen", headers={"Referer": target})
            client.get(f"/inloggen?{name}={target}")
        client.post(f"/mijn-inlog/overal-uit?next={target}", {"next": target})
        account = [people.noor, people.rik, people.fay, people.oscar][number]
        ask_for_link(client, account.email)
        assert press(client, link_for(mailbox, account.email)).location == "/begin"
        client.submit(client.get("/uitloggen"), "/uitloggen")


@pytest.mark.parametrize("path", ["//evil.test/mijn-inlog", "////evil.test", "/\\evil.test", "/mijn-inlog\\evil.test"])
def test_a_strange_path_is_not_remembered(client, people, mailbox, path):
    client.flask.get("/", base_url=BASE, environ_overrides={"PATH_INFO": path})
    ask_for_link(client, people.noor.email)
    assert press(client, link_for(mailbox, people.noor.email)).location == "/begin"


# -- invitations


def invite(mailbox, address: str = "nieuw@example.org", role: Role = Role.REGION_STAFF) -> str:
    actions.invite(PORTAL, address=address, role=role, regions=[TWENTE], now=portal_clock.now())
    return mailbox.last(address).link("/uitnodiging/")


def test_invitation_makes_an_account_and_asks_for_the_second_step(client, mailbox):
    link = invite(mailbox)
    page = client.get(link)
    assert "nieuw@example.org" in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    page = client.submit(page, link, first_name="Sanne", last_name="Bakker", follow=False)
    assert (page.status, page.location) == (303, "/inloggen/tweede-stap")
    assert Account.get().name == "Sanne Bakker"
    assert client.get("/mijn-inlog").location == "/inloggen/tweede-stap"
    assert client.get(link).status == 410


@pytest.mark.parametrize(
    "names", [("", "Bakker"), ("Sanne", ""), ("   ", "Bakker"), ("x" * 101, "Bakker"), ("\u200b", "B")]
)
def test_invitation_refuses_a_missing_name_at_the_field(client, mailbox, names):
    link = invite(mailbox)
    page = client.submit(client.get(link), link, first_name=names[0], last_name=names[1])
    assert (page.status, len(set(page.errors))) == (422, 1)
    assert page.form(link).fields["first_name"][0] == names[0].strip().replace("\u200b", "")
    assert Account.select().count() == 0


def test_invitation_tells_all_that_is_wrong_at_once(client, mailbox):
    link = invite(mailbox)
    page = client.submit(client.get(link), link, first_name="", last_name="111222333")
    assert (page.status, len(set(page.errors))) == (422, 2)


@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_invitation_refuses_a_citizen_service_number(client, mailbox, field):
    page = client.get(invite(mailbox))
    page = client.submit(page, **{"first_name": "Bram", "last_name": "de Vries", field: "Bram 123456782"})
    assert page.status == 422
    assert page.text_of(f"{field}-error") == dutch(rules.LooksLikeServiceNumber.message)
    assert Account.select().count() == 0


@pytest.mark.parametrize("headers", SCANNERS)
def test_invitation_is_not_taken_by_looking(app, client, mailbox, headers):
    link = invite(mailbox)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert app.test_client().open(link, method=method, headers=headers, base_url=BASE).status_code == 200
    assert (Account.select().count(), Invitation.get().accepted_at) == (0, None)


@pytest.mark.parametrize("days", [7, 8])
def test_invitation_ends_after_seven_days(client, mailbox, clock, days):
    link = invite(mailbox)
    page = client.get(link)
    clock.shift(timedelta(days=days))
    assert client.get(link).status == 410
    form = {**client.get("/inloggen").form("/inloggen").fields, "first_name": "Sanne", "last_name": "Bakker"}
    assert client.post(page.form(link).action, form).status == 410
    assert Account.select().count() == 0


def test_mails_about_getting_in_tell_nothing_but_the_link(people, client, mailbox):
    ask_for_link(client, people.noor.email)
    invite(mailbox)
    for letter in mailbox:
        assert not re.search(r"coach|zorg|Noor|regio|loopbaan", letter.subject + letter.text.replace(BASE, ""), re.I)
        assert set(letter.links) == set(re.findall(r'href="([^"]+)"', letter.html))


# -- before a session ends by itself


def test_staff_finds_a_warning_on_the_page_that_the_script_shows(app, people, clock):
    assert Client(app).sign_in(people.noor).get("/over").by_id("idle") is None
    browser = Client(app).sign_in(people.bram)
    page = browser.get("/over")
    warning = page.by_id("idle")
    assert (warning.get("role"), "".join(warning.itertext()).strip()) == ("status", "")
    clock.shift(timedelta(minutes=29))
    assert browser._open("HEAD", warning.get("data-page")).status == 200
    clock.shift(timedelta(minutes=29))
    assert browser.get("/mijn-inlog").status == 200, "asking for that page is being there"
