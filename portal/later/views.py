"""Asking whether we may ask again, and the two questions of six months later. Nobody is signed in at mailed links."""

from flask import Blueprint, Response, flash

from portal import clock
from portal.access import NOBODY, current_actor, public, requires
from portal.evaluations.queries import by_token
from portal.evaluations.rules import AlreadyAnswered, check_usable
from portal.i18n import gettext as _
from portal.later import actions, queries
from portal.later.forms import AllowForm
from portal.questionnaires.forms import asking
from portal.questionnaires.queries import questions_of
from portal.web import render, see_other

bp = Blueprint("later", __name__)


@bp.route("/evaluatie/<token>/later", methods=["GET", "POST"])
@public
def ask(token: str) -> Response:
    """Just after answering, with the link of the evaluation as long as that lives."""
    invitation = by_token(token)
    if not invitation.answered:
        return see_other("evaluations.answer", token=token)
    check_usable(answered=False, expires_at=invitation.expires_at, now=clock.now())
    if queries.is_given(invitation.trajectory):
        return see_other("evaluations.thanks")
    form = AllowForm()
    if form.validate_on_submit():
        if form.allowed.data == "yes":
            actions.allow_by_link(invitation.trajectory, now=clock.now())
        return see_other("evaluations.thanks")
    return render("later/ask.html", fragment="allow_form", actor=NOBODY, form=form)


@bp.route("/evaluatie/later/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> Response:
    invitation = queries.open_invitation(token, clock.now())
    form = asking(questions_of(invitation.questionnaire))
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.give_answer(invitation, form.values, now=clock.now())
            return see_other("evaluations.thanks")
    return render(
        "later/answer.html", fragment="answer_form", actor=NOBODY, form=form, version=invitation.questionnaire
    )


@bp.errorhandler(AlreadyAnswered)
def already_answered(error: AlreadyAnswered) -> Response:
    return render("evaluations/thanks.html", status=error.status, actor=NOBODY, already=True)


@bp.post("/mijn/gegevens/<public_id>/over-6-maanden/ja")
@requires("my_data.change")
def allow(public_id: str) -> Response:
    actions.allow(current_actor(), queries.own_trajectory(current_actor(), public_id), now=clock.now())
    flash(_("Thank you. We mail you 2 questions 6 months after the end."), "success")
    return see_other("privacy.my_data")


@bp.post("/mijn/gegevens/<public_id>/over-6-maanden/nee")
@requires("my_data.change")
def withdraw(public_id: str) -> Response:
    actions.withdraw(current_actor(), queries.own_trajectory(current_actor(), public_id), now=clock.now())
    flash(_("Your permission is withdrawn. We do not mail you these questions."), "success")
    return see_other("privacy.my_data")
