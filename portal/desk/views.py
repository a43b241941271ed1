"""The inbox of a region, one enrolment, and the steps that the desk can take with it."""

from datetime import datetime

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit, clock
from portal.access import current_actor, requires
from portal.desk import actions, forms, queries, rules
from portal.desk.queries import Record
from portal.desk.rules import Outcome
from portal.i18n import gettext as _
from portal.matching import queries as matching
from portal.regions import queries as regions
from portal.regions.rules import bare_name
from portal.sessions import actions as session_actions
from portal.sessions import queries as sessions
from portal.sessions.forms import ReasonForm
from portal.sessions.planning import moving, planning
from portal.sessions.rules import Party
from portal.trajectories import queries as trajectories
from portal.web import go_to, render, see_other

bp = Blueprint("desk", __name__)
PROPOSED, MORE, MOST = 6, 6, 30


@bp.route("/regio")
@requires("desk.see")
def inbox() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    own = queries.own_regions(actor, clock.local_day(now))
    form = forms.FilterForm(request.args)
    form.offer(own)
    return render(
        "desk/inbox.html",
        fragment="worklist",
        filter=form,
        shown=form.choice.shown,
        regions=own,
        bare_name=bare_name,
        week=clock.local_day(now).isocalendar().week,
        most=rules.MOST_COUNTED,
        counts=queries.counts(actor, clock.local_day(now)),
        worklist=queries.worklist(actor, form.choice, page=request.args.get("pagina", ""), now=now),
    )


@bp.route("/regio/aanmelding/<public_id>")
@requires("desk.see")
def enrolment(public_id: str) -> ResponseReturnValue:
    return render("desk/enrolment.html", record=opened(public_id, clock.now()), form=forms.StepForm())


def opened(public_id: str, now: datetime) -> Record:
    """The record of one person; that it was opened is written down."""
    found = queries.enrolment_at_desk(current_actor(), public_id)
    audit.record_read(current_actor(), "enrolment.read", found, at=now)
    return queries.record_of(found, now)


@bp.route("/regio/aanmelding/<public_id>/in-behandeling", methods=["POST"])
@requires("enrolment.handle")
def take_on(public_id: str) -> ResponseReturnValue:
    found = queries.enrolment_at_desk(current_actor(), public_id)
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.take_on(current_actor(), found, seen=form.seen_version, now=clock.now())
            flash(_("You have taken this on."), "success")
            return see_other("desk.enrolment", public_id=public_id)
    return render("desk/enrolment.html", record=opened(public_id, clock.now()), form=form)


@bp.route("/regio/aanmelding/<public_id>/wachtlijst", methods=["POST"])
@requires("enrolment.handle")
def put_on_waiting_list(public_id: str) -> ResponseReturnValue:
    found = queries.enrolment_at_desk(current_actor(), public_id)
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.put_on_waiting_list(current_actor(), found, seen=form.seen_version, now=clock.now())
            flash(_("This person is on the waiting list."), "success")
            return see_other("desk.enrolment", public_id=public_id)
    return render("desk/enrolment.html", record=opened(public_id, clock.now()), form=form)


@bp.route("/regio/aanmelding/<public_id>/coach", methods=["GET", "POST"])
@requires("enrolment.handle")
def choose_coach(public_id: str) -> ResponseReturnValue:
    found = queries.enrolment_at_desk(current_actor(), public_id)
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            trajectory = actions.assign_coach(
                current_actor(), found, coach=request.form.get("coach", ""), seen=form.seen_version, now=clock.now()
            )
            flash(_("%(coach)s is the coach now. Both get a mail.", coach=trajectory.coach.name), "success")
            return see_other("desk.enrolment", public_id=public_id)
    everywhere = request.args.get("waar") == "nederland"
    count = min(max(PROPOSED, request.args.get("aantal", PROPOSED, type=int)), MOST)
    record = opened(public_id, clock.now())
    region = None if everywhere else found.region_id
    proposals = matching.proposals(found, now=record.now, region=region, count=count) if record.steps else []
    return render(
        "desk/choose_coach.html",
        fragment="proposals",
        form=form,
        record=record,
        proposals=proposals,
        reasons=rules.REASONS_AT_THE_DESK,
        everywhere=everywhere,
        more=count + MORE if len(proposals) == count < MOST else None,
    )


@bp.route("/regio/aanmelding/<public_id>/andere-regio", methods=["GET", "POST"])
@requires("enrolment.handle")
def change_region(public_id: str) -> ResponseReturnValue:
    found = queries.enrolment_at_desk(current_actor(), public_id)
    names = regions.region_names(clock.local_day(clock.now()))
    form = forms.RegionForm.offering(names)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.change_region(
                current_actor(), found, region=form.region.data, seen=form.seen_version, now=clock.now()
            )
            flash(_("Passed on to the region %(region)s.", region=bare_name(names[form.region.data])), "success")
            return see_other("desk.inbox")
    return render("desk/change_region.html", fragment="region_form", form=form, record=opened(public_id, clock.now()))


@bp.route("/regio/aanmelding/<public_id>/afsluiten", methods=["GET", "POST"])
@requires("enrolment.handle")
def close(public_id: str) -> ResponseReturnValue:
    found = queries.enrolment_at_desk(current_actor(), public_id)
    form = forms.CloseForm.offering(list(Outcome))
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.close_without_coach(
                current_actor(),
                found,
                outcome=Outcome(form.outcome.data),
                tries=form.tries,
                seen=form.seen_version,
                now=clock.now(),
            )
            flash(_("This enrolment is closed."), "success")
            return see_other("desk.inbox")
    return render("desk/close.html", fragment="close_form", form=form, record=opened(public_id, clock.now()))


# -- talks, for who calls the desk


@bp.route("/regio/aanmelding/<public_id>/gesprek", methods=["GET", "POST"])
@requires("enrolment.handle")
def plan_talk(public_id: str) -> ResponseReturnValue:
    found, back = queries.enrolment_at_desk(current_actor(), public_id), page_of(public_id)
    trajectory = trajectories.of_enrolment(found)
    if trajectory is None or not trajectory.is_running:
        return go_to(back)
    return planning("desk/plan_talk.html", trajectory, said=_("The talk is planned. Both get a mail."), back=back)


@bp.route("/regio/gesprek/<public_id>/verzetten", methods=["GET", "POST"])
@requires("enrolment.handle")
def move_talk(public_id: str) -> ResponseReturnValue:
    session = sessions.by_public_id(current_actor(), public_id)
    back = page_of(session.trajectory.enrolment.public_id)
    if not session.is_coming(clock.now()):
        return go_to(back)
    return moving("desk/move_talk.html", session, said=_("The talk has a new time. Both get a mail."), back=back)


@bp.route("/regio/gesprek/<public_id>/afzeggen", methods=["GET", "POST"])
@requires("enrolment.handle")
def cancel_talk(public_id: str) -> ResponseReturnValue:
    session, now = sessions.by_public_id(current_actor(), public_id), clock.now()
    back = page_of(session.trajectory.enrolment.public_id)
    if not session.is_coming(now):
        return go_to(back)
    form = ReasonForm.of(Party.DESK)
    if form.validate_on_submit():
        with form.reporting_errors():
            session_actions.cancel_session(current_actor(), session, reason=form.chosen, now=now)
            flash(_("The talk is cancelled. Both get a mail."), "success")
            return go_to(back)
    return render("desk/cancel_talk.html", fragment="cancel_form", form=form, session=session)


def page_of(public_id: str) -> str:
    """Where the enrolment of this talk stands."""
    return url_for("desk.enrolment", public_id=public_id)
