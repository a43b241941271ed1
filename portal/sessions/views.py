"""One's talks, cancelling one, and the file of one; signed in or by the link in a mail."""

from flask import Blueprint, Response, flash
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, public, requires
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.sessions import actions, forms, mails, queries
from portal.sessions.models import Session
from portal.sessions.rules import Party
from portal.sessions.ways import Way, by_link, signed_in
from portal.web import go_to, render, see_other

bp = Blueprint("sessions", __name__)


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


@bp.route("/afspraak/<token>/afzeggen", methods=["GET", "POST"])
@public
def cancel_by_link(token: str) -> ResponseReturnValue:
    session = queries.of_link(token, clock.now())
    return cancelling(session, by_link(session, token))


# -- what both ways share


def showing(session: Session, way: Way) -> ResponseReturnValue:
    return render(
        "sessions/show.html",
        session=session,
        way=way,
        now=clock.now(),
        programme=PROGRAMMES[ProgrammeCode(session.trajectory.programme)],
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
        may_cancel=session.may_be_cancelled(now),
        may_move=session.may_be_moved(now),
        programme=PROGRAMMES[ProgrammeCode(session.trajectory.programme)],
    )
