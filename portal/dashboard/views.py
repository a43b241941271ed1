"""The overview of a region, and the switch of its mail."""

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import current_actor, requires
from portal.dashboard import actions, queries
from portal.dashboard.queries import Overview
from portal.desk.rules import PATIENCE, Shown
from portal.i18n import gettext as _
from portal.i18n import ngettext
from portal.web import render, see_other
from portal.years import queries as years
from portal.years.forms import SelectionForm
from portal.years.rules import select

bp = Blueprint("dashboard", __name__)


@bp.get("/regio/overzicht")
@requires("figures.region")
def region() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    asked = request.args
    selection = select(asked.get("programme"), asked.get("period"), today=clock.local_day(now))
    own = years.regions_of(actor, selection)
    chosen = queries.chosen_of(own, asked.get("region"))
    found = queries.overview(actor, chosen, selection, now)
    return render(
        "dashboard/region.html",
        fragment="overview",
        form=SelectionForm.of(selection, own, chosen.code),
        region=chosen,
        week=clock.local_day(now).isocalendar().week,
        work=_work(found, chosen.code),
        overview=found,
        stages=_stages(found),
        waits=_waits(found, chosen.code),
        coaches=_coaches(found, chosen.code),
    )


def _stages(found: Overview) -> list[tuple[str, float, str, str]]:
    """How far people come, to draw: each stage with its share of all, and where it is explained."""
    rows = []
    for stage in found.stages:
        words = str(stage.number)
        if stage.id != queries.STAGES[0] and stage.share.is_told:
            words = f"{stage.number} · {stage.share}"
        rows.append((_(stage.name), stage.number.size, words, _explained(stage.id)))
    return rows


def _work(found: Overview, region: str) -> list[dict[str, Any]]:
    """Who is to be done something about now, each number with its list and what it means."""
    now = found.now
    return [
        _number(now.new, _("new"), "W01", _list(found, region, Shown.NEW)),
        _number(
            now.overdue,
            _("waiting longer than 5 working days"),
            "W02",
            _list(found, region, Shown.OVERDUE),
            kind="due" if now.overdue else "",
        ),
        _number(now.without_coach, _("without a coach"), "W03", _list(found, region, Shown.WITHOUT_COACH)),
        _number(now.no_talk, _("with a coach, no talk yet"), "W04", _list(found, region, Shown.NO_TALK)),
    ]


def _coaches(found: Overview, region: str) -> list[dict[str, Any]]:
    coaches, now = found.coaches, found.coaches.now
    with_room = ngettext("coach with room", "coaches with room", now.with_room)
    return [
        _number(now.with_room, with_room, "K01", _who(found, region, "K01")),
        _number(now.with_nobody, _("without anybody now"), "K02", _who(found, region, "K02")),
        _number(coaches.offered, _("offered themselves in the period"), "T09", _who(found, region, "T09")),
        _number(coaches.deployed, _("had a talk in the period"), "T12"),
        _number(coaches.no_shows, _("of the appointments nobody came"), "T16"),
    ]


def _number(number: object, words: str, id: str, url: str = "", kind: str = "") -> dict[str, Any]:
    return {"number": number, "words": words, "explained": _explained(id), "url": url, "kind": kind}


def _waits(found: Overview, region: str) -> list[tuple[str, float, str, str]]:
    """How long people wait, to draw, each with the list of who they are."""
    few, many = PATIENCE
    named = [
        (_("At most %(days)s working days", days=few), Shown.AT_MOST_5),
        (_("%(first)s to %(last)s working days", first=few + 1, last=many), Shown.UP_TO_10),
        (_("More than %(days)s working days", days=many), Shown.OVER_10),
    ]
    return [
        (words, float(number), str(number), _list(found, region, shown))
        for (words, shown), number in zip(named, found.now.waits, strict=True)
    ]


def _list(found: Overview, region: str, shown: Shown) -> str:
    """The desk's own list behind a number."""
    return url_for("desk.inbox", stand=shown, programma=found.selection.programme, regio=region)


def _who(found: Overview, region: str, id: str) -> str:
    """The coaches behind a number."""
    chosen = found.selection
    return url_for("roster.coaches", getal=id, programma=chosen.programme, regio=region, periode=chosen.code)


def _explained(id: str) -> str:
    return url_for("reports.definitions", _anchor=id)


@bp.route("/regio/overzicht/mail", methods=["GET"])
@requires("quarter_mail.switch")
def mail() -> ResponseReturnValue:
    return render("dashboard/mail.html", is_on=queries.wants_mail(current_actor()))


@bp.route("/regio/overzicht/mail/uit", methods=["POST"])
@requires("quarter_mail.switch")
def switch_mail_off() -> ResponseReturnValue:
    actions.switch_mail_off(current_actor(), now=clock.now())
    flash(_("You do not get this mail any more."), "success")
    return see_other("dashboard.mail")


@bp.route("/regio/overzicht/mail/aan", methods=["POST"])
@requires("quarter_mail.switch")
def switch_mail_on() -> ResponseReturnValue:
    actions.switch_mail_on(current_actor())
    flash(_("You get this mail again."), "success")
    return see_other("dashboard.mail")
