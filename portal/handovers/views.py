"""The coach's pages of a handover, the participant's page with the exact words, and the one that a place reads once."""

from typing import Any

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue

from portal import audit, clock
from portal.access import NOBODY, current_actor, public, requires
from portal.destinations import queries as destinations
from portal.forms import Form
from portal.handovers import actions, forms, queries, words
from portal.handovers.models import Handover
from portal.handovers.rules import Answer, Way
from portal.i18n import gettext as _
from portal.referrals.rules import ReferralStatus
from portal.trajectories import queries as trajectories
from portal.web import render, see_other

bp = Blueprint("handovers", __name__)

# -- the coach


@bp.route("/coach/traject/<public_id>/overdracht", methods=["GET", "POST"])
@requires("handover.keep")
def propose(public_id: str) -> ResponseReturnValue:
    """First to whom, then which words and how."""
    trajectory = trajectories.of_coach(current_actor(), public_id)
    regions, chosen = destinations.region_of(trajectory.enrolment), request.args.get("plek")
    today = clock.local_day(clock.now())
    shown: dict[str, Any] = {"trajectory": trajectory, "today": today, "backups": destinations.on_duty(regions, today)}
    if not chosen or trajectory.participant is None:
        form = forms.PlaceForm(request.args)
        form.offer(destinations.directory(regions))
        if chosen is not None:
            form.validate()
        return render("handovers/propose.html", fragment="proposal_form", form=form, place=None, **shown)
    place = destinations.offered(regions, chosen)
    form = forms.ProposalForm(data={"words": words.to_begin_with(trajectory, place)})
    form.offer(place)
    if form.validate_on_submit():
        with form.reporting_errors():
            made = actions.propose(
                current_actor(),
                trajectory=trajectory,
                place=place,
                way=Way(form.way.data),
                words=form.words.data,
                now=clock.now(),
            )
            flash(_("Proposed. The participant gets a mail and decides."), "success")
            return back_to(made)
    return render("handovers/propose.html", fragment="proposal_form", form=form, place=place, **shown)


@bp.route("/coach/overdracht/<public_id>")
@requires("handover.keep")
def show(public_id: str) -> ResponseReturnValue:
    handover, now = queries.of_coach(current_actor(), public_id), clock.now()
    audit.record_read(current_actor(), "handover.read", handover)
    trajectory = handover.referral.enrolment.trajectory
    return render(
        "handovers/show.html",
        handover=handover,
        trajectory=trajectory,
        steps=queries.steps_of(handover),
        readable=handover.can_be_read(now),
        backups=destinations.on_duty(destinations.region_of(trajectory.enrolment), clock.local_day(now)),
    )


@bp.route("/coach/overdracht/<public_id>/verstuur", methods=["POST"])
@requires("handover.keep")
def send(public_id: str) -> ResponseReturnValue:
    handover = queries.of_coach(current_actor(), public_id)
    if Form().validate():
        actions.send_by_mail(current_actor(), handover, now=clock.now())
        flash(_("Sent. Now tell the code by phone."), "success")
    return back_to(handover)


@bp.route("/coach/overdracht/<public_id>/opnieuw", methods=["POST"])
@requires("handover.keep")
def send_again(public_id: str) -> ResponseReturnValue:
    handover = queries.of_coach(current_actor(), public_id)
    if Form().validate():
        actions.send_again(current_actor(), handover, now=clock.now())
        flash(_("Sent again, with a new code. Tell it by phone."), "success")
    return back_to(handover)


@bp.route("/coach/overdracht/<public_id>/gebeld", methods=["POST"])
@requires("handover.keep")
def told(public_id: str) -> ResponseReturnValue:
    handover = queries.of_coach(current_actor(), public_id)
    if Form().validate():
        actions.tell_by_phone(current_actor(), handover, now=clock.now())
        flash(_("Noted: passed on by phone."), "success")
    return back_to(handover)


@bp.route("/coach/overdracht/<public_id>/terug", methods=["POST"])
@requires("handover.keep")
def take_back(public_id: str) -> ResponseReturnValue:
    handover = queries.of_coach(current_actor(), public_id)
    if Form().validate():
        actions.withdraw(current_actor(), handover, now=clock.now())
        flash(_("Taken back. Nothing was passed on."), "success")
    return back_to(handover)


@bp.route("/coach/overdracht/<public_id>/gelukt", methods=["GET", "POST"])
@requires("handover.keep")
def outcome(public_id: str) -> ResponseReturnValue:
    handover = queries.of_coach(current_actor(), public_id)
    form = forms.OutcomeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.settle(current_actor(), handover, ReferralStatus(form.outcome.data), now=clock.now())
            flash(_("Noted whether there was contact."), "success")
            return back_to(handover)
    return render("handovers/outcome.html", fragment="outcome_form", form=form, handover=handover)


def back_to(handover: Handover) -> Response:
    return see_other("handovers.show", public_id=handover.public_id)


# -- the participant


@bp.route("/mijn/vraag/<public_id>", methods=["GET", "POST"])
@requires("handover.answer")
def answer(public_id: str) -> ResponseReturnValue:
    handover = queries.own(current_actor(), public_id)
    form = forms.AnswerForm(data={"words": handover.words})
    if form.validate_on_submit():
        with form.reporting_errors():
            give_answer(handover, form)
            return see_other("handovers.answer", public_id=public_id)
        handover = queries.own(current_actor(), public_id)
    return render(
        "handovers/answer.html",
        fragment="answer_form",
        form=form,
        handover=handover,
        steps=queries.steps_of(handover),
        trajectory=handover.referral.enrolment.trajectory,
    )


def give_answer(handover: Handover, form: forms.AnswerForm) -> None:
    now = clock.now()
    if form.answer.data == Answer.YES:
        actions.approve(current_actor(), handover, words=form.words.data, now=now)
    elif form.answer.data == Answer.ALONE:
        actions.go_alone(current_actor(), handover, now=now)
    else:
        actions.decline(current_actor(), handover, now=now)


@bp.route("/mijn/vraag/<public_id>/intrekken", methods=["POST"])
@requires("handover.answer")
def withdraw(public_id: str) -> ResponseReturnValue:
    handover = queries.own(current_actor(), public_id)
    if Form().validate():
        actions.withdraw(current_actor(), handover, now=clock.now())
        flash(_("Withdrawn. Nothing was passed on."), "success")
    return see_other("handovers.answer", public_id=public_id)


@bp.route("/mijn/vraag/<public_id>/contact", methods=["POST"])
@requires("handover.answer")
def tell(public_id: str) -> ResponseReturnValue:
    """The participant knows best whether there was contact."""
    handover = queries.own(current_actor(), public_id)
    form = forms.OutcomeForm()
    if form.validate():
        actions.settle(current_actor(), handover, ReferralStatus(form.outcome.data), now=clock.now())
        flash(_("Thank you. Your coach knows."), "success")
    return see_other("handovers.answer", public_id=public_id)


# -- the place


@bp.route("/bericht/<token>", methods=["GET", "POST"])
@public
def read(token: str) -> ResponseReturnValue:
    """A form for the code; a mail scanner that looks at it uses nothing up."""
    now = clock.now()
    handover = queries.readable(token, now)
    form = forms.CodeForm()
    told = None
    if form.validate_on_submit():
        with form.reporting_errors():
            told = actions.read_words(handover, form.code.data, now=now)
    return render("handovers/read.html", fragment="message", actor=NOBODY, form=form, told=told, token=token)
