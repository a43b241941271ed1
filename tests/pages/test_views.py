"""The pages that everybody may read, in both languages, and what machines ask for."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import render_template

from portal import clock as portal_clock
from portal import errorpages, migrating
from portal.access import NOBODY
from portal.db import database
from portal.jobs import Heartbeat, beat
from tests.conftest import START

READABLE = ["/", "/hulp", "/privacy", "/toegankelijkheid", "/over", "/vragen"]
CRISIS_NUMBERS = {"tel:112", "tel:113", "tel:08000113"}


@pytest.fixture
def english(client):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client


@pytest.mark.parametrize("path", READABLE)
def test_everybody_can_read_it_and_help_is_on_it(client, path):
    page = client.get(path)
    assert page.status == 200
    assert set(page.links) >= CRISIS_NUMBERS
    assert client.queries == (1 if path == "/over" else 0), "there the newest report is looked up"


@pytest.mark.parametrize("path", READABLE)
def test_search_engines_may_list_it_until_somebody_signs_in(client, people, path):
    assert "noindex" not in client.get(path).html
    client.sign_in(people.noor)
    assert ("noindex" in client.get(path).html) == (path != "/hulp")


@pytest.mark.parametrize("path", READABLE)
def test_posting_to_a_page_to_read_is_refused(client, path):
    client.app.config["WTF_CSRF_ENABLED"] = False
    try:
        page = client.post(path)
    finally:
        client.app.config["WTF_CSRF_ENABLED"] = True
    assert page.status == 405
    assert "GET" in page.response.headers["Allow"]


def test_start_leads_to_both_programmes(english):
    page = english.get("/")
    assert page.h1 == "Talk to a career coach. Free and confidential."
    assert {"/aanmelden?programma=sijw", "/aanmelden?programma=ecz"} <= set(page.links)
    assert "Your employer hears nothing from us." in page.text
    assert "You do not have to be a member of a trade union." in page.text
    assert "088 0767 000" in page.text


def test_help_now_needs_no_database_not_even_for_who_is_signed_in(client, people):
    client.sign_in(people.noor)
    page = client.get("/hulp")
    assert client.queries == 0
    assert set(page.links) >= CRISIS_NUMBERS | {"tel:0880767000", "https://www.113.nl/"}


def test_privacy_says_how_long_and_whom_to_mail(english):
    page = english.get("/privacy")
    assert "mailto:privacy@portal.example.org" in page.links
    assert "12 months" in page.text
    assert [href for href in page.links if href.startswith("#")][1:] == [
        f"#{name}" for name in ("what", "who", "how-long", "rights", "promise", "coaches", "cookies", "responsible")
    ]


def test_the_headings_beside_a_long_page_lead_somewhere(client):
    for path in ("/privacy", "/vragen", "/toegankelijkheid"):
        page = client.get(path)
        named = [href[1:] for href in page.links if href.startswith("#")]
        assert len(named) > 3
        assert all(page.by_id(name) is not None for name in named)


def test_accessibility_is_honest_about_what_was_not_examined(english):
    assert "our status is D" in english.get("/toegankelijkheid").text


def test_colophon_gives_the_credit_of_the_data(english):
    credit = "regions: CBS (RegioPlus-arbeidsmarktregio's, CC BY 4.0); postcodes: GeoNames (CC BY 4.0) and 4pp (MIT)"
    assert credit in english.get("/over").text


def test_questions_give_a_route_for_complaints(english):
    page = english.get("/vragen")
    assert "mailto:vragen@portal.example.org" in page.links
    assert "complaints procedure" in page.text


# -- the choice of a language


def choose(client, page):
    """Press the button with the other language's name, at the foot of the page."""
    form = next(f for f in page.forms if f.action.endswith("/taal"))
    name, value, _ = form.buttons[0]
    return client.post(form.action, {**form.fields, name: value}, follow=True)


def test_choose_language_is_one_button_and_is_kept(client):
    page = client.get("/vragen?x=1")
    assert page.tree.get("lang") == "nl"
    after = choose(client, page)
    assert after.url.endswith("/vragen?x=1")
    assert after.tree.get("lang") == "en"
    assert client.get("/").tree.get("lang") == "en"


def test_choose_language_cookie_is_safe_and_lasts_a_year(client):
    form = next(f for f in client.get("/vragen").forms if f.action.endswith("/taal"))
    answer = client.post(form.action, {**form.fields, "language": "en"})
    cookie = next(c for c in answer.response.headers.getlist("Set-Cookie") if c.startswith("taal="))
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=31536000" in cookie


def test_language_button_is_labelled_in_its_own_language(client):
    button = next(b for b in client.get("/vragen").tree.iter("button") if b.get("name") == "language")
    assert (button.text, button.get("lang")) == ("English", "en")


