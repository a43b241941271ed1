"""The questions behind a mailed link. Nobody is signed in here: the page does not even look who it could be."""

from flask import Blueprint, Response

from portal import clock
from portal.access import NOBODY, public
from portal.evaluations import actions, queries, rules
from portal.evaluations.forms import answers_of
from portal.questionnaires.forms import asking
from portal.questionnaires.queries import questions_of
from portal.web import render, see_other

bp = Blueprint("evaluations", __name__)


@bp.route("/evaluatie/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> Response:
    invitation = queries.open_invitation(token, clock.now())
    form = asking(questions_of(invitation.questionnaire))
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.give_answer(invitation, answers_of(form), now=clock.now())
            return see_other("evaluations.thanks")
    version = invitation.questionnaire
    return render("evaluations/answer.html", fragment="answer_form", actor=NOBODY, form=form, version=version)


@bp.get("/evaluatie/bedankt")
@public
def thanks() -> Response:
    return render("evaluations/thanks.html", actor=NOBODY)


@bp.errorhandler(rules.AlreadyAnswered)
def already_answered(error: rules.AlreadyAnswered) -> Response:
    return render("evaluations/thanks.html", status=error.status, actor=NOBODY, already=True)
