"""A few questions just after sending the sign-up, for who wants to; nobody is signed in yet."""

from flask import Blueprint, Response, flash

from portal import clock
from portal.access import public
from portal.accounts import browser
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import unconfirmed_in
from portal.i18n import gettext as _
from portal.measures import actions, queries
from portal.questionnaires.forms import asking
from portal.questionnaires.queries import in_use, questions_of
from portal.questionnaires.rules import Occasion
from portal.web import render, see_other

bp = Blueprint("measures", __name__)


def _enrolment_of_this_browser() -> Enrolment | None:
    """The sign-up that was just sent from here, as long as these questions were not answered."""
    enrolment = unconfirmed_in(browser.nonce())
    return None if enrolment is None or queries.has_answered(enrolment) else enrolment


@bp.app_template_global()
def start_can_be_measured() -> bool:
    return _enrolment_of_this_browser() is not None


@bp.route("/aanmelden/hoe-gaat-het", methods=["GET", "POST"])
@public
def start() -> Response:
    enrolment = _enrolment_of_this_browser()
    if enrolment is None:
        return see_other("enrolments.sent")
    version = in_use(enrolment.programme, Occasion.START)
    form = asking(questions_of(version))
    if form.validate_on_submit():
        with form.reporting_errors():
            if form.values:
                actions.begin(enrolment, version, form.values, now=clock.now())
                flash(_("Thank you. Your answers are stored."), "success")
            return see_other("enrolments.sent")
    return render("measures/start.html", fragment="start_form", form=form, version=version)
