"""The addresses that people and machines outside know; they stay."""

import pytest
from werkzeug.exceptions import NotFound

from portal import create_app
from tests.conftest import settings_for

pytestmark = pytest.mark.one_engine

KEPT = [
    "/",
    "/.well-known/security.txt",
    "/aanmelden",
    "/afspraken",
    "/coach",
    "/coaches",
    "/evaluatie/token",
    "/healthz",
    "/hulp",
    "/inloggen",
    "/landelijk",
    "/mijn",
    "/mijn/gegevens",
    "/over",
    "/privacy",
    "/readyz",
    "/regio",
    "/toegankelijkheid",
    "/uitloggen",
]
ONLY_IN_THE_DEMO = {"/demo": ["GET", "POST"], "/demo/post": ["GET"]}


def answers(app, address: str, method: str) -> bool:
    try:
        app.url_map.bind("portal.example.org").match(address, method=method)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("address", KEPT)
def test_address_is_kept(engine, address):
    assert answers(engine.app, address, "GET")


@pytest.mark.parametrize("address", ["/", "/hulp", "/privacy", "/over", "/toegankelijkheid", "/inloggen", "/aanmelden"])
def test_what_everybody_needs_is_there_without_signing_in(client, address):
    assert client.get(address).status == 200


@pytest.mark.parametrize("address", ONLY_IN_THE_DEMO)
def test_the_demo_is_not_in_production(client, address):
    for method in ("get", "post"):
        assert getattr(client, method)(address).status == 404


def test_the_demo_adds_its_own_two_pages_and_nothing_else(engine, tmp_path, queue_kept):
    demo = create_app(settings_for(f"sqlite:///{tmp_path / 'demo.db'}", env="demo"))
    for address, methods in ONLY_IN_THE_DEMO.items():
        assert all(answers(demo, address, method) for method in methods)
    known, shown = ({rule.rule for rule in app.url_map.iter_rules()} for app in (engine.app, demo))
    assert (shown - known, known - shown) == (set(ONLY_IN_THE_DEMO), set())
