"""The page of one's own files, and the files."""

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.desk import queries as desk
from portal.downloads import actions, queries
from portal.downloads.forms import DownloadForm, ReportForm
from portal.downloads.rules import Form, Subject
from portal.exports.sheets import MEDIA_TYPES
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.second_factor.browser import is_fresh, to_confirm
from portal.web import render, see_other
from portal.yearly import queries as yearly

bp = Blueprint("downloads", __name__)


@bp.route("/bestanden", methods=["GET", "POST"])
@requires("file.ask")
def list_own() -> ResponseReturnValue:
    if not is_fresh():
        return to_confirm()
    actor, now = current_actor(), clock.now()
    today = clock.local_day(now)
    form = DownloadForm.of(actor, desk.own_regions(actor, today), today)
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.ask(
                actor,
                subject=Subject(form.subject.data),
                form=Form(form.form.data),
                programme=ProgrammeCode(form.programme.data),
                year=form.year.data,
                region=form.region.data if form.region else None,
                reason=form.reason.data,
                now=now,
            )
            return _is_being_made()
    return render(
        "downloads/list_own.html", fragment="download_form", form=form, files=queries.own_downloads(actor), now=now
    )


@bp.route("/landelijk/rapporten/<public_id>/bestand", methods=["GET", "POST"])
@requires("report.see")
def of_report(public_id: str) -> ResponseReturnValue:
    if not is_fresh():
        return to_confirm()
    actor = current_actor()
    report = yearly.report(actor, public_id)
    if report.is_public or not report.is_locked:
        return see_other("yearly.report", public_id=public_id)
    form = ReportForm.offering(request.args.get("soort", ""))
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.ask_for_report(
                actor, report=report, form=Form(form.form.data), reason=form.reason.data, now=clock.now()
            )
            return _is_being_made()
    return render("downloads/of_report.html", fragment="report_form", form=form, report=report)


def _is_being_made() -> ResponseReturnValue:
    flash(_("We are making your file. In a moment it is in the list."), "success")
    return see_other("downloads.list_own")


@bp.get("/bestanden/<public_id>")
@requires("file.ask")
def fetch(public_id: str) -> ResponseReturnValue:
    if not is_fresh():
        return to_confirm()
    found, content = actions.fetch(current_actor(), public_id, now=clock.now())
    answer = Response(content, content_type=MEDIA_TYPES[found.form])
    answer.headers["Content-Disposition"] = f"attachment; filename={queries.file_name(found)}"
    return answer
