"""Somebody with a browser, a mailbox and, for who works here, an app that makes codes."""

import re
import time
from email.message import EmailMessage

import pyotp
from playwright.sync_api import Page, expect

from portal.enrolments.rules import SHORTEST_SIGN_UP
from tests.live import Post, link_in, text_of

STEP_SECONDS = 30


class Person:
    """What a person does with the portal: nothing that a person cannot do."""

    def __init__(self, first_name: str, page: Page, post: Post) -> None:
        self.first_name = first_name
        self.address = f"{first_name.lower()}@example.org"
        self.page = page
        self.post = post
        self.secret = ""
        self.last_step = 0

    # -- looking

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(text)

    def sees_title(self, title: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def is_told(self, text: str) -> None:
        """What was done is said at the top of the page."""
        expect(self.page.locator("#flash")).to_contain_text(text)

    # -- doing

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def follows(self, link: str | re.Pattern[str]) -> None:
        self.page.locator("main").get_by_role("link", name=link).first.click()

    def reads(self) -> None:
        """Takes the time that a person needs and a robot does not take."""
        self.page.wait_for_timeout(SHORTEST_SIGN_UP.total_seconds() * 1000)

    def presses(self, button: str | re.Pattern[str]) -> None:
        exact = isinstance(button, str)
        self.page.locator("main").get_by_role("button", name=button, exact=exact).first.click()

    def fills_in(self, label: str, value: str) -> None:
        self.page.locator("input, textarea").and_(self.page.get_by_label(label)).first.fill(value)

    def ticks(self, *labels: str) -> None:
        """Boxes and radio buttons, each by the beginning of its words."""
        boxes = self.page.locator("[type=checkbox], [type=radio]")
        for label in labels:
            boxes.and_(self.page.get_by_label(re.compile(f"^{re.escape(label)}"))).first.check()

    def chooses(self, label: str, option: str) -> None:
        self.page.get_by_label(label).select_option(label=option)

    # -- mail

    def mail(self, about: str) -> EmailMessage:
        """The next mail, of which the subject is this."""
        message = self.post.next_to(self.address)
        assert message["Subject"] == about, f"{self.first_name} got {message['Subject']!r}"
        return message

    def opens_mail(self, about: str) -> None:
        self.opens(link_in(self.mail(about)))

    # -- signing in

    def accepts_invitation(self, last_name: str) -> None:
        self.opens_mail("Je bent uitgenodigd")
        self.fills_in("Voornaam", self.first_name)
        self.fills_in("Achternaam", last_name)
        self.presses("Maak mijn account")
        self.sets_up_the_second_step()

    def sets_up_the_second_step(self) -> None:
        self.presses("Ik heb zo'n app, ga verder")
        self.sees_title("Scan dit plaatje met je app")
        self.secret = self.page.locator("strong.code").inner_text().replace(" ", "")
        self.fills_in("Code", self.next_code())
        self.presses("Controleer de code")
        self.sees_title("Bewaar deze codes")
        self.follows("Ik heb ze bewaard, ga verder")

    def signs_in_by_link(self) -> None:
        self.asks_to_sign_in()
        self.opens_mail("Je link om in te loggen")
        self.presses("Log in")

    def signs_in_by_code(self) -> None:
        self.asks_to_sign_in()
        found = re.search(r"\b\d{3} ?\d{3}\b", text_of(self.mail("Je link om in te loggen")))
        assert found, "a mail without a code"
        self.fills_in("Code", found.group())
        self.presses("Log in")

    def asks_to_sign_in(self) -> None:
        self.opens("/inloggen")
        self.fills_in("E-mailadres", self.address)
        self.presses("Stuur mij een link")
        self.sees_title("Kijk in je mail")

    def gives_the_second_step(self) -> None:
        self.sees_title("Typ de code uit je app")
        self.fills_in("Code", self.next_code())
        self.presses("Ga verder")

    def next_code(self) -> str:
        """A code that was not used before: if need be the one of the half minute that comes, which is let in too."""
        self.last_step = max(int(time.time()) // STEP_SECONDS, self.last_step + 1)
        return pyotp.TOTP(self.secret).at(self.last_step * STEP_SECONDS)

    def signs_out(self) -> None:
        self.page.get_by_role("banner").get_by_role("button", name="Log uit").click()
        self.sees_title("Je bent uitgelogd")
