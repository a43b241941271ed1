"""Pages of results: for the country, for a region, and for coaches about themselves."""

from flask import Blueprint, Response, request

from portal import clock
from portal.access import current_actor, requires
from portal.results import queries
from portal.web import render
from portal.years import queries as years
from portal.years.forms import SelectionForm
from portal.years.rules import Selection, select

bp = Blueprint("results", __name__)


@bp.get("/landelijk/evaluaties")
@requires("figures.national")
def national() -> Response:
    selection = _selection()
    before = _before(selection)
    return render(
        "results/national.html",
        fragment="national_results",
        form=SelectionForm.of(selection),
        selection=selection,
        before=before,
        results=queries.results(selection, before, None),
    )


@bp.get("/regio/evaluaties")
@requires("figures.region")
def region() -> Response:
    selection = _selection()
    before = _before(selection)
    chosen = years.region_of(current_actor(), request.args.get("region"), selection)
    return render(
        "results/region.html",
        fragment="region_results",
        form=SelectionForm.of(selection, years.regions_of(current_actor(), selection), chosen.code),
        selection=selection,
        before=before,
        region=chosen,
        results=queries.results(selection, before, chosen),
    )


@bp.get("/coach/evaluaties")
@requires("grades.see_own")
def own() -> Response:
    return render("results/own.html", grades=queries.own_grades(current_actor()))


def _selection() -> Selection:
    asked = request.args
    return select(asked.get("programme"), asked.get("period"), today=clock.local_day(clock.now()))


def _before(selection: Selection) -> Selection | None:
    """The same choice for the year before, if the programme ran then."""
    year = str(int(selection.code) - 1)
    return select(selection.programme, year, today=selection.today) if year in selection.years else None
