"""Planning and moving a talk for a participant, as their coach and the desk do it. Who may, and what is said after it,
is for the views."""

from flask import flash, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor
from portal.programmes.codes import ProgrammeCode, TalkKind
from portal.sessions import actions, queries
from portal.sessions.forms import BookingForm
from portal.sessions.models import Session
from portal.sessions.rules import kind_asked
from portal.trajectories.models import Trajectory
from portal.web import go_to, render


def planning(template: str, trajectory: Trajectory, *, said: str, back: str) -> ResponseReturnValue:
    """Choose a free time of the coach; `said` when it is planned, then on to the path `back`."""
    now, coach, programme = clock.now(), trajectory.coach, ProgrammeCode(trajectory.programme)
    asked, kinds = kind_asked(request.args.get("gesprek")), queries.kinds_offered(coach, programme, trajectory)
    form = BookingForm()
    form.offer(queries.modes_offered(coach, programme, asked))
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.book_session(
                current_actor(),
                trajectory=trajectory,
                kind=asked,
                starts_at=form.moment,
                mode=form.mode.data,
                now=now,
            )
            flash(said, "success")
            return go_to(back)
    kind = asked if asked in kinds else TalkKind.TALK
    return render(
        template,
        fragment="booking_form",
        form=form,
        trajectory=trajectory,
        kinds=kinds,
        kind=kind,
        month=queries.free_month(coach, request.args.get("maand"), now=now, minutes=coach.minutes_of(kind)),
        back=back,
    )


def moving(template: str, session: Session, *, said: str, back: str) -> ResponseReturnValue:
    """Choose another free time of the same coach; `said` when the talk has moved, then on to the path `back`."""
    now = clock.now()
    form = BookingForm()
    programme = ProgrammeCode(session.trajectory.programme)
    form.offer(queries.modes_offered(session.coach, programme, session.kind), now=session.mode)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.move_session(
                current_actor(),
                session,
                starts_at=form.moment,
                mode=form.mode.data,
                seen=form.seen_version,
                now=now,
            )
            flash(said, "success")
            return go_to(back)
    month = queries.free_month(
        session.coach, request.args.get("maand"), now=now, minutes=session.minutes, besides=[session.block_id]
    )
    return render(template, fragment="booking_form", form=form, session=session, month=month, back=back)
