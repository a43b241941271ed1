"""Booking, moving and cancelling a talk, signed in or by the link in a mail; one's talks, and the file of one."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, flash, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Actor, current_actor, public, requires
from portal.accounts import queries as accounts
from portal.enrolments import queries as enrolments
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES, Programme
from portal.sessions import actions, forms, mails, queries, rules
from portal.sessions.models import Hold, Session
from portal.sessions.rules import Party
from portal.trajectories import queries as trajectories
from portal.web import go_to, render, see_other

bp = Blueprint("sessions", __name__)


@dataclass(frozen=True)
class Way:
    """How somebody came to a talk, signed in or by the link in a mail, and where everything about it stands."""

    actor: Actor
    show: str
    move: str
    cancel: str
    token: str = ""

    def confirm(self, hold: Hold) -> str:
        if self.token:
            return url_for("sessions.confirm_by_link", token=self.token, public_id=hold.public_id)
        return url_for("sessions.confirm", public_id=hold.public_id)


def signed_in(session: Session) -> Way:
    key = session.public_id
    return Way(
        current_actor(),
        url_for("sessions.show", public_id=key),
        url_for("sessions.move", public_id=key),
        url_for("sessions.cancel", public_id=key),
    )


def by_link(session: Session, token: str) -> Way:
    return Way(
        queries.actor_of_link(session),
        url_for("sessions.show_by_link", token=token),
        url_for("sessions.move_by_link", token=token),
        url_for("sessions.cancel_by_link", token=token),
        token,
    )


# -- booking


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
        already = queries.at_this_time(enrolment, coach, form.moment)
        if already is not None:
            return see_other("sessions.show", public_id=already.public_id)
        with form.reporting_errors():
            hold = actions.hold_time(
                actor,
                enrolment=enrolment,
                coach=coach,
                starts_at=form.moment,
                mode=form.mode.data,
                phone=form.phone.data or "",
                seen=form.seen_version,
                now=now,
            )
            return see_other("sessions.confirm", public_id=hold.public_id)
    return render(
        "sessions/book.html",
        fragment="booking_form",
        form=form,
        coach=coach,
        month=queries.free_month(coach, request.args.get("maand"), now=now, besides=queries.held_blocks(enrolment)),
        programme=PROGRAMMES[ProgrammeCode(enrolment.programme)],
        chosen=chosen,
        asks_phone=not accounts.account(enrolment.participant_id).phone,
    )


@bp.route("/afspraken/bevestig/<public_id>", methods=["GET", "POST"])
@requires("session.book")
def confirm(public_id: str) -> ResponseReturnValue:
    hold = queries.own_hold(current_actor(), public_id)
    if hold.became is not None:
        return see_other("sessions.show", public_id=hold.became.public_id)
    return confirming(hold, signed_in(hold.moving) if hold.moving else None)


def confirming(hold: Hold, way: Way | None) -> ResponseReturnValue:
    """Look once more at the time under one's hand, and make it so; `way` is there when a talk moves to it."""
    actor = way.actor if way else current_actor()
    form = forms.ReasonForm.of(Party.PARTICIPANT)
    if form.validate_on_submit():
        with form.reporting_errors():
            session = actions.confirm_hold(actor, hold, reason=form.chosen, now=clock.now())
            flash(_("You also get a mail with the day and the time."), "success")
            return go_to(queries.link_to(session) if way and way.token else signed_in(session).show)
    return render(
        "sessions/confirm.html",
        fragment="confirm_form",
        form=form,
        hold=hold,
        is_kept=hold.is_kept(clock.now()),
        way=way,
        address=request.path,
        again=way.move if way else url_for("sessions.book", public_id=hold.coach.public_id),
        programme=PROGRAMMES[ProgrammeCode(hold.enrolment.programme)],
    )


# -- one's talks


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
    return showing(session, signed_in(session))


@bp.route("/afspraken/<public_id>/verzetten", methods=["GET", "POST"])
@requires("session.see_own")
def move(public_id: str) -> ResponseReturnValue:
    session = queries.own(current_actor(), public_id)
    return moving(session, signed_in(session))


