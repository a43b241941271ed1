"""Making, checking, approving and locking reports, and the yearly overview that they are read as."""

from typing import Any

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import NOBODY, current_actor, public, requires
from portal.exports.sheets import MEDIA_TYPES
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.regions import queries as regions
from portal.regions.rules import MAP_SIZE
from portal.web import render, see_other
from portal.yearly import actions, beside, files, forms, maps, queries, rules
from portal.yearly.models import Report
from portal.yearly.overview import Line, Overview
from portal.yearly.words import period_words, table_title

bp = Blueprint("yearly", __name__)
bp.add_app_template_global(period_words)
bp.add_app_template_global(table_title)
bp.add_app_template_global(queries.newest_public, "newest_public_report")


@bp.get("/landelijk/rapporten")
@requires("report.see")
def reports() -> ResponseReturnValue:
    return render("yearly/reports.html", reports=queries.reports_of(current_actor()))


@bp.route("/landelijk/rapporten/nieuw", methods=["GET", "POST"])
@requires("report.make")
def make() -> ResponseReturnValue:
    today = clock.local_day(clock.now())
    form = forms.MakeForm.of(today, {one: queries.periods_of_reports(one) for one in ProgrammeCode})
    if form.validate_on_submit():
        with form.reporting_errors():
            made = actions.make_report(
                current_actor(),
                rules.period_of(form.period.data, today),
                reference=rules.Reference(form.reference.data),
                division=int(form.division.data),
                now=clock.now(),
            )
            return see_other("yearly.report", public_id=made.public_id)
    return render("yearly/make.html", fragment="make_form", form=form)


@bp.get("/landelijk/rapporten/<public_id>")
@requires("report.see")
def report(public_id: str) -> ResponseReturnValue:
    return _report(public_id)


@bp.post("/landelijk/rapporten/<public_id>/controleren")
@requires("report.make")
def check(public_id: str) -> ResponseReturnValue:
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.ask_for_check(current_actor(), public_id, now=clock.now())
            return see_other("yearly.report", public_id=public_id)
    return _report(public_id, form)


@bp.post("/landelijk/rapporten/<public_id>/toch-verder")
@requires("report.make")
def accept_tasks(public_id: str) -> ResponseReturnValue:
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.accept_open_tasks(current_actor(), public_id, now=clock.now())
            return see_other("yearly.report", public_id=public_id)
    return _report(public_id, form)


@bp.post("/landelijk/rapporten/<public_id>/goedkeuren")
@requires("report.approve")
def approve(public_id: str) -> ResponseReturnValue:
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.approve(current_actor(), public_id, check=form.check.data or "", now=clock.now())
            flash(_("You have approved this report. Now it can be locked."), "success")
            return see_other("yearly.report", public_id=public_id)
    return _report(public_id, form)


@bp.route("/landelijk/rapporten/<public_id>/vastzetten", methods=["GET", "POST"])
@requires("report.make")
def lock(public_id: str) -> ResponseReturnValue:
    found = queries.report(current_actor(), public_id)
    form = forms.LockForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            locked = actions.lock_report(current_actor(), public_id, is_public=form.is_public.data, now=clock.now())
            flash(_("Report %(number)s is locked.", number=locked.number), "success")
            return see_other("yearly.report", public_id=public_id)
    return render("yearly/lock.html", fragment="lock_form", report=found, form=form)


@bp.route("/landelijk/rapporten/<public_id>/verbeteren", methods=["GET", "POST"])
@requires("report.make")
def correct(public_id: str) -> ResponseReturnValue:
    found = queries.report(current_actor(), public_id)
    form = forms.CorrectForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            made = actions.correct_report(current_actor(), public_id, reason=form.reason.data or "", now=clock.now())
            return see_other("yearly.report", public_id=made.public_id)
    return render("yearly/correct.html", fragment="correct_form", report=found, form=form)


@bp.post("/landelijk/rapporten/<public_id>/weggooien")
@requires("report.make")
def discard(public_id: str) -> ResponseReturnValue:
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.discard(current_actor(), public_id, now=clock.now())
            flash(_("The report is gone."), "success")
            return see_other("yearly.reports")
    return _report(public_id, form)


