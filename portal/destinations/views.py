"""The directory that coaches look in, and the pages on which it is kept."""

from datetime import date

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from portal import clock
from portal.access import current_actor, requires
from portal.destinations import actions, forms, queries
from portal.destinations.models import Destination
from portal.destinations.words import in_own_language
from portal.forms import Form
from portal.i18n import gettext as _
from portal.regions import queries as regions
from portal.web import render, see_other

bp = Blueprint("destinations", __name__)
bp.add_app_template_filter(in_own_language)


def today() -> date:
    return clock.local_day(clock.now())


@bp.route("/coach/wegwijzer")
@requires("destination.see")
def directory() -> ResponseReturnValue:
    mine = queries.regions_of(current_actor())
    form = forms.LookForm(request.args)
    return render(
        "destinations/directory.html",
        fragment="places",
        form=form,
        kinds=queries.by_kind(queries.directory(mine, form.chosen)),
        backups=queries.on_duty(mine, today()),
        names=regions.region_names(today()),
        today=today(),
    )


# -- keeping it


@bp.route("/wegwijzer")
@requires("destination.keep")
def kept() -> ResponseReturnValue:
    return render(
        "destinations/kept.html",
        kept=queries.kept_by(current_actor(), today()),
        names=regions.region_names(today()),
        today=today(),
    )


def region_choices() -> list[SelectChoice]:
    """The regions that this person keeps; the whole country has no code."""
    names = regions.region_names(today())
    return [
        SelectChoice(region or "", names.get(region, region) if region else _("The whole country"))
        for region in queries.kept_regions(current_actor())
    ]


@bp.route("/wegwijzer/nieuw", methods=["GET", "POST"])
@requires("destination.keep")
def add() -> ResponseReturnValue:
    form = forms.DestinationForm.of(None, region_choices())
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.add_destination(current_actor(), form.facts, checked_on=checked_on(form))
            flash(_("The place is added."), "success")
            return see_other("destinations.kept")
    return render("destinations/add.html", fragment="destination_form", form=form)


@bp.route("/wegwijzer/<public_id>", methods=["GET", "POST"])
@requires("destination.keep")
def change(public_id: str) -> ResponseReturnValue:
    place = queries.by_public_id(current_actor(), public_id)
    form = forms.DestinationForm.of(queries.facts_of(place), region_choices(), version=place.version)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.change_destination(
                current_actor(), place, form.facts, seen=form.seen_version, checked_on=checked_on(form)
            )
            flash(_("The place is changed."), "success")
            return see_other("destinations.kept")
    return render(
        "destinations/change.html",
        fragment="destination_form",
        form=form,
        place=place,
        newer=newer(form, place),
        today=today(),
    )


def checked_on(form: forms.DestinationForm) -> date | None:
    return today() if form.checked.data else None


def newer(form: forms.DestinationForm, place: Destination) -> Destination | None:
    """What is stored now, when somebody else stored it meanwhile; saving again is then a choice."""
    if form.status != 409:
        return None
    form.see_version(place.version)
    return place


@bp.route("/wegwijzer/<public_id>/klopt", methods=["POST"])
@requires("destination.keep")
def confirm(public_id: str) -> ResponseReturnValue:
    place = queries.by_public_id(current_actor(), public_id)
    if Form().validate():
        actions.confirm_destination(current_actor(), place, now=clock.now())
        flash(_("Noted: %(name)s was checked today.", name=place.name), "success")
    return see_other("destinations.kept")


@bp.route("/wegwijzer/<public_id>/vervalt", methods=["GET", "POST"])
@requires("destination.keep")
def retire(public_id: str) -> ResponseReturnValue:
    place = queries.by_public_id(current_actor(), public_id)
    form = Form()
    if form.validate_on_submit():
        actions.retire_destination(current_actor(), place, now=clock.now())
        flash(_("Coaches do not see %(name)s any more.", name=place.name), "success")
        return see_other("destinations.kept")
    return render("destinations/retire.html", fragment="retire_form", form=form, place=place)


# -- who is on duty


@bp.route("/wegwijzer/achterwacht", methods=["GET", "POST"])
@requires("backup.keep")
def backups() -> ResponseReturnValue:
    form = forms.BackupForm.of(region_choices(), today())
    if form.validate_on_submit():
        with form.reporting_errors():
            made = actions.set_backup(current_actor(), form.duty, now=clock.now())
            flash(told(queries.beside(made)), "success")
            return see_other("destinations.backups")
    return render(
        "destinations/backups.html",
        fragment="backup_form",
        form=form,
        backups=queries.backups_of(current_actor(), today()),
        names=regions.region_names(today()),
        today=today(),
    )


def told(beside: list[str]) -> str:
    """Two at once may be meant, and may be a slip."""
    if not beside:
        return _("Coaches see who is on duty.")
    return _(
        "Coaches see who is on duty. On some of these days that is also %(names)s: then they see all names.",
        names=", ".join(beside),
    )


@bp.route("/wegwijzer/achterwacht/<public_id>/weg", methods=["POST"])
@requires("backup.keep")
def remove_backup(public_id: str) -> ResponseReturnValue:
    found = queries.backup(current_actor(), public_id)
    if Form().validate():
        actions.remove_backup(current_actor(), found)
        flash(_("%(name)s is not on duty any more.", name=found.name), "success")
    return see_other("destinations.backups")
