"""Signing up in five short steps, sending it, and confirming it from the mail."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from portal import clock, web
from portal.access import Actor, Role, public
from portal.accounts import browser
from portal.crypto import digest
from portal.enrolments import actions, forms, queries, rules
from portal.enrolments import browser as draft
from portal.enrolments.models import Enrolment
from portal.enrolments.reach import readable_phone
from portal.enrolments.rules import EnrolmentStatus, SignUp
from portal.forms import Form
from portal.i18n import N_, language
from portal.i18n import gettext as _
from portal.programmes.codes import (
    SIGN_UP_SITUATIONS,
    Branch,
    CallTime,
    ProgrammeCode,
    Theme,
    WorkSituation,
)
from portal.programmes.rules import PROGRAMMES
from portal.regions import queries as regions
from portal.regions.rules import check_postcode
from portal.web import go_to, render, see_other

bp = Blueprint("enrolments", __name__)


@bp.app_template_global()
def needs_crisis_notice(actor: Actor) -> bool:
    """Somebody in Extra coaching has the whole notice on every page. One query, for participants only."""
    programme = queries.newest_programme(actor) if actor.has_role(Role.PARTICIPANT) else None
    return programme is not None and PROGRAMMES[programme].shows_crisis_notice


# -- the five steps


def turned_away(step: str) -> Response | None:
    """Where somebody goes who may not see this step yet, or who comes back in a reopened browser."""
    if draft.reopened():
        return see_other("enrolments.resume")
    filled_in = draft.sign_up()
    return None if filled_in.may_open(step) else see_other(f"enrolments.{filled_in.first_open_step}")


def step_page(step: str, template: str, **values: Any) -> Response:
    filled_in = draft.sign_up()
    return render(
        template,
        fragment="step_form",
        step=rules.STEPS.index(step) + 1,
        steps=len(rules.STEPS),
        sign_up=filled_in,
        programme=PROGRAMMES[chosen_programme(filled_in)],
        origin=origin(),
        back=url_for("enrolments.check") if origin() else "",
        **values,
    )


def chosen_programme(filled_in: SignUp) -> ProgrammeCode:
    """What the link on the start page asked for, else what the draft says."""
    asked = request.values.get("programme") or request.values.get("programma") or filled_in.programme
    return ProgrammeCode(asked) if asked in set(ProgrammeCode) else ProgrammeCode.SIJW


@bp.route("/aanmelden", methods=["GET", "POST"])
@public
def place() -> ResponseReturnValue:
    if draft.reopened():
        return see_other("enrolments.resume")
    filled_in = draft.sign_up()
    form = forms.PlaceForm(data={"postcode": str(filled_in.pc4 or "")})
    if form.validate_on_submit():
        with form.reporting_errors():
            pc4 = check_postcode(form.postcode.data)
            guess = queries.guess_region(pc4, clock.local_day(clock.now()))
            placed = replace(
                filled_in,
                programme=chosen_programme(filled_in).value,
                pc4=pc4,
                region_derived=guess.code,
                region=filled_in.region if filled_in.region and filled_in.pc4 == pc4 else guess.code,
            )
            return draft.keep(
                placed, onward("situation") if placed.region else see_other("enrolments.region", **origin())
            )
    return step_page("place", "enrolments/place.html", form=form)


@bp.route("/aanmelden/regio", methods=["GET", "POST"])
@public
def region() -> ResponseReturnValue:
    filled_in = draft.sign_up()
    if draft.reopened() or filled_in.pc4 is None:
        return see_other("enrolments.place")
    form = forms.RegionForm(data={"region": filled_in.region})
    choices = regions.all_regions(clock.local_day(clock.now()))
    form.region.choices = [SelectChoice(r.code, r.name) for r in choices]
    if form.validate_on_submit():
        return draft.keep(replace(filled_in, region=form.region.data), onward("situation"))
    return step_page("place", "enrolments/region.html", form=form)


@bp.route("/aanmelden/situatie", methods=["GET", "POST"])
@public
def situation() -> ResponseReturnValue:
    if away := turned_away("situation"):
        return away
    filled_in = draft.sign_up()
    form = forms.SituationForm(data=filled_in.to_dict())
    if form.validate_on_submit():
        answered = replace(filled_in, work_situation=form.work_situation.data, branch=form.branch.data or "")
        return draft.keep(answered, onward("themes"))
    named = regions.region_on(filled_in.region, clock.local_day(clock.now()))
    return step_page("situation", "enrolments/situation.html", form=form, region=named)


@bp.route("/aanmelden/onderwerpen", methods=["GET", "POST"])
@public
def themes() -> ResponseReturnValue:
    if away := turned_away("themes"):
        return away
    filled_in = draft.sign_up()
    if request.method == "POST" and "skip" in request.form:
        skipped = replace(filled_in, themes=(), words="", themes_done=True)
        return draft.keep(skipped, onward("contact")) if Form().validate() else see_other("enrolments.themes")
    form = forms.TopicsForm(
        themes=filled_in.themes,
        words=filled_in.words,
        themes_consent=bool(filled_in.themes),
        words_consent=bool(filled_in.words),
    )
    if form.validate_on_submit():
        told = replace(filled_in, themes=tuple(form.themes.data), words=form.words.data or "", themes_done=True)
        return draft.keep(told, onward("contact"))
    return step_page("themes", "enrolments/themes.html", form=form)


@bp.route("/aanmelden/contact", methods=["GET", "POST"])
@public
def contact() -> ResponseReturnValue:
    if away := turned_away("contact"):
        return away
    filled_in = draft.sign_up()
    form = forms.ContactForm(data=filled_in.to_dict(), email_kept=filled_in.email)
    if form.filled_by_a_robot:
        return see_other("enrolments.sent")
    if form.validate_on_submit():
        return browser.remember_nonce(draft.keep(form.filled_into(filled_in), onward("check")))
    return step_page("contact", "enrolments/contact.html", form=form)


@bp.route("/aanmelden/controle", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    if away := turned_away("check"):
        return see_other("enrolments.sent") if request.method == "POST" and sent_before() else away
    filled_in = draft.sign_up()
    form = forms.CheckForm()
    if form.validate_on_submit():
        if draft.filled_by_a_robot():
            return see_other("enrolments.sent")
        actions.submit(
            filled_in,
            draft=draft.token(),
            browser=browser.nonce(),
            client=web.client_address(),
            language=language(),
            now=clock.now(),
        )
        return browser.remember_nonce(draft.forget(see_other("enrolments.sent")))
    named = regions.region_on(filled_in.region, clock.local_day(clock.now()))
    return step_page("check", "enrolments/check.html", form=form, rows=answers(filled_in, named.name if named else ""))


def sent_before() -> bool:
    """The button was pressed twice: the draft is gone, and what it became waits for its confirmation."""
    return not draft.is_there() and queries.unconfirmed_in(browser.nonce()) is not None


@bp.errorhandler(rules.AlreadySent)
def already_sent(error: rules.AlreadySent) -> Response:
    return see_other("enrolments.sent")


def answers(filled_in: SignUp, region_name: str) -> list[tuple[str, object, str]]:
    """What was filled in, in words, each with the address to change it."""
    pages = {
        step: url_for(f"enrolments.{step}", terug=1) for step in ("place", "region", "situation", "themes", "contact")
    }
    themes = [_(Theme(code).label) for code in filled_in.themes]
    times = [_(CallTime(code).label) for code in filled_in.call_times]
    shifts = {"yes": N_("Yes"), "no": N_("No")}.get(filled_in.shifts)
    return [
        (_("Programme"), PROGRAMMES[ProgrammeCode(filled_in.programme)].name, ""),
        (_("Postcode"), str(filled_in.pc4), pages["place"]),
        (_("Your region"), region_name, pages["region"]),
        (_("What fits you?"), _(SIGN_UP_SITUATIONS[WorkSituation(filled_in.work_situation)]), pages["situation"]),
        (_("Branch"), _(Branch(filled_in.branch).label) if filled_in.branch else "", pages["situation"]),
        (_("What do you want to talk about?"), themes, pages["themes"]),
        (_("What you told"), filled_in.words, pages["themes"]),
        (_("Name"), f"{filled_in.first_name} {filled_in.last_name}".strip(), pages["contact"]),
        (_("E-mail address"), filled_in.email, pages["contact"]),
        (_("Phone number"), readable_phone(filled_in.phone) if filled_in.phone else "", pages["contact"]),
        (_("When may we call you?"), times, pages["contact"]),
        (_("Do you work in changing shifts?"), _(shifts) if shifts else "", pages["contact"]),
    ]


def onward(step: str) -> Response:
    """The next step, or back to the overview for somebody who came from there to change one answer."""
    return see_other("enrolments.check" if origin() else f"enrolments.{step}")


def origin() -> dict[str, int]:
    """What an address carries on for somebody who came from the overview."""
    return {"terug": 1} if "terug" in request.args else {}


# -- coming back later


@bp.route("/aanmelden/verder", methods=["GET", "POST"])
@public
def resume() -> ResponseReturnValue:
    form = Form()
    if not draft.reopened():
        return see_other("enrolments.place")
    choice = request.form.get("choice")
    if form.validate_on_submit() and choice in RESUME:
        return RESUME[choice]()
    return render("enrolments/resume.html", form=form)


def go_on() -> Response:
    """Without the private answers of before: they are asked again."""
    kept = draft.sign_up().without_private_answers()
    return draft.keep(kept, see_other(f"enrolments.{kept.first_open_step}"))


def begin_again() -> Response:
    actions.erase_draft(draft.token())
    return draft.forget(see_other("enrolments.place"))


def wipe() -> Response:
    actions.erase_draft(draft.token())
    flash(_("Everything you filled in is wiped."), "success")
    return draft.forget(see_other("pages.start"))


RESUME = {"go_on": go_on, "again": begin_again, "wipe": wipe}


# -- sent and confirmed


@bp.route("/aanmelden/verstuurd", methods=["GET", "POST"])
@public
def sent() -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        enrolment = queries.unconfirmed_in(browser.nonce())
        if enrolment is not None:
            actions.mail_again(enrolment, client=web.client_address(), now=clock.now())
        flash(_("If we know your registration, we have sent the mail again."), "success")
        return see_other("enrolments.sent")
    return render("enrolments/sent.html", form=form)


@bp.route("/aanmelden/bevestig/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    enrolment = queries.by_confirmation(token, clock.now())
    form = Form()
    if form.validate_on_submit():
        account = actions.confirm(enrolment, now=clock.now())
        if enrolment.status == EnrolmentStatus.SUBMITTED and sent_from_here(enrolment):
            browser.sign_in(account)
            flash(_("Your registration is in."), "success")
            return go_to("/coaches")
        return see_other("enrolments.confirm", token=token)
    template = "confirm" if enrolment.status == EnrolmentStatus.SUBMITTED else "confirmed"
    return render(f"enrolments/{template}.html", form=form, programme=PROGRAMMES[enrolment.programme])


@bp.errorhandler(rules.ConfirmationGone)
def confirmation_gone(error: rules.ConfirmationGone) -> Response:
    """Too old, or there is a newer mail: it can be had again."""
    return render("enrolments/gone.html", status=error.status, form=Form())


def sent_from_here(enrolment: Enrolment) -> bool:
    """This is the browser that sent the sign-up, so confirming also signs it in; once, as a link in a mail does."""
    return enrolment.browser_hash == digest(browser.nonce(), purpose="browser")
