"""Erasing one's own data: what happens, one button, and then nothing is left."""

import flask_login
from flask import Blueprint, session
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, public, requires
from portal.accounts import browser
from portal.enrolments import actions as enrolments
from portal.enrolments import browser as draft
from portal.erasure import actions, queries, rules
from portal.forms import Form
from portal.sessions import queries as sessions
from portal.web import render, see_other

bp = Blueprint("erasure", __name__)
PATH = "/mijn/gegevens/wissen"


@bp.route(PATH, methods=["GET", "POST"])
@requires("my_data.erase")
def erase() -> ResponseReturnValue:
    actor, now, form = current_actor(), clock.now(), Form()
    signed_in_at = flask_login.current_user.session.created_at
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.erase_myself(actor, signed_in_at=signed_in_at, now=now)
            enrolments.erase_draft(draft.token())
            return draft.forget(browser.sign_out(see_other("erasure.done")))
    is_fresh = rules.is_fresh(signed_in_at, now)
    if not is_fresh:
        session["next"] = PATH
    return render(
        "erasure/erase.html",
        fragment="erase_form",
        form=form,
        is_fresh=is_fresh,
        coming=sessions.upcoming(actor, now),
        has_other_work=queries.has_other_work(actor.account_id),
    )


@bp.route("/gegevens-gewist")
@public
def done() -> ResponseReturnValue:
    return render("erasure/done.html")
