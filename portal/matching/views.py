"""Choosing a coach: three that fit, more, or 'choose for me'."""

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.coaches import queries as coaches
from portal.enrolments import queries as enrolments
from portal.forms import Form
from portal.i18n import gettext as _
from portal.matching import actions, queries
from portal.programmes.codes import ProgrammeCode
from portal.programmes.rules import PROGRAMMES
from portal.trajectories import queries as trajectories
from portal.trajectories.rules import ChosenBy
from portal.web import render, see_other

bp = Blueprint("matching", __name__)
SHOWN, MORE, MOST = 3, 3, 30


@bp.route("/coaches")
@requires("coach.choose")
def coaches_that_fit() -> ResponseReturnValue:
    enrolment = enrolments.newest_open(current_actor())
    if enrolment is None:
        return render("matching/no_enrolment.html")
    everywhere = request.args.get("waar") == "nederland"
    count = min(max(SHOWN, request.args.get("aantal", SHOWN, type=int)), MOST)
    trajectory = trajectories.of_enrolment(enrolment)
    found = queries.proposals(
        enrolment,
        now=clock.now(),
        region=None if everywhere else enrolment.region_id,
        count=count + 1,  # One more than is shown tells whether there are more.
        besides=trajectory.coach if trajectory else None,
    )
    return render(
        "matching/coaches_that_fit.html",
        fragment="proposals",
        proposals=found[:count],
        everywhere=everywhere,
        more=count + MORE if count < min(len(found), MOST) else None,
        programme=PROGRAMMES[ProgrammeCode(enrolment.programme)],
        trajectory=trajectory,
        form=Form(),
    )


@bp.route("/coaches/kies-voor-mij", methods=["POST"])
@requires("coach.choose")
def choose_for_me() -> ResponseReturnValue:
    enrolment = enrolments.newest_open(current_actor())
    if enrolment is None:
        return see_other("matching.coaches_that_fit")
    trajectory = actions.choose_for_me(current_actor(), enrolment=enrolment, now=clock.now())
    flash(_("We chose %(coach)s for you.", coach=trajectory.coach.first_name), "success")
    return see_other("mine.show")


@bp.route("/coaches/<public_id>/kies", methods=["POST"])
@requires("coach.choose")
def choose(public_id: str) -> ResponseReturnValue:
    """This coach, without a time yet: the coach is in touch."""
    enrolment = enrolments.newest_open(current_actor())
    if enrolment is None:
        return see_other("matching.coaches_that_fit")
    now = clock.now()
    coach = coaches.bookable(public_id, programme=ProgrammeCode(enrolment.programme), today=clock.local_day(now))
    actions.choose(current_actor(), enrolment=enrolment, coach=coach, chosen_by=ChosenBy.PARTICIPANT, now=now)
    flash(_("%(coach)s will be in touch with you.", coach=coach.first_name), "success")
    return see_other("mine.show")
