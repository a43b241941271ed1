"""Whether this browser gave the second step a moment ago, for what asks for that; and the way to give it again."""

import flask_login
from flask import session, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request

from portal import clock, csrf, web
from portal.second_factor import rules


def is_fresh() -> bool:
    """Whether the person at this browser gave a code in the last ten minutes."""
    return rules.is_fresh(flask_login.current_user.session.second_factor_at, clock.now())


def to_confirm() -> ResponseReturnValue:
    """Where to give a code again, and come back from; what somebody had typed stays where it is."""
    way_in = url_for("second_factor.confirm")
    if csrf.sent_fields():
        return csrf.kept_page(way_in)
    if request.method == "GET" and not request.htmx:
        session["next"] = request.full_path.rstrip("?")
    return web.go_to(way_in)
