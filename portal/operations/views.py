"""The operator's pages: mail that could not be delivered and the worker; the clock and the holidays."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.forms import Form
from portal.i18n import gettext as _
from portal.i18n import language, ngettext
from portal.operations import actions, queries
from portal.web import render, see_other

bp = Blueprint("operations", __name__)


@bp.route("/beheer/post")
@requires("mail.retry")
def mails() -> ResponseReturnValue:
    return render("operations/mails.html", post=queries.post_office(clock.now()))


@bp.route("/beheer/post/<public_id>/opnieuw", methods=["POST"])
@requires("mail.retry")
def try_again(public_id: str) -> ResponseReturnValue:
    form = Form()
    with form.reporting_errors():
        actions.try_again(current_actor(), public_id, now=clock.now())
        flash(_("The mail is tried again."), "success")
        return see_other("operations.mails")
    return render("operations/mails.html", post=queries.post_office(clock.now()), form=form)


@bp.route("/beheer/post/opnieuw", methods=["POST"])
@requires("mail.retry")
def try_all_again() -> ResponseReturnValue:
    count = actions.try_all_again(current_actor(), now=clock.now())
    if count:
        flash(ngettext("%(num)s mail is tried again.", "%(num)s mails are tried again.", count), "success")
    return see_other("operations.mails")


@bp.route("/beheer/klok")
@requires("clock.see")
def wall_clock() -> ResponseReturnValue:
    page = queries.clock_page(clock.now(), language=language())
    return render("operations/wall_clock.html", page=page)
