"""One page on which a coach says how people book."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.bookingrules import actions, forms
from portal.coaches.queries import own_coach, terms_of
from portal.coaches.terms import in_words
from portal.i18n import gettext as _
from portal.schedule.queries import stamp
from portal.sessions.models import Session
from portal.web import render, see_other

bp = Blueprint("bookingrules", __name__)


@bp.route("/coach/boeken", methods=["GET", "POST"])
@requires("booking_rules.keep")
def terms() -> ResponseReturnValue:
    coach = own_coach(current_actor())
    if coach is None:
        return see_other("coaches.profile")
    stored = terms_of(coach)
    form = forms.TermsForm.of(stored)
    touched: list[Session] = []
    if form.validate_on_submit():
        with form.reporting_errors():
            touched = actions.keep_terms(
                current_actor(), form.terms, seen=form.seen.data or "", agreed=form.agreed.data or "", now=clock.now()
            )
            if not touched:
                flash(_("This is stored. It counts from now on; talks that were booked stay as agreed."), "success")
                return see_other("bookingrules.terms")
    conflict = form.status == 409
    if conflict:
        form.stand_on(stored)
    return render(
        "bookingrules/terms.html",
        fragment="terms_form",
        form=form,
        changed=[row for row in in_words(stored) if row not in in_words(form.terms)] if conflict else [],
        touched=touched,
        agreed=stamp(touched),
    )
