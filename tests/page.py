"""A client that reads pages as a person with a browser does, and checks every page it fetches."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import flask
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import TestResponse

from portal import clock
from portal.accounts import actions as account_actions
from portal.accounts.models import Account
from portal.db import database
from portal.outbox import Mail
from tests import markup
from tests.calendars import read_by_all

BASE = "https://portal.example.org"
LABELLED = {"input", "select", "textarea"}
WITHOUT_LABEL = {"hidden", "submit", "button"}


@dataclass
class Form:
    """A form on a page, with what a browser would send for it."""

    action: str
    method: str
    fields: dict[str, list[str]]
    buttons: list[tuple[str, str, str]]
    element: Element


@dataclass
class Page:
    """A fetched page or fragment."""

    response: TestResponse
    url: str
    html: str = field(init=False)
    tree: Element = field(init=False)
    mistakes: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.html = self.response.get_data(as_text=True)
        self.tree, self.mistakes = markup.read(self.html)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def text(self) -> str:
        """What a person reads: the words, with single spaces."""
        body = self.tree.find("body")
        return " ".join(" ".join(words(body if body is not None else self.tree)).split())

    @property
    def h1(self) -> str:
        return " ".join(" ".join(words(next(self.tree.iter("h1")))).split())

    @property
    def heading(self) -> str:
        """What a page or a notice on it begins with."""
        return " ".join(" ".join(words(next(e for e in self.tree.iter() if e.tag in ("h1", "h2")))).split())

    @property
    def links(self) -> list[str]:
        return [a.get("href", "") for a in self.tree.iter("a")]

    def link(self, text: str) -> str:
        """The address behind the link with this text."""
        for a in self.tree.iter("a"):
            if text in " ".join(" ".join(words(a)).split()):
                return a.get("href", "")
        raise AssertionError(f"no link {text!r} on {self.url}: {[' '.join(words(a)) for a in self.tree.iter('a')]}")

    def by_id(self, name: str) -> Element | None:
        return next((e for e in self.tree.iter() if e.get("id") == name), None)

    def text_of(self, name: str) -> str:
        element = self.by_id(name)
        assert element is not None, f"no element with id {name!r} on {self.url}"
        return " ".join(" ".join(words(element)).split())

    @property
    def forms(self) -> list[Form]:
        return [read_form(element, self.url) for element in self.tree.iter("form")]

    def form(self, action: str | None = None, button: str | None = None) -> Form:
        """The one form that posts to this path, or that has this button; without either the page's own."""
        main = next(self.tree.iter("main"), self.tree)
        within = self.tree if action is not None else main
        found = [f for f in (read_form(e, self.url) for e in within.iter("form")) if f.method == "post"]
        if action is not None:
            found = [f for f in found if urlsplit(f.action).path == action]
        if button is not None:
            found = [f for f in found if any(button in text for _, _, text in f.buttons)]
        assert len(found) >= 1, f"no form {action or button!r} on {self.url}: {[f.action for f in self.forms]}"
        return found[0]

    @property
    def errors(self) -> list[str]:
        """The messages of the error summary."""
        summary = [e for e in self.tree.iter() if "wrong" in (e.get("class") or "").split() and e.get("tabindex")]
        return [
            " ".join(" ".join(words(a)).split())
            for s in summary
            for a in [*s.iter("a"), *s.iter("li")]
            if list(words(a))
        ]


def words(element: Element) -> Iterator[str]:
    if element.tag in ("script", "style", "template"):
        return
    if element.text:
        yield element.text
    for child in element:
        yield from words(child)
        if child.tail:
            yield child.tail


def read_form(element: Element, url: str) -> Form:
    fields: dict[str, list[str]] = {}
    buttons = []
    for control in element.iter():
        name, value = control.get("name") or "", control.get("value") or ""
        if control.tag == "button" or (control.tag == "input" and control.get("type") == "submit"):
            buttons.append((name, value, " ".join(" ".join(words(control)).split()) or value))
        elif name and control.tag in LABELLED:
            for sent in sent_by(control):
                fields.setdefault(name, []).append(sent)
            if control.tag == "select":
                fields.setdefault(name, [])
    action = urljoin(url, element.get("action") or url)
    return Form(action, (element.get("method") or "get").lower(), fields, buttons, element)


