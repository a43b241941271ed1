"""Where coaches say when they can be met, without a script and on a phone."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.availability import actions as availability
from portal.availability import queries
from portal.coaches.queries import coach_of, own_coach
from portal.errors import NotFound
from portal.i18n import gettext as _
from portal.schedule import actions, forms
from portal.schedule.queries import stamp, ways_out
from portal.schedule.rows import Row
from portal.sessions.models import Session
from portal.web import render, see_other

bp = Blueprint("schedule", __name__)


@bp.route("/coach/uren", methods=["GET", "POST"])
@requires("hours.keep")
def hours() -> ResponseReturnValue:
    coach = own_coach(current_actor())
    if coach is None:
        return see_other("coaches.profile")
    now = clock.now()
    calendar = queries.calendar_of(coach, now)
    stored = calendar.kept.windows
    form = forms.HoursForm(stored)
    touched: list[Session] = []
    if not form.reshaped() and form.validate_on_submit():
        with form.reporting_errors():
            touched = actions.keep_hours(
                current_actor(),
                form.windows,
                seen=form.seen.data or "",
                agreed=form.agreed.data or "",
                now=now,
            )
            if not touched:
                flash(_("Your hours are stored."), "success")
                return see_other("schedule.hours")
    conflict = form.status == 409
    if conflict:
        form.stand_on(stored)
    return render(
        "schedule/hours.html",
        fragment="hours_form",
        form=form,
        stored=[Row.of(window) for window in stored],
        weekdays=forms.WEEKDAYS,
        conflict=conflict,
        touched=touched,
        agreed=stamp(touched),
        week=clock.local_day(now).isocalendar().week,
        first=queries.first_in(coach, calendar, now),
        outside=len(queries.talks_outside_hours(coach, calendar.kept, now)),
    )


@bp.route("/coach/extra", methods=["GET", "POST"])
@requires("hours.keep")
def extra() -> ResponseReturnValue:
    coach = own_coach(current_actor())
    if coach is None:
        return see_other("coaches.profile")
    form = forms.ExtraForm.adding(clock.local_day(clock.now()))
    if form.validate_on_submit():
        with form.reporting_errors():
            availability.add_extra(current_actor(), form.extra, now=clock.now())
            flash(_("Your extra time is stored. People can book it."), "success")
            return see_other("schedule.extra")
    coming = queries.extras_of(coach, since=clock.local_day(clock.now()))
    return render("schedule/extra.html", fragment="extra_form", form=form, extras=coming, leaving=None)


@bp.route("/coach/extra/verwijder", methods=["POST"])
@requires("hours.keep")
def remove_extra() -> ResponseReturnValue:
    form, now = forms.ExtraForm(), clock.now()
    if not form.validate_on_submit():
        raise NotFound
    touched = actions.drop_extra(current_actor(), form.extra, agreed=form.agreed.data or "", now=now)
    if not touched:
        flash(_("This extra time is removed."), "success")
        return see_other("schedule.extra")
    return render(
        "schedule/extra.html",
        form=forms.ExtraForm(formdata=None),
        extras=queries.extras_of(coach_of(current_actor()), since=clock.local_day(now)),
        leaving=form.extra,
        touched=touched,
        agreed=stamp(touched),
    )


@bp.route("/coach/afwezig", methods=["GET", "POST"])
@requires("hours.keep")
def absences() -> ResponseReturnValue:
    coach = own_coach(current_actor())
    if coach is None:
        return see_other("coaches.profile")
    now = clock.now()
    form = forms.AbsenceForm()
    touched: list[Session] = []
    if form.validate_on_submit():
        with form.reporting_errors():
            touched = actions.go_away(
                current_actor(), form.away, agreed=form.agreed.data or "", choices=forms.chosen_per_talk(), now=now
            )
            if not touched:
                flash(_("Your absence is stored. Nobody can book on these days."), "success")
                return see_other("schedule.absences")
    coming = queries.absences_of(coach, since=clock.local_day(clock.now()))
    return render(
        "schedule/absences.html",
        fragment="absence_form",
        form=form,
        touched=ways_out(coach, touched, form.away, now) if touched else [],
        agreed=stamp(touched),
        absences=list(zip(coming, queries.talks_during(coming, queries.coming_talks(coach, clock.now())), strict=True)),
    )


@bp.route("/coach/afwezig/verwijder", methods=["POST"])
@requires("hours.keep")
def remove_absence() -> ResponseReturnValue:
    form = forms.AbsenceForm()
    if not form.validate_on_submit():
        raise NotFound
    availability.remove_absence(current_actor(), form.away, now=clock.now())
    flash(_("This absence is removed. You can be booked on these days again."), "success")
    return see_other("schedule.absences")
