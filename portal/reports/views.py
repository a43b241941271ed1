"""Figures for the nation and for a region, and how they are counted."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import clock
from portal.access import current_actor, requires
from portal.counting.catalogue import DEFINITIONS_VERSION, OVERVIEW, SECTIONS
from portal.counting.work import WORK, WORK_TITLE
from portal.i18n import gettext as _
from portal.published import queries as published
from portal.reports import queries
from portal.web import render
from portal.years import queries as years
from portal.years.forms import SelectionForm, period_name
from portal.years.rules import Selection, select

bp = Blueprint("reports", __name__)
bp.add_app_template_filter(period_name, "period_name")


@bp.get("/landelijk")
@requires("figures.national")
def national() -> Response:
    selection = _selection()
    report = queries.national(selection)
    return render(
        "reports/national.html",
        fragment="national_figures",
        form=SelectionForm.of(selection),
        report=report,
        headline=_headline(report, "T01", "T03", "T05", "T09"),
    )


@bp.get("/regio/cijfers")
@requires("figures.region")
def region() -> Response:
    selection = _selection()
    chosen = years.region_of(current_actor(), request.args.get("region"), selection)
    report = queries.regional(selection, chosen)
    return render(
        "reports/region.html",
        fragment="region_figures",
        form=SelectionForm.of(selection, years.regions_of(current_actor(), selection), chosen.code),
        region=chosen,
        report=report,
        headline=_headline(report, "T01", "T03", "T08b", "E02"),
    )


@bp.get("/landelijk/telregels")
@requires("figures.explained")
def definitions() -> Response:
    fixed = [
        ("always", _("What always holds")),
        ("protection", _("Why figures are rounded")),
        ("41-23", _("41 and 23")),
    ]
    sections = SECTIONS + OVERVIEW
    return render(
        "reports/definitions.html",
        sections=sections,
        work=WORK,
        published=published.by_counter(),
        contents=[*fixed, *((section.id, _(section.title)) for section in sections), ("work", _(WORK_TITLE))],
        version=DEFINITIONS_VERSION,
    )


def _headline(report: queries.Report, *ids: str) -> list[dict[str, Any]]:
    """The figures to begin with, each with the place where it is explained."""
    return [
        {
            "number": line.figure,
            "words": _(line.name),
            "explained": url_for("reports.definitions", _anchor=line.anchor),
        }
        for line in report.headline(*ids)
    ]


def _selection() -> Selection:
    asked = request.args
    return select(asked.get("programme"), asked.get("period"), today=clock.local_day(clock.now()))
