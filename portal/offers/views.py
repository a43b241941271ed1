"""Wanting an earlier time, and answering an offer by the link in a mail."""

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, public, requires
from portal.forms import Form
from portal.i18n import gettext as _
from portal.offers import actions, forms, queries
from portal.offers.rules import Answer, Why
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.sessions import queries as sessions
from portal.web import go_to, render, see_other

bp = Blueprint("offers", __name__)


@bp.route("/afspraken/<public_id>/eerder", methods=["GET", "POST"])
@requires("session.see_own")
def earlier(public_id: str) -> ResponseReturnValue:
    """Tell me when something comes free before this talk."""
    now = clock.now()
    session = sessions.own(current_actor(), public_id)
    if not session.is_coming(now):
        return see_other("sessions.show", public_id=public_id)
    wish = queries.wish_of(session.trajectory)
    form = forms.EarlierForm(obj=wish)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.ask_for_earlier(
                current_actor(),
                session.trajectory,
                from_on=form.from_on.data,
                evenings_only=form.evenings_only.data,
                now=now,
            )
            flash(_("We mail you when an earlier time comes free. Until then your appointment stands."), "success")
            return see_other("sessions.show", public_id=public_id)
    return render(
        "offers/earlier.html",
        fragment="earlier_form",
        form=form,
        session=session,
        wish=wish,
        free_now=queries.free_before(session.coach, session.starts_at, session.minutes, now)[:1],
        programme=PROGRAMMES[ProgrammeCode(session.trajectory.programme)],
    )


@bp.route("/afspraken/<public_id>/niet-eerder", methods=["POST"])
@requires("session.see_own")
def not_earlier(public_id: str) -> ResponseReturnValue:
    session = sessions.own(current_actor(), public_id)
    if Form().validate():
        actions.stop_asking(current_actor(), session.trajectory, now=clock.now())
        flash(_("We mail you no earlier times any more. Your appointment stands."), "success")
    return see_other("sessions.show", public_id=public_id)


@bp.route("/aanbod/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> ResponseReturnValue:
    """The time that is offered, and nothing else of the person; a button, never a GET, answers it."""
    offer, now = queries.of_link(token), clock.now()
    if offer.answer == Answer.ACCEPTED:
        return go_to(sessions.link_to(offer.session))
    form = Form()
    if form.validate_on_submit():
        if request.form.get("answer") == "yes":
            session = actions.accept(offer, now=now)
            flash(_("Your appointment has a new time. You get a mail."), "success")
            return go_to(sessions.link_to(session))
        actions.decline(offer, now=now)
        return see_other("offers.declined", hoe=offer.why)
    if not offer.is_open(now):
        return see_other("offers.over")
    return render("offers/answer.html", offer=offer, form=form, token=token, stand_in=offer.why == Why.STAND_IN)


@bp.route("/aanbod/nee")
@public
def declined() -> ResponseReturnValue:
    return render("offers/declined.html", stand_in=request.args.get("hoe") == Why.STAND_IN)


@bp.route("/aanbod/voorbij")
@public
def over() -> ResponseReturnValue:
    return render("offers/over.html")
