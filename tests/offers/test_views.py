"""Wanting an earlier time, and answering an offer by the link in a mail."""

from datetime import UTC, datetime, time, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.offers import actions, queries
from portal.offers.models import EarlierWish, Offer
from portal.offers.rules import Answer
from portal.sessions import actions as sessions
from portal.sessions import queries as session_queries
from portal.sessions.models import Session
from tests import factories
from tests.factories import actor_of, planned_talk
from tests.page import Client

TUESDAY = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def coach(people):
    """Only on Tuesday from two to three."""
    made = factories.bookable_coach(people.bram, weekdays=(), buffer_after=0)
    factories.WeeklyHours.create(coach=made, weekday=1, opens=time(14), closes=time(15))
    return made


@pytest.fixture
def first(coach):
    return planned_talk(factories.coupled(factories.account("Anna", Role.PARTICIPANT), coach), TUESDAY + WEEK)


@pytest.fixture
def talk(people, coach, first):
    return planned_talk(factories.coupled(people.noor, coach), TUESDAY + 2 * WEEK)


@pytest.fixture
def noor(client, people):
    return client.sign_in(people.noor)


def page_of(talk):
    return f"/afspraken/{talk.public_id}/eerder"


@pytest.fixture
def link(people, first, talk):
    """The link in the mail after the earlier time came free."""
    now = portal_clock.now()
    actions.ask_for_earlier(
        actor_of(people.noor, Role.PARTICIPANT),
        talk.trajectory,
        from_on=portal_clock.local_day(now),
        evenings_only=False,
        now=now,
    )
    sessions.cancel_session(actor_of(first.participant, Role.PARTICIPANT), first, now=now)
    actions.offer_freed_times(now=now)
    return queries.link_to(Offer.get())


def stored(talk):
    return Session.get_by_id(talk.id)


# -- earlier


def test_earlier_is_asked_from_the_page_of_the_talk(noor, talk):
    page = noor.get(noor.get(f"/afspraken/{talk.public_id}").link("Mail mij als er eerder iets vrijkomt"))
    assert page.h1 == "Wil je liever eerder?"
    assert "Er zijn nu al eerdere tijden vrij. De eerste is dinsdag 3 maart om 14.00 uur." in page.text
    page = noor.submit(page, page_of(talk), from_on="2026-03-04", evenings_only="y")
    assert "We mailen je als er een eerdere tijd vrijkomt." in page.text
    wish = EarlierWish.get()
    assert (wish.from_on.isoformat(), wish.evenings_only) == ("2026-03-04", True)


def test_earlier_wants_a_day_that_is_not_over_and_keeps_what_was_typed(noor, talk):
    page = noor.submit(noor.get(page_of(talk)), page_of(talk), from_on="1-3-2026", evenings_only="y")
    assert page.status == 422
    assert set(page.errors) == {"Deze dag is al voorbij. Vul vandaag of een latere dag in."}
    assert page.form(page_of(talk)).fields["from_on"] == ["2026-03-01"]
    assert EarlierWish.select().count() == 0


def test_earlier_comes_alone_for_htmx(noor, talk):
    page = noor.submit(noor.get(page_of(talk)), page_of(talk), from_on="", htmx=True, follow=False)
    assert page.status == 422
    assert not list(page.tree.iter("h1"))


def test_earlier_is_for_the_participant_of_a_coming_talk(client, people, talk, noor, clock):
    assert Client(client.app).sign_in(factories.account("Piet", Role.PARTICIPANT)).get(page_of(talk)).status == 404
    assert Client(client.app).sign_in(people.bram).get(page_of(talk)).status == 403
    assert Client(client.app).get(page_of(talk)).location == "/inloggen"
    clock.move_to(talk.starts_at)
    noor = Client(client.app).sign_in(people.noor)
    assert noor.get(page_of(talk)).location == f"/afspraken/{talk.public_id}"


