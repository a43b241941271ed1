"""My data: see, correct, take back."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.enrolments.rules import Purpose
from portal.errors import NotFound
from portal.i18n import gettext as _
from portal.later import queries as later
from portal.privacy import actions, forms, queries
from portal.web import render, see_other

bp = Blueprint("privacy", __name__)


@bp.route("/mijn/gegevens")
@requires("my_data.see")
def my_data() -> ResponseReturnValue:
    actor = current_actor()
    return render(
        "privacy/my_data.html",
        contact=queries.contact_of(actor),
        later=later.permissions_of(actor),
        enrolments=queries.enrolments_of(actor, clock.local_day(clock.now())),
    )


@bp.route("/mijn/gegevens/wijzig", methods=["GET", "POST"])
@requires("my_data.change")
def correct() -> ResponseReturnValue:
    form = forms.ContactForm(obj=queries.contact_of(current_actor()))
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.correct_contact(
                current_actor(),
                first_name=form.first_name.data,
                last_name=form.last_name.data or "",
                phone=form.phone.data or "",
            )
            flash(_("Your data are changed."), "success")
            return see_other("privacy.my_data")
    return render("privacy/correct.html", fragment="contact_form", form=form)


@bp.route("/mijn/gegevens/<public_id>/intrekken/<purpose>", methods=["POST"])
@requires("my_data.change")
def withdraw_consent(public_id: str, purpose: str) -> ResponseReturnValue:
    if purpose not in (Purpose.THEMES, Purpose.WORDS):
        raise NotFound
    actions.withdraw_consent(current_actor(), public_id, Purpose(purpose), now=clock.now())
    flash(_("Your permission is withdrawn. We erased what you had told with it."), "success")
    return see_other("privacy.my_data")
