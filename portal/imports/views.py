"""Sending in registrations, seeing how far they are and what is wrong with them, and loading them."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.exports.sheets import Table, as_csv
from portal.forms import Form
from portal.i18n import gettext as _
from portal.imports import actions, queries
from portal.imports.archives import unpack
from portal.imports.forms import UploadForm
from portal.imports.rules import COLUMNS, LARGEST_UPLOAD
from portal.web import render, see_other, takes_up_to

bp = Blueprint("imports", __name__)
# The rest is in the file to download.
SHOWN = 50


@bp.route("/landelijk/import", methods=["GET", "POST"])
@requires("imports.load")
@takes_up_to(LARGEST_UPLOAD)
def start() -> ResponseReturnValue:
    form = UploadForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            upload = actions.send_in(current_actor(), unpack(form.sent), now=clock.now())
            return see_other("imports.show", public_id=upload.public_id)
    return render("imports/start.html", fragment="upload_form", form=form, uploads=queries.uploads(), columns=COLUMNS)


@bp.route("/landelijk/import/<public_id>", methods=["GET", "POST"])
@requires("imports.load")
def show(public_id: str) -> ResponseReturnValue:
    """How far it is; the button loads what was checked, or drops it."""
    upload, form = queries.upload(public_id), Form()
    if form.validate_on_submit():
        with form.reporting_errors():
            change = actions.ask_to_load if request.form.get("answer") == "load" else actions.drop
            change(current_actor(), upload, now=clock.now())
            return see_other("imports.show", public_id=public_id)
    return render(
        "imports/show.html",
        fragment="upload_state",
        form=form,
        upload=upload,
        problems=queries.problems_of(upload)[:SHOWN],
        counts=queries.counts_of(upload),
    )


@bp.get("/landelijk/import/<public_id>/fouten.csv")
@requires("imports.load")
def problems(public_id: str) -> Response:
    """Everything that was wrong: where and why, and nothing of what stands there."""
    upload = queries.upload(public_id)
    found = queries.problems_of(upload)
    table = Table(
        title=_("Mistakes"),
        columns=[_("File"), _("Line"), _("Column"), _("What is wrong")],
        rows=[[one.file, one.line or None, one.column, one.reason] for one in found],
    )
    response = Response(as_csv([table]), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="fouten.csv"'
    return response
