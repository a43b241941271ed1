"""The coaches behind a number."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.roster import queries, rules
from portal.web import render
from portal.years import queries as years
from portal.years.rules import select

bp = Blueprint("roster", __name__)


@bp.get("/regio/overzicht/coaches")
@requires("coach.see")
def coaches() -> ResponseReturnValue:
    actor, asked = current_actor(), request.args
    programme, region = asked.get("programma"), asked.get("regio")
    selection = select(programme, asked.get("periode"), today=clock.local_day(clock.now()))
    own = [years.region_of(actor, region, selection)] if region else years.regions_of(actor, selection)
    choice = rules.choice_of(asked.get("getal"), programme, [known.code for known in own], selection)
    return render(
        "roster/coaches.html",
        fragment="coach_list",
        choice=choice,
        explained=rules.EXPLAINED,
        numbers=list(rules.Number),
        regions=own,
        listing=queries.listing(actor, choice, page=asked.get("pagina", "")),
        asked={"programma": choice.programme, "regio": region, "periode": selection.code},
    )
