"""Booking a talk, one's talks, and the file for one's own calendar."""

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.enrolments import queries as enrolments
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.sessions import actions, forms, mails, queries
from portal.trajectories import queries as trajectories
from portal.web import Form, render, see_other

bp = Blueprint("sessions", __name__)


@bp.route("/afspraken/met/<public_id>", methods=["GET", "POST"])
@requires("session.book")
def book(public_id: str) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    enrolment = enrolments.newest_open(actor)
    if enrolment is None:
        return see_other("matching.coaches_that_fit")
    chosen = trajectories.of_enrolment(enrolment)
    coach = queries.coach_for(enrolment, chosen, public_id, today=clock.local_day(now))
    form = forms.BookingForm()
    form.offer(queries.modes_offered(coach, ProgrammeCode(enrolment.programme)))
    if form.validate_on_submit():
        with form.reporting_errors():
            session = actions.book_with_coach(
                actor,
                enrolment=enrolment,
                coach=coach,
                starts_at=form.moment,
                mode=form.mode.data,
                seen=form.seen_version,
                now=now,
            )
            flash(_("Your appointment stands."), "success")
            return see_other("sessions.show", public_id=session.public_id)
    return render(
        "sessions/book.html",
        fragment="booking_form",
        form=form,
        coach=coach,
        month=queries.free_month(coach, request.args.get("maand"), now=now),
        programme=PROGRAMMES[ProgrammeCode(enrolment.programme)],
        chosen=chosen,
    )


@bp.route("/afspraken")
@requires("session.see_own")
def list_own() -> ResponseReturnValue:
    now = clock.now()
    return render(
        "sessions/list_own.html",
        upcoming=queries.upcoming(current_actor(), now),
        past=queries.past(current_actor(), now),
    )


@bp.route("/afspraken/<public_id>")
@requires("session.see_own")
def show(public_id: str) -> ResponseReturnValue:
    session = queries.own(current_actor(), public_id)
    return render(
        "sessions/show.html",
        session=session,
        now=clock.now(),
        programme=PROGRAMMES[ProgrammeCode(session.trajectory.programme)],
    )


@bp.route("/afspraken/<public_id>/afzeggen", methods=["GET", "POST"])
@requires("session.see_own")
def cancel(public_id: str) -> ResponseReturnValue:
    session = queries.own(current_actor(), public_id)
    form = Form()
    if form.validate_on_submit():
        actions.cancel_session(current_actor(), session, now=clock.now())
        flash(_("Your appointment is cancelled. Your coach knows."), "success")
        return see_other("sessions.list_own")
    return render("sessions/cancel.html", form=form, session=session)


@bp.route("/afspraken/<public_id>/afspraak.ics")
@requires("session.see_own")
def calendar_file(public_id: str) -> Response:
    session = queries.own(current_actor(), public_id)
    text = mails.calendar_text(session, session.participant, method="PUBLISH", now=clock.now())
    return Response(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="afspraak.ics"'},
    )
