"""The coach's day: today, the people they are with, and what became of talks."""

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue

from portal import audit, clock
from portal.access import current_actor, requires
from portal.coaches import queries as coaches
from portal.evaluations import queries as evaluations
from portal.handovers import queries as handovers
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.sessions import actions as session_actions
from portal.sessions import queries as sessions
from portal.sessions.forms import BookingForm
from portal.trajectories import actions as trajectory_actions
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory
from portal.web import render, see_other
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
    return back_to(found)


@bp.route("/coach/traject/<public_id>/gesprek", methods=["GET", "POST"])
@requires("session.plan")
def plan(public_id: str) -> ResponseReturnValue:
    found = trajectories.of_coach(current_actor(), public_id)
    now = clock.now()
    form = BookingForm()
    form.offer(sessions.modes_offered(found.coach, ProgrammeCode(found.programme)))
    if form.validate_on_submit():
        with form.reporting_errors():
            session_actions.book_session(
                current_actor(), trajectory=found, starts_at=form.moment, mode=form.mode.data, now=now
            )
            flash(_("The talk is planned. The participant gets a mail."), "success")
            return back_to(found)
    month = sessions.free_month(found.coach, request.args.get("maand"), now=now)
    return render("workday/plan.html", fragment="booking_form", form=form, trajectory=found, month=month)


@bp.route("/coach/gesprek/<public_id>/verzetten", methods=["GET", "POST"])
@requires("session.plan")
def move(public_id: str) -> ResponseReturnValue:
    session, now = sessions.held_by(current_actor(), public_id), clock.now()
    if not (session.is_coming(now) and session.is_with_current_coach):
        return see_other("workday.outcome", public_id=public_id)
    form = BookingForm()
    form.offer(sessions.modes_offered(session.coach, ProgrammeCode(session.trajectory.programme)), now=session.mode)
    if form.validate_on_submit():
        with form.reporting_errors():
            session_actions.move_session(
                current_actor(),
                session,
                starts_at=form.moment,
                mode=form.mode.data,
                seen=form.seen_version,
                now=now,
            )
            flash(_("The talk has a new time. The participant gets a mail."), "success")
            return back_to(session.trajectory)
    month = sessions.free_month(session.coach, request.args.get("maand"), now=now, besides=[session.block_id])
    return render("workday/move.html", fragment="booking_form", form=form, session=session, month=month)


@bp.route("/coach/gesprek/<public_id>", methods=["GET", "POST"])
@requires("session.mark")
def outcome(public_id: str) -> ResponseReturnValue:
    session = sessions.held_by(current_actor(), public_id)
    form = forms.OutcomeForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.mark(current_actor(), session, form.outcome.data, now=clock.now())
            flash(_("Noted how the talk went."), "success")
            return back_to(session.trajectory) if session.is_with_current_coach else see_other("workday.today")
    return render("workday/outcome.html", fragment="outcome_form", form=form, session=session)


@bp.route("/coach/traject/<public_id>/afsluiten", methods=["GET", "POST"])
@requires("trajectory.close")
def close(public_id: str) -> ResponseReturnValue:
    found = trajectories.of_coach(current_actor(), public_id)
    asked = evaluations.will_be_asked(found)
    form = forms.CloseForm()
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
        under_way=handovers.open_of(found),
    )


def back_to(found: Trajectory) -> Response:
    return see_other("workday.trajectory", public_id=found.public_id)
