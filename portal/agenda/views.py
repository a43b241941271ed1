"""The address that calendars fetch, and the pages of participant and coach that make, renew and end it."""

from flask import Blueprint, Response, flash, url_for
from flask.typing import ResponseReturnValue

from portal import clock, outbox
from portal.access import current_actor, public, requires
from portal.agenda import actions, ical, queries, rules
from portal.agenda.rules import Whose
from portal.coaches.queries import own_coach
from portal.forms import Form
from portal.i18n import gettext as _
from portal.outside import queries as outside
from portal.outside.rules import MOST_CALENDARS
from portal.throttle import check_limit
from portal.web import render, see_other

bp = Blueprint("agenda", __name__)


@bp.route("/agenda/<token>.ics")
@public
def feed(token: str) -> Response:
    found = queries.feed_of(token)
    check_limit(rules.FETCHES, rules.PURPOSE, str(found.id))
    return Response(
        ical.text_of(found, queries.talks_for(found, clock.now())),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="afspraken.ics"', "X-Robots-Tag": "noindex, nofollow"},
    )


# -- the participant's own page


@bp.route("/afspraken/agenda", methods=["GET", "POST"])
@requires("feed.keep_own")
def own() -> ResponseReturnValue:
    if Form().validate_on_submit():
        return made(Whose.PARTICIPANT, back=url_for("agenda.own"))
    return render("agenda/own.html", feed=queries.live_feed(current_actor(), Whose.PARTICIPANT))


@bp.route("/afspraken/agenda/intrekken", methods=["POST"])
@requires("feed.keep_own")
def revoke_own() -> ResponseReturnValue:
    actions.revoke_feed(current_actor(), Whose.PARTICIPANT, now=clock.now())
    flash(_("The address does not work any more. You can remove it from your calendar."), "success")
    return see_other("agenda.own")


# -- the coach's page


@bp.route("/coach/agenda", methods=["GET", "POST"])
@requires("calendars.keep")
def of_coach() -> ResponseReturnValue:
    coach = own_coach(current_actor())
    if coach is None:
        return see_other("coaches.profile")
    if Form().validate_on_submit():
        return made(Whose.COACH, back=url_for("agenda.of_coach"))
    connected = outside.connected_to(coach, clock.now())
    return render(
        "agenda/of_coach.html",
        feed=queries.live_feed(current_actor(), Whose.COACH),
        connected=connected,
        may_add=len(connected) < MOST_CALENDARS,
    )


@bp.route("/coach/agenda/intrekken", methods=["POST"])
@requires("calendars.keep")
def revoke_of_coach() -> ResponseReturnValue:
    actions.revoke_feed(current_actor(), Whose.COACH, now=clock.now())
    flash(_("The address does not work any more. You can remove it from your calendar."), "success")
    return see_other("agenda.of_coach")


@bp.route("/coach/agenda/namen-tonen", methods=["POST"])
@requires("calendars.keep")
def show_names() -> ResponseReturnValue:
    actions.show_names(current_actor(), now=clock.now())
    flash(_("Your calendar shows first names as soon as it looks again."), "success")
    return see_other("agenda.of_coach")


@bp.route("/coach/agenda/namen-verbergen", methods=["POST"])
@requires("calendars.keep")
def hide_names() -> ResponseReturnValue:
    actions.hide_names(current_actor(), now=clock.now())
    flash(_("The names are gone as soon as your calendar looks again."), "success")
    return see_other("agenda.of_coach")


def made(whose: Whose, *, back: str) -> Response:
    """The new address, on the answer to the button alone: nowhere else can anybody see it again."""
    token = actions.make_feed(current_actor(), whose, now=clock.now())
    return render(
        "agenda/made.html",
        address=outbox.link(url_for("agenda.feed", token=token)),
        feed=queries.feed_of(token),
        back=back,
    )