def test_not_earlier_ends_the_wish(noor, talk):
    noor.submit(noor.get(page_of(talk)), page_of(talk), from_on="2026-03-04")
    stop = f"/afspraken/{talk.public_id}/niet-eerder"
    page = noor.submit(noor.get(page_of(talk)), stop)
    assert "We mailen je geen eerdere tijden meer." in page.text
    assert EarlierWish.get().ended_at is not None
    assert noor.get(stop).status == 405


# -- answer


def test_answer_shows_the_time_and_nothing_of_the_person(client, link, talk):
    page = client.get(link)
    assert page.h1 == "Er is een eerdere tijd vrij"
    assert "Dinsdag 10 maart 2026 om 14.00 uur" in page.text
    assert "Nu is je afspraak op dinsdag 17 maart 2026 om 14.00 uur." in page.text
    for hidden in ("Noor", "noor@", "Bram", "Sterk"):
        assert hidden not in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.nasty(7, "looking changes nothing")
def test_answer_by_a_mail_scanner_changes_nothing(client, link, talk):
    for _ in range(3):
        client.get(link)
        assert client.flask.head(link, base_url="https://portal.example.org").status_code == 200
    assert Offer.get().answer == Answer.OPEN
    assert stored(talk).sequence == 0


def test_answer_yes_moves_the_talk_and_shows_it_without_signing_in(client, link, talk):
    page = client.submit(client.get(link), link, answer="yes")
    assert "Dinsdag 10 maart 2026 om 14.00 uur" in page.text
    assert stored(talk).starts_at == TUESDAY + WEEK
    assert client.get(link).location.startswith("/afspraak/"), "a second look leads to the talk"


@pytest.mark.nasty(7, "the second click says so")
@pytest.mark.parametrize("second", ["yes", "no"])
def test_answer_after_yes_changes_nothing_and_shows_the_talk(client, link, talk, second, mailbox):
    page = client.get(link)
    client.submit(page, link, answer="yes")
    letters = len(list(mailbox))
    again = client.submit(page, link, answer=second)
    assert "Dinsdag 10 maart 2026 om 14.00 uur" in again.text
    assert (stored(talk).starts_at, stored(talk).sequence) == (TUESDAY + WEEK, 1)
    assert len(list(mailbox)) == letters


@pytest.mark.nasty(7, "the second click says so")
def test_answer_no_twice_says_the_same(client, link, talk):
    page = client.get(link)
    for _ in range(2):
        assert client.submit(page, link, answer="no").h1 == "We laten het zo"
    assert stored(talk).sequence == 0


def test_answer_yes_after_no_is_over_and_keeps_the_talk(client, link, talk):
    page = client.get(link)
    client.submit(page, link, answer="no")
    assert client.submit(page, link, answer="yes").status == 410
    assert stored(talk).sequence == 0


def test_answer_no_keeps_the_talk(client, link, talk):
    page = client.submit(client.get(link), link, answer="no")
    assert page.h1 == "We laten het zo"
    assert stored(talk).starts_at == talk.starts_at
    assert client.get(link).location == "/aanbod/voorbij"


def test_answer_after_the_time_to_answer_says_that_it_is_over(client, link, talk, clock):
    page = client.get(link)
    clock.shift(timedelta(hours=2))
    assert client.submit(page, link, answer="yes").status == 410
    assert client.get(link).location == "/aanbod/voorbij"
    assert stored(talk).starts_at == talk.starts_at


def test_answer_to_nothing_is_over(client):
    assert client.get("/aanbod/verzonnen").status == 410


def test_answer_with_the_link_of_something_else_is_refused(client, link, talk):
    other = session_queries.link_to(talk).replace("/afspraak/", "/aanbod/")
    assert client.get(other).status == 410
    assert client.get(link.replace("/aanbod/", "/afspraak/")).status == 410


# -- declined, over


@pytest.mark.parametrize(("why", "says"), [("earlier", "blijft zoals die was"), ("stand_in", "is afgezegd")])
def test_declined_says_what_becomes_of_the_talk(client, why, says):
    assert says in client.get(f"/aanbod/nee?hoe={why}").text


def test_over_says_where_to_look(client):
    assert "Log in om te zien hoe je afspraak ervoor staat." in client.get("/aanbod/voorbij").text
