"""What participants do with an appointment in their browser: book it, move it, open the link in a mail."""

from tests import factories
from tests.page import Client

# Tuesday 3 March 2026, 14.00 on a Dutch clock: a day and three hours after the tests' clock; and a day later.
TUESDAY_AFTERNOON = "2026-03-03T13:00:00+00:00"
WEDNESDAY_AFTERNOON = "2026-03-04T13:00:00+00:00"
# The pages behind the link in a mail.
PARTS = ["", "/verzetten", "/afzeggen"]
LINK_DEAD = "Deze link werkt niet meer. Je afspraak is veranderd of voorbij."


def press(client, coach, starts_at=TUESDAY_AFTERNOON, **options):
    """A time, which is then under this client's hand."""
    page = client.get(f"/afspraken/met/{coach.public_id}")
    return client.submit(page, f"/afspraken/met/{coach.public_id}", mode="phone", starts_at=starts_at, **options)


def book(client, coach, starts_at=TUESDAY_AFTERNOON, **options):
    """Press a time and say that it is right; the page that says what is wrong, when it does not come to that."""
    page = press(client, coach, starts_at, **options)
    return client.submit(page) if page.h1 == "Klopt dit?" else page


def other_participant(app, name="Wim"):
    wim = factories.account(name, factories.Role.PARTICIPANT)
    factories.enrolment(wim)
    return Client(app).sign_in(wim)


def move_to(client, address, starts_at=WEDNESDAY_AFTERNOON, *, reason="", **options):
    page = client.submit(client.get(address), mode="phone", starts_at=starts_at, **options)
    return client.submit(page, reason=reason) if page.h1 == "Klopt dit?" else page


def is_dead(client, link):
    """Every page behind it says so, to who looks and to who presses; the mail says where to go on."""
    token = client.get("/hulp").form("/taal").fields["csrf_token"]
    for part in PARTS:
        pages = [client.get(link + part)]
        pages += [client.post(link + part, {"csrf_token": token})] if part else []
        for page in pages:
            assert page.status == 410
            assert LINK_DEAD in page.text
            assert page.response.headers["Referrer-Policy"] == "no-referrer"
    return True
