"""Every answer: its headers, cookies and error pages; and what is refused before a view sees it."""

import ast
import re
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
import wtforms
from werkzeug.test import TestResponse

from portal import forms, serving, web
from portal.access import public
from portal.accounts.models import Account, SignInRequest
from portal.db import connect_to, database, on_postgres
from portal.i18n import LANGUAGES, speaking
from portal.serving import HSTS, SECURITY_HEADERS
from tests.page import BASE, Client, Page, check_fragment, check_page
from tests.words import dutch

JSON = {"Content-Type": "application/json"}


def fetch(app, method: str, path: str, **options) -> TestResponse:
    return app.test_client().open(path, method=method, buffered=True, **{"base_url": BASE, **options})


def token(client: Client) -> str:
    return client.get("/inloggen").form("/inloggen").fields["csrf_token"][0]


# -- headers


def headers_are_there(response: TestResponse) -> None:
    for name in SECURITY_HEADERS:
        assert name in response.headers, f"{response.status}: {name} is missing"
    assert response.headers["Strict-Transport-Security"] == HSTS
    assert len(response.headers.getlist("Content-Security-Policy")) == 1
    assert "Server" not in response.headers
    assert "X-Powered-By" not in response.headers
    assert not [name for name, _ in response.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/", {}, 200),
        ("HEAD", "/", {}, 200),
        ("OPTIONS", "/", {}, 200),
        ("GET", "/mijn", {}, 303),
        ("GET", "/bestaat-niet", {}, 404),
        ("GET", "/inloggen/link/abc/", {}, 404),
        ("PUT", "/inloggen", {}, 405),
        ("TRACE", "/inloggen", {}, 405),
        ("FOO", "/inloggen", {}, 405),
        ("POST", "/inloggen", {"data": {"email": "noor@example.org"}}, 400),
        ("POST", "/inloggen", {"data": b"x" * (web.LARGEST_BODY + 1), "headers": JSON}, 413),
        ("GET", "/", {"base_url": "https://evil.test"}, 400),
        ("GET", "/static/app.css", {}, 200),
        ("HEAD", "/static/app.css", {}, 200),
        ("POST", "/static/app.css", {}, 405),
        ("GET", "/static/bestaat-niet.css", {}, 404),
        ("GET", "/static/app.css", {"headers": {"Range": "bytes=9999999-"}}, 416),
        ("GET", "/.well-known/security.txt", {}, 200),
        ("GET", "/healthz", {}, 200),
    ],
)
def test_every_answer_has_the_security_headers(app, clock, method, path, options, status):
    response = fetch(app, method, path, **options)
    assert response.status_code == status
    headers_are_there(response)


def test_a_file_that_did_not_change_has_them_too(app):
    first = fetch(app, "GET", "/static/app.css")
    again = fetch(app, "GET", "/static/app.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    headers_are_there(again)


def test_the_policy_allows_no_inline_script_or_style_and_no_other_site():
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert not re.search(r"unsafe|\*|https?:", policy)


def test_https_for_two_years_only_where_people_use_https(app, set_up, clock, tmp_path):
    assert int(HSTS.partition("max-age=")[2].partition(";")[0]) >= 31536000
    demo = set_up(env="demo", public_url="http://localhost:8000", instance=tmp_path)
    response = demo.test_client().get("/", base_url="http://localhost:8000")
    assert response.status_code == 200
    assert "Strict-Transport-Security" not in response.headers


@pytest.mark.parametrize("path", ["/", "/inloggen", "/mijn-inlog", "/bestaat-niet", "/uitloggen"])
def test_pages_are_never_kept_and_differ_by_who_asks_and_how(client, people, path):
    client.sign_in(people.noor)
    for htmx in (False, True):
        headers = client.get(path, htmx=htmx).response.headers
        assert headers["Cache-Control"] == "no-store"
        assert {"Cookie", "HX-Request"} <= {name.strip() for name in headers["Vary"].split(",")}


def test_files_are_kept_for_a_year_under_an_address_that_changes_with_them(app):
    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{10}", serving.static_url("app.css"))
    assert "max-age=31536000" in fetch(app, "GET", "/static/app.css").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/static/../portal/config.py", "/static/%2e%2e/wsgi.py", "/.git/config", "/.env",
                                  "/instance/portal.db", "/static//etc/passwd", "/static/..%2fwsgi.py"])  # fmt: skip