def sent_by(control: Element) -> list[str]:
    """The values that a browser sends for this control as it stands."""
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        return chosen_options(control)
    if control.get("type") in ("checkbox", "radio"):
        return [control.get("value") or "on"] if control.get("checked") is not None else []
    return [control.get("value") or ""]


def chosen_options(select: Element) -> list[str]:
    options = list(select.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and select.get("multiple") is None:
        chosen = options[:1]
    return [option.get("value") or "" for option in chosen]


class Client:
    """One browser. Every page it fetches is checked; `htmx=True` asks as htmx does."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.flask: FlaskClient = app.test_client()
        self.queries = 0

    def get(self, url: str, *, htmx: bool = False, follow: bool = False, headers: dict | None = None) -> Page:
        page = self._open("GET", url, htmx=htmx, headers=headers)
        return self.follow(page) if follow else page

    def post(
        self,
        url: str,
        data: dict | None = None,
        *,
        htmx: bool = False,
        follow: bool = False,
        headers: dict | None = None,
    ) -> Page:
        page = self._open("POST", url, data=data or {}, htmx=htmx, headers=headers)
        return self.follow(page) if follow else page

    def follow(self, page: Page) -> Page:
        for _ in range(5):
            if page.status not in (301, 302, 303):
                return page
            page = self.get(urljoin(page.url, page.location))
        raise AssertionError(f"redirected more than five times, last to {page.location}")

    def submit(
        self,
        page: Page,
        action: str | None = None,
        *,
        button: str | None = None,
        htmx: bool = False,
        follow: bool = True,
        **values: object,
    ) -> Page:
        """Fill in the page's form and press its button; values are by field name, lists for several boxes."""
        form = page.form(action, button)
        data = {**form.fields}
        for name, value in values.items():
            data[name] = [str(v) for v in value] if isinstance(value, (list, tuple)) else [str(value)]
        named = [(n, v) for n, v, text in form.buttons if n and (button is None or button in text)]
        if named and (button is not None or len(form.buttons) == 1):
            data[named[0][0]] = [named[0][1]]
        return self.post(form.action, data, htmx=htmx, follow=follow)

    def sign_in(self, account: Account, *, second_step: bool = True) -> "Client":
        """Put this person's session into this browser, as signing in does."""
        now = clock.now()
        token = account_actions.begin_session(
            account, browser="test", now=now, second_factor_at=now if second_step else None
        )
        with self.flask.session_transaction(base_url=BASE) as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self

    def cookies(self) -> dict[str, str]:
        return {key[2]: cookie.value for key, cookie in self.flask._cookies.items()}

    def _open(
        self, method: str, url: str, *, data: dict | None = None, htmx: bool = False, headers: dict | None = None
    ) -> Page:
        path = url.removeprefix(BASE)
        sent = dict(headers or {})
        if htmx:
            sent["HX-Request"] = "true"
        counted: list[str] = []

        def count(event: object) -> None:
            counted.append(str(event))

        database.query_hooks.append(count)
        for name in list(flask.g):  # Each request has its own, also inside the context of the test.
            flask.g.pop(name)
        try:
            response = self.flask.open(path, method=method, data=data, headers=sent, base_url=BASE)
        finally:
            database.query_hooks.remove(count)
        self.queries = len(counted)
        page = Page(response, urljoin(BASE, path))
        check_headers(page)
        if page.response.mimetype == "text/html" and page.html:
            (check_fragment if htmx else check_page)(page, self.app)
        if page.response.mimetype == "text/calendar":
            read_by_all(page.html)
        return page


def check_headers(page: Page) -> None:
    headers = page.response.headers
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"):
        assert name in headers, f"{page.url}: header {name} is missing"
    assert "unsafe" not in headers["Content-Security-Policy"]


def check_page(page: Page, app: Flask) -> None:
    """The house rules for every page: parses, one h1, title, lang, ids, labels, tokens, links."""
    assert not page.mistakes, f"{page.url}: {markup.first_mistake(page.html)}"
    assert page.tree.get("lang") in ("nl", "en"), f"{page.url}: no language"
    titles = [t.text for t in page.tree.iter("title") if t.text]
    assert titles, f"{page.url}: no title"
    assert len(list(page.tree.iter("h1"))) == 1, f"{page.url}: {len(list(page.tree.iter('h1')))} h1"
    assert len(list(page.tree.iter("main"))) == 1, f"{page.url}: not exactly one main"
    check_fragment(page, app)


def check_fragment(page: Page, app: Flask) -> None:
    ids = Counter(e.get("id") for e in page.tree.iter() if e.get("id"))
    doubled = {i for i, times in ids.items() if times > 1}
    assert not doubled, f"{page.url}: ids used twice: {doubled}"
    for element in page.tree.iter():
        check_element(element, page, ids)
    check_forms(page)
    check_links(page, app)
    assert not re.search(r"%\(\w+\)s|\{\{|\{%", page.text), f"{page.url}: an unfilled placeholder"


def check_element(element: Element, page: Page, ids: Counter) -> None:
    tag = str(element.tag)
    where = f"{page.url}: <{tag} {' '.join(f'{k}={v!r}' for k, v in element.attrib.items())[:150]}>"
    assert not any(a.startswith("on") or a == "style" for a in element.attrib), f"{where}: inline script or style"
    assert not (element.get("href") or "").startswith("javascript:"), where
    if tag == "script":
        assert element.get("src"), f"{where}: inline script"
    assert tag != "style", f"{where}: inline style"
    for reference in ("aria-describedby", "aria-labelledby", "for"):
        for name in (element.get(reference) or "").split():
            assert name in ids, f"{where}: {reference} points to nothing: {name}"
    if tag in LABELLED and (element.get("type") or "text") not in WITHOUT_LABEL:
        labelled = (
            element.get("aria-label")
            or element.get("aria-labelledby")
            or any(label.get("for") == element.get("id") for label in page.tree.iter("label"))
        )
        assert labelled, f"{where}: no label"
    if tag == "img":
        assert element.get("alt") is not None, f"{where}: no alt"


def check_forms(page: Page) -> None:
    for form in page.forms:
        if form.method == "post":
            assert form.fields.get("csrf_token", [""])[0], f"{page.url}: form {form.action} without CSRF token"


def check_links(page: Page, app: Flask) -> None:
    """Every link and form leads to a page that exists for that method."""
    adapter = app.url_map.bind("portal.example.org", url_scheme="https")
    addresses = [a for a in page.links if not a.startswith("#")]
    for address, method in [*((a, "GET") for a in addresses), *((f.action, f.method.upper()) for f in page.forms)]:
        parts = urlsplit(urljoin(page.url, address))
        if parts.scheme not in ("http", "https") or parts.netloc != "portal.example.org":
            continue
        try:
            adapter.match(parts.path, method=method)
        except (NotFound, MethodNotAllowed) as error:
            raise AssertionError(f"{page.url}: dead link {method} {parts.path}") from error


@dataclass(frozen=True)
class Letter:
    """A mail as its reader sees it."""

    to: str
    subject: str
    text: str
    html: str
    calendar: list[str] | None
    template: str
    status: str

    @property
    def links(self) -> list[str]:
        return re.findall(r"https?://[^\s<>\")]+", self.text)

    def link(self, part: str) -> str:
        """The address in this mail that holds this part, without host."""
        found = [address for address in self.links if part in address]
        assert found, f"no link with {part!r} in {self.text}"
        return found[0].removeprefix(BASE)


class Mailbox:
    """Every mail in the outbox, oldest first."""

    def __iter__(self) -> Iterator[Letter]:
        for mail in Mail.select().order_by(Mail.id):
            if mail.content_sealed is None:
                continue
            content = json.loads(mail.content)
            if content["calendar"]:
                read_by_all(content["calendar"][1])
            yield Letter(
                to=mail.recipient,
                subject=content["subject"],
                text=content["text"],
                html=content["html"],
                calendar=content["calendar"],
                template=mail.template,
                status=str(mail.status),
            )

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self if letter.to == address and letter.status == "waiting"]

    def last(self, address: str) -> Letter:
        letters = self.to(address)
        assert letters, f"no mail to {address}: {[(m.to, m.subject) for m in self]}"
        return letters[-1]
