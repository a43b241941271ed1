"""Signing in and out, invitations, and one's own sessions."""

import flask_login
from flask import Blueprint, Response, flash
from flask.typing import ResponseReturnValue

from portal import clock, web
from portal.access import current_actor, public, requires
from portal.accounts import actions, browser, forms, queries, rules
from portal.forms import Form
from portal.i18n import gettext as _
from portal.i18n import language
from portal.web import render, see_other

bp = Blueprint("accounts", __name__)
bp.add_app_template_global(rules.seconds_until_warning, "seconds_until_warning")


@bp.route("/inloggen", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = forms.SignInForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.request_sign_in(
                address=form.email.data,
                browser=browser.nonce(),
                client=web.client_address(),
                language=language(),
                now=clock.now(),
            )
            return browser.remember_nonce(see_other("accounts.code"))
    return render("accounts/sign_in.html", fragment="sign_in_form", form=form)


@bp.route("/inloggen/code", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    form = forms.CodeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            account = actions.sign_in_by_code(
                form.code.data, browser=browser.nonce(), client=web.client_address(), now=clock.now()
            )
            browser.sign_in(account)
            return browser.next_page()
    return render("accounts/code.html", fragment="code_form", form=form)


@bp.route("/inloggen/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        account = actions.sign_in_by_link(token, browser=browser.nonce(), now=clock.now())
        browser.sign_in(account)
        return browser.next_page()
    return render("accounts/link.html", form=form)


@bp.route("/uitloggen", methods=["GET", "POST"])
@requires("account.leave")
def sign_out() -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        actions.end_session(flask_login.current_user.id)
        return browser.sign_out(see_other("accounts.signed_out"))
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
        with form.reporting_errors():
            account = actions.accept_invitation(
                token, first_name=form.first_name.data, last_name=form.last_name.data, now=clock.now()
            )
            browser.sign_in(account)
            return see_other("second_factor.give")
    return render("accounts/invitation.html", fragment="invitation_form", form=form, invitation=invited)


@bp.route("/mijn-inlog")
@requires("account.see")
def sessions() -> ResponseReturnValue:
    return render(
        "accounts/sessions.html",
        sessions=queries.sessions_of(current_actor(), clock.now()),
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
    return browser.sign_out(see_other("accounts.signed_out"))


@bp.route("/begin")
@requires("account.see")
def home() -> ResponseReturnValue:
    """On to the start page of this person's work."""
    return web.go_to(rules.home_of(current_actor().roles))


@bp.errorhandler(rules.LinkExpired)
def link_expired(error: rules.LinkExpired) -> Response:
    """What to do now: a new link is one button away."""
    return render("accounts/expired.html", status=error.status, message=str(error))
