"""Pages of the second step: set up with a QR code, give the code, keep recovery codes."""

import flask_login
import segno
from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import clock
from portal.access import current_actor, requires
from portal.accounts import actions as account_actions
from portal.accounts import browser
from portal.forms import Form
from portal.second_factor import actions, forms, queries, rules
from portal.web import render, see_other

bp = Blueprint("second_factor", __name__)


@bp.route("/inloggen/tweede-stap", methods=["GET", "POST"])
@requires("second_factor.give")
def give() -> ResponseReturnValue:
    authenticator = queries.authenticator_of(current_actor())
    if authenticator is None or authenticator.confirmed_at is None:
        return see_other("second_factor.set_up")
    form = forms.CodeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.give(current_actor(), form.code.data, now=clock.now())
            renew_browser()
            return browser.next_page()
    return render("second_factor/give.html", fragment="code_form", form=form)


@bp.route("/inloggen/tweede-stap/instellen", methods=["GET", "POST"])
@requires("second_factor.give")
def set_up() -> ResponseReturnValue:
    authenticator = queries.authenticator_of(current_actor())
    if authenticator is None:
        return render("second_factor/not_set_up.html", form=Form())
    if authenticator.confirmed_at:  # Never show the secret again: who has the mail only would have both steps.
        return see_other("second_factor.give")
    form = forms.CodeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            codes = actions.set_up(current_actor(), form.code.data, now=clock.now())
            renew_browser()
            return render("second_factor/codes.html", codes=codes)
    uri = rules.provisioning_uri(authenticator.secret, name=queries.account_of(current_actor()).email)
    return render(
        "second_factor/set_up.html",
        fragment="code_form",
        form=form,
        qr=Markup(segno.make(uri).svg_inline(scale=5, border=2)),  # noqa: S704  (drawn by segno)
        secret=rules.grouped(authenticator.secret),
    )


@bp.route("/inloggen/tweede-stap/begin", methods=["POST"])
@requires("second_factor.give")
def begin() -> ResponseReturnValue:
    actions.prepare(current_actor())
    return see_other("second_factor.set_up")


@bp.route("/mijn-inlog/herstelcodes", methods=["GET", "POST"])
@requires("second_factor.keep")
def renew_codes() -> ResponseReturnValue:
    form = forms.CodeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            codes = actions.renew_recovery_codes(current_actor(), form.code.data, now=clock.now())
            return render("second_factor/codes.html", codes=codes)
    return render(
        "second_factor/renew_codes.html",
        fragment="code_form",
        form=form,
        codes_left=queries.codes_left(current_actor()),
    )


@bp.route("/mijn-inlog/bevestig", methods=["GET", "POST"])
@requires("second_factor.keep")
def confirm() -> ResponseReturnValue:
    form = forms.CodeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.give(current_actor(), form.code.data, now=clock.now())
            renew_browser()
            return browser.next_page()
    return render("second_factor/confirm.html", fragment="code_form", form=form)


def renew_browser() -> None:
    """The same person goes on under a new session token, now with all their roles."""
    browser.carry_on(account_actions.renew_session(flask_login.current_user.session, now=clock.now()))
