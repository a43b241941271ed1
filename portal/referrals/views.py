"""Where a coach says what was done when coaching was not the right help: one form per kind."""

from datetime import date

from flask import Blueprint, Response, flash

from portal import clock
from portal.access import current_actor, requires
from portal.destinations import queries as destinations
from portal.i18n import gettext as _
from portal.referrals import actions, forms
from portal.referrals.rules import UrgentChannel
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory
from portal.web import go_to, render

bp = Blueprint("referrals", __name__)


@bp.route("/coach/traject/<public_id>/doorverwijzing")
@requires("referral.record")
def begin(public_id: str) -> Response:
    trajectory = trajectories.of_coach(current_actor(), public_id)
    today = clock.local_day(clock.now())
    backups = destinations.on_duty(destinations.region_of(trajectory.enrolment), today)
    return render("referrals/begin.html", trajectory=trajectory, backups=backups)


@bp.route("/coach/traject/<public_id>/doorverwijzing/advies", methods=["GET", "POST"])
@requires("referral.record")
def advise(public_id: str) -> Response:
    trajectory = trajectories.of_coach(current_actor(), public_id)
    today = clock.local_day(clock.now())
    form = forms.AdviceForm.of(enrolled_on(trajectory), today)
    form.offer(destinations.directory(destinations.region_of(trajectory.enrolment)))
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.record_advice(
                current_actor(),
                trajectory=trajectory,
                destination_class=form.destination_class,
                destination_name=form.destination_name,
                referred_on=form.day,
                now=clock.now(),
            )
            flash(_("The advice is recorded."), "success")
            return back_to(trajectory)
    return render("referrals/advise.html", fragment="advice_form", trajectory=trajectory, form=form, today=today)


@bp.route("/coach/traject/<public_id>/doorverwijzing/acuut", methods=["GET", "POST"])
@requires("referral.record")
def note_urgent(public_id: str) -> Response:
    trajectory = trajectories.of_coach(current_actor(), public_id)
    today = clock.local_day(clock.now())
    form = forms.UrgentForm.of(enrolled_on(trajectory), today)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.record_urgent_help(
                current_actor(),
                trajectory=trajectory,
                channel=UrgentChannel(form.channel.data),
                referred_on=form.day,
                now=clock.now(),
            )
            flash(_("The urgent help is recorded."), "success")
            return back_to(trajectory)
    return render("referrals/note_urgent.html", fragment="urgent_form", trajectory=trajectory, form=form, today=today)


def enrolled_on(trajectory: Trajectory) -> date:
    return clock.local_day(trajectory.enrolment.enrolled_at)


def back_to(trajectory: Trajectory) -> Response:
    return go_to(f"/coach/traject/{trajectory.public_id}")
