"""The operator's page: what could not be delivered, trying again, and the worker."""

from datetime import timedelta

import pytest

from portal import outbox
from portal.audit import AuditEntry
from portal.jobs import Heartbeat
from portal.operations.rules import MOST_SHOWN
from portal.outbox import Mail, MailStatus
from tests.conftest import START


@pytest.fixture
def oscar(client, people):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client.sign_in(people.oscar)


def failed(number=0, *, tries=8, cause="SMTPConnectError 421"):
    outbox.post(
        "matching/for_coach",
        to=f"kanarie{number}@example.org",
        subject="Kanarie",
        language="nl",
        dedupe_key=f"failed:{number}",
        now=START - timedelta(minutes=number),
        first_name="Kanarie",
        due=START,
    )
    mail = Mail.get(Mail.dedupe_key == f"failed:{number}")
    Mail.update(status=MailStatus.FAILED, tries=tries, last_error=cause).where(Mail.id == mail.id).execute()
    return mail


def rows(page):
    return [" ".join(" ".join(tr.itertext()).split()) for tr in page.tree.iter("tr")][1:]


def figures(page):
    return [b.text for b in page.tree.iter("b")]


def test_mails_shows_what_failed_without_address_or_text(oscar):
    failed()
    page = oscar.get("/beheer/post")
    assert rows(page) == ["matching/for_coach Monday 2 March 2026 at 11:00 8 SMTPConnectError 421 Try again"]
    assert "anarie" not in page.html
    assert figures(page) == ["1", "0"]


def test_mails_says_when_all_is_well(oscar):
    page = oscar.get("/beheer/post")
    assert "Everything was delivered" in page.text
    assert figures(page) == ["0", "0"]


def test_mails_shows_the_newest_and_says_how_many_there_are(oscar):
    for number in range(MOST_SHOWN + 1):
        failed(number)
    page = oscar.get("/beheer/post")
    assert len(rows(page)) == MOST_SHOWN
    assert "The newest 100 of 101." in page.text


def test_mails_costs_as_many_queries_for_three_as_for_one(oscar):
    failed(1)
    oscar.get("/beheer/post")
    oscar.get("/beheer/post")
    for_one = oscar.queries
    failed(2)
    failed(3)
    assert len(rows(oscar.get("/beheer/post"))) == 3
    assert oscar.queries == for_one


def test_mails_says_whether_the_worker_is_alive(oscar, clock):
    assert "It was never there." in oscar.get("/beheer/post").text
    Heartbeat.create(seen_at=START)
    assert "The worker was last there at 11:00." in oscar.get("/beheer/post").text
    clock.shift(timedelta(minutes=6))
    page = oscar.get("/beheer/post")
    assert "The worker is silent" in page.text
    assert "It was last there on Monday 2 March 2026 at 11:00." in page.text


def test_try_again_puts_the_mail_back_in_the_queue(oscar, people):
    mail = failed()
    page = oscar.submit(oscar.get("/beheer/post"), f"/beheer/post/{mail.public_id}/opnieuw")
    assert "The mail is tried again." in page.text
    assert figures(page) == ["0", "1"]
    kept = Mail.get_by_id(mail.id)
    assert (kept.status, kept.tries, kept.due_at) == (MailStatus.WAITING, 0, START)
    entry = AuditEntry.get(AuditEntry.event == "mail.tried_again")
    assert (entry.actor_id, entry.subject_id) == (people.oscar.id, mail.id)


def test_try_again_twice_finds_it_done(oscar):
    mail = failed()
    page = oscar.get("/beheer/post")
    address = f"/beheer/post/{mail.public_id}/opnieuw"
    oscar.submit(page, address)
    again = oscar.submit(page, address)
    assert again.status == 409
    assert "not on the list any more" in again.errors[0]
    assert AuditEntry.select().where(AuditEntry.event == "mail.tried_again").count() == 1


def test_try_again_an_unknown_mail(oscar):
    mail = failed()
    page = oscar.get("/beheer/post")
    form = page.form(f"/beheer/post/{mail.public_id}/opnieuw")
    assert oscar.post("/beheer/post/unknown/opnieuw", form.fields).status == 404


def test_try_all_again_puts_every_mail_back_in_the_queue(oscar):
    failed(1)
    failed(2)
    page = oscar.submit(oscar.get("/beheer/post"), "/beheer/post/opnieuw")
    assert "2 mails are tried again." in page.text
    assert figures(page) == ["0", "2"]


@pytest.mark.parametrize("path", ["/beheer/post/opnieuw", "/beheer/post/x/opnieuw"])
def test_trying_again_takes_a_button(oscar, path):
    assert oscar.get(path).status == 405


@pytest.mark.parametrize("who", ["noor", "bram", "wilma", "rik", "fay"])
def test_no_other_role_comes_in(client, people, who):
    mail = failed()
    client.sign_in(getattr(people, who))
    assert client.get("/beheer/post").status == 403
    token = client.get("/mijn-inlog").form().fields["csrf_token"][0]
    for path in (f"/beheer/post/{mail.public_id}/opnieuw", "/beheer/post/opnieuw"):
        assert client.post(path, {"csrf_token": token}).status == 403
    assert Mail.get().status == MailStatus.FAILED


def test_a_visitor_signs_in_first(client):
    page = client.get("/beheer/post")
    assert (page.status, page.location.startswith("/inloggen")) == (303, True)