def test_nothing_beside_the_static_files_is_served(app, clock, path):
    assert fetch(app, "GET", path).status_code == 404


def test_every_answer_can_be_found_in_the_log(app, clock):
    ids = {fetch(app, "GET", "/").headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


# -- cookies


def cookies_of(response: TestResponse) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in response.headers.getlist("Set-Cookie")}


def test_cookies_are_for_this_host_over_https_and_not_for_scripts(client, people):
    asked = client.get("/inloggen")
    sent = client.submit(asked, email=people.noor.email, follow=False)
    cookies = cookies_of(asked.response) | cookies_of(sent.response)
    assert set(cookies) == {"__Host-sessie", "__Host-browser"}
    for line in cookies.values():
        attributes = [part.strip().lower() for part in line.split(";")]
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(attributes)
        assert not [part for part in attributes if part.startswith("domain")]
        assert len(line) < 4096


def test_cookies_say_nothing_about_the_person(client, people):
    client.sign_in(people.noor)
    client.get("/mijn-inlog")
    for value in client.cookies().values():
        for part in value.split("."):
            padded = part.encode() + b"=" * (-len(part) % 4)
            readable = urlsafe_b64decode(padded)
            assert not re.search(rb"noor|example\.org|vries|participant", readable, re.IGNORECASE)


def test_over_http_the_demo_has_plain_cookies(app, set_up, clock, tmp_path):
    demo = set_up(env="demo", public_url="http://localhost:8000", instance=tmp_path)
    (line,) = demo.test_client().get("/inloggen", base_url="http://localhost:8000").headers.getlist("Set-Cookie")
    assert line.startswith("sessie=")
    assert "Secure" not in line
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line


