"""/landelijk/vragenlijsten: what we ask, by version; making a new one, looking at it as people see it, using it."""

from flask import Blueprint, Response, flash, request

from portal import clock
from portal.access import NOBODY, current_actor, requires
from portal.forms import Form
from portal.i18n import LANGUAGES, language, speaking
from portal.i18n import gettext as _
from portal.questionnaires import actions, forms, queries
from portal.questionnaires.rules import Kind
from portal.web import render, see_other

bp = Blueprint("questionnaires", __name__)


@bp.get("/landelijk/vragenlijsten")
@requires("questionnaire.see")
def overview() -> Response:
    return render("questionnaires/overview.html", asked=queries.overview())


@bp.get("/landelijk/vragenlijsten/<public_id>")
@requires("questionnaire.see")
def show(public_id: str) -> Response:
    version = queries.by_public_id(public_id)
    return render("questionnaires/show.html", version=version, questions=queries.questions_of(version))


@bp.get("/landelijk/vragenlijsten/<public_id>/voorbeeld")
@requires("questionnaire.see")
def preview(public_id: str) -> Response:
    """In one language, with the page around it as people get it: they are not signed in."""
    version = queries.by_public_id(public_id)
    asked = request.args.get("taal")
    with speaking(asked if asked in LANGUAGES else language()):
        form = forms.asking(queries.questions_of(version))
        return render("questionnaires/preview.html", actor=NOBODY, version=version, form=form)


@bp.post("/landelijk/vragenlijsten/<public_id>/kopie")
@requires("questionnaire.keep")
def copy(public_id: str) -> Response:
    draft = actions.copy(current_actor(), queries.by_public_id(public_id), now=clock.now())
    flash(_("This is the new version. It is a draft until you put it into use."), "success")
    return see_other("questionnaires.show", public_id=draft.public_id)


@bp.post("/landelijk/vragenlijsten/<public_id>/weggooien")
@requires("questionnaire.keep")
def discard(public_id: str) -> Response:
    actions.discard(current_actor(), queries.draft(public_id))
    flash(_("The draft is gone."), "success")
    return see_other("questionnaires.overview")


@bp.route("/landelijk/vragenlijsten/<public_id>/in-gebruik", methods=["GET", "POST"])
@requires("questionnaire.keep")
def use(public_id: str) -> Response:
    draft = queries.draft(public_id)
    form = Form()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.put_into_use(current_actor(), draft, now=clock.now())
            flash(_("This version is in use. Who is asked from now on gets it."), "success")
            return see_other("questionnaires.show", public_id=public_id)
    return render("questionnaires/use.html", form=form, version=draft)


@bp.route("/landelijk/vragenlijsten/<public_id>/inleiding", methods=["GET", "POST"])
@requires("questionnaire.keep")
def introduce(public_id: str) -> Response:
    draft = queries.draft(public_id)
    form = forms.IntroductionForm(obj=draft)
    if form.validate_on_submit():
        with form.reporting_errors():
            words = {name: form[name].data for name in ("title_nl", "title_en", "lead_nl", "lead_en")}
            actions.introduce(current_actor(), draft, **words)
            flash(_("This is stored."), "success")
            return see_other("questionnaires.show", public_id=public_id)
    return render("questionnaires/introduce.html", fragment="introduction_form", form=form, version=draft)


@bp.route("/landelijk/vragenlijsten/<public_id>/vraag-erbij", methods=["GET", "POST"])
@requires("questionnaire.keep")
def add(public_id: str) -> Response:
    draft = queries.draft(public_id)
    form = forms.WordingForm.adding(draft.occasion)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.add_question(current_actor(), draft, kind=Kind(form.kind.data), wording=form.wording)
            flash(_("The question is added, as the last one."), "success")
            return see_other("questionnaires.show", public_id=public_id)
    return render("questionnaires/add.html", fragment="question_form", form=form, version=draft)


@bp.route("/landelijk/vragenlijsten/vraag/<public_id>", methods=["GET", "POST"])
@requires("questionnaire.keep")
def reword(public_id: str) -> Response:
    question = queries.question_of_draft(public_id)
    form = forms.WordingForm.of(question)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.reword(current_actor(), question, form.wording)
            flash(_("This is stored."), "success")
            return see_other("questionnaires.show", public_id=question.questionnaire.public_id)
    return render("questionnaires/reword.html", fragment="question_form", form=form, question=question)


@bp.post("/landelijk/vragenlijsten/vraag/<public_id>/omhoog")
@requires("questionnaire.keep")
def move_up(public_id: str) -> Response:
    return _moved(public_id, -1)


@bp.post("/landelijk/vragenlijsten/vraag/<public_id>/omlaag")
@requires("questionnaire.keep")
def move_down(public_id: str) -> Response:
    return _moved(public_id, 1)


def _moved(public_id: str, places: int) -> Response:
    question = queries.question_of_draft(public_id)
    actions.move(current_actor(), question, places=places)
    return see_other("questionnaires.show", public_id=question.questionnaire.public_id, _anchor=question.public_id)


@bp.post("/landelijk/vragenlijsten/vraag/<public_id>/weg")
@requires("questionnaire.keep")
def remove(public_id: str) -> Response:
    question = queries.question_of_draft(public_id)
    actions.remove(current_actor(), question)
    flash(_("The question is removed from this version."), "success")
    return see_other("questionnaires.show", public_id=question.questionnaire.public_id)
