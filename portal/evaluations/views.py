"""The questions behind a mailed link. Nobody is signed in here: the page does not even look who it could be."""

from flask import Blueprint, Response, flash
from htmx_flask import request

from portal import clock
from portal.access import NOBODY, public
from portal.evaluations import actions, queries, rules
from portal.evaluations.forms import answers_of
from portal.i18n import gettext as _
from portal.measures.queries import asked_again
from portal.questionnaires.forms import asking
from portal.questionnaires.queries import questions_of
from portal.web import render, see_other

bp = Blueprint("evaluations", __name__)


@bp.route("/evaluatie/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> Response:
    invitation = queries.open_invitation(token, clock.now())
    half_filled = queries.half_filled(invitation)
    form = asking(questions_of(invitation.questionnaire), half_filled, again=asked_again(invitation.trajectory))
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.give_answer(invitation, answers_of(form), now=clock.now())
            return see_other("later.ask", token=token)
    return render(
        "evaluations/answer.html",
        fragment="answer_form",
        actor=NOBODY,
        form=form,
        version=invitation.questionnaire,
        token=token,
        kept=bool(half_filled),
    )


@bp.route("/evaluatie/<token>/bewaar", methods=["GET", "POST"])
@public
def keep(token: str) -> Response:
    """What is filled in so far: by a button, and by itself where there is a script."""
    invitation = queries.open_invitation(token, clock.now())
    if request.method == "POST":
        form = asking(questions_of(invitation.questionnaire), again=asked_again(invitation.trajectory))
        actions.keep_draft(invitation, form.half_filled())
        if not request.htmx:
            return see_other("evaluations.keep", token=token)
    elif not queries.half_filled(invitation):
        return see_other("evaluations.answer", token=token)
    return render("evaluations/keep.html", fragment="kept", actor=NOBODY, token=token)


@bp.post("/evaluatie/<token>/wis")
@public
def wipe(token: str) -> Response:
    actions.wipe_draft(queries.open_invitation(token, clock.now()))
    flash(_("What you filled in is wiped."), "success")
    return see_other("evaluations.answer", token=token)


@bp.get("/evaluatie/bedankt")
@public
def thanks() -> Response:
    return render("evaluations/thanks.html", actor=NOBODY)


@bp.errorhandler(rules.AlreadyAnswered)
def already_answered(error: rules.AlreadyAnswered) -> Response:
    return render("evaluations/thanks.html", status=error.status, actor=NOBODY, already=True)
