"""Asking the real application for an answer as somebody, the same way every time."""

from dataclasses import dataclass, field

import flask
from flask import Flask
from werkzeug.test import TestResponse

from portal.accounts.models import Account
from portal.db import database
from tests.page import BASE, Client


@dataclass(frozen=True)
class Visitor:
    """Somebody with the cookies of a browser that never change, and a token for forms that fits them."""

    app: Flask
    cookies: dict[str, str] = field(repr=False)
    token: str = field(repr=False)
    # It looks at addresses that begin so.
    looks_at: str = "/"

    @classmethod
    def of(cls, browser: Client, looks_at: str = "/") -> "Visitor":
        token = browser.get("/hulp").form("/taal").fields["csrf_token"][0]
        return cls(browser.app, browser.cookies(), token, looks_at)

    @classmethod
    def as_account(cls, app: Flask, account: Account | None, *, second_step: bool = True) -> "Visitor":
        browser = Client(app)
        return cls.of(browser if account is None else browser.sign_in(account, second_step=second_step))

    def ask(self, method: str, path: str, data: dict | None = None, headers: dict | None = None) -> TestResponse:
        for name in list(flask.g):  # Each request has its own, also inside the context of the test.
            flask.g.pop(name)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.app.test_client(use_cookies=False).open(
            path,
            method=method,
            data={"csrf_token": self.token, **(data or {})} if method == "POST" else None,
            headers={"Cookie": cookie, **(headers or {})},
            base_url=BASE,
        )

    def ask_for_nothing(self, method: str, path: str, data: dict | None = None, **headers: str) -> TestResponse:
        """The same answer; what it stored is taken back."""
        with database.atomic() as stored:
            response = self.ask(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
            stored.rollback()
        return response
