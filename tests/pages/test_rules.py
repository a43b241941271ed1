"""Which menu items a person sees, where they are, and which paths and mailboxes are ours."""

import pytest

from portal.access import NOBODY, PUBLIC, Actor, Role
from portal.pages import rules
from portal.pages.rules import Item

COACH = Actor(account_id=1, roles=frozenset({Role.COACH}))
NOOR = Actor(account_id=2, roles=frozenset({Role.PARTICIPANT}))
HALFWAY = Actor(account_id=3, roles=frozenset({Role.HALFWAY}))
PAGES = {"start": PUBLIC, "own": "account.see", "leave": "account.leave"}


def seen(actor, *items):
    return [item.endpoint for item in rules.visible(items, actor, PAGES.get)]


def test_visible_keeps_what_the_person_may_see():
    items = [Item("start", "Start"), Item("own", "Own"), Item("leave", "Leave")]
    assert seen(NOBODY, *items) == ["start"]
    assert seen(NOOR, *items) == ["start", "own", "leave"]
    assert seen(HALFWAY, *items) == ["start", "leave"]


def test_visible_leaves_out_a_page_that_is_not_there():
    assert seen(COACH, Item("nowhere", "Nowhere"), Item("own", "Own")) == ["own"]


def test_visible_asks_the_narrower_permission_of_the_item():
    item = Item("own", "Own", permission="second_factor.keep")
    assert seen(COACH, item) == ["own"]
    assert seen(NOOR, item) == []


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/mijn", "/mijn"),
        ("/mijn/gegevens", "/mijn/gegevens"),
        ("/mijn/gegevens/wissen", "/mijn/gegevens"),
        ("/mijn/plan", "/mijn"),
        ("/mijn-inlog", None),
        ("/coaches", None),
        ("/", None),
    ],
)
def test_current_place_is_the_nearest_above(path, place):
    assert rules.current_place(["/mijn", "/mijn/gegevens", "/coach"], path) == place


def test_current_place_of_the_start_page_is_only_the_start_page():
    assert rules.current_place(["/"], "/hulp") is None
    assert rules.current_place(["/"], "/") == "/"


@pytest.mark.parametrize("path", ["/", "/vragen", "/coaches?meer=1&x=%C3%A9", "/afspraken/met/aB-_9"])
def test_safe_path_lets_our_own_paths_through(path):
    assert rules.safe_path(path) == path


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "vragen",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "https://evil.test/",
        "https:evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "/\n/evil.test",
        " /vragen",
        "/vragen\r\nSet-Cookie: a=b",
        "/@evil.test:80\\x",
        "/é",
    ],
)
def test_safe_path_refuses_everything_else(target):
    assert rules.safe_path(target) is None


def test_mailbox_is_at_the_domain_of_our_mail():
    assert rules.mailbox("privacy", "Afspraken <afspraken@example.org>") == "privacy@example.org"
    assert rules.mailbox("security", "afspraken@mail.example.org") == "security@mail.example.org"
