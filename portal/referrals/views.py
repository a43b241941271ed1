"""The page where a coach records a referral, with an aid for the talk that comes before it."""

from flask import Blueprint, Response, flash

from portal import clock
from portal.access import current_actor, requires
from portal.i18n import gettext as _
from portal.programmes.codes import ReferralKind
from portal.referrals import actions
from portal.referrals.forms import ReferralForm
from portal.trajectories import queries as trajectories
from portal.web import go_to, render

bp = Blueprint("referrals", __name__)


@bp.route("/coach/traject/<public_id>/doorverwijzing", methods=["GET", "POST"])
@requires("referral.record")
def record(public_id: str) -> Response:
    trajectory = trajectories.of_coach(current_actor(), public_id)
    today = clock.local_day(clock.now())
    form = ReferralForm(data={"referred_on": today})
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.record_referral(
                current_actor(),
                trajectory=trajectory,
                kind=ReferralKind(form.kind.data),
                destination_class=form.destination,
                consent_given=form.consent_given,
                referred_on=form.day,
                now=clock.now(),
            )
            flash(_("The referral is recorded."), "success")
            return go_to(f"/coach/traject/{trajectory.public_id}")
    return render(
        "referrals/record.html", fragment="referral_form", trajectory=trajectory, form=form, today=today.isoformat()
    )
