"""The browser of a request: who is signed in there, the page they were on the way to, and what tells it apart."""

import secrets
from datetime import timedelta

import flask_login
from flask import Flask, Response, g, session, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from portal import clock, csrf, web
from portal.access import Actor, Anonymous
from portal.accounts import actions, queries, rules
from portal.accounts.models import Account

NONCE_COOKIE = "browser"
NONCE_SECONDS = int(timedelta(days=7).total_seconds())
SHORTEST_NONCE = 22


class BrowserUser(flask_login.UserMixin):
    """What flask-login keeps of a signed-in person: the token in the cookie, and who that is."""

    def __init__(self, token: str, signed_in: queries.SignedIn) -> None:
        self.id = token
        self.session = signed_in.session
        self.account = signed_in.account
        self.actor: Actor = signed_in.actor
        self.halfway = signed_in.halfway


def install(app: Flask) -> None:
    manager = flask_login.LoginManager(app, add_context_processor=False)
    manager.anonymous_user = Anonymous
    manager.session_protection = None
    manager.user_loader(load_user)


def load_user(token: str) -> BrowserUser | None:
    now = clock.now()
    signed_in = queries.signed_in(token, now)
    if signed_in is None:
        return None
    actions.touch_session(signed_in.session, now=now)
    return BrowserUser(token, signed_in)


def to_sign_in() -> ResponseReturnValue:
    """Where somebody goes who is not signed in far enough for a page, and comes back from.

    Who had filled in a form meanwhile stays with it, and signs in beside it.
    """
    halfway = getattr(flask_login.current_user, "halfway", False)
    way_in = url_for("second_factor.give" if halfway else "accounts.sign_in")
    if csrf.sent_fields():
        return csrf.kept_page(way_in)
    if request.method == "GET" and not request.htmx:
        session["next"] = request.full_path.rstrip("?")
    return web.go_to(way_in)


def sign_in(account: Account, *, second_factor: bool = False) -> None:
    """Start a session in this browser; whatever it carried before has ended, but the page it wanted."""
    now = clock.now()
    actions.end_session(session.get("_user_id", ""))
    token = actions.begin_session(
        account,
        browser=request.user_agent.string,
        now=now,
        second_factor_at=now if second_factor else None,
    )
    carry_on(token)


def carry_on(token: str) -> None:
    """Give this browser the token of its session, in a cookie that holds nothing of before."""
    wanted = session.get("next")
    session.clear()
    g.pop("csrf_token", None)  # Made for the session that is gone: forms on the page of this answer need a new one.
    if wanted:
        session["next"] = wanted
    signed_in = queries.signed_in(token, clock.now())
    if signed_in is not None:
        flask_login.login_user(BrowserUser(token, signed_in))


def next_page() -> Response:
    """The page this person was on the way to, or their own start page."""
    return web.go_to(rules.safe_path(session.pop("next", None)) or url_for("accounts.home"))


def sign_out(response: Response) -> Response:
    """Leave nothing of the person in this browser; the row of the session is the caller's to end."""
    flask_login.logout_user()
    session.clear()
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def nonce() -> str:
    """The random value that tells this browser apart; made when it first needs one."""
    known = web.read_cookie(NONCE_COOKIE)
    if not known or len(known) < SHORTEST_NONCE:
        known = g.get("nonce") or secrets.token_urlsafe(24)
        g.nonce = known
    return known


def remember_nonce(response: Response) -> Response:
    web.set_cookie(response, NONCE_COOKIE, nonce(), seconds=NONCE_SECONDS)
    return response
