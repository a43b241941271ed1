"""Choosing a time and confirming it, to book a talk or to move one; signed in or by the link in a mail."""

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, public, requires
from portal.accounts import queries as accounts
from portal.enrolments import queries as enrolments
from portal.holds import actions, queries
from portal.holds.models import Hold
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode, TalkKind
from portal.programmes.rules import PROGRAMMES
from portal.sessions import queries as sessions
from portal.sessions.forms import BookingForm, ReasonForm
from portal.sessions.models import Session
from portal.sessions.rules import INTRODUCTION, Party, kind_asked
from portal.sessions.ways import Way, by_link, signed_in
from portal.trajectories import queries as trajectories
from portal.web import go_to, render, see_other

bp = Blueprint("holds", __name__)


@bp.route("/afspraken/met/<public_id>", methods=["GET", "POST"])
@requires("session.book")
def book(public_id: str) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    enrolment = enrolments.newest_open(actor)
    if enrolment is None:
        return see_other("matching.coaches_that_fit")
    chosen = trajectories.of_enrolment(enrolment)
    coach = sessions.coach_for(enrolment, chosen, public_id, today=clock.local_day(now))
    programme = ProgrammeCode(enrolment.programme)
    asked, kinds = kind_asked(request.args.get("gesprek")), sessions.kinds_offered(coach, programme, chosen)
    form = BookingForm()
    form.offer(sessions.modes_offered(coach, programme, asked))
    if form.validate_on_submit():
        already = sessions.at_this_time(enrolment, coach, form.moment)
        if already is not None:
            return see_other("sessions.show", public_id=already.public_id)
        with form.reporting_errors():
            hold = actions.hold_time(
                actor,
                enrolment=enrolment,
                coach=coach,
                kind=asked,
                starts_at=form.moment,
                mode=form.mode.data,
                phone=form.phone.data or "",
                seen=form.seen_version,
                now=now,
            )
            return see_other("holds.confirm", public_id=hold.public_id)
    kind, ours = asked if asked in kinds else TalkKind.TALK, queries.held_blocks(enrolment)
    minutes = coach.minutes_of(kind)
    return render(
        "holds/book.html",
        fragment="booking_form",
        form=form,
        coach=coach,
        kinds=kinds,
        kind=kind,
        minutes=minutes,
        month=sessions.free_month(coach, request.args.get("maand"), now=now, minutes=minutes, besides=ours),
        programme=PROGRAMMES[programme],
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


@bp.route("/afspraken/<public_id>/verzetten", methods=["GET", "POST"])
@requires("session.see_own")
def move(public_id: str) -> ResponseReturnValue:
    session = sessions.own(current_actor(), public_id)
    return moving(session, signed_in(session))


# -- the same by the link in a mail


@bp.route("/afspraak/<token>/verzetten", methods=["GET", "POST"])
@public
def move_by_link(token: str) -> ResponseReturnValue:
    session = sessions.of_link(token, clock.now())
    return moving(session, by_link(session, token))


@bp.route("/afspraak/<token>/bevestig/<public_id>", methods=["GET", "POST"])
@public
def confirm_by_link(token: str, public_id: str) -> ResponseReturnValue:
    moved = queries.moved_by_link(token, public_id)
    if moved is not None:
        return go_to(sessions.link_to(moved))
    session = sessions.of_link(token, clock.now())
    way = by_link(session, token)
    hold = queries.own_hold(way.actor, public_id, moving=session)
    return go_to(way.show) if hold.became is not None else confirming(hold, way)


# -- what both ways share


def confirming(hold: Hold, way: Way | None) -> ResponseReturnValue:
    """Look once more at the time under one's hand, and make it so; `way` is there when a talk moves to it."""
    actor = way.actor if way else current_actor()
    form = ReasonForm.of(Party.PARTICIPANT)
    if form.validate_on_submit():
        with form.reporting_errors():
            session = actions.confirm_hold(actor, hold, reason=form.chosen, now=clock.now())
            flash(_("You also get a mail with the day and the time."), "success")
            return go_to(sessions.link_to(session) if way and way.token else signed_in(session).show)
    return render(
        "holds/confirm.html",
        fragment="confirm_form",
        form=form,
        hold=hold,
        is_kept=hold.is_kept(clock.now()),
        way=way,
        address=request.path,
        again=way.move if way else booking_page(hold),
        programme=PROGRAMMES[ProgrammeCode(hold.enrolment.programme)],
    )


def booking_page(hold: Hold) -> str:
    asked = INTRODUCTION if hold.kind == TalkKind.INTRO else None
    return url_for("holds.book", public_id=hold.coach.public_id, gesprek=asked)


def moving(session: Session, way: Way) -> ResponseReturnValue:
    now = clock.now()
    if not session.is_coming(now):
        return go_to(way.show)
    coach = session.coach
    form = BookingForm()
    programme = ProgrammeCode(session.trajectory.programme)
    form.offer(sessions.modes_offered(coach, programme, session.kind), now=session.mode)
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
            return go_to(way.confirm(hold.public_id))
    ours = [session.block_id, *queries.held_blocks(session.trajectory.enrolment)]
    return render(
        "holds/move.html",
        fragment="booking_form",
        form=form,
        session=session,
        way=way,
        may_move=session.may_be_moved(now),
        may_cancel=session.may_be_cancelled(now),
        month=sessions.free_month(coach, request.args.get("maand"), now=now, minutes=session.minutes, besides=ours),
        programme=PROGRAMMES[programme],
        asks_phone=not session.participant.phone,
    )
