"""The participant's own page."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.mine import queries
from portal.web import render

bp = Blueprint("mine", __name__)


@bp.route("/mijn")
@requires("mine.see")
def show() -> ResponseReturnValue:
    return render("mine/show.html", way=queries.my_way(current_actor(), clock.now()))