# -- requests from elsewhere


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
        {"Origin": "https://portal.example.org.evil.test"},
        {"Origin": "https://evil.portal.example.org"},
        {"Origin": "https://portal.example.org:8443"},
        {"Origin": "http://["},
        {"Origin": "evil"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_form_of_another_site_is_refused_though_its_token_is_right(client, people, headers, htmx):
    data = {"csrf_token": token(client), "email": people.noor.email}
    page = client.post("/inloggen", data, headers=headers, htmx=htmx)
    assert page.status == 403
    assert SignInRequest.select().count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": BASE},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_a_form_of_our_own_is_taken(client, people, headers):
    data = {"csrf_token": token(client), "email": people.noor.email}
    assert client.post("/inloggen", data, headers=headers).status == 303


def test_a_link_from_another_site_leads_here(client):
    assert (
        client.get("/", headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://elders.example.org"}).status == 200
    )


def test_the_token_of_another_browser_is_refused(app, client, people):
    theirs = token(Client(app))
    token(client)
    assert client.post("/inloggen", {"csrf_token": theirs, "email": people.noor.email}).status == 400


def test_a_token_in_the_address_is_no_token(client, people):
    address = f"/inloggen?csrf_token={token(client)}"
    assert client.post(address, {"email": people.noor.email}).status == 400


@pytest.mark.parametrize(
    "host", ["evil.test", "portal.example.org.evil.test", "portal.example.org@evil.test", "10.0.0.1"]
)
def test_an_unknown_host_is_refused(app, clock, host):
    response = fetch(app, "GET", "/", headers={"Host": host})
    assert response.status_code == 400
    assert host not in response.get_data(as_text=True)


def test_a_host_in_capitals_is_the_same_host(client, people):
    assert client.get("/", headers={"Host": "Portal.Example.ORG"}).status == 200
    headers = {"Host": "PORTAL.example.org", "Origin": BASE}
    data = {"csrf_token": token(client), "email": people.noor.email}
    assert client.post("/inloggen", data, headers=headers).status == 303


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/hulp/", "/hulp"),
        ("/coach/", "/coach"),
        ("/hulp//", "/hulp"),
        ("/aanmelden/?programma=ecz", "/aanmelden?programma=ecz"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_slash_behind_an_address_leads_to_the_page(app, clock, method, path, location):
    response = fetch(app, method, path)
    assert (response.status_code, response.headers["Location"]) == (308, location)
    headers_are_there(response)


@pytest.mark.parametrize("path", ["/bestaat-niet/", "/coach/pauze/", "/evil.test//", "/%2Fevil.test/", "/static/x/",
                                  "/evaluatie/abc/", "/evaluatie/..%2f", "/uitnodiging/abc/"])  # fmt: skip
def test_a_slash_leads_nowhere_where_there_is_no_page(app, clock, path):
    assert fetch(app, "GET", path).status_code == 404
    assert fetch(app, "POST", "/inloggen/").status_code == 404


def test_a_probe_may_call_us_by_any_name(app, clock):
    assert fetch(app, "GET", "/healthz", headers={"Host": "10.0.0.1:8000"}).status_code == 200
    assert fetch(app, "GET", "/", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_a_forwarded_host_is_not_believed(client, people, mailbox):
    headers = {"X-Forwarded-Host": "evil.test", "X-Forwarded-For": "192.0.2.1", "Forwarded": "host=evil.test"}
    data = {"csrf_token": token(client), "email": people.noor.email}
    assert client.post("/inloggen", data, headers=headers).location == "/inloggen/code"
    assert "evil.test" not in mailbox.last(people.noor.email).text


def test_the_address_of_the_client_is_believed_from_so_many_proxies(app, set_up, clock, tmp_path):
    forwarded = {"X-Forwarded-For": "192.0.2.1, 192.0.2.2, 192.0.2.3"}
    seen = []
    for proxies in (0, 1, 2):
        behind = set_up(trusted_proxies=proxies)
        behind.add_url_rule("/wie", view_func=public(lambda: seen.append(web.client_address()) or "ok"), endpoint="who")
        behind.test_client().get("/wie", base_url=BASE, headers=forwarded)
    assert seen == ["127.0.0.1", "192.0.2.3", "192.0.2.2"]


# -- error pages


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("get", "/bestaat-niet", 404, "This page is not here (any more)"),
        ("get", "/mijn-inlog/abc/beeindig", 405, "This page does not work like that"),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_an_error_is_a_page_of_ours(client, method, path, status, title, htmx):
    page = getattr(client, method)(path, htmx=htmx)
    assert (page.status, page.heading) == (status, dutch(title))
    if htmx:
        assert page.response.headers["HX-Retarget"] == "#problem"


def test_a_refused_method_says_which_ones_there_are(app, clock):
    assert set(fetch(app, "PUT", "/inloggen").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize(
    "path", ["/%00", "/mijn-inlog?%00", "/aanmelden?programma=%00ecz", "/uitnodiging/%00", "/aanmelden/bevestig/a%00b"]
)
def test_an_address_with_a_character_that_is_none_is_not_there(client, people, path):
    assert client.sign_in(people.noor).get(path).status == 404


@pytest.mark.parametrize("path", ["/%ff", "/%ed%a0%80", "/?%ff=%ff", "/aanmelden?programma=%f0%28", "/%e2%80%ae"])
def test_an_address_that_is_no_text_breaks_nothing(client, path):
    assert client.get(path).status in (200, 404)


def too_large(client: Client, data: dict) -> Page:
    return client.post("/inloggen", {"csrf_token": token(client), **data})


def test_a_body_that_is_too_large_is_refused(client):
    page = too_large(client, {"email": "x" * web.LARGEST_BODY})
    assert (page.status, page.h1) == (413, dutch("This is too much text or too large a file"))


def test_a_form_with_too_many_parts_is_refused(client):
    fields = {f"f{number}": "x" for number in range(1100)} | {"csrf_token": token(client)}
    response = client.flask.post("/inloggen", data=fields, content_type="multipart/form-data", base_url=BASE)
    assert response.status_code == 413


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "application/json",
        "text/xml",
        "text/plain; charset=utf-16",
        "application/x-www-form-urlencoded; charset=x",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="\'--"',
    ],
)
def test_another_kind_of_body_is_refused(app, clock, kind):
    assert fetch(app, "POST", "/inloggen", data=b"\xff\xfe\x00", content_type=kind).status_code == 400


# -- when something breaks


def broken() -> str:
    raise LookupError("geheim in de fout")


@pytest.fixture
def real(set_up, tmp_path, clock):
    """The portal as it runs outside the tests, with a page that breaks."""
    app = set_up(testing=False, instance=tmp_path / "instance")
    app.add_url_rule("/breekt", view_func=public(broken), endpoint="broken", methods=["GET", "POST"])
    return app


@pytest.mark.parametrize("htmx", [False, True])
def test_a_page_that_breaks_tells_nothing_but_that_it_broke(real, htmx, capsys):
    client = real.test_client()
    response = client.get("/breekt", base_url=BASE, headers={"HX-Request": "true"} if htmx else {})
    page = Page(response, f"{BASE}/breekt")
    assert (page.status, page.heading) == (500, dutch("Something went wrong on our side"))
    assert not re.search(r"geheim|LookupError|Traceback|\.py", page.html)
    headers_are_there(response)
    (check_fragment if htmx else check_page)(page, real)
    logged = capsys.readouterr().out
    assert response.headers["X-Request-ID"] in logged
    assert "unexpected_error" in logged


def test_a_page_that_breaks_for_somebody_signed_in_needs_nothing_of_them(real, people):
    client = Client(real).sign_in(people.noor)
    assert client.get("/breekt").status == 500


def test_what_a_broken_page_had_written_is_not_stored(real, people):
    def write_and_break() -> str:
        with database.atomic():
            Account.update(first_name="Half").execute()
            raise LookupError

    _ = people.noor
    real.add_url_rule("/half", view_func=public(write_and_break), endpoint="half")
    assert Client(real).get("/half").status == 500
    assert Account.get().first_name == "Noor"


@pytest.fixture
def no_database(app, tmp_path):
    """The database is not there."""
    there = database.obj
    database.close()
    gone = f"sqlite:///{tmp_path}/weg/portal.db"
    if on_postgres():
        gone = "postgresql://nobody@/nothing?host=/nowhere&connect_timeout=1"
    yield lambda: database.initialize(connect_to(gone))
    database.initialize(there)


@pytest.mark.parametrize("htmx", [False, True])
def test_without_a_database_a_page_says_so_and_when_to_come_back(client, people, no_database, htmx):
    client.sign_in(people.noor)
    no_database()
    page = client.get("/mijn-inlog", htmx=htmx)
    assert (page.status, page.heading) == (503, dutch("We cannot reach your data for a moment"))
    assert page.response.headers["Retry-After"] == "30"
    assert "Noor" not in page.html


def test_pages_that_need_no_database_go_on_without_it(client, no_database):
    no_database()
    assert [client.get(path).status for path in ("/", "/hulp", "/inloggen", "/healthz")] == [200] * 4


def test_after_a_broken_connection_the_next_page_works(client, people, database_url):
    client.sign_in(people.noor)
    break_connection(database_url)
    assert client.get("/mijn-inlog").status in (200, 503)
    assert client.get("/mijn-inlog").status == 200


def break_connection(url: str) -> None:
    """As when PostgreSQL is started anew; SQLite has no connection to break."""
    if on_postgres():
        (pid,) = database.execute_sql("SELECT pg_backend_pid()").fetchone()
        other = connect_to(url)
        other.execute_sql("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        other.close()


# -- what people type


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Noor  ", "Noor"),
        ("No\x00or", "Noor"),
        ("No\u202eor\u2066", "Noor"),
        ("\ufeffNo\u200bor", "Noor"),
        ("No\x07or\x1b[31m", "Noor[31m"),
        ("No\ud800or", "Noor"),
        ("Zoe\u0308", "Zoë"),
        ("een\r\ntwee\tdrie", "een\ntwee\tdrie"),
        ("👩‍⚕️ ĳ ß İ ı Sjoukje Tjitske Çağlar", "👩‍⚕️ ĳ ß İ ı Sjoukje Tjitske Çağlar"),
        ("a" + "\u0301" * 50, "á" + "\u0301" * 49),
        ([" No\x00or ", "Rik"], ["Noor", "Rik"]),
        (None, None),
        (12, 12),
    ],
)
def test_typed_text_is_cleaned_of_what_nobody_sees(typed, kept):
    assert forms.clean(typed) == kept


def test_the_error_summary_leads_to_the_field_and_the_field_says_it_too(client):
    page = client.submit(client.get("/inloggen"), email="geen adres")
    assert page.status == 422
    field = page.by_id("email")
    assert field.get("value") == "geen adres"
    assert field.get("aria-invalid") == "true"
    assert page.text_of(field.get("aria-describedby")) == page.errors[0]
    (link,) = [a for a in page.tree.iter("a") if a.get("href") == "#email"]
    assert "".join(link.itertext()) == page.errors[0]
    assert page.html.count(f"<title>{dutch('Not right yet')}: ") == 1


def test_htmx_gets_the_form_and_the_browser_the_page(client):
    form = client.get("/inloggen").form("/inloggen").fields
    fragment = client.post("/inloggen", {**form, "email": "x"}, htmx=True)
    page = client.post("/inloggen", {**form, "email": "x"})
    assert (fragment.status, page.status) == (422, 422)
    assert fragment.html.lstrip().startswith('<form id="sign_in_form"')
    assert "<html" in page.html


def test_the_title_says_it_too_when_htmx_brings_the_errors(client):
    form = client.get("/inloggen").form("/inloggen").fields
    titles = {
        client.post("/inloggen", {**form, "email": "x"}, htmx=htmx)
        .html.partition("<title>")[2]
        .partition("</title>")[0]
        for htmx in (True, False)
    }
    assert titles == {"Nog niet goed: Log in · Coaching voor zorg en welzijn"}
    assert "<title>" not in client.get("/inloggen", htmx=True).html


def test_going_back_with_htmx_brings_the_whole_page(client):
    page = client.get("/inloggen", htmx=False, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in page.html


def test_done_is_a_redirect_for_the_browser_and_an_instruction_for_htmx(client, people):
    form = client.get("/inloggen").form("/inloggen").fields
    browser = client.post("/inloggen", {**form, "email": people.noor.email})
    assert (browser.status, browser.location) == (303, "/inloggen/code")
    htmx = client.post("/inloggen", {**form, "email": people.noor.email}, htmx=True)
    assert (htmx.status, htmx.html, htmx.response.headers["HX-Redirect"]) == (204, "", "/inloggen/code")


def stock_messages() -> set[str]:
    """Every sentence that WTForms can say, as it asks for its translation."""
    text = "".join(path.read_text() for path in Path(wtforms.__file__).parent.rglob("*.py"))
    return {ast.literal_eval(found) for found in re.findall(r'gettext\(\s*("[^"]+")', text)}


def test_no_form_speaks_in_the_words_of_its_library(app):
    ours = forms.OwnWords()
    assert set(forms.OwnWords.said) <= stock_messages()
    for language in LANGUAGES:
        with speaking(language):
            for stock in stock_messages():
                assert ours.gettext(stock) != stock
                assert "%" not in ours.gettext(stock) % {"max": 3, "min": 1, "value": "x", "values": "x"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 255, "Dit is te lang. Gebruik hoogstens 254 tekens."),
        ("", "Vul je e-mailadres in. Bijvoorbeeld naam@voorbeeld.nl."),
    ],
)
def test_a_broken_form_is_told_in_our_own_words(client, typed, said):
    assert said in client.submit(client.get("/inloggen"), email=typed).errors
