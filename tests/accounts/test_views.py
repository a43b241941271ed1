"""Signing in by link and code, invitations, and one's own sessions."""

from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal.access import PORTAL, Role
from portal.accounts import actions
from portal.accounts.models import Account, BrowserSession, SignInRequest
from tests.factories import TWENTE


def ask_for_link(client, address):
    return client.submit(client.get("/inloggen"), email=address)


def test_sign_in_link_works_once_in_the_browser_that_asked(client, people, mailbox):
    noor = people.noor
    page = ask_for_link(client, noor.email)
    assert page.url.endswith("/inloggen/code")
    link = mailbox.last(noor.email).link("/inloggen/link/")
    page = client.submit(client.get(link), link, follow=False)
    assert (page.status, page.location) == (303, "/begin")
    assert BrowserSession.select().count() == 1
    assert client.post(link, {"csrf_token": "x"}).status == 400
    again = client.get(link)
    assert client.submit(again, link).status == 410