@bp.route("/afspraken/<public_id>/afzeggen", methods=["GET", "POST"])
@requires("session.see_own")
def cancel(public_id: str) -> ResponseReturnValue:
    session = queries.own(current_actor(), public_id)
    return cancelling(session, signed_in(session))


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


# -- the same by the link in a mail, which shows this talk and no more


@bp.route("/afspraak/<token>")
@public
def show_by_link(token: str) -> ResponseReturnValue:
    session = queries.of_link(token, clock.now())
    return showing(session, by_link(session, token))


@bp.route("/afspraak/<token>/verzetten", methods=["GET", "POST"])
@public
def move_by_link(token: str) -> ResponseReturnValue:
    session = queries.of_link(token, clock.now())
    return moving(session, by_link(session, token))


@bp.route("/afspraak/<token>/bevestig/<public_id>", methods=["GET", "POST"])
@public
def confirm_by_link(token: str, public_id: str) -> ResponseReturnValue:
    moved = queries.moved_by_link(token, public_id)
    if moved is not None:
        return go_to(queries.link_to(moved))
    session = queries.of_link(token, clock.now())
    way = by_link(session, token)
    hold = queries.own_hold(way.actor, public_id, moving=session)
    return go_to(way.show) if hold.became is not None else confirming(hold, way)


@bp.route("/afspraak/<token>/afzeggen", methods=["GET", "POST"])
@public
def cancel_by_link(token: str) -> ResponseReturnValue:
    session = queries.of_link(token, clock.now())
    return cancelling(session, by_link(session, token))


# -- what both ways share


def showing(session: Session, way: Way) -> ResponseReturnValue:
    return render("sessions/show.html", session=session, way=way, now=clock.now(), programme=programme_of(session))


def moving(session: Session, way: Way) -> ResponseReturnValue:
    now = clock.now()
    if not session.is_coming(now):
        return go_to(way.show)
    coach = session.coach
    form = forms.BookingForm()
    form.offer(queries.modes_offered(coach, ProgrammeCode(session.trajectory.programme)), now=session.mode)
    if form.validate_on_submit():
        with form.reporting_errors():
            hold = actions.hold_time(
                way.actor,
                enrolment=session.trajectory.enrolment,
                coach=coach,
                starts_at=form.moment,
                mode=form.mode.data,
                phone=form.phone.data or "",
                seen=form.seen_version,
                moving=session,
                now=now,
            )
            return go_to(way.confirm(hold))
    ours = [session.block_id, *queries.held_blocks(session.trajectory.enrolment)]
    return render(
        "sessions/move.html",
        fragment="booking_form",
        form=form,
        session=session,
        way=way,
        may_move=may_still(session, now, coach.move_notice_hours),
        may_cancel=may_still(session, now, coach.cancel_notice_hours),
        month=queries.free_month(coach, request.args.get("maand"), now=now, minutes=session.minutes, besides=ours),
        programme=programme_of(session),
        asks_phone=not session.participant.phone,
    )


def cancelling(session: Session, way: Way) -> ResponseReturnValue:
    now = clock.now()
    if not session.is_coming(now):
        return go_to(way.show)
    form = forms.ReasonForm.of(Party.PARTICIPANT)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.cancel_session(way.actor, session, reason=form.chosen, now=now)
            flash(
                _(
                    "Your appointment is cancelled. Your coach knows. "
                    "Would you like to talk later? Then make a new appointment."
                ),
                "success",
            )
            return see_other("pages.start") if way.token else see_other("sessions.list_own")
    return render(
        "sessions/cancel.html",
        fragment="cancel_form",
        form=form,
        session=session,
        way=way,
        may_cancel=may_still(session, now, session.coach.cancel_notice_hours),
        may_move=may_still(session, now, session.coach.move_notice_hours),
        programme=programme_of(session),
    )


def may_still(session: Session, now: datetime, notice_hours: int) -> bool:
    return rules.may_still(session.starts_at, now, notice_hours)


def programme_of(session: Session) -> Programme:
    return PROGRAMMES[ProgrammeCode(session.trajectory.programme)]