@pytest.mark.parametrize("back", ["//evil.test", "https://evil.test/", "/\\evil.test", ""])
def test_choose_language_never_leads_away_from_the_portal(client, back):
    form = next(f for f in client.get("/vragen").forms if f.action.endswith("/taal"))
    answer = client.post(form.action, {**form.fields, "language": "en", "back": back})
    assert (answer.status, answer.location) == (303, "/")


def test_choose_language_that_we_do_not_speak_is_refused(client):
    form = next(f for f in client.get("/vragen").forms if f.action.endswith("/taal"))
    answer = client.post(form.action, {**form.fields, "language": "tlh"})
    assert answer.status == 400
    assert "taal=" not in "".join(answer.response.headers.getlist("Set-Cookie"))


def test_choose_language_needs_the_token_of_the_form(client):
    assert client.post("/taal", {"language": "en", "back": "/"}).status == 400


def test_choose_language_is_not_done_by_looking(client):
    assert client.get("/taal").status == 405


# -- errors


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 431, 500, 503, 418])
def test_error_page_says_what_happened_and_what_to_do(app, status):
    with app.test_request_context("/x", base_url="https://portal.example.org"):
        html = errorpages.error_page(status, actor=NOBODY).get_data(as_text=True)
    assert len(re.findall("<h1>", html)) == 1
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    assert len(re.findall('<a class="button"', main)) == 1
    assert "noindex" in html


def test_error_page_gives_the_more_exact_sentence(app):
    with app.test_request_context("/x", base_url="https://portal.example.org"):
        html = render_template("errors/error.html", status=409, message="Kies een <andere> tijd.", actor=NOBODY)
    assert "Kies een &lt;andere&gt; tijd." in html


def test_error_for_htmx_stands_above_the_page_that_is_there(client):
    page = client.get("/bestaat-niet", htmx=True)
    assert page.status == 404
    assert page.response.headers["HX-Retarget"] == page.response.headers["HX-Reselect"] == "#problem"
    assert page.by_id("problem") is not None
    assert page.by_id("inhoud") is None
    assert "HX-Retarget" not in client.get("/bestaat-niet").response.headers


# -- what machines ask for


def test_healthz_answers_without_the_database(client):
    page = client.get("/healthz")
    assert (page.status, page.html) == (200, "ok\n")
    assert page.response.content_type == "text/plain; charset=utf-8"
    assert client.queries == 0


def test_readyz_is_ok_when_the_worker_beats(client):
    beat.call_local()
    page = client.get("/readyz")
    assert (page.status, page.response.json) == (200, {"database": "ok", "migrations": "ok", "worker": "ok"})


def test_readyz_misses_the_worker_after_five_minutes(client, clock):
    assert client.get("/readyz").response.json["worker"] == "not ok"
    Heartbeat.create(seen_at=portal_clock.now())
    clock.shift(timedelta(minutes=4, seconds=59))
    assert client.get("/readyz").status == 200
    clock.shift(timedelta(seconds=1))
    page = client.get("/readyz")
    assert (page.status, page.response.json["worker"]) == (503, "not ok")


def test_readyz_misses_a_migration(client):
    history = migrating.runner().History
    newest = history.select().order_by(history.name.desc()).get()
    with database.atomic() as transaction:
        history.delete().where(history.name == newest.name).execute()
        page = client.get("/readyz")
        transaction.rollback()
    assert (page.status, page.response.json["migrations"]) == (503, "not ok")


def test_readyz_survives_a_database_that_is_gone(client, monkeypatch, tmp_path):
    database.close()
    monkeypatch.setattr(database.obj, "database", str(tmp_path / "gone" / "portal.db"))
    page = client.get("/readyz")
    assert page.status == 503
    assert set(page.response.json.values()) == {"not ok"}


def test_security_txt_expires_within_the_year(client):
    page = client.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in page.html.splitlines())
    expires = datetime.strptime(lines["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=178) < expires - START < timedelta(days=181)
    assert lines["Contact"] == "mailto:security@portal.example.org"
    assert lines["Canonical"] == "https://portal.example.org/.well-known/security.txt"
    assert lines["Preferred-Languages"] == "nl, en"
    assert page.response.content_type == "text/plain; charset=utf-8"


def test_robots_txt_keeps_machines_away_from_what_is_private(client):
    page = client.get("/robots.txt")
    assert page.html.startswith("User-agent: *\n")
    assert {"Disallow: /mijn", "Disallow: /regio", "Disallow: /evaluatie/"} <= set(page.html.splitlines())
    assert "Disallow: /\n" not in page.html


def test_page_without_database_says_so_also_to_who_is_signed_in(client, people, monkeypatch, tmp_path):
    client.sign_in(people.noor)
    database.close()
    monkeypatch.setattr(database.obj, "database", str(tmp_path / "gone" / "portal.db"))
    page = client.get("/vragen")
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "30"
    assert set(page.links) >= CRISIS_NUMBERS
    assert client.get("/hulp").status == 200
