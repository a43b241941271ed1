"""Signing in and out, invitations, and one's own sessions."""

import secrets
from datetime import timedelta

import flask_login
from flask import Blueprint, Flask, Response, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from portal import clock, web
from portal.access import Actor, Anonymous, current_actor, public, requires
from portal.accounts import actions, forms, queries, rules
from portal.accounts.models import Account
from portal.i18n import gettext as _
from portal.i18n import language
from portal.web import Form, render, see_other

bp = Blueprint("accounts", __name__)
NONCE_COOKIE = "browser"
NONCE_SECONDS = int(timedelta(days=7).total_seconds())


class BrowserUser(flask_login.UserMixin):
    """What flask-login keeps of a signed-in person: the token in the cookie, and who that is."""

    def __init__(self, token: str, signed_in: queries.SignedIn) -> None:
        self.id = token
        self.session = signed_in.session
        self.account = signed_in.account
        self.actor: Actor = signed_in.actor
        self.halfway = signed_in.halfway


def install(app: Flask) -> None:
    manager = flask_login.LoginManager(app)
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
    """Where somebody goes who is not signed in far enough for a page, and comes back from."""
    if request.method == "GET" and not request.htmx:
        session["next"] = request.full_path.rstrip("?")
    halfway = getattr(flask_login.current_user, "halfway", False)
    return web.go_to(url_for("second_factor.give" if halfway else "accounts.sign_in"))


def sign_in_browser(account: Account, *, second_factor: bool = False) -> None:
    """Start a session in this browser; whatever it carried before is gone, but the page it wanted."""
    now = clock.now()
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
    if wanted:
        session["next"] = wanted
    signed_in = queries.signed_in(token, clock.now())
    if signed_in is not None:
        flask_login.login_user(BrowserUser(token, signed_in))


def next_page() -> Response:
    """The page this person was on the way to, or their own start page."""
    return web.go_to(rules.safe_path(session.pop("next", None)) or url_for("accounts.home"))


def nonce() -> str:
    """The random value that tells this browser apart; made when it first needs one."""
    known = web.read_cookie(NONCE_COOKIE)
    if not known or len(known) < 22:
        known = g.get("nonce") or secrets.token_urlsafe(24)
        g.nonce = known
    return known


def remember_nonce(response: Response) -> Response:
    web.set_cookie(response, NONCE_COOKIE, nonce(), seconds=NONCE_SECONDS)
    return response


@bp.route("/inloggen", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = forms.SignInForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.request_sign_in(
                address=form.email.data,
                browser=nonce(),
                client=web.client_address(),
                language=language(),
                now=clock.now(),
            )
            return remember_nonce(see_other("accounts.code"))
    return render("accounts/sign_in.html", fragment="sign_in_form", form=form)


@bp.route("/inloggen/code", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    form = forms.CodeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            account = actions.sign_in_by_code(
                form.code.data, browser=nonce(), client=web.client_address(), now=clock.now()
            )
            sign_in_browser(account)
            return next_page()
    return render("accounts/code.html", fragment="code_form", form=form)


@bp.route("/inloggen/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        account = actions.sign_in_by_link(token, browser=nonce(), now=clock.now())
        sign_in_browser(account)
        return next_page()
    return _unlinked(render("accounts/link.html", form=form))


@bp.route("/uitloggen", methods=["GET", "POST"])
@requires("account.leave")
def sign_out() -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        actions.end_session(flask_login.current_user.id)
        return _forget_everything(see_other("accounts.signed_out"))
    return render("accounts/sign_out.html", form=form)


@bp.route("/uitgelogd")
@public
def signed_out() -> ResponseReturnValue:
    return render("accounts/signed_out.html")


@bp.route("/uitnodiging/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    invited = queries.open_invitation(token, clock.now())
    form = forms.InvitationForm()
    if form.validate_on_submit():
        account = actions.accept_invitation(
            token, first_name=form.first_name.data, last_name=form.last_name.data, now=clock.now()
        )
        sign_in_browser(account)
        return see_other("second_factor.give")
    return _unlinked(render("accounts/invitation.html", fragment="invitation_form", form=form, invitation=invited))


@bp.route("/mijn-inlog")
@requires("account.see")
def sessions() -> ResponseReturnValue:
    return render(
        "accounts/sessions.html",
        sessions=queries.sessions_of(current_actor()),
        this_session=flask_login.current_user.session,
        form=Form(),
    )


@bp.route("/mijn-inlog/<public_id>/beeindig", methods=["POST"])
@requires("account.see")
def end_session(public_id: str) -> ResponseReturnValue:
    actions.end_one_session(current_actor(), public_id)
    flash(_("That browser is signed out."), "success")
    return see_other("accounts.sessions")


@bp.route("/mijn-inlog/overal-uit", methods=["POST"])
@requires("account.see")
def sign_out_everywhere() -> ResponseReturnValue:
    actions.end_all_sessions(current_actor())
    return _forget_everything(see_other("accounts.signed_out"))


@bp.route("/begin")
@requires("account.see")
def home() -> ResponseReturnValue:
    """On to the start page of this person's work."""
    return redirect(rules.home_of(current_actor().roles), 303)


def _unlinked(response: Response) -> Response:
    """A page whose address is a secret: it goes into no Referer header."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _forget_everything(response: Response) -> Response:
    flask_login.logout_user()
    session.clear()
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
