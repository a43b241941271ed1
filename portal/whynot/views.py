"""One question on a page: why is this time not free? For the coach, and for the desk, which sees no names."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.coaches.models import Coach
from portal.coaches.queries import by_public_id, own_coach
from portal.i18n import read_time
from portal.web import render, see_other
from portal.whynot import queries, words
from portal.whynot.forms import WhyForm

bp = Blueprint("whynot", __name__)


@bp.route("/coach/waarom")
@requires("times.explain")
def own() -> ResponseReturnValue:
    coach = own_coach(current_actor())
    if coach is None:
        return see_other("coaches.profile")
    return render("whynot/own.html", fragment="why", **asked(coach, words.TO_COACH))


@bp.route("/regio/coaches/<public_id>/waarom")
@requires("coach.see")
def of_coach(public_id: str) -> ResponseReturnValue:
    coach = by_public_id(current_actor(), public_id)
    return render("whynot/of_coach.html", fragment="why", coach=coach, **asked(coach, words.TO_DESK))


def asked(coach: Coach, told: words.Told) -> dict[str, Any]:
    """The form, and the answer once a day and a time are filled in."""
    form = WhyForm(request.args)
    if not form.is_asked or not form.validate():
        return {"form": form, "answer": None}
    explanation = queries.explain(
        coach, form.day.data, read_time(form.wall_time.data or ""), now=clock.now(), named=told.by_name
    )
    return {"form": form, "answer": words.answer(explanation, told)}
