"""The coach's day: today, the people they are with, and what became of talks."""

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue

from portal import audit, clock
from portal.access import current_actor, requires
from portal.coaches import queries as coaches
from portal.evaluations import queries as evaluations
from portal.handovers import queries as handovers
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.sessions import queries as sessions
from portal.sessions.planning import moving, planning
from portal.trajectories import actions as trajectory_actions
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory
from portal.web import go_to, render, see_other
from portal.workday import actions, forms, queries

bp = Blueprint("workday", __name__)


@bp.route("/coach")
@requires("workday.see")
def today() -> ResponseReturnValue:
    now = clock.now()
    coach = coaches.own_coach(current_actor())
    if coach is None:
        return see_other("coaches.profile")
    return render("workday/today.html", coach=coach, day=queries.day_of(coach, now), now=now)


@bp.route("/coach/traject/<public_id>")
@requires("workday.see")
def trajectory(public_id: str) -> ResponseReturnValue:
    found = trajectories.of_coach(current_actor(), public_id)
    audit.record_read(current_actor(), "trajectory.read", found)
    programme = PROGRAMMES[ProgrammeCode(found.programme)]
    return render(
        "workday/trajectory.html",
        case=queries.case_of(found, activities=programme.max_activities),
        programme=programme,
        now=clock.now(),
    )


@bp.route("/coach/traject/<public_id>/contact", methods=["POST"])
@requires("trajectory.note_contact")
def note_contact(public_id: str) -> ResponseReturnValue:
    found = trajectories.of_coach(current_actor(), public_id)
    trajectory_actions.note_contact(current_actor(), found, now=clock.now())
    flash(_("Noted: you were in touch."), "success")
    return go_to(page_of(found))


@bp.route("/coach/traject/<public_id>/gesprek", methods=["GET", "POST"])
@requires("session.plan")
def plan(public_id: str) -> ResponseReturnValue:
    found = trajectories.of_coach(current_actor(), public_id)
    said = _("The talk is planned. The participant gets a mail.")
    return planning("workday/plan.html", found, said=said, back=page_of(found))


@bp.route("/coach/gesprek/<public_id>/verzetten", methods=["GET", "POST"])
@requires("session.plan")
def move(public_id: str) -> ResponseReturnValue:
    session = sessions.held_by(current_actor(), public_id)
    if not (session.is_coming(clock.now()) and session.is_with_current_coach):
        return see_other("workday.outcome", public_id=public_id)
    said = _("The talk has a new time. The participant gets a mail.")
    return moving("workday/move.html", session, said=said, back=page_of(session.trajectory))


@bp.route("/coach/gesprek/<public_id>", methods=["GET", "POST"])
@requires("session.mark")
def outcome(public_id: str) -> ResponseReturnValue:
    session = sessions.held_by(current_actor(), public_id)
    form = forms.OutcomeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.mark(current_actor(), session, form.outcome.data, now=clock.now())
            flash(_("Noted how the talk went."), "success")
            return go_to(page_of(session.trajectory)) if session.is_with_current_coach else see_other("workday.today")
    return render("workday/outcome.html", fragment="outcome_form", form=form, session=session)


@bp.route("/coach/traject/<public_id>/afsluiten", methods=["GET", "POST"])
@requires("trajectory.close")
def close(public_id: str) -> ResponseReturnValue:
    found = trajectories.of_coach(current_actor(), public_id)
    asked = evaluations.will_be_asked(found)
    under_way = handovers.open_of(found)
    form = forms.CloseForm.of(under_way)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.close(current_actor(), found, form.reason.data, closing=form.closing, now=clock.now())
            closed = _("This trajectory is closed. The participant gets a few questions by mail.")
            flash(closed if asked else _("This trajectory is closed."), "success")
            return see_other("workday.today")
    return render(
        "workday/close.html",
        fragment="close_form",
        form=form,
        trajectory=found,
        asked=asked,
        under_way=under_way,
    )


def page_of(found: Trajectory) -> str:
    return url_for("workday.trajectory", public_id=found.public_id)