def _report(public_id: str, form: forms.StepForm | None = None) -> Response:
    """Where a report stands and what can be done with it now."""
    actor = current_actor()
    found = queries.report(actor, public_id)
    return render(
        "yearly/report.html",
        fragment="report_steps",
        form=form or forms.StepForm(formdata=None),
        report=found,
        names=queries.names_of(found),
        is_own=found.made_by == actor.account_id,
        findings=queries.findings_of(found),
        is_corrected=queries.is_being_corrected(found),
    )


# -- reading


@bp.get("/landelijk/rapporten/<public_id>/overzicht")
@requires("report.see")
def preview(public_id: str) -> ResponseReturnValue:
    found = queries.report(current_actor(), public_id)
    return render("yearly/overview.html", **_overview(found, rules.check_has_content(found.content)))


@bp.get("/landelijk/jaaroverzicht/<number>")
@requires("report.see")
def overview(number: str) -> ResponseReturnValue:
    found = queries.locked(current_actor(), number, _version())
    return render("yearly/overview.html", **_overview(found, found.content))


@bp.get("/jaaroverzicht/<number>")
@public
def public_overview(number: str) -> ResponseReturnValue:
    found = queries.public(number, _version())
    return render("yearly/overview.html", **_overview(found, found.content))


@bp.get("/landelijk/jaaroverzicht/<number>/cijfers.<ending>")
@requires("report.see")
def download(number: str, ending: str) -> ResponseReturnValue:
    """A public report is a file for everybody; for any other one asks, with a reason."""
    found = queries.locked(current_actor(), number, _version())
    files.check_ending(ending)
    if found.is_public:
        return see_other("yearly.public_download", number=number, ending=ending, versie=found.version)
    return see_other("downloads.of_report", public_id=found.public_id, soort=ending)


@bp.get("/jaaroverzicht/<number>/cijfers.<ending>")
@public
def public_download(number: str, ending: str) -> ResponseReturnValue:
    found = queries.public(number, _version())
    files.check_ending(ending)
    answer = Response(files.written(found, ending), content_type=MEDIA_TYPES[ending])
    answer.headers["Content-Disposition"] = f"attachment; filename={found.file_name(ending)}"
    return answer


def _version() -> int | None:
    """Which version is asked for; None is the newest."""
    return rules.version_asked(request.args.get("versie", ""))


def _overview(found: Report, content: str) -> dict[str, Any]:
    """What the page needs, for who may see it: everybody, or who makes reports."""
    shown = Overview(content, is_final=found.is_locked)
    is_shared = request.endpoint == "yearly.public_overview"
    before = None if is_shared and found.replaces and not found.replaces.is_public else found.replaces
    shades = maps.shaded(shown.rows("region"), regions.dots())
    versions = queries.versions_of(NOBODY if is_shared else current_actor(), found)
    return {
        "report": found,
        "overview": shown,
        "map_size": MAP_SIZE,
        "map": shades,
        "legend": maps.legend(shades),
        "headlines": [_figure(line) for line in shown.headlines],
        "beside": beside.published(shown),
        "has_two_readings": beside.has_two_readings(shown),
        "grades": [_figure(line) for line in shown.grades],
        "was_exact": before is not None and Overview(before.content).has_exact,
        "changes": shown.changes_since(before.content) if before else [],
        "versions": versions,
        "newer": next((one for one in versions if found.is_locked and one.version > found.version), None),
        "here": f"yearly.{'public_' if is_shared else ''}overview",
        "files": f"yearly.{'public_' if is_shared else ''}download",
    }


def _figure(line: Line) -> dict[str, Any]:
    """A figure to begin with; what it means stands on the same page."""
    words = _(line.name)
    basis = str(line.basis).replace(" ", "\u00a0")
    return {
        "number": line.figure,
        "words": f"{words} ({basis})" if line.basis else words,
        "explained": f"#{line.anchor}",
    }
