"""The pages between not being known and being signed in: every step as it is, and with its errors shown."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect

from portal.clock import local_day, now
from portal.crypto import digest
from tests.browser.conftest import BrowserOf
from tests.browser.looking import look_with, problems_of
from tests.live import Portal

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["nl", "en"])]

NewestMail = Callable[[str], str]
# What is filled in at each step of the sign-up: boxes and radio buttons by name (the first), fields with their text.
STEPS: list[tuple[str, list[str], dict[str, str]]] = [
    ("/aanmelden", [], {"postcode": "7511"}),
    ("/aanmelden/situatie", ["work_situation"], {}),
    ("/aanmelden/onderwerpen", ["themes", "themes_consent"], {}),
    ("/aanmelden/contact", [], {"first_name": "Iris"}),
    ("/aanmelden/controle", ["read_privacy"], {}),
]
FOR_WHO_IS_NEW = ["/mijn", "/coaches", "/afspraken", "/mijn/gegevens"]


class Walk:
    """Going from page to page, and remembering what was wrong on each."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = look_with(page)
        self.language = language
        self.problems: list[str] = []

    def look(self) -> None:
        self.problems += problems_of(self.page, self.language)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.look()

    def press(self) -> None:
        """The one thing to do on this page."""
        self.page.locator("main form[method=post] .button").first.click()

    def press_too_early(self) -> None:
        self.press()
        expect(self.page.locator(".notice.wrong")).to_be_focused()
        self.look()

    def arrive(self, address: str) -> None:
        self.page.wait_for_url(re.compile(f"{address}$"))
        self.look()


def link_in(text: str) -> str:
    found = re.search(r"https?://\S+", text)
    assert found, text
    return found.group()


def test_signing_up(browser_of: BrowserOf, newest_mail: NewestMail, language: str) -> None:
    walk = Walk(browser_of(language=language).page, language)
    walk.open("/aanmelden")
    for address, boxes, fields in STEPS:
        walk.arrive(address)
        walk.press_too_early()
        for name in boxes:
            walk.page.locator(f"[name={name}]").first.check()
        for name, text in fields.items():
            walk.page.fill(f"[name={name}]", text)
        if address == "/aanmelden/contact":
            walk.page.fill("[name=email]", f"iris.{language}@example.org")
        walk.press()
    walk.arrive("/aanmelden/verstuurd")
    walk.open(link_in(newest_mail(f"iris.{language}@example.org")))
    walk.press()
    walk.page.wait_for_url("**/coaches")
    for address in FOR_WHO_IS_NEW:
        walk.open(address)
    assert not walk.problems, "\n".join(walk.problems)


def test_coming_back_to_a_sign_up(browser_of: BrowserOf, language: str) -> None:
    """The browser was closed: what it remembers of the visit is gone, the number of the draft is not."""
    walk = Walk(browser_of(language=language).page, language)
    walk.page.goto("/aanmelden")
    walk.page.fill("[name=postcode]", "7511")
    walk.press()
    walk.page.wait_for_url("**/aanmelden/situatie")
    walk.page.context.clear_cookies(name="sessie")
    walk.page.goto("/aanmelden")
    walk.arrive("/aanmelden/verder")
    assert not walk.problems, "\n".join(walk.problems)


def test_signing_in_with_two_steps(browser_of: BrowserOf, newest_mail: NewestMail, language: str) -> None:
    address = {"nl": "fay@example.org", "en": "otto@example.org"}[language]
    walk = Walk(browser_of(language=language).page, language)
    walk.open("/inloggen")
    walk.press_too_early()
    walk.page.fill("[name=email]", address)
    walk.press()
    walk.arrive("/inloggen/code")
    walk.press_too_early()
    walk.open(link_in(newest_mail(address)))
    walk.press()
    walk.arrive("/inloggen/tweede-stap/instellen")
    walk.press()
    expect(walk.page.locator("strong.code")).to_be_visible()
    walk.look()
    walk.press_too_early()
    secret = walk.page.locator("strong.code").inner_text().replace(" ", "")
    walk.page.fill("[name=code]", pyotp.TOTP(secret).now())
    walk.press()
    expect(walk.page.locator("ul.codes li")).to_have_count(10)
    walk.look()
    walk.page.get_by_role("banner").get_by_role("button").last.click()
    walk.arrive("/uitgelogd")
    assert not walk.problems, "\n".join(walk.problems)


def test_being_invited(browser_of: BrowserOf, newest_mail: NewestMail, language: str) -> None:
    wilma = browser_of("Wilma").page
    wilma.goto("/regio/coaches/uitnodigen")
    wilma.fill("[name=email]", f"coach.{language}@example.org")
    wilma.locator("[name=region]").first.check()
    wilma.locator("main form .button").first.click()
    expect(wilma.locator("#flash .notice")).to_be_visible()
    walk = Walk(browser_of(language=language).page, language)
    walk.open(link_in(newest_mail(f"coach.{language}@example.org")))
    walk.press_too_early()
    assert not walk.problems, "\n".join(walk.problems)


def test_moving_and_cancelling_by_the_link_in_a_mail(
    browser_of: BrowserOf, newest_mail: NewestMail, demo: Portal, language: str
) -> None:
    """Noor books a talk; afterwards she has nothing but the mail."""
    noor = browser_of("Noor", language=language).page
    noor.goto("/mijn")
    noor.locator("main a[href^='/afspraken/met/']").first.click()
    noor.locator("button.time").first.click()
    noor.locator("#confirm_form .button").click()
    noor.wait_for_url(re.compile("/afspraken/[^/]+$"))
    walk = Walk(browser_of(language=language).page, language)
    walk.open(link := link_in(newest_mail("noor@example.org")))
    walk.open(f"{link}/verzetten?maand={local_day(now()) + timedelta(days=21):%Y-%m}")
    last_day = walk.page.locator("details.day").last  # The first one may have no other time than the talk has now.
    last_day.locator("summary").click()
    last_day.locator("button.time").last.click()
    walk.page.wait_for_url("**/bevestig/*")
    walk.look()
    walk.page.locator("main form[method=post] .button").first.dblclick()
    expect(walk.page).to_have_url(re.compile("/afspraak/[^/]+$"))  # Of two presses the browser drops one.
    expect(walk.page.locator("main a[href$='/verzetten']")).to_be_visible()
    walk.look()
    answer = walk.page.goto(link)
    assert answer is not None
    assert answer.status == 410
    walk.look()
    walk.open(f"{link_in(newest_mail('noor@example.org'))}/afzeggen")
    walk.press()
    walk.arrive("/")
    assert not walk.problems, "\n".join(walk.problems)


def test_saying_how_it_was(browser_of: BrowserOf, demo: Portal, language: str) -> None:
    """The link of an invitation stands in its mail only, so one that nobody has answered gets a link we know."""
    demo.rows(
        "UPDATE evaluation_invitation SET token_hash = ? WHERE id = (SELECT id FROM evaluation_invitation"
        " WHERE NOT answered ORDER BY expires_at DESC LIMIT 1)",
        digest(f"known-{language}", purpose="evaluation"),
    )
    walk = Walk(browser_of(language=language).page, language)
    walk.open(f"/evaluatie/known-{language}")
    walk.press_too_early()
    for grade in ("coach_grade", "trajectory_grade"):
        walk.page.locator(f"[name={grade}][value='8']").check()
    walk.press()
    walk.arrive(f"/evaluatie/known-{language}/later")
    walk.open(f"/evaluatie/known-{language}")
    assert not walk.problems, "\n".join(walk.problems)
