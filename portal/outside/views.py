"""Connecting a calendar that a coach keeps elsewhere, and taking it away."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.coaches.queries import own_coach
from portal.i18n import gettext as _
from portal.outside import actions, forms
from portal.web import render, see_other

bp = Blueprint("outside", __name__)


@bp.route("/coach/agenda/toevoegen", methods=["GET", "POST"])
@requires("calendars.keep")
def add() -> ResponseReturnValue:
    if own_coach(current_actor()) is None:
        return see_other("coaches.profile")
    form = forms.CalendarForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.add_calendar(current_actor(), form.address.data or "", now=clock.now())
            flash(_("Your calendar is connected. In a minute you see here whether we can read it."), "success")
            return see_other("agenda.of_coach")
    return render("outside/add.html", fragment="calendar_form", form=form)


@bp.route("/coach/agenda/<public_id>/verwijderen", methods=["POST"])
@requires("calendars.keep")
def remove(public_id: str) -> ResponseReturnValue:
    actions.remove_calendar(current_actor(), public_id, now=clock.now())
    flash(_("This calendar is removed. It does not close your hours any more."), "success")
    return see_other("agenda.of_coach")
